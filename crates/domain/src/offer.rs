//! What can be done to a stack, a command or a container now, and why not: shown before somebody tries, and decided the same way when
//! they do.

use core_monitor_message::Message;

use crate::access::Action;
use crate::command::{Command, CommandStatus};
use crate::observation::ContainerState;

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
    /// Nothing can be started in the container, since it does not run or is held.
    NotRunning,
}

impl Unavailable {
    /// The reason as a sentence.
    pub fn message(self) -> Message {
        match self {
            Self::NotApplied => said::never_applied(),
            Self::Ended(status) => said::command_has_ended(status),
            Self::NotFailed(status) => said::command_has_not_failed(status),
            Self::AskedToStop => said::command_was_asked_to_stop(),
            Self::NotRunning => said::container_does_not_run(),
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

/// What can be done in a container, in the order in which it is offered. Its output and its files can be read in any state.
pub const OF_A_CONTAINER: [Action; 3] =
    [Action::OpenTerminal, Action::ExecInContainer, Action::ListProcesses];

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

impl ContainerState {
    /// Why `action` on a container in this state would be refused, as far as the last observation shows: the engine decides.
    pub fn refusal(self, action: Action) -> Option<Unavailable> {
        // Nothing starts in a container that is paused or about to be restarted, but the processes of a paused one are there.
        let can = match action {
            Action::OpenTerminal | Action::ExecInContainer => self == Self::Running,
            Action::ListProcesses => matches!(self, Self::Running | Self::Paused),
            _ => true,
        };
        (!can).then_some(Unavailable::NotRunning)
    }

    /// Every action on a container in this state.
    pub fn offers(self) -> Vec<Offer> {
        OF_A_CONTAINER.map(|action| Offer { action, unavailable: self.refusal(action) }).into()
    }
}

#[cfg(test)]
mod tests;
