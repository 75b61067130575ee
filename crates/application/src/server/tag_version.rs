//! Giving a version a name of its own.

use core_monitor_domain::access::{Action, Forbidden, Resource};
use core_monitor_domain::actor::Actor;
use core_monitor_domain::ids::{StackId, VersionNumber};
use core_monitor_domain::ports::{StoreError, TagError};
use core_monitor_domain::stack_version::VersionTag;

use super::{ListedVersion, Server};

/// Why a version was not tagged.
#[derive(Debug, thiserror::Error)]
pub enum TagVersionError {
    /// The actor is not allowed to do this.
    #[error(transparent)]
    Forbidden(#[from] Forbidden),
    /// The store refused it.
    #[error(transparent)]
    Tag(#[from] TagError),
}

impl From<StoreError> for TagVersionError {
    fn from(error: StoreError) -> Self {
        Self::Tag(error.into())
    }
}

impl Server {
    /// Gives a version a tag, or takes it away, and records that in the audit.
    pub async fn tag_version(
        &self,
        actor: &Actor,
        stack: StackId,
        version: VersionNumber,
        tag: Option<VersionTag>,
    ) -> Result<ListedVersion, TagVersionError> {
        let ports = self.permit(actor, Action::TagVersion, &Resource::Stack(stack)).await?;
        ports.version_records.tag(stack, version, tag, actor, ports.clock.now()).await?;
        let tagged = ports.stacks.find_version(stack, version).await?.ok_or(TagError::VersionNotFound)?;
        let mut records = ports.version_records.between(stack, version, version).await?;
        Ok(ListedVersion::of(&tagged).with(records.remove(&version)))
    }
}
