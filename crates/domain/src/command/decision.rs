//! Decisions about commands, without a store.
//!
//! Each function takes a stored command and returns the [`Transition`], the new stored form and the lines for its
//! journal. A store reads the command, calls the function and saves the result, in one transaction and under its
//! guards. The rules are therefore in one place and the same for every store.

use super::said;
use super::{
    Command, CommandKind, CommandPayload, CommandResult, CommandStatus, NewCommand, OnFailure, Transition,
};
use crate::access::Action;
use crate::actor::Actor;
use crate::ids::{CommandId, Seq, StackId};
use crate::journal::{CancelledSummary, Entry, JournalLine, Notes};
use crate::stack::Revision;
use crate::time::Timestamp;

mod finish;
mod open_queue;
#[cfg(test)]
mod tests;

pub use open_queue::{Claiming, LaneKind, OpenQueue};

/// A decision about a command.
#[derive(Debug, Clone, PartialEq)]
#[must_use = "nothing changes before a store writes it down"]
pub struct Decision {
    /// The transition; `None` if the status does not change.
    pub transition: Option<Transition>,
    /// The command to be stored.
    pub command: Command,
    /// The journal lines to add, in order.
    pub lines: Vec<JournalLine>,
}

impl Decision {
    /// The status that the decision requires; `None` for a new command.
    pub fn from(&self) -> Option<CommandStatus> {
        self.transition.map_or(Some(self.command.status), Transition::from)
    }
}

/// What a store found for the stack of a new command.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Found {
    /// The revision of the stack.
    pub revision: Revision,
    /// Whether the stack has the version that the command refers to; `true` if it refers to none.
    pub version: bool,
    /// What the stack does on failure, unless a request says otherwise.
    pub on_failure: OnFailure,
}

impl Found {
    /// What stands for the host.
    fn host() -> Self {
        let revision = Revision { current_version: None, last_seq: Seq(0), settings: 0 };
        Self { revision, version: true, on_failure: OnFailure::Hold }
    }
}

/// Why a command is not accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotAccepted {
    /// Only the system creates commands of this kind.
    #[error("{kind} commands are created by Core Monitor itself and cannot be requested")]
    SystemOnly {
        /// The kind.
        kind: CommandKind,
    },
    /// The stack does not exist or is deleted.
    #[error("the stack does not exist")]
    StackNotFound,
    /// The stack has no such version.
    #[error("the stack has no such version")]
    VersionNotFound,
    /// The stack has changed since the caller read it.
    #[error("the stack has changed and is now at revision `{current}`")]
    PreconditionFailed {
        /// The current revision.
        current: Revision,
    },
}

/// The effect of a cancel request.
#[derive(Debug, Clone, PartialEq)]
pub enum Cancelling {
    /// T7 or T9.
    Now(Decision),
    /// It is running: the worker will stop at the next safe point, T6.
    Asked(Decision),
    /// It is running, and a cancel was requested before.
    AskedBefore,
    /// It has already ended.
    TooLate,
}

impl Command {
    /// T1: decides whether a new command is accepted. `found` is `None` if the stack does not exist or is deleted. The
    /// store assigns the command its place in the queue.
    pub fn accept(new: NewCommand, found: Option<Found>) -> Result<Decision, NotAccepted> {
        let (kind, by) = (new.payload.kind(), new.principal.clone());
        if kind.is_power_change() && !matches!(by, Actor::System { .. }) {
            return Err(NotAccepted::SystemOnly { kind });
        }
        if (kind == CommandKind::Prune) != new.stack_id.is_host() {
            return Err(NotAccepted::StackNotFound);
        }
        // Nobody sees a state of the host that could be expected; a request that expects one is only looking for itself.
        let found = found.or(new.stack_id.is_host().then(Found::host)).ok_or(NotAccepted::StackNotFound)?;
        if !found.version {
            return Err(NotAccepted::VersionNotFound);
        }
        if !new.if_match.allows(found.revision) {
            return Err(NotAccepted::PreconditionFailed { current: found.revision });
        }
        let lines = vec![JournalLine::by(by, Entry::Enqueued)];
        let payload =
            if new.leaves_on_failure { new.payload.with_on_failure(found.on_failure) } else { new.payload };
        let command = Self::blank(new.id, new.stack_id, payload, new.principal, new.now);
        Ok(Decision { transition: Some(Transition::Accept), command, lines })
    }

    /// T1 of CREATE and UPDATE, which are done in the transaction that accepts them.
    pub fn saved(
        id: CommandId,
        stack_id: StackId,
        payload: CommandPayload,
        by: &Actor,
        now: Timestamp,
    ) -> Decision {
        let command = Self {
            status: CommandStatus::Done,
            started_at: Some(now),
            finished_at: Some(now),
            result: Some(CommandResult::default()),
            ..Self::blank(id, stack_id, payload, by.clone(), now)
        };
        let lines =
            [Entry::Enqueued, Entry::Done(None)].map(|entry| JournalLine::by(by.clone(), entry)).into();
        Decision { transition: Some(Transition::Accept), command, lines }
    }

    /// T7 or T9 at once; for a running command only the request is recorded, and its worker takes T6.
    pub fn cancel(&self, by: &Actor, now: Timestamp) -> Cancelling {
        match self.status {
            CommandStatus::Pending | CommandStatus::Failed => {
                Cancelling::Now(self.cancelled(by, Entry::Cancelled(None), now))
            }
            CommandStatus::Running => match self.asked_to_stop(by, now) {
                Some(asked) => Cancelling::Asked(asked),
                None => Cancelling::AskedBefore,
            },
            CommandStatus::Done | CommandStatus::Cancelled => Cancelling::TooLate,
        }
    }

    /// T8: it waits again, at its old place. `None` if it has not failed.
    pub fn retry(&self, by: &Actor) -> Option<Decision> {
        if self.refusal(Action::RetryCommand).is_some() {
            return None;
        }
        let command = Self {
            status: CommandStatus::Pending,
            retry: self.retry.saturating_add(1),
            attempt: 0,
            finished_at: None,
            cancel_requested_at: None,
            failure: None,
            ..self.clone()
        };
        Some(self.decided(Some(Transition::Retry), command, by, Entry::Retried))
    }

    /// T7 or T9 of a power change that `later` supersedes. `None` if it is running or has ended.
    fn superseded(&self, later: &Self, now: Timestamp) -> Option<Decision> {
        if !matches!(self.status, CommandStatus::Pending | CommandStatus::Failed) {
            return None;
        }
        let why = said::superseded_by(later.payload.kind(), later.seq);
        let code = self.failure.as_ref().map(|failure| failure.code);
        let entry = Entry::Cancelled(Some(CancelledSummary { code, notes: Notes::new(&[why]) }));
        Some(self.cancelled(&Actor::worker(), entry, now))
    }

    /// Records the request that a running command stops at its next safe point. `None` if it was requested before.
    fn asked_to_stop(&self, by: &Actor, now: Timestamp) -> Option<Decision> {
        if self.cancel_requested_at.is_some() {
            return None;
        }
        let command = Self { cancel_requested_at: Some(now), ..self.clone() };
        Some(self.decided(None, command, by, Entry::CancelRequested))
    }

    fn cancelled(&self, by: &Actor, entry: Entry, now: Timestamp) -> Decision {
        let edge = match self.status {
            CommandStatus::Failed => Transition::GiveUp,
            _ => Transition::Withdraw,
        };
        let command = Self { status: edge.to(), finished_at: Some(now), ..self.clone() };
        self.decided(Some(edge), command, by, entry)
    }

    /// The line belongs to the attempt before the decision.
    fn decided(&self, transition: Option<Transition>, command: Self, by: &Actor, entry: Entry) -> Decision {
        let line = JournalLine { attempt: self.attempt, ..JournalLine::by(by.clone(), entry) };
        Decision { transition, command, lines: vec![line] }
    }

    fn blank(
        id: CommandId,
        stack_id: StackId,
        payload: CommandPayload,
        principal: Actor,
        now: Timestamp,
    ) -> Self {
        Self {
            id,
            seq: Seq(0),
            stack_id,
            payload,
            status: Transition::Accept.to(),
            principal,
            created_at: now,
            started_at: None,
            finished_at: None,
            attempt: 0,
            retry: 0,
            fence: None,
            claimed_by: None,
            cancel_requested_at: None,
            failure: None,
            result: None,
        }
    }
}
