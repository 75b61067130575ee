//! What the host has, with what is known about it: the basis of the lists of objects and of pruning.

use std::collections::BTreeMap;

use core_monitor_domain::access::Forbidden;
use core_monitor_domain::ids::{ContainerId, Slot, StackId};
use core_monitor_domain::inventory::Stock;
use core_monitor_domain::names::ServiceName;
use core_monitor_domain::observation::ObservedContainer;
use core_monitor_domain::ports::{LinkError, StoreError};
use core_monitor_domain::time::Timestamp;

use super::ServerPorts;
use crate::host_needs::host_needs;

/// What the host has.
#[derive(Debug)]
pub struct HostStock {
    /// Its objects, and how they stand.
    pub stock: Stock,
    /// Service and replica of the containers of stacks.
    pub places: BTreeMap<ContainerId, (ServiceName, Slot)>,
    /// The time of the observation that says whose the objects are.
    pub observed_at: Timestamp,
}

/// Why it cannot be said what the host has.
#[derive(Debug, thiserror::Error)]
pub enum HostStockError {
    /// The actor is not allowed to see it.
    #[error(transparent)]
    Forbidden(#[from] Forbidden),
    /// The worker has not observed the engine yet.
    #[error("the engine has not been observed yet")]
    NotObserved,
    /// The worker does not answer.
    #[error(transparent)]
    Link(#[from] LinkError),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Reads what the host has now. Whose it is, the last observation says: what is newer stays.
pub(super) async fn host_stock(ports: &ServerPorts, sizes: bool) -> Result<HostStock, HostStockError> {
    let host = ports.observations.host().await?.ok_or(HostStockError::NotObserved)?;
    let inventory = ports.link.inventory(sizes).await?;
    let needs = host_needs(&*ports.stacks, &ports.stacks_dir_on(Some(&host))).await?;
    let owners = host.occupants.iter().filter(|occupant| occupant.ours).filter_map(|occupant| occupant.owner);
    let mut stacks: Vec<StackId> = owners.collect();
    stacks.sort_unstable();
    stacks.dedup();
    let observed = ports.observations.containers_of(&stacks).await?;
    let places =
        observed.into_iter().flat_map(|(_, containers)| containers).filter_map(|found| placed(&found));
    Ok(HostStock {
        places: places.collect(),
        observed_at: host.taken_at,
        stock: Stock::new(inventory, &host, needs, ports.instance),
    })
}

fn placed(container: &ObservedContainer) -> Option<(ContainerId, (ServiceName, Slot))> {
    Some((container.id.clone(), (container.service()?, container.slot()?)))
}
