//! [`StackFolder`] in memory, with somebody else in it.

use std::collections::BTreeMap;
use std::io;
use std::sync::{Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use core_monitor_domain::ids::StackId;
use core_monitor_domain::ports::{FolderChanges, FolderError, StackFolder};
use core_monitor_domain::stack_version::{FileEntry, FileHash, SourceFile};

/// The folders of all stacks. Paths are not taken apart: a file in the place of a folder goes unnoticed here.
#[derive(Debug, Default)]
pub struct SimStackFolder {
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    there: BTreeMap<(StackId, String), Thing>,
    written: BTreeMap<(StackId, String), FileHash>,
    full: bool,
}

#[derive(Debug)]
enum Thing {
    File(SourceFile),
    Folder,
}

impl SimStackFolder {
    /// No folders yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Somebody else writes a file.
    pub fn put_by_hand(&self, stack: StackId, path: &str, text: &str) {
        self.lock().there.insert((stack, path.to_owned()), Thing::File(text.into()));
    }

    /// Somebody else makes a folder where a file could be.
    pub fn make_folder(&self, stack: StackId, path: &str) {
        self.lock().there.insert((stack, path.to_owned()), Thing::Folder);
    }

    /// The disk is full from now on, or no longer.
    pub fn set_full(&self, full: bool) {
        self.lock().full = full;
    }

    /// All that is in a stack's folder, as `path=text`.
    pub fn listing(&self, stack: StackId) -> String {
        let state = self.lock();
        let of_stack = state.there.iter().filter(|((owner, _), _)| *owner == stack);
        let lines = of_stack.map(|((_, path), thing)| match thing {
            Thing::File(file) => format!("{path}={}", file.text().unwrap_or("(binary)").trim_end()),
            Thing::Folder => format!("{path}/"),
        });
        lines.collect::<Vec<_>>().join("; ")
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn is_somebody_elses(&self, key: &(StackId, String)) -> bool {
        match self.there.get(key) {
            None => false,
            Some(Thing::Folder) => true,
            Some(Thing::File(file)) => self.written.get(key) != Some(file.hash()),
        }
    }
}

#[async_trait]
impl StackFolder for SimStackFolder {
    async fn compare(&self, stack: StackId, files: &[FileEntry]) -> Result<FolderChanges, FolderError> {
        let state = self.lock();
        let mut changes = FolderChanges::default();
        for entry in files {
            let key = (stack, entry.path.clone());
            let right =
                |thing: &Thing| matches!(thing, Thing::File(file) if file.entry(&entry.path) == *entry);
            if state.there.get(&key).is_some_and(right) {
                continue;
            }
            if state.is_somebody_elses(&key) {
                changes.overwritten.push(entry.path.clone());
            }
            changes.write.push(entry.path.clone());
        }
        let written = state.written.keys().filter(|(owner, _)| *owner == stack);
        for key in written.filter(|(_, path)| !files.iter().any(|entry| entry.path == *path)) {
            let list = if state.is_somebody_elses(key) { &mut changes.kept } else { &mut changes.remove };
            list.push(key.1.clone());
        }
        Ok(changes)
    }

    async fn write(&self, stack: StackId, files: &[(String, SourceFile)]) -> Result<(), FolderError> {
        let mut state = self.lock();
        for (path, file) in files {
            if state.full {
                let source = io::Error::from(io::ErrorKind::StorageFull);
                return Err(FolderError::Unavailable { what: format!("cannot write {path}"), source });
            }
            let key = (stack, path.clone());
            if matches!(state.there.get(&key), Some(Thing::Folder)) {
                let what = "a folder, where the version has a file";
                return Err(FolderError::Blocked { path: path.clone(), what });
            }
            state.written.insert(key.clone(), file.hash().clone());
            state.there.insert(key, Thing::File(file.clone()));
        }
        Ok(())
    }

    async fn remove(&self, stack: StackId, paths: &[String]) -> Result<(), FolderError> {
        let mut state = self.lock();
        for path in paths {
            let key = (stack, path.clone());
            if !state.is_somebody_elses(&key) {
                state.there.remove(&key);
            }
            state.written.remove(&key);
        }
        Ok(())
    }
}
