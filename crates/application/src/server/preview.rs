//! What applying a version would do now, based on the last observation.

use std::collections::{BTreeMap, BTreeSet};

use core_monitor_domain::command::Readiness;
use core_monitor_domain::desired::{DesiredError, DesiredStack};
use core_monitor_domain::ids::{InstanceId, StackId, VersionNumber};
use core_monitor_domain::labels::Provenance;
use core_monitor_domain::names::{ServiceName, StackName};
use core_monitor_domain::observation::{EditedFile, Observation};
use core_monitor_domain::plan::{Plan, ServiceImpact, Surroundings};
use core_monitor_domain::planner::{Facts, HostIndex, Objective, PlanningInput, plan_on};
use core_monitor_domain::policy::Rules;
use core_monitor_domain::ports::StoreError;
use core_monitor_domain::release::ImagePin;
use core_monitor_domain::stack::{RunId, Stack};
use core_monitor_domain::stack_version::StackVersion;
use core_monitor_domain::time::Timestamp;

use super::ServerPorts;
use super::blocking::run_blocking;
use crate::build_source::{NotDesired, desired_stack};

/// A plan that is not stored.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Preview {
    pub(crate) plan: Plan,
    /// What it means for each service.
    pub(crate) services: Vec<ServiceImpact>,
    /// Time of the observation the plan is based on.
    pub(crate) observed_at: Timestamp,
    /// The files of the stack's folder that somebody has changed since they were written.
    pub(crate) edited: Vec<EditedFile>,
}

/// Why no plan can be made.
#[derive(Debug, thiserror::Error)]
pub enum PreviewError {
    /// The worker has not observed the engine yet.
    #[error("the engine has not been observed yet")]
    NotObserved,
    /// The stack has no such version.
    #[error("the stack has no such version")]
    VersionNotFound,
    /// This release can no longer carry out the saved definition.
    #[error(transparent)]
    Definition(#[from] DesiredError),
    /// The store failed.
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

/// The images of the last release of a version, which a ROLLBACK restores.
pub(crate) async fn pins_of(
    ports: &ServerPorts,
    stack: &Stack,
    version: VersionNumber,
) -> Result<BTreeMap<ServiceName, ImagePin>, StoreError> {
    let release = ports.stacks.last_release(stack.id, Some(version)).await?;
    Ok(release.map(|release| release.images).unwrap_or_default())
}

/// Finds an existing version.
pub(crate) async fn version_of(
    ports: &ServerPorts,
    stack: &Stack,
    version: VersionNumber,
) -> Result<StackVersion, PreviewError> {
    ports.stacks.find_version(stack.id, version).await?.ok_or(PreviewError::VersionNotFound)
}

/// Plans the convergence of `stack` to `version` for one who may give it what `rules` allow.
pub(crate) async fn preview(
    ports: &ServerPorts,
    stack: &Stack,
    version: &StackVersion,
    pins: &BTreeMap<ServiceName, ImagePin>,
    recreate: &BTreeSet<ServiceName>,
    rules: Rules,
) -> Result<Preview, PreviewError> {
    let host = ports.observations.host().await?.ok_or(PreviewError::NotObserved)?;
    let containers = ports.observations.containers(stack.id).await?;
    let observed = Observation { host, containers };
    let stacks_dir = ports.stacks_dir_on(Some(&observed.host));
    let desired = desired_stack(&*ports.stacks, version, &stacks_dir).await?;
    let previous = match stack.current_version {
        Some(current) if current != version.version => {
            let applied = version_of(ports, stack, current).await?;
            Some(desired_stack(&*ports.stacks, &applied, &stacks_dir).await?)
        }
        Some(_) => Some(desired.clone()),
        None => None,
    };
    let observed_at = observed.host.taken_at;
    let edited = observed.host.edited_files.iter().filter(|file| file.stack_id == stack.id);
    let edited = edited.cloned().collect();
    let adoptions = ports.adoptions.list().await?;
    let adopted = adoptions.iter().find(|adoption| adoption.stack_id == stack.id);
    if adopted.is_some_and(|adoption| !adoption.is_presented(&observed)) {
        // The observation is older than the import: the stack's own containers would look foreign.
        return Err(PreviewError::NotObserved);
    }
    let subject = Subject {
        stack_id: stack.id,
        stack: stack.name.clone(),
        version: version.version,
        desired,
        previous,
        stopped_runs: stack.stopped_runs.clone(),
        predecessors: ports.stacks.predecessors(&stack.name).await?,
        pins: pins.clone(),
        recreate: recreate.clone(),
        rules,
    };
    let (plan, services) = plan_for(ports, subject, observed).await;
    Ok(Preview { plan, services, observed_at, edited })
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
    /// Services whose containers are replaced in any case.
    pub(crate) recreate: BTreeSet<ServiceName>,
    /// What may be created.
    pub(crate) rules: Rules,
}

impl Subject {
    /// What it takes to converge to it from the observation, whose host is indexed in `host`.
    pub(super) fn plan<'a>(
        &'a self,
        instance: InstanceId,
        observed: &'a Observation,
        host: &'a HostIndex<'a>,
    ) -> Plan {
        let provenance = Provenance {
            instance,
            stack_id: self.stack_id,
            stack: self.stack.clone(),
            version: Some(self.version),
            command: None,
            epoch: None,
            predecessors: self.predecessors.clone(),
        };
        let stopped_runs = self.stopped_runs.iter().cloned().collect();
        let input = PlanningInput {
            objective: Objective::Converge {
                desired: &self.desired,
                previous: self.previous.as_ref(),
                pins: &self.pins,
                recreate: &self.recreate,
                only: None,
                // Waits are not part of a plan's fingerprint, so the choice does not matter for a later comparison.
                readiness: Readiness::Ready,
            },
            observed,
            provenance: &provenance,
            facts: &Facts { stopped_runs, ..Facts::default() },
            rules: &self.rules,
        };
        plan_on(&input, host)
    }
}

/// Plans the convergence from the observation, on a blocking thread, and says what it means for each service.
pub(crate) async fn plan_for(
    ports: &ServerPorts,
    subject: Subject,
    observed: Observation,
) -> (Plan, Vec<ServiceImpact>) {
    let instance = ports.instance;
    run_blocking(move || {
        let plan = subject.plan(instance, &observed, &HostIndex::new(&observed.host));
        let (desired, previous) = (&subject.desired, subject.previous.as_ref());
        let services = plan.services(&Surroundings { desired, previous, containers: &observed.containers });
        (plan, services)
    })
    .await
}
