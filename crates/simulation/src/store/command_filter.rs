//! Which commands a list is about, wherever they are.

use core_monitor_domain::command::{Command, CommandKind, CommandStatus};
use core_monitor_domain::ids::{Seq, StackId};
use core_monitor_domain::ports::{CommandFilter, NotedCommand, Page};
use core_monitor_domain::time::Timestamp;

use super::command_queue::page;

/// What lists filter by.
pub(super) struct Listed {
    seq: Seq,
    stack_id: StackId,
    status: CommandStatus,
    kind: CommandKind,
    created_at: Timestamp,
}

impl From<&Command> for Listed {
    fn from(command: &Command) -> Self {
        Self {
            seq: command.seq,
            stack_id: command.stack_id,
            status: command.status,
            kind: command.payload.kind(),
            created_at: command.created_at,
        }
    }
}

impl From<&NotedCommand> for Listed {
    fn from(noted: &NotedCommand) -> Self {
        let NotedCommand { seq, stack_id, status, kind, created_at, .. } = *noted;
        Self { seq, stack_id, status, kind, created_at }
    }
}

/// Those that the filter means, in its order. `all` are oldest first.
pub(super) fn listed<T>(
    all: impl DoubleEndedIterator<Item = T>,
    filter: &CommandFilter,
    shows: impl Fn(&T) -> Listed,
) -> Page<T> {
    let wanted = all.filter(|one| is_meant(filter, &shows(one)));
    if filter.oldest_first { page(wanted, filter.limit) } else { page(wanted.rev(), filter.limit) }
}

fn is_meant(filter: &CommandFilter, one: &Listed) -> bool {
    let is_beyond = |beyond: Seq| if filter.oldest_first { one.seq > beyond } else { one.seq < beyond };
    filter.stack_id.is_none_or(|stack| one.stack_id == stack)
        && (filter.stacks.is_empty() || filter.stacks.contains(&one.stack_id))
        && (filter.seqs.is_empty() || filter.seqs.contains(&one.seq))
        && (filter.statuses.is_empty() || filter.statuses.contains(&one.status))
        && (filter.kinds.is_empty() || filter.kinds.contains(&one.kind))
        && filter.since.is_none_or(|since| one.created_at >= since)
        && filter.until.is_none_or(|until| one.created_at < until)
        && filter.beyond.is_none_or(is_beyond)
}
