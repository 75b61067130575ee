//! The folder of a stack on the engine's host.

use async_trait::async_trait;

use crate::ids::StackId;
use crate::stack_version::{FileEntry, SourceFile};

/// Where relative bind mounts of a stack lead: one folder per stack, the same for all its versions. Containers may write
/// there too, whatever they like, at any moment.
///
/// What versions wrote is remembered, so that it can be told from what others put there. Every method may be repeated
/// after it was interrupted anywhere.
#[cfg_attr(feature = "mocks", mockall::automock)]
#[async_trait]
pub trait StackFolder: Send + Sync {
    /// What has to be done so that the folder has `files`, and nothing else that versions wrote and nobody changed.
    async fn compare(&self, stack: StackId, files: &[FileEntry]) -> Result<FolderChanges, FolderError>;

    /// Writes these files, each of them atomically. Never through a link, and never over a folder.
    async fn write(&self, stack: StackId, files: &[(String, SourceFile)]) -> Result<(), FolderError>;

    /// Removes these files as far as a version wrote them and nobody changed them since, the folders that are empty
    /// then, and the stack's own folder with the last file.
    async fn remove(&self, stack: StackId, paths: &[String]) -> Result<(), FolderError>;
}

/// What [`StackFolder::compare`] found, as paths in order.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct FolderChanges {
    /// Missing, or with other content, or with another mode.
    pub write: Vec<String>,
    /// Those of `write` at which somebody else has put something.
    pub overwritten: Vec<String>,
    /// Written by a version and no longer wanted.
    pub remove: Vec<String>,
    /// No longer wanted either, but changed since by somebody else: they stay.
    pub kept: Vec<String>,
}

impl FolderChanges {
    /// There is nothing to do. What is kept needs nothing.
    pub fn is_empty(&self) -> bool {
        self.write.is_empty() && self.remove.is_empty() && self.kept.is_empty()
    }
}

/// Why the folder is not as wanted.
#[derive(Debug, thiserror::Error)]
pub enum FolderError {
    /// Something else is where a file or its folder has to be. Only a person can say whether it may go.
    #[error("`{path}` in the stack's folder is {what}")]
    Blocked {
        /// Path in the folder.
        path: String,
        /// What it is, e.g. `a folder, where the version has a file`.
        what: &'static str,
    },
    /// The host refuses: no space, no right, a broken disk.
    #[error("the stack's folder cannot be used: {what}")]
    Unavailable {
        /// What was tried, e.g. `write conf/app.conf`.
        what: String,
        /// The reason.
        #[source]
        source: std::io::Error,
    },
}
