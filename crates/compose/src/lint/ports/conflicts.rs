//! Tracks which host ports are taken.

use crate::model::Port;
use std::collections::HashMap;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// Bound ports by number and protocol, with their addresses and services.
#[derive(Debug, Default)]
pub(super) struct Bound<'a> {
    taken: HashMap<(u16, &'a str), Owners<'a>>,
}

/// The owners of a port. Each has a sequence number, so that a conflict is reported with the earliest owner.
#[derive(Debug, Default)]
struct Owners<'a> {
    count: usize,
    by_address: HashMap<Option<IpAddr>, Owner<'a>>,
    /// The first owner for IPv4 and for IPv6.
    by_family: [Option<Owner<'a>>; 2],
    first: Option<Owner<'a>>,
}

/// A sequence number and a service.
type Owner<'a> = (usize, &'a str);

impl<'a> Bound<'a> {
    /// Claims a host port. Returns the service that already has it, if any.
    ///
    /// A range claims nothing, since the engine picks a free port from it.
    pub(super) fn claim(&mut self, service: &'a str, port: &'a Port) -> Option<&'a str> {
        let number: u16 = port.published.as_deref()?.parse().ok().filter(|number| *number != 0)?;
        let address = port.host_ip.as_deref().and_then(|address| address.parse().ok());
        let owners = self.taken.entry((number, port.protocol.as_str())).or_default();
        let other = owners.conflicting_owner(address);
        if other.is_none() {
            owners.add(address, service);
        }
        other.map(|(_, service)| service)
    }
}

impl<'a> Owners<'a> {
    fn add(&mut self, address: Option<IpAddr>, service: &'a str) {
        let owner = (self.count, service);
        self.count += 1;
        self.first.get_or_insert(owner);
        self.by_address.entry(address).or_insert(owner);
        if let Some(address) = address {
            self.by_family[usize::from(address.is_ipv6())].get_or_insert(owner);
        }
    }

    /// The first owner whose address conflicts with this one. `None` means all addresses of both families.
    fn conflicting_owner(&self, address: Option<IpAddr>) -> Option<Owner<'a>> {
        let Some(address) = address else { return self.first };
        let every = match address {
            IpAddr::V4(_) => IpAddr::from(Ipv4Addr::UNSPECIFIED),
            IpAddr::V6(_) => IpAddr::from(Ipv6Addr::UNSPECIFIED),
        };
        let of_family = self.by_family[usize::from(address.is_ipv6())].filter(|_| address == every);
        let exactly =
            [None, Some(address), Some(every)].map(|address| self.by_address.get(&address).copied());
        exactly.into_iter().chain([of_family]).flatten().min()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(ports: &[(Option<&str>, &str)]) -> bool {
        let port = |(address, published): &(Option<&str>, &str)| Port {
            host_ip: address.map(str::to_owned),
            published: Some((*published).to_owned()),
            protocol: "tcp".to_owned(),
            ..Port::default()
        };
        let ports: Vec<Port> = ports.iter().map(port).collect();
        let mut bound = Bound::default();
        ports.iter().any(|port| bound.claim("web", port).is_some())
    }

    #[test]
    fn all_addresses_conflict_with_each() {
        assert!(check(&[(None, "80"), (Some("127.0.0.1"), "80")]));
        assert!(check(&[(Some("0.0.0.0"), "80"), (Some("10.0.0.1"), "80")]));
        assert!(check(&[(Some("::1"), "80"), (Some("::"), "80")]));
        assert!(check(&[(Some("127.0.0.1"), "80"), (Some("127.0.0.1"), "80")]));
    }

    #[test]
    fn other_addresses_and_families_do_not_conflict() {
        assert!(!check(&[(Some("127.0.0.1"), "80"), (Some("10.0.0.1"), "80")]));
        assert!(!check(&[(Some("0.0.0.0"), "80"), (Some("::1"), "80")]));
        assert!(!check(&[(None, "80"), (None, "81")]));
    }

    #[test]
    fn the_first_conflict_is_reported() {
        let port = |address: &str| Port {
            host_ip: Some(address.to_owned()),
            published: Some("80".to_owned()),
            protocol: "tcp".to_owned(),
            ..Port::default()
        };
        let ports = ["10.0.0.1", "::1", "10.0.0.2", "10.0.0.2", "0.0.0.0", "::"].map(port);
        let names = ["a", "b", "c", "d", "e", "f"];
        let mut bound = Bound::default();
        let told: Vec<_> = names.iter().zip(&ports).map(|(name, port)| bound.claim(name, port)).collect();
        assert_eq!(told, [None, None, None, Some("c"), Some("a"), Some("b")]);
    }

    #[test]
    fn ranges_do_not_conflict() {
        assert!(!check(&[(None, "8000-8010"), (None, "8000")]));
        assert!(!check(&[(None, "0"), (None, "0")]));
    }
}
