//! How stacks stand, many on one observation.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use core_monitor_domain::adoption::Adoption;
use core_monitor_domain::desired::{DesiredError, DesiredStack, declared_on_demand};
use core_monitor_domain::ids::{InstanceId, StackId, VersionNumber};
use core_monitor_domain::names::{ServiceName, StackName};
use core_monitor_domain::observation::{
    ContainerState, Health, HostObservation, Observation, ObservedContainer,
};
use core_monitor_domain::on_demand::Household;
use core_monitor_domain::planner::HostIndex;
use core_monitor_domain::policy::Rules;
use core_monitor_domain::ports::StoreError;
use core_monitor_domain::release::Release;
use core_monitor_domain::stack::Stack;
use core_monitor_domain::stack_version::StackVersion;
use core_monitor_domain::time::Timestamp;

use super::{Drift, ServiceStatus, StackState, StackStatus, nothing, overall, service, shown_version};
use crate::build_source::{NotDesired, desired_stack};
use crate::server::ServerPorts;
use crate::server::blocking::run_blocking;
use crate::server::preview::Subject;

/// A stack with its containers, and what its status is made of beside the observation.
struct Case {
    stack: Stack,
    containers: Vec<ObservedContainer>,
    shown: Shown,
}

/// What a stack is shown by.
enum Shown {
    /// The version that is applied, as what would be converged to.
    Applied {
        subject: Box<Subject>,
        adoption: Option<Adoption>,
        /// What may sleep.
        sleepers: BTreeSet<ServiceName>,
    },
    /// The version that is saved, or nothing at all.
    Saved(DesiredStack),
}

/// The status of each stack, in their order, and the host.
pub(in crate::server) struct Statuses {
    pub(in crate::server) of: Vec<Result<StackStatus, DesiredError>>,
    pub(in crate::server) host: Option<HostObservation>,
}

/// When, and for whom, the status is made.
#[derive(Clone, Copy)]
struct Moment {
    instance: InstanceId,
    now: Timestamp,
}

/// The status of each of these stacks, with its containers, on this host, which is given back for the next ones: it is indexed
/// once for all of these. Their definitions are in memory at once, so there should not be many.
pub(in crate::server) async fn statuses_of(
    ports: &ServerPorts,
    stacks: Vec<(Stack, Vec<ObservedContainer>)>,
    host: Option<HostObservation>,
) -> Result<Statuses, StoreError> {
    let mut stored = Stored::read(ports, stacks.iter().map(|(stack, _)| stack)).await?;
    let mut cases = Vec::with_capacity(stacks.len());
    for (stack, containers) in stacks {
        cases.push(match stored.shown(ports, &stack, host.as_ref()).await {
            Ok(shown) => Ok(Case { stack, containers, shown }),
            Err(NotDesired::Definition(error)) => Err(error),
            Err(NotDesired::Store(error)) => return Err(error),
        });
    }
    let moment = Moment { instance: ports.instance, now: ports.clock.now() };
    Ok(run_blocking(move || judged(cases, host, moment)).await)
}

/// What is stored of the stacks, read at once.
struct Stored {
    versions: HashMap<(StackId, VersionNumber), (StackVersion, Option<Release>)>,
    predecessors: BTreeMap<StackName, BTreeSet<StackId>>,
    adoptions: Vec<Adoption>,
}

impl Stored {
    async fn read(ports: &ServerPorts, stacks: impl Iterator<Item = &Stack>) -> Result<Self, StoreError> {
        let (wanted, names): (Vec<_>, Vec<_>) =
            stacks.map(|stack| ((stack.id, shown_version(stack)), stack.name.clone())).unzip();
        let versions = ports.stacks.find_versions(&wanted).await?;
        let keyed = versions.into_iter().map(|found| ((found.0.stack_id, found.0.version), found));
        Ok(Self {
            versions: keyed.collect(),
            predecessors: ports.stacks.predecessors_of(&names).await?,
            adoptions: ports.adoptions.list().await?,
        })
    }

    async fn shown(
        &mut self,
        ports: &ServerPorts,
        stack: &Stack,
        host: Option<&HostObservation>,
    ) -> Result<Shown, NotDesired> {
        let Some((version, release)) = self.versions.remove(&(stack.id, shown_version(stack))) else {
            return Ok(Shown::Saved(nothing(stack)));
        };
        let desired = desired_stack(&*ports.stacks, &version, &ports.stacks_dir_on(host)).await?;
        if stack.current_version.is_none() {
            return Ok(Shown::Saved(desired));
        }
        let doors = declared_on_demand(&version.model)?;
        let sleepers = Household::of(&desired, &doors).sleepers();
        let subject = Subject {
            stack_id: stack.id,
            stack: stack.name.clone(),
            version: version.version,
            previous: Some(desired.clone()),
            desired,
            stopped_runs: stack.stopped_runs.clone(),
            predecessors: self.predecessors.remove(&stack.name).unwrap_or_default(),
            pins: release.map(|release| release.images).unwrap_or_default(),
            recreate: BTreeSet::new(),
            // It is compared, and not carried out.
            rules: Rules::Everything,
        };
        let adoption = self.adoptions.iter().find(|adoption| adoption.stack_id == stack.id);
        Ok(Shown::Applied { subject: Box::new(subject), adoption: adoption.cloned(), sleepers })
    }
}

fn judged(cases: Vec<Result<Case, DesiredError>>, host: Option<HostObservation>, moment: Moment) -> Statuses {
    let Some(host) = host else {
        let of = cases.into_iter().map(|case| case.map(Case::unobserved)).collect();
        return Statuses { of, host: None };
    };
    let mut observed = Observation { host, containers: Vec::new() };
    let index = HostIndex::new(&observed.host);
    let mut of = Vec::with_capacity(cases.len());
    for case in cases {
        of.push(match case {
            Ok(mut case) => {
                observed.containers = std::mem::take(&mut case.containers);
                let stopped = &case.stack.stopped_runs;
                let mut services = service::rows(case.desired(), &observed.containers, stopped);
                if let Shown::Applied { sleepers, .. } = &case.shown {
                    service::let_sleep(&mut services, sleepers, stopped);
                }
                case.awaken(&mut observed.containers);
                Ok(case.status(services, &observed, &index, moment))
            }
            Err(error) => Err(error),
        });
    }
    drop(index);
    Statuses { of, host: Some(observed.host) }
}

impl Case {
    fn desired(&self) -> &DesiredStack {
        match &self.shown {
            Shown::Applied { subject, .. } => &subject.desired,
            Shown::Saved(desired) => desired,
        }
    }

    /// The status before the first observation.
    fn unobserved(self) -> StackStatus {
        let services = service::rows(self.desired(), &self.containers, &self.stack.stopped_runs);
        StackStatus {
            stack: self.stack,
            state: StackState::Unknown,
            services,
            drift: None,
            spoofed: Vec::new(),
            waits_behind: None,
            observed_at: None,
            age: None,
        }
    }

    /// The status with these services. In `observed`, what sleeps is awake already.
    fn status(
        self,
        services: Vec<ServiceStatus>,
        observed: &Observation,
        index: &HostIndex<'_>,
        moment: Moment,
    ) -> StackStatus {
        let Observation { host, containers } = observed;
        let state = if self.stack.current_version.is_none() && containers.is_empty() {
            StackState::NotApplied
        } else {
            overall(&services)
        };
        let drift = self.drift(observed, index, moment.instance);
        let spoofed = host.spoofed.iter().filter(|spoofed| spoofed.stack_id == self.stack.id);
        StackStatus {
            state,
            services,
            drift,
            spoofed: spoofed.cloned().collect(),
            waits_behind: None,
            observed_at: Some(host.taken_at),
            age: Some(moment.now.since(host.taken_at)),
            stack: self.stack,
        }
    }

    /// `None` if nothing is applied, or if the observation is older than the import: the stack's own containers would look
    /// foreign.
    fn drift(&self, observed: &Observation, index: &HostIndex<'_>, instance: InstanceId) -> Option<Drift> {
        let Shown::Applied { subject, adoption, .. } = &self.shown else { return None };
        if adoption.as_ref().is_some_and(|adoption| !adoption.is_presented(observed)) {
            return None;
        }
        let edited = observed.host.edited_files.iter().filter(|file| file.stack_id == self.stack.id);
        Some(Drift::of(subject.plan(instance, observed, index), edited.cloned().collect()))
    }

    /// Has what sleeps count as awake: a service that wakes on demand is as it should be while it sleeps.
    fn awaken(&self, containers: &mut [ObservedContainer]) {
        let Shown::Applied { sleepers, .. } = &self.shown else { return };
        for container in containers {
            let on_purpose = service::is_asleep(container, &self.stack.stopped_runs);
            if on_purpose && container.service().is_some_and(|name| sleepers.contains(&name)) {
                container.state = ContainerState::Running;
                container.health = container.health.map(|_| Health::Healthy);
            }
        }
    }
}
