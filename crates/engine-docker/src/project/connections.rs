//! Ports, the networks of a container, and the networks of the project.

use std::collections::{BTreeMap, BTreeSet};

use bollard::models::{EndpointSettings, IpamConfig, Network};
use core_monitor_domain::desired::{
    Attachment, ContainerSpec, DesiredStack, IpamPool, NetworkMode, NetworkSpec, Port, Protocol,
};
use core_monitor_message::Message;

use super::host::{list, map};
use super::said;
use super::scene::{non_empty, written};
use super::{Found, NetworkId, SERVICE, Scene};

const NETWORK: &str = "com.docker.compose.network";
/// The driver option that names an interface, see `network.rs`.
const INTERFACE_NAME: &str = "com.docker.network.endpoint.ifname";

pub(super) fn derive(scene: &Scene, found: &Found, spec: &mut ContainerSpec) {
    spec.ports = ports(found);
    spec.network_mode = network_mode(scene, found);
    if spec.network_mode.attachments().is_empty() {
        spec.mac_address.clone_from(&found.mac_address);
    }
}

fn ports(found: &Found) -> Vec<Port> {
    let mut ports = Vec::new();
    for (key, bindings) in found.host.port_bindings.iter().flatten() {
        let (number, protocol) = key.split_once('/').unwrap_or((key, "tcp"));
        let Ok(target) = number.parse() else { continue };
        let protocol = match protocol {
            "udp" => Protocol::Udp,
            "sctp" => Protocol::Sctp,
            _ => Protocol::Tcp,
        };
        for binding in bindings.iter().flatten() {
            ports.push(Port {
                target,
                protocol,
                host_ip: non_empty(binding.host_ip.as_ref()),
                published: non_empty(binding.host_port.as_ref()).filter(|port| port != "0"),
            });
        }
    }
    ports.sort();
    ports
}

fn network_mode(scene: &Scene, found: &Found) -> NetworkMode {
    let mode = found.host.network_mode.as_deref().unwrap_or_default();
    if let Some(container) = mode.strip_prefix("container:") {
        return match scene.service_of(container) {
            Some(service) => NetworkMode::Service { service },
            None => NetworkMode::Container { container: container.to_owned() },
        };
    }
    match mode {
        "host" => NetworkMode::Host,
        "none" => NetworkMode::None,
        "default" | "bridge" | "" => NetworkMode::Bridge,
        first => NetworkMode::Networks { attachments: attachments(scene, found, first) },
    }
}

/// The networks: the one of the create call first, the others by key.
fn attachments(scene: &Scene, found: &Found, first: &str) -> Vec<Attachment> {
    let mut ends: Vec<_> = found.endpoints.iter().collect();
    ends.sort_by_key(|(name, _)| (*name != first, key_of(scene, name)));
    let mut attachments: Vec<_> = ends.into_iter().map(|(name, end)| attachment(found, name, end)).collect();
    // Older engines store the address of the first network with the container.
    if let (Some(attachment), Some(mac)) = (attachments.first_mut(), &found.mac_address) {
        attachment.mac_address = Some(mac.clone());
    }
    attachments
}

fn attachment(found: &Found, network: &str, end: &EndpointSettings) -> Attachment {
    let service = found.label(SERVICE).unwrap_or_default();
    // The engine adds the short id, and every container gets its own and its service's name.
    let given = |alias: &&String| {
        alias.as_str() == found.name
            || alias.as_str() == service
            || found.id.as_str().starts_with(alias.as_str())
    };
    let addresses = end.ipam_config.clone().unwrap_or_default();
    let mut driver_opts = map(end.driver_opts.as_ref());
    Attachment {
        network: network.to_owned(),
        aliases: end.aliases.iter().flatten().filter(|alias| !given(alias)).cloned().collect(),
        links: list(end.links.as_ref()),
        ipv4_address: non_empty(addresses.ipv4_address.as_ref()),
        ipv6_address: non_empty(addresses.ipv6_address.as_ref()),
        link_local_ips: list(addresses.link_local_ips.as_ref()),
        mac_address: None,
        interface_name: driver_opts.remove(INTERFACE_NAME),
        driver_opts,
        gw_priority: end.gw_priority.filter(|priority| *priority != 0),
    }
}

/// The key of a network in the file: from its label, or its name if it is external.
pub(super) fn key_of(scene: &Scene, name: &str) -> String {
    let network = scene.network(name).filter(|network| scene.owns(network.labels.as_ref()));
    let key = network.and_then(|network| network.labels.as_ref()?.get(NETWORK));
    key.cloned().unwrap_or_else(|| name.to_owned())
}

/// The networks used by services, with their ids.
pub(super) fn networks(
    scene: &Scene,
    desired: &DesiredStack,
    notes: &mut Vec<Message>,
) -> Vec<(NetworkSpec, NetworkId)> {
    let attachments = || desired.services.iter().flat_map(|s| s.container.network_mode.attachments());
    let used: BTreeSet<&str> = attachments().map(|attachment| attachment.network.as_str()).collect();
    let fixed: BTreeSet<&str> = attachments()
        .filter(|attachment| attachment.ipv4_address.is_some() || attachment.ipv6_address.is_some())
        .map(|attachment| attachment.network.as_str())
        .collect();
    let mut networks = BTreeMap::new();
    let mut guessed = Vec::new();
    for name in used {
        let Some(network) = scene.network(name) else { continue };
        let id = NetworkId(network.id.clone().unwrap_or_default());
        let key = key_of(scene, name);
        let spec = if scene.owns(network.labels.as_ref()) {
            let mut spec = network_spec(key.clone(), network);
            if !spec.ipam_pools.is_empty() && !fixed.contains(name) && is_default(&spec.ipam_pools) {
                spec.ipam_pools.clear();
                guessed.push(format!("`{name}`"));
            }
            spec
        } else {
            NetworkSpec { key: key.clone(), name: name.to_owned(), external: true, ..NetworkSpec::default() }
        };
        networks.insert(key, (spec, id));
    }
    if !guessed.is_empty() {
        notes.push(said::address_range_left_out(guessed.join(", ")));
    }
    networks.into_values().collect()
}

fn network_spec(key: String, network: &Network) -> NetworkSpec {
    let ipam = network.ipam.clone().unwrap_or_default();
    NetworkSpec {
        key,
        name: network.name.clone().unwrap_or_default(),
        external: false,
        driver: non_empty(network.driver.as_ref()).filter(|driver| driver != "bridge"),
        driver_opts: map(network.options.as_ref()),
        labels: written(network.labels.as_ref()),
        internal: network.internal == Some(true),
        attachable: network.attachable == Some(true),
        enable_ipv4: network.enable_ipv4.filter(|on| !on),
        enable_ipv6: network.enable_ipv6.filter(|on| *on),
        ipam_driver: non_empty(ipam.driver.as_ref()).filter(|driver| driver != "default"),
        ipam_options: map(ipam.options.as_ref()),
        ipam_pools: ipam.config.unwrap_or_default().iter().map(pool).collect(),
    }
}

fn pool(pool: &IpamConfig) -> IpamPool {
    IpamPool {
        subnet: non_empty(pool.subnet.as_ref()),
        ip_range: non_empty(pool.ip_range.as_ref()),
        gateway: non_empty(pool.gateway.as_ref()),
        aux_addresses: map(pool.auxiliary_addresses.as_ref()),
    }
}

/// Whether this is a pool from the engine's defaults: 172.17 to 172.31 with 16 bits, or 192.168 with 20, and the first address
/// as the gateway. A configured pool has no gateway unless one was configured.
fn is_default(pools: &[IpamPool]) -> bool {
    let [IpamPool { subnet: Some(subnet), ip_range: None, gateway: Some(gateway), aux_addresses }] = pools
    else {
        return false;
    };
    let Some((address, bits)) = subnet.split_once('/') else { return false };
    let Ok(parts) = address.split('.').map(str::parse::<u8>).collect::<Result<Vec<_>, _>>() else {
        return false;
    };
    let usual = match (parts.as_slice(), bits) {
        ([172, 17..=31, 0, 0], "16") => true,
        ([192, 168, third, 0], "20") => third % 16 == 0,
        _ => false,
    };
    let first = address.rsplit_once('.').map(|(rest, _)| format!("{rest}.1"));
    usual && aux_addresses.is_empty() && first.as_ref() == Some(gateway)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn default_ranges_are_distinguished_from_configured_ones() {
        let check = |subnet: &str, gateway: Option<&str>, expected: bool| {
            let pool = IpamPool {
                subnet: Some(subnet.to_owned()),
                gateway: gateway.map(str::to_owned),
                ..IpamPool::default()
            };
            assert_eq!(is_default(&[pool]), expected, "{subnet} {gateway:?}");
        };
        check("172.18.0.0/16", Some("172.18.0.1"), true);
        check("192.168.32.0/20", Some("192.168.32.1"), true);
        check("172.18.0.0/16", None, false);
        check("172.18.0.0/24", Some("172.18.0.1"), false);
        check("172.18.0.0/16", Some("172.18.0.254"), false);
        check("10.5.0.0/16", Some("10.5.0.1"), false);
        check("fd00::/64", Some("fd00::1"), false);
    }
}
