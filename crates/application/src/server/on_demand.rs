//! What is known of services that wake on demand, put together for whoever shows it.

use std::collections::BTreeMap;

use core_monitor_domain::ids::StackId;
use core_monitor_domain::names::{ServiceName, StackName};
use core_monitor_domain::on_demand::{
    DoorKey, Experience, GatewayReport, Household, OnDemand, Reported, Wish,
};
use core_monitor_domain::ports::StoreError;
use tokio::sync::Mutex;

use super::{QueryError, ServerPorts};
use crate::gateway::declared::{Declared, DeclaredStack};

/// What the applied versions declare. A version never changes, so that each is read once.
#[derive(Debug, Default)]
pub(super) struct KnownOnDemand(Mutex<(Declared, Vec<DeclaredStack>)>);

impl KnownOnDemand {
    /// The stacks that have services which wake on demand, the oldest first.
    pub(super) async fn stacks(&self, ports: &ServerPorts) -> Result<Vec<DeclaredStack>, StoreError> {
        let mut known = self.0.lock().await;
        let (declared, stacks) = &mut *known;
        if let Some(changed) = declared.read(&*ports.stacks).await? {
            *stacks = changed;
        }
        Ok(stacks.clone())
    }
}

/// A service that wakes on demand.
#[derive(Debug, Clone, PartialEq)]
pub struct OnDemandService {
    /// Its stack.
    pub stack: (StackId, StackName),
    /// Its name.
    pub service: ServiceName,
    /// What its definition says.
    pub declared: OnDemand,
    /// What people want beside that.
    pub wish: Wish,
    /// How it stands; `None` as long as no gateway has said.
    pub reported: Option<Reported>,
    /// What was learned about it.
    pub experience: Experience,
    /// Which services wake and sleep together.
    pub household: Household,
}

impl OnDemandService {
    /// Which one.
    pub fn key(&self) -> DoorKey {
        DoorKey { stack: self.stack.0, service: self.service.clone() }
    }
}

/// All services that wake on demand, and the gateway.
#[derive(Debug, Clone, PartialEq)]
pub struct ShownOnDemand {
    /// The services, by stack and name.
    pub services: Vec<OnDemandService>,
    /// The gateway as it last said; `None` if none has ever run.
    pub gateway: Option<GatewayReport>,
    /// Whether the gateway runs, as far as can be told.
    pub gateway_runs: bool,
}

/// All services, or those of one stack.
pub(super) async fn services(
    ports: &ServerPorts,
    known: &KnownOnDemand,
    only: Option<StackId>,
) -> Result<Vec<OnDemandService>, StoreError> {
    let stacks = known.stacks(ports).await?;
    let mut wishes = ports.on_demand.wishes().await?;
    let mut reports = ports.on_demand.reports().await?;
    let mut experience = ports.on_demand.experience(only).await?;
    let mut found = BTreeMap::new();
    for DeclaredStack { units, .. } in stacks {
        if only.is_some_and(|only| only != units.id) {
            continue;
        }
        for (service, declared) in &units.doors {
            let key = DoorKey { stack: units.id, service: service.clone() };
            let shown = OnDemandService {
                stack: (units.id, units.name.clone()),
                service: service.clone(),
                declared: declared.clone(),
                wish: wishes.remove(&key).unwrap_or_default(),
                reported: reports.remove(&key),
                experience: experience.remove(&key).unwrap_or_default(),
                household: units.household.clone(),
            };
            found.insert((units.name.clone(), service.clone()), shown);
        }
    }
    Ok(found.into_values().collect())
}

/// The gateway, and whether it runs.
pub(super) async fn gateway(ports: &ServerPorts) -> Result<(Option<GatewayReport>, bool), StoreError> {
    let gateway = ports.on_demand.gateway().await?;
    let runs = gateway.as_ref().is_some_and(|gateway| gateway.is_alive(ports.clock.now()));
    Ok((gateway, runs))
}

/// Why there is nothing to show or to do about a service that would wake on demand.
#[derive(Debug, thiserror::Error)]
pub enum OnDemandError {
    /// The stack cannot be read.
    #[error(transparent)]
    Query(#[from] QueryError),
    /// The applied version has no such service that wakes on demand.
    #[error("the applied version has no service `{service}` that wakes on demand")]
    NotOnDemand {
        /// As requested.
        service: ServiceName,
        /// Those that do.
        known: Vec<String>,
    },
}

impl From<core_monitor_domain::access::Forbidden> for OnDemandError {
    fn from(error: core_monitor_domain::access::Forbidden) -> Self {
        Self::Query(error.into())
    }
}

impl From<StoreError> for OnDemandError {
    fn from(error: StoreError) -> Self {
        Self::Query(error.into())
    }
}

/// One service, with the others of its stack.
pub(super) async fn one_of(
    ports: &ServerPorts,
    known: &KnownOnDemand,
    stack: StackId,
    service: &ServiceName,
) -> Result<(OnDemandService, Vec<OnDemandService>), OnDemandError> {
    super::show_stack::stack_of(ports, stack).await?;
    let mut all = services(ports, known, Some(stack)).await?;
    let Some(place) = all.iter().position(|one| one.service == *service) else {
        let known = all.iter().map(|one| one.service.to_string()).collect();
        return Err(OnDemandError::NotOnDemand { service: service.clone(), known });
    };
    Ok((all.remove(place), all))
}
