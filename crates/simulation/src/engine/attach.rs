//! Networks and their endpoints.

use std::collections::BTreeMap;

use core_monitor_domain::desired::{Attachment, NetworkSpec};
use core_monitor_domain::effect::EffectOutcome;
use core_monitor_domain::ids::{ContainerId, NetworkId};
use core_monitor_domain::observation::ApiVersion;
use core_monitor_domain::ports::EngineError;

use super::container::{End, Phase};
use super::run::{conflict, is_active_in};
use super::world::{PREDEFINED, World};

impl World {
    /// Fails if one of that name exists: older engines are asked to check, newer ones always do. Two requests at once both pass
    /// the check of an older one, if they do not ask for the same range.
    pub(super) fn create_network(
        &mut self,
        spec: &NetworkSpec,
        labels: &BTreeMap<String, String>,
    ) -> Result<EffectOutcome, EngineError> {
        let unguarded =
            self.racing && self.api < ApiVersion::ALL_NETWORKS_IN_CREATE && spec.ipam_pools.is_empty();
        if !unguarded && self.networks.values().any(|network| network.name == spec.name) {
            let message = format!("network with name {} already exists", spec.name);
            return Err(EngineError::NameTaken { message, holder: None });
        }
        let chosen: Vec<String> = spec.ipam_pools.iter().filter_map(|pool| pool.subnet.clone()).collect();
        for subnet in &chosen {
            let others = self.networks.values().flat_map(|network| &network.subnets);
            if others.into_iter().any(|other| overlap(subnet, other)) {
                let message = "Pool overlaps with other one on this address space".to_owned();
                return Err(EngineError::Refused { status: 403, message });
            }
        }
        let chosen_subnet = !chosen.is_empty();
        let subnets = if chosen_subnet { chosen } else { vec![self.fresh_subnet()] };
        let driver = spec.driver.as_deref().unwrap_or("bridge");
        let id = self.add_network(&spec.name, driver, labels.clone(), subnets, chosen_subnet);
        Ok(EffectOutcome::Network { id })
    }

    /// Only running containers prevent it; stopped ones keep an endpoint of the removed network.
    pub(super) fn remove_network(&mut self, id: &NetworkId) -> Result<(), EngineError> {
        let Some(network) = self.networks.get(id) else { return Ok(()) };
        if PREDEFINED.iter().any(|(name, _)| *name == network.name) {
            let message = format!("{} is a pre-defined network and cannot be removed", network.name);
            return Err(EngineError::Refused { status: 403, message });
        }
        if self.containers.values().any(|container| is_active_in(container, id)) {
            let message = format!("network {} id {id} has active endpoints", network.name);
            return Err(conflict(&message));
        }
        self.networks.remove(id);
        self.notify("network", "destroy", id.as_str());
        Ok(())
    }

    /// A running container that is already connected is left unchanged; a stopped one gets the new settings.
    pub(super) fn connect(
        &mut self,
        id: &ContainerId,
        network: &NetworkId,
        attachment: &Attachment,
    ) -> Result<(), EngineError> {
        let Some(found) = self.networks.get(network).cloned() else {
            return Err(EngineError::NotFound { message: format!("network {network} not found") });
        };
        let container = self.container(id)?;
        if matches!(container.phase, Phase::Removing(_) | Phase::Dead) {
            return Err(conflict("container is marked for removal and cannot be connected to a network"));
        }
        if attachment.ipv4_address.is_some() && !found.chosen_subnet && container.is_up() {
            let message = "user specified IP address is supported only when connecting to networks with user \
                           configured subnets";
            return Err(EngineError::Refused { status: 400, message: message.to_owned() });
        }
        if container.network_mode.starts_with("container:") || container.network_mode == "host" {
            let message = "container sharing network namespace with another container or host cannot be connected \
                           to any other network";
            return Err(conflict(message));
        }
        if is_active_in(container, network) {
            return Ok(());
        }
        let address = if container.is_up() { self.address(network, id) } else { String::new() };
        let end = End { network: Some(network.clone()), aliases: attachment.aliases.clone(), address };
        self.container_mut(id)?.endpoints.insert(found.name, end);
        self.notify("network", "connect", network.as_str());
        Ok(())
    }

    /// By id or name; the network may no longer exist.
    pub(super) fn disconnect(&mut self, id: &ContainerId, network: &str) -> Result<(), EngineError> {
        let container = self.container_mut(id)?;
        if let Some(name) = container.attached_as(network) {
            container.endpoints.remove(&name);
            self.notify("network", "disconnect", network);
        }
        Ok(())
    }
}

/// Whether two IPv4 ranges overlap. Other text never overlaps.
fn overlap(a: &str, b: &str) -> bool {
    let (Some((a, a_bits)), Some((b, b_bits))) = (range(a), range(b)) else { return false };
    let mask = u32::MAX.checked_shl(32 - a_bits.min(b_bits)).unwrap_or(0);
    a & mask == b & mask
}

fn range(text: &str) -> Option<(u32, u32)> {
    let (address, bits) = text.split_once('/')?;
    let address: std::net::Ipv4Addr = address.parse().ok()?;
    Some((u32::from(address), bits.parse().ok().filter(|bits| *bits <= 32)?))
}
