//! Listing the containers of all stacks.

use std::collections::BTreeMap;

use core_monitor_domain::access::{Action, Resource};
use core_monitor_domain::actor::Actor;
use core_monitor_domain::ids::StackId;
use core_monitor_domain::ports::{Page, StackFilter};
use core_monitor_domain::stack::Stack;
use core_monitor_domain::time::Timestamp;

use super::seen_stacks::seen_page;
use super::stack_status::services_of;
use super::{ContainerStatus, QueryError, Server, ServiceState, ServiceStatus};
use crate::build_source::NotDesired;

/// The containers of some stacks.
#[derive(Debug, Clone, PartialEq)]
pub struct ListedContainers {
    /// The stacks by name, each with its containers by service and name.
    pub page: Page<(Stack, Vec<ContainerStatus>)>,
    /// When the engine was last observed; `None` before the first observation.
    pub observed_at: Option<Timestamp>,
}

/// Which containers to list.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ContainerQuery {
    /// Whose: a page of stacks.
    pub filter: StackFilter,
    /// Only those of this stack, instead of a page; none if there is no such stack.
    pub stack: Option<StackId>,
    /// Only those with this in the name of the container, its stack or service, or its image, in any case.
    pub contains: Option<String>,
    /// Only those in one of these states; empty means any.
    pub states: Vec<ServiceState>,
}

impl ContainerQuery {
    fn wants(&self, stack: &str, service: &str, container: &ContainerStatus) -> bool {
        let has = |part: &String| {
            let part = part.to_lowercase();
            let mut texts = [container.name.as_str(), stack, service, &container.observed.image].into_iter();
            texts.any(|text| text.to_lowercase().contains(&part))
        };
        (self.states.is_empty() || self.states.contains(&container.state))
            && self.contains.as_ref().is_none_or(has)
    }
}

impl Server {
    /// The containers of a page of the stacks that the actor may see, as the worker last saw them.
    pub async fn list_containers(
        &self,
        actor: &Actor,
        query: &ContainerQuery,
    ) -> Result<ListedContainers, QueryError> {
        let ports = self.permit(actor, Action::ListContainers, &Resource::Installation).await?;
        let visible = self.visible_to(actor).await?;
        let page = match query.stack {
            Some(id) => {
                let found = ports.stacks.find(id).await?.into_iter();
                let seen = found.filter(|stack| visible.contains(stack.into()));
                Page { items: seen.collect(), more: false }
            }
            None => seen_page(ports, &query.filter, &visible).await?,
        };
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
            let containers = services.into_iter().flat_map(|ServiceStatus { name, containers, .. }| {
                containers
                    .into_iter()
                    .filter(|container| query.wants(stack.name.as_str(), &name, container))
                    .collect::<Vec<_>>()
            });
            let containers = containers.collect();
            items.push((stack, containers));
        }
        let observed_at = host.map(|host| host.taken_at);
        Ok(ListedContainers { page: Page { items, more: page.more }, observed_at })
    }
}
