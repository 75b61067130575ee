//! Whose logs are read.

use std::collections::BTreeSet;

use core_monitor_domain::access::{Action, Forbidden, Resource};
use core_monitor_domain::actor::Actor;
use core_monitor_domain::ids::{ContainerId, Slot, StackId};
use core_monitor_domain::names::ServiceName;
use core_monitor_domain::observation::{ObservedContainer, Occupant};
use core_monitor_domain::ports::StoreError;
use core_monitor_domain::stack::Stack;
use core_monitor_domain::time::Timestamp;

use super::LogsError;
use crate::server::stack_status::known_services;
use crate::server::{Server, ServerPorts};

/// Whose logs to read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LogScope {
    /// Those of a stack.
    Stack(StackId),
    /// Those of one container of a stack, by id, the beginning of its id, or name; and of its successors.
    Container(String),
}

impl LogScope {
    /// The ports, if the actor may read these logs.
    pub(super) async fn permit<'s>(
        &self,
        server: &'s Server,
        actor: &Actor,
    ) -> Result<&'s ServerPorts, Forbidden> {
        match self {
            Self::Stack(id) => server.permit(actor, Action::ShowStackLogs, &Resource::Stack(*id)).await,
            Self::Container(name) => {
                let container = Resource::Container(ContainerId(name.clone()));
                server.permit(actor, Action::ShowContainerLogs, &container).await
            }
        }
    }
}

/// The containers that are read, also those that do not exist yet.
#[derive(Debug, Clone)]
pub(super) struct Watched {
    pub(super) scope: LogScope,
    /// The name of the stack, or of the container.
    pub(super) name: String,
    stack: StackId,
    chosen: Chosen,
}

#[derive(Debug, Clone)]
enum Chosen {
    /// All of these services; of every service, if empty.
    Services(BTreeSet<ServiceName>),
    /// One container, and its successors.
    Container { id: ContainerId, place: Option<(ServiceName, Slot)>, created_at: Option<Timestamp> },
}

impl Watched {
    /// Finds what is meant.
    pub(super) async fn find(
        ports: &ServerPorts,
        scope: LogScope,
        services: &BTreeSet<ServiceName>,
    ) -> Result<Self, LogsError> {
        let (stack, name, chosen) = match &scope {
            LogScope::Stack(stack) => {
                let name = checked_stack(ports, *stack, services).await?.name.to_string();
                (*stack, name, Chosen::Services(services.clone()))
            }
            LogScope::Container(wanted) => {
                let (stack, id) = container_of_a_stack(ports, wanted).await?;
                let containers = ports.observations.containers(stack).await?;
                let found = containers.iter().find(|container| container.id == id);
                let found = found.ok_or_else(|| LogsError::ContainerNotFound(wanted.clone()))?;
                let (place, created_at) = (found.service().zip(found.slot()), found.created_at);
                (stack, found.name.clone(), Chosen::Container { id, place, created_at })
            }
        };
        Ok(Self { scope, name, stack, chosen })
    }

    /// The stack.
    pub(super) fn stack(&self) -> StackId {
        self.stack
    }

    /// Those to begin with, by service, slot and age.
    pub(super) async fn containers_now(
        &self,
        ports: &ServerPorts,
    ) -> Result<Vec<ObservedContainer>, StoreError> {
        let mut containers = ports.observations.containers(self.stack).await?;
        containers.retain(|container| self.includes(container));
        sort(&mut containers);
        match &self.chosen {
            Chosen::Container { id, .. } => containers.retain(|container| container.id == *id),
            // What never ran has written nothing.
            Chosen::Services(_) => containers.retain(|container| container.started_at.is_some()),
        }
        Ok(containers)
    }

    /// Whether it is one of those that are read.
    pub(super) fn includes(&self, container: &ObservedContainer) -> bool {
        match &self.chosen {
            Chosen::Services(services) => {
                services.is_empty() || container.service().is_some_and(|service| services.contains(&service))
            }
            Chosen::Container { id, place, created_at } => {
                let succeeds = place.is_some()
                    && container.service().zip(container.slot()) == *place
                    && container.created_at > *created_at;
                container.id == *id || succeeds
            }
        }
    }
}

/// Sorts containers by service, slot and age.
pub(super) fn sort(containers: &mut [ObservedContainer]) {
    containers.sort_by(|a, b| order(a).cmp(&order(b)));
}

fn order(container: &ObservedContainer) -> (Option<ServiceName>, Option<Slot>, Option<Timestamp>, &str) {
    (container.service(), container.slot(), container.created_at, &container.name)
}

/// The stack. Every service must be known: a typing error would show nothing for ever.
async fn checked_stack(
    ports: &ServerPorts,
    id: StackId,
    wanted: &BTreeSet<ServiceName>,
) -> Result<Stack, LogsError> {
    let stack = ports.stacks.find(id).await?.ok_or(LogsError::StackNotFound)?;
    if wanted.is_empty() {
        return Ok(stack);
    }
    let known = known_services(ports, &stack).await?;
    match wanted.iter().find(|service| !known.contains(*service)) {
        Some(unknown) => Err(LogsError::ServiceUnknown(unknown.clone())),
        None => Ok(stack),
    }
}

/// The stack and the id of a container by its id, the beginning of its id, or its name.
async fn container_of_a_stack(
    ports: &ServerPorts,
    wanted: &str,
) -> Result<(StackId, ContainerId), LogsError> {
    let host = ports.observations.host().await?;
    let occupants = host.map(|host| host.occupants).unwrap_or_default();
    let found = meant(&occupants, wanted)?;
    match found.owner.filter(|_| found.ours && !found.component) {
        Some(stack) => Ok((stack, found.id.clone())),
        None => Err(LogsError::Foreign(found.name.clone())),
    }
}

/// As `docker` understands it: a whole id, then a name, then the beginning of one id.
fn meant<'o>(occupants: &'o [Occupant], wanted: &str) -> Result<&'o Occupant, LogsError> {
    let whole = occupants.iter().find(|occupant| occupant.id.as_str() == wanted);
    if let Some(found) = whole.or_else(|| occupants.iter().find(|occupant| occupant.name == wanted)) {
        return Ok(found);
    }
    let mut begun =
        occupants.iter().filter(|occupant| !wanted.is_empty() && occupant.id.as_str().starts_with(wanted));
    match (begun.next(), begun.next()) {
        (Some(found), None) => Ok(found),
        (Some(_), Some(_)) => Err(LogsError::Ambiguous(wanted.to_owned())),
        (None, _) => Err(LogsError::ContainerNotFound(wanted.to_owned())),
    }
}
