//! Showing an entry of the catalogue.

use core_monitor_domain::access::{Action, Forbidden, Resource};
use core_monitor_domain::actor::Actor;

use super::Server;
use super::known_catalog::{ShownCatalog, known_catalog};

/// Why there is nothing to show.
#[derive(Debug, thiserror::Error)]
pub enum CatalogEntryError {
    /// The actor is not allowed to see it.
    #[error(transparent)]
    Forbidden(#[from] Forbidden),
    /// There is no such entry.
    #[error("the catalogue has no entry with this id")]
    NotFound,
}

impl Server {
    /// The catalogue, if it has an entry with this id.
    pub async fn show_catalog_entry(
        &self,
        actor: &Actor,
        id: &str,
    ) -> Result<ShownCatalog, CatalogEntryError> {
        let ports = self.permit(actor, Action::ShowCatalogEntry, &Resource::Installation).await?;
        let known = known_catalog(ports).await;
        if known.catalog.entry(id).is_some() { Ok(known) } else { Err(CatalogEntryError::NotFound) }
    }
}
