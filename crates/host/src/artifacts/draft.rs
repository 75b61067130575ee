//! An artifact that arrives.

use std::io::{self, Read as _, Seek as _, SeekFrom, Write as _};
use std::sync::Arc;

use async_trait::async_trait;
use core_monitor_domain::artifact::ArtifactDigest;
use core_monitor_domain::ports::{ArtifactDraft, ArtifactError, StoredArtifact, TreeLimits};
use core_monitor_domain::time::Timestamp;
use sha2::{Digest as _, Sha256};
use tokio::task::{JoinHandle, spawn_blocking};

use super::shelf::Draft;
use super::{CHUNK, FolderArtifacts, failed, joined, name, tree};

/// Bytes after which the disk is asked to write, so that little is left to wait for at the end.
const FLUSH_EVERY: usize = 8 << 20;

/// A draft that is hashed and written while more of it arrives: one buffer fills up, one is being written.
pub(super) struct FileDraft {
    store: FolderArtifacts,
    /// Missing while it writes, and after it has failed.
    writer: Option<Writer>,
    /// A write on its way. One that a cancelled wait has begun is waited for by the next one.
    writing: Option<JoinHandle<io::Result<Writer>>>,
    /// The disk is writing what has been handed to it.
    flushing: Option<JoinHandle<io::Result<()>>>,
    buffer: Vec<u8>,
    size: u64,
    limit: u64,
}

/// What a write needs.
struct Writer {
    draft: Draft,
    hash: Sha256,
    /// Bytes that the disk has not been asked to write.
    unflushed: usize,
}

impl Writer {
    fn add(mut self, bytes: &[u8]) -> io::Result<Self> {
        self.draft.file.write_all(bytes)?;
        self.hash.update(bytes);
        self.unflushed += bytes.len();
        Ok(self)
    }

    fn digest(&self) -> ArtifactDigest {
        ArtifactDigest(self.hash.clone().finalize().into())
    }
}

impl FileDraft {
    pub(super) fn new(store: FolderArtifacts, draft: Draft, limit: u64) -> Self {
        let writer = Writer { draft, hash: Sha256::new(), unflushed: 0 };
        let buffer = Vec::with_capacity(CHUNK);
        Self { store, writer: Some(writer), writing: None, flushing: None, buffer, size: 0, limit }
    }

    /// The writer, once it has written.
    async fn rested(&mut self) -> Result<Writer, ArtifactError> {
        if let Some(writing) = &mut self.writing {
            let written = joined(writing.await);
            self.writing = None;
            self.writer = Some(written?);
        }
        let broken = || ArtifactError::Unavailable { reason: "an earlier write has failed".to_owned() };
        self.writer.take().ok_or_else(broken)
    }

    /// Begins to write what has arrived.
    async fn begin_write(&mut self) -> Result<(), ArtifactError> {
        let mut writer = self.rested().await?;
        let is_flushed = self.flushing.as_ref().is_none_or(JoinHandle::is_finished);
        if writer.unflushed >= FLUSH_EVERY && is_flushed {
            // Its error must not be lost: the system reports it only once.
            let flushed = self.flushed().await;
            let file =
                flushed.and_then(|()| writer.draft.file.try_clone().map_err(|error| failed(&error)))?;
            self.flushing = Some(spawn_blocking(move || file.sync_data()));
            writer.unflushed = 0;
        }
        let bytes = std::mem::replace(&mut self.buffer, Vec::with_capacity(CHUNK));
        self.writing = Some(spawn_blocking(move || writer.add(&bytes)));
        Ok(())
    }

    /// Waits until the disk has written what it was asked to.
    async fn flushed(&mut self) -> Result<(), ArtifactError> {
        let Some(flushing) = &mut self.flushing else { return Ok(()) };
        let flushed = joined(flushing.await);
        self.flushing = None;
        flushed
    }

    /// The writer, once it has written everything.
    async fn complete(&mut self) -> Result<Writer, ArtifactError> {
        self.begin_write().await?;
        let writer = self.rested().await?;
        self.flushed().await?;
        Ok(writer)
    }
}

#[async_trait]
impl ArtifactDraft for FileDraft {
    async fn write(&mut self, chunk: &[u8]) -> Result<(), ArtifactError> {
        self.size = self.size.saturating_add(chunk.len() as u64);
        if self.size > self.limit {
            return Err(ArtifactError::TooLarge { limit: self.limit });
        }
        for piece in chunk.chunks(CHUNK) {
            if self.buffer.len() + piece.len() > CHUNK {
                self.begin_write().await?;
            }
            self.buffer.extend_from_slice(piece);
        }
        Ok(())
    }

    async fn digest(&mut self) -> Result<ArtifactDigest, ArtifactError> {
        let writer = self.complete().await?;
        let digest = writer.digest();
        self.writer = Some(writer);
        Ok(digest)
    }

    async fn keep(mut self: Box<Self>, now: Timestamp) -> Result<StoredArtifact, ArtifactError> {
        let (writer, size) = (self.complete().await?, self.size);
        let (digest, names) = (writer.digest(), Arc::clone(&self.store.names));
        self.store.storing(move |shelf| name(shelf, writer.draft, digest, size, now, &names)).await
    }

    async fn keep_tree(
        mut self: Box<Self>,
        limits: TreeLimits,
        now: Timestamp,
    ) -> Result<(StoredArtifact, Vec<String>), ArtifactError> {
        let Writer { draft, .. } = self.complete().await?;
        let names = Arc::clone(&self.store.names);
        let kept = self.store.storing(move |shelf| {
            let mut canonical = shelf.draft()?;
            let paths = match tree(&draft.file, &canonical.file, limits) {
                Ok(paths) => paths,
                Err(error) => return Ok(Err(error)),
            };
            drop(draft);
            let (digest, size) = digest_of(&mut canonical)?;
            name(shelf, canonical, digest, size, now, &names).map(|stored| Ok((stored, paths)))
        });
        kept.await?
    }
}

fn digest_of(draft: &mut Draft) -> io::Result<(ArtifactDigest, u64)> {
    let (mut hash, mut size, mut chunk) = (Sha256::new(), 0, vec![0; CHUNK]);
    draft.file.seek(SeekFrom::Start(0))?;
    loop {
        let length = draft.file.read(&mut chunk)?;
        if length == 0 {
            return Ok((ArtifactDigest(hash.finalize().into()), size));
        }
        hash.update(chunk.get(..length).unwrap_or_default());
        size += length as u64;
    }
}
