//! Why nothing was done to an instance.

use core_monitor_domain::access::Forbidden;
use core_monitor_domain::ids::VersionNumber;
use core_monitor_domain::names::NameError;
use core_monitor_domain::ports::{LaunchError, SaveError, StoreError};
use core_monitor_message::Message;

use super::super::secret_variables::NoSecrets;
use super::super::{RefusedCommand, RefusedDefinition, said};

/// Why nothing was done to an instance.
#[derive(Debug, thiserror::Error)]
pub enum InstanceError {
    /// The actor is not allowed to do this.
    #[error(transparent)]
    Forbidden(#[from] Forbidden),
    /// No such template, or it is deleted.
    #[error("the template does not exist")]
    TemplateNotFound,
    /// The template has no such version.
    #[error("the template has no version {0}")]
    VersionNotFound(VersionNumber),
    /// The template has no instance with this key.
    #[error("the template has no such instance")]
    NotFound,
    /// Together with the name of the template, the key makes no name of a stack.
    #[error(transparent)]
    Key(#[from] NameError),
    /// The template does not take this key.
    #[error("{0}")]
    KeyRefused(Message),
    /// The template declares nothing that builds.
    #[error("the template declares no services that build")]
    NothingToBuild,
    /// The newest version of its stack says something else than its template, and nobody has applied it yet.
    #[error("{0}")]
    SavedByHand(Message),
    /// Nobody has upgraded all instances of the template yet.
    #[error("no rollout of the template has begun yet")]
    NoRollout,
    /// All instances of the template are being upgraded already.
    #[error("a rollout of the template is under way")]
    RolloutUnderWay(VersionNumber),
    /// Values are missing or wrong, or the definition that they make is.
    #[error(transparent)]
    Definition(#[from] RefusedDefinition),
    /// So many others are launched that no port stayed free long enough.
    #[error("other launches took every port that was chosen")]
    Busy,
    /// The store refused it.
    #[error(transparent)]
    Save(#[from] SaveError),
    /// The command was refused.
    #[error(transparent)]
    Command(#[from] RefusedCommand),
}

impl InstanceError {
    /// Why an instance cannot be upgraded, if that will not change by itself.
    pub(in super::super) fn lasting(self) -> Result<Message, Self> {
        match self {
            Self::Forbidden(_) => Ok(said::upgrade_forbidden()),
            Self::KeyRefused(message) | Self::SavedByHand(message) => Ok(message),
            Self::Definition(mut refused) if !refused.issues.is_empty() => {
                Ok(refused.issues.remove(0).message)
            }
            error => Err(error),
        }
    }
}

impl From<StoreError> for InstanceError {
    fn from(error: StoreError) -> Self {
        Self::Save(error.into())
    }
}

impl From<NoSecrets> for InstanceError {
    fn from(error: NoSecrets) -> Self {
        match error {
            NoSecrets::Refused(refused) => refused.into(),
            NoSecrets::Store(error) => error.into(),
        }
    }
}

impl From<LaunchError> for InstanceError {
    fn from(error: LaunchError) -> Self {
        match error {
            LaunchError::TemplateNotFound => Self::TemplateNotFound,
            LaunchError::NotFound => Self::NotFound,
            // Both are tried again until that makes no sense any more.
            LaunchError::Exists(_) | LaunchError::PortTaken { .. } => Self::Busy,
            LaunchError::Save(error) => Self::Save(error),
        }
    }
}
