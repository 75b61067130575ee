//! What is ours: objects whose creation is recorded. Labels say what an object was made for, but anybody can write or
//! copy them, so they are no proof.
//!
//! A [`Creation`] is written in the transaction of its `INTENT`, and gets the engine's id in that of its `OUTCOME`. If the
//! engine's answer is lost, the next observation finds the object by the mark that its labels carry: the command and the
//! number of the effect, under the name that was asked for. A copy of a container has another name or another mark.
//! [`prove`] removes everything else that carries our labels from an observation, so that no plan sees it.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use crate::command::{Command, StackChange};
use crate::ids::{CommandId, ContainerId, InstanceId, StackId};
use crate::journal::{Answer, EffectNumber, Entry, ErrorClass, Made, Outcome, Sighting};
use crate::labels::{self, Ownership};
use crate::observation::{Observation, ObservedContainer, SpoofedObject};
use crate::placement::RecordedPlacement;
use crate::plan::Operation;

mod anonymous;
mod twins;

pub use crate::observation::ObjectKind;
pub use anonymous::{attribute, unrecorded};
pub use twins::twins;

/// The mark of one creation: no two have the same. It is also written on the object.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CreationMark {
    /// The command.
    pub command: CommandId,
    /// How often the command had been retried: each retry counts its effects from 1 again.
    pub retry: u32,
    /// The effect.
    pub effect: EffectNumber,
}

impl CreationMark {
    /// The mark of an effect of `command`.
    pub fn of(command: &Command, effect: EffectNumber) -> Self {
        Self { command: command.id, retry: command.retry, effect }
    }

    /// Its text in the label [`labels::CREATION`]; the command has a label of its own.
    pub fn text(&self) -> String {
        format!("{}.{}", self.retry, self.effect.0)
    }

    fn is_on(&self, labels: &BTreeMap<String, String>) -> bool {
        command_on(labels) == Some(self.command)
            && labels.get(labels::CREATION).is_some_and(|text| *text == self.text())
    }
}

/// The record of one object that a command created, or asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Creation {
    /// What it is.
    pub kind: ObjectKind,
    /// The stack it was created for.
    pub stack_id: StackId,
    /// The name it was created with.
    pub name: String,
    /// The command; `None` if it is trusted from before creations were recorded and does not say.
    pub command: Option<CommandId>,
    /// Its mark; `None` if it is trusted from before creations were recorded.
    pub mark: Option<CreationMark>,
    /// The engine's id, as soon as it is known. A volume has none: its name and the command on its labels identify it.
    pub object: Option<String>,
    /// For an anonymous volume, the container that the engine made it for. It has no labels, only a name that nobody chose.
    pub container: Option<ContainerId>,
}

impl Creation {
    /// Whether the object may belong to a stack that is deleted: a named volume waits for a stack of the same name. Everything
    /// else that is still there was left on purpose, and is nobody's.
    pub fn outlives_its_stack(&self) -> bool {
        self.kind == ObjectKind::Volume
    }
}

/// All records.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Creations {
    /// Whether objects from before creations were recorded have their records. If not, labels are trusted once, see
    /// [`claims`].
    pub settled: bool,
    /// The records.
    pub list: Vec<Creation>,
    /// What was put into containers.
    pub placements: Vec<RecordedPlacement>,
}

/// The object of a creation whose answer was lost, found on the engine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// Which creation.
    pub mark: CreationMark,
    /// The engine's id.
    pub object: String,
}

/// How a journal entry or the end of a command changes the records.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CreationChange {
    /// The engine is about to be asked.
    Begun(Creation),
    /// The engine answered.
    Made(Found),
    /// The engine refused, so there is no such object.
    Refused(CreationMark),
    /// The volume with this name is gone.
    VolumeGone(StackId, String),
    /// The stack consists of exactly these containers, and all others are gone.
    Released(StackId, BTreeSet<ContainerId>),
    /// The stack is deleted, and only its named volumes may still belong to somebody: a stack of the same name.
    Deleted(StackId),
}

/// Whether the entry may mean something for the records.
pub fn concerns(entry: &Entry) -> bool {
    let operation = match entry {
        Entry::Intent(intent) => intent.operation,
        Entry::Outcome(outcome) => outcome.operation,
        _ => return false,
    };
    operation == Operation::RemoveVolume || kind_created_by(operation).is_some()
}

/// What the entry of `command` means for the records; `None` if nothing.
pub fn change(command: &Command, entry: &Entry) -> Option<CreationChange> {
    match entry {
        Entry::Intent(intent) => {
            let kind = kind_created_by(intent.operation)?;
            let mark = CreationMark::of(command, intent.effect);
            Some(CreationChange::Begun(Creation {
                kind,
                stack_id: command.stack_id,
                name: intent.target.to_string(),
                command: Some(command.id),
                mark: Some(mark),
                object: None,
                container: None,
            }))
        }
        Entry::Outcome(outcome) => outcome_change(command, outcome),
        _ => None,
    }
}

fn outcome_change(command: &Command, outcome: &Outcome) -> Option<CreationChange> {
    // The worker may have been killed between the removal and the answer: then the next one sees that it is gone.
    let is_gone = matches!(outcome.answer, Answer::Succeeded { .. } | Answer::Seen(Sighting::Absent));
    if outcome.operation == Operation::RemoveVolume && is_gone {
        return Some(CreationChange::VolumeGone(command.stack_id, outcome.target.to_string()));
    }
    kind_created_by(outcome.operation)?;
    let mark = CreationMark::of(command, outcome.effect);
    match &outcome.answer {
        Answer::Succeeded { made: Made::Container(id), .. } => {
            Some(CreationChange::Made(Found { mark, object: id.to_string() }))
        }
        Answer::Succeeded { made: Made::Network(id), .. } => {
            Some(CreationChange::Made(Found { mark, object: id.to_string() }))
        }
        Answer::Failed { class, .. } if made_nothing(*class) => Some(CreationChange::Refused(mark)),
        // A volume without an id; or an answer after which the object may be there, or may still appear.
        _ => None,
    }
}

/// Whether the engine cannot have made the object. A name that is taken may be taken by that very object: the request may
/// have arrived twice.
fn made_nothing(class: ErrorClass) -> bool {
    !class.is_unknown()
        && !matches!(class, ErrorClass::NameTaken | ErrorClass::Conflict | ErrorClass::Unexplained)
}

/// What the end of a command means for the records of its stack.
pub fn change_of_stack(stack_id: StackId, change: &StackChange) -> Option<CreationChange> {
    if change.deleted {
        return Some(CreationChange::Deleted(stack_id));
    }
    if change.unapplied {
        return Some(CreationChange::Released(stack_id, BTreeSet::new()));
    }
    let release = change.release.as_ref()?;
    let containers = release.containers.iter().map(|container| container.id.clone()).collect();
    Some(CreationChange::Released(stack_id, containers))
}

fn kind_created_by(operation: Operation) -> Option<ObjectKind> {
    match operation {
        Operation::CreateContainer => Some(ObjectKind::Container),
        Operation::CreateNetwork => Some(ObjectKind::Network),
        Operation::CreateVolume => Some(ObjectKind::Volume),
        _ => None,
    }
}

fn command_on(labels: &BTreeMap<String, String>) -> Option<CommandId> {
    labels.get(labels::COMMAND)?.parse().ok()
}

/// Everything that carries the labels of this installation, as records: what is trusted once, when a database from before
/// creations were recorded is opened for the first time, or one that was restored from a backup.
pub fn claims(observed: &Observation, instance: InstanceId) -> Vec<Creation> {
    let record = |kind, labels: &BTreeMap<String, String>, name: &str, object: Option<String>| {
        let stack_id = claimed_by(labels, instance)?;
        let command = command_on(labels);
        let (name, mark) = (name.to_owned(), None);
        Some(Creation { kind, stack_id, name, command, mark, object, container: None })
    };
    let containers = observed.containers.iter().filter_map(|container| {
        record(ObjectKind::Container, &container.labels, &container.name, Some(container.id.to_string()))
    });
    let networks = observed.host.networks.iter().filter_map(|network| {
        record(ObjectKind::Network, &network.labels, &network.name, Some(network.id.to_string()))
    });
    let volumes = observed
        .host
        .volumes
        .iter()
        .filter_map(|volume| record(ObjectKind::Volume, &volume.labels, &volume.name, None));
    containers.chain(networks).chain(volumes).collect()
}

fn claimed_by(labels: &BTreeMap<String, String>, instance: InstanceId) -> Option<StackId> {
    Ownership::read(labels).filter(|owner| owner.instance == instance).map(|owner| owner.stack_id)
}

/// Takes our labels from everything in `observed` whose creation is not recorded, and lists it under
/// [`HostObservation::spoofed`](crate::observation::HostObservation::spoofed) instead. Containers in `adopted` stay, without
/// labels. Returns the objects that were found for creations whose answer was lost.
pub fn prove(
    observed: &mut Observation,
    instance: InstanceId,
    creations: &[Creation],
    adopted: &BTreeSet<ContainerId>,
) -> Vec<Found> {
    let mut proof = Proof::new(creations);
    let mut spoofed = Vec::new();
    observed.containers.retain_mut(|container| {
        let Some(stack_id) = claimed_by(&container.labels, instance) else { return true };
        if proof.holds(
            ObjectKind::Container,
            stack_id,
            container.id.as_str(),
            &container.name,
            &container.labels,
        ) {
            return true;
        }
        if adopted.contains(&container.id) {
            labels::disown(&mut container.labels);
            return true;
        }
        spoofed.push(spoofed_container(stack_id, container));
        false
    });
    let ours: BTreeSet<&ContainerId> = observed.containers.iter().map(|container| &container.id).collect();
    for occupant in observed.host.occupants.iter_mut().filter(|occupant| occupant.ours) {
        if !ours.contains(&occupant.id) || adopted.contains(&occupant.id) {
            (occupant.owner, occupant.ours) = (None, false);
        }
    }
    for network in &mut observed.host.networks {
        let Some(stack_id) = claimed_by(&network.labels, instance) else { continue };
        let id = network.id.as_str();
        if !proof.holds(ObjectKind::Network, stack_id, id, &network.name, &network.labels) {
            labels::disown(&mut network.labels);
            let (kind, name, id) = (ObjectKind::Network, network.name.clone(), network.id.to_string());
            spoofed.push(SpoofedObject { kind, name, id, stack_id, image: None });
        }
    }
    for volume in &mut observed.host.volumes {
        let Some(stack_id) = claimed_by(&volume.labels, instance) else { continue };
        if !proof.holds_volume(stack_id, &volume.name, &volume.labels) {
            labels::disown(&mut volume.labels);
            let (kind, name) = (ObjectKind::Volume, volume.name.clone());
            spoofed.push(SpoofedObject { kind, id: name.clone(), name, stack_id, image: None });
        }
    }
    observed.host.spoofed = spoofed;
    proof.found
}

fn spoofed_container(stack_id: StackId, container: &ObservedContainer) -> SpoofedObject {
    SpoofedObject {
        kind: ObjectKind::Container,
        name: container.name.clone(),
        id: container.id.to_string(),
        stack_id,
        image: Some(container.image.clone()),
    }
}

/// The records, indexed.
struct Proof<'a> {
    by_object: HashMap<(ObjectKind, &'a str), &'a Creation>,
    by_name: HashMap<&'a str, Vec<&'a Creation>>,
    found: Vec<Found>,
}

impl<'a> Proof<'a> {
    fn new(creations: &'a [Creation]) -> Self {
        let mut by_object = HashMap::with_capacity(creations.len());
        let mut by_name: HashMap<_, Vec<_>> = HashMap::new();
        for creation in creations {
            match &creation.object {
                Some(object) => _ = by_object.insert((creation.kind, object.as_str()), creation),
                None => by_name.entry(creation.name.as_str()).or_default().push(creation),
            }
        }
        Self { by_object, by_name, found: Vec::new() }
    }

    /// Whether the object was created for the stack: its id is recorded, or a creation without an answer left its mark on
    /// it. That creation belongs to this object from then on, and to no second one.
    fn holds(
        &mut self,
        kind: ObjectKind,
        stack_id: StackId,
        id: &str,
        name: &str,
        labels: &BTreeMap<String, String>,
    ) -> bool {
        if self.by_object.get(&(kind, id)).is_some_and(|creation| creation.stack_id == stack_id) {
            return true;
        }
        let Some(open) = self.by_name.get_mut(name) else { return false };
        let is_it = |creation: &&Creation| {
            (creation.kind, creation.stack_id) == (kind, stack_id)
                && creation.mark.is_some_and(|mark| mark.is_on(labels))
        };
        let Some(place) = open.iter().position(is_it) else { return false };
        self.found.extend(open.swap_remove(place).mark.map(|mark| Found { mark, object: id.to_owned() }));
        true
    }

    fn holds_volume(&self, stack_id: StackId, name: &str, labels: &BTreeMap<String, String>) -> bool {
        let known = self.by_name.get(name).map_or(&[][..], Vec::as_slice);
        known.iter().filter(|creation| creation.container.is_none()).any(|creation| {
            (creation.kind, creation.stack_id) == (ObjectKind::Volume, stack_id)
                && creation.command == command_on(labels)
                && creation.mark.is_none_or(|mark| mark.is_on(labels))
        })
    }
}

#[cfg(test)]
mod tests;
