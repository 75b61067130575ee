//! Builds the folder that an archive describes, member by member.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::budget::Budget;
use crate::{ArchiveError, Fault, File};

/// Maximum length of a chain of links, the same as the kernel's limit.
const MAX_LINKS: usize = 40;

/// The members read so far. Folders that exist only as part of a path are not stored: a deep path has as many of them as it
/// has components, each with a path of its own.
#[derive(Debug, Default)]
pub(crate) struct Folder {
    members: BTreeMap<String, Member>,
    /// Those that are members themselves.
    folders: BTreeSet<String>,
}

#[derive(Debug)]
enum Member {
    File {
        bytes: Arc<[u8]>,
        executable: bool,
    },
    /// A link to another path of the archive.
    Link {
        target: String,
    },
}

impl Folder {
    pub(crate) fn add_file(
        &mut self,
        path: String,
        bytes: Vec<u8>,
        executable: bool,
    ) -> Result<(), ArchiveError> {
        self.add(path, Member::File { bytes: bytes.into(), executable })
    }

    pub(crate) fn add_link(&mut self, path: String, target: String) -> Result<(), ArchiveError> {
        self.add(path, Member::Link { target })
    }

    /// A folder may occur more than once, but must not also be a file.
    pub(crate) fn add_folder(&mut self, path: String) {
        self.folders.insert(path);
    }

    fn add(&mut self, path: String, member: Member) -> Result<(), ArchiveError> {
        if self.members.contains_key(&path) {
            return Err(Fault::Duplicate.of(path));
        }
        self.members.insert(path, member);
        Ok(())
    }

    /// All files, with links replaced by copies.
    pub(crate) fn into_files(self, budget: &mut Budget) -> Result<Vec<File>, ArchiveError> {
        if let Some(path) = self.members.keys().find(|path| self.is_folder(path)) {
            return Err(Fault::FileAndFolder.of(path));
        }
        let mut files = Vec::with_capacity(self.members.len());
        for (path, member) in &self.members {
            let (bytes, executable) = match member {
                Member::File { bytes, executable } => (bytes, *executable),
                Member::Link { target } => {
                    let (bytes, executable) = self.follow(target).map_err(|fault| fault.of(path))?;
                    budget.unpacked(bytes.len() as u64)?;
                    (bytes, executable)
                }
            };
            files.push(File { path: path.clone(), bytes: Arc::clone(bytes), executable });
        }
        if files.is_empty() { Err(ArchiveError::Empty) } else { Ok(files) }
    }

    /// Whether something is at this path or below it, other than a file.
    fn is_folder(&self, path: &str) -> bool {
        let inside = format!("{path}/");
        let next = |found: Option<&String>| found.is_some_and(|found| found.starts_with(&inside));
        self.folders.contains(path)
            || next(self.folders.range(inside.clone()..).next())
            || next(self.members.range(inside.clone()..).next().map(|(found, _)| found))
    }

    fn follow(&self, first: &str) -> Result<(&Arc<[u8]>, bool), Fault> {
        let mut target = first;
        for _ in 0..MAX_LINKS {
            match self.members.get(target) {
                Some(Member::File { bytes, executable }) => return Ok((bytes, *executable)),
                Some(Member::Link { target: next }) => target = next,
                None if target.is_empty() || self.is_folder(target) => {
                    let target = if target.is_empty() { "." } else { target };
                    return Err(Fault::LinkToFolder(target.to_owned()));
                }
                None => return Err(Fault::LinkDangling(target.escape_debug().to_string())),
            }
        }
        Err(Fault::LinkLoop)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_deep_path_is_stored_once() {
        let mut folder = Folder::default();
        let deep = "d/".repeat(200);
        folder.add_file(format!("{deep}a"), Vec::new(), false).unwrap();
        folder.add_folder(format!("{deep}empty"));
        assert_eq!((folder.members.len(), folder.folders.len()), (1, 1));
        assert!(
            folder.is_folder("d") && folder.is_folder("d/d") && folder.is_folder(&format!("{deep}empty"))
        );
        assert!(
            !folder.is_folder(&format!("{deep}a")) && !folder.is_folder("e") && !folder.is_folder("d/dd")
        );
    }
}
