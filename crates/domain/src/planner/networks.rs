//! Networks of a stack: created, kept, recreated, and cleared of duplicates. Always by id, since names are ambiguous.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, HashSet};

use super::said;
use crate::command::FailureCode;
use crate::desired::{DesiredStack, NetworkSpec, SpecHash};
use crate::ids::{ContainerId, NetworkId, StepId};
use crate::labels;
use crate::observation::{ObservedContainer, ObservedNetwork};
use crate::plan::{Cause, NetworkTarget, StepAction};

use super::PlanningInput;
use super::builder::{Builder, Scope, existing};
use super::index::Index;
use super::part::Objects;
use super::step_set::StepSet;

/// Decisions about the networks.
#[derive(Default)]
pub(super) struct Networks<'a> {
    targets: BTreeMap<&'a str, NetworkTarget>,
    /// To be recreated under the same name: the definition and the existing networks.
    replaced: Vec<(&'a NetworkSpec, Vec<&'a ObservedNetwork>)>,
    /// Our networks that are no longer needed.
    doomed: Vec<(&'a ObservedNetwork, Cause)>,
    detached: BTreeSet<(ContainerId, String)>,
}

impl<'a> Networks<'a> {
    /// Decides about every network and creates the missing ones.
    pub(super) fn plan(
        input: &PlanningInput<'a>,
        index: &Index<'a>,
        builder: &mut Builder,
        desired: &'a DesiredStack,
        objects: &Objects<'_>,
    ) -> Self {
        let mut networks = Self::default();
        for spec in desired.networks.iter().filter(|spec| objects.have_network(spec)) {
            let there = index.host.networks.get(spec.name.as_str()).map_or(&[][..], Vec::as_slice);
            if spec.external {
                networks.external(builder, spec, there);
            } else {
                networks.own(input, index, builder, spec, there);
            }
        }
        if !objects.are_all() {
            networks.leave_others();
            return networks;
        }
        let wanted: BTreeSet<&str> = desired.networks.iter().map(|spec| spec.name.as_str()).collect();
        for network in &input.observed.host.networks {
            if is_ours(input, network) && !wanted.contains(network.name.as_str()) {
                networks.doomed.push((network, Cause::NotInDefinition));
            }
        }
        networks
    }

    /// Takes the networks as they are: recreating one would interrupt every container on it.
    fn leave_others(&mut self) {
        self.doomed.clear();
        for (spec, there) in std::mem::take(&mut self.replaced) {
            self.targets.extend(there.first().map(|network| (spec.name.as_str(), found(network))));
        }
    }

    fn external(&mut self, builder: &mut Builder, spec: &'a NetworkSpec, there: &[&'a ObservedNetwork]) {
        if let Some(network) = there.iter().min_by_key(|network| (network.created_at, &network.id)) {
            self.targets.insert(&spec.name, found(network));
        } else {
            let message = said::external_network_missing(&spec.name);
            let hint = said::create_external_network(&spec.name);
            builder.blocker(FailureCode::ExternalMissing, &spec.name, message, Some(hint));
        }
    }

    fn own(
        &mut self,
        input: &PlanningInput<'a>,
        index: &Index<'a>,
        builder: &mut Builder,
        spec: &'a NetworkSpec,
        there: &[&'a ObservedNetwork],
    ) {
        let (ours, foreign): (Vec<_>, Vec<_>) =
            there.iter().copied().partition(|network| is_ours(input, network));
        if ours.is_empty() && !foreign.is_empty() {
            let message = said::network_is_foreign(&spec.name);
            let hint = said::declare_network_external();
            builder.blocker(FailureCode::NameForeign, &spec.name, message, Some(hint));
            return;
        }
        let hash = SpecHash::of_network(spec);
        let mut right: Vec<_> = ours
            .iter()
            .copied()
            .filter(|network| network.labels.get(labels::SPEC).map(String::as_str) == Some(&hash.0))
            .collect();
        if right.len() > 1 {
            right.sort_by_key(|network| {
                (Reverse(endpoints(index, &network.id)), network.created_at, &network.id)
            });
        }
        match right.first() {
            Some(keeper) => {
                self.targets.insert(&spec.name, found(keeper));
                let others = ours.into_iter().filter(|network| network.id != keeper.id);
                self.doomed.extend(others.map(|network| (network, Cause::Duplicate)));
            }
            None if ours.is_empty() => {
                let target = create(input, builder, spec, Cause::Missing, &StepSet::default());
                self.targets.insert(&spec.name, target);
            }
            None => self.replaced.push((spec, ours)),
        }
    }

    /// Recreates networks whose definition changed: their containers are stopped and detached first.
    pub(super) fn replace(
        &mut self,
        input: &PlanningInput<'a>,
        index: &Index<'a>,
        builder: &mut Builder,
        kept: &HashSet<&ContainerId>,
        after: &StepSet,
    ) {
        for (spec, old) in std::mem::take(&mut self.replaced) {
            if refuse_foreign_endpoints(index, builder, &spec.name) {
                continue;
            }
            let cause = Cause::NetworkReplaced { network: spec.name.clone() };
            let mut freed = after.clone();
            for container in index.containers().filter(|c| c.networks.contains_key(&spec.name)) {
                freed.extend(self.detach(builder, container, &spec.name, kept, &cause, after));
            }
            let mut removed = StepSet::default();
            for network in old {
                let action = StepAction::RemoveNetwork { id: network.id.clone(), name: network.name.clone() };
                let changed = Cause::DefinitionChanged { attributes: Vec::new() };
                removed.insert(builder.step(Scope::STACK, action, changed, &freed));
            }
            let cause = Cause::DefinitionChanged { attributes: Vec::new() };
            self.targets.insert(&spec.name, create(input, builder, spec, cause, &removed));
        }
    }

    fn detach(
        &mut self,
        builder: &mut Builder,
        container: &ObservedContainer,
        network: &str,
        kept: &HashSet<&ContainerId>,
        cause: &Cause,
        after: &StepSet,
    ) -> Option<StepId> {
        let service = container.service();
        let scope = Scope { service: service.as_ref(), slot: container.slot() };
        let stop = builder.stop(scope, container, None, cause.clone(), after);
        // A container that will be removed only has to be stopped: the engine removes networks that only stopped
        // containers use.
        if !kept.contains(&container.id) {
            return stop;
        }
        self.detached.insert((container.id.clone(), network.to_owned()));
        let mut after = after.clone();
        after.extend(stop);
        Some(builder.step(scope, disconnect(container, network), cause.clone(), &after))
    }

    /// Whether any network has to be recreated.
    pub(super) fn any_replaced(&self) -> bool {
        !self.replaced.is_empty()
    }

    /// Whether the network has to be recreated, which happens late.
    pub(super) fn is_replaced(&self, network: &str) -> bool {
        self.replaced.iter().any(|(spec, _)| spec.name == network)
    }

    /// The network with this name, unless a blocker prevents it.
    pub(super) fn target(&self, network: &str) -> Option<&NetworkTarget> {
        self.targets.get(network)
    }

    /// Whether the container was detached because its network is recreated.
    pub(super) fn was_detached(&self, container: &ContainerId, network: &str) -> bool {
        !self.detached.is_empty() && self.detached.contains(&(container.clone(), network.to_owned()))
    }

    /// The network to be removed that this container is attached to as `name`.
    pub(super) fn doomed_under(&self, container: &ObservedContainer, name: &str) -> Option<&NetworkId> {
        let attached = |network: &ObservedNetwork| network.name == name && is_attached(container, network);
        self.doomed.iter().find(|(network, _)| attached(network)).map(|(network, _)| &network.id)
    }

    /// Removes networks that are no longer needed, after everything that used them is gone.
    pub(super) fn remove_doomed(
        &self,
        index: &Index<'_>,
        builder: &mut Builder,
        freed: &BTreeMap<NetworkId, StepSet>,
    ) {
        for (network, cause) in &self.doomed {
            if *cause == Cause::NotInDefinition && refuse_foreign_endpoints(index, builder, &network.name) {
                continue;
            }
            let mut after = freed.get(&network.id).cloned().unwrap_or_default();
            for (container, step) in builder.removals() {
                if index.container(container).is_some_and(|c| is_attached(c, network)) {
                    after.insert(step);
                }
            }
            let action = StepAction::RemoveNetwork { id: network.id.clone(), name: network.name.clone() };
            builder.step(Scope::STACK, action, cause.clone(), &after);
        }
    }
}

fn refuse_foreign_endpoints(index: &Index<'_>, builder: &mut Builder, network: &str) -> bool {
    let attached = index.host.attached.get(network).map_or(&[][..], Vec::as_slice);
    let Some(stranger) = attached.iter().find(|occupant| !index.owns(&occupant.id)) else {
        return false;
    };
    in_use(builder, network, &stranger.name);
    true
}

/// Reports that a foreign container prevents a network from being removed.
pub(super) fn in_use(builder: &mut Builder, network: &str, stranger: &str) {
    let message = said::network_to_remove_in_use(network, stranger);
    let hint = said::detach_container(network, stranger);
    builder.blocker(FailureCode::NetworkInUse, network, message, Some(hint));
}

/// Whether this installation created it for this stack.
pub(super) fn is_ours(input: &PlanningInput<'_>, network: &ObservedNetwork) -> bool {
    input.provenance.made(&network.labels)
}

/// Whether the container is attached to exactly this network; a container that never started is compared by name.
pub(super) fn is_attached(container: &ObservedContainer, network: &ObservedNetwork) -> bool {
    container
        .networks
        .get(&network.name)
        .is_some_and(|endpoint| endpoint.network_id.as_ref().is_none_or(|id| *id == network.id))
}

/// Whether the container has all of its names on the network, and none that belongs to another service. Further aliases
/// do not matter: the engine adds some itself, depending on its version, such as the short id and the host name below
/// API 1.45.
pub(super) fn has_aliases<'n>(
    container: &ObservedContainer,
    network: &str,
    wanted: &(impl Iterator<Item = &'n str> + Clone),
    means_another: impl Fn(&str) -> bool,
) -> bool {
    let Some(endpoint) = container.networks.get(network) else { return false };
    // The engine resolves these itself.
    let own = |alias: &str| alias == container.name || alias == container.id.short();
    let given = endpoint.aliases.iter().map(String::as_str);
    // Both lists are short and this runs for every kept container, so nothing is collected.
    wanted.clone().all(|name| own(name) || given.clone().any(|alias| alias == name))
        && given
            .clone()
            .all(|alias| own(alias) || wanted.clone().any(|name| name == alias) || !means_another(alias))
}

/// Detaches by the id that the container has, which may be that of a removed network.
pub(super) fn disconnect(container: &ObservedContainer, network: &str) -> StepAction {
    let known = container.networks.get(network).and_then(|endpoint| endpoint.network_id.as_ref());
    StepAction::DisconnectNetwork {
        container: existing(container),
        network: known.map_or_else(|| network.to_owned(), ToString::to_string),
        name: network.to_owned(),
    }
}

fn found(network: &ObservedNetwork) -> NetworkTarget {
    NetworkTarget::Existing { id: network.id.clone(), name: network.name.clone() }
}

fn create(
    input: &PlanningInput<'_>,
    builder: &mut Builder,
    spec: &NetworkSpec,
    cause: Cause,
    after: &StepSet,
) -> NetworkTarget {
    let hash = SpecHash::of_network(spec);
    let labels = input.provenance.network_labels(&spec.labels, &spec.key, &hash);
    let action = StepAction::CreateNetwork { network: Box::new(spec.clone()), labels };
    let step = builder.step(Scope::STACK, action, cause, after);
    NetworkTarget::New { step, name: spec.name.clone() }
}

fn endpoints(index: &Index<'_>, network: &NetworkId) -> usize {
    let on = |c: &&ObservedContainer| c.networks.values().any(|e| e.network_id.as_ref() == Some(network));
    index.containers().filter(on).count()
}
