//! [`DiskSpace`] of a folder.

use std::path::{Path, PathBuf};

use core_monitor_domain::doctor::SpaceFacts;
use core_monitor_domain::ports::DiskSpace;

use crate::machine::space;

/// The disks that some folders are on.
#[derive(Debug, Clone)]
pub struct FolderDisk {
    folders: Vec<PathBuf>,
}

impl FolderDisk {
    /// The disks of an installation: that of its data folder, and that of its stacks, if they have one of their own.
    pub fn of_installation(data_dir: &Path) -> Self {
        Self { folders: vec![data_dir.to_owned(), data_dir.join("stacks")] }
    }
}

impl DiskSpace for FolderDisk {
    /// That of the disk with the least: the first one that is full holds everything up.
    fn space(&self) -> Option<SpaceFacts> {
        let spaces = self.folders.iter().filter_map(|folder| space(folder));
        spaces.min_by_key(|space| (!space.is_full(), space.free))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_space_is_that_of_the_disk() {
        let folder = tempfile::tempdir().unwrap();
        let roomy = folder.path().to_owned();
        let found = FolderDisk::of_installation(&roomy).space().unwrap();
        assert!(found.free > 0, "{found:?}");
        // This file system has no room at all, whatever the machine.
        let full = PathBuf::from("/proc/self");
        for folders in [vec![full.clone()], vec![roomy.clone(), full.clone()], vec![full, roomy]] {
            let none = FolderDisk { folders }.space().unwrap();
            assert_eq!((none.free, none.is_full()), (0, true));
        }
    }
}
