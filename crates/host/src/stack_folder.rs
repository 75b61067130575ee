//! [`StackFolder`]: directories beside each other, `<root>/<stack id>`.
//!
//! What versions wrote is recorded in `<root>/.written`, which no container sees. A file is made there first and then
//! moved to its place, so that it is there whole or not at all, and no container can meddle with it half-made.

use std::collections::BTreeSet;
use std::fs::File;
use std::io::{self, Read as _, Write as _};
use std::path::PathBuf;

use async_trait::async_trait;
use core_monitor_domain::ids::StackId;
use core_monitor_domain::ports::{FolderChanges, FolderError, StackFolder};
use core_monitor_domain::stack_version::{FileEntry, FileHash, SourceFile};
use rustix::fs::{Mode, OFlags};

mod record;
mod tree;

use record::Record;
use tree::{Found, Tree, TreeError};

/// Where the records are, and files on their way.
const PRIVATE: &str = ".written";

/// Stack folders in a directory of this machine.
#[derive(Debug, Clone)]
pub struct DirectoryStackFolder {
    root: PathBuf,
}

impl DirectoryStackFolder {
    /// Folders in `root`, which is made when it is needed.
    pub fn new(root: PathBuf) -> Self {
        Self { root }
    }

    async fn blocking<T: Send + 'static>(
        &self,
        stack: StackId,
        work: impl FnOnce(&mut OpenFolder) -> Result<T, FolderError> + Send + 'static,
    ) -> Result<T, FolderError> {
        let root = self.root.clone();
        let run = move || work(&mut OpenFolder::open(root, stack)?);
        tokio::task::spawn_blocking(run).await.unwrap_or_else(|error| {
            let source = io::Error::other(error);
            Err(FolderError::Unavailable { what: "the thread that works on it broke".to_owned(), source })
        })
    }
}

#[async_trait]
impl StackFolder for DirectoryStackFolder {
    async fn compare(&self, stack: StackId, files: &[FileEntry]) -> Result<FolderChanges, FolderError> {
        let files = files.to_vec();
        self.blocking(stack, move |folder| folder.compare(&files)).await
    }

    async fn write(&self, stack: StackId, files: &[(String, SourceFile)]) -> Result<(), FolderError> {
        let files = files.to_vec();
        self.blocking(stack, move |folder| folder.write(&files)).await
    }

    async fn remove(&self, stack: StackId, paths: &[String]) -> Result<(), FolderError> {
        let paths = paths.to_vec();
        self.blocking(stack, move |folder| folder.remove(&paths)).await
    }
}

/// The folder of one stack with its record.
struct OpenFolder {
    root: PathBuf,
    name: String,
    record: Record,
    tree: Option<Tree>,
}

impl OpenFolder {
    fn open(root: PathBuf, stack: StackId) -> Result<Self, FolderError> {
        let name = stack.to_string();
        let record = Record::read(&root.join(PRIVATE).join(format!("{name}.json")))
            .map_err(|error| unavailable("read the record of written files", error))?;
        let tree = Tree::open(&root.join(&name)).map_err(|error| failed("open", &name, error))?;
        Ok(Self { root, name, record, tree })
    }

    fn compare(&self, files: &[FileEntry]) -> Result<FolderChanges, FolderError> {
        let mut changes = FolderChanges::default();
        for file in files {
            let found = self.find(&file.path)?;
            if let Found::File { size, executable, .. } = &found
                && (*size, *executable) == (file.size, file.executable)
                && hash(found, &file.path)?.as_ref() == Some(&file.hash)
            {
                continue;
            }
            if self.is_somebody_elses(&file.path)? {
                changes.overwritten.push(file.path.clone());
            }
            changes.write.push(file.path.clone());
        }
        let wanted: BTreeSet<&str> = files.iter().map(|file| file.path.as_str()).collect();
        for path in self.record.files.keys().filter(|path| !wanted.contains(path.as_str())) {
            let list = if self.is_somebody_elses(path)? { &mut changes.kept } else { &mut changes.remove };
            list.push(path.clone());
        }
        // What is kept is forgotten with the next removal, so that it is told once.
        Ok(changes)
    }

    fn write(&mut self, files: &[(String, SourceFile)]) -> Result<(), FolderError> {
        if files.is_empty() {
            return Ok(());
        }
        let private = self.root.join(PRIVATE);
        let (record, staged) = (private.join(format!("{}.json", self.name)), format!("{}.tmp", self.name));
        std::fs::create_dir_all(&private).map_err(|error| unavailable("make the folder", error))?;
        // Before anything is written: a file that is not in the record would never be removed.
        for (path, file) in files {
            self.record.note(path, file);
        }
        self.record.save(&record).map_err(|error| unavailable("record what is written", error))?;
        let directory = self.root.join(&self.name);
        let tree = match self.tree.take() {
            Some(tree) => tree,
            None => Tree::create(&directory).map_err(|error| failed("make", &self.name, error))?,
        };
        let mut touched = BTreeSet::new();
        for (path, file) in files {
            let put = || -> Result<(), TreeError> {
                stage(&private.join(&staged), file)?;
                tree.put(&private, &staged, path)
            };
            put().map_err(|error| failed("write", path, error))?;
            touched.insert(tree::parent(path).to_owned());
        }
        for folder in touched {
            tree.sync(&folder).map_err(|error| failed("write", &folder, error))?;
        }
        self.tree = Some(tree);
        Ok(())
    }

    fn remove(&mut self, paths: &[String]) -> Result<(), FolderError> {
        for path in paths {
            // One that is gone already may have left its folders to an earlier call that was broken off.
            if let Some(tree) = &self.tree
                && self.record.files.contains_key(path)
                && matches!(self.find(path)?, Found::File { .. } | Found::Nothing)
                && !self.is_somebody_elses(path)?
            {
                tree.remove(path).map_err(|error| failed("remove", path, error))?;
            }
            self.record.files.remove(path);
        }
        let record = self.root.join(PRIVATE).join(format!("{}.json", self.name));
        if self.record.files.is_empty() {
            tree::remove_if_empty(&self.root.join(&self.name))
                .map_err(|error| unavailable("remove the folder", error))?;
            return Record::forget(&record).map_err(|error| unavailable("forget what was written", error));
        }
        self.record.save(&record).map_err(|error| unavailable("record what is left", error))
    }

    fn find(&self, path: &str) -> Result<Found, FolderError> {
        match &self.tree {
            Some(tree) => tree.find(path).map_err(|error| unavailable(&format!("look at {path}"), error)),
            None => Ok(Found::Nothing),
        }
    }

    /// Something is there, and it is not what a version wrote last.
    fn is_somebody_elses(&self, path: &str) -> Result<bool, FolderError> {
        let written = self.record.files.get(path);
        match self.find(path)? {
            Found::Nothing | Found::Unreachable => Ok(false),
            Found::Other => Ok(true),
            found @ Found::File { size, .. } => match written {
                Some(written) if written.may_have(size) => {
                    let found = hash(found, path)?;
                    Ok(!found.is_some_and(|found| written.is(&found)))
                }
                _ => Ok(true),
            },
        }
    }
}

/// The hash of what was found; `None` when it grew while it was read.
fn hash(found: Found, path: &str) -> Result<Option<FileHash>, FolderError> {
    let Found::File { file, size, executable } = found else { return Ok(None) };
    let mut bytes = Vec::new();
    let read = file.take(size.saturating_add(1)).read_to_end(&mut bytes);
    read.map_err(|error| unavailable(&format!("read {path}"), error))?;
    if bytes.len() as u64 != size {
        return Ok(None);
    }
    Ok(Some(SourceFile::new(bytes, executable).hash().clone()))
}

/// Makes the file beside the record.
fn stage(path: &std::path::Path, file: &SourceFile) -> Result<(), TreeError> {
    let flags = OFlags::WRONLY | OFlags::CREATE | OFlags::TRUNC | OFlags::NOFOLLOW | OFlags::CLOEXEC;
    let staged = rustix::fs::open(path, flags, Mode::from_raw_mode(0o600)).map_err(io::Error::from)?;
    // Set apart from the creation, from which the process's mask would take bits away.
    let mode = Mode::from_raw_mode(if file.is_executable() { 0o755 } else { 0o644 });
    rustix::fs::fchmod(&staged, mode).map_err(io::Error::from)?;
    let mut staged = File::from(staged);
    staged.write_all(file.bytes())?;
    staged.sync_all()?;
    Ok(())
}

fn unavailable(what: &str, source: io::Error) -> FolderError {
    FolderError::Unavailable { what: format!("cannot {what}"), source }
}

fn failed(verb: &str, path: &str, error: TreeError) -> FolderError {
    match error {
        TreeError::Blocked { path, what } => FolderError::Blocked { path, what },
        TreeError::Io(source) => unavailable(&format!("{verb} {path}"), source),
    }
}

#[cfg(test)]
mod tests;
