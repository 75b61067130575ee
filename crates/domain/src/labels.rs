//! The labels on everything made here: whose it is, and what it was made from.
//!
//! Ownership is decided by the `io.core-monitor.*` labels only. The `com.docker.compose.*` labels are written
//! beside them so that other tools group our containers, and are never read for a decision.

use std::collections::BTreeMap;

use crate::desired::SpecHash;
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
}

impl Provenance {
    /// Labels of a container, beside those a person wrote.
    pub fn container_labels(
        &self,
        service: &ServiceName,
        slot: Slot,
        spec: &SpecHash,
        depends_on: &str,
    ) -> BTreeMap<String, String> {
        let mut labels = self.common(spec);
        let mut put = |key: &str, value: String| labels.insert(key.to_owned(), value);
        put(SERVICE, service.to_string());
        put(SLOT, slot.to_string());
        put("com.docker.compose.project", self.stack.to_string());
        put("com.docker.compose.service", service.to_string());
        put("com.docker.compose.container-number", slot.to_string());
        put("com.docker.compose.oneoff", "False".to_owned());
        put("com.docker.compose.config-hash", spec.to_string());
        put("com.docker.compose.depends_on", depends_on.to_owned());
        labels
    }

    /// Labels of a network, beside those a person wrote.
    pub fn network_labels(&self, key: &str, spec: &SpecHash) -> BTreeMap<String, String> {
        self.keyed("com.docker.compose.network", key, spec)
    }

    /// Labels of a volume, beside those a person wrote.
    pub fn volume_labels(&self, key: &str, spec: &SpecHash) -> BTreeMap<String, String> {
        self.keyed("com.docker.compose.volume", key, spec)
    }

    fn keyed(&self, compose_key: &str, key: &str, spec: &SpecHash) -> BTreeMap<String, String> {
        let mut labels = self.common(spec);
        labels.insert(KEY.to_owned(), key.to_owned());
        labels.insert("com.docker.compose.project".to_owned(), self.stack.to_string());
        labels.insert(compose_key.to_owned(), key.to_owned());
        labels
    }

    fn common(&self, spec: &SpecHash) -> BTreeMap<String, String> {
        let optional = [
            (VERSION, self.version.map(|v| v.to_string())),
            (COMMAND, self.command.map(|c| c.to_string())),
            (EPOCH, self.epoch.map(|e| e.to_string())),
        ];
        let fixed = [
            (INSTANCE, self.instance.to_string()),
            (STACK, self.stack_id.to_string()),
            (SPEC, spec.to_string()),
        ];
        fixed
            .into_iter()
            .chain(optional.into_iter().filter_map(|(key, value)| Some((key, value?))))
            .map(|(key, value)| (key.to_owned(), value))
            .collect()
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
