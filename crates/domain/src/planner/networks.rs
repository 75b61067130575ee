//! Networks of a stack: made, kept, made anew, and cleared of duplicates. Always by id: names are ambiguous.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, HashSet};

use crate::command::FailureCode;
use crate::desired::{DesiredStack, NetworkSpec, SpecHash};
use crate::ids::{ContainerId, NetworkId, StepId};
use crate::labels;
use crate::observation::{ObservedContainer, ObservedNetwork};
use crate::plan::{Action, Cause, NetworkTarget};

use super::PlanningInput;
use super::builder::{Builder, For, existing};
use super::index::Index;
use super::step_set::StepSet;

/// What becomes of the networks.
#[derive(Default)]
pub(super) struct Networks<'a> {
    targets: BTreeMap<&'a str, NetworkTarget>,
    /// To be made anew under the same name: the definition, and what exists of it.
    replaced: Vec<(&'a NetworkSpec, Vec<&'a ObservedNetwork>)>,
    /// Ours, and not needed any more.
    doomed: Vec<(&'a ObservedNetwork, Cause)>,
    detached: BTreeSet<(ContainerId, String)>,
}

impl<'a> Networks<'a> {
    /// Decides about every network and makes the missing ones.
    pub(super) fn plan(
        input: &PlanningInput<'a>,
        index: &Index<'a>,
        builder: &mut Builder,
        desired: &'a DesiredStack,
    ) -> Self {
        let mut networks = Self::default();
        for spec in &desired.networks {
            let there = index.networks.get(spec.name.as_str()).map_or(&[][..], Vec::as_slice);
            if spec.external {
                networks.external(builder, spec, there);
            } else {
                networks.own(input, index, builder, spec, there);
            }
        }
        let wanted: BTreeSet<&str> = desired.networks.iter().map(|spec| spec.name.as_str()).collect();
        for network in &input.observed.host.networks {
            if is_ours(input, network) && !wanted.contains(network.name.as_str()) {
                networks.doomed.push((network, Cause::NotInDefinition));
            }
        }
        networks
    }

    fn external(&mut self, builder: &mut Builder, spec: &'a NetworkSpec, there: &[&'a ObservedNetwork]) {
        if let Some(network) = there.iter().min_by_key(|network| (network.created_at, &network.id)) {
            self.targets.insert(&spec.name, found(network));
        } else {
            let message = format!("the external network `{}` does not exist", spec.name);
            let hint = format!("create it with `docker network create {}`, or drop `external`", spec.name);
            builder.problem(FailureCode::ExternalMissing, &spec.name, message, Some(hint));
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
            let message = format!("a network called `{}` exists and was not made for this stack", spec.name);
            let hint =
                "declare it `external: true` to use it as it is, give yours another `name`, or remove it"
                    .to_owned();
            builder.problem(FailureCode::NameForeign, &spec.name, message, Some(hint));
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
                let target = create(input, builder, (spec, &hash), Cause::Missing, &StepSet::default());
                self.targets.insert(&spec.name, target);
            }
            None => self.replaced.push((spec, ours)),
        }
    }

    /// Makes networks with another definition anew: their containers are stopped and detached first.
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
                let action = Action::RemoveNetwork { id: network.id.clone(), name: network.name.clone() };
                let changed = Cause::DefinitionChanged { attributes: Vec::new() };
                removed.insert(builder.step(For::STACK, action, changed, &freed));
            }
            let cause = Cause::DefinitionChanged { attributes: Vec::new() };
            let hash = SpecHash::of_network(spec);
            self.targets.insert(&spec.name, create(input, builder, (spec, &hash), cause, &removed));
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
        let whom = For { service: service.as_ref(), slot: container.slot() };
        let stop = builder.stop(whom, container, None, cause.clone(), after);
        // One that will be removed only has to be stopped: the engine lets a network go from stopped containers.
        if !kept.contains(&container.id) {
            return stop;
        }
        self.detached.insert((container.id.clone(), network.to_owned()));
        let mut after = after.clone();
        after.extend(stop);
        Some(builder.step(whom, disconnect(container, network), cause.clone(), &after))
    }

    /// Whether any network has to be made anew.
    pub(super) fn any_replaced(&self) -> bool {
        !self.replaced.is_empty()
    }

    /// Whether the network has to be made anew, which happens late.
    pub(super) fn is_replaced(&self, network: &str) -> bool {
        self.replaced.iter().any(|(spec, _)| spec.name == network)
    }

    /// The network of that name, unless something stands in the way.
    pub(super) fn target(&self, network: &str) -> Option<&NetworkTarget> {
        self.targets.get(network)
    }

    /// Whether the container was detached because its network is made anew.
    pub(super) fn was_detached(&self, container: &ContainerId, network: &str) -> bool {
        !self.detached.is_empty() && self.detached.contains(&(container.clone(), network.to_owned()))
    }

    /// The network that will be removed and that this container has an endpoint on under `name`.
    pub(super) fn doomed_under(&self, container: &ObservedContainer, name: &str) -> Option<&NetworkId> {
        let attached = |network: &ObservedNetwork| network.name == name && is_attached(container, network);
        self.doomed.iter().find(|(network, _)| attached(network)).map(|(network, _)| &network.id)
    }

    /// Removes what is not needed any more, after everything that still used it is gone.
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
            let action = Action::RemoveNetwork { id: network.id.clone(), name: network.name.clone() };
            builder.step(For::STACK, action, cause.clone(), &after);
        }
    }
}

fn refuse_foreign_endpoints(index: &Index<'_>, builder: &mut Builder, network: &str) -> bool {
    let attached = index.attached.get(network).map_or(&[][..], Vec::as_slice);
    let Some(stranger) = attached.iter().find(|occupant| !index.owns(&occupant.id)) else {
        return false;
    };
    in_use(builder, network, &stranger.name);
    true
}

/// Says that a stranger keeps a network from being removed.
pub(super) fn in_use(builder: &mut Builder, network: &str, stranger: &str) {
    let message =
        format!("the network `{network}` has to go, and the container `{stranger}` is attached to it");
    let hint = format!("detach it with `docker network disconnect {network} {stranger}`");
    builder.problem(FailureCode::NetworkInUse, network, message, Some(hint));
}

/// Whether this installation made it for this stack.
pub(super) fn is_ours(input: &PlanningInput<'_>, network: &ObservedNetwork) -> bool {
    input.provenance.made(&network.labels)
}

/// Whether the container has an endpoint on exactly this network; one that never started counts by name.
pub(super) fn is_attached(container: &ObservedContainer, network: &ObservedNetwork) -> bool {
    container
        .networks
        .get(&network.name)
        .is_some_and(|endpoint| endpoint.network_id.as_ref().is_none_or(|id| *id == network.id))
}

/// Whether others on the network find the container under all of its names, and under none that means another service.
/// Further aliases make no difference: which ones an engine adds differs from version to version, such as the short id and
/// the host name below API 1.45.
pub(super) fn has_aliases<'n>(
    container: &ObservedContainer,
    network: &str,
    wanted: &(impl Iterator<Item = &'n str> + Clone),
    means_another: impl Fn(&str) -> bool,
) -> bool {
    let Some(endpoint) = container.networks.get(network) else { return false };
    // The engine resolves these by itself.
    let own = |alias: &str| alias == container.name || alias == container.id.short();
    let given = endpoint.aliases.iter().map(String::as_str);
    // A handful on either side, on every container that stays: nothing is collected to compare them.
    wanted.clone().all(|name| own(name) || given.clone().any(|alias| alias == name))
        && given
            .clone()
            .all(|alias| own(alias) || wanted.clone().any(|name| name == alias) || !means_another(alias))
}

/// Detaches by the id the container knows, which may be that of a network that is gone.
pub(super) fn disconnect(container: &ObservedContainer, network: &str) -> Action {
    let known = container.networks.get(network).and_then(|endpoint| endpoint.network_id.as_ref());
    Action::DisconnectNetwork {
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
    (spec, hash): (&NetworkSpec, &SpecHash),
    cause: Cause,
    after: &StepSet,
) -> NetworkTarget {
    let labels = input.provenance.network_labels(&spec.labels, &spec.key, hash);
    let action = Action::CreateNetwork { network: Box::new(spec.clone()), labels };
    let step = builder.step(For::STACK, action, cause, after);
    NetworkTarget::New { step, name: spec.name.clone() }
}

fn endpoints(index: &Index<'_>, network: &NetworkId) -> usize {
    let on = |c: &&ObservedContainer| c.networks.values().any(|e| e.network_id.as_ref() == Some(network));
    index.containers().filter(on).count()
}
