//! Puts steps in a row and keeps what was already decided about a container.

use std::collections::{BTreeMap, HashMap};

use crate::command::FailureCode;
use crate::desired::{DesiredStack, Hook};
use crate::ids::{ContainerId, Slot, StepId};
use crate::names::ServiceName;
use crate::observation::ObservedContainer;
use crate::plan::{Action, Cause, Plan, Problem, Step, Target};

use super::start;
use super::step_set::StepSet;

/// A plan in the making. Steps may only refer to earlier ones, so the list is always in a possible order.
#[derive(Default)]
pub(super) struct Builder {
    plan: Plan,
    stops: HashMap<ContainerId, StepId>,
    removals: HashMap<ContainerId, StepId>,
    renames: HashMap<ContainerId, StepId>,
    waits: HashMap<(&'static str, Waited), StepId>,
    /// Hooks of running containers, by service.
    pre_stop: BTreeMap<ServiceName, Vec<Hook>>,
}

/// For whom a step is.
#[derive(Clone, Copy)]
pub(super) struct For<'a> {
    pub(super) service: Option<&'a ServiceName>,
    pub(super) slot: Option<Slot>,
}

impl<'a> For<'a> {
    pub(super) const STACK: Self = Self { service: None, slot: None };

    pub(super) fn slot(service: &'a ServiceName, slot: Slot) -> Self {
        Self { service: Some(service), slot: Some(slot) }
    }
}

impl Builder {
    /// A plan whose stops run the hooks of these definitions. What runs was made from the first one that has the service.
    pub(super) fn with_hooks_of<'d>(definitions: impl IntoIterator<Item = &'d DesiredStack>) -> Self {
        let mut builder = Self::default();
        let services: Vec<_> = definitions.into_iter().flat_map(|definition| &definition.services).collect();
        // Nearly no definition has any, and some have thousands of services.
        if services.iter().any(|service| !service.container.pre_stop.is_empty()) {
            for service in services {
                let hooks = || service.container.pre_stop.clone();
                builder.pre_stop.entry(service.name.clone()).or_insert_with(hooks);
            }
        }
        builder
    }

    /// The hooks that run before a container is stopped.
    pub(super) fn pre_stop_of(&self, container: &ObservedContainer) -> Vec<Hook> {
        if self.pre_stop.is_empty() {
            return Vec::new();
        }
        container.service().and_then(|service| self.pre_stop.get(&service).cloned()).unwrap_or_default()
    }

    /// Adds a step.
    pub(super) fn step(&mut self, whom: For<'_>, action: Action, cause: Cause, after: &StepSet) -> StepId {
        let id = StepId(u32::try_from(self.plan.steps.len()).unwrap_or(u32::MAX).saturating_add(1));
        let after = after.without_implied(|step| self.after(step));
        self.plan.steps.push(Step {
            id,
            action,
            cause,
            service: whom.service.cloned(),
            slot: whom.slot,
            after,
        });
        id
    }

    /// What a step of the plan comes after.
    fn after(&self, step: StepId) -> &[StepId] {
        self.plan.step(step).map_or(&[], |step| &step.after)
    }

    /// Adds a problem, once.
    pub(super) fn problem(
        &mut self,
        code: FailureCode,
        subject: &str,
        message: String,
        hint: Option<String>,
    ) {
        let problem = Problem { code, message, hint, subject: subject.to_owned() };
        if !self.plan.problems.contains(&problem) {
            self.plan.problems.push(problem);
        }
    }

    /// Adds a note, once.
    pub(super) fn note(&mut self, note: String) {
        if !self.plan.notes.contains(&note) {
            self.plan.notes.push(note);
        }
    }

    /// Stops a container unless it is stopped or about to be. `None`: nothing to wait for.
    pub(super) fn stop(
        &mut self,
        whom: For<'_>,
        container: &ObservedContainer,
        grace_ms: Option<u64>,
        cause: Cause,
        after: &StepSet,
    ) -> Option<StepId> {
        if let Some(step) = self.stops.get(&container.id) {
            return Some(*step);
        }
        if !container.state.is_up() {
            return None;
        }
        let hooked = start::before_stop(self, whom, container, &cause, after).map(StepSet::from);
        let after = hooked.as_ref().unwrap_or(after);
        let step =
            self.step(whom, Action::StopContainer { container: existing(container), grace_ms }, cause, after);
        self.stops.insert(container.id.clone(), step);
        Some(step)
    }

    /// Stops and removes a container, once.
    pub(super) fn remove(
        &mut self,
        whom: For<'_>,
        container: &ObservedContainer,
        anonymous_volumes: bool,
        cause: &Cause,
        after: &StepSet,
    ) -> StepId {
        if let Some(step) = self.removals.get(&container.id) {
            return *step;
        }
        let mut after = after.clone();
        after.extend(self.stop(whom, container, None, cause.clone(), &after));
        let action = Action::RemoveContainer { container: existing(container), anonymous_volumes };
        let step = self.step(whom, action, cause.clone(), &after);
        self.removals.insert(container.id.clone(), step);
        step
    }

    /// The step that stops a container, if one does.
    pub(super) fn stop_of(&self, id: &ContainerId) -> Option<StepId> {
        self.stops.get(id).copied()
    }

    /// The step that removes a container, if one does.
    pub(super) fn removal_of(&self, id: &ContainerId) -> Option<StepId> {
        self.removals.get(id).copied()
    }

    /// The step that last renames a container, if one does.
    pub(super) fn rename_of(&self, id: &ContainerId) -> Option<StepId> {
        self.renames.get(id).copied()
    }

    /// Gives a container another name.
    pub(super) fn rename(&mut self, whom: For<'_>, target: &Target, to: &str, after: &StepSet) -> StepId {
        let action = Action::RenameContainer { container: target.clone(), to: to.to_owned() };
        let step = self.step(whom, action, Cause::WrongName, after);
        if let Some(id) = target.existing() {
            self.renames.insert(id.clone(), step);
        }
        step
    }

    /// Every removal so far.
    pub(super) fn removals(&self) -> impl Iterator<Item = (&ContainerId, StepId)> {
        self.removals.iter().map(|(id, step)| (id, *step))
    }

    /// Adds a wait for a container, once per kind of wait.
    pub(super) fn wait(&mut self, whom: For<'_>, action: Action, cause: Cause, after: &StepSet) -> StepId {
        let Some(waited) = action.container().map(Waited::from) else {
            return self.step(whom, action, cause, after);
        };
        let key = (action.op(), waited);
        if let Some(step) = self.waits.get(&key) {
            return *step;
        }
        let step = self.step(whom, action, cause, after);
        self.waits.insert(key, step);
        step
    }

    pub(super) fn finish(self) -> Plan {
        self.plan
    }
}

/// What a wait is for. Names can change within a plan, ids and steps cannot.
#[derive(PartialEq, Eq, Hash)]
enum Waited {
    Existing(ContainerId),
    New(StepId),
}

impl From<&Target> for Waited {
    fn from(target: &Target) -> Self {
        match target {
            Target::Existing { id, .. } => Self::Existing(id.clone()),
            Target::New { step, .. } => Self::New(*step),
        }
    }
}

/// A container that exists, as a target.
pub(super) fn existing(container: &ObservedContainer) -> Target {
    Target::Existing { id: container.id.clone(), name: container.name.clone() }
}
