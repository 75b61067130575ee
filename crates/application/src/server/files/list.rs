//! Listing a folder.

use core_monitor_domain::actor::Actor;
use core_monitor_domain::container_file::{FilePath, FolderListing};

use super::{FileUseError, FilesOf, find, told};
use crate::server::Server;

/// A folder.
#[derive(Debug)]
pub struct ListedFolder {
    /// Its path, in its simplest form.
    pub path: FilePath,
    /// What is in it.
    pub listing: FolderListing,
}

impl Server {
    /// What is in a folder of a container or volume of a stack.
    pub async fn list_files(
        &self,
        actor: &Actor,
        of: &FilesOf,
        path: &str,
    ) -> Result<ListedFolder, FileUseError> {
        let ports = self.permit(actor, of.list(), &of.resource()).await?;
        let found = find(ports, of, path, false).await?;
        let _transfer = self.transfer()?;
        let listed = ports.link.list_files(&found.place).await;
        let listing = listed.map_err(|error| told(&found.place, error))?;
        Ok(ListedFolder { path: found.path, listing })
    }
}
