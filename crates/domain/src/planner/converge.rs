//! Having exactly what a definition says. The phases run in an order that touches what runs as late as possible:
//! networks and volumes, images, new containers, and only then stops, removals, renames and starts.

use std::collections::{BTreeMap, BTreeSet};

use crate::command::Readiness;
use crate::desired::{DesiredStack, ServiceSpec};
use crate::ids::{ContainerId, Slot, StepId};
use crate::names::ServiceName;
use crate::observation::ObservedContainer;
use crate::plan::{Action, Cause, Plan, Target};
use crate::release::ImagePin;

use super::builder::{Builder, For};
use super::create::{Creation, Creator};
use super::gates::Reached;
use super::images::{self, ImageChoice, Images};
use super::index::Index;
use super::networks::Networks;
use super::slots::{self, SlotState, Wanted};
use super::{PlanningInput, changes, order, ports, readiness, turnover, volumes};

/// What is asked for, as [`super::Intent::Converge`] has it.
#[derive(Clone, Copy)]
pub(super) struct Goal<'a> {
    pub(super) desired: &'a DesiredStack,
    pub(super) previous: Option<&'a DesiredStack>,
    pub(super) pins: &'a BTreeMap<ServiceName, ImagePin>,
    pub(super) readiness: Readiness,
}

/// One service, as far as it was decided.
pub(super) struct Work<'a> {
    pub(super) service: &'a ServiceSpec,
    pub(super) image: ImageChoice,
    pub(super) slots: Vec<SlotState<'a>>,
    /// The new containers, by slot.
    pub(super) made: BTreeMap<Slot, Creation>,
    /// Its containers can only be made after a network was made anew.
    late: bool,
}

/// What every rule of the turnover needs to see.
pub(super) struct Scene<'p, 'a> {
    pub(super) input: &'p PlanningInput<'a>,
    pub(super) index: &'p Index<'a>,
    pub(super) networks: &'p Networks<'a>,
    /// The step after which running containers may be touched; empty when nothing has to be prepared.
    pub(super) prepared: &'p BTreeSet<StepId>,
}

pub(super) fn converge<'a>(input: &PlanningInput<'a>, goal: Goal<'a>) -> Plan {
    let index = Index::new(input);
    let mut builder = Builder::with_hooks_of(goal.previous.into_iter().chain([goal.desired]));
    ports::conflicts_within(&mut builder, goal.desired);
    let mut work = classify(input, &index, goal);

    let mut networks = Networks::plan(input, &index, &mut builder, goal.desired);
    let volumes = volumes::ensure(input, &index, &mut builder, goal.desired);
    let mut images = Images::default();
    for entry in &work {
        let creates = entry.slots.iter().any(|slot| slot.keep.is_none());
        images.provide(input, &index, &mut builder, entry.service, &entry.image, creates);
    }
    mark_late(&networks, &mut work);
    create(input, &index, &mut builder, &networks, &volumes, &images, &mut work, false);
    let orphans = orphans(&index, goal.desired);
    let prepared = prepare(&mut builder, &networks, &images, &work, &orphans);

    let kept: BTreeSet<&ContainerId> =
        work.iter().flat_map(|w| &w.slots).filter_map(|s| s.keep).map(|c| &c.id).collect();
    networks.replace(input, &index, &mut builder, &kept, &prepared);
    create(input, &index, &mut builder, &networks, &volumes, &images, &mut work, true);

    let scene = Scene { input, index: &index, networks: &networks, prepared: &prepared };
    for (container, cause) in &orphans {
        let service = container.service();
        let whom = For { service: service.as_ref(), slot: container.slot() };
        builder.remove(whom, container, false, cause, &prepared);
    }
    turnover::clear_the_way(&scene, &mut builder, &work);
    let mut reached = Reached::default();
    for entry in &work {
        turnover::service(&scene, &mut builder, &mut reached, entry);
    }
    if goal.readiness == Readiness::Ready {
        for entry in &work {
            readiness::await_ready(input.facts, &mut builder, &reached, entry.service);
        }
    }
    let freed = reached.into_freed();
    networks.remove_doomed(&index, &mut builder, &freed);
    builder.finish()
}

/// Decides for every slot what stays and what goes, dependencies first.
fn classify<'a>(input: &PlanningInput<'a>, index: &Index<'a>, goal: Goal<'a>) -> Vec<Work<'a>> {
    let mut parents: BTreeMap<&ServiceName, &ObservedContainer> = BTreeMap::new();
    let mut work = Vec::with_capacity(goal.desired.services.len());
    for service in order::dependencies_first(goal.desired) {
        let image = images::choose(index, service, goal.pins.get(&service.name), input.facts);
        let wanted = Wanted {
            service,
            image: image.id.as_ref(),
            build: image.build_hash(),
            parents: &parents,
            changed: changes::changed_attributes(goal.previous, service),
        };
        let slots = slots::slots(index, &goal.desired.name, &wanted);
        if let Some(first) = slots.first().and_then(|slot| slot.keep) {
            parents.insert(&service.name, first);
        }
        work.push(Work { service, image, slots, made: BTreeMap::new(), late: false });
    }
    work
}

/// A service whose network is made anew is late, and so is one that shares a late service's namespaces.
fn mark_late(networks: &Networks<'_>, work: &mut [Work<'_>]) {
    let mut late: BTreeSet<ServiceName> = BTreeSet::new();
    for entry in work {
        let attachments = entry.service.container.network_mode.attachments();
        let parents = slots::parents(entry.service);
        entry.late = attachments.iter().any(|a| networks.is_replaced(&a.network))
            || parents.iter().any(|(parent, _)| late.contains(parent));
        if entry.late {
            late.insert(entry.service.name.clone());
        }
    }
}

#[expect(
    clippy::too_many_arguments,
    reason = "one call site each for early and late containers; a struct would only rename them"
)]
fn create<'a>(
    input: &PlanningInput<'a>,
    index: &Index<'a>,
    builder: &mut Builder,
    networks: &Networks<'a>,
    volumes: &BTreeMap<&str, StepId>,
    images: &Images,
    work: &mut [Work<'a>],
    late: bool,
) {
    // Slot 1 of every service so far, for those that share its namespaces.
    let mut first: BTreeMap<&ServiceName, Target> = BTreeMap::new();
    for entry in work {
        if entry.late == late {
            let creator = Creator { input, index, networks, volumes, images, parents: &first };
            for slot in entry.slots.iter().filter(|slot| slot.keep.is_none()) {
                if let Some(made) = creator.create(builder, entry.service, &entry.image, slot) {
                    entry.made.insert(slot.slot, made);
                }
            }
        }
        let target = match entry.made.get(&Slot(1)) {
            Some(made) => Some(made.target.clone()),
            None => entry.slots.first().and_then(|slot| slot.keep).map(super::builder::existing),
        };
        if let Some(target) = target {
            first.insert(&entry.service.name, target);
        }
    }
}

/// One step that everything disruptive waits for, if there is anything to prepare and anything to disrupt.
fn prepare(
    builder: &mut Builder,
    networks: &Networks<'_>,
    images: &Images,
    work: &[Work<'_>],
    orphans: &[(&ObservedContainer, Cause)],
) -> BTreeSet<StepId> {
    let made = work.iter().flat_map(|entry| entry.made.values()).flat_map(|made| made.ready.iter().copied());
    let preparation: BTreeSet<StepId> = images.all().chain(made).collect();
    let disrupts = !orphans.is_empty()
        || networks.any_replaced()
        || work.iter().flat_map(|entry| &entry.slots).any(|slot| !slot.stale.is_empty());
    if preparation.is_empty() || !disrupts {
        return BTreeSet::new();
    }
    BTreeSet::from([builder.step(For::STACK, Action::Prepared, Cause::Safety, &preparation)])
}

/// Containers of the stack that no slot of the definition claims.
fn orphans<'a>(index: &Index<'a>, desired: &DesiredStack) -> Vec<(&'a ObservedContainer, Cause)> {
    let replicas: BTreeMap<&str, u32> =
        desired.services.iter().map(|s| (s.name.as_str(), s.replicas)).collect();
    let mut orphans = Vec::new();
    for ((service, slot), containers) in &index.slots {
        let wanted = service.and_then(|name| replicas.get(name).copied());
        let cause = match wanted {
            None => Cause::NotInDefinition,
            Some(count) if slot.0 == 0 || slot.0 > count => Cause::ScaledDown,
            Some(_) => continue,
        };
        orphans.extend(containers.iter().map(|container| (*container, cause.clone())));
    }
    orphans
}
