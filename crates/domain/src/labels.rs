//! The labels on all created objects: their owner, and what they were created from.
//!
//! The `io.core-monitor.*` labels say what an object was created for; whether it is ours is decided by the record of its
//! creation, see [`creation`](crate::creation). The `com.docker.compose.*` labels let other tools group our containers, and
//! no decision depends on them.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::desired::{BuildHash, SpecHash};
use crate::ids::{CommandId, Epoch, InstanceId, Slot, StackId, VersionNumber};
use crate::names::{ServiceName, StackName};

/// The installation that created the object.
pub const INSTANCE: &str = "io.core-monitor.instance";
/// The stack the object belongs to.
pub const STACK: &str = "io.core-monitor.stack";
/// The service of a container.
pub const SERVICE: &str = "io.core-monitor.service";
/// The replica number of a container.
pub const SLOT: &str = "io.core-monitor.slot";
/// The hash of the definition the object was created from.
pub const SPEC: &str = "io.core-monitor.spec";
/// The version that first defined the object in this form.
pub const VERSION: &str = "io.core-monitor.version";
/// The command that created the object.
pub const COMMAND: &str = "io.core-monitor.command";
/// The epoch of the worker that created the object.
pub const EPOCH: &str = "io.core-monitor.epoch";
/// The place of the creation within its command, see [`CreationMark`](crate::creation::CreationMark).
pub const CREATION: &str = "io.core-monitor.creation";
/// The key of a network or volume in the file.
pub const KEY: &str = "io.core-monitor.key";
/// The hash of an image's build input; on the image, and on containers created from it.
pub const BUILD: &str = "io.core-monitor.build";
/// The installation that built an image. Separate from [`INSTANCE`], because a container that somebody runs manually
/// from the image inherits its labels and must not be taken for one of ours.
pub const BUILD_INSTANCE: &str = "io.core-monitor.build.instance";
/// The stack an image was first built for.
pub const BUILD_STACK: &str = "io.core-monitor.build.stack";
/// The hash of the files of the version that a container mounts one by one; containers of earlier releases do not have it.
pub const FILES: &str = "io.core-monitor.files";
/// The named secrets that a container was created with, each with its version: `db-password=3,api-key=1`.
pub const SECRETS: &str = "io.core-monitor.secrets";
/// Set on Core Monitor's own containers by the deployment files: no plan touches them.
pub const COMPONENT: &str = "io.core-monitor.component";

/// The prefix of all our labels.
const OWN_PREFIX: &str = "io.core-monitor.";
/// The labels of images, which containers inherit.
const BUILD_LABELS: [&str; 3] = [BUILD, BUILD_INSTANCE, BUILD_STACK];

/// docker compose writes it on its containers, and we do not: the files that its project was read from.
pub(crate) const COMPOSE_FILES: &str = "com.docker.compose.project.config_files";

/// Prefixes a definition may not use for its own labels.
pub const RESERVED_PREFIXES: [&str; 2] = [OWN_PREFIX, "com.docker.compose."];

/// Who creates an object, and why.
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
    /// The running command; `None` in a plan that is only shown.
    pub command: Option<CommandId>,
    /// The epoch of the worker.
    pub epoch: Option<Epoch>,
    /// The deleted stacks that had this name. The current stack can take over their volumes; names of existing stacks
    /// are unique, so there is only one successor.
    pub predecessors: BTreeSet<StackId>,
}

impl Provenance {
    /// Whether this installation created an object with these labels for this stack.
    pub fn made(&self, labels: &BTreeMap<String, String>) -> bool {
        self.owner_in(labels) == Some(self.stack_id)
    }

    /// Whether this installation created it for a deleted stack of the same name.
    pub fn inherits(&self, labels: &BTreeMap<String, String>) -> bool {
        self.owner_in(labels).is_some_and(|stack_id| self.predecessors.contains(&stack_id))
    }

    fn owner_in(&self, labels: &BTreeMap<String, String>) -> Option<StackId> {
        let ownership = Ownership::read(labels)?;
        (ownership.instance == self.instance).then_some(ownership.stack_id)
    }

    /// The labels shared by all objects it creates, precomputed.
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

    /// All labels of an image: the user's and ours.
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

    /// All labels of a network: the user's and ours.
    pub fn network_labels(
        &self,
        written: &BTreeMap<String, String>,
        key: &str,
        spec: &SpecHash,
    ) -> PlannedLabels {
        self.stamp().keyed_labels(written, spec, "com.docker.compose.network", key)
    }

    /// All labels of a volume: the user's and ours.
    pub fn volume_labels(
        &self,
        written: &BTreeMap<String, String>,
        key: &str,
        spec: &SpecHash,
    ) -> PlannedLabels {
        self.stamp().keyed_labels(written, spec, "com.docker.compose.volume", key)
    }
}

/// All labels of one object in a plan. Most keys are constants and most values are equal for the plan's objects, of
/// which there can be thousands, so they are shared.
pub type PlannedLabels = BTreeMap<Cow<'static, str>, Arc<str>>;

/// The labels that all objects of one stack and one command share.
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
    /// All labels of a container: the user's and ours.
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
        // Nearly sorted by key, which builds the map fastest. Ours come last and take precedence.
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

/// The labels of a plan in the form for the engine.
pub fn written_out(planned: &PlannedLabels) -> BTreeMap<String, String> {
    planned.iter().map(|(key, value)| (key.to_string(), value.to_string())).collect()
}

/// Removes what says that an object is ours, from one that is not.
pub fn disown(labels: &mut BTreeMap<String, String>) {
    labels.retain(|key, _| !key.starts_with(OWN_PREFIX) || BUILD_LABELS.contains(&key.as_str()));
}

/// The owner of an object, read from its labels.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ownership {
    /// The installation that created it.
    pub instance: InstanceId,
    /// The stack it belongs to.
    pub stack_id: StackId,
}

impl Ownership {
    /// `None` if no Core Monitor created it or its labels are invalid; both count as foreign.
    pub fn read(labels: &BTreeMap<String, String>) -> Option<Self> {
        Some(Self {
            instance: labels.get(INSTANCE)?.parse().ok()?,
            stack_id: labels.get(STACK)?.parse().ok()?,
        })
    }
}
