//! Which commands may start now: one head per lane, and one running command per stack.
//!
//! - A write starts when it is the head of its lane. A failed head blocks the lane.
//! - A power change starts when no write of its stack is running or about to. The newest one counts: when it starts, it
//!   supersedes the earlier ones of its stack that wait or have failed, so a failed WAKE never blocks.
//! - A write that starts supersedes the power changes of its stack that were accepted before it. Those accepted after
//!   it wait until it has ended.
//! - If a power change is running when a write of its stack becomes the head, it is asked to stop. It stops at its next
//!   safe point, between two effects, because an engine cannot abort a single one. Only then does the write start.
//!   Writes of other stacks are not delayed, unless they are behind that write.

use super::Decision;
use crate::actor::Actor;
use crate::command::{Command, CommandStatus, Lease, Transition};
use crate::ids::StackId;
use crate::journal::{Entry, JournalLine};
use crate::time::Timestamp;

/// The lanes a worker claims from: each kind is served by a separate part of the worker.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum LaneKind {
    /// The lane of writes.
    Writes,
    /// The lanes of power changes.
    Power,
}

/// The part of the queue that decides which commands may start.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct OpenQueue {
    /// The oldest command of the lane of writes that is neither `DONE` nor `CANCELLED`.
    pub write: Option<Command>,
    /// Every such command of the lanes of power changes, oldest first.
    pub power: Vec<Command>,
}

/// The result of a claim.
#[derive(Debug, Clone, PartialEq, Default)]
#[must_use = "nothing changes before a store writes it down"]
pub struct Claiming {
    /// Others that are cancelled or asked to stop. They must be stored before `claimed`.
    pub others: Vec<Decision>,
    /// T2 or T5: the command to run.
    pub claimed: Option<Decision>,
}

impl OpenQueue {
    /// The next command in these lanes for the holder of `lease`, if there is one.
    pub fn claim(&self, lanes: LaneKind, lease: &Lease, now: Timestamp) -> Claiming {
        match lanes {
            LaneKind::Writes => self.claim_write(lease, now),
            LaneKind::Power => self.claim_power(lease, now),
        }
    }

    fn claim_write(&self, lease: &Lease, now: Timestamp) -> Claiming {
        let Some(head) = &self.write else { return Claiming::default() };
        let Some(claimed) = head.claimed(lease, now) else { return Claiming::default() };
        if claimed.transition == Some(Transition::Adopt) {
            return Claiming { others: Vec::new(), claimed: Some(claimed) };
        }
        let of_stack = || self.power.iter().filter(|other| other.stack_id == head.stack_id);
        match of_stack().find(|other| other.status == CommandStatus::Running) {
            Some(running) => {
                let asked = running.asked_to_stop(&Actor::worker(), now);
                Claiming { others: asked.into_iter().collect(), claimed: None }
            }
            None => Claiming {
                others: of_stack().filter_map(|other| other.superseded_by(head, now)).collect(),
                claimed: Some(claimed),
            },
        }
    }

    fn claim_power(&self, lease: &Lease, now: Timestamp) -> Claiming {
        let running = |command: &&Command| command.status == CommandStatus::Running;
        // A command that a dead worker left unfinished takes precedence over new ones.
        if let Some(claimed) = self.power.iter().filter(running).find_map(|left| left.claimed(lease, now)) {
            return Claiming { others: Vec::new(), claimed: Some(claimed) };
        }
        let busy = |stack: StackId| {
            self.power.iter().filter(running).any(|command| command.stack_id == stack)
                || self
                    .write
                    .as_ref()
                    .is_some_and(|write| write.stack_id == stack && write.status != CommandStatus::Failed)
        };
        let waits = |command: &&Command| command.status == CommandStatus::Pending;
        let first = self.power.iter().filter(waits).find(|command| !busy(command.stack_id));
        let Some(stack) = first.map(|command| command.stack_id) else { return Claiming::default() };
        let newest = self.power.iter().rev().filter(waits).find(|command| command.stack_id == stack);
        let Some(newest) = newest else { return Claiming::default() };
        Claiming {
            others: self.power.iter().filter_map(|other| other.superseded_by(newest, now)).collect(),
            claimed: newest.claimed(lease, now),
        }
    }

    /// What happens to the waiting or failed power changes of a stack after `last` has deleted it.
    pub fn deleted(&self, last: &Command, now: Timestamp) -> Vec<Decision> {
        let of_stack = self.power.iter().filter(|other| other.stack_id == last.stack_id);
        of_stack.filter_map(|other| other.superseded(last, now)).collect()
    }
}

impl Command {
    /// T2 or T5; `None` if it has failed or this worker is already running it.
    fn claimed(&self, lease: &Lease, now: Timestamp) -> Option<Decision> {
        let (transition, entry) = match self.status {
            CommandStatus::Pending => (Transition::Claim, Entry::Claimed),
            CommandStatus::Running if self.fence < Some(lease.epoch) => (Transition::Adopt, Entry::Adopted),
            _ => return None,
        };
        let command = Self {
            status: transition.to(),
            attempt: self.attempt.saturating_add(1),
            fence: Some(lease.epoch),
            claimed_by: Some(lease.worker),
            started_at: self.started_at.or(Some(now)),
            ..self.clone()
        };
        let lines = vec![command.line_of_worker(lease, entry)];
        Some(Decision { transition: Some(transition), command, lines })
    }

    /// A journal line of the worker about the current attempt.
    pub(super) fn line_of_worker(&self, lease: &Lease, entry: Entry) -> JournalLine {
        JournalLine {
            epoch: Some(lease.epoch),
            attempt: self.attempt,
            ..JournalLine::by(Actor::worker(), entry)
        }
    }

    fn superseded_by(&self, later: &Self, now: Timestamp) -> Option<Decision> {
        let earlier = self.stack_id == later.stack_id && self.seq < later.seq;
        earlier.then(|| self.superseded(later, now)).flatten()
    }
}
