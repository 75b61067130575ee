//! From what runs to what should run, one service after the other: predecessors go, names and networks are put
//! right, containers start when what they need is there.

use std::collections::HashSet;

use crate::command::FailureCode;
use crate::desired::ServiceSpec;
use crate::ids::{ContainerId, StepId};
use crate::observation::{ContainerState, ObservedContainer};
use crate::plan::{Action, Cause, NetworkTarget, Target};

use super::builder::{Builder, For, existing};
use super::converge::{Scene, Work};
use super::create::{Creation, full, names};
use super::gates::{Ending, Outcome, Reached};
use super::slots::SlotState;
use super::step_set::StepSet;
use super::{networks, ports, start};

/// Takes away predecessors that hold a name or a host port which another slot needs. Waiting for their own turn
/// could be waiting for each other.
pub(super) fn clear_the_way(scene: &Scene<'_, '_>, builder: &mut Builder, work: &[Work<'_>]) {
    let mut in_the_way = HashSet::new();
    for entry in work {
        for slot in &entry.slots {
            let own = |id: &ContainerId| {
                slot.stale.iter().any(|(c, _)| c.id == *id) || slot.keep.is_some_and(|c| c.id == *id)
            };
            // One that has its name already holds nobody else's.
            if slot.keep.is_none_or(|container| container.name != slot.name) {
                let holder = scene.index.by_name.get(slot.name.as_str()).map(|holder| &holder.id);
                in_the_way.extend(holder.filter(|id| scene.index.owns(id) && !own(id)));
            }
            if slot.keep.is_none_or(|container| !container.state.is_up()) {
                let holders =
                    ports::holders(scene.index, builder, &entry.service.name, &entry.service.container.ports);
                in_the_way.extend(holders.into_iter().filter(|id| !own(id)));
            }
        }
    }
    if in_the_way.is_empty() {
        return;
    }
    for entry in work {
        for slot in &entry.slots {
            let mut after = scene.prepared.clone();
            after.extend(entry.made.get(&slot.slot).into_iter().flat_map(|made| &made.ready));
            for (container, _) in slot.stale.iter().filter(|(c, _)| in_the_way.contains(&c.id)) {
                builder.remove(
                    For::slot(&entry.service.name, slot.slot),
                    container,
                    false,
                    &Cause::InTheWay,
                    &after,
                );
            }
        }
    }
}

/// Brings every slot of a service to its end.
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
    // Waits are only worth their time when something of this service is about to start.
    let gates =
        if disturbed || restart.is_some() { reached.gates(builder, service) } else { StepSet::default() };
    for slot in &work.slots {
        let turn = Turn { scene, service, slot, gates: &gates };
        let outcome = match (slot.keep, work.made.get(&slot.slot)) {
            (Some(container), _) => turn.keep(builder, reached, container),
            (None, Some(made)) => turn.replace(builder, made),
            (None, None) => continue,
        };
        reached.add(service, outcome);
    }
}

/// Whether a kept container has to be started, as things are now.
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
        ContainerState::Exited { code: 0 } if service.container.restart.lets_success_rest() => {
            // A STOP ended it, so it did not end by itself; a job that succeeded has done its work either way.
            !service.is_job
                && container.run().is_some_and(|run| scene.input.facts.stopped_runs.contains(&run))
        }
        _ => true,
    }
}

/// One slot of one service.
struct Turn<'p, 'a> {
    scene: &'p Scene<'p, 'a>,
    service: &'a ServiceSpec,
    slot: &'p SlotState<'a>,
    gates: &'p StepSet,
}

impl<'a> Turn<'_, 'a> {
    fn whom(&self) -> For<'a> {
        For::slot(&self.service.name, self.slot.slot)
    }

    /// A new container takes the slot.
    fn replace(&self, builder: &mut Builder, made: &Creation) -> Outcome<'a> {
        let mut after = made.ready.clone();
        after.extend(self.scene.prepared);
        if !self.slot.stale.is_empty() {
            // The predecessor runs until everything its successor waits for is there: the shorter gap.
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
        let start = start::start(builder, self.whom(), self.service, &target, &cause, &before_start);
        Outcome { whom: self.whom(), container: Ending::Made(target), start: Some(start) }
    }

    /// The container stays; what is wrong about it is put right.
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
        let start = self.start_kept(builder, reached, container, &ending, ready);
        Outcome { whom: self.whom(), container: ending, start }
    }

    fn start_kept(
        &self,
        builder: &mut Builder,
        reached: &Reached<'a>,
        container: &'a ObservedContainer,
        ending: &Ending<'a>,
        ready: StepSet,
    ) -> Option<StepId> {
        let mut after = ready;
        after.extend(self.gates);
        after.extend(builder.stop_of(&container.id));
        if needs_start(self.scene, builder, self.service, Some(container)) {
            let was_stopped = builder.stop_of(&container.id).is_some();
            if !was_stopped && self.has_failed(builder, container) {
                return None;
            }
            if container.state == ContainerState::Paused && !was_stopped {
                let action = Action::UnpauseContainer { container: ending.target() };
                return Some(builder.step(self.whom(), action, Cause::Paused, &after));
            }
            after.extend(self.port_stops(builder));
            let (whom, cause) = (self.whom(), Cause::NotRunning);
            return Some(start::start(builder, whom, self.service, &ending.target(), &cause, &after));
        }
        let replaced = reached.replaced_dependency(self.service, container);
        let Some(dependency) = replaced.filter(|_| container.state.is_up()) else {
            let facts = self.scene.input.facts;
            return start::finish(builder, facts, self.whom(), self.service, container, &after);
        };
        let cause = Cause::DependencyReplaced { service: dependency.clone() };
        Some(start::restart(builder, self.whom(), self.service, container, &cause, &after))
    }

    /// Whether this command started the container already and it ended again: starting it once more would go on for
    /// ever.
    fn has_failed(&self, builder: &mut Builder, container: &ObservedContainer) -> bool {
        let ContainerState::Exited { code } = container.state else { return false };
        if !self.scene.input.facts.started.contains(&container.id) {
            return false;
        }
        let message = format!("`{}` was started and ended with exit code {code}", container.name);
        let hint =
            format!("read its last lines, mend the definition of `{}`, and apply again", self.service.name);
        builder.problem(FailureCode::ServiceExited, &container.name, message, Some(hint));
        true
    }

    fn remove_stale(&self, builder: &mut Builder, after: &StepSet) -> StepSet {
        let stale = &self.slot.stale;
        stale
            .iter()
            .map(|(container, cause)| builder.remove(self.whom(), container, false, cause, after))
            .collect()
    }

    fn rename(&self, builder: &mut Builder, target: &Target, after: &StepSet) -> StepId {
        let mut after = after.clone();
        after.extend(target.existing().and_then(|id| builder.rename_of(id)));
        after.extend(self.free_name(builder));
        builder.rename(self.whom(), target, &self.slot.name, &after)
    }

    /// The step after which the slot's name is free. A container of ours that has it and stays is moved aside first:
    /// two that have each other's name would wait for each other.
    fn free_name(&self, builder: &mut Builder) -> Option<StepId> {
        let holder = self.scene.index.by_name.get(self.slot.name.as_str())?;
        let leaving = builder.removal_of(&holder.id).or_else(|| builder.rename_of(&holder.id));
        leaving.or_else(|| {
            let container = self.scene.index.container(&holder.id)?;
            let service = container.service();
            let whom = For { service: service.as_ref(), slot: container.slot() };
            let aside = format!("{}.aside-{}", container.name, container.id.short());
            Some(builder.rename(whom, &existing(container), &aside, self.scene.prepared))
        })
    }

    /// A kept container with a wrong name may find its name taken by a stranger.
    fn name_can_be_freed(&self, builder: &mut Builder) -> bool {
        let Some(holder) = self.scene.index.by_name.get(self.slot.name.as_str()) else { return true };
        if self.scene.index.owns(&holder.id) {
            return true;
        }
        let message = format!(
            "the name `{}` is held by a container of somebody else, made from `{}`",
            holder.name, holder.image
        );
        let hint = "rename or remove that container".to_owned();
        builder.problem(FailureCode::NameForeign, &self.slot.name, message, Some(hint));
        false
    }

    /// The stops that free the host ports this slot needs.
    fn port_stops(&self, builder: &mut Builder) -> StepSet {
        let holders =
            ports::holders(self.scene.index, builder, &self.service.name, &self.service.container.ports);
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
            let action = Action::ConnectNetwork {
                container: existing(container),
                network: target.clone(),
                attachment: Box::new(full(attachment, self.service, &self.slot.name)),
            };
            done.insert(builder.step(self.whom(), action, cause, &after));
        }
        let unwanted = container.networks.keys().filter(|name| wanted.iter().all(|a| a.network != **name));
        for name in unwanted.filter(|_| !wanted.is_empty()) {
            if let Some(network) = self.scene.networks.doomed_under(container, name).cloned() {
                let cause = Cause::NetworkUnwanted { network: name.clone() };
                let step = builder.step(
                    self.whom(),
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

    /// Compared by id where the engine knows one: a network of the same name may be another one.
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

    /// Takes the container off a network, be it a former or duplicate one of the same name. It is stopped for that:
    /// published ports belong to the endpoint and would be lost under a running process. Without any, only its names
    /// being wrong is no reason to interrupt it.
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
            after.extend(builder.stop(self.whom(), container, None, cause.clone(), self.scene.prepared));
        }
        let step = builder.step(self.whom(), networks::disconnect(container, network), cause.clone(), &after);
        if let Some(doomed) = self.scene.networks.doomed_under(container, network) {
            reached.free(doomed.clone(), step);
        }
        StepSet::from(step)
    }
}
