//! [`StackFolder`]: one directory per stack, `<root>/<stack id>`.
//!
//! Files written by versions are recorded in `<root>/.written`, which no container can access. Files are created there and
//! then moved into place, so that they appear atomically and no container can tamper with a partial file.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{DirBuilder, File, Permissions};
use std::io::{self, Read as _, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, MetadataExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use core_monitor_domain::drift::HostFile;
use core_monitor_domain::ids::StackId;
use core_monitor_domain::observation::EditedFile;
use core_monitor_domain::ports::{FolderChanges, FolderError, StackFolder};
use core_monitor_domain::stack_version::{FileEntry, FileHash, SourceFile};
use rustix::fs::{Mode, OFlags};

mod contents;
mod edits;
mod record;
mod tree;

use edits::Known;
use record::Record;
use tree::{Found, Tree, TreeError};

/// The folder for records and temporary files.
const PRIVATE: &str = ".written";

/// Stack folders in a local directory.
#[derive(Debug, Clone)]
pub struct DirectoryStackFolder {
    root: PathBuf,
    /// What `edited` has read before.
    known: Arc<Mutex<Known>>,
}

impl DirectoryStackFolder {
    /// Uses folders in `root`, which is created when needed.
    pub fn new(root: PathBuf) -> Self {
        Self { root, known: Arc::default() }
    }

    async fn blocking<T: Send + 'static>(
        &self,
        stack: StackId,
        work: impl FnOnce(&mut OpenFolder) -> Result<T, FolderError> + Send + 'static,
    ) -> Result<T, FolderError> {
        let root = self.root.clone();
        let run = move || work(&mut OpenFolder::open(root, stack)?);
        tokio::task::spawn_blocking(run).await.unwrap_or_else(|error| Err(not_joined(error)))
    }
}

#[async_trait]
impl StackFolder for DirectoryStackFolder {
    fn root(&self) -> String {
        self.root.display().to_string()
    }

    async fn compare(&self, stack: StackId, files: &[FileEntry]) -> Result<FolderChanges, FolderError> {
        let files = files.to_vec();
        self.blocking(stack, move |folder| folder.compare(&files)).await
    }

    async fn edited(&self) -> Result<Vec<EditedFile>, FolderError> {
        let (root, known) = (self.root.clone(), Arc::clone(&self.known));
        let run = move || edits::of_all(&root, &mut known.lock().unwrap_or_else(PoisonError::into_inner));
        tokio::task::spawn_blocking(run).await.unwrap_or_else(|error| Err(not_joined(error)))
    }

    async fn read_written(
        &self,
        stack: StackId,
        paths: &[String],
    ) -> Result<BTreeMap<String, HostFile>, FolderError> {
        let paths = paths.to_vec();
        self.blocking(stack, move |folder| folder.read_written(&paths)).await
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

/// The folder of one stack and its record.
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
            let empty_folder = matches!(found, Found::EmptyFolder);
            if let Found::File { size, executable, .. } = &found
                && (*size, *executable) == (file.size, file.executable)
                && hash(found, &file.path)?.as_ref() == Some(&file.hash)
            {
                continue;
            }
            if !empty_folder && self.is_foreign(&file.path)? {
                changes.overwritten.push(file.path.clone());
            }
            changes.write.push(file.path.clone());
        }
        let wanted: BTreeSet<&str> = files.iter().map(|file| file.path.as_str()).collect();
        for path in self.record.files.keys().filter(|path| !wanted.contains(path.as_str())) {
            let list = if self.is_foreign(path)? { &mut changes.kept } else { &mut changes.remove };
            list.push(path.clone());
        }
        // Files that are kept are dropped from the record at the next removal, so they are reported only once.
        Ok(changes)
    }

    fn write(&mut self, files: &[(String, SourceFile)]) -> Result<(), FolderError> {
        if files.is_empty() {
            return Ok(());
        }
        let private = self.root.join(PRIVATE);
        let (record, staged) = (private.join(format!("{}.json", self.name)), format!("{}.tmp", self.name));
        for folder in [&self.root, &private] {
            close(folder).map_err(|error| unavailable("create the folder", error))?;
        }
        // The record is saved first: a file that is not in it would never be removed.
        for (path, file) in files {
            self.record.note(path, file);
        }
        self.record.save(&record).map_err(|error| unavailable("save the record of written files", error))?;
        let directory = self.root.join(&self.name);
        let tree = match self.tree.take() {
            Some(tree) => tree,
            None => Tree::create(&directory).map_err(|error| failed("create", &self.name, error))?,
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
            // Even if a file is gone, an earlier interrupted call may have left its folders.
            if let Some(tree) = &self.tree
                && self.record.files.contains_key(path)
                && matches!(self.find(path)?, Found::File { .. } | Found::Nothing)
                && !self.is_foreign(path)?
            {
                tree.remove(path).map_err(|error| failed("remove", path, error))?;
            }
            self.record.files.remove(path);
        }
        let record = self.root.join(PRIVATE).join(format!("{}.json", self.name));
        if self.record.files.is_empty() {
            tree::remove_if_empty(&self.root.join(&self.name))
                .map_err(|error| unavailable("remove the folder", error))?;
            return Record::forget(&record)
                .map_err(|error| unavailable("delete the record of written files", error));
        }
        self.record.save(&record).map_err(|error| unavailable("save the record of remaining files", error))
    }

    fn find(&self, path: &str) -> Result<Found, FolderError> {
        match &self.tree {
            Some(tree) => tree.find(path).map_err(|error| unavailable(&format!("inspect {path}"), error)),
            None => Ok(Found::Nothing),
        }
    }

    /// Whether something exists that is not what a version last wrote.
    fn is_foreign(&self, path: &str) -> Result<bool, FolderError> {
        let written = self.record.files.get(path);
        match self.find(path)? {
            Found::Nothing | Found::Unreachable => Ok(false),
            Found::EmptyFolder | Found::Other => Ok(true),
            found @ Found::File { size, .. } => match written {
                Some(written) if written.has_size(size) => {
                    let found = hash(found, path)?;
                    Ok(!found.is_some_and(|found| written.is(&found)))
                }
                _ => Ok(true),
            },
        }
    }
}

/// Creates a folder that only its owner can enter, or closes one to others.
///
/// This is what keeps the files of stacks, secrets among them, from other users of the host. The files themselves are
/// readable: a container sees them through a bind mount, which needs nothing from the folders above, and runs as a user
/// that only its image knows.
fn close(folder: &Path) -> io::Result<()> {
    const OTHERS: u32 = 0o077;
    match std::fs::metadata(folder) {
        Ok(found) if found.mode() & OTHERS == 0 => Ok(()),
        Ok(_) => std::fs::set_permissions(folder, Permissions::from_mode(0o700)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            DirBuilder::new().recursive(true).mode(0o700).create(folder)
        }
        Err(error) => Err(error),
    }
}

/// The hash of a file; `None` if it grew while it was read.
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

/// Creates the file next to the record.
fn stage(path: &Path, file: &SourceFile) -> Result<(), TreeError> {
    let flags = OFlags::WRONLY | OFlags::CREATE | OFlags::TRUNC | OFlags::NOFOLLOW | OFlags::CLOEXEC;
    let staged = rustix::fs::open(path, flags, Mode::from_raw_mode(0o600)).map_err(io::Error::from)?;
    // Set after creation, because the process umask would clear bits.
    let mode = Mode::from_raw_mode(if file.is_executable() { 0o755 } else { 0o644 });
    rustix::fs::fchmod(&staged, mode).map_err(io::Error::from)?;
    let mut staged = File::from(staged);
    staged.write_all(file.bytes())?;
    staged.sync_all()?;
    Ok(())
}

fn not_joined(error: tokio::task::JoinError) -> FolderError {
    let source = io::Error::other(error);
    FolderError::Unavailable { what: "the blocking task failed".to_owned(), source }
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
