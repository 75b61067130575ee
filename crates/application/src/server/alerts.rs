//! Telling people what needs them while they are not looking.

use std::collections::BTreeMap;
use std::sync::Arc;

use core_monitor_domain::access::{Action, Forbidden, Resource};
use core_monitor_domain::actor::Actor;
use core_monitor_domain::alerts::{Alert, Fact, Facts, InstanceInfo, Restarts, StackRef};
use core_monitor_domain::on_demand::reported::failed_as;
use core_monitor_domain::ports::{AlertChannel, SendFailure, StoreError, StoredAlert};
use core_monitor_domain::stack::Stack;

use super::on_demand::services;
use super::{QueryError, Server, ServerPorts};

mod watching;

pub use watching::{AlertPorts, Alerting};

/// How many alerts are listed.
const LISTED: u32 = 200;

/// Where alerts are sent, and in whose name.
#[derive(Clone)]
pub struct AlertChannels {
    /// The channels; none if nobody is to be told anything.
    pub channels: Vec<Arc<dyn AlertChannel>>,
    /// This installation.
    pub instance: InstanceInfo,
}

impl Default for AlertChannels {
    fn default() -> Self {
        let instance = InstanceInfo { name: "core-monitor".to_owned(), url: None };
        Self { channels: Vec::new(), instance }
    }
}

/// The last alerts.
#[derive(Debug, Clone, PartialEq)]
pub struct ShownAlerts {
    /// The channels that each is sent to, by name.
    pub channels: Vec<&'static str>,
    /// The alerts, the newest first.
    pub alerts: Vec<StoredAlert>,
}

/// Whether a channel has taken an alert.
#[derive(Debug, Clone, PartialEq)]
pub struct TestedChannel {
    /// Its name.
    pub channel: &'static str,
    /// Why not.
    pub outcome: Result<(), SendFailure>,
}

impl Server {
    /// The last alerts, and the channels.
    pub async fn list_alerts(&self, actor: &Actor) -> Result<ShownAlerts, QueryError> {
        let ports = self.permit(actor, Action::ListAlerts, &Resource::Installation).await?;
        let channels = ports.alert_channels.channels.iter().map(|channel| channel.name()).collect();
        Ok(ShownAlerts { channels, alerts: ports.alerts.last(LISTED).await? })
    }

    /// Sends an alert to every channel that says only that alerts arrive. It is not stored.
    pub async fn send_test_alert(&self, actor: &Actor) -> Result<Vec<TestedChannel>, Forbidden> {
        let ports = self.permit(actor, Action::SendTestAlert, &Resource::Installation).await?;
        let AlertChannels { channels, instance } = &ports.alert_channels;
        let alert = Alert::test(ports.clock.now());
        let sent = channels.iter().map(async |channel| TestedChannel {
            channel: channel.name(),
            outcome: channel.send(&alert, instance).await,
        });
        Ok(futures::future::join_all(sent).await)
    }

    /// What is the case and worth an alert.
    pub async fn watch_for_alerts(&self, actor: &Actor) -> Result<Facts, QueryError> {
        let ports = self.permit(actor, Action::WatchForAlerts, &Resource::Installation).await?;
        let (facts, stacks) = self.overview_facts(ports).await?;
        let restarts = restarts(ports, &stacks).await?;
        let services = services(ports, self.known_on_demand(), None).await?;
        let failing = services.into_iter().filter_map(|service| {
            // From what is stored: a gateway that begins anew has forgotten how often it has tried.
            let (times, word) = service.experience.failing();
            let said = service.reported.and_then(|reported| reported.reason);
            let why = said.unwrap_or_else(|| failed_as(word.unwrap_or("unknown")));
            let stack = StackRef { id: service.stack.0, name: service.stack.1 };
            Fact::of_starts(stack, service.service.to_string(), times, why)
        });
        Ok(facts.with_restarts(restarts).with_starts(failing))
    }
}

/// How often the engine has restarted the containers of these stacks.
async fn restarts(ports: &ServerPorts, stacks: &[Stack]) -> Result<Vec<Restarts>, StoreError> {
    let ids: Vec<_> = stacks.iter().map(|stack| stack.id).collect();
    let observed: BTreeMap<_, _> = ports.observations.containers_of(&ids).await?.into_iter().collect();
    let mut restarts = Vec::new();
    for stack in stacks {
        for container in observed.get(&stack.id).into_iter().flatten() {
            restarts.push(Restarts {
                container: container.id.clone(),
                stack: StackRef { id: stack.id, name: stack.name.clone() },
                service: container.service().map(|service| service.to_string()).unwrap_or_default(),
                count: container.restart_count,
            });
        }
    }
    Ok(restarts)
}

#[cfg(test)]
mod tests;
