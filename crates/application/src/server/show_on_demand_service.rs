//! Showing how a service wakes and sleeps.

use std::collections::BTreeMap;

use core_monitor_domain::access::{Action, Resource};
use core_monitor_domain::actor::Actor;
use core_monitor_domain::ids::StackId;
use core_monitor_domain::names::ServiceName;
use core_monitor_domain::on_demand::{Day, DayNumber};

use super::Server;
use super::on_demand::{OnDemandError, OnDemandService, gateway, one_of};

/// For how many days it is shown what happened.
const DAYS: u32 = 14;

/// A service with what happened to it.
#[derive(Debug, Clone, PartialEq)]
pub struct ShownOnDemandService {
    /// The service.
    pub service: OnDemandService,
    /// The last days, the oldest first.
    pub days: BTreeMap<DayNumber, Day>,
    /// Whether the gateway runs, as far as can be told.
    pub gateway_runs: bool,
}

impl Server {
    /// A service that wakes on demand, with its last starts, predictions and days.
    pub async fn show_on_demand_service(
        &self,
        actor: &Actor,
        stack: StackId,
        service: &ServiceName,
    ) -> Result<ShownOnDemandService, OnDemandError> {
        let ports = self.permit(actor, Action::ShowOnDemandService, &Resource::Stack(stack)).await?;
        let (service, _) = one_of(ports, self.known_on_demand(), stack, service).await?;
        let since = DayNumber::of(ports.clock.now()).before(DAYS - 1);
        let mut days = ports.on_demand.days(Some(stack), since).await?;
        let (_, gateway_runs) = gateway(ports).await?;
        let days = days.remove(&service.key()).unwrap_or_default();
        Ok(ShownOnDemandService { service, days, gateway_runs })
    }
}
