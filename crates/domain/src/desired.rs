//! What should exist on the engine, in the engine's terms: all names resolved, all short forms expanded.
//!
//! A [`DesiredStack`] is derived from a version's compose model ([`DesiredStack::from_project`]) and is all that the
//! planner knows of a definition.

use std::collections::BTreeSet;
use std::sync::Arc;

use core_monitor_compose::support::EngineNeed;
use serde::{Deserialize, Serialize};

use crate::image::ImageRef;
use crate::names::{ServiceName, StackName};

mod build;
mod container;
mod finished;
mod from_project;
mod hash;
mod injected;
mod lost;
mod mounted;
mod named_secrets;
mod network;
pub(crate) mod said;
mod scaling;
mod slots;
mod to_document;
mod volume;

pub use build::{BuildFiles, BuildHash, BuildSecret, BuildSecretSource, BuildSpec, ContextFile, Dockerfile};
pub use container::{
    Attachment, Blkio, BlkioDevice, ContainerSpec, Device, DeviceRequest, Healthcheck, HealthcheckTest,
    Logging, Mount, MountKind, NamespaceMode, NetworkMode, Port, Protocol, Resources, RestartPolicy, Ulimit,
};
pub(crate) use from_project::said as refused;
pub use from_project::{Caution, DesiredError, declared_on_demand, declared_slots, on_demand_cautions};
pub use hash::SpecHash;
pub use injected::{Hook, HookStage, InjectedFile};
pub use mounted::MountedFiles;
pub use named_secrets::{NamedSecrets, SecretVersions};
pub use network::{IpamPool, NetworkSpec};
pub use scaling::CannotScale;
pub use slots::DesiredSlot;
pub use volume::VolumeSpec;

/// Everything that a version defines.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DesiredStack {
    /// Prefix of the names of its containers, networks and volumes.
    pub name: StackName,
    /// In the order of the file.
    pub services: Vec<ServiceSpec>,
    /// Networks that some service uses.
    pub networks: Vec<NetworkSpec>,
    /// Named volumes that some service uses.
    pub volumes: Vec<VolumeSpec>,
    /// What it asks for that only newer engines carry out.
    #[serde(skip)]
    pub needs: Vec<EngineNeed>,
    /// The named secrets that it uses, and those that it asks for and does not get.
    #[serde(skip)]
    pub named_secrets: NamedSecrets,
}

impl DesiredStack {
    /// An empty stack, which DELETE converges to.
    pub fn empty(name: StackName) -> Self {
        Self {
            name,
            services: Vec::new(),
            networks: Vec::new(),
            volumes: Vec::new(),
            needs: Vec::new(),
            named_secrets: NamedSecrets::default(),
        }
    }

    /// The service with this name.
    pub fn service(&self, name: &ServiceName) -> Option<&ServiceSpec> {
        self.services.iter().find(|service| service.name == *name)
    }

    /// Services whose completion another service waits for.
    pub fn awaited_jobs(&self) -> BTreeSet<&ServiceName> {
        let dependencies = self.services.iter().flat_map(|service| &service.depends_on);
        dependencies.filter(|d| d.condition == Condition::Completed).map(|d| &d.service).collect()
    }
}

/// One service.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ServiceSpec {
    /// Its name in the file.
    pub name: ServiceName,
    /// How many containers; 0 keeps the service without any.
    pub replicas: u32,
    /// The name chosen in the file; only with at most one replica.
    pub container_name: Option<String>,
    /// When to pull the image.
    pub pull_policy: PullPolicy,
    /// How its image is built; `None` if it is pulled.
    #[serde(default)]
    pub build: Option<Arc<BuildSpec>>,
    /// What must be reached before its containers start.
    pub depends_on: Vec<Dependency>,
    /// Whether it is meant to exit: it has `restart: "no"`, or a service waits for its completion.
    pub is_job: bool,
    /// Whether a service waits for its completion.
    #[serde(default)]
    pub is_awaited: bool,
    /// The definition of its containers. Shared, because every step that creates one contains it.
    pub container: Arc<ContainerSpec>,
    /// The files of the version that its containers mount one by one; `None` if they mount nothing of the stack's folder.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mounted: Option<MountedFiles>,
    /// The versions of the named secrets that its containers are created with.
    #[serde(default, skip_serializing_if = "SecretVersions::is_empty")]
    pub secrets: SecretVersions,
    /// What its containers take besides the definition. Not part of the hash: a change replaces nothing by itself.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub slots: Vec<DesiredSlot>,
    /// Hash of `container` and `container_name`, computed once because planning compares it often.
    pub hash: SpecHash,
}

impl ServiceSpec {
    /// The container name of a slot, as docker compose generates it.
    pub fn container_name(&self, stack: &StackName, slot: crate::ids::Slot) -> String {
        match &self.container_name {
            Some(name) => name.clone(),
            None => format!("{stack}-{}-{slot}", self.name),
        }
    }

    /// The image of its containers.
    pub fn image(&self) -> &ImageRef {
        &self.container.image
    }
}

/// One entry of `depends_on`, explicit or implied.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Dependency {
    /// The service that comes first.
    pub service: ServiceName,
    /// What it must have reached.
    pub condition: Condition,
    /// Restart this service if the dependency was replaced.
    pub restart: bool,
    /// `false`: continue if the dependency is missing or fails.
    pub required: bool,
}

/// What a dependency must have reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Condition {
    /// Started.
    #[serde(rename = "service_started")]
    Started,
    /// Its health check passes.
    #[serde(rename = "service_healthy")]
    Healthy,
    /// Ended with exit code 0.
    #[serde(rename = "service_completed_successfully")]
    Completed,
}

/// When to pull an image.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PullPolicy {
    /// Only if the host does not have it.
    #[default]
    Missing,
    /// At every apply.
    Always,
    /// Never: the host must have it.
    Never,
}
