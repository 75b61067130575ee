//! Actions as words, and the actions that commands are requested with.

use std::fmt;
use std::str::FromStr;

use super::Action;
use crate::command::CommandPayload;

impl Action {
    /// The action of requesting this command.
    pub fn of(command: &CommandPayload) -> Self {
        match command {
            CommandPayload::Create { .. } => Self::CreateStack,
            CommandPayload::Update { .. } => Self::SaveVersion,
            CommandPayload::Apply { .. } => Self::ApplyVersion,
            CommandPayload::Rollback { .. } => Self::RollBackToVersion,
            CommandPayload::Deploy { .. } => Self::DeployArtifact,
            CommandPayload::Start { .. } => Self::StartStack,
            CommandPayload::Stop { .. } => Self::StopStack,
            CommandPayload::Restart { .. } => Self::RestartStack,
            CommandPayload::Wake(_) => Self::WakeStack,
            CommandPayload::Sleep { .. } => Self::PutStackToSleep,
            CommandPayload::Delete { .. } => Self::DeleteStack,
            CommandPayload::Prune { .. } => Self::Prune,
            // It cannot be requested, only looked at.
            CommandPayload::Unreadable { .. } => Self::ShowCommand,
        }
    }
}

impl fmt::Display for Action {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Not the name of an action.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("there is no such action")]
pub struct ActionError;

impl FromStr for Action {
    type Err = ActionError;

    fn from_str(word: &str) -> Result<Self, ActionError> {
        Self::ALL.iter().find(|action| action.as_str() == word).copied().ok_or(ActionError)
    }
}
