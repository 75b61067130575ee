//! An empty folder of either kind, and short helpers for the suite.

use std::sync::Arc;

use core_monitor_domain::ids::StackId;
use core_monitor_domain::observation::EditedFile;
use core_monitor_domain::ports::{FolderChanges, FolderError, StackFolder};
use core_monitor_domain::stack_version::{FileEntry, SourceFile};
use core_monitor_host::DirectoryStackFolder;
use core_monitor_simulation::stack_folder::SimStackFolder;
use uuid::Uuid;

use crate::disk::{Disk, RealDisk};

/// The stack that the folder belongs to.
pub(crate) const STACK: StackId = StackId(Uuid::from_u128(7));

pub(crate) struct Bench {
    pub(crate) folders: Arc<dyn StackFolder>,
    pub(crate) disk: Box<dyn Disk>,
}

/// `path=text`, with `*` after the path of an executable file.
pub(crate) fn file(text: &str) -> (String, SourceFile) {
    let (path, text) = text.split_once('=').unwrap();
    (path.trim_end_matches('*').to_owned(), SourceFile::new(text.as_bytes(), path.ends_with('*')))
}

impl Bench {
    pub(crate) fn simulation() -> Self {
        let folders = Arc::new(SimStackFolder::new());
        Self { folders: folders.clone(), disk: Box::new(folders) }
    }

    pub(crate) fn directory() -> Self {
        let disk = RealDisk::new();
        Self { folders: Arc::new(DirectoryStackFolder::new(disk.root())), disk: Box::new(disk) }
    }

    pub(crate) async fn compare(&self, files: &[&str]) -> Result<FolderChanges, FolderError> {
        let entries: Vec<FileEntry> =
            files.iter().map(|text| file(text)).map(|(path, file)| file.entry(&path)).collect();
        self.folders.compare(STACK, &entries).await
    }

    pub(crate) async fn write(&self, files: &[&str]) -> Result<(), FolderError> {
        let files: Vec<_> = files.iter().map(|text| file(text)).collect();
        self.folders.write(STACK, &files).await
    }

    pub(crate) async fn remove(&self, paths: &[&str]) -> Result<(), FolderError> {
        let paths: Vec<_> = paths.iter().map(|path| (*path).to_owned()).collect();
        self.folders.remove(STACK, &paths).await
    }

    /// What somebody else did to the files that were written.
    pub(crate) async fn edited(&self) -> String {
        let edited = self.folders.edited().await.unwrap();
        let text = |file: &EditedFile| {
            assert_eq!(file.stack_id, STACK);
            format!("{} {}", file.path, file.edit.as_str())
        };
        edited.iter().map(text).collect::<Vec<_>>().join(", ")
    }

    /// Updates the folder to a version, as a worker does; returns the changes as text.
    pub(crate) async fn bring(&self, files: &[&str]) -> Result<String, FolderError> {
        let changes = self.compare(files).await?;
        self.folders.remove(STACK, &[changes.remove.clone(), changes.kept.clone()].concat()).await?;
        let wanted = |(path, _): &(String, SourceFile)| changes.write.contains(path);
        let files: Vec<_> = files.iter().map(|text| file(text)).filter(wanted).collect();
        self.folders.write(STACK, &files).await?;
        let parts = [
            ("write", changes.write),
            ("overwritten", changes.overwritten),
            ("remove", changes.remove),
            ("kept", changes.kept),
        ];
        let parts = parts.iter().filter(|(_, paths)| !paths.is_empty());
        Ok(parts.map(|(word, paths)| format!("{word} {}", paths.join(" "))).collect::<Vec<_>>().join(", "))
    }

    /// Updates the folder to a version and checks the changes and the result. A second update must change nothing.
    pub(crate) async fn check(&self, files: &[&str], changes: &str, listing: &str) {
        assert_eq!(self.bring(files).await.unwrap(), changes, "{files:?}");
        assert_eq!(self.listing(), listing, "{files:?}");
        let again = self.compare(files).await.unwrap();
        assert!(again.is_empty(), "{files:?}: {again:?}");
    }

    /// Checks that an update fails with these words.
    pub(crate) async fn check_refused(&self, files: &[&str], words: &str) {
        let refusal = self.bring(files).await.unwrap_err();
        assert!(matches!(refusal, FolderError::Blocked { .. }), "{refusal:?}");
        assert_eq!(refusal.to_string(), words, "{files:?}");
    }

    pub(crate) fn put(&self, text: &str) {
        let (path, text) = text.split_once('=').unwrap();
        self.disk.put(STACK, path, text);
    }

    pub(crate) fn listing(&self) -> String {
        self.disk.listing(STACK)
    }
}
