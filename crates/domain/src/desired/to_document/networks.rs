//! How a service is connected.

use std::collections::BTreeMap;

use core_monitor_compose::document::Item;

use super::super::{Attachment, ContainerSpec, NetworkMode};
use super::{DesiredStack, list, map, number, text};
use crate::ids::Slot;

pub(super) fn networks(stack: &DesiredStack, spec: &ContainerSpec) -> Vec<(&'static str, Option<Item>)> {
    let mode = match &spec.network_mode {
        NetworkMode::Networks { attachments } => {
            let (links, external_links) = links(stack, attachments);
            return vec![
                ("networks", joined(stack, attachments)),
                ("links", list(&links)),
                ("external_links", list(&external_links)),
                ("mac_address", text(spec.mac_address.as_ref())),
            ];
        }
        NetworkMode::Host => "host".to_owned(),
        NetworkMode::None => "none".to_owned(),
        NetworkMode::Bridge => "bridge".to_owned(),
        NetworkMode::Service { service } => format!("service:{service}"),
        NetworkMode::Container { container } => format!("container:{container}"),
        NetworkMode::Other { name } => name.clone(),
    };
    vec![("network_mode", Some(Item::literal(&mode))), ("mac_address", text(spec.mac_address.as_ref()))]
}

/// Nothing if it uses only the default network.
fn joined(stack: &DesiredStack, attachments: &[Attachment]) -> Option<Item> {
    let keyed: Vec<(String, Item)> = attachments
        .iter()
        .enumerate()
        .map(|(position, attachment)| {
            let key = key_of(stack, &attachment.network);
            // The first network goes into the create call; without priorities that is the one whose key sorts first.
            let earlier = |other: &Attachment| key_of(stack, &other.network) < key;
            let first = position == 0 && attachments.iter().any(earlier);
            let item = item(attachment, first);
            (key, item)
        })
        .collect();
    let plain = keyed.iter().all(|(_, item)| *item == Item::Null);
    match keyed.as_slice() {
        [] => None,
        [(key, Item::Null)] if key == "default" => None,
        _ if plain => Some(Item::List(keyed.iter().map(|(key, _)| Item::literal(key)).collect())),
        _ => Some(Item::Map(keyed)),
    }
}

fn item(attachment: &Attachment, first: bool) -> Item {
    let item = Item::map([
        ("aliases", list(&attachment.aliases)),
        ("ipv4_address", text(attachment.ipv4_address.as_ref())),
        ("ipv6_address", text(attachment.ipv6_address.as_ref())),
        ("link_local_ips", list(&attachment.link_local_ips)),
        ("mac_address", text(attachment.mac_address.as_ref())),
        ("interface_name", text(attachment.interface_name.as_ref())),
        ("driver_opts", map(&attachment.driver_opts)),
        ("priority", first.then(|| Item::Number("1".to_owned()))),
        ("gw_priority", number(attachment.gw_priority)),
    ]);
    super::bare(item)
}

fn key_of(stack: &DesiredStack, network: &str) -> String {
    let spec = stack.networks.iter().find(|spec| spec.name == network);
    spec.map_or_else(|| network.to_owned(), |spec| spec.key.clone())
}

/// `container:alias` pairs as links to services and to foreign containers. The two numbered names of each link are
/// generated, so they are omitted.
fn links(stack: &DesiredStack, attachments: &[Attachment]) -> (Vec<String>, Vec<String>) {
    let mut containers = BTreeMap::new();
    for service in &stack.services {
        for slot in (1..=service.replicas).map(Slot) {
            containers.insert(service.container_name(&stack.name, slot), (&service.name, slot));
        }
    }
    let (mut links, mut external) = (Vec::new(), Vec::new());
    for link in attachments.first().into_iter().flat_map(|attachment| &attachment.links) {
        let (container, alias) = link.split_once(':').unwrap_or((link, link));
        let container = container.trim_start_matches('/');
        match containers.get(container) {
            Some((service, slot)) => {
                let numbered = [format!("{service}-{slot}"), format!("{}-{service}-{slot}", stack.name)];
                let written =
                    if alias == service.as_str() { alias.to_owned() } else { format!("{service}:{alias}") };
                if !numbered.iter().any(|usual| usual == alias) && !links.contains(&written) {
                    links.push(written);
                }
            }
            None => external.push(format!("{container}:{alias}")),
        }
    }
    (links, external)
}
