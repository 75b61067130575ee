//! What all stacks of a host share: networks, volumes, images, names and ports.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};

use crate::desired::BuildHash;
use crate::ids::{ContainerId, ImageId, NetworkId, StackId};
use crate::image::ImageRef;
use crate::time::Timestamp;

/// The host apart from the details of our own containers.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct HostObservation {
    /// When it was looked at, by the worker's clock.
    pub taken_at: Timestamp,
    /// The engine itself.
    pub engine: EngineFacts,
    /// Every network.
    pub networks: Vec<ObservedNetwork>,
    /// Every volume.
    pub volumes: Vec<ObservedVolume>,
    /// Every image with a name, and those built here.
    pub images: Vec<ObservedImage>,
    /// Every container, ours and foreign, with the names and host ports it holds.
    pub occupants: Vec<Occupant>,
}

impl HostObservation {
    /// A host with an engine and nothing on it.
    pub fn empty(taken_at: Timestamp, engine: EngineFacts) -> Self {
        Self {
            taken_at,
            engine,
            networks: Vec::new(),
            volumes: Vec::new(),
            images: Vec::new(),
            occupants: Vec::new(),
        }
    }

    /// The image `reference` means on this host now.
    pub fn image(&self, reference: &ImageRef) -> Option<&ObservedImage> {
        let wanted = reference.familiar();
        self.images.iter().find(|image| {
            image.id.as_str() == reference.as_str()
                || image
                    .tags
                    .iter()
                    .chain(&image.digests)
                    .any(|name| ImageRef::from(name.as_str()).familiar() == wanted)
        })
    }

    /// Every network called `name`; older engines allow more than one.
    pub fn networks_named<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a ObservedNetwork> {
        self.networks.iter().filter(move |network| network.name == name)
    }

    /// The volume called `name`.
    pub fn volume(&self, name: &str) -> Option<&ObservedVolume> {
        self.volumes.iter().find(|volume| volume.name == name)
    }

    /// The container called `name`.
    pub fn occupant_named(&self, name: &str) -> Option<&Occupant> {
        self.occupants.iter().find(|occupant| occupant.name == name)
    }
}

/// Facts about the engine that plans depend on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EngineFacts {
    /// The engine's own id; another id means another host.
    pub id: String,
    /// E.g. `20.10.24`.
    pub version: String,
    /// Highest API version both sides speak.
    pub api: ApiVersion,
    /// E.g. `linux`.
    pub os: String,
    /// E.g. `amd64`.
    pub arch: String,
}

/// Version of the engine's API, e.g. 1.41.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct ApiVersion {
    /// Before the dot.
    pub major: u16,
    /// After the dot.
    pub minor: u16,
}

impl ApiVersion {
    /// From 1.44 on, a create call takes all networks at once (Engine 25, API changelog).
    pub const ALL_NETWORKS_IN_CREATE: Self = Self { major: 1, minor: 44 };
}

impl fmt::Display for ApiVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.major, self.minor)
    }
}

/// A network.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ObservedNetwork {
    /// Engine id.
    pub id: NetworkId,
    /// Name, not necessarily unique.
    pub name: String,
    /// Driver, e.g. `bridge`.
    pub driver: String,
    /// All labels.
    pub labels: BTreeMap<String, String>,
    /// When it was made.
    pub created_at: Option<Timestamp>,
    /// Subnets in CIDR form.
    pub subnets: Vec<String>,
}

/// A volume.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ObservedVolume {
    /// Name, unique.
    pub name: String,
    /// Driver, e.g. `local`.
    pub driver: String,
    /// Driver options it was made with.
    pub options: BTreeMap<String, String>,
    /// All labels.
    pub labels: BTreeMap<String, String>,
}

/// An image.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ObservedImage {
    /// Engine id.
    pub id: ImageId,
    /// `name:tag`.
    pub tags: Vec<String>,
    /// `name@sha256:...`.
    pub digests: Vec<String>,
    /// What it was built from, for an image that was built here. Such an image is observed also when its name has moved on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub build: Option<BuildHash>,
}

/// What a container keeps others from using.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Occupant {
    /// Engine id.
    pub id: ContainerId,
    /// Name without the leading slash.
    pub name: String,
    /// Image as asked for.
    pub image: String,
    /// Whose it is; `None` for a foreign one.
    pub owner: Option<StackId>,
    /// `owner` belongs to this installation.
    pub ours: bool,
    /// Whether it is a container of Core Monitor itself.
    pub component: bool,
    /// Whether its processes exist.
    pub up: bool,
    /// Names of the networks it is attached to.
    pub networks: Vec<String>,
    /// Host ports it holds.
    pub ports: Vec<PublishedPort>,
}

/// A host port in use.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct PublishedPort {
    /// Host address, `0.0.0.0` or `::` for every one; empty when the port is exposed but not published.
    pub host_ip: String,
    /// Port on the host; 0 when not published.
    pub host_port: u16,
    /// Port in the container.
    pub container_port: u16,
    /// `tcp`, `udp` or `sctp`.
    pub protocol: String,
}
