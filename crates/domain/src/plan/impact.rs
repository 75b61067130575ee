//! What a plan means for the users of the services.

use std::collections::BTreeSet;

use core_monitor_message::Message;
use serde::{Deserialize, Serialize};

use super::{Plan, ServiceImpact, StepAction};
use crate::names::ServiceName;

/// Summary of a plan's consequences.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Impact {
    /// Services that get their first container.
    pub created: BTreeSet<ServiceName>,
    /// Services with a running container that is interrupted, and how.
    pub interrupted: Vec<Replacement>,
    /// Services whose containers are removed for good.
    pub removed: BTreeSet<ServiceName>,
    /// Named volumes that are removed with their data.
    pub volumes_removed: Vec<String>,
    /// Images to pull.
    pub pulls: Vec<String>,
    /// Images to build.
    #[serde(default)]
    pub builds: Vec<String>,
    /// Bytes that removals free, as far as the engine has added them up.
    #[serde(default, skip_serializing_if = "is_nothing")]
    pub freed: u64,
    /// What it means for each service, with those that are kept. Empty in plans of earlier releases and in those for the host.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub services: Vec<ServiceImpact>,
}

/// A service that is interrupted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Replacement {
    /// The service.
    pub service: ServiceName,
    /// The longest time, in milliseconds, that the engine waits for one of its containers to stop before killing it:
    /// the downtime without the time the new container needs to become ready.
    pub stop_grace_ms: u64,
    /// The changed attributes or other causes, as shown in the steps.
    pub because: Vec<Message>,
}

/// The engine's default grace period.
pub(crate) const ENGINE_STOP_GRACE_MS: u64 = 10_000;

#[expect(clippy::trivially_copy_pass_by_ref, reason = "that is how serde asks")]
fn is_nothing(bytes: &u64) -> bool {
    *bytes == 0
}

impl Impact {
    /// Derives the impact from the steps, without [`Self::services`].
    pub fn of(plan: &Plan) -> Self {
        let freed = plan.steps.iter().filter_map(|step| step.cause.size());
        let mut impact = Self { freed: freed.fold(0, u64::saturating_add), ..Self::default() };
        for step in &plan.steps {
            let Some(service) = &step.service else {
                impact.count_shared(&step.action);
                continue;
            };
            match &step.action {
                StepAction::PullImage { image, .. } => impact.pulls.push(image.to_string()),
                StepAction::BuildImage(build) => impact.builds.push(build.image.to_string()),
                StepAction::CreateContainer(_) => {
                    impact.created.insert(service.clone());
                }
                StepAction::RemoveContainer { .. } => {
                    impact.removed.insert(service.clone());
                }
                StepAction::StopContainer { grace_ms, .. }
                | StepAction::RestartContainer { grace_ms, .. } => {
                    impact.interrupt(service, grace_ms.unwrap_or(ENGINE_STOP_GRACE_MS), step.cause.message());
                }
                _ => {}
            }
        }
        // A service that gets a container and loses one is replaced, neither created nor removed.
        let replaced: Vec<_> = impact.created.intersection(&impact.removed).cloned().collect();
        for service in replaced {
            impact.created.remove(&service);
            impact.removed.remove(&service);
        }
        impact
    }

    fn count_shared(&mut self, action: &StepAction) {
        match action {
            StepAction::PullImage { image, .. } => self.pulls.push(image.to_string()),
            StepAction::RemoveVolume { name, .. } => self.volumes_removed.push(name.clone()),
            _ => {}
        }
    }

    fn interrupt(&mut self, service: &ServiceName, stop_grace_ms: u64, because: Message) {
        if let Some(known) = self.interrupted.iter_mut().find(|known| known.service == *service) {
            known.stop_grace_ms = known.stop_grace_ms.max(stop_grace_ms);
            if !known.because.contains(&because) {
                known.because.push(because);
            }
            return;
        }
        self.interrupted.push(Replacement {
            service: service.clone(),
            stop_grace_ms,
            because: vec![because],
        });
    }
}
