//! The world as an inventory.

use async_trait::async_trait;
use core_monitor_domain::inventory::{
    BuildCacheUsage, DiskUsage, Inventory, InventoryContainer, InventoryImage, InventoryNetwork,
    InventoryVolume,
};
use core_monitor_domain::labels::BUILD_STACK;
use core_monitor_domain::ports::{EngineError, EngineInventory};
use core_monitor_domain::time::Timestamp;

use super::SimContainerEngine;
use super::container::Container;
use super::outside::SimImage;
use super::world::{Network, Volume, World};

/// Bytes of an image, of a volume, and of what a container has written.
const IMAGE: u64 = 2_000_000;
const VOLUME: u64 = 4_096;
const WRITTEN: u64 = 512;

#[async_trait]
impl EngineInventory for SimContainerEngine {
    async fn inventory(&self, now: Timestamp, sizes: bool) -> Result<Inventory, EngineError> {
        let world = self.reached()?;
        Ok(Inventory {
            taken_at: now,
            images: world.images.values().map(image).collect(),
            volumes: world.volumes.values().map(volume).collect(),
            networks: world.networks.values().map(network).collect(),
            containers: world.containers.values().map(container).collect(),
            sizes: sizes.then(|| usage(&world, now)),
        })
    }

    async fn disk_usage(&self, now: Timestamp) -> Result<DiskUsage, EngineError> {
        Ok(usage(&*self.reached()?, now))
    }
}

impl SimContainerEngine {
    /// Builds have left this many bytes, which no build uses.
    pub fn leave_build_cache(&self, bytes: u64) {
        self.world().build_cache = bytes;
    }
}

fn image(image: &SimImage) -> InventoryImage {
    InventoryImage {
        id: image.id(),
        tags: Some(image.tag.clone()).filter(|tag| !tag.is_empty()).into_iter().collect(),
        digests: image.digests(),
        created_at: World::instant(0),
        size: IMAGE,
        built_for: image.labels.get(BUILD_STACK).and_then(|stack| stack.parse().ok()),
        layers: Vec::new(),
    }
}

fn volume(volume: &Volume) -> InventoryVolume {
    InventoryVolume {
        name: volume.name.clone(),
        driver: volume.driver.clone(),
        labels: volume.labels.clone(),
        created_at: World::instant(0),
    }
}

fn network(network: &Network) -> InventoryNetwork {
    InventoryNetwork {
        id: network.id.clone(),
        name: network.name.clone(),
        driver: network.driver.clone(),
        labels: network.labels.clone(),
        created_at: World::instant(network.created),
        subnets: network.subnets.clone(),
        internal: false,
    }
}

fn container(container: &Container) -> InventoryContainer {
    let volumes = container.mounts.iter().map(|mount| mount.volume.clone());
    InventoryContainer {
        id: container.id.clone(),
        name: container.name.clone(),
        image: container.image.clone(),
        image_id: container.image_id.clone(),
        up: container.is_up(),
        created_at: World::instant(container.created),
        volumes: volumes.filter(|name| !name.is_empty()).collect(),
        networks: container.endpoints.values().filter_map(|end| end.network.clone()).collect(),
    }
}

fn usage(world: &World, now: Timestamp) -> DiskUsage {
    let images = u64::try_from(world.images.len()).unwrap_or(u64::MAX);
    DiskUsage {
        taken_at: now,
        layers: IMAGE.saturating_mul(images),
        shared: world.images.keys().map(|id| (id.clone(), 0)).collect(),
        volumes: world.volumes.keys().map(|name| (name.clone(), VOLUME)).collect(),
        containers: world.containers.keys().map(|id| (id.clone(), WRITTEN)).collect(),
        build_cache: BuildCacheUsage {
            total: world.build_cache,
            unused: world.build_cache,
            unused_entries: u32::from(world.build_cache > 0),
        },
    }
}
