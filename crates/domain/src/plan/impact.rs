//! What a plan means for the people who use the services.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::{Action, Plan};
use crate::names::ServiceName;

/// Summary of a plan's consequences.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Impact {
    /// Services of which a container is made for the first time.
    pub created: BTreeSet<ServiceName>,
    /// Services of which a running container is interrupted, and how.
    pub interrupted: Vec<Replacement>,
    /// Services of which containers go away for good.
    pub removed: BTreeSet<ServiceName>,
    /// Named volumes that are removed with their data.
    pub volumes_removed: Vec<String>,
    /// Images to be fetched.
    pub pulls: Vec<String>,
    /// Images to be built.
    #[serde(default)]
    pub builds: Vec<String>,
}

/// One service that is interrupted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Replacement {
    /// The service.
    pub service: ServiceName,
    /// Longest time the engine waits for one of its containers to stop before it is killed, in milliseconds:
    /// an upper bound of the gap, without the time the new container needs to get ready.
    pub stop_grace_ms: u64,
    /// The attributes that made it necessary, or other causes, as shown in the steps.
    pub because: Vec<String>,
}

/// The engine's grace period where the definition has none.
pub(crate) const ENGINE_STOP_GRACE_MS: u64 = 10_000;

impl Impact {
    /// Reads the consequences off the steps.
    pub fn of(plan: &Plan) -> Self {
        let mut impact = Self::default();
        for step in &plan.steps {
            let Some(service) = &step.service else {
                impact.count_shared(&step.action);
                continue;
            };
            match &step.action {
                Action::PullImage { image, .. } => impact.pulls.push(image.to_string()),
                Action::BuildImage(build) => impact.builds.push(build.image.to_string()),
                Action::CreateContainer(_) => {
                    impact.created.insert(service.clone());
                }
                Action::RemoveContainer { .. } => {
                    impact.removed.insert(service.clone());
                }
                Action::StopContainer { grace_ms, .. } | Action::RestartContainer { grace_ms, .. } => {
                    impact.interrupt(
                        service,
                        grace_ms.unwrap_or(ENGINE_STOP_GRACE_MS),
                        step.cause.to_string(),
                    );
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

    fn count_shared(&mut self, action: &Action) {
        match action {
            Action::PullImage { image, .. } => self.pulls.push(image.to_string()),
            Action::RemoveVolume { name } => self.volumes_removed.push(name.clone()),
            _ => {}
        }
    }

    fn interrupt(&mut self, service: &ServiceName, stop_grace_ms: u64, because: String) {
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
