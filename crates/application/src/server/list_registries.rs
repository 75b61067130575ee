//! Listing the registries with credentials.

use core_monitor_domain::access::{Action, Resource};
use core_monitor_domain::actor::Actor;
use core_monitor_domain::ports::StoredRegistry;

use super::{QueryError, Server};

impl Server {
    /// All registries, by host. Their credentials stay encrypted.
    pub async fn list_registries(&self, actor: &Actor) -> Result<Vec<StoredRegistry>, QueryError> {
        let ports = self.permit(actor, Action::ListRegistries, &Resource::Installation).await?;
        Ok(ports.registries.list().await?)
    }
}
