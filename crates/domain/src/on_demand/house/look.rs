//! What the database says about a service, and what follows for whether it may run or sleep.

use std::collections::{BTreeMap, BTreeSet};

use crate::command::{CommandStatus, PowerCause};
use crate::ids::{CommandId, StackId};
use crate::on_demand::DoorKey;

use super::unit::Asked;
use super::{Act, House, Moment, Now, Round, Seen, SeenCommand, Stage, Usage};

/// How long somebody who has knocked is taken to be there: whoever looks at a page knocks only once.
const PATIENCE: Moment = Moment::from_mins(1);

/// A service that has no container.
static NOTHING: Seen =
    Seen { up: BTreeMap::new(), exists: false, healthy: None, exit: None, stopped: false, at: None };

/// How far a power change is, as far as what it did can be seen.
pub(super) enum Progress {
    /// The queue has not answered, or it waits.
    Waits,
    /// The queue has taken it, and no look has told of it yet.
    Untold,
    /// The worker carries it out, or has, and the last look at the engine is from before.
    Unseen,
    /// The worker carries it out.
    Begun,
    /// It is done, and what it did is known.
    Done,
    /// Something else took its place.
    Cancelled,
    /// It failed.
    Failed(String),
}

impl House {
    pub(super) fn stage(&self, door: &DoorKey) -> Stage {
        self.units.get(door).map(|unit| unit.stage.clone()).unwrap_or_default()
    }

    pub(super) fn stage_mut(&mut self, door: &DoorKey) -> Option<&mut Stage> {
        self.units.get_mut(door).map(|unit| &mut unit.stage)
    }

    pub(super) fn set(&mut self, door: &DoorKey, stage: Stage) {
        if let Some(now) = self.stage_mut(door) {
            *now = stage;
        }
    }

    /// What runs of a service; `None` before the first look.
    pub(super) fn seen(&self, door: &DoorKey) -> Option<&Seen> {
        let look = self.looks.get(&door.stack)?;
        Some(look.services.get(&door.service).unwrap_or(&NOTHING))
    }

    pub(super) fn is_up(&self, door: &DoorKey) -> bool {
        self.seen(door).is_some_and(|seen| !seen.up.is_empty())
    }

    /// A power change of the stack, if the database still tells.
    pub(super) fn command(&self, stack: StackId, id: CommandId) -> Option<&SeenCommand> {
        self.looks.get(&stack)?.commands.iter().find(|command| command.id == id)
    }

    /// How far it is what was asked of the queue for a service.
    pub(super) fn progress(&self, door: &DoorKey, asked: Asked) -> Progress {
        let id = match asked {
            Asked::Nothing => return Progress::Done,
            Asked::Ticket(_) => return Progress::Waits,
            Asked::Command(id) => id,
        };
        let Some(command) = self.command(door.stack, id) else { return Progress::Untold };
        // A change that finds nothing to do leaves no look at the engine behind.
        let unseen = self.looked_at(door).is_some_and(|at| Some(at) < command.started_at);
        match command.status {
            CommandStatus::Pending => Progress::Waits,
            CommandStatus::Running | CommandStatus::Done if unseen => Progress::Unseen,
            CommandStatus::Running => Progress::Begun,
            CommandStatus::Done => Progress::Done,
            CommandStatus::Cancelled if command.failure.is_none() => Progress::Cancelled,
            CommandStatus::Failed | CommandStatus::Cancelled => {
                Progress::Failed(command.failure.clone().unwrap_or_default())
            }
        }
    }

    /// Whether the worker has begun what was asked for a service that starts, as far as it is known.
    pub fn has_begun(&self, door: &DoorKey) -> bool {
        match self.stage(door) {
            Stage::Starting { asked, .. } => {
                !matches!(self.progress(door, asked), Progress::Waits | Progress::Untold)
            }
            _ => false,
        }
    }

    /// When the engine was looked at, as far as it is known for the stack.
    fn looked_at(&self, door: &DoorKey) -> Option<crate::time::Timestamp> {
        let own = self.seen(door).and_then(|seen| seen.at);
        own.or_else(|| self.looks.get(&door.stack)?.services.values().filter_map(|seen| seen.at).max())
    }

    /// Whether a write of somebody waits for the stack's turn or changes it.
    pub fn is_writing(&self, stack: StackId) -> bool {
        self.looks.get(&stack).is_some_and(|look| look.writing)
    }

    /// The power change that is stopping a service, or will unless another one is asked for.
    pub(super) fn sleep_ahead(&self, door: &DoorKey) -> Option<CommandId> {
        let commands = &self.looks.get(&door.stack)?.commands;
        let stops = |command: &&SeenCommand| !command.wakes && covers(command, door);
        let running = |command: &&SeenCommand| command.status == CommandStatus::Running;
        let newest = || commands.iter().rev().find(|command| is_open(command)).filter(stops);
        commands.iter().filter(running).find(stops).or_else(newest).map(|command| command.id)
    }

    /// Whether something that a service needs in its stack is being stopped, or will be unless another power change is asked for.
    pub(super) fn is_undercut(&self, door: &DoorKey) -> bool {
        let Some(stack) = self.stacks.get(&door.stack) else { return false };
        let untold = self.untold.get(&door.stack).filter(|untold| !untold.wakes);
        stack.household.wakes(&door.service).iter().filter(|name| **name != door.service).any(|name| {
            let needed = DoorKey { stack: door.stack, service: name.clone() };
            untold.is_some_and(|untold| untold.services.contains(name)) || self.sleep_ahead(&needed).is_some()
        })
    }

    /// Whether a service that does not count as up was found running, and nothing is about to stop it.
    pub(super) fn found_running(&self, door: &DoorKey) -> bool {
        self.is_up(door) && self.sleep_ahead(door).is_none()
    }

    /// Whether its containers run, or may run soon, so that what it needs must not stop.
    pub(super) fn lives(&self, door: &DoorKey) -> bool {
        let still = matches!(self.stage(door), Stage::Asleep | Stage::Failed { .. });
        let wakes = |command: &SeenCommand| command.wakes && is_open(command) && covers(command, door);
        let untold = self.untold.get(&door.stack);
        !still
            || self.is_up(door)
            || untold.is_some_and(|untold| untold.wakes && untold.services.contains(&door.service))
            || self.looks.get(&door.stack).is_some_and(|look| look.commands.iter().any(wakes))
    }

    /// Whether another service that runs, or is on the way, needs this one.
    pub(super) fn is_leased(&self, door: &DoorKey) -> bool {
        self.lessee(door).is_some()
    }

    pub(super) fn lessee(&self, door: &DoorKey) -> Option<&DoorKey> {
        self.units
            .keys()
            .find(|other| *other != door && self.relations.leases(other, door) && self.lives(other))
    }

    /// Whether somebody still wants a service that does not run.
    pub(super) fn is_wanted(&self, door: &DoorKey, now: Now, usage: &dyn Usage) -> bool {
        usage.waiting(door) > 0
            || self.patience_ends(door).is_some_and(|end| end > now.elapsed)
            || self.is_leased(door)
    }

    /// Until when whoever knocked last is taken to be there.
    pub(super) fn patience_ends(&self, door: &DoorKey) -> Option<Moment> {
        self.units.get(door)?.knocked_at.map(|at| at.saturating_add(PATIENCE))
    }

    /// Whether a service may go to sleep if nobody uses it.
    pub(super) fn may_sleep(&self, door: &DoorKey, now: Now) -> bool {
        let Some(stack) = self.stacks.get(&door.stack) else { return false };
        let Some(unit) = self.units.get(door) else { return false };
        let always = stack.doors.get(&door.service).is_none_or(|declared| declared.always_on);
        !always
            && !stack.household.is_held(&door.service)
            && !self.is_scheduled(door, now)
            && unit.awake_until.is_none_or(|until| until <= now.clock)
            && !self.would_displace(door)
            && !self.is_writing(door.stack)
            && !self.is_leased(door)
    }

    /// Whether a sleep would take the place of something of its stack that has not happened yet: of a wake, or of a sleep that
    /// keeps something else.
    fn would_displace(&self, door: &DoorKey) -> bool {
        let waits = |command: &SeenCommand| command.wakes && command.status == CommandStatus::Pending;
        let mode = self.sleep_mode(door);
        self.looks.get(&door.stack).is_some_and(|look| look.commands.iter().any(waits))
            || self.of_stack(door.stack).any(|other| match self.stage(&other) {
                Stage::Starting { asked, .. } => asked != Asked::Nothing,
                Stage::FallingAsleep { wanted, .. } => wanted.is_some() || self.sleep_mode(&other) != mode,
                _ => false,
            })
    }

    /// What still runs although it was only up for this service, which is not.
    pub(super) fn left_over(&self, door: &DoorKey) -> bool {
        let Some(stack) = self.stacks.get(&door.stack) else { return false };
        let Some(look) = self.looks.get(&door.stack) else { return false };
        let living: BTreeSet<DoorKey> = self.of_stack(door.stack).filter(|other| self.lives(other)).collect();
        let sleeps = stack.household.sleeps(&door.service, living.iter().map(|other| &other.service));
        let up = |name| look.services.get(name).is_some_and(|seen: &Seen| !seen.up.is_empty());
        !living.contains(door) && sleeps.iter().any(up) && !look.commands.iter().any(is_open)
    }

    /// Why a service sleeps that nobody has used since then.
    pub(super) fn idle_cause(door: &DoorKey, since: Moment, now: Now) -> PowerCause {
        let seconds = now.elapsed.saturating_sub(since).as_secs();
        PowerCause::Idle { service: door.service.clone(), seconds }
    }

    /// Ends a life whose containers are gone or are going.
    pub(super) fn close(door: &DoorKey, round: &mut Round<'_>) {
        round.acts.push(Act::Close { door: door.clone() });
    }
}

fn is_open(command: &SeenCommand) -> bool {
    matches!(command.status, CommandStatus::Pending | CommandStatus::Running)
}

fn covers(command: &SeenCommand, door: &DoorKey) -> bool {
    command.services.is_empty() || command.services.contains(&door.service)
}
