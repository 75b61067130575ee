//! Fixed host ports: found taken before anything is touched instead of in the middle.

use std::collections::{BTreeSet, HashMap};

use crate::command::FailureCode;
use crate::desired::{DesiredStack, Port};
use crate::ids::ContainerId;
use crate::names::ServiceName;
use crate::observation::Occupant;

use super::builder::Builder;
use super::index::Index;

/// Two services, or two replicas of one, that ask for the same port.
pub(super) fn conflicts_within(builder: &mut Builder, desired: &DesiredStack) {
    let mut seen: HashMap<(&str, u16), Vec<(&Port, &ServiceName)>> = HashMap::new();
    for service in desired.services.iter().filter(|service| service.replicas > 0) {
        for port in &service.container.ports {
            let Some(number) = port.fixed_host_port() else { continue };
            let protocol = port.protocol.as_str();
            if service.replicas > 1 {
                let message = format!(
                    "service `{}` has {} replicas, and only one of them can have host port {number}/{protocol}",
                    service.name, service.replicas
                );
                let hint = "publish a range, or let the engine choose the port".to_owned();
                builder.problem(FailureCode::PortTaken, service.name.as_str(), message, Some(hint));
            }
            let users = seen.entry((protocol, number)).or_default();
            let clash = users.iter().find(|(other, _)| overlap(host_ip(other), host_ip(port)));
            if let Some((_, other)) = clash.filter(|(_, other)| **other != service.name) {
                let message = format!(
                    "services `{other}` and `{}` both publish host port {number}/{protocol}",
                    service.name
                );
                builder.problem(FailureCode::PortTaken, service.name.as_str(), message, None);
            }
            users.push((port, &service.name));
        }
    }
}

/// Running containers that hold a port which a container about to start needs: strangers are a problem, our own
/// have to be stopped first.
pub(super) fn holders<'a>(
    index: &Index<'a>,
    builder: &mut Builder,
    service: &ServiceName,
    ports: &[Port],
) -> BTreeSet<&'a ContainerId> {
    let mut ours = BTreeSet::new();
    for port in ports {
        let Some(number) = port.fixed_host_port() else { continue };
        let Some(holders) = index.by_port.get(&(port.protocol.as_str(), number)) else { continue };
        for (ip, holder) in holders.iter().filter(|(ip, _)| overlap(ip, host_ip(port))) {
            if index.owns(&holder.id) {
                ours.insert(&holder.id);
            } else {
                taken(builder, service, ip, number, port, holder);
            }
        }
    }
    ours
}

fn taken(
    builder: &mut Builder,
    service: &ServiceName,
    ip: &str,
    number: u16,
    port: &Port,
    holder: &Occupant,
) {
    let message = format!(
        "service `{service}` wants host port {number}/{}, which the container `{}` ({}) holds on {ip}",
        port.protocol.as_str(),
        holder.name,
        holder.image
    );
    let hint = "publish another port, or stop that container".to_owned();
    builder.problem(FailureCode::PortTaken, service.as_str(), message, Some(hint));
}

fn host_ip(port: &Port) -> &str {
    port.host_ip.as_deref().unwrap_or("")
}

/// Whether two host addresses compete for a port.
fn overlap(one: &str, other: &str) -> bool {
    let everywhere = |ip: &str| matches!(ip, "" | "0.0.0.0" | "::" | "[::]");
    everywhere(one) || everywhere(other) || one == other
}

#[cfg(test)]
mod tests {
    use super::overlap;

    #[test]
    fn addresses_compete_when_one_is_everywhere_or_both_are_the_same() {
        assert!(overlap("", "127.0.0.1"));
        assert!(overlap("::", "0.0.0.0"));
        assert!(overlap("10.0.0.1", "10.0.0.1"));
        assert!(!overlap("10.0.0.1", "127.0.0.1"));
    }
}
