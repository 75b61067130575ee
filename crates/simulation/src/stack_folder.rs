//! An in-memory [`StackFolder`], with changes from outside.

use std::collections::BTreeMap;
use std::io;
use std::sync::{Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use core_monitor_domain::drift::HostFile;
use core_monitor_domain::ids::StackId;
use core_monitor_domain::observation::{EditedFile, FileEdit};
use core_monitor_domain::ports::{FolderChanges, FolderError, StackFolder};
use core_monitor_domain::stack_version::{FileEntry, FileHash, SourceFile};

mod tree;

use tree::{Found, Tree};

/// The folders of all stacks. The suite in `tests/contracts/folder` compares it with a real directory.
#[derive(Debug, Default)]
pub struct SimStackFolder {
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    folders: BTreeMap<StackId, Folder>,
    full: bool,
    root: String,
}

/// The folder of one stack.
#[derive(Debug, Default)]
struct Folder {
    tree: Tree,
    written: BTreeMap<String, Written>,
}

/// The last content written by a version, and the one before: an interrupted write leaves one of the two.
#[derive(Debug)]
struct Written {
    last: FileHash,
    before: Option<FileHash>,
}

impl SimStackFolder {
    /// Without folders, with the root `/stacks`.
    pub fn new() -> Self {
        let folders = Self::default();
        folders.move_to("/stacks");
        folders
    }

    /// Moves the data folder.
    pub fn move_to(&self, root: &str) {
        root.clone_into(&mut self.lock().root);
    }

    /// Writes a foreign file and creates its parent folders.
    pub fn put_by_hand(&self, stack: StackId, path: &str, text: &str) {
        self.by_hand(stack, |tree| tree.put_by_hand(path, text.into()));
    }

    /// Creates a foreign folder in the place of a file.
    pub fn make_folder(&self, stack: StackId, path: &str) {
        self.by_hand(stack, |tree| tree.make_folder(path));
    }

    /// Creates a foreign symbolic link to a target outside the folder.
    pub fn link_by_hand(&self, stack: StackId, path: &str) {
        self.by_hand(stack, |tree| tree.link_by_hand(path));
    }

    /// Removes a file, a link, or a folder with its content.
    pub fn remove_by_hand(&self, stack: StackId, path: &str) {
        self.by_hand(stack, |tree| tree.remove_by_hand(path));
    }

    /// Makes the disk full, or not full again.
    pub fn set_full(&self, full: bool) {
        self.lock().full = full;
    }

    /// The content of a stack's folder: files as `path=text`, executable ones as `path*=text`, empty folders as
    /// `path/`, links as `path->`. A missing folder gives empty text.
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
            Found::EmptyFolder | Found::Other => true,
            Found::File(file) => !self.written.get(path).is_some_and(|written| {
                written.last == *file.hash() || written.before.as_ref() == Some(file.hash())
            }),
        }
    }

    /// What somebody else has done to a file that a version wrote.
    fn edit(&self, path: &str) -> Option<FileEdit> {
        match self.tree.find(path) {
            Found::Nothing => Some(FileEdit::Removed),
            Found::Unreachable => Some(FileEdit::Changed),
            _ => self.is_somebody_elses(path).then_some(FileEdit::Changed),
        }
    }

    fn compare(&self, files: &[FileEntry]) -> FolderChanges {
        let mut changes = FolderChanges::default();
        for entry in files {
            if matches!(self.tree.find(&entry.path), Found::File(file) if file.entry(&entry.path) == *entry) {
                continue;
            }
            let empty_folder = matches!(self.tree.find(&entry.path), Found::EmptyFolder);
            if !empty_folder && self.is_somebody_elses(&entry.path) {
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
    fn root(&self) -> String {
        self.lock().root.clone()
    }

    async fn compare(&self, stack: StackId, files: &[FileEntry]) -> Result<FolderChanges, FolderError> {
        Ok(self.lock().folders.entry(stack).or_default().compare(files))
    }

    async fn edited(&self) -> Result<Vec<EditedFile>, FolderError> {
        let state = self.lock();
        let files = state.folders.iter().flat_map(|(stack_id, folder)| {
            let edited = |path: &String| {
                let edit = folder.edit(path)?;
                Some(EditedFile { stack_id: *stack_id, path: path.clone(), edit })
            };
            folder.written.keys().filter_map(edited)
        });
        Ok(files.collect())
    }

    async fn read_written(
        &self,
        stack: StackId,
        paths: &[String],
    ) -> Result<BTreeMap<String, HostFile>, FolderError> {
        let state = self.lock();
        let Some(folder) = state.folders.get(&stack) else { return Ok(BTreeMap::new()) };
        let written = paths.iter().filter(|path| folder.written.contains_key(*path));
        let content = |path: &String| match folder.tree.find(path) {
            Found::Nothing => HostFile::Gone,
            Found::File(file) => HostFile::of(file.bytes(), file.is_executable()),
            Found::EmptyFolder | Found::Other | Found::Unreachable => HostFile::Other,
        };
        Ok(written.map(|path| (path.clone(), content(path))).collect())
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
