//! The folder with the entries that people add to the catalogue.

use async_trait::async_trait;

/// Reads the folder. Nobody writes it but the people of the installation.
#[cfg_attr(feature = "mocks", mockall::automock)]
#[async_trait]
pub trait CatalogFolder: Send + Sync {
    /// The files whose names end with `.yaml`, in the order of their names; none if there is no folder.
    async fn read(&self, limits: CatalogFolderLimits) -> Result<Vec<CatalogFile>, CatalogFolderError>;
}

/// How much is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CatalogFolderLimits {
    /// Most files; what comes later in their order is not read.
    pub files: usize,
    /// Most bytes of a file. Of a larger one, one byte more is read, so that its reader can tell.
    pub file_bytes: u64,
}

/// A file of the folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CatalogFile {
    /// Its name without the folder.
    pub name: String,
    /// Its text. Bytes that are no UTF-8 are replaced.
    pub text: String,
}

/// The folder exists but cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CatalogFolderError {
    /// The operating system refuses.
    #[error("the folder of the catalogue cannot be read: {reason}")]
    Unreadable {
        /// What it says.
        reason: String,
    },
}
