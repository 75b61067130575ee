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
    let mut seen: HashMap<(&str, u16), Users<'_>> = HashMap::new();
    for service in desired.services.iter().filter(|service| service.replicas > 0) {
        let mut is_told = service.replicas == 1;
        for port in &service.container.ports {
            let Some(number) = port.fixed_host_port() else { continue };
            let protocol = port.protocol.as_str();
            // Once: a range has thousands of ports, and one is enough to mend them all.
            if !is_told {
                is_told = true;
                let message = format!(
                    "service `{}` has {} replicas, and only one of them can have host port {number}/{protocol}",
                    service.name, service.replicas
                );
                let hint = "publish a range, or let the engine choose the port".to_owned();
                builder.problem(FailureCode::PortTaken, service.name.as_str(), message, Some(hint));
            }
            let users = seen.entry((protocol, number)).or_default();
            if let Some(other) = users.in_the_way(host_ip(port)).filter(|other| **other != service.name) {
                let message = format!(
                    "services `{other}` and `{}` both publish host port {number}/{protocol}",
                    service.name
                );
                builder.problem(FailureCode::PortTaken, service.name.as_str(), message, None);
            }
            users.add(host_ip(port), &service.name);
        }
    }
}

/// Who asks for one port, with the place in the order of asking.
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

    /// The first one that competes for the port on this address.
    fn in_the_way(&self, address: &str) -> Option<&'a ServiceName> {
        if everywhere(address) {
            return self.first;
        }
        let same = self.by_address.get(address).copied();
        same.into_iter().chain(self.first_everywhere).min().map(|(_, service)| service)
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
        // A port that is published everywhere is held on an address of each family.
        let mut told = BTreeSet::new();
        for (ip, holder) in holders.iter().filter(|(ip, _)| overlap(ip, host_ip(port))) {
            if index.owns(&holder.id) {
                ours.insert(&holder.id);
            } else if told.insert(&holder.id) {
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
    everywhere(one) || everywhere(other) || one == other
}

fn everywhere(ip: &str) -> bool {
    matches!(ip, "" | "0.0.0.0" | "::" | "[::]")
}

#[cfg(test)]
mod tests {
    use super::{Users, overlap};

    #[test]
    fn the_first_one_in_the_way_is_told_of() {
        let names = ["a", "b", "c", "d", "e"].map(|name| name.parse().unwrap());
        let addresses = ["10.0.0.1", "10.0.0.2", "10.0.0.2", "0.0.0.0", "10.0.0.3"];
        let mut users = Users::default();
        let mut told = Vec::new();
        for (address, name) in addresses.iter().zip(&names) {
            told.push(users.in_the_way(address).map(ToString::to_string));
            users.add(address, name);
        }
        let expected = [None, None, Some("b"), Some("a"), Some("d")];
        assert_eq!(told, expected.map(|name| name.map(str::to_owned)));
    }

    #[test]
    fn addresses_compete_when_one_is_everywhere_or_both_are_the_same() {
        assert!(overlap("", "127.0.0.1"));
        assert!(overlap("::", "0.0.0.0"));
        assert!(overlap("10.0.0.1", "10.0.0.1"));
        assert!(!overlap("10.0.0.1", "127.0.0.1"));
    }
}
