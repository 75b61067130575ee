//! Where a build's files come from.

use std::sync::Arc;

use async_trait::async_trait;

use crate::desired::BuildFiles;
use crate::ids::{StackId, VersionNumber};

/// The stored files of versions, read one by one: a project folder need not fit into memory.
#[cfg_attr(feature = "mocks", mockall::automock)]
#[async_trait]
pub trait BuildSource: Send + Sync {
    /// The list of a version's files.
    async fn files(&self, stack: StackId, version: VersionNumber) -> Result<BuildFiles, BuildSourceError>;

    /// The content of one of them.
    async fn read(
        &self,
        stack: StackId,
        version: VersionNumber,
        path: &str,
    ) -> Result<Arc<[u8]>, BuildSourceError>;
}

/// Files that cannot be had.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the stored files cannot be read: {reason}")]
pub struct BuildSourceError {
    /// In short.
    pub reason: String,
}
