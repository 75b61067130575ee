//! Files in containers.

use async_trait::async_trait;

use super::LinkError;
use crate::container_file::{Download, FilePlace, FolderListing, Upload};
use crate::ports::{FetchedFile, FileSink, FilesError};

/// Reads and writes files in containers like [`ContainerFiles`](crate::ports::ContainerFiles). The worker refuses containers of
/// Core Monitor itself.
#[async_trait]
pub trait FileLink: Send + Sync {
    /// What is in a folder.
    async fn list_files(&self, place: &FilePlace) -> Result<FolderListing, FilesError<LinkError>>;

    /// A file, or everything below a folder.
    async fn fetch_file(
        &self,
        place: &FilePlace,
        form: Download,
    ) -> Result<FetchedFile<LinkError>, FilesError<LinkError>>;

    /// Begins to write.
    async fn put_file(
        &self,
        place: &FilePlace,
        upload: Upload,
    ) -> Result<Box<dyn FileSink<LinkError>>, FilesError<LinkError>>;
}
