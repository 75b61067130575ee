//! The stored part of a plan: what is shown and what is compared.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use core_monitor_message::Message;
use serde::{Deserialize, Serialize};

use super::display::line;
use super::identity::OwnObjects;
use super::key::{Fingerprint, PlanKey};
use super::{Blocker, Impact, Operation, Plan, PlanFor, ServiceImpact, Step, StepAction, said};
use crate::command::{CommandPayload, DeleteChoices};
use crate::ids::{Slot, StepId};
use crate::names::ServiceName;

/// A plan in the form that may be stored and returned. The plan itself has no serialized form: its actions contain
/// values of variables, contents of files and build secrets. The record has the texts for people, and fingerprints.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PlanRecord {
    /// In an order that respects `after`.
    pub steps: Vec<RecordedStep>,
    /// What prevents the plan from being executed.
    pub blockers: Vec<Blocker>,
    /// What a person should know although it does not prevent execution.
    pub notes: Vec<Message>,
    /// What it means for the users of the services.
    pub impact: Impact,
    /// See [`Plan::fingerprint_under`].
    pub fingerprint: Fingerprint,
    /// The command it was made for; `None` if a release made it that did not record that, or if it is not to be confirmed.
    #[serde(default)]
    pub purpose: Option<PlanFor>,
    /// What the DELETE takes away that it was made for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deletes: Option<DeleteChoices>,
}

/// The stored part of a step.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecordedStep {
    /// Place in the plan, from 1.
    pub id: StepId,
    /// The name of the operation.
    pub op: String,
    /// What it acts on, by name.
    pub subject: String,
    /// What it does, as text for people.
    pub sentence: Message,
    /// Why.
    pub cause: Message,
    /// The service it is for; `None` for networks and volumes.
    pub service: Option<ServiceName>,
    /// The replica it is for.
    pub slot: Option<Slot>,
    /// Steps that must succeed first.
    pub after: Vec<StepId>,
    /// It only waits and writes nothing.
    pub waits: bool,
    /// See [`Step::fingerprint`].
    pub fingerprint: Fingerprint,
    /// What identifies on the engine what a step of PRUNE removes; see [`ConfirmedObject`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub object: Option<String>,
    /// What the removal frees, in bytes, if the engine has added it up.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub size: Option<u64>,
}

impl Plan {
    /// The storable part of this plan, with fingerprints under the installation's key.
    pub fn record(&self, key: &PlanKey) -> PlanRecord {
        let made = OwnObjects::default();
        let step = |step: &Step| RecordedStep {
            id: step.id,
            op: step.action.op().as_str().to_owned(),
            subject: step.action.subject().to_owned(),
            sentence: step.action.message(),
            cause: step.cause.message(),
            service: step.service.clone(),
            slot: step.slot,
            after: step.after.clone(),
            waits: step.action.is_wait(),
            fingerprint: step.fingerprint(key, &made),
            object: step.pruned_object(),
            size: step.cause.size(),
        };
        PlanRecord {
            steps: self.steps.iter().map(step).collect(),
            blockers: self.blockers.clone(),
            notes: self.notes.clone(),
            impact: Impact::of(self),
            fingerprint: self.fingerprint_under(key),
            purpose: None,
            deletes: None,
        }
    }
}

impl PlanRecord {
    /// The same with what it means for each service.
    #[must_use]
    pub fn with_services(mut self, services: Vec<ServiceImpact>) -> Self {
        self.impact.services = services;
        self
    }

    /// Whether it was made for another command than this, so that confirming it does not confirm the command.
    pub fn is_for_another(&self, payload: &CommandPayload) -> bool {
        // The steps of a DELETE do not say whether the stack goes with its containers.
        let takes_other = match payload {
            CommandPayload::Delete { what, .. } => self.deletes != Some(*what),
            _ => false,
        };
        takes_other || self.purpose.is_some_and(|purpose| !purpose.confirms(payload))
    }

    /// Nothing to do and no blockers.
    pub fn is_empty(&self) -> bool {
        self.steps.is_empty() && self.blockers.is_empty()
    }
}

impl Step {
    /// What identifies the object of a removal that may be a step of PRUNE.
    fn pruned_object(&self) -> Option<String> {
        match &self.action {
            StepAction::RemoveImage { id, .. } => Some(id.to_string()),
            StepAction::RemoveNetwork { id, .. } => Some(id.to_string()),
            StepAction::RemoveVolume { name, .. } => Some(name.clone()),
            StepAction::RemoveContainer { container, .. } => container.existing().map(ToString::to_string),
            StepAction::PruneBuildCache { unused_for_s } => {
                Some(unused_for_s.map_or_else(String::new, |age| age.to_string()))
            }
            _ => None,
        }
    }
}

impl RecordedStep {
    fn pruned_object(&self) -> Option<ConfirmedObject> {
        Some(ConfirmedObject {
            step: self.id,
            operation: Operation::named(&self.op)?,
            id: self.object.clone()?,
            mark: self.fingerprint.clone(),
        })
    }
}

/// The same text as that of the original plan.
impl fmt::Display for PlanRecord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        super::display::whole(f, &self.blockers, &self.steps, &self.notes)
    }
}

impl fmt::Display for RecordedStep {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        line(f, self.id, &self.sentence, &self.cause, &self.after)
    }
}

/// A plan confirmed by a person, for comparison by the worker.
#[derive(Debug, Clone)]
pub struct ConfirmedPlan {
    key: PlanKey,
    whole: Fingerprint,
    effects: BTreeMap<Fingerprint, (StepId, Message)>,
    objects: Vec<ConfirmedObject>,
}

/// An object that a confirmed plan of PRUNE removes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfirmedObject {
    /// The step that removes it.
    pub step: StepId,
    /// How.
    pub operation: Operation,
    /// What identifies it on the engine: an id, the name of a volume, or for the cache of builds the age in seconds.
    pub id: String,
    /// The [`mark`](ConfirmedPlan::mark) of the step.
    pub mark: Fingerprint,
}

impl ConfirmedPlan {
    /// `key` must be the key that `record` was created with. With another key nothing belongs to the plan. That is the
    /// safe result: the key file was replaced, so it is unknown what was confirmed.
    pub fn new(record: &PlanRecord, key: PlanKey) -> Self {
        let effects = record.steps.iter().filter(|step| !step.waits);
        Self {
            whole: record.fingerprint.clone(),
            objects: record.steps.iter().filter_map(RecordedStep::pruned_object).collect(),
            effects: effects
                .map(|step| (step.fingerprint.clone(), (step.id, step.sentence.clone())))
                .collect(),
            key,
        }
    }

    /// Whether `plan` does the same as the confirmed one: for a plan made before the first effect.
    pub fn is(&self, plan: &Plan) -> bool {
        self.whole == plan.fingerprint_under(&self.key)
    }

    /// The objects that a plan of PRUNE removes, in order.
    pub fn objects(&self) -> &[ConfirmedObject] {
        &self.objects
    }

    /// Whether `step` removes this object as it was confirmed.
    pub fn is_object(&self, object: &ConfirmedObject, step: &Step) -> bool {
        self.mark(step, &OwnObjects::default()) == object.mark
    }

    /// Whether an effect of the plan has this [`mark`](Self::mark).
    pub fn has(&self, mark: &Fingerprint) -> bool {
        self.effects.contains_key(mark)
    }

    /// The id in the confirmed plan of the step with this [`mark`](Self::mark).
    pub fn id_of(&self, mark: &Fingerprint) -> Option<StepId> {
        self.effects.get(mark).map(|(id, _)| *id)
    }

    /// What `plan`, made before the first effect, would do besides what was confirmed, and what it would not do of that: one
    /// sentence each. Empty if only the order or the blockers differ.
    pub fn differences(&self, plan: &Plan) -> Vec<Message> {
        let effects = plan.steps.iter().filter(|step| !step.action.is_wait());
        let marks: Vec<_> = effects.map(|step| (self.mark(step, &OwnObjects::default()), step)).collect();
        let more = marks.iter().filter(|(mark, _)| !self.has(mark));
        let more = more.map(|(_, step)| said::now_also(step.action.message(), step.cause.message()));
        let wanted: BTreeSet<_> = marks.iter().map(|(mark, _)| mark).collect();
        let mut gone: Vec<_> = self.effects.iter().filter(|(mark, _)| !wanted.contains(mark)).collect();
        gone.sort_by_key(|(_, (id, _))| *id);
        more.chain(gone.into_iter().map(|(_, (_, sentence))| said::no_longer(sentence.clone()))).collect()
    }

    /// What identifies `step` in this plan and in every later plan of the command.
    pub fn mark(&self, step: &Step, made: &OwnObjects) -> Fingerprint {
        step.fingerprint(&self.key, made)
    }

    /// Whether `step`, from a plan made at any time during the command, does the same to the same object as a step of
    /// the confirmed plan. A wait writes nothing, so it belongs to every plan.
    pub fn contains(&self, step: &Step, made: &OwnObjects) -> bool {
        step.action.is_wait() || self.has(&self.mark(step, made))
    }
}

#[cfg(test)]
mod tests;
