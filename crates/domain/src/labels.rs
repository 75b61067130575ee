//! The labels on everything made here: whose it is, and what it was made from.
//!
//! Ownership is decided by the `io.core-monitor.*` labels only. The `com.docker.compose.*` labels are written
//! beside them so that other tools group our containers, and are never read for a decision.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

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

    /// What is the same on everything made in its name, written out once.
    pub fn stamp(&self) -> Stamp {
        Stamp {
            instance: self.instance.to_string().into(),
            stack_id: self.stack_id.to_string().into(),
            stack: self.stack.text(),
            version: self.version.map(|v| v.to_string().into()),
            command: self.command.map(|c| c.to_string().into()),
            epoch: self.epoch.map(|e| e.to_string().into()),
            one_off: "False".into(),
        }
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
    ) -> PlannedLabels {
        self.stamp().keyed_labels(written, spec, "com.docker.compose.network", key)
    }

    /// All labels of a volume: those a person wrote, and ours.
    pub fn volume_labels(
        &self,
        written: &BTreeMap<String, String>,
        key: &str,
        spec: &SpecHash,
    ) -> PlannedLabels {
        self.stamp().keyed_labels(written, spec, "com.docker.compose.volume", key)
    }
}

/// All labels of one object in a plan. Most keys are constants and most values are the same on all objects of the plan, of
/// which there can be thousands, so they are shared.
pub type PlannedLabels = BTreeMap<Cow<'static, str>, Arc<str>>;

/// What everything made for one stack by one command carries, written out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stamp {
    instance: Arc<str>,
    stack_id: Arc<str>,
    stack: Arc<str>,
    version: Option<Arc<str>>,
    command: Option<Arc<str>>,
    epoch: Option<Arc<str>>,
    one_off: Arc<str>,
}

impl Stamp {
    /// All labels of a container: those a person wrote, and ours.
    pub fn container_labels(
        &self,
        written: &BTreeMap<String, String>,
        service: &ServiceName,
        slot: Slot,
        spec: &SpecHash,
        depends_on: String,
    ) -> PlannedLabels {
        let slot: Arc<str> = slot.to_string().into();
        let own = [
            ("com.docker.compose.config-hash", Arc::clone(&spec.0)),
            ("com.docker.compose.container-number", Arc::clone(&slot)),
            ("com.docker.compose.depends_on", depends_on.into()),
            ("com.docker.compose.oneoff", Arc::clone(&self.one_off)),
            ("com.docker.compose.project", Arc::clone(&self.stack)),
            ("com.docker.compose.service", service.text()),
            (SERVICE, service.text()),
            (SLOT, slot),
        ];
        self.labels(written, spec, own)
    }

    fn keyed_labels(
        &self,
        written: &BTreeMap<String, String>,
        spec: &SpecHash,
        compose_key: &'static str,
        key: &str,
    ) -> PlannedLabels {
        let key: Arc<str> = key.into();
        let project = ("com.docker.compose.project", Arc::clone(&self.stack));
        self.labels(written, spec, [(compose_key, Arc::clone(&key)), project, (KEY, key)])
    }

    fn labels<const N: usize>(
        &self,
        written: &BTreeMap<String, String>,
        spec: &SpecHash,
        own: [(&'static str, Arc<str>); N],
    ) -> PlannedLabels {
        // Nearly in the order of the keys, which is how a map is made fastest. Ours come last and win.
        let common = [
            (COMMAND, self.command.clone()),
            (EPOCH, self.epoch.clone()),
            (INSTANCE, Some(Arc::clone(&self.instance))),
            (SPEC, Some(Arc::clone(&spec.0))),
            (STACK, Some(Arc::clone(&self.stack_id))),
            (VERSION, self.version.clone()),
        ];
        let common = common.into_iter().filter_map(|(key, value)| Some((key, value?)));
        let ours = own.into_iter().chain(common).map(|(key, value)| (Cow::Borrowed(key), value));
        let written = written.iter().map(|(key, value)| (Cow::Owned(key.clone()), value.as_str().into()));
        written.chain(ours).collect()
    }
}

/// The labels of a plan as the engine gets them.
pub fn written_out(planned: &PlannedLabels) -> BTreeMap<String, String> {
    planned.iter().map(|(key, value)| (key.to_string(), value.to_string())).collect()
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
