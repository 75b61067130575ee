//! What is to be thought about before a plan changes a service.

use std::collections::BTreeSet;

use core_monitor_message::Message;
use serde::{Deserialize, Serialize};

use super::service_impact::{ServiceChange, ServicePart, named_volumes};
use super::{Plan, StepAction, said};
use crate::desired::{HealthcheckTest, Port, ServiceSpec};
use crate::observation::ObservedContainer;

/// Something that a change of a service may cost.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ServiceRisk {
    /// What it is.
    pub code: RiskCode,
    /// The same as a sentence.
    pub message: Message,
}

/// The kinds of risks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RiskCode {
    /// What runs is stopped for a while.
    Interruption,
    /// Data in an anonymous volume does not come along.
    AnonymousVolumeLost,
    /// A named volume is removed with its data.
    VolumeRemoved,
    /// A port of the host is no longer open.
    PortClosed,
    /// Nothing tells whether the new containers work.
    NoHealthCheck,
}

impl RiskCode {
    /// All.
    pub const ALL: [Self; 5] = [
        Self::Interruption,
        Self::AnonymousVolumeLost,
        Self::VolumeRemoved,
        Self::PortClosed,
        Self::NoHealthCheck,
    ];

    /// The name in JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Interruption => "interruption",
            Self::AnonymousVolumeLost => "anonymous_volume_lost",
            Self::VolumeRemoved => "volume_removed",
            Self::PortClosed => "port_closed",
            Self::NoHealthCheck => "no_health_check",
        }
    }
}

/// The risks of a change, the ones about data after the interruption.
pub(super) fn risks(part: &ServicePart<'_>, change: ServiceChange, plan: &Plan) -> Vec<ServiceRisk> {
    let risk = |code, message| ServiceRisk { code, message };
    let mut risks = Vec::new();
    if let (ServiceChange::Replace | ServiceChange::Restart, Some(name)) = (change, interrupted(part)) {
        risks.push(risk(RiskCode::Interruption, said::risk_interruption(name)));
    }
    for (container, path) in lost_volumes(part) {
        risks.push(risk(RiskCode::AnonymousVolumeLost, said::risk_anonymous_volume(container, path)));
    }
    for volume in removed_volumes(part, plan) {
        risks.push(risk(RiskCode::VolumeRemoved, said::risk_volume_removed(volume)));
    }
    if change != ServiceChange::Remove {
        for port in closed_ports(part) {
            risks.push(risk(RiskCode::PortClosed, said::risk_port_closed(port)));
        }
    }
    if matches!(change, ServiceChange::Replace | ServiceChange::Create) && is_unchecked(part) {
        risks.push(risk(RiskCode::NoHealthCheck, said::risk_no_health_check()));
    }
    risks
}

/// The first container that is stopped although it runs.
fn interrupted<'a>(part: &ServicePart<'a>) -> Option<&'a str> {
    part.effects.iter().find_map(|step| match &step.action {
        StepAction::StopContainer { container, .. } | StepAction::RestartContainer { container, .. } => {
            Some(container.name())
        }
        _ => None,
    })
}

/// The anonymous volumes of removed containers that no other container of the service has or takes over, with their paths.
fn lost_volumes<'a>(part: &ServicePart<'a>) -> Vec<(&'a str, &'a str)> {
    let removed: BTreeSet<_> = part
        .effects
        .iter()
        .filter_map(|step| match &step.action {
            StepAction::RemoveContainer { container, .. } => container.existing(),
            _ => None,
        })
        .collect();
    let is_removed = |container: &ObservedContainer| removed.contains(&container.id);
    let containers = || part.containers.iter().copied();
    let gone = containers().filter(|container| is_removed(container));
    let left = containers().filter(|container| !is_removed(container));
    let created = part.effects.iter().filter_map(|step| match &step.action {
        StepAction::CreateContainer(create) => Some(&create.inherited),
        _ => None,
    });
    let inherited = created.flatten().map(|volume| volume.name.as_str());
    let mounted = left.flat_map(|container| &container.mounts).map(|mount| mount.name.as_str());
    let kept: BTreeSet<&str> = inherited.chain(mounted).collect();
    let mounts = gone.flat_map(|container| container.mounts.iter().map(move |at| (container, at)));
    let lost = mounts.filter(|(_, at)| at.is_anonymous_volume() && !kept.contains(at.name.as_str()));
    lost.map(|(container, at)| (container.name.as_str(), at.target.as_str())).collect()
}

/// The volumes of a service that the plan removes.
fn removed_volumes<'a>(part: &ServicePart<'_>, plan: &'a Plan) -> Vec<&'a str> {
    let mounted: BTreeSet<&str> = part.specs().flat_map(named_volumes).collect();
    let mounts = part.containers.iter().flat_map(|container| &container.mounts);
    let mounted: BTreeSet<&str> = mounts.map(|mount| mount.name.as_str()).chain(mounted).collect();
    let removed = plan.steps.iter().filter_map(|step| match &step.action {
        StepAction::RemoveVolume { name, .. } => Some(name.as_str()),
        _ => None,
    });
    removed.filter(|name| mounted.contains(name)).collect()
}

/// The fixed ports of the host that the former definition opened and the new one does not.
fn closed_ports(part: &ServicePart<'_>) -> BTreeSet<u16> {
    let open = |spec: Option<&ServiceSpec>| -> BTreeSet<u16> {
        let ports = spec.into_iter().flat_map(|spec| &spec.container.ports);
        ports.filter_map(Port::fixed_host_port).collect()
    };
    if part.desired.is_none() {
        return BTreeSet::new();
    }
    open(part.previous).difference(&open(part.desired)).copied().collect()
}

/// Whether neither the definition nor, as far as it is known, the image has a health check. A job ends with an exit code.
fn is_unchecked(part: &ServicePart<'_>) -> bool {
    let Some(spec) = part.desired.filter(|spec| !spec.is_job && spec.replicas > 0) else { return false };
    match &spec.container.healthcheck {
        Some(check) => check.test == HealthcheckTest::Disabled,
        None => part.containers.iter().all(|container| container.health.is_none()),
    }
}
