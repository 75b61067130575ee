//! Listing the services that wake on demand.

use core_monitor_domain::access::{Action, Resource};
use core_monitor_domain::actor::Actor;

use super::on_demand::{ShownOnDemand, gateway, services};
use super::{QueryError, Server};

impl Server {
    /// All services that wake on demand, and how the gateway stands.
    pub async fn list_on_demand(&self, actor: &Actor) -> Result<ShownOnDemand, QueryError> {
        let ports = self.permit(actor, Action::ListOnDemand, &Resource::Installation).await?;
        let services = services(ports, self.known_on_demand(), None).await?;
        let (gateway, gateway_runs) = gateway(ports).await?;
        Ok(ShownOnDemand { services, gateway, gateway_runs })
    }
}
