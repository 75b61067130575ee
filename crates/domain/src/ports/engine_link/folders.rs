//! The folders of stacks on the worker's host.

use std::collections::BTreeMap;

use async_trait::async_trait;

use super::LinkError;
use crate::drift::HostFile;
use crate::ids::StackId;

/// Reads files that versions wrote, as they are now.
#[async_trait]
pub trait FolderLink: Send + Sync {
    /// What is in the place of these files, as [`StackFolder::read_written`](crate::ports::StackFolder::read_written) finds it.
    async fn read_written(
        &self,
        stack: StackId,
        paths: &[String],
    ) -> Result<BTreeMap<String, HostFile>, LinkError>;
}
