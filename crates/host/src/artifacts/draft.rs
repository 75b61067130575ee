//! An artifact that arrives.

use std::io::{self, Read as _, Seek as _, SeekFrom, Write as _};
use std::sync::Arc;

use async_trait::async_trait;
use core_monitor_domain::artifact::ArtifactDigest;
use core_monitor_domain::ports::{ArtifactDraft, ArtifactError, StoredArtifact, TreeLimits};
use core_monitor_domain::time::Timestamp;
use sha2::{Digest as _, Sha256};

use super::shelf::Draft;
use super::{CHUNK, FolderArtifacts, blocking, name, tree};

/// A draft that is hashed while it is written.
pub(super) struct FileDraft {
    store: FolderArtifacts,
    /// Missing while it is being written, and after a write that nobody waited for.
    draft: Option<Draft>,
    hash: Sha256,
    buffer: Vec<u8>,
    size: u64,
    limit: u64,
}

impl FileDraft {
    pub(super) fn new(store: FolderArtifacts, draft: Draft, limit: u64) -> Self {
        Self { store, draft: Some(draft), hash: Sha256::new(), buffer: Vec::new(), size: 0, limit }
    }

    fn taken(&mut self) -> Result<Draft, ArtifactError> {
        let broken = || ArtifactError::Unavailable { reason: "an earlier write did not end".to_owned() };
        self.draft.take().ok_or_else(broken)
    }

    async fn flush(&mut self) -> Result<(), ArtifactError> {
        let (mut draft, mut buffer) = (self.taken()?, std::mem::take(&mut self.buffer));
        let written = blocking(move || {
            draft.file.write_all(&buffer)?;
            buffer.clear();
            Ok((draft, buffer))
        });
        let (draft, buffer) = written.await?;
        self.draft = Some(draft);
        self.buffer = buffer;
        Ok(())
    }
}

#[async_trait]
impl ArtifactDraft for FileDraft {
    async fn write(&mut self, chunk: &[u8]) -> Result<(), ArtifactError> {
        self.size = self.size.saturating_add(chunk.len() as u64);
        if self.size > self.limit {
            return Err(ArtifactError::TooLarge { limit: self.limit });
        }
        self.hash.update(chunk);
        for piece in chunk.chunks(CHUNK) {
            if self.buffer.len() + piece.len() > CHUNK {
                self.flush().await?;
            }
            self.buffer.extend_from_slice(piece);
        }
        Ok(())
    }

    fn digest(&self) -> ArtifactDigest {
        ArtifactDigest(self.hash.clone().finalize().into())
    }

    async fn keep(mut self: Box<Self>, now: Timestamp) -> Result<StoredArtifact, ArtifactError> {
        self.flush().await?;
        let (draft, digest, size) = (self.taken()?, self.digest(), self.size);
        let names = Arc::clone(&self.store.names);
        self.store.storing(move |shelf| name(shelf, draft, digest, size, now, &names)).await
    }

    async fn keep_tree(
        mut self: Box<Self>,
        limits: TreeLimits,
        now: Timestamp,
    ) -> Result<(StoredArtifact, Vec<String>), ArtifactError> {
        self.flush().await?;
        let draft = self.taken()?;
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
