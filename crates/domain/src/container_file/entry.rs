//! A file, or a folder with what is in it.

use core_monitor_message::Message;
use serde::{Deserialize, Serialize};

use super::said;
use crate::time::Timestamp;

/// Something in a folder.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileEntry {
    /// Its name.
    pub name: String,
    /// Whether the name has bytes that are no UTF-8, which `name` has U+FFFD for. No path can name it.
    #[serde(default)]
    pub name_replaced: bool,
    /// What it is.
    pub kind: FileKind,
    /// Its size in bytes; 0 for what is no file.
    pub size: u64,
    /// Its permissions, as in `chmod`.
    pub mode: u32,
    /// The number of its owner.
    pub uid: u64,
    /// The number of its group.
    pub gid: u64,
    /// When its content was last changed.
    pub modified: Option<Timestamp>,
    /// Where a symbolic link points to.
    pub target: Option<String>,
}

/// What something in a folder is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FileKind {
    /// A file.
    File,
    /// A folder.
    Folder,
    /// A symbolic link.
    Link,
    /// A device, a pipe or a socket.
    Special,
}

impl FileKind {
    /// Every kind.
    pub const ALL: [Self; 4] = [Self::File, Self::Folder, Self::Link, Self::Special];

    /// The name in JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::File => "file",
            Self::Folder => "folder",
            Self::Link => "link",
            Self::Special => "special",
        }
    }

    /// What a person calls it.
    pub(super) fn words(self) -> Message {
        match self {
            Self::File => said::a_file(),
            Self::Folder => said::a_folder(),
            Self::Link => said::a_link(),
            Self::Special => said::a_special_file(),
        }
    }
}

/// What is in a folder.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FolderListing {
    /// By name, folders first.
    pub entries: Vec<FileEntry>,
    /// Whether there may be more: the engine only gives a folder with everything below it, and that was too much.
    pub cut: bool,
}

impl FolderListing {
    /// The largest number of entries.
    pub const MOST: usize = 5_000;

    /// Sorts the entries.
    pub fn new(mut entries: Vec<FileEntry>, cut: bool) -> Self {
        let order = |entry: &FileEntry| (entry.kind != FileKind::Folder, entry.name.clone());
        entries.sort_by_key(order);
        Self { entries, cut }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_come_first() {
        let entry = |name: &str, kind| FileEntry {
            name: name.into(),
            name_replaced: false,
            kind,
            size: 0,
            mode: 0o644,
            uid: 0,
            gid: 0,
            modified: None,
            target: None,
        };
        let entries = vec![
            entry("b", FileKind::File),
            entry("d", FileKind::Folder),
            entry("a", FileKind::Link),
            entry("c", FileKind::Folder),
        ];
        let names: Vec<_> = FolderListing::new(entries, false).entries.into_iter().map(|e| e.name).collect();
        assert_eq!(names, ["c", "d", "a", "b"]);
    }
}
