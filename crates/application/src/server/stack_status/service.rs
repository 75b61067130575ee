//! The status of each service.

use std::collections::BTreeSet;

use core_monitor_domain::desired::{DesiredStack, ServiceSpec};
use core_monitor_domain::ids::ContainerId;
use core_monitor_domain::names::ServiceName;
use core_monitor_domain::observation::{ContainerState, Health, ObservedContainer, PublishedPort};
use core_monitor_domain::stack::RunId;

/// Status of a service.
#[derive(Debug, Clone, PartialEq)]
pub struct ServiceStatus {
    /// Its name; empty for containers without a readable label.
    pub name: String,
    /// The state.
    pub state: ServiceState,
    /// The worst health of its containers that are up; `None` if none of them has a check.
    pub health: Option<Health>,
    /// The status of its worst container as `docker ps` shows it, e.g. `Up (healthy)`; `-` without containers.
    pub text: String,
    /// Number of containers it should have; 0 if the service is not in the definition.
    pub desired: u32,
    /// Whether the service is a job, which is meant to end: it is declared one, or it did end by itself with code 0.
    pub is_job: bool,
    /// Its image in the definition, or in the container if the definition does not have the service.
    pub image: String,
    /// Its published ports, `host->container`, in order.
    pub ports: Vec<String>,
    /// Its containers, by name.
    pub containers: Vec<ContainerStatus>,
}

/// State of a service, ordered from good to bad.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum ServiceState {
    /// All replicas are up, and healthy where there is a check.
    Running,
    /// Its work is done: a job succeeded, or the container exited by itself with code 0 and is not restarted.
    Completed,
    /// Stopped because nobody uses it; it wakes at the next request.
    Asleep,
    /// Up, and the health check has no result yet.
    Starting,
    /// Fewer replicas are up than there should be.
    Partial,
    /// Not up, on purpose or not yet.
    Stopped,
    /// The health check fails.
    Unhealthy,
    /// Ended with an error, or is being started again and again.
    Failed,
}

impl ServiceState {
    /// Every state.
    pub const ALL: [Self; 8] = [
        Self::Running,
        Self::Completed,
        Self::Asleep,
        Self::Starting,
        Self::Partial,
        Self::Stopped,
        Self::Unhealthy,
        Self::Failed,
    ];

    /// The name in JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Running => "running",
            Self::Completed => "completed",
            Self::Asleep => "asleep",
            Self::Starting => "starting",
            Self::Partial => "partial",
            Self::Stopped => "stopped",
            Self::Unhealthy => "unhealthy",
            Self::Failed => "failed",
        }
    }
}

/// Status of a container.
#[derive(Debug, Clone, PartialEq)]
pub struct ContainerStatus {
    /// Engine id.
    pub id: ContainerId,
    /// Name.
    pub name: String,
    /// The state.
    pub state: ServiceState,
    /// The status as `docker ps` shows it, e.g. `Exited (0)`.
    pub text: String,
    /// What the engine reported.
    pub observed: ObservedContainer,
}

/// Rows of a stack: the definition's services, then those that only have containers.
pub(crate) fn rows(
    desired: &DesiredStack,
    containers: &[ObservedContainer],
    stopped: &[RunId],
) -> Vec<ServiceStatus> {
    let of = |name: Option<&str>, service: Option<&ServiceSpec>| {
        let mut found: Vec<_> = containers
            .iter()
            .filter(|container| container.service().as_ref().map(ServiceName::as_str) == name)
            .map(|container| status_of(container, service, stopped))
            .collect();
        found.sort_by(|a, b| a.name.cmp(&b.name));
        found
    };
    let mut rows: Vec<_> =
        desired.services.iter().map(|s| row(s, of(Some(s.name.as_str()), Some(s)))).collect();
    let mut others: Vec<_> = containers
        .iter()
        .map(ObservedContainer::service)
        .filter(|name| name.as_ref().is_none_or(|name| desired.service(name).is_none()))
        .collect();
    others.sort();
    others.dedup();
    rows.extend(others.into_iter().map(|name| {
        let found = of(name.as_ref().map(ServiceName::as_str), None);
        unwanted(name.map(|name| name.to_string()).unwrap_or_default(), found)
    }));
    rows
}

/// Tells what sleeps from what is only stopped: `sleepers` may sleep, and nothing of them runs on purpose.
pub(super) fn let_sleep(rows: &mut [ServiceStatus], sleepers: &BTreeSet<ServiceName>, stopped: &[RunId]) {
    for row in rows {
        let may_sleep = sleepers.iter().any(|name| name.as_str() == row.name);
        if !may_sleep || row.state != ServiceState::Stopped || row.containers.is_empty() {
            continue;
        }
        if row.containers.iter().all(|container| is_asleep(&container.observed, stopped)) {
            row.state = ServiceState::Asleep;
            row.containers.iter_mut().for_each(|container| container.state = ServiceState::Asleep);
        }
    }
}

/// Whether a container of a service that may sleep does: it is paused, or was stopped and has not ended by itself.
pub(super) fn is_asleep(container: &ObservedContainer, stopped: &[RunId]) -> bool {
    match container.state {
        ContainerState::Paused => true,
        ContainerState::Exited { .. } => container.run().is_some_and(|run| stopped.contains(&run)),
        _ => false,
    }
}

fn health(containers: &[ContainerStatus]) -> Option<Health> {
    containers.iter().filter_map(|container| container.observed.current_health()).max()
}

fn row(service: &ServiceSpec, containers: Vec<ContainerStatus>) -> ServiceStatus {
    let worst = containers.iter().max_by_key(|container| container.state);
    let wanted = service.replicas as usize;
    let completed = containers.iter().filter(|c| c.state == ServiceState::Completed).count();
    let up = containers.iter().filter(|c| c.observed.state.is_up()).count();
    let state = match worst {
        None => ServiceState::Stopped,
        Some(worst) if matches!(worst.state, ServiceState::Unhealthy | ServiceState::Failed) => worst.state,
        Some(_) if completed >= wanted && up == 0 && completed > 0 => ServiceState::Completed,
        Some(_) if up == 0 => ServiceState::Stopped,
        Some(_) if up + completed < wanted => ServiceState::Partial,
        Some(worst) => worst.state,
    };
    ServiceStatus {
        name: service.name.to_string(),
        state,
        health: health(&containers),
        text: worst.map_or_else(|| "-".to_owned(), |worst| worst.text.clone()),
        desired: service.replicas,
        is_job: service.is_job || state == ServiceState::Completed,
        image: service.image().to_string(),
        ports: ports(&containers),
        containers,
    }
}

fn unwanted(name: String, containers: Vec<ContainerStatus>) -> ServiceStatus {
    let worst = containers.iter().max_by_key(|container| container.state);
    ServiceStatus {
        name,
        state: worst.map_or(ServiceState::Stopped, |worst| worst.state),
        health: health(&containers),
        text: worst.map_or_else(|| "-".to_owned(), |worst| worst.text.clone()),
        desired: 0,
        is_job: false,
        image: worst.map(|worst| worst.observed.image.clone()).unwrap_or_default(),
        ports: ports(&containers),
        containers,
    }
}

fn status_of(
    container: &ObservedContainer,
    service: Option<&ServiceSpec>,
    stopped: &[RunId],
) -> ContainerStatus {
    let on_purpose = container.run().is_some_and(|run| stopped.contains(&run));
    let state = match (container.state, container.health) {
        (ContainerState::Running, Some(Health::Starting)) => ServiceState::Starting,
        (ContainerState::Running, Some(Health::Unhealthy)) => ServiceState::Unhealthy,
        (ContainerState::Running, _) => ServiceState::Running,
        (ContainerState::Exited { .. }, _) if on_purpose => ServiceState::Stopped,
        (ContainerState::Exited { .. }, _)
            if service.is_some_and(|service| service.is_done(container, on_purpose)) =>
        {
            ServiceState::Completed
        }
        // It exited with 0, but not because its work was done.
        (ContainerState::Exited { .. }, _) if container.exited_with_success() => ServiceState::Stopped,
        (ContainerState::Exited { .. } | ContainerState::Restarting | ContainerState::Dead, _) => {
            ServiceState::Failed
        }
        (ContainerState::Created, _) if !container.error.is_empty() => ServiceState::Failed,
        (ContainerState::Created | ContainerState::Paused | ContainerState::Removing, _) => {
            ServiceState::Stopped
        }
    };
    ContainerStatus {
        id: container.id.clone(),
        name: container.name.clone(),
        state,
        text: text(container),
        observed: container.clone(),
    }
}

/// The status as `docker ps` shows it, without times.
fn text(container: &ObservedContainer) -> String {
    match (container.state, container.health) {
        (ContainerState::Running, None) => "Up".to_owned(),
        (ContainerState::Running, Some(Health::Starting)) => "Up (health: starting)".to_owned(),
        (ContainerState::Running, Some(Health::Healthy)) => "Up (healthy)".to_owned(),
        (ContainerState::Running, Some(Health::Unhealthy)) => "Up (unhealthy)".to_owned(),
        (ContainerState::Paused, _) => "Up (Paused)".to_owned(),
        (ContainerState::Restarting, _) => "Restarting".to_owned(),
        (ContainerState::Exited { code }, _) => format!("Exited ({code})"),
        (ContainerState::Created, _) => "Created".to_owned(),
        (ContainerState::Removing, _) => "Removal In Progress".to_owned(),
        (ContainerState::Dead, _) => "Dead".to_owned(),
    }
}

/// One entry per port, not per address family: the engine lists `0.0.0.0` and `::` separately.
fn ports(containers: &[ContainerStatus]) -> Vec<String> {
    let mut published: Vec<&PublishedPort> =
        containers.iter().flat_map(|c| &c.observed.ports).filter(|port| port.host_port != 0).collect();
    published.sort_by_key(|port| (port.host_port, port.container_port, port.protocol.clone()));
    let mut texts: Vec<String> = published
        .into_iter()
        .map(|port| {
            let address = match port.host_ip.as_str() {
                "" | "0.0.0.0" | "::" => String::new(),
                ip if ip.contains(':') => format!("[{ip}]:"),
                ip => format!("{ip}:"),
            };
            let protocol = if port.protocol == "tcp" { String::new() } else { format!("/{}", port.protocol) };
            format!("{address}{}->{}{protocol}", port.host_port, port.container_port)
        })
        .collect();
    texts.dedup();
    texts
}

#[cfg(test)]
mod tests;
