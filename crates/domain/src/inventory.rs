//! What a host has, who uses it, and whether anything would miss it.
//!
//! An [`Observation`](crate::observation::Observation) has what the plans of stacks depend on; an [`Inventory`] has every
//! image, volume and network of the host with its size and its users, for people and for PRUNE. Both are needed to say whose
//! an object is: the engine cannot tell, since anybody can write labels.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::ids::{ContainerId, ImageId, NetworkId, StackId};
use crate::image::ImageRef;
use crate::time::Timestamp;

mod needs;
mod request;
pub(crate) mod said;
mod size;
mod standing;
mod stock;

pub use needs::{HostNeeds, ImageNeed};
pub use request::{ImageChoice, PruneRequest};
pub use size::human_size;
pub use standing::{Belongs, Keeper, Prunable, Standing};
pub use stock::Stock;

/// Everything that takes space on a host, and the containers that use it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Inventory {
    /// When it was read, by the worker's clock.
    pub taken_at: Timestamp,
    /// Every image except the layers in between.
    pub images: Vec<InventoryImage>,
    /// Every volume.
    pub volumes: Vec<InventoryVolume>,
    /// Every network.
    pub networks: Vec<InventoryNetwork>,
    /// Every container, running or not.
    pub containers: Vec<InventoryContainer>,
    /// How much space the objects take; `None` if nobody asked, since the engine needs seconds to add it up.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sizes: Option<DiskUsage>,
}

/// An image.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct InventoryImage {
    /// Engine id.
    pub id: ImageId,
    /// `name:tag`.
    pub tags: Vec<String>,
    /// `name@sha256:...`.
    pub digests: Vec<String>,
    /// When it was built, which may be long before it came to this host.
    pub created_at: Option<Timestamp>,
    /// Bytes of all its layers, also of those that other images share.
    pub size: u64,
    /// The stack that it was built for here, as its label says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub built_for: Option<StackId>,
    /// The layers in between that it is made of: images of their own without a name, down to the next one in the inventory.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub layers: Vec<ImageId>,
}

impl InventoryImage {
    /// The name people know it by: its first tag, its first digest, or the beginning of its id.
    pub fn name(&self) -> &str {
        self.tags.first().or(self.digests.first()).map_or_else(|| self.id.short(), String::as_str)
    }

    /// Whether somebody may mean it by this tag, digest or id.
    pub fn is_called(&self, name: &str) -> bool {
        let wanted = ImageRef::from(name).familiar();
        self.id.as_str() == name
            || self.id.as_str().strip_prefix("sha256:") == Some(name)
            || self
                .tags
                .iter()
                .chain(&self.digests)
                .any(|known| ImageRef::from(known.as_str()).familiar() == wanted)
    }

    /// Whether no tag points to it, so that nothing can be started from it by name.
    pub fn is_dangling(&self) -> bool {
        self.tags.is_empty()
    }
}

/// A volume.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct InventoryVolume {
    /// Name, unique.
    pub name: String,
    /// Driver, e.g. `local`.
    pub driver: String,
    /// All labels.
    pub labels: BTreeMap<String, String>,
    /// When it was created, if the engine says so.
    pub created_at: Option<Timestamp>,
}

/// A network.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct InventoryNetwork {
    /// Engine id.
    pub id: NetworkId,
    /// Name, not necessarily unique.
    pub name: String,
    /// Driver, e.g. `bridge`.
    pub driver: String,
    /// All labels.
    pub labels: BTreeMap<String, String>,
    /// When it was created.
    pub created_at: Option<Timestamp>,
    /// Subnets in CIDR form.
    pub subnets: Vec<String>,
    /// Nothing outside can be reached from it.
    pub internal: bool,
}

impl InventoryNetwork {
    /// The networks that every engine makes for itself, and refuses to remove.
    const PREDEFINED: [&str; 5] = ["bridge", "host", "none", "ingress", "docker_gwbridge"];

    /// Whether the engine has made it for itself.
    pub fn is_predefined(&self) -> bool {
        Self::PREDEFINED.contains(&self.name.as_str())
    }
}

/// A container, as a user of the others.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct InventoryContainer {
    /// Engine id.
    pub id: ContainerId,
    /// Name without the leading slash.
    pub name: String,
    /// Image as requested.
    pub image: String,
    /// The image it was created from.
    pub image_id: ImageId,
    /// Whether its processes exist.
    pub up: bool,
    /// When it was created.
    pub created_at: Option<Timestamp>,
    /// The volumes that it mounts, also anonymous ones.
    pub volumes: BTreeSet<String>,
    /// The networks that it is attached to, also while it is stopped.
    pub networks: BTreeSet<NetworkId>,
}

/// How much space the engine's objects take, in bytes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DiskUsage {
    /// When the engine added it up, by the worker's clock.
    pub taken_at: Timestamp,
    /// All layers of all images, each counted once.
    pub layers: u64,
    /// Of each image, the bytes that it shares with others; the rest is freed with it.
    pub shared: BTreeMap<ImageId, u64>,
    /// Of each volume of a driver that tells.
    pub volumes: BTreeMap<String, u64>,
    /// Of each container, what it wrote outside volumes.
    pub containers: BTreeMap<ContainerId, u64>,
    /// The cache of builds.
    pub build_cache: BuildCacheUsage,
}

/// The cache of builds, in bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct BuildCacheUsage {
    /// All of it.
    pub total: u64,
    /// What no running build uses, and no image shares.
    pub unused: u64,
    /// How many entries that is.
    pub unused_entries: u32,
}

impl DiskUsage {
    /// What removing the image frees.
    pub fn image(&self, image: &InventoryImage) -> Option<u64> {
        self.shared.get(&image.id).map(|shared| image.size.saturating_sub(*shared))
    }
}
