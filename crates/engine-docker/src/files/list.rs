//! Listing a folder: its members one level below it, from an archive of all levels.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use core_monitor_domain::container_file::{FileEntry, FileRefusal, FolderListing};
use core_monitor_domain::ports::{Clock, EngineError, FilesError};
use hyper::body::Incoming;

use super::Result;
use super::members::{ArchiveBytes, End, Most, entry, noted};

/// How much is read for one listing. The content of every file below the folder is part of it.
const MOST_BYTES: u64 = 2 << 30;
/// How long that may take.
const MOST_TIME: Duration = Duration::from_secs(20);
/// How many members of all levels are looked at.
const MOST_MEMBERS: usize = 500_000;

/// The members of the folder whose archive this is.
pub(super) async fn list(archive: Incoming, clock: Arc<dyn Clock>) -> Result<FolderListing> {
    let bytes = ArchiveBytes::of(archive, Some(Most { bytes: MOST_BYTES, time: MOST_TIME, clock }));
    let end = bytes.end();
    let read = tokio::task::spawn_blocking(move || members(bytes)).await;
    let (entries, whole) = read.map_err(|_| broken())?;
    match noted(&end) {
        End::Broken => Err(broken()),
        End::Cut => Ok(FolderListing::new(entries, true)),
        End::Whole => Ok(FolderListing::new(entries, !whole)),
    }
}

/// The symbolic links of all levels below the folder whose archive this is, as paths below it.
pub(super) async fn links(archive: Incoming, clock: Arc<dyn Clock>) -> Result<BTreeSet<String>> {
    let bytes = ArchiveBytes::of(archive, Some(Most { bytes: MOST_BYTES, time: MOST_TIME, clock }));
    let end = bytes.end();
    let read = tokio::task::spawn_blocking(move || all_links(bytes)).await;
    let (links, whole) = read.map_err(|_| broken())?;
    match noted(&end) {
        End::Broken => Err(broken()),
        End::Whole if whole => Ok(links),
        End::Whole | End::Cut => Err(FilesError::Refused(FileRefusal::Refused {
            message: "the folder has too much in it to look for symbolic links first; send single files"
                .to_owned(),
        })),
    }
}

/// The links, and whether those were all.
fn all_links(bytes: impl std::io::Read) -> (BTreeSet<String>, bool) {
    let mut links = BTreeSet::new();
    let mut archive = tar::Archive::new(bytes);
    let Ok(members) = archive.entries() else { return (links, false) };
    for (number, member) in members.enumerate() {
        let Ok(member) = member else { return (links, false) };
        if number >= MOST_MEMBERS {
            return (links, false);
        }
        if member.header().entry_type().is_symlink() {
            let path = String::from_utf8_lossy(&member.path_bytes()).into_owned();
            let parts: Vec<_> = path.split('/').filter(|part| !part.is_empty() && *part != ".").collect();
            links.insert(parts.join("/"));
        }
    }
    (links, true)
}

fn broken() -> FilesError<EngineError> {
    let reason = "the engine broke off the answer about a folder".to_owned();
    FilesError::Failed(EngineError::Unavailable { reason })
}

/// The members one level down, and whether those were all.
fn members(bytes: impl std::io::Read) -> (Vec<FileEntry>, bool) {
    let mut entries = Vec::new();
    // By path: another name of a file has no size in the archive.
    let mut sizes = BTreeMap::new();
    let mut archive = tar::Archive::new(bytes);
    let Ok(members) = archive.entries() else { return (entries, false) };
    for (number, member) in members.enumerate() {
        let Ok(member) = member else { return (entries, false) };
        if number >= MOST_MEMBERS {
            return (entries, false);
        }
        let path = member.path_bytes();
        let mut parts = path.split(|byte| *byte == b'/').filter(|part| !part.is_empty() && *part != b".");
        let (Some(name), None) = (parts.next(), parts.next()) else { continue };
        if entries.len() >= FolderListing::MOST {
            return (entries, false);
        }
        let mut found = entry(&member, name);
        match member.link_name_bytes() {
            Some(first) if member.header().entry_type().is_hard_link() => {
                found.size = sizes.get(&*first).copied().unwrap_or(found.size);
            }
            _ => {
                sizes.insert(path.to_vec(), found.size);
            }
        }
        entries.push(found);
    }
    (entries, true)
}

#[cfg(test)]
mod tests {
    use core_monitor_domain::container_file::FileKind;

    use super::*;

    fn archive(names: &[impl AsRef<[u8]>]) -> Vec<u8> {
        let mut tar = tar::Builder::new(Vec::new());
        for name in names {
            let name = name.as_ref();
            let is_folder = name.ends_with(b"/");
            let mut header = tar::Header::new_gnu();
            header.set_size(if is_folder { 0 } else { 3 });
            header.set_entry_type(if is_folder {
                tar::EntryType::Directory
            } else {
                tar::EntryType::Regular
            });
            header.as_gnu_mut().unwrap().name[..name.len()].copy_from_slice(name);
            header.set_cksum();
            let content: &[u8] = if is_folder { b"" } else { b"abc" };
            tar.append(&header, content).unwrap();
        }
        tar.into_inner().unwrap()
    }

    #[test]
    fn only_one_level_is_listed() {
        for root in ["./", "/"] {
            let names = [root.to_owned(), format!("{root}a/"), format!("{root}a/deep"), format!("{root}b")];
            let bytes = archive(&names);
            let (entries, whole) = members(bytes.as_slice());
            let shown: Vec<_> =
                entries.iter().map(|entry| (entry.name.as_str(), entry.kind, entry.size)).collect();
            assert_eq!(shown, [("a", FileKind::Folder, 0), ("b", FileKind::File, 3)]);
            assert!(whole);
        }
    }

    #[test]
    fn names_that_are_no_text_are_shown_and_marked() {
        let bytes =
            archive(&[b"./".as_slice(), b"./a\xffb", "./ä\u{fffd}".as_bytes(), b"./\xfe/", b"./\xfe/deep"]);
        let (entries, whole) = members(bytes.as_slice());
        let shown: Vec<_> = entries.iter().map(|entry| (entry.name.as_str(), entry.name_replaced)).collect();
        assert_eq!(shown, [("a\u{fffd}b", true), ("ä\u{fffd}", false), ("\u{fffd}", true)]);
        assert!(whole);
    }

    #[test]
    fn an_archive_that_ends_early_is_not_all() {
        let bytes = archive(&["./", "./a", "./b"]);
        let (entries, whole) = members(&bytes[..bytes.len() - 1_024 - 600]);
        assert_eq!((entries.len(), whole), (1, false));
    }
}
