//! The normalized model of a project, with all short forms, defaults and references resolved.
//!
//! Its JSON has the shape that `docker compose config --format json` prints, with one difference: a literal `$` stays `$`,
//! while the reference writes `$$`, so that its output is again a compose file.

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

/// Values of `x-*` keys after interpolation.
pub type Extensions = IndexMap<String, serde_json::Value>;

/// A whole project, limited to what is in use. As in the reference, services of inactive profiles are left out, and so
/// are networks, volumes, configs and secrets that no service refers to. `models` are checked but not kept, since the
/// reference omits them from its JSON too.
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
fn default_true() -> bool {
    true
}
