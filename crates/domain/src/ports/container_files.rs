//! Files in containers.

use async_trait::async_trait;

use super::{EngineError, Feed};
use crate::container_file::{Download, FileEntry, FilePlace, FileRefusal, FolderListing, Upload};

/// Reads and writes files in containers, whether they run or not. What a container has mounted is part of it; `/proc`, `/sys` and
/// `/dev` are empty.
#[cfg_attr(feature = "mocks", mockall::automock)]
#[async_trait]
pub trait ContainerFiles: Send + Sync {
    /// What is in a folder. Reads at most a limit of bytes, entries and time, and says if that was not all.
    async fn list(&self, place: &FilePlace) -> Result<FolderListing, FilesError<EngineError>>;

    /// A file, or everything below a folder.
    async fn fetch(
        &self,
        place: &FilePlace,
        form: Download,
    ) -> Result<FetchedFile<EngineError>, FilesError<EngineError>>;

    /// Begins to write. Nothing is there before the sink is [finished](FileSink::finish); if it is dropped before, or fails, a
    /// part may have been written.
    async fn put(
        &self,
        place: &FilePlace,
        upload: Upload,
    ) -> Result<Box<dyn FileSink<EngineError>>, FilesError<EngineError>>;
}

/// Takes what is written, in parts.
#[async_trait]
pub trait FileSink<E>: Send {
    /// Hands over a part as soon as there is room for it. After an error, nothing more can be written.
    async fn write(&mut self, part: Vec<u8>) -> Result<(), FilesError<E>>;

    /// Everything was handed over. Returns once it is written.
    async fn finish(self: Box<Self>) -> Result<(), FilesError<E>>;
}

/// Something from a container.
pub struct FetchedFile<E> {
    /// What it is. For an archive, the size is 0: it is known only at its end.
    pub entry: FileEntry,
    /// Its content, or the archive, in parts.
    pub content: Box<dyn Feed<Vec<u8>, E>>,
}

/// Why nothing can be done with a file.
#[derive(Debug, thiserror::Error)]
pub enum FilesError<E> {
    /// Because of the file.
    #[error("{}", .0.message())]
    Refused(FileRefusal),
    /// For another reason, such as a container that does not exist.
    #[error(transparent)]
    Failed(#[from] E),
}
