//! What a plan means for each service, also for those that it leaves alone.

use std::collections::{BTreeMap, BTreeSet};

use core_monitor_message::Message;
use serde::{Deserialize, Serialize};

use super::said;
use super::service_gap::Gaps;
use super::service_risk::{ServiceRisk, risks};
use super::{Cause, Plan, Step, StepAction};
use crate::desired::{DesiredStack, MountKind, Port, ServiceSpec};
use crate::names::ServiceName;
use crate::observation::ObservedContainer;

/// What happens to a service.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ServiceImpact {
    /// The service.
    pub service: ServiceName,
    /// What happens.
    pub change: ServiceChange,
    /// Why it happens, or why nothing does.
    pub causes: Vec<Message>,
    /// What comes first where a running container is replaced; `None` if none is.
    pub order: Option<ReplaceOrder>,
    /// How long it does not serve, in milliseconds, as far as definition and plan tell: the time that the engine waits for a
    /// stop, and with a health check the time until the first one. 0 if it goes on, `None` if it cannot be said.
    pub gap_ms: Option<u64>,
    /// How many of its containers are affected; how many it has, if none is.
    pub containers: u32,
    /// The ports of the host that are touched, as `address:port/protocol`.
    pub ports: Vec<String>,
    /// The named volumes that are touched.
    pub volumes: Vec<String>,
    /// What is to be thought about before.
    pub risks: Vec<ServiceRisk>,
}

/// What happens to a service.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ServiceChange {
    /// Nothing.
    Keep,
    /// Containers that are there are started.
    Start,
    /// Containers are stopped and started again.
    Restart,
    /// New containers take the place of others.
    Replace,
    /// It gets its first containers.
    Create,
    /// It loses all its containers.
    Remove,
    /// Containers are stopped and stay.
    Stop,
    /// Something else changes: the number of its containers, their networks, or what is in them.
    Update,
}

impl ServiceChange {
    /// All.
    pub const ALL: [Self; 8] = [
        Self::Keep,
        Self::Start,
        Self::Restart,
        Self::Replace,
        Self::Create,
        Self::Remove,
        Self::Stop,
        Self::Update,
    ];

    /// The name in JSON and in texts.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Keep => "keep",
            Self::Start => "start",
            Self::Restart => "restart",
            Self::Replace => "replace",
            Self::Create => "create",
            Self::Remove => "remove",
            Self::Stop => "stop",
            Self::Update => "update",
        }
    }
}

/// What comes first in a replacement.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReplaceOrder {
    /// The new container runs before the former one is stopped.
    StartFirst,
    /// The former container is stopped before the new one runs.
    StopFirst,
}

impl ReplaceOrder {
    /// All.
    pub const ALL: [Self; 2] = [Self::StartFirst, Self::StopFirst];

    /// The name in JSON and in texts.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::StartFirst => "start_first",
            Self::StopFirst => "stop_first",
        }
    }
}

/// What a plan was made from, as far as it tells what the steps mean.
#[derive(Debug, Clone, Copy)]
pub struct Surroundings<'a> {
    /// What the plan leads to.
    pub desired: &'a DesiredStack,
    /// What was applied before.
    pub previous: Option<&'a DesiredStack>,
    /// The containers of the stack as they are.
    pub containers: &'a [ObservedContainer],
}

impl<'a> Surroundings<'a> {
    fn earlier(&self, service: &ServiceName) -> Option<&'a ServiceSpec> {
        self.previous.and_then(|previous| previous.service(service))
    }
}

/// What a plan has to do with one service.
pub(super) struct ServicePart<'a> {
    pub(super) service: &'a ServiceName,
    /// As the plan leaves it; `None` if it is no longer in the definition.
    pub(super) desired: Option<&'a ServiceSpec>,
    /// As it was applied before.
    pub(super) previous: Option<&'a ServiceSpec>,
    /// Its containers as they are.
    pub(super) containers: Vec<&'a ObservedContainer>,
    /// Its steps that write to the engine.
    pub(super) effects: Vec<&'a Step>,
}

impl Plan {
    /// What the plan means for every service of both definitions and for those that only have containers: first those of the
    /// new definition, in its order.
    pub fn services(&self, around: &Surroundings<'_>) -> Vec<ServiceImpact> {
        let gaps = Gaps::new(self);
        parts(self, around).iter().map(|part| part.impact(self, &gaps)).collect()
    }
}

fn parts<'a>(plan: &'a Plan, around: &Surroundings<'a>) -> Vec<ServicePart<'a>> {
    let observed: Vec<_> =
        around.containers.iter().filter_map(|found| Some((found.service()?, found))).collect();
    let mut containers: BTreeMap<&ServiceName, Vec<&'a ObservedContainer>> = BTreeMap::new();
    for (service, container) in &observed {
        containers.entry(service).or_default().push(container);
    }
    let mut effects: BTreeMap<&'a ServiceName, Vec<&'a Step>> = BTreeMap::new();
    for step in plan.steps.iter().filter(|step| !step.action.is_wait()) {
        if let Some(service) = &step.service {
            effects.entry(service).or_default().push(step);
        }
    }
    let mut known = BTreeSet::new();
    let earlier = around.previous.into_iter().flat_map(|previous| &previous.services);
    let defined = around.desired.services.iter().chain(earlier).map(|service| &service.name);
    // A container whose service no definition has is in no plan unless it goes, and then a step names its service.
    let names = defined.chain(effects.keys().copied()).filter(|name| known.insert(*name));
    let part = |service: &'a ServiceName| ServicePart {
        service,
        desired: around.desired.service(service),
        previous: around.earlier(service),
        containers: containers.get(service).cloned().unwrap_or_default(),
        effects: effects.get(service).cloned().unwrap_or_default(),
    };
    names.map(part).collect()
}

impl ServicePart<'_> {
    fn impact(&self, plan: &Plan, gaps: &Gaps<'_>) -> ServiceImpact {
        let change = self.change();
        let is_kept = change == ServiceChange::Keep;
        let touched =
            |names: BTreeSet<String>| if is_kept { Vec::new() } else { names.into_iter().collect() };
        ServiceImpact {
            service: self.service.clone(),
            change,
            causes: self.causes(change),
            order: gaps.order(self, change),
            gap_ms: gaps.of(self, change),
            containers: self.affected(change),
            ports: touched(self.specs().flat_map(|spec| &spec.container.ports).map(shown).collect()),
            volumes: touched(self.specs().flat_map(named_volumes).map(str::to_owned).collect()),
            risks: risks(self, change, plan),
        }
    }

    /// Its definitions, the new one first.
    pub(super) fn specs(&self) -> impl Iterator<Item = &ServiceSpec> {
        self.desired.into_iter().chain(self.previous)
    }

    fn has(&self, is: impl Fn(&StepAction) -> bool) -> bool {
        self.effects.iter().any(|step| is(&step.action))
    }

    fn change(&self) -> ServiceChange {
        let removed: BTreeSet<_> = self.effects.iter().filter_map(|step| removed(&step.action)).collect();
        let creates = self.has(|action| matches!(action, StepAction::CreateContainer(_)));
        let stops = self.has(|action| matches!(action, StepAction::StopContainer { .. }));
        let starts = self.has(|action| {
            matches!(action, StepAction::StartContainer { .. } | StepAction::UnpauseContainer { .. })
        });
        let restarts = self.has(|action| matches!(action, StepAction::RestartContainer { .. }));
        match (creates, removed.is_empty()) {
            (true, false) => ServiceChange::Replace,
            (true, true) if self.containers.is_empty() => ServiceChange::Create,
            (false, false) if removed.len() >= self.containers.len() => ServiceChange::Remove,
            // The end of a replacement that was interrupted: the new container is there already.
            (false, false) if starts => ServiceChange::Replace,
            (true, true) | (false, false) => ServiceChange::Update,
            (false, true) if restarts || (stops && starts) => ServiceChange::Restart,
            (false, true) if stops => ServiceChange::Stop,
            (false, true) if starts => ServiceChange::Start,
            (false, true) if self.has(touches_containers) => ServiceChange::Update,
            (false, true) => ServiceChange::Keep,
        }
    }

    fn causes(&self, change: ServiceChange) -> Vec<Message> {
        if change == ServiceChange::Keep {
            return vec![self.why_kept()];
        }
        let mut causes = Vec::new();
        let wanted = self.desired.map_or(0, |desired| desired.replicas);
        let there = u32::try_from(self.containers.len()).unwrap_or(u32::MAX);
        if change == ServiceChange::Update && wanted != there {
            causes.push(said::service_scaled(there, wanted));
        }
        let is_scaled = !causes.is_empty();
        for step in self.effects.iter().filter(|step| decides(change, &step.action)) {
            let says_less = is_scaled && matches!(step.cause, Cause::Missing | Cause::ScaledDown);
            let cause = step.cause.message();
            if !says_less && !causes.contains(&cause) {
                causes.push(cause);
            }
        }
        causes
    }

    fn why_kept(&self) -> Message {
        match self.desired {
            None => said::service_is_gone(),
            Some(desired) if desired.replicas == 0 => said::service_has_no_replicas(),
            Some(_) if !self.containers.is_empty() && self.containers.iter().all(|c| !c.state.is_up()) => {
                said::service_has_ended()
            }
            Some(_) => said::service_is_right(),
        }
    }

    fn affected(&self, change: ServiceChange) -> u32 {
        let slots: BTreeSet<_> = self
            .effects
            .iter()
            .filter(|step| decides(change, &step.action))
            .map(|step| match step.slot {
                Some(slot) => (Some(slot), ""),
                None => (None, step.action.subject()),
            })
            .collect();
        let count = if change == ServiceChange::Keep { self.containers.len() } else { slots.len() };
        u32::try_from(count).unwrap_or(u32::MAX)
    }
}

/// The container that a step removes.
fn removed(action: &StepAction) -> Option<&crate::ids::ContainerId> {
    match action {
        StepAction::RemoveContainer { container, .. } => container.existing(),
        _ => None,
    }
}

/// Whether a step is about the containers of its service, and not only about the image of later ones.
fn touches_containers(action: &StepAction) -> bool {
    !matches!(action, StepAction::PullImage { .. } | StepAction::BuildImage(_))
}

/// Whether a step is what the change is about, so that its cause is that of the change.
fn decides(change: ServiceChange, action: &StepAction) -> bool {
    match change {
        ServiceChange::Keep => false,
        ServiceChange::Start => {
            matches!(action, StepAction::StartContainer { .. } | StepAction::UnpauseContainer { .. })
        }
        ServiceChange::Restart | ServiceChange::Stop => {
            matches!(action, StepAction::StopContainer { .. } | StepAction::RestartContainer { .. })
        }
        ServiceChange::Replace | ServiceChange::Create | ServiceChange::Remove => {
            matches!(action, StepAction::CreateContainer(_) | StepAction::RemoveContainer { .. })
        }
        ServiceChange::Update => touches_containers(action),
    }
}

/// A published port as people write it; one that the engine chooses has no number yet.
fn shown(port: &Port) -> String {
    let published = port.published.as_deref().unwrap_or("?");
    let protocol = port.protocol.as_str();
    match port.host_ip.as_deref() {
        None => format!("{published}/{protocol}"),
        Some(address) if address.contains(':') => format!("[{address}]:{published}/{protocol}"),
        Some(address) => format!("{address}:{published}/{protocol}"),
    }
}

/// The named volumes that a service mounts, by their names on the engine.
pub(super) fn named_volumes(spec: &ServiceSpec) -> impl Iterator<Item = &str> {
    spec.container.mounts.iter().filter_map(|mount| match &mount.kind {
        MountKind::Volume { name, .. } => name.as_deref(),
        _ => None,
    })
}
