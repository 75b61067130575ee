//! [`ArtifactStore`]: artifacts in a folder, by their digest.
//!
//! `<data folder>/artifacts/sha256/ab/<64 digits>`, and drafts in `artifacts/incoming`. An artifact gets its name only when it
//! is whole and on the disk; the time of its file is that of its last use. No link is followed.

use std::fs::File;
use std::io::{self, Read as _, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, UNIX_EPOCH};

use async_trait::async_trait;
use core_monitor_archive::{Format, write_tar};
use core_monitor_domain::artifact::ArtifactDigest;
use core_monitor_domain::ports::{
    ArtifactDraft, ArtifactError, ArtifactSource, ArtifactStore, OpenArtifact, RefusedTree, StoredArtifact,
    TreeLimits,
};
use core_monitor_domain::time::Timestamp;
use tokio::task::{JoinError, spawn_blocking};

mod draft;
mod read;
mod shelf;

use draft::FileDraft;
use read::FileFeed;
use shelf::{Draft, Shelf};

/// Bytes that are read or written at a time.
const CHUNK: usize = 256 << 10;

/// Artifacts below a data folder. Clones are the same store.
#[derive(Debug, Clone)]
pub struct FolderArtifacts {
    root: PathBuf,
    /// Held while an artifact gets its name, is used again or is removed.
    names: Arc<Mutex<()>>,
}

impl FolderArtifacts {
    /// Uses `artifacts` in this data folder; it is created when it is needed.
    pub fn new(data_dir: &Path) -> Self {
        Self { root: data_dir.join("artifacts"), names: Arc::default() }
    }

    /// Work in the folders, which are made if they are missing.
    async fn storing<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Shelf) -> io::Result<T> + Send + 'static,
    ) -> Result<T, ArtifactError> {
        let root = self.root.clone();
        blocking(move || work(&Shelf::make(&root)?)).await
    }

    /// Work with what is there. Without the folders, nothing is.
    async fn looking<T: Default + Send + 'static>(
        &self,
        work: impl FnOnce(&Shelf) -> io::Result<T> + Send + 'static,
    ) -> Result<T, ArtifactError> {
        let root = self.root.clone();
        blocking(move || Shelf::open(&root)?.map_or_else(|| Ok(T::default()), |shelf| work(&shelf))).await
    }
}

#[async_trait]
impl ArtifactSource for FolderArtifacts {
    async fn open(&self, digest: &ArtifactDigest) -> Result<OpenArtifact, ArtifactError> {
        let digest = *digest;
        let found = self.looking(move |shelf| shelf.find(&digest)).await?;
        let (file, found) = found.ok_or(ArtifactError::Missing(digest))?;
        Ok(OpenArtifact { size: found.size, content: Box::new(FileFeed::new(file, digest, found.size)) })
    }
}

#[async_trait]
impl ArtifactStore for FolderArtifacts {
    async fn begin(&self, limit: u64) -> Result<Box<dyn ArtifactDraft>, ArtifactError> {
        let draft = self.storing(Shelf::draft).await?;
        Ok(Box::new(FileDraft::new(self.clone(), draft, limit)))
    }

    async fn use_again(
        &self,
        digest: &ArtifactDigest,
        now: Timestamp,
    ) -> Result<StoredArtifact, ArtifactError> {
        let (digest, names) = (*digest, Arc::clone(&self.names));
        let found = self.looking(move |shelf| {
            let _held = names.lock().unwrap_or_else(PoisonError::into_inner);
            let Some((file, found)) = shelf.find(&digest)? else { return Ok(None) };
            set_used(&file, now)?;
            Ok(Some(StoredArtifact { used_at: now, ..found }))
        });
        found.await?.ok_or(ArtifactError::Missing(digest))
    }

    async fn paths(&self, digest: &ArtifactDigest, limits: TreeLimits) -> Result<Vec<String>, ArtifactError> {
        let digest = *digest;
        let found = self.looking(move |shelf| shelf.find(&digest)).await?;
        let (file, _) = found.ok_or(ArtifactError::Missing(digest))?;
        let scratch = self.storing(Shelf::draft).await?;
        let work = move || {
            // What is in a damaged archive says nothing about the artifact.
            if read::hash(&file)? != digest {
                return Ok(Err(ArtifactError::Damaged(digest)));
            }
            Ok(tree(&file, &scratch.file, limits))
        };
        blocking(work).await?
    }

    async fn list(&self) -> Result<Vec<StoredArtifact>, ArtifactError> {
        self.looking(Shelf::list).await
    }

    async fn remove_unused(&self, digest: &ArtifactDigest, since: Timestamp) -> Result<bool, ArtifactError> {
        let (digest, names) = (*digest, Arc::clone(&self.names));
        let gone = self.storing(move |shelf| {
            let _held = names.lock().unwrap_or_else(PoisonError::into_inner);
            match shelf.find(&digest)? {
                None => Ok(true),
                Some((_, found)) if found.used_at >= since => Ok(false),
                Some(_) => shelf.remove(&digest).map(|()| true),
            }
        });
        gone.await
    }

    async fn remove_remains(&self, since: Timestamp) -> Result<(), ArtifactError> {
        self.looking(move |shelf| shelf.remove_remains(since)).await
    }
}

/// Runs what waits for a disk.
async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> io::Result<T> + Send + 'static,
) -> Result<T, ArtifactError> {
    joined(spawn_blocking(work).await)
}

fn joined<T>(ended: Result<io::Result<T>, JoinError>) -> Result<T, ArtifactError> {
    match ended {
        Ok(done) => done.map_err(|error| failed(&error)),
        Err(error) => Err(ArtifactError::Unavailable { reason: error.to_string() }),
    }
}

fn failed(error: &io::Error) -> ArtifactError {
    match error.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => ArtifactError::DiskFull,
        _ => ArtifactError::Unavailable { reason: error.to_string() },
    }
}

/// Writes the canonical tar of the archive in `from` to `to`, and answers with its paths.
fn tree(mut from: &File, to: &File, limits: TreeLimits) -> Result<Vec<String>, ArtifactError> {
    let limits = core_monitor_archive::Limits {
        packed: u64::MAX,
        unpacked: limits.bytes,
        members: limits.members,
        path: limits.path,
        ..core_monitor_archive::Limits::default()
    };
    let mut first = Vec::new();
    let detected = from.seek(SeekFrom::Start(0)).and_then(|_| from.take(4).read_to_end(&mut first));
    detected.map_err(|error| failed(&error))?;
    let format = Format::detect(&first);
    let written = write_tar(format, from, &limits, to);
    written.map_err(|error| match error.when_detected(format) {
        core_monitor_archive::ArchiveError::Output(error)
        | core_monitor_archive::ArchiveError::Input(error) => failed(&error),
        error => ArtifactError::NotATree(Box::new(RefusedTree {
            message: error.message(),
            hint: error.hint(),
            too_large: error.is_too_large(),
        })),
    })
}

/// Gives a draft, which has been written to its end, the name of its digest.
fn name(
    shelf: &Shelf,
    mut draft: Draft,
    digest: ArtifactDigest,
    size: u64,
    now: Timestamp,
    names: &Mutex<()>,
) -> io::Result<StoredArtifact> {
    draft.file.flush()?;
    set_used(&draft.file, now)?;
    draft.file.sync_all()?;
    let _held = names.lock().unwrap_or_else(PoisonError::into_inner);
    // What is stored already is replaced by the same bytes, which heals it if it was damaged.
    shelf.name(draft, &digest)?;
    Ok(StoredArtifact { digest, size, used_at: now })
}

fn set_used(file: &File, at: Timestamp) -> io::Result<()> {
    let since = Duration::from_millis(u64::try_from(at.as_millis()).unwrap_or_default());
    file.set_modified(UNIX_EPOCH + since)
}

#[cfg(test)]
mod tests;
