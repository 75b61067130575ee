//! What may leave, and that nothing else does.

use std::collections::{BTreeMap, BTreeSet};

use core_monitor_domain::command::CommandStatus;
use core_monitor_domain::ids::{CommandId, Seq};
use core_monitor_domain::ports::{NotedCommand, RecordPlace, StoreError};
use core_monitor_domain::records::{CommandFacts, RecordFile, RecordSubject, RecordedCommand, Stays};
use core_monitor_domain::time::Timestamp;

use super::Noted;
use crate::store::refused;
use crate::store::state::{State, StoredCommand};

/// What is kept, and refers to commands.
struct Needed {
    /// The newest commands of stacks that are not deleted.
    last: BTreeSet<Seq>,
    /// The commands of the newest releases of these stacks.
    applied: BTreeSet<CommandId>,
    /// Those of the newest releases of their versions, and those that created something.
    referred_to: BTreeSet<CommandId>,
}

impl Needed {
    fn of(state: &State) -> Self {
        let live = state.stacks.values().filter(|stack| stack.deleted_at.is_none());
        let (mut of_stack, mut of_version) = (BTreeMap::new(), BTreeMap::new());
        for release in &state.releases {
            if state.live_stack(release.stack_id).is_some() {
                of_stack.insert(release.stack_id, release.command_id);
                of_version.insert((release.stack_id, release.version), release.command_id);
            }
        }
        let creators = state.creations.list.iter().filter_map(|creation| creation.command);
        Self {
            last: live.map(|stack| stack.last_seq).collect(),
            applied: of_stack.into_values().collect(),
            referred_to: of_version.into_values().chain(creators).collect(),
        }
    }
}

/// Commands behind `after` that were over before `before` and that no record file has.
pub(super) fn facts(state: &State, before: Timestamp, after: Seq, limit: u32) -> Vec<CommandFacts> {
    let (needed, newest) = (Needed::of(state), state.commands.last().map(|stored| stored.command.seq));
    let commands = state.commands.iter().map(|stored| &stored.command);
    let may_leave = commands.filter(|command| {
        command.seq > after
            && is_over(command.status)
            && command.finished_at.is_some_and(|at| at < before)
            && !state.notes.commands.contains_key(&command.seq)
    });
    let facts = may_leave.map(|command| CommandFacts {
        seq: command.seq,
        status: command.status,
        finished_at: command.finished_at,
        is_last: Some(command.seq) == newest
            || needed.last.contains(&command.seq)
            || needed.applied.contains(&command.id),
        is_referred_to: needed.referred_to.contains(&command.id),
    });
    facts.take(limit as usize).collect()
}

fn is_over(status: CommandStatus) -> bool {
    matches!(status, CommandStatus::Done | CommandStatus::Cancelled)
}

/// Everything that was recorded about these commands.
pub(super) fn recorded(state: &State, seqs: &[Seq]) -> Vec<RecordedCommand> {
    let wanted = state.commands.iter().filter(|stored| seqs.contains(&stored.command.seq));
    let record = |StoredCommand { command, idempotency }: &StoredCommand| RecordedCommand {
        idempotency: idempotency.clone(),
        release: state.releases.iter().find(|release| release.command_id == command.id).cloned(),
        events: state.events.iter().filter(|event| event.seq == command.seq).cloned().collect(),
        command: command.clone(),
    };
    wanted.map(record).collect()
}

/// Notes a file with these commands. It follows the one before it, and only what is over is in a file.
pub(super) fn note(
    state: &mut State,
    file: &RecordFile,
    commands: &[NotedCommand],
) -> Result<(), StoreError> {
    let last = state.notes.files.last();
    let number = last.map_or(1, |last| last.head.number + 1);
    let previous = last.map(|last| last.digest);
    if (file.head.number, file.head.previous, file.removed_at) != (number, previous, None) {
        return Err(refused("a record file follows the one before it"));
    }
    let may_be_noted = |noted: &NotedCommand| {
        let stored = state.command(noted.id);
        let is_it = stored.is_some_and(|command| command.seq == noted.seq && command.status == noted.status);
        is_it
            && is_over(noted.status)
            && file.head.subject == RecordSubject::Commands
            && (file.head.first..=file.head.last).contains(&noted.seq.0)
            && !state.notes.commands.contains_key(&noted.seq)
    };
    if !commands.iter().all(may_be_noted) {
        return Err(refused("only a command that is over is in a record file, and in one"));
    }
    let number = file.head.number;
    let noted = commands.iter().map(|command| {
        let place = RecordPlace { command: *command, file: number };
        (command.seq, Noted { place, here: Stays::Everything })
    });
    state.notes.commands.extend(noted);
    state.notes.files.push(file.clone());
    Ok(())
}

/// Whether a noted file has something that could leave now.
pub(super) fn is_anything_left(state: &State) -> bool {
    let has_journal = state.notes.commands.values().any(|noted| noted.here == Stays::Everything);
    has_journal || !unneeded(state).is_empty() || noted_audit(state) > 0
}

/// Removes about `limit` records: journals first, then commands, then the audit. Whether more may follow.
pub(super) fn remove_some(state: &mut State, limit: usize) -> bool {
    let mut left = limit;
    let journals = state.notes.commands.iter().filter(|(_, noted)| noted.here == Stays::Everything);
    for seq in journals.map(|(seq, _)| *seq).collect::<Vec<_>>() {
        if left == 0 {
            return true;
        }
        left -= remove_journal(state, seq, left);
    }
    for (seq, id) in unneeded(state) {
        if left == 0 {
            return true;
        }
        state.releases.retain(|release| release.command_id != id);
        state.commands.retain(|stored| stored.command.seq != seq);
        set_here(state, seq, Stays::Nothing);
        left -= 1;
    }
    let audit = noted_audit(state).min(left);
    state.audit.drain(..audit);
    left == audit
}

/// Removes at most `most` events of a command, the last ones first. How many records that were, and at least one.
fn remove_journal(state: &mut State, seq: Seq, most: usize) -> usize {
    let of_command = state.events.iter().filter(|event| event.seq == seq).map(|event| event.id);
    let ids: Vec<_> = of_command.collect();
    let stay = ids.len().saturating_sub(most);
    let gone: BTreeSet<_> = ids.into_iter().skip(stay).collect();
    state.events.retain(|event| !gone.contains(&event.id));
    if stay == 0 {
        set_here(state, seq, Stays::Command);
    }
    gone.len().max(1)
}

fn set_here(state: &mut State, seq: Seq, here: Stays) {
    if let Some(noted) = state.notes.commands.get_mut(&seq) {
        noted.here = here;
    }
}

/// Commands without a journal that nothing refers to any longer.
fn unneeded(state: &State) -> Vec<(Seq, CommandId)> {
    let needed = Needed::of(state);
    let alone = state.notes.commands.iter().filter(|(_, noted)| noted.here == Stays::Command);
    let alone = alone.map(|(seq, noted)| (*seq, noted.place.command.id));
    alone.filter(|(seq, id)| !needed.last.contains(seq) && !needed.referred_to.contains(id)).collect()
}

/// How many entries of the audit a noted file has.
fn noted_audit(state: &State) -> usize {
    let noted = state.notes.last_audit();
    state.audit.iter().take_while(|record| record.id <= noted).count()
}
