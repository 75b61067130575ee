//! Converts rows of the engine's lists.

use bollard::models::{
    ContainerSummary, ContainerSummaryStateEnum, ImageSummary, Network, PortSummary, Volume,
};
use core_monitor_domain::desired::BuildHash;
use core_monitor_domain::ids::{ContainerId, ImageId, InstanceId, NetworkId};
use core_monitor_domain::labels::{self, Ownership};
use core_monitor_domain::observation::{
    ObservedImage, ObservedNetwork, ObservedVolume, Occupant, PublishedPort,
};
use core_monitor_domain::time::Timestamp;

use super::ordered;

/// The container's own name; links add names with more than one slash.
pub(crate) fn own_name(names: Option<&Vec<String>>) -> String {
    let own = names.into_iter().flatten().filter_map(|name| name.strip_prefix('/'));
    own.into_iter().find(|name| !name.contains('/')).unwrap_or_default().to_owned()
}

pub(super) fn occupant(row: &ContainerSummary, instance: InstanceId) -> Option<Occupant> {
    use ContainerSummaryStateEnum as State;
    let labels = ordered(row.labels.clone());
    let owner = Ownership::read(&labels);
    let networks = row.network_settings.as_ref().and_then(|settings| settings.networks.as_ref());
    let mut networks: Vec<String> = networks.into_iter().flat_map(|map| map.keys().cloned()).collect();
    networks.sort();
    let mut ports: Vec<PublishedPort> = row.ports.iter().flatten().filter_map(port).collect();
    ports.sort();
    ports.dedup();
    Some(Occupant {
        id: ContainerId(row.id.clone()?),
        name: own_name(row.names.as_ref()),
        image: row.image.clone().unwrap_or_default(),
        ours: owner.as_ref().is_some_and(|owner| owner.instance == instance),
        owner: owner.map(|owner| owner.stack_id),
        component: labels.contains_key(labels::COMPONENT),
        up: matches!(row.state, Some(State::RUNNING | State::PAUSED | State::RESTARTING | State::STOPPING)),
        started_at: None,
        shares_network_of: shares_network(row),
        networks,
        ports,
    })
}

/// The container whose network it shares. The row has the id, whatever was asked for.
fn shares_network(row: &ContainerSummary) -> Option<ContainerId> {
    let mode = row.host_config.as_ref()?.network_mode.as_deref()?;
    mode.strip_prefix("container:").map(ContainerId::from)
}

/// `None` for a port that is only exposed.
fn port(row: &PortSummary) -> Option<PublishedPort> {
    Some(PublishedPort {
        host_ip: row.ip.clone().unwrap_or_default(),
        host_port: row.public_port.filter(|port| *port != 0)?,
        container_port: row.private_port,
        protocol: row.typ.map(|protocol| protocol.to_string()).unwrap_or_default(),
    })
}

pub(super) fn network(row: Network) -> ObservedNetwork {
    let pools = row.ipam.and_then(|ipam| ipam.config).unwrap_or_default();
    ObservedNetwork {
        id: NetworkId(row.id.unwrap_or_default()),
        name: row.name.unwrap_or_default(),
        driver: row.driver.unwrap_or_default(),
        labels: ordered(row.labels),
        created_at: row.created.as_deref().and_then(Timestamp::parse),
        subnets: pools.into_iter().filter_map(|pool| pool.subnet).collect(),
    }
}

pub(super) fn volume(row: Volume) -> ObservedVolume {
    ObservedVolume {
        name: row.name,
        driver: row.driver,
        options: ordered(Some(row.options)),
        labels: ordered(Some(row.labels)),
        anonymous_of: None,
    }
}

/// `None` for an untagged image, such as a build layer or an image whose tag has moved. Images built here are kept even if
/// untagged, since a rollback may need them.
pub(super) fn image(row: &ImageSummary) -> Option<ObservedImage> {
    let named = |names: &[String]| -> Vec<String> {
        names.iter().filter(|name| !name.contains("<none>")).cloned().collect()
    };
    let (tags, digests) = (named(&row.repo_tags), named(&row.repo_digests));
    let build = row.labels.get(labels::BUILD).map(|hash| BuildHash(hash.clone()));
    (!tags.is_empty() || !digests.is_empty() || build.is_some()).then(|| ObservedImage {
        id: ImageId(row.id.clone()),
        tags,
        digests,
        build,
    })
}
