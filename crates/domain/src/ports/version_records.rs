//! What becomes known of versions after they were saved.

use std::collections::BTreeMap;

use async_trait::async_trait;

use super::StoreError;
use crate::actor::Actor;
use crate::ids::{StackId, VersionNumber};
use crate::stack_version::{VersionRecord, VersionTag};
use crate::time::Timestamp;

/// Keeps the tags of versions, and reads them with the images of releases.
#[cfg_attr(feature = "mocks", mockall::automock)]
#[async_trait]
pub trait VersionRecords: Send + Sync {
    /// What is known of the versions from the first to the last of these: those with a tag or a release.
    async fn between(
        &self,
        stack: StackId,
        first: VersionNumber,
        last: VersionNumber,
    ) -> Result<BTreeMap<VersionNumber, VersionRecord>, StoreError>;

    /// Gives a version a tag, or takes it away, with an entry in the audit. Nothing is written where nothing changes.
    async fn tag(
        &self,
        stack: StackId,
        version: VersionNumber,
        tag: Option<VersionTag>,
        by: &Actor,
        now: Timestamp,
    ) -> Result<(), TagError>;
}

/// Why a version was not tagged.
#[derive(Debug, thiserror::Error)]
pub enum TagError {
    /// The stack does not exist or is deleted.
    #[error("the stack does not exist")]
    StackNotFound,
    /// The stack has no such version.
    #[error("the stack has no such version")]
    VersionNotFound,
    /// Another version of the stack has the tag.
    #[error("version {holder} has this tag")]
    Taken {
        /// That version.
        holder: VersionNumber,
    },
    /// A store error.
    #[error(transparent)]
    Store(#[from] StoreError),
}
