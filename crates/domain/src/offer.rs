//! What can be done to a stack or a command now, and why not: shown before somebody tries, and decided the same way when
//! they do.

use core_monitor_message::Message;

use crate::access::Action;
use crate::command::{Command, CommandStatus};

pub(crate) mod said;

/// An action, and what stands against it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Offer {
    /// The action.
    pub action: Action,
    /// Why it would be refused now; `None` if it would be accepted.
    pub unavailable: Option<Unavailable>,
}

/// Why an action would be refused now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unavailable {
    /// No version was ever applied, and none is about to be.
    NotApplied,
    /// The command has ended for good.
    Ended(CommandStatus),
    /// The command has not failed.
    NotFailed(CommandStatus),
    /// It is running and was asked to stop already.
    AskedToStop,
}

impl Unavailable {
    /// The reason as a sentence.
    pub fn message(self) -> Message {
        match self {
            Self::NotApplied => said::never_applied(),
            Self::Ended(status) => said::command_has_ended(status),
            Self::NotFailed(status) => said::command_has_not_failed(status),
            Self::AskedToStop => said::command_was_asked_to_stop(),
        }
    }
}

/// What can be done to a stack, in the order in which it is offered.
pub const OF_A_STACK: [Action; 12] = [
    Action::ApplyVersion,
    Action::RollBackToVersion,
    Action::DeployArtifact,
    Action::StartStack,
    Action::StopStack,
    Action::RestartStack,
    Action::ScaleService,
    Action::SaveVersion,
    Action::MakePlan,
    Action::ChangeStack,
    Action::PlanDelete,
    Action::DeleteStack,
];

/// What can be done to a command, in the order in which it is offered.
pub const OF_A_COMMAND: [Action; 2] = [Action::RetryCommand, Action::CancelCommand];

/// What decides about the actions on a stack.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Standing {
    /// A version was applied.
    pub applied: bool,
    /// A command that applies one is in the queue.
    pub apply_ahead: bool,
}

impl Standing {
    /// Why `action` on the stack would be refused.
    pub fn refusal(self, action: Action) -> Option<Unavailable> {
        let needs_containers = matches!(
            action,
            Action::DeployArtifact
                | Action::StartStack
                | Action::StopStack
                | Action::RestartStack
                | Action::ScaleService
        );
        (needs_containers && !self.applied && !self.apply_ahead).then_some(Unavailable::NotApplied)
    }

    /// Every action on the stack.
    pub fn offers(self) -> Vec<Offer> {
        OF_A_STACK.map(|action| Offer { action, unavailable: self.refusal(action) }).into()
    }
}

impl Command {
    /// Why `action` on the command would be refused.
    pub fn refusal(&self, action: Action) -> Option<Unavailable> {
        match (action, self.status) {
            (Action::RetryCommand, CommandStatus::Failed) => None,
            (Action::RetryCommand, status) => Some(Unavailable::NotFailed(status)),
            (Action::CancelCommand, status @ (CommandStatus::Done | CommandStatus::Cancelled)) => {
                Some(Unavailable::Ended(status))
            }
            (Action::CancelCommand, CommandStatus::Running) if self.cancel_requested_at.is_some() => {
                Some(Unavailable::AskedToStop)
            }
            _ => None,
        }
    }

    /// Every action on the command.
    pub fn offers(&self) -> Vec<Offer> {
        OF_A_COMMAND.map(|action| Offer { action, unavailable: self.refusal(action) }).into()
    }
}

#[cfg(test)]
mod tests;
