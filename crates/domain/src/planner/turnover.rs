//! Moves from the running to the desired containers, one service after the other: predecessors are removed, names and
//! networks are corrected, and containers start when their dependencies are met.

use std::collections::HashSet;

use super::said;
use crate::command::FailureCode;
use crate::desired::ServiceSpec;
use crate::ids::{ContainerId, StepId};
use crate::names::ServiceName;
use crate::observation::{ContainerState, ObservedContainer, RunEnding};
use crate::plan::{Cause, NetworkTarget, StepAction, Target};

use super::builder::{Builder, Scope, existing};
use super::converge::{Scene, Work};
use super::create::{Creation, full, names};
use super::deploy::Fitting;
use super::gates::{Ending, Outcome, Reached};
use super::namespaces::{self, Sharing};
use super::slots::SlotState;
use super::step_set::StepSet;
use super::{host_ports, networks, start};

/// Removes predecessors with a name or host port that another slot needs. If each waited for its own turn, they could
/// wait for each other.
pub(super) fn clear_the_way(scene: &Scene<'_, '_>, builder: &mut Builder, work: &[Work<'_>]) {
    let mut blocking = HashSet::new();
    for entry in work {
        for slot in &entry.slots {
            let own = |id: &ContainerId| {
                slot.stale.iter().any(|(c, _)| c.id == *id) || slot.keep.is_some_and(|c| c.id == *id)
            };
            // A container that has its final name does not block any other name.
            if slot.keep.is_none_or(|container| container.name != slot.name) {
                let holder = scene.index.host.by_name.get(slot.name.as_str()).map(|holder| &holder.id);
                blocking.extend(holder.filter(|id| scene.index.owns(id) && !own(id)));
            }
            if slot.keep.is_none_or(|container| !container.state.is_up()) {
                let holders = host_ports::holders(
                    scene.index,
                    builder,
                    &entry.service.name,
                    &entry.service.container.ports,
                );
                blocking.extend(holders.into_iter().filter(|id| !own(id)));
            }
        }
    }
    if blocking.is_empty() {
        return;
    }
    for entry in work {
        for slot in &entry.slots {
            let mut after = scene.prepared.clone();
            after.extend(entry.made.get(&slot.slot).into_iter().flat_map(|made| &made.ready));
            for (container, _) in slot.stale.iter().filter(|(c, _)| blocking.contains(&c.id)) {
                builder.remove(
                    Scope::slot(&entry.service.name, slot.slot),
                    container,
                    false,
                    &Cause::InTheWay,
                    &after,
                );
            }
        }
    }
}

/// Brings every slot of a service to its final state.
pub(super) fn service<'a>(
    scene: &Scene<'_, 'a>,
    builder: &mut Builder,
    reached: &mut Reached<'a>,
    work: &Work<'a>,
) {
    let service = work.service;
    let disturbed = work.slots.iter().any(|slot| {
        slot.keep.is_none() || !slot.stale.is_empty() || needs_start(scene, builder, service, slot.keep)
    });
    let restart =
        work.slots.iter().filter_map(|slot| slot.keep).find_map(|c| reached.replaced_dependency(service, c));
    // Waits are only worthwhile if something of this service is about to start.
    let mut gates =
        if disturbed || restart.is_some() { reached.gates(builder, service) } else { StepSet::default() };
    if disturbed {
        gates.extend(reached.parents_started(service, &work.parents));
    }
    for slot in &work.slots {
        let turn = Turn { scene, service, parents: &work.parents, slot, gates: &gates };
        let outcome = match (slot.keep, work.made.get(&slot.slot)) {
            (Some(container), _) => turn.keep(builder, reached, container),
            (None, Some(made)) => turn.replace(builder, made),
            (None, None) => continue,
        };
        reached.add(service, outcome);
    }
}

/// Whether a kept container has to be started in its current state.
fn needs_start(
    scene: &Scene<'_, '_>,
    builder: &Builder,
    service: &ServiceSpec,
    container: Option<&ObservedContainer>,
) -> bool {
    let Some(container) = container else { return false };
    if builder.stop_of(&container.id).is_some() {
        return true;
    }
    match container.state {
        ContainerState::Running | ContainerState::Restarting => false,
        _ => {
            let facts = scene.input.facts;
            !facts.is_done(service, container) && !facts.is_over(service, container)
        }
    }
}

/// The end of a container that a step starts.
fn started(start: StepId) -> (Option<StepId>, StepSet) {
    (Some(start), StepSet::from(start))
}

/// One slot of one service.
struct Turn<'p, 'a> {
    scene: &'p Scene<'p, 'a>,
    service: &'a ServiceSpec,
    parents: &'p [(&'a ServiceName, Sharing)],
    slot: &'p SlotState<'a>,
    gates: &'p StepSet,
}

impl<'a> Turn<'_, 'a> {
    fn scope(&self) -> Scope<'a> {
        Scope::slot(&self.service.name, self.slot.slot)
    }

    /// A new container takes the slot.
    fn replace(&self, builder: &mut Builder, made: &Creation) -> Outcome<'a> {
        let mut after = made.ready.clone();
        after.extend(self.scene.prepared);
        if !self.slot.stale.is_empty() {
            // The predecessor runs until all dependencies of its successor are met, which shortens the downtime.
            after.extend(self.gates);
        }
        let gone = self.remove_stale(builder, &after);
        let mut before_start = made.ready.clone();
        before_start.extend(self.gates);
        before_start.extend(&gone);
        let mut target = made.target.clone();
        if made.needs_rename {
            before_start.insert(self.rename(builder, &target, &before_start));
            target = target.called(&self.slot.name);
        }
        before_start.extend(self.port_stops(builder));
        let cause = self.slot.stale.first().map_or(Cause::Missing, |(_, cause)| cause.clone());
        let start = start::start(builder, self.scope(), self.service, &target, None, &cause, &before_start);
        let fitted = StepSet::from(start);
        Outcome { scope: self.scope(), container: Ending::Made(target), start: Some(start), fitted }
    }

    /// Keeps the container and corrects what is wrong with it.
    fn keep(
        &self,
        builder: &mut Builder,
        reached: &mut Reached<'a>,
        container: &'a ObservedContainer,
    ) -> Outcome<'a> {
        let mut ready = self.repair_networks(builder, reached, container);
        ready.extend(self.remove_stale(builder, self.scene.prepared));
        let moved_aside = builder.rename_of(&container.id).is_some();
        let mut ending = Ending::Kept(container);
        if (container.name != self.slot.name || moved_aside) && self.name_can_be_freed(builder) {
            ready.insert(self.rename(builder, &existing(container), &ready));
            ending = Ending::Renamed(container, self.slot.name.clone());
        }
        let (start, fitted) = self.start_kept(builder, reached, container, &ending, ready);
        Outcome { scope: self.scope(), container: ending, start, fitted }
    }

    fn start_kept(
        &self,
        builder: &mut Builder,
        reached: &Reached<'a>,
        container: &'a ObservedContainer,
        ending: &Ending<'a>,
        ready: StepSet,
    ) -> (Option<StepId>, StepSet) {
        let mut after = ready;
        after.extend(self.gates);
        after.extend(builder.stop_of(&container.id));
        if needs_start(self.scene, builder, self.service, Some(container)) {
            let was_stopped = builder.stop_of(&container.id).is_some();
            if !was_stopped && self.has_failed(builder, container) {
                return (None, StepSet::default());
            }
            if container.state == ContainerState::Paused && !was_stopped {
                let action = StepAction::UnpauseContainer { container: ending.target() };
                return started(builder.step(self.scope(), action, Cause::Paused, &after));
            }
            after.extend(self.port_stops(builder));
            let (scope, service, cause) = (self.scope(), self.service, Cause::NotRunning);
            let target = ending.target();
            return started(start::start(builder, scope, service, &target, Some(container), &cause, &after));
        }
        let target = ending.target();
        let (scope, service) = (self.scope(), self.service);
        let fitting = Fitting { scope, service, target: &target, container: Some(container) };
        let by_others = self.reason_to_restart(reached, container, &mut after);
        let by_artifact = fitting.restart().filter(|_| by_others.is_none() && container.state.is_up());
        if by_artifact.is_some() {
            after.extend(self.scene.prepared);
        }
        if let Some(cause) = by_others.or(by_artifact) {
            return started(start::restart(builder, scope, service, container, &cause, &after));
        }
        let start = start::finish(builder, self.scene.input.facts, scope, service, container, &after);
        (start, fitting.fit(builder, start, &after, self.scene.prepared))
    }

    /// Why a running container cannot go on as it is; `after` gets the steps that have to come first.
    fn reason_to_restart(
        &self,
        reached: &Reached<'a>,
        container: &'a ObservedContainer,
        after: &mut StepSet,
    ) -> Option<Cause> {
        if !container.state.is_up() {
            return None;
        }
        if let Some(parent) = namespaces::restarted_parent(self.scene.index, container) {
            return Some(Cause::ParentRestarted { container: parent.name.clone() });
        }
        let started = |(service, sharing): &(&ServiceName, Sharing)| {
            let first = reached.outcomes(service).first().filter(|_| *sharing != Sharing::Volumes);
            first.and_then(|outcome| Some((outcome.container.target().name().to_owned(), outcome.start?)))
        };
        if let Some((container, start)) = self.parents.iter().find_map(started) {
            after.insert(start);
            return Some(Cause::ParentRestarted { container });
        }
        let replaced = reached.replaced_dependency(self.service, container);
        replaced.map(|service| Cause::DependencyReplaced { service: service.clone() })
    }

    /// Whether this command already started the container and it exited again: starting it again could go on forever.
    fn has_failed(&self, builder: &mut Builder, container: &ObservedContainer) -> bool {
        let Some(code) = self.scene.input.facts.ended_after_start(container) else { return false };
        let (message, hint) = if container.ending == RunEnding::Stopped {
            (said::started_and_stopped(&container.name, code), said::find_who_stops_it())
        } else {
            let hint = said::fix_definition_and_apply(&self.service.name);
            (said::started_and_ended(&container.name, code), hint)
        };
        builder.blocker(FailureCode::ServiceExited, &container.name, message, Some(hint));
        true
    }

    fn remove_stale(&self, builder: &mut Builder, after: &StepSet) -> StepSet {
        let stale = &self.slot.stale;
        stale
            .iter()
            .map(|(container, cause)| builder.remove(self.scope(), container, false, cause, after))
            .collect()
    }

    fn rename(&self, builder: &mut Builder, target: &Target, after: &StepSet) -> StepId {
        let mut after = after.clone();
        after.extend(target.existing().and_then(|id| builder.rename_of(id)));
        after.extend(self.free_name(builder));
        builder.rename(self.scope(), target, &self.slot.name, &after)
    }

    /// The step after which the slot's name is free. A kept container of ours with that name is renamed first: two
    /// containers that have each other's name would otherwise wait for each other.
    fn free_name(&self, builder: &mut Builder) -> Option<StepId> {
        let holder = self.scene.index.host.by_name.get(self.slot.name.as_str())?;
        let leaving = builder.removal_of(&holder.id).or_else(|| builder.rename_of(&holder.id));
        leaving.or_else(|| {
            let container = self.scene.index.container(&holder.id)?;
            let service = container.service();
            let scope = Scope { service: service.as_ref(), slot: container.slot() };
            let aside = format!("{}.aside-{}", container.name, container.id.short());
            Some(builder.rename(scope, &existing(container), &aside, self.scene.prepared))
        })
    }

    /// The correct name of a kept container may be in use by a foreign container.
    fn name_can_be_freed(&self, builder: &mut Builder) -> bool {
        let Some(holder) = self.scene.index.host.by_name.get(self.slot.name.as_str()) else { return true };
        if self.scene.index.owns(&holder.id) {
            return true;
        }
        let message = said::container_name_in_use(&holder.name, &holder.image);
        let hint = said::rename_or_remove_container();
        builder.blocker(FailureCode::NameForeign, &self.slot.name, message, Some(hint));
        false
    }

    /// The stops that free the host ports this slot needs.
    fn port_stops(&self, builder: &mut Builder) -> StepSet {
        let holders =
            host_ports::holders(self.scene.index, builder, &self.service.name, &self.service.container.ports);
        holders.into_iter().filter_map(|id| builder.stop_of(id)).collect()
    }

    fn repair_networks(
        &self,
        builder: &mut Builder,
        reached: &mut Reached<'a>,
        container: &'a ObservedContainer,
    ) -> StepSet {
        let wanted = self.service.container.network_mode.attachments();
        let host_name = self.service.container.hostname.as_deref();
        let means_another = |alias: &str| {
            host_name != Some(alias)
                && self.scene.desired.services.iter().any(|other| other.name.as_str() == alias)
        };
        let mut done = StepSet::default();
        for attachment in wanted {
            let Some(target) = self.scene.networks.target(&attachment.network) else { continue };
            let names = names(attachment, self.service, &self.slot.name);
            let cause = if !self.is_attached(container, target) {
                Cause::NetworkMissing { network: attachment.network.clone() }
            } else if !networks::has_aliases(container, &attachment.network, &names, means_another) {
                Cause::AliasesChanged { network: attachment.network.clone() }
            } else {
                continue;
            };
            let mut after = self.detach_wrong(builder, reached, container, &attachment.network, &cause);
            if let NetworkTarget::New { step, .. } = target {
                after.insert(*step);
            }
            let action = StepAction::ConnectNetwork {
                container: existing(container),
                network: target.clone(),
                attachment: Box::new(full(attachment, self.service, &self.slot.name)),
            };
            done.insert(builder.step(self.scope(), action, cause, &after));
        }
        let unwanted = container.networks.keys().filter(|name| wanted.iter().all(|a| a.network != **name));
        for name in unwanted.filter(|_| !wanted.is_empty()) {
            if let Some(network) = self.scene.networks.doomed_under(container, name).cloned() {
                let cause = Cause::NetworkUnwanted { network: name.clone() };
                let step = builder.step(
                    self.scope(),
                    networks::disconnect(container, name),
                    cause,
                    self.scene.prepared,
                );
                reached.free(network, step);
                done.insert(step);
            }
        }
        done
    }

    /// Compared by id if the engine knows it: a network of the same name may be another one.
    fn is_attached(&self, container: &ObservedContainer, target: &NetworkTarget) -> bool {
        if self.scene.networks.was_detached(&container.id, target.name()) {
            return false;
        }
        let Some(endpoint) = container.networks.get(target.name()) else { return false };
        match (&endpoint.network_id, target) {
            (None, _) => true,
            (Some(id), NetworkTarget::Existing { id: wanted, .. }) => id == wanted,
            (Some(_), NetworkTarget::New { .. }) => false,
        }
    }

    /// Detaches the container from a network, including a former or duplicate one of the same name. It is stopped
    /// first: published ports belong to the endpoint and would be lost under a running process. Without published
    /// ports, wrong aliases alone are no reason to interrupt it.
    fn detach_wrong(
        &self,
        builder: &mut Builder,
        reached: &mut Reached<'a>,
        container: &'a ObservedContainer,
        network: &str,
        cause: &Cause,
    ) -> StepSet {
        let attached = container.networks.contains_key(network);
        if !attached || self.scene.networks.was_detached(&container.id, network) {
            return builder.stop_of(&container.id).into_iter().collect();
        }
        let mut after = self.scene.prepared.clone();
        let only_names = matches!(cause, Cause::AliasesChanged { .. });
        if !only_names || !self.service.container.ports.is_empty() {
            after.extend(builder.stop(self.scope(), container, None, cause.clone(), self.scene.prepared));
        }
        let step =
            builder.step(self.scope(), networks::disconnect(container, network), cause.clone(), &after);
        if let Some(doomed) = self.scene.networks.doomed_under(container, network) {
            reached.free(doomed.clone(), step);
        }
        StepSet::from(step)
    }
}
