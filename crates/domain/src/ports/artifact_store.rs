//! The bytes of artifacts, by their digest.

use async_trait::async_trait;
use core_monitor_message::Message;

use super::Feed;
use crate::artifact::ArtifactDigest;
use crate::time::Timestamp;

/// Reads artifacts.
#[cfg_attr(feature = "mocks", mockall::automock)]
#[async_trait]
pub trait ArtifactSource: Send + Sync {
    /// The stored bytes: a file as it was sent, a tree as its canonical tar. The last chunk comes only when all of them
    /// are those of the digest.
    async fn open(&self, digest: &ArtifactDigest) -> Result<OpenArtifact, ArtifactError>;
}

/// Stores artifacts. Whoever removes unused ones has to be the only one who uses this side.
#[async_trait]
pub trait ArtifactStore: ArtifactSource {
    /// Begins an artifact of at most `limit` bytes. Dropping the draft removes it.
    async fn begin(&self, limit: u64) -> Result<Box<dyn ArtifactDraft>, ArtifactError>;

    /// An artifact that is stored, as used again at `now`: it is new to [`remove_unused`](Self::remove_unused).
    async fn use_again(
        &self,
        digest: &ArtifactDigest,
        now: Timestamp,
    ) -> Result<StoredArtifact, ArtifactError>;

    /// The paths of the files of a stored tree, sorted.
    async fn paths(&self, digest: &ArtifactDigest, limits: TreeLimits) -> Result<Vec<String>, ArtifactError>;

    /// Every artifact, sorted by digest.
    async fn list(&self) -> Result<Vec<StoredArtifact>, ArtifactError>;

    /// Removes an artifact, unless it was used at `since` or later. Whether it is gone.
    async fn remove_unused(&self, digest: &ArtifactDigest, since: Timestamp) -> Result<bool, ArtifactError>;

    /// Removes what drafts of processes that have died have left, as far as nothing was written to it at `since` or later.
    async fn remove_remains(&self, since: Timestamp) -> Result<(), ArtifactError>;
}

#[cfg(feature = "mocks")]
mod mock {
    use super::{
        ArtifactDigest, ArtifactDraft, ArtifactError, ArtifactSource, ArtifactStore, OpenArtifact,
        StoredArtifact, Timestamp, TreeLimits, async_trait,
    };

    mockall::mock! {
        /// A mock [`ArtifactStore`].
        pub ArtifactStore {}

        #[async_trait]
        impl ArtifactSource for ArtifactStore {
            async fn open(&self, digest: &ArtifactDigest) -> Result<OpenArtifact, ArtifactError>;
        }

        #[async_trait]
        impl ArtifactStore for ArtifactStore {
            async fn begin(&self, limit: u64) -> Result<Box<dyn ArtifactDraft>, ArtifactError>;
            async fn use_again(
                &self,
                digest: &ArtifactDigest,
                now: Timestamp,
            ) -> Result<StoredArtifact, ArtifactError>;
            async fn paths(
                &self,
                digest: &ArtifactDigest,
                limits: TreeLimits,
            ) -> Result<Vec<String>, ArtifactError>;
            async fn list(&self) -> Result<Vec<StoredArtifact>, ArtifactError>;
            async fn remove_unused(
                &self,
                digest: &ArtifactDigest,
                since: Timestamp,
            ) -> Result<bool, ArtifactError>;
            async fn remove_remains(&self, since: Timestamp) -> Result<(), ArtifactError>;
        }
    }
}
#[cfg(feature = "mocks")]
pub use mock::MockArtifactStore;

/// An artifact that arrives.
#[async_trait]
pub trait ArtifactDraft: Send {
    /// Adds to it. What cannot be written may be reported by a later call.
    async fn write(&mut self, chunk: &[u8]) -> Result<(), ArtifactError>;

    /// SHA-256 of what was added so far. Fails if something of it could not be written.
    async fn digest(&mut self) -> Result<ArtifactDigest, ArtifactError>;

    /// Stores what was added. It survives a power failure from here on. The same bytes are stored once.
    async fn keep(self: Box<Self>, now: Timestamp) -> Result<StoredArtifact, ArtifactError>;

    /// Stores the canonical tar of what was added: a tar, tar.gz or zip. Answers with the paths of its files too, sorted.
    async fn keep_tree(
        self: Box<Self>,
        limits: TreeLimits,
        now: Timestamp,
    ) -> Result<(StoredArtifact, Vec<String>), ArtifactError>;
}

/// An artifact that is stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StoredArtifact {
    /// SHA-256 of its stored bytes.
    pub digest: ArtifactDigest,
    /// How many they are.
    pub size: u64,
    /// When it was last stored or used.
    pub used_at: Timestamp,
}

/// Limits for the archive of a tree.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TreeLimits {
    /// Bytes of all its files.
    pub bytes: u64,
    /// Files and folders.
    pub members: usize,
    /// Bytes of a path.
    pub path: usize,
}

/// The bytes of an artifact, in chunks of at most 256 KiB.
pub type ArtifactFeed = Box<dyn Feed<Vec<u8>, ArtifactError>>;

/// An artifact that is being read.
pub struct OpenArtifact {
    /// How many bytes come.
    pub size: u64,
    /// The bytes.
    pub content: ArtifactFeed,
}

/// Why an artifact was not stored or read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ArtifactError {
    /// It is not stored.
    #[error("the artifact `{0}` is not stored")]
    Missing(ArtifactDigest),
    /// It is larger than allowed.
    #[error("the artifact has more than {limit} bytes")]
    TooLarge {
        /// The limit in bytes.
        limit: u64,
    },
    /// There is no room for it. Nothing of it is kept.
    #[error("there is no space left for the artifact")]
    DiskFull,
    /// The stored bytes are no longer those that were stored.
    #[error("the stored artifact `{0}` is damaged")]
    Damaged(ArtifactDigest),
    /// A tree was expected, and its archive is refused.
    #[error("{}", .0.message)]
    NotATree(Box<RefusedTree>),
    /// The store cannot be used.
    #[error("the store of artifacts cannot be used: {reason}")]
    Unavailable {
        /// Why.
        reason: String,
    },
}

/// Why an archive is no tree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RefusedTree {
    /// Why.
    pub message: Message,
    /// What to try.
    pub hint: Option<Message>,
    /// Whether a smaller one would have been taken.
    pub too_large: bool,
}
