//! Removing the credentials of a registry.

use core_monitor_domain::access::{Action, Resource};
use core_monitor_domain::actor::Actor;
use core_monitor_domain::registry::RegistryHost;

use super::{QueryError, Server};

impl Server {
    /// Removes the credentials and records it in the audit.
    pub async fn remove_registry(&self, actor: &Actor, host: &RegistryHost) -> Result<(), QueryError> {
        let ports = self.permit(actor, Action::RemoveRegistry, &Resource::Registry(host.clone())).await?;
        let removed = ports.registries.remove(host, actor, ports.clock.now()).await?;
        if removed { Ok(()) } else { Err(QueryError::RegistryNotFound(host.clone())) }
    }
}
