//! Converges to a definition. The phases touch running containers as late as possible: networks and volumes, images,
//! new containers, and only then stops, removals, renames and starts.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use crate::command::Readiness;
use crate::desired::{DesiredStack, ServiceSpec};
use crate::ids::{ContainerId, Slot, StepId};
use crate::names::ServiceName;
use crate::observation::ObservedContainer;
use crate::plan::{Cause, Plan, StepAction, Target};
use crate::release::ImagePin;

use super::builder::{Builder, Scope, existing};
use super::changes::Changes;
use super::create::{Creation, Creator};
use super::gates::Reached;
use super::images::{self, ImageChoice, Images};
use super::index::Index;
use super::namespaces::{self, Kin, Sharing};
use super::networks::Networks;
use super::part::{self, Objects, Part, Role};
use super::slots::{self, SlotState, Wanted};
use super::step_set::StepSet;
use super::{
    PlanningInput, deploy, engine_needs, host_ports, order, readiness, secrets, spoofed, turnover, volumes,
};

/// The request, as in [`super::Objective::Converge`].
#[derive(Clone, Copy)]
pub(super) struct Convergence<'a> {
    pub(super) desired: &'a DesiredStack,
    pub(super) previous: Option<&'a DesiredStack>,
    pub(super) pins: &'a BTreeMap<ServiceName, ImagePin>,
    pub(super) readiness: Readiness,
    pub(super) recreate: &'a BTreeSet<ServiceName>,
    pub(super) only: Option<&'a ServiceName>,
}

/// One service, as far as it has been decided.
pub(super) struct Work<'a> {
    pub(super) service: &'a ServiceSpec,
    pub(super) role: Role,
    pub(super) image: ImageChoice<'a>,
    /// The services whose first container it shares something with.
    pub(super) parents: Vec<(&'a ServiceName, Sharing)>,
    pub(super) slots: Vec<SlotState<'a>>,
    /// The container of slot 1, if it takes no part.
    left: Option<&'a ObservedContainer>,
    /// The new containers, by slot.
    pub(super) made: BTreeMap<Slot, Creation>,
    /// Its containers can only be created after a network was recreated.
    late: bool,
}

impl Work<'_> {
    /// The container of slot 1: the new or the existing one.
    fn first(&self) -> Option<Target> {
        match self.made.get(&Slot(1)) {
            Some(made) => Some(made.target.clone()),
            None => self.left.or_else(|| self.slots.first()?.keep).map(existing),
        }
    }
}

/// The input of every turnover rule.
pub(super) struct Scene<'p, 'a> {
    pub(super) input: &'p PlanningInput<'a>,
    pub(super) index: &'p Index<'a>,
    pub(super) networks: &'p Networks<'a>,
    pub(super) desired: &'a DesiredStack,
    /// The step after which running containers may be touched; empty if nothing has to be prepared.
    pub(super) prepared: &'p StepSet,
}

pub(super) fn converge<'a>(input: &PlanningInput<'a>, index: &Index<'a>, goal: Convergence<'a>) -> Plan {
    let mut builder = Builder::with_hooks_of(goal.previous.into_iter().chain([goal.desired]));
    engine_needs::check(input, &mut builder, goal.desired);
    secrets::check(&mut builder, goal.desired);
    host_ports::conflicts_within(&mut builder, goal.desired);
    let kin = Kin::of(goal.desired);
    let part = Part::of(goal.only, &kin, &order::dependencies_first(goal.desired), &input.edited_files());
    let mut work = classify(input, index, goal, &part);
    let objects = Objects::of(goal.desired, &part);

    let mut networks = Networks::plan(input, index, &mut builder, goal.desired, &objects);
    let volumes = volumes::ensure(input, index, &mut builder, goal.desired, &objects);
    let mut images = Images::default();
    for entry in work.iter().filter(|entry| entry.role != Role::Bystander) {
        let creates = entry.slots.iter().any(|slot| slot.keep.is_none());
        if !entry.slots.is_empty() {
            namespaces::check_references(index, &mut builder, &kin, entry.service, &entry.parents);
        }
        images.provide(input, index, &mut builder, entry.service, &entry.image, creates);
    }
    mark_late(&networks, &mut work);
    create(input, index, &mut builder, &kin, &networks, &volumes, &images, &mut work, false);
    let orphans = if objects.are_all() { orphans(index, goal.desired) } else { Vec::new() };
    let prepared = prepare(&mut builder, &networks, &images, &work, &orphans);

    let kept: HashSet<&ContainerId> =
        work.iter().flat_map(|w| &w.slots).filter_map(|s| s.keep).map(|c| &c.id).collect();
    networks.replace(input, index, &mut builder, &kept, &prepared);
    create(input, index, &mut builder, &kin, &networks, &volumes, &images, &mut work, true);

    let scene = Scene { input, index, networks: &networks, desired: goal.desired, prepared: &prepared };
    for (container, cause) in &orphans {
        let service = container.service();
        let scope = Scope { service: service.as_ref(), slot: container.slot() };
        builder.remove(scope, container, false, cause, &prepared);
    }
    turnover::clear_the_way(&scene, &mut builder, &work);
    let mut reached = Reached::default();
    for entry in &work {
        turnover::service(&scene, &mut builder, &mut reached, entry);
    }
    if goal.readiness == Readiness::Ready {
        let counts = |entry: &&Work<'_>| part::counts(entry.role, input.facts, &reached, &entry.service.name);
        for entry in work.iter().filter(counts) {
            readiness::await_ready(input.facts, &mut builder, &reached, entry.service);
            deploy::verify(&mut builder, &reached, entry.service);
        }
    }
    let freed = reached.into_freed();
    networks.remove_doomed(index, &mut builder, &freed);
    spoofed::note(input, &mut builder);
    builder.finish()
}

/// Decides for every slot what is kept and what is removed, dependencies first.
pub(super) fn classify<'a>(
    input: &PlanningInput<'a>,
    index: &Index<'a>,
    goal: Convergence<'a>,
    part: &Part<'a>,
) -> Vec<Work<'a>> {
    let changes = Changes::since(goal.previous);
    let command = input.provenance.command.map(|command| command.to_string());
    let kin = Kin::of(goal.desired);
    let mut first: HashMap<&ServiceName, &ObservedContainer> = HashMap::new();
    let mut earlier: HashSet<&ServiceName> = HashSet::new();
    let edited = input.edited_files();
    let mut work = Vec::with_capacity(goal.desired.services.len());
    for service in order::dependencies_first(goal.desired) {
        let mut parents = kin.parents(service);
        // Where the references go in a circle, one of them is to a container that exists, or does not.
        parents.retain(|(parent, _)| earlier.contains(*parent));
        earlier.insert(&service.name);
        let image = images::choose(index, service, goal.pins.get(&service.name), input.facts);
        let wanted = Wanted {
            service,
            image: image.id,
            build: image.build_hash(),
            kin: &kin,
            parents: &parents,
            first: &first,
            changed: changes.of(service),
            changed_files: changes.of_files(service),
            edited: &edited,
            recreate: goal.recreate.contains(&service.name),
            command: command.as_deref(),
        };
        let mut slots = slots::slots(index, &goal.desired.name, &wanted);
        let role = part.role(&service.name);
        let left = part::limit(role, &mut slots, input, &parents, part, &first);
        if let Some(kept) = left.or_else(|| slots.first()?.keep) {
            first.insert(&service.name, kept);
        }
        work.push(Work { service, role, image, parents, slots, left, made: BTreeMap::new(), late: false });
    }
    work
}

/// A service is late if its network is recreated or if it shares the namespaces of a late service.
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

/// Creates the containers of the late services, or of the others.
#[expect(
    clippy::too_many_arguments,
    reason = "one call site each for early and late containers; a struct would only rename them"
)]
fn create<'a>(
    input: &PlanningInput<'a>,
    index: &Index<'a>,
    builder: &mut Builder,
    kin: &Kin<'a>,
    networks: &Networks<'a>,
    volumes: &BTreeMap<&str, StepId>,
    images: &Images,
    work: &mut [Work<'a>],
    late: bool,
) {
    let stamp = input.provenance.stamp();
    let shared: HashSet<&ServiceName> =
        work.iter().flat_map(|entry| &entry.parents).map(|(parent, _)| *parent).collect();
    // Slot 1 of every service so far that others share namespaces or volumes with.
    let mut first: HashMap<&ServiceName, Target> = HashMap::new();
    for entry in work {
        if entry.late == late {
            let creator =
                Creator { input, index, kin, networks, volumes, images, stamp: &stamp, first: &first };
            creator.create_missing(builder, entry);
        }
        if shared.contains(&entry.service.name) {
            first.extend(entry.first().map(|target| (&entry.service.name, target)));
        }
    }
}

/// Adds one step that everything disruptive waits for, if there is anything to prepare and anything to disrupt.
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
    StepSet::from(builder.step(Scope::STACK, StepAction::Prepared, Cause::Safety, &preparation))
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
