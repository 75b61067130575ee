//! In-memory files, folders and links.

use std::collections::BTreeMap;

use core_monitor_domain::ports::{FolderError, InTheWay};
use core_monitor_domain::stack_version::SourceFile;

/// The content of a folder, by path. Every parent folder has its own entry.
#[derive(Debug, Default)]
pub(super) struct Tree {
    things: BTreeMap<String, Thing>,
}

#[derive(Debug)]
enum Thing {
    File(SourceFile),
    Folder,
    Link,
}

/// The object at a path.
pub(super) enum Found<'a> {
    Nothing,
    File(&'a SourceFile),
    /// A folder with nothing in it.
    EmptyFolder,
    /// Another folder or a link.
    Other,
    /// A component of the path is not a folder.
    Unreachable,
}

/// The parent folders of `path`, outermost first.
fn ancestors(path: &str) -> impl Iterator<Item = &str> {
    path.match_indices('/').filter_map(|(at, _)| path.get(..at))
}

impl Tree {
    pub(super) fn find(&self, path: &str) -> Found<'_> {
        for folder in ancestors(path) {
            match self.things.get(folder) {
                Some(Thing::Folder) => {}
                Some(Thing::File(_) | Thing::Link) => return Found::Unreachable,
                None => return Found::Nothing,
            }
        }
        match self.things.get(path) {
            Some(Thing::File(file)) => Found::File(file),
            Some(Thing::Folder) if !self.has_something(path) => Found::EmptyFolder,
            Some(Thing::Folder | Thing::Link) => Found::Other,
            None => Found::Nothing,
        }
    }

    /// Replaces an existing file, link or empty folder, but no other folder.
    pub(super) fn put(&mut self, path: &str, file: SourceFile) -> Result<(), FolderError> {
        let blocked = |path: &str, what| Err(FolderError::Blocked { path: path.to_owned(), what });
        for folder in ancestors(path) {
            match self.things.get(folder) {
                Some(Thing::Folder) => {}
                Some(Thing::File(_)) => return blocked(folder, InTheWay::NotAFolder),
                Some(Thing::Link) => {
                    let what = InTheWay::Link;
                    return blocked(folder, what);
                }
                None => {
                    self.things.insert(folder.to_owned(), Thing::Folder);
                }
            }
        }
        if matches!(self.things.get(path), Some(Thing::Folder)) && self.has_something(path) {
            return blocked(path, InTheWay::Folder);
        }
        self.things.insert(path.to_owned(), Thing::File(file));
        Ok(())
    }

    /// Removes a file and the parent folders left empty.
    pub(super) fn remove(&mut self, path: &str) {
        self.things.remove(path);
        let folders: Vec<String> = ancestors(path).map(ToOwned::to_owned).collect();
        for folder in folders.iter().rev() {
            if self.has_something(folder) {
                return;
            }
            self.things.remove(folder);
        }
    }

    fn has_something(&self, folder: &str) -> bool {
        let inside = format!("{folder}/");
        self.things.keys().any(|path| path.starts_with(&inside))
    }

    pub(super) fn put_by_hand(&mut self, path: &str, file: SourceFile) {
        self.make_folders(path);
        self.things.insert(path.to_owned(), Thing::File(file));
    }

    pub(super) fn make_folder(&mut self, path: &str) {
        self.make_folders(path);
        self.things.insert(path.to_owned(), Thing::Folder);
    }

    pub(super) fn link_by_hand(&mut self, path: &str) {
        self.make_folders(path);
        self.things.insert(path.to_owned(), Thing::Link);
    }

    fn make_folders(&mut self, path: &str) {
        self.things.extend(ancestors(path).map(|folder| (folder.to_owned(), Thing::Folder)));
    }

    pub(super) fn remove_by_hand(&mut self, path: &str) {
        let inside = format!("{path}/");
        self.things.retain(|there, _| there != path && !there.starts_with(&inside));
    }

    pub(super) fn listing(&self) -> String {
        let lines = self.things.iter().filter_map(|(path, thing)| match thing {
            Thing::File(file) => {
                let mark = if file.is_executable() { "*" } else { "" };
                Some(format!("{path}{mark}={}", file.text().unwrap_or("(binary)").trim_end()))
            }
            Thing::Folder => (!self.has_something(path)).then(|| format!("{path}/")),
            Thing::Link => Some(format!("{path}->")),
        });
        lines.collect::<Vec<_>>().join("; ")
    }
}
