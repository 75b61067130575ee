//! The identity of a step: how to recognise the same step in a plan that was made at another time or by another
//! program.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::action::{CreateContainer, InheritedVolume, StepAction};
use super::cause::Cause;
use super::key::{Fingerprint, PlanKey};
use super::target::{NetworkTarget, Target};
use super::{Plan, Step};
use crate::artifact::{Activation, SlotContent, SlotName};
use crate::desired::{Attachment, BuildSpec, Hook, InjectedFile, NetworkSpec, VolumeSpec};
use crate::ids::{CommandId, ContainerId, ImageId, NetworkId, Slot};
use crate::image::ImageRef;
use crate::labels::{COMMAND, EPOCH, PlannedLabels};
use crate::names::ServiceName;
use crate::observation::Observation;
use crate::time::Timestamp;

/// What a command has created so far. In a plan that was confirmed before the command started, these objects are new; a
/// plan made during the command has their ids. Both refer to the same objects.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct OwnObjects {
    containers: BTreeSet<ContainerId>,
    networks: BTreeSet<NetworkId>,
}

impl OwnObjects {
    /// The observed objects that `command` created. The label with the command's id is part of the create call, so it
    /// is never missing.
    pub fn by(command: CommandId, observed: &Observation) -> Self {
        let command = command.to_string();
        let is_ours = |labels: &BTreeMap<String, String>| labels.get(COMMAND) == Some(&command);
        let containers = observed.containers.iter().filter(|container| is_ours(&container.labels));
        let networks = observed.host.networks.iter().filter(|network| is_ours(&network.labels));
        Self {
            containers: containers.map(|container| container.id.clone()).collect(),
            networks: networks.map(|network| network.id.clone()).collect(),
        }
    }

    /// Whether the step only takes back what the command made too much of: one request can make two networks.
    pub fn has_surplus(&self, step: &Step) -> bool {
        step.cause == Cause::Duplicate
            && matches!(&step.action, StepAction::RemoveNetwork { id, .. } if self.networks.contains(id))
    }
}

impl Step {
    /// Identifies exactly the effect and its object. The step's number, its predecessors and the executing command are
    /// not included. An existing object is identified by id, one that the command creates by its place.
    pub fn fingerprint(&self, key: &PlanKey, made: &OwnObjects) -> Fingerprint {
        let identity = Identity {
            service: self.service.as_ref(),
            slot: self.slot,
            effect: Effect::of(&self.action, made),
        };
        // Structs, sorted maps with string keys, lists and scalars: this cannot fail.
        let written = serde_json::to_vec(&identity).unwrap_or_default();
        key.fingerprint([b"step".as_slice(), self.action.op().as_str().as_bytes(), &written])
    }
}

impl Plan {
    /// Covers all effects, in order, and the blockers. Waits and notes are not included, so a plan confirmed by a
    /// person and the same plan recomputed by the worker have the same fingerprint exactly when they would do the same
    /// to the same objects.
    pub fn fingerprint_under(&self, key: &PlanKey) -> Fingerprint {
        let made = OwnObjects::default();
        let effects = self.steps.iter().filter(|step| !step.action.is_wait());
        let mut parts = vec!["plan".to_owned()];
        parts.extend(effects.map(|step| step.fingerprint(key, &made).0));
        parts.push("blockers".to_owned());
        parts.extend(self.blockers.iter().map(ToString::to_string));
        key.fingerprint(parts.iter().map(String::as_bytes))
    }
}

#[derive(Serialize)]
struct Identity<'a> {
    service: Option<&'a ServiceName>,
    slot: Option<Slot>,
    effect: Effect<'a>,
}

/// Identifies a container by what does not change while a command runs.
#[derive(Serialize)]
enum Container<'a> {
    Existing(&'a ContainerId),
    /// The container that the command creates for the service and slot of the step. Its name is not included, because
    /// it changes when the new container takes its predecessor's place.
    New,
}

impl<'a> Container<'a> {
    fn of(target: &'a Target, made: &OwnObjects) -> Self {
        match target {
            Target::Existing { id, .. } if !made.containers.contains(id) => Self::Existing(id),
            Target::Existing { .. } | Target::New { .. } => Self::New,
        }
    }
}

/// Identifies a network by what does not change while a command runs.
#[derive(Serialize)]
enum Network<'a> {
    Existing(&'a str),
    New(&'a str),
}

impl<'a> Network<'a> {
    fn of(target: &'a NetworkTarget, made: &OwnObjects) -> Self {
        match target {
            NetworkTarget::Existing { id, .. } if !made.networks.contains(id) => Self::Existing(id.as_str()),
            NetworkTarget::Existing { name, .. } | NetworkTarget::New { name, .. } => Self::New(name),
        }
    }

    /// `id` is a name if the engine no longer knows the id.
    fn named(id: &'a str, name: &'a str, made: &OwnObjects) -> Self {
        if made.networks.contains(&NetworkId::from(id)) { Self::New(name) } else { Self::Existing(id) }
    }
}

type Labels<'a> = BTreeMap<&'a str, &'a str>;

/// All labels except those that name the creating command.
fn lasting(labels: &PlannedLabels) -> Labels<'_> {
    let pairs = labels.iter().map(|(key, value): (&Cow<'_, str>, _)| (key.as_ref(), value.as_ref()));
    pairs.filter(|(key, _)| *key != COMMAND && *key != EPOCH).collect()
}

#[derive(Serialize)]
enum Effect<'a> {
    PullImage {
        image: &'a ImageRef,
        platform: Option<&'a str>,
    },
    BuildImage {
        image: &'a ImageRef,
        spec: &'a BuildSpec,
        labels: &'a BTreeMap<String, String>,
    },
    CreateNetwork {
        network: &'a NetworkSpec,
        labels: Labels<'a>,
    },
    RemoveNetwork {
        id: &'a NetworkId,
    },
    CreateVolume {
        volume: &'a VolumeSpec,
        labels: Labels<'a>,
    },
    RemoveVolume {
        name: &'a str,
        #[serde(skip_serializing_if = "Option::is_none")]
        created_at: Option<Timestamp>,
    },
    RemoveImage {
        id: &'a ImageId,
        names: &'a [String],
    },
    PruneBuildCache {
        unused_for_s: Option<u64>,
    },
    CreateContainer(Box<Creation<'a>>),
    Connect {
        container: Container<'a>,
        network: Network<'a>,
        attachment: &'a Attachment,
    },
    Disconnect {
        container: Container<'a>,
        network: Network<'a>,
    },
    CopyFiles {
        container: Container<'a>,
        files: &'a [InjectedFile],
    },
    Put {
        container: Container<'a>,
        slot: &'a SlotName,
        content: &'a SlotContent,
    },
    Activate {
        container: Container<'a>,
        slot: &'a SlotName,
        activation: &'a Activation,
    },
    RunHook {
        container: Container<'a>,
        index: u32,
        hook: &'a Hook,
    },
    Rename {
        container: Container<'a>,
        to: &'a str,
    },
    Remove {
        container: Container<'a>,
        anonymous_volumes: bool,
    },
    /// Stop and restart.
    Interrupt {
        container: Container<'a>,
        grace_ms: Option<u64>,
    },
    /// Steps with no parameter besides the container.
    Plain {
        container: Option<Container<'a>>,
    },
}

#[derive(Serialize)]
struct Creation<'a> {
    // Not the name: it follows from service, slot and definition, and whether the new container starts with a temporary
    // name depends on when the plan was made.
    service: &'a ServiceName,
    slot: Slot,
    image: &'a ImageRef,
    /// Represents the whole definition.
    hash: &'a str,
    labels: Labels<'a>,
    attachments: Vec<(Network<'a>, &'a Attachment)>,
    inherited: &'a [InheritedVolume],
    parents: BTreeMap<&'a ServiceName, Container<'a>>,
}

impl<'a> Creation<'a> {
    fn of(create: &'a CreateContainer, made: &OwnObjects) -> Self {
        let attachments = create.attachments.iter();
        let parents = create.parents.iter();
        Self {
            service: &create.service,
            slot: create.slot,
            image: &create.image,
            hash: &create.hash.0,
            labels: lasting(&create.labels),
            attachments: attachments.map(|a| (Network::of(&a.network, made), &a.attachment)).collect(),
            inherited: &create.inherited,
            parents: parents.map(|(service, parent)| (service, Container::of(parent, made))).collect(),
        }
    }
}

impl<'a> Effect<'a> {
    fn of(action: &'a StepAction, made: &OwnObjects) -> Self {
        let on = |target| Container::of(target, made);
        match action {
            StepAction::PullImage { image, platform } => {
                Self::PullImage { image, platform: platform.as_deref() }
            }
            StepAction::BuildImage(build) => {
                Self::BuildImage { image: &build.image, spec: &build.spec, labels: &build.labels }
            }
            StepAction::CreateNetwork { network, labels } => {
                Self::CreateNetwork { network, labels: lasting(labels) }
            }
            StepAction::RemoveNetwork { id, .. } => Self::RemoveNetwork { id },
            StepAction::CreateVolume { volume, labels } => {
                Self::CreateVolume { volume, labels: lasting(labels) }
            }
            StepAction::RemoveVolume { name, created_at } => {
                Self::RemoveVolume { name, created_at: *created_at }
            }
            // Whether its layers are needed may change, and frees more or less of the same.
            StepAction::RemoveImage { id, names, name: _, layers: _ } => Self::RemoveImage { id, names },
            StepAction::PruneBuildCache { unused_for_s } => {
                Self::PruneBuildCache { unused_for_s: *unused_for_s }
            }
            StepAction::CreateContainer(create) => {
                Self::CreateContainer(Box::new(Creation::of(create, made)))
            }
            StepAction::ConnectNetwork { container, network, attachment } => {
                Self::Connect { container: on(container), network: Network::of(network, made), attachment }
            }
            StepAction::DisconnectNetwork { container, network, name } => {
                Self::Disconnect { container: on(container), network: Network::named(network, name, made) }
            }
            StepAction::CopyFiles { container, files } => Self::CopyFiles { container: on(container), files },
            StepAction::PutArtifact(put) => {
                Self::Put { container: on(&put.container), slot: &put.slot, content: &put.content }
            }
            StepAction::ActivateArtifact { container, slot, activation } => {
                Self::Activate { container: on(container), slot, activation }
            }
            StepAction::RunHook { container, stage: _, index, hook } => {
                Self::RunHook { container: on(container), index: *index, hook }
            }
            StepAction::RenameContainer { container, to } => Self::Rename { container: on(container), to },
            StepAction::RemoveContainer { container, anonymous_volumes } => {
                Self::Remove { container: on(container), anonymous_volumes: *anonymous_volumes }
            }
            StepAction::StopContainer { container, grace_ms }
            | StepAction::RestartContainer { container, grace_ms } => {
                Self::Interrupt { container: on(container), grace_ms: *grace_ms }
            }
            StepAction::StartContainer { .. }
            | StepAction::PauseContainer { .. }
            | StepAction::UnpauseContainer { .. }
            | StepAction::Prepared
            | StepAction::AwaitHealthy { .. }
            | StepAction::AwaitCompleted { .. }
            | StepAction::AwaitStable { .. }
            | StepAction::VerifyArtifact { .. } => Self::Plain { container: action.container().map(on) },
        }
    }
}

#[cfg(test)]
mod tests;
