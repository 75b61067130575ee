//! What would happen if a version were applied now, as far as the last observation tells.

use std::collections::{BTreeMap, BTreeSet};

use core_monitor_domain::command::Readiness;
use core_monitor_domain::desired::{DesiredError, DesiredStack};
use core_monitor_domain::ids::{StackId, VersionNumber};
use core_monitor_domain::labels::Provenance;
use core_monitor_domain::names::{ServiceName, StackName};
use core_monitor_domain::observation::Observation;
use core_monitor_domain::plan::Plan;
use core_monitor_domain::planner::{Facts, Intent, PlanningInput, plan};
use core_monitor_domain::ports::StoreError;
use core_monitor_domain::release::ImagePin;
use core_monitor_domain::stack::{RunId, Stack};
use core_monitor_domain::stack_version::StackVersion;
use core_monitor_domain::time::Timestamp;

use super::Server;
use super::aside::aside;
use crate::build_source::{NotDesired, desired_stack};

/// A plan that was not stored.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Preview {
    pub(crate) plan: Plan,
    /// When the observation was taken that it is based on.
    pub(crate) observed_at: Timestamp,
}

/// Why nothing can be said.
#[derive(Debug, thiserror::Error)]
pub enum PreviewError {
    /// The worker has not looked at the engine yet.
    #[error("the engine has not been observed yet")]
    NotObserved,
    /// The stack has no such version.
    #[error("the stack has no such version")]
    VersionNotFound,
    /// What was saved cannot be carried out any more.
    #[error(transparent)]
    Definition(#[from] DesiredError),
    /// The store itself.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<NotDesired> for PreviewError {
    fn from(error: NotDesired) -> Self {
        match error {
            NotDesired::Definition(error) => error.into(),
            NotDesired::Store(error) => error.into(),
        }
    }
}

/// The images of the last release of a version: what ROLLBACK restores.
pub(crate) async fn pins_of(
    server: &Server,
    stack: &Stack,
    version: VersionNumber,
) -> Result<BTreeMap<ServiceName, ImagePin>, StoreError> {
    let release = server.stacks.last_release(stack.id, Some(version)).await?;
    Ok(release.map(|release| release.images).unwrap_or_default())
}

/// A version that is there.
pub(crate) async fn version_of(
    server: &Server,
    stack: &Stack,
    version: VersionNumber,
) -> Result<StackVersion, PreviewError> {
    server.stacks.find_version(stack.id, version).await?.ok_or(PreviewError::VersionNotFound)
}

/// Plans the convergence of `stack` to `version`.
pub(crate) async fn preview(
    server: &Server,
    stack: &Stack,
    version: &StackVersion,
    pins: &BTreeMap<ServiceName, ImagePin>,
) -> Result<Preview, PreviewError> {
    let desired = desired_stack(&*server.stacks, version).await?;
    let previous = match stack.current_version {
        Some(current) if current != version.version => {
            Some(desired_stack(&*server.stacks, &version_of(server, stack, current).await?).await?)
        }
        Some(_) => Some(desired.clone()),
        None => None,
    };
    let host = server.observations.host().await?.ok_or(PreviewError::NotObserved)?;
    let containers = server.observations.containers(stack.id).await?;
    let observed_at = host.taken_at;
    let observed = Observation { host, containers };
    let adoptions = server.adoptions.list().await?;
    let adopted = adoptions.iter().find(|adoption| adoption.stack_id == stack.id);
    if adopted.is_some_and(|adoption| !adoption.is_presented(&observed)) {
        // From before the import: its own containers would look like a stranger's.
        return Err(PreviewError::NotObserved);
    }
    let subject = Subject {
        stack_id: stack.id,
        stack: stack.name.clone(),
        version: version.version,
        desired,
        previous,
        stopped_runs: stack.stopped_runs.clone(),
        predecessors: server.stacks.predecessors(&stack.name).await?,
        pins: pins.clone(),
    };
    let plan = plan_for(server, subject, observed).await;
    Ok(Preview { plan, observed_at })
}

/// What a plan is made for.
pub(crate) struct Subject {
    pub(crate) stack_id: StackId,
    pub(crate) stack: StackName,
    pub(crate) version: VersionNumber,
    pub(crate) desired: DesiredStack,
    pub(crate) previous: Option<DesiredStack>,
    pub(crate) stopped_runs: Vec<RunId>,
    pub(crate) predecessors: BTreeSet<StackId>,
    pub(crate) pins: BTreeMap<ServiceName, ImagePin>,
}

/// Plans the convergence from what was observed, off the threads that answer requests.
pub(crate) async fn plan_for(server: &Server, subject: Subject, observed: Observation) -> Plan {
    let instance = server.instance;
    aside(move || {
        let provenance = Provenance {
            instance,
            stack_id: subject.stack_id,
            stack: subject.stack,
            version: Some(subject.version),
            command: None,
            epoch: None,
            predecessors: subject.predecessors,
        };
        let stopped_runs = subject.stopped_runs.into_iter().collect();
        plan(&PlanningInput {
            intent: Intent::Converge {
                desired: &subject.desired,
                previous: subject.previous.as_ref(),
                pins: &subject.pins,
                // Waits are not part of a plan's fingerprint, so the choice does not matter for a later comparison.
                readiness: Readiness::Ready,
            },
            observed: &observed,
            provenance: &provenance,
            facts: &Facts { stopped_runs, ..Facts::default() },
        })
    })
    .await
}
