//! Listing what the wizard can put into a stack.

use core_monitor_domain::access::{Action, Forbidden, Resource};
use core_monitor_domain::actor::Actor;

use super::Server;
use super::known_catalog::{ShownCatalog, known_catalog};

impl Server {
    /// The entries of the catalogue, with the errors of files that could not be read.
    pub async fn list_catalog(&self, actor: &Actor) -> Result<ShownCatalog, Forbidden> {
        let ports = self.permit(actor, Action::ListCatalog, &Resource::Installation).await?;
        Ok(known_catalog(ports).await)
    }
}
