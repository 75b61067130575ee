//! The ports of the host that a definition needs, and who has them.

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
}

/// The fixed ports of a definition. `own` is the stack it belongs to: what its own containers hold is free for it.
pub(in crate::server) fn host_ports(
    project: &Project,
    host: Option<&HostObservation>,
    own: Option<StackId>,
) -> Vec<WizardPort> {
    let mut found: Vec<WizardPort> = Vec::new();
    for (name, service) in &project.services {
        for port in &service.ports {
            let Some(number) = port.published.as_deref().and_then(|published| published.parse().ok()) else {
                continue;
            };
            let ip = port.host_ip.as_deref().unwrap_or_default();
            let among = found.iter().find(|other| {
                let other_ip = other.host_ip.as_deref().unwrap_or_default();
                other.port == number && other.protocol == port.protocol && overlapping_addresses(other_ip, ip)
            });
            let conflict = match among {
                Some(other) => Some(said::wizard_port_of_service(&other.service)),
                None => host
                    .and_then(|host| host.holder_of(ip, number, &port.protocol, own))
                    .map(|holder| said::wizard_port_of_container(&holder.name, &holder.image)),
            };
            found.push(WizardPort {
                host_ip: port.host_ip.clone(),
                port: number,
                protocol: port.protocol.clone(),
                service: name.clone(),
                conflict,
            });
        }
    }
    found
}
