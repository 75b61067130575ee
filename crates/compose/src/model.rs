//! The normalized model: what a project means once every short form, default and reference is resolved.
//!
//! Its JSON has the shape that `docker compose config --format json` prints, with one difference: a literal `$`
//! stays `$` (the reference writes `$$`, so that its output can be read again as a compose file).

mod build;
mod dependency;
mod deploy;
mod files;
mod healthcheck;
mod lifecycle;
mod mount;
mod network;
mod port;
mod resources;
mod service;
mod units;
mod volume;

pub use build::Build;
pub use dependency::{Condition, Dependency};
pub use deploy::{
    Deploy, DeployResources, DeviceRequest, DiscreteResource, GenericResource, Placement,
    PlacementPreference, ResourceLimits, ResourceReservations, RestartPolicy, UpdateConfig,
};
pub use files::{Config, FileMode, FileReference, Secret};
pub use healthcheck::Healthcheck;
pub use lifecycle::{CredentialSpec, Develop, Hook, ModelUse, Provider, Watch};
pub use mount::{BindOptions, ImageMountOptions, Mount, MountKind, TmpfsOptions, VolumeMountOptions};
pub use network::{Ipam, IpamPool, Network, NetworkAttachment};
pub use port::Port;
pub use resources::{BlkioConfig, Device, Logging, ThrottleDevice, Ulimit, WeightDevice};
pub use service::Service;
pub use units::{Bytes, Duration, InvalidUnit};
pub use volume::Volume;

use indexmap::IndexMap;
use serde::{Deserialize, Serialize};

/// Values of `x-*` keys, kept as they were written after interpolation.
pub type Extensions = IndexMap<String, serde_json::Value>;

/// A whole project: only what is in use. Services of inactive profiles and networks, volumes, configs or
/// secrets that no service refers to are left out, as the reference does. `models` are checked and not kept: the
/// reference leaves them out of its JSON too.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Project {
    /// Project name: prefix of container, network and volume names.
    pub name: String,
    /// Services by name, in the order of the file.
    pub services: IndexMap<String, Service>,
    /// Networks in use by key, `default` included when a service joins it.
    #[serde(default, skip_serializing_if = "IndexMap::is_empty")]
    pub networks: IndexMap<String, Network>,
    /// Named volumes in use by key.
    #[serde(default, skip_serializing_if = "IndexMap::is_empty")]
    pub volumes: IndexMap<String, Volume>,
    /// Configs in use by key.
    #[serde(default, skip_serializing_if = "IndexMap::is_empty")]
    pub configs: IndexMap<String, Config>,
    /// Secrets in use by key.
    #[serde(default, skip_serializing_if = "IndexMap::is_empty")]
    pub secrets: IndexMap<String, Secret>,
    /// Top-level `x-*` keys.
    #[serde(flatten)]
    pub extensions: Extensions,
}

/// `skip_serializing_if` for flags whose default is off.
#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
fn is_false(flag: &bool) -> bool {
    !flag
}

/// `default` for flags whose default is on.
fn yes() -> bool {
    true
}
