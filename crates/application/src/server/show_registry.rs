//! Showing a registry with credentials.

use core_monitor_domain::access::{Action, Resource};
use core_monitor_domain::actor::Actor;
use core_monitor_domain::ports::StoredRegistry;
use core_monitor_domain::registry::RegistryHost;

use super::{QueryError, Server};

impl Server {
    /// The registry, without its credentials.
    pub async fn show_registry(
        &self,
        actor: &Actor,
        host: &RegistryHost,
    ) -> Result<StoredRegistry, QueryError> {
        let ports = self.permit(actor, Action::ShowRegistry, &Resource::Registry(host.clone())).await?;
        ports.registries.find(host).await?.ok_or_else(|| QueryError::RegistryNotFound(host.clone()))
    }
}
