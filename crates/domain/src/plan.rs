//! A plan: what would be done, why, in which order, and what stands in the way.
//!
//! A plan leaves no choice to whoever carries it out. It is a value: it can be stored, shown, compared and
//! confirmed before it runs.

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
mod impact;
mod target;

pub use action::{Action, BuildImage, CreateContainer, InheritedVolume, PlannedAttachment};
pub use cause::Cause;
pub use impact::{Impact, Replacement};
pub use target::{NetworkTarget, Target};

/// Everything between what is and what is wanted.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Plan {
    /// In an order that respects `after`. Empty: there is nothing to do.
    pub steps: Vec<Step>,
    /// What keeps the plan from being carried out. With any, no step is taken.
    pub problems: Vec<Problem>,
    /// What a person should know, although it does not stand in the way.
    pub notes: Vec<String>,
}

impl Plan {
    /// Nothing to do and nothing in the way: the engine is as wanted.
    pub fn is_empty(&self) -> bool {
        self.steps.is_empty() && self.problems.is_empty()
    }

    /// How many steps write to the engine.
    pub fn effects(&self) -> usize {
        self.steps.iter().filter(|step| !step.action.is_wait()).count()
    }

    /// The step with this id.
    pub fn step(&self, id: StepId) -> Option<&Step> {
        let place = usize::try_from(id.0).ok()?.checked_sub(1)?;
        self.steps.get(place)
    }
}

/// One write to the engine, or one wait for it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Step {
    /// Place in the plan, from 1.
    pub id: StepId,
    /// What to do.
    pub action: Action,
    /// Why.
    pub cause: Cause,
    /// The service it is for; `None` for networks and volumes.
    pub service: Option<ServiceName>,
    /// The replica it is for.
    pub slot: Option<Slot>,
    /// Steps that must have succeeded before.
    pub after: Vec<StepId>,
}

/// Something that keeps a plan from being carried out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Problem {
    /// Stable code, the same one a command fails with.
    pub code: FailureCode,
    /// What is wrong, one sentence.
    pub message: String,
    /// What to try.
    pub hint: Option<String>,
    /// The container, network, volume, image or service, by name.
    pub subject: String,
}

impl Plan {
    /// `sha256:` over what would be written and what stands in the way. Waits, notes and the number of the command
    /// that carries it out do not count, so a plan confirmed by a person and the same plan made again by the worker
    /// have the same fingerprint exactly when the same things would happen to the same objects.
    pub fn fingerprint(&self) -> String {
        let mut hash = Sha256::new();
        for step in self.steps.iter().filter(|step| !step.action.is_wait()) {
            hash.update(step.action.to_string());
            hash.update([0]);
            if let Some(id) = step.action.container().and_then(Target::existing) {
                hash.update(id.as_str());
            }
            match &step.action {
                Action::CreateContainer(create) => {
                    hash.update(create.hash.0.as_bytes());
                    hash.update(create.image.as_str());
                }
                Action::BuildImage(build) => hash.update(build.spec.hash.as_str()),
                Action::CreateNetwork { network, .. } => {
                    hash.update(SpecHash::of_network(network).0.as_bytes());
                }
                Action::CreateVolume { volume, .. } => hash.update(SpecHash::of_volume(volume).0.as_bytes()),
                _ => {}
            }
            hash.update([0]);
        }
        for problem in &self.problems {
            hash.update(problem.to_string());
            hash.update([0]);
        }
        format!("sha256:{}", hex(&hash.finalize()))
    }
}
