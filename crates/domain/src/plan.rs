//! A plan: what will be done, why, in which order, and what prevents it.
//!
//! A plan leaves no decisions to the worker that executes it. It is a value: it can be shown, compared and confirmed
//! before it runs. Only its [`PlanRecord`], which contains no secrets, is stored.

use std::collections::BTreeSet;

use core_monitor_message::Message;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::command::FailureCode;
use crate::desired::SpecHash;
use crate::ids::{Slot, StepId};
use crate::names::ServiceName;
use crate::stack_version::hex;

mod action;
mod cause;
mod display;
mod identity;
mod impact;
mod key;
mod operation;
mod purpose;
mod record;
mod retention;
pub(crate) mod said;
mod service_gap;
mod service_impact;
mod service_risk;
mod target;

pub use action::{BuildImage, CreateContainer, InheritedVolume, PlannedAttachment, PutArtifact, StepAction};
pub use cause::Cause;
pub use identity::OwnObjects;
pub use impact::{Impact, Replacement};
pub use key::{Fingerprint, PlanKey};
pub use operation::Operation;
pub use purpose::PlanFor;
pub use record::{ConfirmedObject, ConfirmedPlan, PlanRecord, RecordedStep};
pub use retention::{PlanHead, PlanRetention};
pub use service_impact::{ReplaceOrder, ServiceChange, ServiceImpact, Surroundings};
pub use service_risk::{RiskCode, ServiceRisk};
pub use target::{NetworkTarget, Target};

/// The difference between the observed and the desired state.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Plan {
    /// In an order that respects `after`. Empty if there is nothing to do.
    pub steps: Vec<Step>,
    /// What prevents the plan from being executed. If there is any, no step runs.
    pub blockers: Vec<Blocker>,
    /// What a person should know although it does not prevent execution.
    pub notes: Vec<Message>,
}

impl Plan {
    /// Nothing to do and no blockers: the engine is in the desired state.
    pub fn is_empty(&self) -> bool {
        self.steps.is_empty() && self.blockers.is_empty()
    }

    /// The part of the plan with these steps, which no longer wait for any other. They keep their numbers, which other
    /// steps refer to.
    #[must_use]
    pub fn only(&self, kept: &BTreeSet<StepId>) -> Self {
        let steps = self.steps.iter().filter(|step| kept.contains(&step.id)).cloned();
        let steps = steps.map(|mut step| {
            step.after.retain(|before| kept.contains(before));
            step
        });
        Self { steps: steps.collect(), blockers: Vec::new(), notes: Vec::new() }
    }

    /// How many steps write to the engine.
    pub fn effects(&self) -> usize {
        self.steps.iter().filter(|step| !step.action.is_wait()).count()
    }

    /// The step with this id.
    pub fn step(&self, id: StepId) -> Option<&Step> {
        // In the order of their numbers, but some may be missing, see `only`.
        let place = self.steps.binary_search_by_key(&id, |step| step.id).ok()?;
        self.steps.get(place)
    }
}

/// One write to the engine, or one wait for it.
#[derive(Debug, Clone, PartialEq)]
pub struct Step {
    /// Its number: the place in the plan that it was made for, from 1.
    pub id: StepId,
    /// What to do.
    pub action: StepAction,
    /// Why.
    pub cause: Cause,
    /// The service it is for; `None` for networks and volumes.
    pub service: Option<ServiceName>,
    /// The replica it is for.
    pub slot: Option<Slot>,
    /// Steps that must succeed first.
    pub after: Vec<StepId>,
}

/// Something that prevents a plan from being executed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Blocker {
    /// Stable code, the same one that a command fails with.
    pub code: FailureCode,
    /// What is wrong, one sentence.
    pub message: Message,
    /// What to try.
    pub hint: Option<Message>,
    /// The container, network, volume, image or service, by name.
    pub subject: String,
}

impl Plan {
    /// `sha256:` over all effects and blockers. Waits, notes and the number of the executing command are not included,
    /// so a plan confirmed by a person and the same plan recomputed by the worker have the same fingerprint exactly
    /// when they would do the same to the same objects.
    pub fn fingerprint(&self) -> String {
        let mut hash = Sha256::new();
        for step in self.steps.iter().filter(|step| !step.action.is_wait()) {
            hash.update(step.action.to_string());
            hash.update([0]);
            if let Some(id) = step.action.container().and_then(Target::existing) {
                hash.update(id.as_str());
            }
            match &step.action {
                StepAction::CreateContainer(create) => {
                    hash.update(create.hash.0.as_bytes());
                    hash.update(create.image.as_str());
                }
                StepAction::BuildImage(build) => hash.update(build.spec.hash.as_str()),
                StepAction::PutArtifact(put) => hash.update(put.content.digest.0),
                StepAction::CreateNetwork { network, .. } => {
                    hash.update(SpecHash::of_network(network).0.as_bytes());
                }
                StepAction::CreateVolume { volume, .. } => {
                    hash.update(SpecHash::of_volume(volume).0.as_bytes());
                }
                _ => {}
            }
            hash.update([0]);
        }
        for blocker in &self.blockers {
            hash.update(blocker.to_string());
            hash.update([0]);
        }
        format!("sha256:{}", hex(&hash.finalize()))
    }
}
