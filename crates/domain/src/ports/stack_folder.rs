//! The folder of a stack on the engine's host.

use std::collections::BTreeMap;

use async_trait::async_trait;
use core_monitor_message::Message;

use crate::drift::HostFile;
use crate::ids::StackId;
use crate::observation::EditedFile;
use crate::said;
use crate::stack_version::{FileEntry, SourceFile};

/// The target of a stack's relative bind mounts: one folder per stack, for all its versions. Containers may also write
/// there, at any time.
///
/// Files written from versions are recorded, to distinguish them from files of other origin. Every method can be
/// repeated after an interruption at any point.
#[cfg_attr(feature = "mocks", mockall::automock)]
#[async_trait]
pub trait StackFolder: Send + Sync {
    /// Absolute path on the host of the folder that contains the folders of all stacks, which are named after their
    /// ids.
    fn root(&self) -> String;

    /// The changes after which the folder has `files`, and no other unmodified file of an earlier version.
    async fn compare(&self, stack: StackId, files: &[FileEntry]) -> Result<FolderChanges, FolderError>;

    /// The files of all stacks that versions wrote and that somebody else has changed or removed since. It is asked often, so
    /// it may trust the times of files whose content it has read before.
    async fn edited(&self) -> Result<Vec<EditedFile>, FolderError>;

    /// What is in the place of these files now, of those that versions wrote: other paths are left out.
    async fn read_written(
        &self,
        stack: StackId,
        paths: &[String],
    ) -> Result<BTreeMap<String, HostFile>, FolderError>;

    /// Writes these files, each one atomically. Never follows links or overwrites folders.
    async fn write(&self, stack: StackId, files: &[(String, SourceFile)]) -> Result<(), FolderError>;

    /// Removes these files if a version wrote them and nobody has modified them since, then the folders left empty, and
    /// the stack's own folder after its last file.
    async fn remove(&self, stack: StackId, paths: &[String]) -> Result<(), FolderError>;
}

/// The result of [`StackFolder::compare`]: sorted paths.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct FolderChanges {
    /// Missing, or with different content or mode.
    pub write: Vec<String>,
    /// Those of `write` that contain somebody else's changes.
    pub overwritten: Vec<String>,
    /// Written by a version and no longer in it.
    pub remove: Vec<String>,
    /// No longer in the version, but modified since: they are kept.
    pub kept: Vec<String>,
}

impl FolderChanges {
    /// Whether there is nothing to do and nothing to say: a kept file is named, though nothing happens to it.
    pub fn is_empty(&self) -> bool {
        self.write.is_empty() && self.remove.is_empty() && self.kept.is_empty()
    }
}

/// What is in the place of a file or folder of the version.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum InTheWay {
    /// A folder, where the version has a file.
    Folder,
    /// Something other than a folder, where the version has one.
    NotAFolder,
    /// A symbolic link, where the version has a folder.
    Link,
}

impl FolderError {
    /// What is wrong.
    pub fn message(&self) -> Message {
        match self {
            Self::Blocked { path, what: InTheWay::Folder } => said::folder_in_place_of_file(path),
            Self::Blocked { path, what: InTheWay::NotAFolder } => said::no_folder_in_place_of_folder(path),
            Self::Blocked { path, what: InTheWay::Link } => said::link_in_place_of_folder(path),
            Self::Unavailable { what, source } => said::folder_unusable(what, source),
        }
    }
}

/// Why the folder cannot be updated.
#[derive(Debug, thiserror::Error)]
pub enum FolderError {
    /// Something else is in the place of a file or its folder. A person has to decide whether it may be removed.
    #[error("{}", self.message())]
    Blocked {
        /// Path in the folder.
        path: String,
        /// What it is.
        what: InTheWay,
    },
    /// The host reports an error: no space, no permission, a broken disk.
    #[error("the stack's folder cannot be used: {what}")]
    Unavailable {
        /// The attempted operation, e.g. `write conf/app.conf`.
        what: String,
        /// The reason.
        #[source]
        source: std::io::Error,
    },
}

impl FolderError {
    /// Whether there is no space left: it passes by itself, or when somebody makes space.
    pub fn is_disk_full(&self) -> bool {
        use std::io::ErrorKind;

        matches!(self, Self::Unavailable { source, .. }
            if matches!(source.kind(), ErrorKind::StorageFull | ErrorKind::QuotaExceeded))
    }
}
