//! The source of a build's files.

use std::sync::Arc;

use async_trait::async_trait;

use crate::desired::BuildFiles;
use crate::ids::{StackId, VersionNumber};

/// Reads the stored files of versions one by one, since a project folder need not fit into memory.
#[cfg_attr(feature = "mocks", mockall::automock)]
#[async_trait]
pub trait BuildSource: Send + Sync {
    /// The list of a version's files.
    async fn files(&self, stack: StackId, version: VersionNumber) -> Result<BuildFiles, BuildSourceError>;

    /// The content of a file.
    async fn read(
        &self,
        stack: StackId,
        version: VersionNumber,
        path: &str,
    ) -> Result<Arc<[u8]>, BuildSourceError>;
}

/// The files cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the stored files cannot be read: {reason}")]
pub struct BuildSourceError {
    /// The reason.
    pub reason: String,
}
