//! Having exactly what a definition says. The phases run in an order that touches what runs as late as possible:
//! networks and volumes, images, new containers, and only then stops, removals, renames and starts.

use std::collections::{BTreeMap, HashMap, HashSet};

use crate::command::Readiness;
use crate::desired::{DesiredStack, ServiceSpec};
use crate::ids::{ContainerId, Slot, StepId};
use crate::names::ServiceName;
use crate::observation::ObservedContainer;
use crate::plan::{Action, Cause, Plan, Target};
use crate::release::ImagePin;

use super::builder::{Builder, For, existing};
use super::changes::Changes;
use super::create::{Creation, Creator};
use super::gates::Reached;
use super::images::{self, ImageChoice, Images};
use super::index::Index;
use super::networks::Networks;
use super::slots::{self, Sharing, SlotState, Wanted};
use super::step_set::StepSet;
use super::{PlanningInput, order, ports, readiness, turnover, volumes};

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
    pub(super) image: ImageChoice<'a>,
    /// The services whose first container its own take something from.
    pub(super) parents: Vec<(&'a ServiceName, Sharing)>,
    pub(super) slots: Vec<SlotState<'a>>,
    /// The new containers, by slot.
    pub(super) made: BTreeMap<Slot, Creation>,
    /// Its containers can only be made after a network was made anew.
    late: bool,
}

impl Work<'_> {
    /// The container of slot 1: the one that is made, or the one that stays.
    fn first(&self) -> Option<Target> {
        match self.made.get(&Slot(1)) {
            Some(made) => Some(made.target.clone()),
            None => self.slots.first().and_then(|slot| slot.keep).map(existing),
        }
    }
}

/// What every rule of the turnover needs to see.
pub(super) struct Scene<'p, 'a> {
    pub(super) input: &'p PlanningInput<'a>,
    pub(super) index: &'p Index<'a>,
    pub(super) networks: &'p Networks<'a>,
    pub(super) desired: &'a DesiredStack,
    /// The step after which running containers may be touched; empty when nothing has to be prepared.
    pub(super) prepared: &'p StepSet,
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

    let kept: HashSet<&ContainerId> =
        work.iter().flat_map(|w| &w.slots).filter_map(|s| s.keep).map(|c| &c.id).collect();
    networks.replace(input, &index, &mut builder, &kept, &prepared);
    create(input, &index, &mut builder, &networks, &volumes, &images, &mut work, true);

    let scene =
        Scene { input, index: &index, networks: &networks, desired: goal.desired, prepared: &prepared };
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
    let changes = Changes::since(goal.previous);
    let mut first: HashMap<&ServiceName, &ObservedContainer> = HashMap::new();
    let mut work = Vec::with_capacity(goal.desired.services.len());
    for service in order::dependencies_first(goal.desired) {
        let parents = slots::parents(service);
        let image = images::choose(index, service, goal.pins.get(&service.name), input.facts);
        let wanted = Wanted {
            service,
            image: image.id,
            build: image.build_hash(),
            parents: &parents,
            first: &first,
            changed: changes.of(service),
        };
        let slots = slots::slots(index, &goal.desired.name, &wanted);
        if let Some(kept) = slots.first().and_then(|slot| slot.keep) {
            first.insert(&service.name, kept);
        }
        work.push(Work { service, image, parents, slots, made: BTreeMap::new(), late: false });
    }
    work
}

/// A service whose network is made anew is late, and so is one that shares a late service's namespaces.
fn mark_late(networks: &Networks<'_>, work: &mut [Work<'_>]) {
    if !networks.any_replaced() {
        return;
    }
    let mut late: HashSet<&ServiceName> = HashSet::new();
    for entry in work {
        let attachments = entry.service.container.network_mode.attachments();
        entry.late = attachments.iter().any(|a| networks.is_replaced(&a.network))
            || entry.parents.iter().any(|(parent, _)| late.contains(parent));
        if entry.late {
            late.insert(&entry.service.name);
        }
    }
}

/// Makes the containers of the services that are late, or of those that are not.
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
    let stamp = input.provenance.stamp();
    let shared: HashSet<&ServiceName> =
        work.iter().flat_map(|entry| &entry.parents).map(|(parent, _)| *parent).collect();
    // Slot 1 of every service so far that others share something of.
    let mut first: HashMap<&ServiceName, Target> = HashMap::new();
    for entry in work {
        if entry.late == late {
            let creator = Creator { input, index, networks, volumes, images, stamp: &stamp, first: &first };
            creator.create_missing(builder, entry);
        }
        if shared.contains(&entry.service.name) {
            first.extend(entry.first().map(|target| (&entry.service.name, target)));
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
) -> StepSet {
    let made = work.iter().flat_map(|entry| entry.made.values()).flat_map(|made| &made.ready);
    let preparation: StepSet = images.all().chain(made).collect();
    let disrupts = !orphans.is_empty()
        || networks.any_replaced()
        || work.iter().flat_map(|entry| &entry.slots).any(|slot| !slot.stale.is_empty());
    if preparation.is_empty() || !disrupts {
        return StepSet::default();
    }
    StepSet::from(builder.step(For::STACK, Action::Prepared, Cause::Safety, &preparation))
}

/// Containers of the stack that no slot of the definition claims.
fn orphans<'a>(index: &Index<'a>, desired: &DesiredStack) -> Vec<(&'a ObservedContainer, Cause)> {
    let replicas: HashMap<&str, u32> =
        desired.services.iter().map(|s| (s.name.as_str(), s.replicas)).collect();
    let mut orphans = Vec::new();
    for (service, containers) in &index.services {
        let wanted = service.and_then(|name| replicas.get(name).copied());
        for (slot, container) in containers {
            let cause = match wanted {
                None => Cause::NotInDefinition,
                Some(count) if slot.0 == 0 || slot.0 > count => Cause::ScaledDown,
                Some(_) => continue,
            };
            orphans.push((*service, *container, cause));
        }
    }
    orphans.sort_by_key(|(service, ..)| *service);
    orphans.into_iter().map(|(_, container, cause)| (container, cause)).collect()
}
