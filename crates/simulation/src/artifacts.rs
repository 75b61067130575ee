//! Artifacts in memory.

use std::collections::BTreeMap;
use std::io::Cursor;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use core_monitor_archive::{ArchiveError, Format, Limits, write_tar};
use core_monitor_domain::artifact::ArtifactDigest;
use core_monitor_domain::ports::{
    ArtifactDraft, ArtifactError, ArtifactSource, ArtifactStore, Feed, OpenArtifact, RefusedTree,
    StoredArtifact, TreeLimits,
};
use core_monitor_domain::time::Timestamp;

/// Bytes of a chunk.
const CHUNK: usize = 64 << 10;

/// A store that is empty at first. Clones are the same store.
#[derive(Debug, Clone, Default)]
pub struct SimArtifacts {
    state: Arc<Mutex<State>>,
}

#[derive(Debug, Default)]
struct State {
    stored: BTreeMap<ArtifactDigest, (Arc<[u8]>, Timestamp)>,
    is_full: bool,
}

impl SimArtifacts {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Stores a file at once.
    pub fn put(&self, bytes: &[u8], now: Timestamp) -> ArtifactDigest {
        let digest = ArtifactDigest::of(bytes);
        self.state().stored.insert(digest, (bytes.into(), now));
        digest
    }

    /// Whether there is no space for more.
    pub fn fill(&self, is_full: bool) {
        self.state().is_full = is_full;
    }

    /// Changes a stored byte, if there is one.
    pub fn damage(&self, digest: &ArtifactDigest) {
        if let Some((bytes, _)) = self.state().stored.get_mut(digest) {
            let mut damaged = bytes.to_vec();
            damaged.iter_mut().take(1).for_each(|byte| *byte = !*byte);
            *bytes = damaged.into();
        }
    }

    /// Whether an artifact is there and whole.
    pub(crate) fn check(&self, digest: &ArtifactDigest) -> Result<(), ArtifactError> {
        let is_whole = ArtifactDigest::of(&self.bytes(digest)?) == *digest;
        if is_whole { Ok(()) } else { Err(ArtifactError::Damaged(*digest)) }
    }

    fn bytes(&self, digest: &ArtifactDigest) -> Result<Arc<[u8]>, ArtifactError> {
        let state = self.state();
        let found = state.stored.get(digest).map(|(bytes, _)| Arc::clone(bytes));
        found.ok_or(ArtifactError::Missing(*digest))
    }

    fn keep(&self, bytes: Vec<u8>, now: Timestamp) -> Result<StoredArtifact, ArtifactError> {
        let (digest, size) = (ArtifactDigest::of(&bytes), bytes.len() as u64);
        let mut state = self.state();
        if state.is_full {
            return Err(ArtifactError::DiskFull);
        }
        state.stored.insert(digest, (bytes.into(), now));
        Ok(StoredArtifact { digest, size, used_at: now })
    }
}

#[async_trait]
impl ArtifactSource for SimArtifacts {
    async fn open(&self, digest: &ArtifactDigest) -> Result<OpenArtifact, ArtifactError> {
        let bytes = self.bytes(digest)?;
        let size = bytes.len() as u64;
        Ok(OpenArtifact { size, content: Box::new(MemoryFeed { bytes, digest: *digest, next: 0 }) })
    }
}

#[async_trait]
impl ArtifactStore for SimArtifacts {
    async fn begin(&self, limit: u64) -> Result<Box<dyn ArtifactDraft>, ArtifactError> {
        Ok(Box::new(MemoryDraft { store: self.clone(), bytes: Vec::new(), limit }))
    }

    async fn use_again(
        &self,
        digest: &ArtifactDigest,
        now: Timestamp,
    ) -> Result<StoredArtifact, ArtifactError> {
        let mut state = self.state();
        let (bytes, used_at) = state.stored.get_mut(digest).ok_or(ArtifactError::Missing(*digest))?;
        *used_at = now;
        Ok(StoredArtifact { digest: *digest, size: bytes.len() as u64, used_at: now })
    }

    async fn paths(&self, digest: &ArtifactDigest, limits: TreeLimits) -> Result<Vec<String>, ArtifactError> {
        self.check(digest)?;
        tree(&self.bytes(digest)?, limits).map(|(_, paths)| paths)
    }

    async fn list(&self) -> Result<Vec<StoredArtifact>, ArtifactError> {
        let state = self.state();
        let stored = state.stored.iter().map(|(digest, (bytes, used_at))| StoredArtifact {
            digest: *digest,
            size: bytes.len() as u64,
            used_at: *used_at,
        });
        Ok(stored.collect())
    }

    async fn remove_unused(&self, digest: &ArtifactDigest, since: Timestamp) -> Result<bool, ArtifactError> {
        let mut state = self.state();
        if state.stored.get(digest).is_some_and(|(_, used_at)| *used_at >= since) {
            return Ok(false);
        }
        state.stored.remove(digest);
        Ok(true)
    }

    async fn remove_remains(&self, _: Timestamp) -> Result<(), ArtifactError> {
        Ok(())
    }
}

struct MemoryDraft {
    store: SimArtifacts,
    bytes: Vec<u8>,
    limit: u64,
}

#[async_trait]
impl ArtifactDraft for MemoryDraft {
    async fn write(&mut self, chunk: &[u8]) -> Result<(), ArtifactError> {
        if self.store.state().is_full {
            return Err(ArtifactError::DiskFull);
        }
        self.bytes.extend_from_slice(chunk);
        if self.bytes.len() as u64 > self.limit {
            return Err(ArtifactError::TooLarge { limit: self.limit });
        }
        Ok(())
    }

    async fn digest(&mut self) -> Result<ArtifactDigest, ArtifactError> {
        Ok(ArtifactDigest::of(&self.bytes))
    }

    async fn keep(self: Box<Self>, now: Timestamp) -> Result<StoredArtifact, ArtifactError> {
        self.store.keep(self.bytes, now)
    }

    async fn keep_tree(
        self: Box<Self>,
        limits: TreeLimits,
        now: Timestamp,
    ) -> Result<(StoredArtifact, Vec<String>), ArtifactError> {
        let (canonical, paths) = tree(&self.bytes, limits)?;
        Ok((self.store.keep(canonical, now)?, paths))
    }
}

fn tree(bytes: &[u8], limits: TreeLimits) -> Result<(Vec<u8>, Vec<String>), ArtifactError> {
    let limits = Limits {
        packed: u64::MAX,
        unpacked: limits.bytes,
        members: limits.members,
        path: limits.path,
        ..Limits::default()
    };
    let mut output = Cursor::new(Vec::new());
    let format = Format::detect(bytes);
    let paths = write_tar(format, Cursor::new(bytes), &limits, &mut output);
    let paths = paths.map_err(|error: ArchiveError| {
        let error = error.when_detected(format);
        ArtifactError::NotATree(Box::new(RefusedTree {
            message: error.message(),
            hint: error.hint(),
            too_large: error.is_too_large(),
        }))
    })?;
    Ok((output.into_inner(), paths))
}

struct MemoryFeed {
    bytes: Arc<[u8]>,
    digest: ArtifactDigest,
    next: usize,
}

#[async_trait]
impl Feed<Vec<u8>, ArtifactError> for MemoryFeed {
    async fn next(&mut self) -> Result<Option<Vec<u8>>, ArtifactError> {
        let end = self.bytes.len().min(self.next + CHUNK);
        if end == self.bytes.len() && ArtifactDigest::of(&self.bytes) != self.digest {
            return Err(ArtifactError::Damaged(self.digest));
        }
        let chunk = self.bytes.get(self.next..end).unwrap_or_default().to_vec();
        self.next = end;
        Ok(if chunk.is_empty() { None } else { Some(chunk) })
    }
}
