//! Fixed host ports: conflicts are detected before anything is touched.

use std::collections::{BTreeSet, HashMap};

use super::said;
use crate::command::FailureCode;
use crate::desired::{DesiredStack, Port};
use crate::ids::ContainerId;
use crate::names::ServiceName;
use crate::observation::{Occupant, everywhere, overlapping_addresses as overlap};

use super::builder::Builder;
use super::index::Index;

/// Two services, or two replicas of one, that publish the same port.
pub(super) fn conflicts_within(builder: &mut Builder, desired: &DesiredStack) {
    let mut seen: HashMap<(&str, u16), Users<'_>> = HashMap::new();
    for service in desired.services.iter().filter(|service| service.replicas > 0) {
        let mut is_reported = service.replicas == 1;
        for port in &service.container.ports {
            let Some(number) = port.fixed_host_port() else { continue };
            let protocol = port.protocol.as_str();
            // Reported once: a range has thousands of ports, and one message is enough to fix it.
            if !is_reported {
                is_reported = true;
                let message =
                    said::replicas_share_host_port(&service.name, service.replicas, number, protocol);
                let hint = said::publish_a_range();
                builder.blocker(FailureCode::PortTaken, service.name.as_str(), message, Some(hint));
            }
            let users = seen.entry((protocol, number)).or_default();
            if let Some(other) = users.conflict_with(host_ip(port)).filter(|other| **other != service.name) {
                let message = said::services_share_host_port(other, &service.name, number, protocol);
                builder.blocker(FailureCode::PortTaken, service.name.as_str(), message, None);
            }
            users.add(host_ip(port), &service.name);
        }
    }
}

/// The services that publish one port, with their position in the order.
#[derive(Default)]
struct Users<'a> {
    count: usize,
    first: Option<&'a ServiceName>,
    first_everywhere: Option<(usize, &'a ServiceName)>,
    by_address: HashMap<&'a str, (usize, &'a ServiceName)>,
}

impl<'a> Users<'a> {
    fn add(&mut self, address: &'a str, service: &'a ServiceName) {
        let user = (self.count, service);
        self.count += 1;
        self.first.get_or_insert(service);
        self.by_address.entry(address).or_insert(user);
        if everywhere(address) {
            self.first_everywhere.get_or_insert(user);
        }
    }

    /// The first service that conflicts with the port on this address.
    fn conflict_with(&self, address: &str) -> Option<&'a ServiceName> {
        if everywhere(address) {
            return self.first;
        }
        let same = self.by_address.get(address).copied();
        same.into_iter().chain(self.first_everywhere).min().map(|(_, service)| service)
    }
}

/// Running containers with a port that a container to be started needs: foreign ones are a blocker, our own have to be
/// stopped first.
pub(super) fn holders<'a>(
    index: &Index<'a>,
    builder: &mut Builder,
    service: &ServiceName,
    ports: &[Port],
) -> BTreeSet<&'a ContainerId> {
    let mut ours = BTreeSet::new();
    for port in ports {
        let Some(number) = port.fixed_host_port() else { continue };
        let Some(holders) = index.host.by_port.get(&(port.protocol.as_str(), number)) else { continue };
        // A port published on all addresses is listed once per address family.
        let mut reported = BTreeSet::new();
        for (ip, holder) in holders.iter().filter(|(ip, _)| overlap(ip, host_ip(port))) {
            if index.owns(&holder.id) {
                ours.insert(&holder.id);
            } else if reported.insert(&holder.id) {
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
    let message =
        said::host_port_in_use(service, number, port.protocol.as_str(), &holder.name, &holder.image, ip);
    let hint = said::publish_another_port();
    builder.blocker(FailureCode::PortTaken, service.as_str(), message, Some(hint));
}

fn host_ip(port: &Port) -> &str {
    port.host_ip.as_deref().unwrap_or("")
}

#[cfg(test)]
mod tests {
    use super::{Users, overlap};

    #[test]
    fn the_first_conflict_is_reported() {
        let names = ["a", "b", "c", "d", "e"].map(|name| name.parse().unwrap());
        let addresses = ["10.0.0.1", "10.0.0.2", "10.0.0.2", "0.0.0.0", "10.0.0.3"];
        let mut users = Users::default();
        let mut reported = Vec::new();
        for (address, name) in addresses.iter().zip(&names) {
            reported.push(users.conflict_with(address).map(ToString::to_string));
            users.add(address, name);
        }
        let expected = [None, None, Some("b"), Some("a"), Some("d")];
        assert_eq!(reported, expected.map(|name| name.map(str::to_owned)));
    }

    #[test]
    fn addresses_conflict_if_equal_or_one_means_all() {
        assert!(overlap("", "127.0.0.1"));
        assert!(overlap("::", "0.0.0.0"));
        assert!(overlap("10.0.0.1", "10.0.0.1"));
        assert!(!overlap("10.0.0.1", "127.0.0.1"));
    }
}
