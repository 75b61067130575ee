//! Finds what the engine's refusals leave out: who uses the address, and whose range overlaps.
//!
//! Only asked after a refusal. What cannot be found out leaves the engine's message as it is.

use std::net::IpAddr;

use bollard::models::{EndpointResource, NetworkInspect};
use core_monitor_domain::desired::NetworkSpec;
use core_monitor_domain::ids::ContainerId;
use core_monitor_domain::ports::EngineError;

use crate::path;
use crate::session::Session;

/// Adds which container uses an address that `container` asks for.
pub(crate) async fn address(session: &Session, container: &ContainerId, error: EngineError) -> EngineError {
    if !error.to_string().to_lowercase().contains("address already in use") {
        return error;
    }
    match address_holder(session, container).await {
        Some(holder) => with(error, &holder),
        None => error,
    }
}

/// Adds which network's range overlaps with one of `spec`.
pub(crate) async fn range(session: &Session, spec: &NetworkSpec, error: EngineError) -> EngineError {
    if !error.to_string().to_lowercase().contains("overlap") {
        return error;
    }
    let wanted: Vec<Range> =
        spec.ipam_pools.iter().filter_map(|pool| Range::parse(pool.subnet.as_deref()?)).collect();
    let Ok(networks) = session.docker.list_networks(None).await else { return error };
    let found = networks.iter().find_map(|network| {
        let name = network.name.as_deref()?;
        let pools = network.ipam.as_ref()?.config.as_ref()?;
        let overlaps = |subnet: &&str| {
            Range::parse(subnet).is_some_and(|range| wanted.iter().any(|own| own.overlaps(&range)))
        };
        let subnet = pools.iter().filter_map(|pool| pool.subnet.as_deref()).find(overlaps)?;
        Some(format!("the network `{name}` has `{subnet}`"))
    });
    match found {
        Some(found) => with(error, &found),
        None => error,
    }
}

/// The first container that has a fixed address of this one.
async fn address_holder(session: &Session, container: &ContainerId) -> Option<String> {
    let inspected = session.docker.inspect_container(&path::segment(container.as_str()), None).await.ok()?;
    for (name, endpoint) in inspected.network_settings?.networks? {
        let Some(fixed) = endpoint.ipam_config else { continue };
        let wanted: Vec<String> = [fixed.ipv4_address, fixed.ipv6_address].into_iter().flatten().collect();
        let Ok(network) = session.docker.inspect_network(&path::segment(&name), None).await else { continue };
        if let Some((address, holder)) = holder(&network, &wanted) {
            return Some(format!("`{address}` of the network `{name}` is used by container `{holder}`"));
        }
    }
    None
}

fn holder<'a>(network: &'a NetworkInspect, wanted: &'a [String]) -> Option<(&'a str, &'a str)> {
    let has = |container: &EndpointResource, address: &str| {
        let addresses = [&container.ipv4_address, &container.ipv6_address];
        addresses.into_iter().flatten().any(|found| found.split('/').next() == Some(address))
    };
    let containers = network.containers.as_ref()?;
    wanted.iter().find_map(|address| {
        let holder = containers.values().find(|container| has(container, address))?;
        Some((address.as_str(), holder.name.as_deref()?))
    })
}

/// The same error with a longer message.
fn with(error: EngineError, more: &str) -> EngineError {
    match error {
        EngineError::Refused { status, message } => {
            EngineError::Refused { status, message: format!("{message}: {more}") }
        }
        EngineError::StartRefused { message } => {
            EngineError::StartRefused { message: format!("{message}: {more}") }
        }
        other => other,
    }
}

/// A range of addresses in CIDR form.
#[derive(Debug, Clone, Copy)]
struct Range {
    first: IpAddr,
    prefix: u8,
}

impl Range {
    fn parse(text: &str) -> Option<Self> {
        let (first, prefix) = text.split_once('/')?;
        Some(Self { first: first.parse().ok()?, prefix: prefix.parse().ok()? })
    }

    fn overlaps(&self, other: &Self) -> bool {
        let prefix = u32::from(self.prefix.min(other.prefix));
        match (self.first, other.first) {
            (IpAddr::V4(one), IpAddr::V4(other)) => {
                let differing = one.to_bits() ^ other.to_bits();
                differing.leading_zeros() >= prefix.min(32)
            }
            (IpAddr::V6(one), IpAddr::V6(other)) => {
                let differing = one.to_bits() ^ other.to_bits();
                differing.leading_zeros() >= prefix.min(128)
            }
            _ => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use super::*;

    #[test]
    fn ranges_overlap_if_one_contains_the_other() {
        let check = |one: &str, other: &str, expected: bool| {
            let (one, other) = (Range::parse(one).unwrap(), Range::parse(other).unwrap());
            assert_eq!(
                (one.overlaps(&other), other.overlaps(&one)),
                (expected, expected),
                "{one:?} {other:?}"
            );
        };
        check("10.1.0.0/16", "10.1.2.0/24", true);
        check("10.1.0.0/24", "10.1.1.0/24", false);
        check("10.1.0.0/24", "10.1.0.0/24", true);
        check("0.0.0.0/0", "192.168.0.0/24", true);
        check("fd00::/64", "fd00:0:0:0:1::/80", true);
        check("fd00::/64", "fd01::/64", false);
        check("10.1.0.0/16", "fd00::/64", false);
        assert!(["", "10.1.0.0", "x/8", "10.1.0.0/x"].iter().all(|text| Range::parse(text).is_none()));
    }

    #[test]
    fn the_container_with_the_address_is_named() {
        let container = |name: &str, address: &str| EndpointResource {
            name: Some(name.to_owned()),
            ipv4_address: Some(address.to_owned()),
            ..EndpointResource::default()
        };
        let containers = HashMap::from([
            ("a".to_owned(), container("vpn", "10.1.0.9/24")),
            ("b".to_owned(), container("web", "10.1.0.90/24")),
        ]);
        let network = NetworkInspect { containers: Some(containers), ..NetworkInspect::default() };
        assert_eq!(holder(&network, &["10.1.0.9".to_owned()]), Some(("10.1.0.9", "vpn")));
        assert_eq!(holder(&network, &["10.1.0.8".to_owned()]), None);
    }
}
