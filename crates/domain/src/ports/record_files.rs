//! Files of records that have left the database.

use async_trait::async_trait;

use crate::artifact::ArtifactDigest;
use crate::records::RecordHead;

/// The folder of record files. Only one process at a time writes there.
#[cfg_attr(feature = "mocks", mockall::automock)]
#[async_trait]
pub trait RecordFiles: Send + Sync {
    /// Writes a file with these lines after its head, in the place of a former one of the same number. When it returns, the
    /// file survives a power failure; before, there is none of its name.
    async fn write(&self, head: &RecordHead, lines: Vec<String>) -> Result<WrittenFile, RecordFileError>;

    /// The lines after the head of a file. Refuses one whose bytes do not have the digest.
    async fn read(&self, name: &str, digest: &ArtifactDigest) -> Result<Vec<String>, RecordFileError>;

    /// The digest and the head of a file as it is now; `None` if there is none, or none that can be understood.
    async fn examine(&self, name: &str) -> Result<Option<(ArtifactDigest, RecordHead)>, RecordFileError>;

    /// Removes a file, if it is there.
    async fn remove(&self, name: &str) -> Result<(), RecordFileError>;
}

/// A file that was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WrittenFile {
    /// SHA-256 of its bytes.
    pub digest: ArtifactDigest,
    /// Its size in bytes.
    pub size: u64,
}

/// Why a record file was not written or read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RecordFileError {
    /// There is none of this name.
    #[error("the record file `{0}` is missing")]
    Missing(String),
    /// Its bytes are not those that were written.
    #[error("the record file `{0}` was changed or is damaged")]
    Damaged(String),
    /// Another process writes record files.
    #[error("another process writes record files")]
    Busy,
    /// There is no room for it. Nothing of it is kept.
    #[error("there is no space left for record files")]
    DiskFull,
    /// The folder cannot be used.
    #[error("the folder of record files cannot be used: {reason}")]
    Unavailable {
        /// Why.
        reason: String,
    },
}
