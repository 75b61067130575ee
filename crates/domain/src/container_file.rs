//! Files in containers and volumes, as the engine shows them.
//!
//! Nothing here opens a file: the engine reads and writes them inside the container. A path is checked before it gets there, and
//! a symbolic link is shown as one.

mod entry;
mod path;
mod refusal;
pub(crate) mod said;
mod tar_check;

pub use entry::{FileEntry, FileKind, FolderListing};
pub use path::{FilePath, FilePathError};
pub use refusal::{FileRefusal, MemberFault};
pub use tar_check::TarCheck;

use serde::{Deserialize, Serialize};

use crate::ids::ContainerId;

/// Where something is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FilePlace {
    /// The container in which the engine looks.
    pub container: ContainerId,
    /// The folder in it that must not be left, for instance where a volume is mounted: no folder between it and the file may be
    /// a symbolic link.
    pub root: Option<FilePath>,
    /// The path in the container; below `root`, if there is one.
    pub path: FilePath,
}

/// What is put somewhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Upload {
    /// A file with this name. What is not said is kept of a file that is replaced; else it belongs to root, with mode 644.
    File {
        /// Its size in bytes.
        size: u64,
        /// Its permissions.
        mode: Option<u32>,
        /// Its owner.
        uid: Option<u32>,
        /// Its group.
        gid: Option<u32>,
    },
    /// Files for the folder with this name, in an uncompressed tar.
    Archive,
}

/// What is fetched.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Download {
    /// The content of a file.
    Content,
    /// A file or folder with everything in it, as an uncompressed tar.
    Archive,
}
