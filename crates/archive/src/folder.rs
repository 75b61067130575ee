//! The folder that an archive describes, put together member by member.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::budget::Budget;
use crate::{ArchiveError, Fault, File};

/// How many links may lead to each other; as many as the kernel follows.
const LONGEST_CHAIN: usize = 40;

/// What was read so far.
#[derive(Debug, Default)]
pub(crate) struct Folder {
    members: BTreeMap<String, Member>,
    folders: BTreeSet<String>,
}

#[derive(Debug)]
enum Member {
    File {
        bytes: Arc<[u8]>,
        executable: bool,
    },
    /// To another path of the archive.
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

    /// A folder may be there more than once; what counts is that it is no file.
    pub(crate) fn add_folder(&mut self, path: String) {
        self.folders.insert(path);
    }

    fn add(&mut self, path: String, member: Member) -> Result<(), ArchiveError> {
        if self.members.contains_key(&path) {
            return Err(Fault::Duplicate.of(path));
        }
        for (end, _) in path.match_indices('/') {
            if let Some(folder) = path.get(..end)
                && !self.folders.contains(folder)
            {
                self.folders.insert(folder.to_owned());
            }
        }
        self.members.insert(path, member);
        Ok(())
    }

    /// Every file; links have become copies.
    pub(crate) fn into_files(self, budget: &mut Budget) -> Result<Vec<File>, ArchiveError> {
        if let Some(path) = self.members.keys().find(|path| self.folders.contains(*path)) {
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

    fn follow(&self, first: &str) -> Result<(&Arc<[u8]>, bool), Fault> {
        let mut target = first;
        for _ in 0..LONGEST_CHAIN {
            match self.members.get(target) {
                Some(Member::File { bytes, executable }) => return Ok((bytes, *executable)),
                Some(Member::Link { target: next }) => target = next,
                None if target.is_empty() || self.folders.contains(target) => {
                    let target = if target.is_empty() { "." } else { target };
                    return Err(Fault::LinkToFolder(target.to_owned()));
                }
                None => return Err(Fault::LinkDangling(target.escape_debug().to_string())),
            }
        }
        Err(Fault::LinkLoop)
    }
}
