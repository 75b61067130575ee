//! Everything that takes space on the host, and the containers that use it.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use bollard::models::{ContainerSummary, ContainerSummaryStateEnum, ImageSummary, Network, Volume};
use bollard::query_parameters::{ListContainersOptionsBuilder, ListImagesOptionsBuilder, ListVolumesOptions};
use core_monitor_domain::ids::{ContainerId, ImageId, NetworkId};
use core_monitor_domain::inventory::{
    Inventory, InventoryContainer, InventoryImage, InventoryNetwork, InventoryVolume,
};
use core_monitor_domain::labels::BUILD_STACK;
use core_monitor_domain::ports::EngineError;
use core_monitor_domain::time::Timestamp;

use crate::observe::own_name;
use crate::session::Session;
use crate::{classify, disk_usage};

/// Reads the inventory; with `sizes`, the engine also adds up how much space everything takes.
pub(crate) async fn read(session: &Session, now: Timestamp, sizes: bool) -> Result<Inventory, EngineError> {
    let docker = &session.docker;
    let containers = ListContainersOptionsBuilder::default().all(true).build();
    // With the layers in between, which say what an image is made of.
    let images = ListImagesOptionsBuilder::default().all(true).build();
    let usage = async { if sizes { disk_usage::read(session, now).await.map(Some) } else { Ok(None) } };
    let (rows, networks, volumes, images, sizes) = futures::try_join!(
        docker.list_containers(Some(containers)),
        docker.list_networks(None),
        docker.list_volumes(None::<ListVolumesOptions>),
        docker.list_images(Some(images)),
        usage,
    )
    .map_err(classify::read)?;
    Ok(Inventory {
        taken_at: now,
        images: sorted(whole_images(&images), |image| (image.name().to_owned(), image.id.clone())),
        volumes: sorted(volumes.volumes.unwrap_or_default().into_iter().map(volume).collect(), |volume| {
            volume.name.clone()
        }),
        networks: sorted(networks.into_iter().map(network).collect(), |network| {
            (network.name.clone(), network.id.clone())
        }),
        containers: sorted(rows.into_iter().filter_map(container).collect(), |container| {
            (container.name.clone(), container.id.clone())
        }),
        sizes,
    })
}

/// The engine's own order changes from answer to answer.
fn sorted<T, K: Ord>(mut all: Vec<T>, key: impl Fn(&T) -> K) -> Vec<T> {
    all.sort_by_cached_key(key);
    all
}

/// The images that are not just a layer of others: those with a name, and those that nothing is made from.
fn whole_images(rows: &[ImageSummary]) -> Vec<InventoryImage> {
    let made_from: HashMap<&str, &str> =
        rows.iter().map(|row| (row.id.as_str(), row.parent_id.as_str())).collect();
    let parents: BTreeSet<&str> = made_from.values().copied().collect();
    let named =
        |row: &ImageSummary| !names(&row.repo_tags).is_empty() || !names(&row.repo_digests).is_empty();
    let whole: BTreeSet<&str> = rows
        .iter()
        .filter(|row| named(row) || !parents.contains(row.id.as_str()))
        .map(|row| row.id.as_str())
        .collect();
    let listed = rows.iter().filter(|row| whole.contains(row.id.as_str()));
    listed.map(|row| image(row, &made_from, &whole)).collect()
}

fn image(row: &ImageSummary, made_from: &HashMap<&str, &str>, whole: &BTreeSet<&str>) -> InventoryImage {
    let mut layers = Vec::new();
    let mut below = row.parent_id.as_str();
    // An engine that reports a circle must not hang the worker.
    while !below.is_empty() && !whole.contains(below) && layers.len() <= made_from.len() {
        layers.push(ImageId::from(below));
        below = made_from.get(below).copied().unwrap_or_default();
    }
    InventoryImage {
        id: ImageId(row.id.clone()),
        tags: names(&row.repo_tags),
        digests: names(&row.repo_digests),
        created_at: seconds(row.created),
        size: u64::try_from(row.size).unwrap_or_default(),
        built_for: row.labels.get(BUILD_STACK).and_then(|stack| stack.parse().ok()),
        layers,
    }
}

fn names(names: &[String]) -> Vec<String> {
    names.iter().filter(|name| !name.contains("<none>")).cloned().collect()
}

fn seconds(seconds: i64) -> Option<Timestamp> {
    Timestamp::from_millis(seconds.checked_mul(1_000)?).filter(|at| at.as_millis() > 0)
}

fn volume(row: Volume) -> InventoryVolume {
    InventoryVolume {
        name: row.name,
        driver: row.driver,
        labels: row.labels.into_iter().collect(),
        created_at: row.created_at.as_deref().and_then(Timestamp::parse),
    }
}

fn network(row: Network) -> InventoryNetwork {
    let pools = row.ipam.and_then(|ipam| ipam.config).unwrap_or_default();
    InventoryNetwork {
        id: NetworkId(row.id.unwrap_or_default()),
        name: row.name.unwrap_or_default(),
        driver: row.driver.unwrap_or_default(),
        labels: row.labels.unwrap_or_default().into_iter().collect::<BTreeMap<_, _>>(),
        created_at: row.created.as_deref().and_then(Timestamp::parse),
        subnets: pools.into_iter().filter_map(|pool| pool.subnet).collect(),
        internal: row.internal.unwrap_or_default(),
    }
}

fn container(row: ContainerSummary) -> Option<InventoryContainer> {
    use ContainerSummaryStateEnum as State;
    let networks = row.network_settings.and_then(|settings| settings.networks).unwrap_or_default();
    let networks = networks.into_values().filter_map(|endpoint| endpoint.network_id);
    let mounts = row.mounts.unwrap_or_default();
    Some(InventoryContainer {
        id: ContainerId(row.id?),
        name: own_name(row.names.as_ref()),
        image: row.image.unwrap_or_default(),
        image_id: ImageId(row.image_id.unwrap_or_default()),
        up: matches!(row.state, Some(State::RUNNING | State::PAUSED | State::RESTARTING | State::STOPPING)),
        created_at: row.created.and_then(seconds),
        // A bind mount has no name.
        volumes: mounts.into_iter().filter_map(|mount| mount.name).filter(|name| !name.is_empty()).collect(),
        networks: networks.filter(|id| !id.is_empty()).map(NetworkId).collect(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(id: &str, parent: &str, tag: Option<&str>) -> ImageSummary {
        ImageSummary {
            id: id.to_owned(),
            parent_id: parent.to_owned(),
            repo_tags: tag.map(ToOwned::to_owned).into_iter().collect(),
            ..ImageSummary::default()
        }
    }

    #[test]
    fn a_layer_of_another_image_is_not_an_image() {
        let rows = [
            row("base", "", Some("base:1")),
            row("run", "base", None),
            row("app", "run", Some("<none>:<none>")),
            row("left", "", None),
        ];
        let images = whole_images(&rows);
        let shown: Vec<_> = images.iter().map(|image| (image.id.as_str(), image.layers.len())).collect();
        assert_eq!(shown, [("base", 0), ("app", 1), ("left", 0)]);
        assert!(images.iter().all(|image| image.is_dangling() == (image.id.as_str() != "base")));
    }
}
