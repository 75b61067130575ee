//! Which ports of the host are taken.

use crate::model::Port;
use std::collections::HashMap;
use std::net::IpAddr;

/// Ports by number and protocol, with the addresses they are bound on and the services they belong to.
#[derive(Debug, Default)]
pub(super) struct Bound<'a> {
    taken: HashMap<(u16, &'a str), Vec<Owner<'a>>>,
}

/// Who has a port, and on which address.
#[derive(Debug)]
struct Owner<'a> {
    address: Option<IpAddr>,
    service: &'a str,
}

impl<'a> Bound<'a> {
    /// Takes a port of the host. Gives the service that has it already.
    ///
    /// A range the engine picks from takes nothing: it picks what is free.
    pub(super) fn claim(&mut self, service: &'a str, port: &'a Port) -> Option<&'a str> {
        let number: u16 = port.published.as_deref()?.parse().ok().filter(|number| *number != 0)?;
        let address = port.host_ip.as_deref().and_then(|address| address.parse().ok());
        let owners = self.taken.entry((number, port.protocol.as_str())).or_default();
        let other = owners.iter().find(|owner| meet(owner.address, address)).map(|owner| owner.service);
        if other.is_none() {
            owners.push(Owner { address, service });
        }
        other
    }
}

/// Whether two addresses cannot be bound side by side. No address is every address of both families.
fn meet(one: Option<IpAddr>, other: Option<IpAddr>) -> bool {
    let (Some(one), Some(other)) = (one, other) else { return true };
    one.is_ipv4() == other.is_ipv4() && (one == other || one.is_unspecified() || other.is_unspecified())
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
    fn every_address_meets_each() {
        assert!(check(&[(None, "80"), (Some("127.0.0.1"), "80")]));
        assert!(check(&[(Some("0.0.0.0"), "80"), (Some("10.0.0.1"), "80")]));
        assert!(check(&[(Some("::1"), "80"), (Some("::"), "80")]));
        assert!(check(&[(Some("127.0.0.1"), "80"), (Some("127.0.0.1"), "80")]));
    }

    #[test]
    fn other_addresses_and_families_do_not_meet() {
        assert!(!check(&[(Some("127.0.0.1"), "80"), (Some("10.0.0.1"), "80")]));
        assert!(!check(&[(Some("0.0.0.0"), "80"), (Some("::1"), "80")]));
        assert!(!check(&[(None, "80"), (None, "81")]));
    }

    #[test]
    fn the_engine_picks_what_is_free() {
        assert!(!check(&[(None, "8000-8010"), (None, "8000")]));
        assert!(!check(&[(None, "0"), (None, "0")]));
    }
}
