//! Listing the containers of all stacks.

use std::collections::BTreeMap;

use core_monitor_domain::access::{Action, Resource};
use core_monitor_domain::actor::Actor;
use core_monitor_domain::ports::{Page, StackFilter};
use core_monitor_domain::stack::Stack;
use core_monitor_domain::time::Timestamp;

use super::stack_status::services_of;
use super::{ContainerStatus, QueryError, Server};
use crate::build_source::NotDesired;

/// The containers of some stacks.
#[derive(Debug, Clone, PartialEq)]
pub struct ListedContainers {
    /// The stacks by name, each with its containers by service and name.
    pub page: Page<(Stack, Vec<ContainerStatus>)>,
    /// When the engine was last observed; `None` before the first observation.
    pub observed_at: Option<Timestamp>,
}

impl Server {
    /// The containers of a page of stacks, as the worker last saw them.
    pub async fn list_containers(
        &self,
        actor: &Actor,
        filter: &StackFilter,
    ) -> Result<ListedContainers, QueryError> {
        let ports = self.permit(actor, Action::ListContainers, &Resource::Installation)?;
        let page = ports.stacks.list(filter).await?;
        let ids: Vec<_> = page.items.iter().map(|stack| stack.id).collect();
        let mut observed: BTreeMap<_, _> =
            ports.observations.containers_of(&ids).await?.into_iter().collect();
        let host = ports.observations.host().await?;
        let mut items = Vec::with_capacity(page.items.len());
        for stack in page.items {
            let containers = observed.remove(&stack.id).unwrap_or_default();
            let services = match services_of(ports, &stack, host.as_ref(), &containers).await {
                Ok(services) => services,
                // One definition that cannot be read must not hide the containers of other stacks.
                Err(NotDesired::Definition(_)) => Vec::new(),
                Err(NotDesired::Store(error)) => return Err(error.into()),
            };
            items.push((stack, services.into_iter().flat_map(|service| service.containers).collect()));
        }
        let observed_at = host.map(|host| host.taken_at);
        Ok(ListedContainers { page: Page { items, more: page.more }, observed_at })
    }
}
