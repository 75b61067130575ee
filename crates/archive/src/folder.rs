//! Builds the folder that an archive describes, member by member.

use std::collections::{BTreeMap, BTreeSet};

use crate::budget::Budget;
use crate::contents::Kept;
use crate::{ArchiveError, Fault};

/// Maximum length of a chain of links, the same as the kernel's limit.
const MAX_LINKS: usize = 40;

/// The members read so far. Folders that exist only as part of a path are not stored: a deep path has as many of them as it
/// has components, each with a path of its own.
#[derive(Debug)]
pub(crate) struct Folder<K> {
    members: BTreeMap<String, Member<K>>,
    /// Those that are members themselves.
    folders: BTreeSet<String>,
}

#[derive(Debug)]
enum Member<K> {
    File {
        content: K,
        executable: bool,
    },
    /// A link to another path of the archive.
    Link {
        target: String,
    },
}

/// A file of the folder, or a link in the place of one.
#[derive(Debug)]
pub(crate) struct Resolved<K> {
    pub(crate) path: String,
    pub(crate) content: K,
    pub(crate) executable: bool,
    /// The path of the file that a link leads to.
    pub(crate) target: Option<String>,
}

impl<K: Kept> Folder<K> {
    pub(crate) fn new() -> Self {
        Self { members: BTreeMap::new(), folders: BTreeSet::new() }
    }

    pub(crate) fn add_file(
        &mut self,
        path: String,
        content: K,
        executable: bool,
    ) -> Result<(), ArchiveError> {
        self.add(path, Member::File { content, executable })
    }

    pub(crate) fn add_link(&mut self, path: String, target: String) -> Result<(), ArchiveError> {
        self.add(path, Member::Link { target })
    }

    /// A folder may occur more than once, but must not also be a file.
    pub(crate) fn add_folder(&mut self, path: String) {
        self.folders.insert(path);
    }

    fn add(&mut self, path: String, member: Member<K>) -> Result<(), ArchiveError> {
        if self.members.contains_key(&path) {
            return Err(Fault::Duplicate.of(path));
        }
        self.members.insert(path, member);
        Ok(())
    }

    /// All files, with links resolved. A link counts as much as a copy would.
    pub(crate) fn into_files(self, budget: &mut Budget) -> Result<Vec<Resolved<K>>, ArchiveError> {
        if let Some(path) = self.members.keys().find(|path| self.is_folder(path)) {
            return Err(Fault::FileAndFolder.of(path));
        }
        let mut files = Vec::with_capacity(self.members.len());
        for (path, member) in &self.members {
            let (content, executable, target) = match member {
                Member::File { content, executable } => (content, *executable, None),
                Member::Link { target } => {
                    let (content, executable, end) = self.follow(target).map_err(|fault| fault.of(path))?;
                    budget.unpacked(content.length())?;
                    (content, executable, Some(end.to_owned()))
                }
            };
            files.push(Resolved { path: path.clone(), content: content.clone(), executable, target });
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

    fn follow<'a>(&'a self, first: &'a str) -> Result<(&'a K, bool, &'a str), Fault> {
        let mut target = first;
        for _ in 0..MAX_LINKS {
            match self.members.get(target) {
                Some(Member::File { content, executable }) => return Ok((content, *executable, target)),
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
        let mut folder = Folder::new();
        let deep = "d/".repeat(200);
        folder.add_file(format!("{deep}a"), std::sync::Arc::<[u8]>::from([]), false).unwrap();
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
