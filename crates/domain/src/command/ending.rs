//! How a worker ends a command, and what changes in the stack.

use super::{CommandKind, CommandResult, Failure, said};
use crate::ids::VersionNumber;
use crate::release::Release;
use crate::stack::RunId;

/// How a command ends.
#[derive(Debug, Clone, PartialEq)]
pub enum Finish {
    /// T3.
    Done {
        /// What it did.
        result: CommandResult,
        /// What changes in the stack.
        change: Box<StackChange>,
    },
    /// T4.
    Failed {
        /// Why.
        failure: Failure,
    },
    /// T6, and the end of a command that rolled back.
    Cancelled {
        /// The reason, if it was not requested.
        failure: Option<Failure>,
        /// What was done and what was not.
        result: CommandResult,
        /// What changes in the stack if it was rolled back.
        change: Box<StackChange>,
    },
}

impl Finish {
    /// The end of a command whose stack was deleted before it could start. Nothing is left to do, and nobody could do
    /// anything about it: what it wanted gone is gone, and the rest is cancelled. Either way, the queue goes on.
    pub fn without_stack(kind: CommandKind) -> Self {
        let (change, rolled_back_to) = (Box::default(), None);
        let result = |note| CommandResult { effects: 0, notes: vec![note], rolled_back_to };
        match kind {
            CommandKind::Delete | CommandKind::Stop | CommandKind::Sleep => {
                Self::Done { result: result(said::deleted_already()), change }
            }
            _ => Self::Cancelled { failure: None, result: result(said::deleted_before_start()), change },
        }
    }
}

/// What a finished command changes in its stack. `None` leaves a value unchanged.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct StackChange {
    /// The version that is now applied.
    pub current_version: Option<VersionNumber>,
    /// The new release.
    pub release: Option<Release>,
    /// The runs that were stopped on purpose.
    pub stopped_runs: Option<Vec<RunId>>,
    /// No version is applied any more: nothing of the stack is left on the engine besides volumes.
    pub unapplied: bool,
    /// The stack is deleted.
    pub deleted: bool,
}
