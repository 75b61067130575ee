//! The ports of the host that a definition needs, and who has them.

use std::net::SocketAddr;

use core_monitor_compose::Project;
use core_monitor_domain::ids::StackId;
use core_monitor_domain::observation::{HostObservation, overlapping_addresses};
use core_monitor_message::Message;

use crate::server::said;

/// A port of the host that a service publishes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WizardPort {
    /// The address; every address if absent.
    pub host_ip: Option<String>,
    /// The port.
    pub port: u16,
    /// `tcp`, `udp` or `sctp`.
    pub protocol: String,
    /// The service.
    pub service: String,
    /// Who else has it.
    pub conflict: Option<Message>,
    /// The next port above it that is free, as far as is known; only with a conflict.
    pub free: Option<u16>,
}

/// What is known to hold ports of the host.
pub(in crate::server) struct Holders<'a> {
    /// The containers of the engine.
    pub(in crate::server) host: Option<&'a HostObservation>,
    /// Where this program listens.
    pub(in crate::server) server: SocketAddr,
    /// The stack that the definition belongs to: what its own containers hold is free for it.
    pub(in crate::server) own: Option<StackId>,
}

impl Holders<'_> {
    fn of(&self, ip: &str, port: u16, protocol: &str) -> Option<Message> {
        if self.is_server(ip, port, protocol) {
            return Some(said::wizard_port_of_server());
        }
        let holder = self.host?.holder_of(ip, port, protocol, self.own)?;
        Some(said::wizard_port_of_container(&holder.name, &holder.image))
    }

    /// Only a loopback address says that this program shares the ports of the host: in a container nobody could reach it there.
    fn is_server(&self, ip: &str, port: u16, protocol: &str) -> bool {
        protocol == "tcp"
            && self.server.port() == port
            && self.server.ip().is_loopback()
            && overlapping_addresses(&self.server.ip().to_string(), ip)
    }
}

/// The fixed ports of a definition.
pub(in crate::server) fn host_ports(project: &Project, holders: &Holders<'_>) -> Vec<WizardPort> {
    let mut found: Vec<WizardPort> = Vec::new();
    for (name, service) in &project.services {
        for port in &service.ports {
            let Some(number) = port.published.as_deref().and_then(|published| published.parse().ok()) else {
                continue;
            };
            let conflict = conflict(&found, holders, (port.host_ip.as_deref(), number, &port.protocol));
            found.push(WizardPort {
                host_ip: port.host_ip.clone(),
                port: number,
                protocol: port.protocol.clone(),
                service: name.clone(),
                conflict,
                free: None,
            });
        }
    }
    propose(&mut found, holders);
    found
}

/// Who has this port, among the services before and on the host.
fn conflict(
    before: &[WizardPort],
    holders: &Holders<'_>,
    (ip, port, protocol): (Option<&str>, u16, &str),
) -> Option<Message> {
    let ip = ip.unwrap_or_default();
    let among = before.iter().find(|other| {
        let other_ip = other.host_ip.as_deref().unwrap_or_default();
        other.port == port && other.protocol == protocol && overlapping_addresses(other_ip, ip)
    });
    match among {
        Some(other) => Some(said::wizard_port_of_service(&other.service)),
        None => holders.of(ip, port, protocol),
    }
}

/// Finds a free port for each that is taken. None is proposed twice.
fn propose(ports: &mut [WizardPort], holders: &Holders<'_>) {
    for index in 0..ports.len() {
        let Some(wanting) = ports.get(index).filter(|port| port.conflict.is_some()) else { continue };
        let ip = wanting.host_ip.as_deref().unwrap_or_default();
        let is_free = |number: &u16| {
            let among = ports.iter().any(|other| other.port == *number || other.free == Some(*number));
            !among && holders.of(ip, *number, &wanting.protocol).is_none()
        };
        let free = (wanting.port.saturating_add(1)..=u16::MAX).take(FURTHEST).find(is_free);
        if let Some(port) = ports.get_mut(index) {
            port.free = free;
        }
    }
}

/// How many ports above a taken one are tried.
const FURTHEST: usize = 1000;

#[cfg(test)]
mod tests;
