//! How a service is connected: shared namespaces, or networks in the order they are joined.

use std::cmp::Reverse;

use core_monitor_compose::Project;
use core_monitor_compose::model::{NetworkAttachment, Service};

use super::DesiredError;
use super::said;
use crate::desired::{Attachment, NetworkMode};

pub(super) fn network_mode(
    project: &Project,
    name: &str,
    service: &Service,
) -> Result<NetworkMode, DesiredError> {
    let Some(mode) = service.network_mode.as_deref().filter(|mode| !mode.is_empty()) else {
        return attachments(project, name, service).map(|attachments| NetworkMode::Networks { attachments });
    };
    if let Some(other) = mode.strip_prefix("service:") {
        return Ok(NetworkMode::Service { service: other.parse()? });
    }
    if let Some(container) = mode.strip_prefix("container:") {
        return Ok(NetworkMode::Container { container: container.to_owned() });
    }
    Ok(match mode {
        "host" => NetworkMode::Host,
        "none" => NetworkMode::None,
        "bridge" => NetworkMode::Bridge,
        other => NetworkMode::Other { name: other.to_owned() },
    })
}

fn attachments(project: &Project, name: &str, service: &Service) -> Result<Vec<Attachment>, DesiredError> {
    let mut entries: Vec<(&String, NetworkAttachment)> =
        service.networks.iter().map(|(key, entry)| (key, entry.clone().unwrap_or_default())).collect();
    // The network with the highest priority goes into the create call; equal priorities are sorted by key, as in docker
    // compose.
    entries.sort_by(|(a_key, a), (b_key, b)| {
        (Reverse(a.priority.unwrap_or(0)), a_key).cmp(&(Reverse(b.priority.unwrap_or(0)), b_key))
    });
    let links = links(project, service);
    entries
        .into_iter()
        .map(|(key, entry)| {
            let network = project
                .networks
                .get(key)
                .ok_or_else(|| DesiredError::value(name, "networks", said::network_not_declared(key)))?;
            Ok(Attachment {
                network: network.name.clone(),
                aliases: entry.aliases,
                links: links.clone(),
                ipv4_address: entry.ipv4_address,
                ipv6_address: entry.ipv6_address,
                link_local_ips: entry.link_local_ips,
                mac_address: entry.mac_address,
                driver_opts: entry.driver_opts.into_iter().collect(),
                gw_priority: entry.gw_priority,
                interface_name: entry.interface_name,
            })
        })
        .collect()
}

/// `container:alias` for every container in `links` and `external_links`: the chosen name, and the two numbered forms
/// that docker compose adds.
fn links(project: &Project, service: &Service) -> Vec<String> {
    let mut links = Vec::new();
    for entry in &service.links {
        let (other, alias) = entry.split_once(':').unwrap_or((entry, entry));
        let Some(linked) = project.services.get(other) else { continue };
        for number in 1..=linked.replicas() {
            let container =
                linked.container_name.clone().unwrap_or_else(|| format!("{}-{other}-{number}", project.name));
            links.push(format!("{container}:{alias}"));
            links.push(format!("{container}:{other}-{number}"));
            links.push(format!("{container}:{}-{other}-{number}", project.name));
        }
    }
    for entry in &service.external_links {
        let (container, alias) = entry.split_once(':').unwrap_or((entry, entry));
        links.push(format!("{container}:{alias}"));
    }
    links
}
