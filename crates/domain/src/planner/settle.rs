//! What a converging command does before it ends early, because it failed or was cancelled: nothing that ran before it
//! stays down on its account.
//!
//! Where the former container still exists, it is started again. Where it is gone, or can no longer run as it was, the
//! replacement that was begun is finished. Everything else stays as it is, so that the command changes nothing that
//! nobody has asked for any longer.

use std::collections::{BTreeSet, HashMap, HashSet};

use crate::desired::{DesiredStack, ServiceSpec};
use crate::ids::{ContainerId, Slot, StepId};
use crate::labels;
use crate::names::ServiceName;
use crate::observation::{ContainerState, ObservedContainer};
use crate::plan::{Cause, Operation, Plan, Step, StepAction};

use super::PlanningInput;
use super::builder::{Builder, Scope, existing};
use super::converge::{self, Convergence};
use super::index::Index;
use super::namespaces::Kin;
use super::part::Part;
use super::slots::SlotState;
use super::step_set::StepSet;
use super::{order, start};

/// What could not be brought back: it is not tried again.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Hopeless {
    /// Containers that could not be started, besides those of [`Facts::unstartable`](super::Facts::unstartable).
    pub containers: BTreeSet<ContainerId>,
    /// Slots whose new container could not be created.
    pub slots: BTreeSet<(ServiceName, Slot)>,
}

/// A slot, by service and number.
type Place = (ServiceName, Slot);

pub(super) fn settle<'a>(
    input: &PlanningInput<'a>,
    index: &Index<'a>,
    goal: Convergence<'a>,
    hopeless: &Hopeless,
) -> Plan {
    if input.facts.interrupted.is_empty() {
        return Plan::default();
    }
    let kin = Kin::of(goal.desired);
    let part = Part::of(goal.only, &kin, &order::dependencies_first(goal.desired), &input.edited_files());
    let work = converge::classify(input, index, goal, &part);
    let mut restoring = Restoring::new(input, goal, hopeless);
    let mut unfinished = BTreeSet::new();
    let mut known = HashSet::new();
    for entry in &work {
        for slot in &entry.slots {
            known.insert((&entry.service.name, slot.slot));
            if !restoring.is_down(entry.service, slot) {
                continue;
            }
            let place = (entry.service.name.clone(), slot.slot);
            match restoring.former(&entry.service.name, slot) {
                Some(former) => restoring.start(&place, former),
                None => drop(unfinished.insert(place)),
            }
        }
    }
    // What the definition no longer has and what is not yet removed.
    for container in index.containers() {
        if let (Some(service), Some(slot)) = (container.service(), container.slot())
            && !known.contains(&(&service, slot))
            && restoring.can_run_again(container)
        {
            restoring.start(&(service, slot), container);
        }
    }
    let restored = restoring.finish();
    if !restored.is_empty() || unfinished.is_empty() {
        return restored;
    }
    unfinished.retain(|place| !hopeless.slots.contains(place));
    finishing(&converge::converge(input, index, goal), &unfinished)
}

/// Starts former containers again.
struct Restoring<'p, 'a> {
    input: &'p PlanningInput<'a>,
    goal: Convergence<'a>,
    hopeless: &'p Hopeless,
    chosen: Vec<(Place, &'a ObservedContainer)>,
}

impl<'p, 'a> Restoring<'p, 'a> {
    fn new(input: &'p PlanningInput<'a>, goal: Convergence<'a>, hopeless: &'p Hopeless) -> Self {
        Self { input, goal, hopeless, chosen: Vec::new() }
    }

    /// Whether this command has interrupted the slot, nothing runs there, and a container is there to be started that
    /// this command has not started yet.
    fn is_down(&self, service: &ServiceSpec, slot: &SlotState<'a>) -> bool {
        let facts = self.input.facts;
        let interrupted = |c: &ObservedContainer| facts.interrupted.contains_key(&c.id);
        let mut all = slot.all();
        if slot.all().any(|container| container.state.is_up()) {
            return false;
        }
        let successor = slot.keep.is_none_or(|kept| {
            let was_tried = facts.started.contains(&kept.id) || self.was_refused(kept);
            let is_done = facts.is_done(service, kept) && !interrupted(kept);
            !was_tried && !is_done
        });
        let removed = facts.interrupted.values().any(|name| *name == slot.name);
        all.any(interrupted) || (removed && successor)
    }

    /// The container that ran in the slot before, if it can run again.
    fn former(&self, service: &ServiceName, slot: &SlotState<'a>) -> Option<&'a ObservedContainer> {
        let named = slot.all().filter(|container| container.name == slot.name);
        let usable =
            named.filter(|container| self.can_run_again(container) && self.is_attached(service, container));
        usable.max_by_key(|container| container.started_at)
    }

    /// Whether this command has stopped it and everything it needs is still there.
    fn can_run_again(&self, container: &ObservedContainer) -> bool {
        let stopped = self.input.facts.interrupted.contains_key(&container.id)
            && matches!(container.state, ContainerState::Exited { .. })
            && !self.was_refused(container);
        let host = &self.input.observed.host;
        let networks = || {
            container.networks.iter().all(|(name, endpoint)| {
                host.networks.iter().any(|network| match &endpoint.network_id {
                    Some(id) => network.id == *id,
                    None => network.name == *name,
                })
            })
        };
        let modes = [&container.network_mode, &container.pid_mode, &container.ipc_mode];
        let parents = || {
            modes.into_iter().filter_map(|mode| mode.strip_prefix("container:")).all(|parent| {
                self.chosen.iter().any(|(_, other)| other.id.as_str() == parent)
                    || host.occupants.iter().any(|other| other.up && other.id.as_str() == parent)
            })
        };
        stopped && networks() && parents()
    }

    /// Whether it was tried in vain.
    fn was_refused(&self, container: &ObservedContainer) -> bool {
        let refused = [&self.input.facts.unstartable, &self.hopeless.containers];
        refused.into_iter().any(|containers| containers.contains(&container.id))
    }

    /// Whether it is still attached to all the networks of the definition that it was made from.
    fn is_attached(&self, service: &ServiceName, container: &ObservedContainer) -> bool {
        let made_from = container.labels.get(labels::SPEC);
        let definitions = [self.goal.previous, Some(self.goal.desired)];
        let spec = definitions
            .into_iter()
            .flatten()
            .filter_map(|definition| definition.service(service))
            .find(|spec| made_from.is_some_and(|hash| **hash == *spec.hash.0));
        spec.is_none_or(|spec| {
            let wanted = spec.container.network_mode.attachments();
            wanted.iter().all(|attachment| container.networks.contains_key(&attachment.network))
        })
    }

    fn start(&mut self, place: &Place, container: &'a ObservedContainer) {
        self.chosen.push((place.clone(), container));
    }

    /// The starts, dependencies first.
    fn finish(self) -> Plan {
        let definition = self.goal.previous.unwrap_or(self.goal.desired);
        let mut builder = Builder::with_hooks_of([definition, self.goal.desired]);
        let mut chosen = self.chosen;
        let rank = ranks(definition);
        chosen.sort_by_key(|((service, slot), _)| {
            (rank.get(service).copied().unwrap_or(usize::MAX), service.clone(), *slot)
        });
        let mut after = StepSet::default();
        let mut last: Option<ServiceName> = None;
        let mut made = StepSet::default();
        for ((service, slot), container) in &chosen {
            // One service after the other: the order matters more here than the time.
            if last.as_ref() != Some(service) {
                after = std::mem::take(&mut made);
                last = Some(service.clone());
            }
            let scope = Scope::slot(service, *slot);
            let spec = definition.service(service).or_else(|| self.goal.desired.service(service));
            let step = if let Some(spec) = spec {
                let target = existing(container);
                start::start(&mut builder, scope, spec, &target, Some(container), &Cause::Restored, &after)
            } else {
                let action = StepAction::StartContainer { container: existing(container) };
                builder.step(scope, action, Cause::Restored, &after)
            };
            made.insert(step);
        }
        builder.finish()
    }
}

/// The places of the services in the order in which they start.
fn ranks(definition: &DesiredStack) -> HashMap<&ServiceName, usize> {
    order::dependencies_first(definition).into_iter().enumerate().map(|(at, s)| (&s.name, at)).collect()
}

/// The part of a converging plan that brings up the containers of some slots: the steps that lead to their starts, and
/// their hooks. Neither waits nor what other services get.
fn finishing(plan: &Plan, places: &BTreeSet<Place>) -> Plan {
    let place =
        |step: &Step| step.service.clone().zip(step.slot).is_some_and(|place| places.contains(&place));
    let begins = |step: &Step| step.action.op().begins_a_run() || step.action.op() == Operation::PostStart;
    let mut wanted: Vec<StepId> =
        plan.steps.iter().filter(|step| place(step) && begins(step)).map(|step| step.id).collect();
    let mut kept = BTreeSet::new();
    while let Some(id) = wanted.pop() {
        let Some(step) = plan.step(id).filter(|_| !kept.contains(&id)) else { continue };
        let of_another =
            begins(step) || matches!(step.action, StepAction::CopyFiles { .. } | StepAction::PutArtifact(_));
        if step.action.is_wait() || (of_another && !place(step)) {
            continue;
        }
        kept.insert(id);
        wanted.extend(&step.after);
    }
    plan.only(&kept)
}
