//! What all stacks of a host share: networks, volumes, images, names and ports.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};

use crate::build_policy::BuildPolicy;
use crate::desired::BuildHash;
use crate::ids::{ContainerId, ImageId, NetworkId, StackId};
use crate::image::ImageRef;
use crate::protection::Protected;
use crate::time::Timestamp;

/// The host, without the details of our own containers.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct HostObservation {
    /// When it was observed, by the worker's clock.
    pub taken_at: Timestamp,
    /// The engine itself.
    pub engine: EngineFacts,
    /// The folder on the host that contains the folders of all stacks, see
    /// [`StackFolder::root`](crate::ports::StackFolder::root); `None` until the worker has reported it.
    #[serde(default)]
    pub stacks_dir: Option<String>,
    /// What builds may do on this host, as the worker was told.
    #[serde(default)]
    pub builds: BuildPolicy,
    /// What no stack gets on this host, as the worker was told.
    #[serde(default, skip_serializing_if = "Protected::is_empty")]
    pub protected: Protected,
    /// Every network.
    pub networks: Vec<ObservedNetwork>,
    /// Every volume.
    pub volumes: Vec<ObservedVolume>,
    /// Every image with a name, and those built here.
    pub images: Vec<ObservedImage>,
    /// Every container, ours and foreign, with its name and host ports.
    pub occupants: Vec<Occupant>,
    /// What carries the labels of this installation although no command created it. It is foreign: it has lost these
    /// labels here, is never touched and counts for nothing.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub spoofed: Vec<SpoofedObject>,
    /// Files in the folders of stacks that versions wrote and that are not as they wrote them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub edited_files: Vec<EditedFile>,
}

/// A file in a stack's folder that somebody else has changed since a version wrote it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct EditedFile {
    /// The stack.
    pub stack_id: StackId,
    /// Path in its folder.
    pub path: String,
    /// What happened to it.
    pub edit: FileEdit,
}

/// What somebody did to a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FileEdit {
    /// It has another content, or something else is in its place.
    Changed,
    /// It is gone.
    Removed,
}

impl FileEdit {
    /// Every kind of edit.
    pub const ALL: [Self; 2] = [Self::Changed, Self::Removed];

    /// The name in JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Changed => "changed",
            Self::Removed => "removed",
        }
    }
}

impl HostObservation {
    /// A host with an engine and nothing else.
    pub fn empty(taken_at: Timestamp, engine: EngineFacts) -> Self {
        Self {
            taken_at,
            engine,
            stacks_dir: None,
            builds: BuildPolicy::default(),
            protected: Protected::default(),
            networks: Vec::new(),
            volumes: Vec::new(),
            images: Vec::new(),
            occupants: Vec::new(),
            spoofed: Vec::new(),
            edited_files: Vec::new(),
        }
    }

    /// The image that `reference` currently resolves to on this host.
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

    /// Every network with this name; older engines allow several.
    pub fn networks_named<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a ObservedNetwork> {
        self.networks.iter().filter(move |network| network.name == name)
    }

    /// The volume with this name.
    pub fn volume(&self, name: &str) -> Option<&ObservedVolume> {
        self.volumes.iter().find(|volume| volume.name == name)
    }

    /// The container with this name.
    pub fn occupant_named(&self, name: &str) -> Option<&Occupant> {
        self.occupants.iter().find(|occupant| occupant.name == name)
    }
}

/// Facts about the engine that plans depend on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EngineFacts {
    /// The engine's id; a different id means a different host.
    pub id: String,
    /// E.g. `20.10.24`.
    pub version: String,
    /// Highest API version that both sides support.
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
    /// From 1.44 on, a create call accepts all networks at once (Engine 25, API changelog).
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
    /// When it was created.
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
    /// Driver options it was created with.
    pub options: BTreeMap<String, String>,
    /// All labels.
    pub labels: BTreeMap<String, String>,
    /// The stack that has or had a container which the engine made it for, if that is recorded. Nothing on the volume says
    /// so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub anonymous_of: Option<StackId>,
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
    /// The hash of its build input, for images built here. These images are observed even without a name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub build: Option<BuildHash>,
}

/// A container with the names and ports that others cannot use.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Occupant {
    /// Engine id.
    pub id: ContainerId,
    /// Name without the leading slash.
    pub name: String,
    /// Image as requested.
    pub image: String,
    /// Its owner; `None` for a foreign one.
    pub owner: Option<StackId>,
    /// `owner` is a stack of this installation.
    pub ours: bool,
    /// Whether it is one of Core Monitor's own containers.
    pub component: bool,
    /// Whether its processes exist.
    pub up: bool,
    /// When its current or last run started; only known of our containers and of those whose namespaces they share.
    #[serde(default)]
    pub started_at: Option<Timestamp>,
    /// The container whose network it shares.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shares_network_of: Option<ContainerId>,
    /// Names of the networks it is attached to.
    pub networks: Vec<String>,
    /// Host ports it holds.
    pub ports: Vec<PublishedPort>,
}

/// A kind of objects that a stack consists of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ObjectKind {
    /// A container.
    Container,
    /// A network.
    Network,
    /// A volume.
    Volume,
}

impl ObjectKind {
    /// Every kind.
    pub const ALL: [Self; 3] = [Self::Container, Self::Network, Self::Volume];

    /// The name in tables and JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Container => "container",
            Self::Network => "network",
            Self::Volume => "volume",
        }
    }
}

impl fmt::Display for ObjectKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A foreign object with our labels, for instance a container of an image that somebody committed from ours.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SpoofedObject {
    /// What it is.
    pub kind: ObjectKind,
    /// Its name.
    pub name: String,
    /// Its id on the engine; the name again for a volume.
    pub id: String,
    /// The stack that its labels name.
    pub stack_id: StackId,
    /// The image of a container, as requested.
    pub image: Option<String>,
}

/// A host port in use.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct PublishedPort {
    /// Host address, `0.0.0.0` or `::` for all; empty if the port is exposed but not published.
    pub host_ip: String,
    /// Port on the host; 0 if not published.
    pub host_port: u16,
    /// Port in the container.
    pub container_port: u16,
    /// `tcp`, `udp` or `sctp`.
    pub protocol: String,
}
