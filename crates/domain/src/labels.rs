//! The labels on everything made here: whose it is, and what it was made from.
//!
//! Ownership is decided by the `io.core-monitor.*` labels only. The `com.docker.compose.*` labels are written
//! beside them so that other tools group our containers, and are never read for a decision.

use std::collections::{BTreeMap, BTreeSet};

use crate::desired::{BuildHash, SpecHash};
use crate::ids::{CommandId, Epoch, InstanceId, Slot, StackId, VersionNumber};
use crate::names::{ServiceName, StackName};

/// The installation that made the object.
pub const INSTANCE: &str = "io.core-monitor.instance";
/// The stack the object belongs to.
pub const STACK: &str = "io.core-monitor.stack";
/// The service of a container.
pub const SERVICE: &str = "io.core-monitor.service";
/// The replica number of a container.
pub const SLOT: &str = "io.core-monitor.slot";
/// The hash of the definition the object was made from.
pub const SPEC: &str = "io.core-monitor.spec";
/// The version that first asked for the object as it is.
pub const VERSION: &str = "io.core-monitor.version";
/// The command that made the object.
pub const COMMAND: &str = "io.core-monitor.command";
/// The epoch of the worker that made the object.
pub const EPOCH: &str = "io.core-monitor.epoch";
/// The key of a network or volume in the file.
pub const KEY: &str = "io.core-monitor.key";
/// The hash of what an image was built from; on the image, and on the containers made from it.
pub const BUILD: &str = "io.core-monitor.build";
/// The installation that built an image. Not [`INSTANCE`]: whoever runs the image by hand inherits its labels, and must not
/// be taken for a container of ours.
pub const BUILD_INSTANCE: &str = "io.core-monitor.build.instance";
/// The stack an image was first built for.
pub const BUILD_STACK: &str = "io.core-monitor.build.stack";
/// Put on Core Monitor's own containers by the deployment files: they are left out of every plan.
pub const COMPONENT: &str = "io.core-monitor.component";

/// Prefixes a definition may not use for its own labels.
pub const RESERVED_PREFIXES: [&str; 2] = ["io.core-monitor.", "com.docker.compose."];

/// Who makes an object, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Provenance {
    /// This installation.
    pub instance: InstanceId,
    /// The stack.
    pub stack_id: StackId,
    /// Its name.
    pub stack: StackName,
    /// The version being applied.
    pub version: Option<VersionNumber>,
    /// The command at work; `None` in a plan that is only shown.
    pub command: Option<CommandId>,
    /// The epoch of the worker.
    pub epoch: Option<Epoch>,
    /// The deleted stacks that had this name. Their volumes are found again by the stack that has it now; no two living
    /// stacks share a name, so no two of them can both be the heir.
    pub predecessors: BTreeSet<StackId>,
}

impl Provenance {
    /// Whether this installation made an object with these labels for this stack.
    pub fn made(&self, labels: &BTreeMap<String, String>) -> bool {
        self.owner_in(labels) == Some(self.stack_id)
    }

    /// Whether this installation made it for a stack that had this name before, and is deleted.
    pub fn inherits(&self, labels: &BTreeMap<String, String>) -> bool {
        self.owner_in(labels).is_some_and(|stack_id| self.predecessors.contains(&stack_id))
    }

    fn owner_in(&self, labels: &BTreeMap<String, String>) -> Option<StackId> {
        let ownership = Ownership::read(labels)?;
        (ownership.instance == self.instance).then_some(ownership.stack_id)
    }

    /// All labels of a container: those a person wrote, and ours.
    pub fn container_labels(
        &self,
        written: &BTreeMap<String, String>,
        service: &ServiceName,
        slot: Slot,
        spec: &SpecHash,
        depends_on: String,
    ) -> BTreeMap<String, String> {
        let own = [
            (SERVICE, service.to_string()),
            (SLOT, slot.to_string()),
            ("com.docker.compose.project", self.stack.to_string()),
            ("com.docker.compose.service", service.to_string()),
            ("com.docker.compose.container-number", slot.to_string()),
            ("com.docker.compose.oneoff", "False".to_owned()),
            ("com.docker.compose.config-hash", spec.to_string()),
            ("com.docker.compose.depends_on", depends_on),
        ];
        self.labels(written, spec, own)
    }

    /// All labels of an image: those a person wrote, and ours.
    pub fn image_labels(
        &self,
        written: &BTreeMap<String, String>,
        build: &BuildHash,
    ) -> BTreeMap<String, String> {
        let ours = [
            (BUILD, build.to_string()),
            (BUILD_INSTANCE, self.instance.to_string()),
            (BUILD_STACK, self.stack_id.to_string()),
        ];
        let ours = ours.map(|(key, value)| (key.to_owned(), value));
        written.iter().map(|(key, value)| (key.clone(), value.clone())).chain(ours).collect()
    }

    /// All labels of a network: those a person wrote, and ours.
    pub fn network_labels(
        &self,
        written: &BTreeMap<String, String>,
        key: &str,
        spec: &SpecHash,
    ) -> BTreeMap<String, String> {
        self.labels(written, spec, self.keyed("com.docker.compose.network", key))
    }

    /// All labels of a volume: those a person wrote, and ours.
    pub fn volume_labels(
        &self,
        written: &BTreeMap<String, String>,
        key: &str,
        spec: &SpecHash,
    ) -> BTreeMap<String, String> {
        self.labels(written, spec, self.keyed("com.docker.compose.volume", key))
    }

    fn keyed(&self, compose_key: &'static str, key: &str) -> [(&'static str, String); 3] {
        [
            (KEY, key.to_owned()),
            ("com.docker.compose.project", self.stack.to_string()),
            (compose_key, key.to_owned()),
        ]
    }

    fn labels<const N: usize>(
        &self,
        written: &BTreeMap<String, String>,
        spec: &SpecHash,
        own: [(&'static str, String); N],
    ) -> BTreeMap<String, String> {
        let optional = [
            (VERSION, self.version.map(|v| v.to_string())),
            (COMMAND, self.command.map(|c| c.to_string())),
            (EPOCH, self.epoch.map(|e| e.to_string())),
        ];
        let common = [
            (INSTANCE, self.instance.to_string()),
            (STACK, self.stack_id.to_string()),
            (SPEC, spec.to_string()),
        ];
        let ours = common
            .into_iter()
            .chain(own)
            .chain(optional.into_iter().filter_map(|(key, value)| Some((key, value?))))
            .map(|(key, value)| (key.to_owned(), value));
        // Ours come last and win. In one go: a map made from a list is built without searching.
        written.iter().map(|(key, value)| (key.clone(), value.clone())).chain(ours).collect()
    }
}

/// Whose an object is, read from its labels.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ownership {
    /// The installation that made it.
    pub instance: InstanceId,
    /// The stack it belongs to.
    pub stack_id: StackId,
}

impl Ownership {
    /// `None`: not made by any Core Monitor, or with labels that make no sense; both are foreign.
    pub fn read(labels: &BTreeMap<String, String>) -> Option<Self> {
        Some(Self {
            instance: labels.get(INSTANCE)?.parse().ok()?,
            stack_id: labels.get(STACK)?.parse().ok()?,
        })
    }
}
