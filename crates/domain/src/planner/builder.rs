//! Collects steps and remembers what was already decided about a container.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use core_monitor_message::Message;

use crate::command::FailureCode;
use crate::desired::{DesiredStack, Hook};
use crate::ids::{ContainerId, Slot, StepId};
use crate::names::ServiceName;
use crate::observation::ObservedContainer;
use crate::plan::{Blocker, Cause, Operation, Plan, Step, StepAction, Target};

use super::start;
use super::step_set::StepSet;

/// A plan under construction. Steps refer only to earlier ones, so the list is always in a valid order.
#[derive(Default)]
pub(super) struct Builder {
    plan: Plan,
    stops: HashMap<ContainerId, StepId>,
    removals: HashMap<ContainerId, StepId>,
    renames: HashMap<ContainerId, StepId>,
    waits: HashMap<(Operation, Waited), StepId>,
    /// Hooks of running containers, by service.
    pre_stop: BTreeMap<ServiceName, Vec<Hook>>,
    /// Grace periods of running containers, by service, where they are defined.
    graces: BTreeMap<ServiceName, u64>,
}

/// What a step is for.
#[derive(Clone, Copy)]
pub(super) struct Scope<'a> {
    pub(super) service: Option<&'a ServiceName>,
    pub(super) slot: Option<Slot>,
}

impl<'a> Scope<'a> {
    pub(super) const STACK: Self = Self { service: None, slot: None };

    pub(super) fn slot(service: &'a ServiceName, slot: Slot) -> Self {
        Self { service: Some(service), slot: Some(slot) }
    }
}

impl Builder {
    /// A builder whose stops run the hooks of these definitions, with their grace periods. A running container belongs to the
    /// first definition that contains its service.
    pub(super) fn with_hooks_of<'d>(definitions: impl IntoIterator<Item = &'d DesiredStack>) -> Self {
        let mut builder = Self::default();
        let services: Vec<_> = definitions.into_iter().flat_map(|definition| &definition.services).collect();
        // Hardly any definition has hooks, and some have thousands of services.
        if services.iter().any(|service| !service.container.pre_stop.is_empty()) {
            for service in &services {
                let hooks = || service.container.pre_stop.clone();
                builder.pre_stop.entry(service.name.clone()).or_insert_with(hooks);
            }
        }
        let mut known = BTreeSet::new();
        for service in services.into_iter().filter(|service| known.insert(&service.name)) {
            if let Some(grace) = service.container.stop_grace_ms {
                builder.graces.insert(service.name.clone(), grace);
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

    /// The time that a container gets to stop; `None` means the engine's default.
    pub(super) fn grace_of(&self, container: &ObservedContainer) -> Option<u64> {
        if self.graces.is_empty() {
            return None;
        }
        container.service().and_then(|service| self.graces.get(&service).copied())
    }

    /// Adds a step.
    pub(super) fn step(
        &mut self,
        scope: Scope<'_>,
        action: StepAction,
        cause: Cause,
        after: &StepSet,
    ) -> StepId {
        let id = StepId(u32::try_from(self.plan.steps.len()).unwrap_or(u32::MAX).saturating_add(1));
        let after = after.without_implied(|step| self.after(step));
        self.plan.steps.push(Step {
            id,
            action,
            cause,
            service: scope.service.cloned(),
            slot: scope.slot,
            after,
        });
        id
    }

    /// The predecessors of a step.
    fn after(&self, step: StepId) -> &[StepId] {
        self.plan.step(step).map_or(&[], |step| &step.after)
    }

    /// Adds a blocker, once.
    pub(super) fn blocker(
        &mut self,
        code: FailureCode,
        subject: &str,
        message: Message,
        hint: Option<Message>,
    ) {
        let blocker = Blocker { code, message, hint, subject: subject.to_owned() };
        if !self.plan.blockers.contains(&blocker) {
            self.plan.blockers.push(blocker);
        }
    }

    /// Adds a note, once.
    pub(super) fn note(&mut self, note: Message) {
        if !self.plan.notes.contains(&note) {
            self.plan.notes.push(note);
        }
    }

    /// Stops a container unless it is already stopped or being stopped. `None` if there is nothing to wait for.
    pub(super) fn stop(
        &mut self,
        scope: Scope<'_>,
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
        let grace_ms = grace_ms.or_else(|| self.grace_of(container));
        let hooked = start::before_stop(self, scope, container, &cause, after).map(StepSet::from);
        let after = hooked.as_ref().unwrap_or(after);
        let step = self.step(
            scope,
            StepAction::StopContainer { container: existing(container), grace_ms },
            cause,
            after,
        );
        self.stops.insert(container.id.clone(), step);
        Some(step)
    }

    /// Stops and removes a container, once.
    pub(super) fn remove(
        &mut self,
        scope: Scope<'_>,
        container: &ObservedContainer,
        anonymous_volumes: bool,
        cause: &Cause,
        after: &StepSet,
    ) -> StepId {
        if let Some(step) = self.removals.get(&container.id) {
            return *step;
        }
        let mut after = after.clone();
        after.extend(self.stop(scope, container, None, cause.clone(), &after));
        let action = StepAction::RemoveContainer { container: existing(container), anonymous_volumes };
        let step = self.step(scope, action, cause.clone(), &after);
        self.removals.insert(container.id.clone(), step);
        step
    }

    /// The step that stops a container, if there is one.
    pub(super) fn stop_of(&self, id: &ContainerId) -> Option<StepId> {
        self.stops.get(id).copied()
    }

    /// The step that removes a container, if there is one.
    pub(super) fn removal_of(&self, id: &ContainerId) -> Option<StepId> {
        self.removals.get(id).copied()
    }

    /// The last step that renames a container, if there is one.
    pub(super) fn rename_of(&self, id: &ContainerId) -> Option<StepId> {
        self.renames.get(id).copied()
    }

    /// Renames a container.
    pub(super) fn rename(&mut self, scope: Scope<'_>, target: &Target, to: &str, after: &StepSet) -> StepId {
        let action = StepAction::RenameContainer { container: target.clone(), to: to.to_owned() };
        let step = self.step(scope, action, Cause::WrongName, after);
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
    pub(super) fn wait(
        &mut self,
        scope: Scope<'_>,
        action: StepAction,
        cause: Cause,
        after: &StepSet,
    ) -> StepId {
        let Some(waited) = action.container().map(Waited::from) else {
            return self.step(scope, action, cause, after);
        };
        let key = (action.op(), waited);
        if let Some(step) = self.waits.get(&key) {
            return *step;
        }
        let step = self.step(scope, action, cause, after);
        self.waits.insert(key, step);
        step
    }

    pub(super) fn finish(self) -> Plan {
        self.plan
    }
}

/// What a wait refers to. Names can change within a plan, ids and steps cannot.
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

/// An existing container as a target.
pub(super) fn existing(container: &ObservedContainer) -> Target {
    Target::Existing { id: container.id.clone(), name: container.name.clone() }
}
