//! [`StackFolder`] in memory, with somebody else in it.

use std::collections::BTreeMap;
use std::io;
use std::sync::{Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use core_monitor_domain::ids::StackId;
use core_monitor_domain::ports::{FolderChanges, FolderError, StackFolder};
use core_monitor_domain::stack_version::{FileEntry, FileHash, SourceFile};

mod tree;

use tree::{Found, Tree};

/// The folders of all stacks. What it does is held against a real directory by the suite in `tests/contracts/folder`.
#[derive(Debug, Default)]
pub struct SimStackFolder {
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    folders: BTreeMap<StackId, Folder>,
    full: bool,
}

/// The folder of one stack.
#[derive(Debug, Default)]
struct Folder {
    tree: Tree,
    written: BTreeMap<String, Written>,
}

/// What a version wrote last, and what it wrote before: a write that was broken off leaves the one or the other.
#[derive(Debug)]
struct Written {
    last: FileHash,
    before: Option<FileHash>,
}

impl SimStackFolder {
    /// No folders yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Somebody else writes a file, and makes the folders on the way to it.
    pub fn put_by_hand(&self, stack: StackId, path: &str, text: &str) {
        self.by_hand(stack, |tree| tree.put_by_hand(path, text.into()));
    }

    /// Somebody else makes a folder where a file could be.
    pub fn make_folder(&self, stack: StackId, path: &str) {
        self.by_hand(stack, |tree| tree.make_folder(path));
    }

    /// Somebody else makes a symbolic link that leads out of the folder.
    pub fn link_by_hand(&self, stack: StackId, path: &str) {
        self.by_hand(stack, |tree| tree.link_by_hand(path));
    }

    /// Somebody else removes a file, a link, or a folder with all that is in it.
    pub fn remove_by_hand(&self, stack: StackId, path: &str) {
        self.by_hand(stack, |tree| tree.remove_by_hand(path));
    }

    /// The disk is full from now on, or no longer.
    pub fn set_full(&self, full: bool) {
        self.lock().full = full;
    }

    /// All that is in a stack's folder: files as `path=text`, executable ones as `path*=text`, empty folders as `path/`,
    /// links as `path->`. A folder that is not there shows as nothing.
    pub fn listing(&self, stack: StackId) -> String {
        self.lock().folders.get(&stack).map(|folder| folder.tree.listing()).unwrap_or_default()
    }

    fn by_hand(&self, stack: StackId, change: impl FnOnce(&mut Tree)) {
        change(&mut self.lock().folders.entry(stack).or_default().tree);
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Folder {
    fn note(&mut self, path: &str, hash: &FileHash) {
        let before = self.written.remove(path).map(|written| written.last).filter(|before| before != hash);
        self.written.insert(path.to_owned(), Written { last: hash.clone(), before });
    }

    fn is_somebody_elses(&self, path: &str) -> bool {
        match self.tree.find(path) {
            Found::Nothing | Found::Unreachable => false,
            Found::Other => true,
            Found::File(file) => !self.written.get(path).is_some_and(|written| {
                written.last == *file.hash() || written.before.as_ref() == Some(file.hash())
            }),
        }
    }

    fn compare(&self, files: &[FileEntry]) -> FolderChanges {
        let mut changes = FolderChanges::default();
        for entry in files {
            if matches!(self.tree.find(&entry.path), Found::File(file) if file.entry(&entry.path) == *entry) {
                continue;
            }
            if self.is_somebody_elses(&entry.path) {
                changes.overwritten.push(entry.path.clone());
            }
            changes.write.push(entry.path.clone());
        }
        for path in self.written.keys().filter(|path| !files.iter().any(|entry| entry.path == **path)) {
            let list = if self.is_somebody_elses(path) { &mut changes.kept } else { &mut changes.remove };
            list.push(path.clone());
        }
        changes
    }
}

#[async_trait]
impl StackFolder for SimStackFolder {
    async fn compare(&self, stack: StackId, files: &[FileEntry]) -> Result<FolderChanges, FolderError> {
        Ok(self.lock().folders.entry(stack).or_default().compare(files))
    }

    async fn write(&self, stack: StackId, files: &[(String, SourceFile)]) -> Result<(), FolderError> {
        let mut state = self.lock();
        let full = state.full;
        let folder = state.folders.entry(stack).or_default();
        for (path, file) in files {
            folder.note(path, file.hash());
        }
        for (path, file) in files {
            if full {
                let source = io::Error::from(io::ErrorKind::StorageFull);
                return Err(FolderError::Unavailable { what: format!("cannot write {path}"), source });
            }
            folder.tree.put(path, file.clone())?;
        }
        Ok(())
    }

    async fn remove(&self, stack: StackId, paths: &[String]) -> Result<(), FolderError> {
        let mut state = self.lock();
        let folder = state.folders.entry(stack).or_default();
        for path in paths {
            if folder.written.contains_key(path)
                && matches!(folder.tree.find(path), Found::File(_) | Found::Nothing)
                && !folder.is_somebody_elses(path)
            {
                folder.tree.remove(path);
            }
            folder.written.remove(path);
        }
        Ok(())
    }
}
