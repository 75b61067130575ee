//! Upgrading all instances of a template: looking at what it would do, beginning, watching and cancelling it. The server carries it
//! out by itself, see the steward.

use std::collections::{BTreeMap, BTreeSet};
use std::num::NonZeroU8;

use core_monitor_compose::Project;
use core_monitor_domain::access::{Action, Resource};
use core_monitor_domain::actor::Actor;
use core_monitor_domain::ids::VersionNumber;
use core_monitor_domain::names::{InstanceKey, TemplateName};
use core_monitor_domain::ports::{InstanceFilter, Page};
use core_monitor_domain::stack::Stack;
use core_monitor_domain::stack_version::StackVersion;
use core_monitor_domain::template::{AfterFailure, Instance, Rollout, RolloutState, Template};
use core_monitor_message::Message;

use super::super::{Server, ServerPorts};
use super::launch::comment_or;
use super::making::{Making, Of, chosen_version, given_before};
use super::{InstanceError, template_of};

/// How many instances are counted at once.
const AT_ONCE: u32 = 500;

/// The request.
#[derive(Debug, Clone)]
pub struct StartRollout {
    /// The template.
    pub template: TemplateName,
    /// The version of it; the newest one if `None`.
    pub version: Option<VersionNumber>,
    /// How many upgrades may be under way at once.
    pub at_once: NonZeroU8,
    /// What a failure means for the instances that wait.
    pub after_failure: AfterFailure,
    /// Why.
    pub comment: String,
}

/// A rollout as it is now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShownRollout {
    /// It.
    pub rollout: Rollout,
    /// How many instances of other versions have not been looked at; if it ended early, those that it did not reach. None once it
    /// is done.
    pub waiting: u32,
}

/// What upgrades to look at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RolloutQuery {
    /// The template.
    pub template: TemplateName,
    /// The version of it; the newest one if `None`.
    pub version: Option<VersionNumber>,
    /// Only instances after this key.
    pub after: Option<InstanceKey>,
    /// At most this many, at least 1.
    pub limit: u32,
}

/// What upgrading the instances of a template would do.
#[derive(Debug, Clone, PartialEq)]
pub struct RolloutPlan {
    /// The version that is meant.
    pub version: VersionNumber,
    /// What it would do, by key.
    pub page: Page<PlannedUpgrade>,
}

/// What upgrading an instance would do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlannedUpgrade {
    /// The key of the instance.
    pub key: InstanceKey,
    /// The version of the template that it was made from.
    pub template_version: VersionNumber,
    /// What would happen.
    pub effect: UpgradeEffect,
}

/// What an upgrade would do to an instance.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum UpgradeEffect {
    /// It is of that version.
    None,
    /// These services would be added, changed or removed.
    Upgrade(BTreeSet<String>),
    /// It cannot be upgraded.
    Refused(Message),
}

impl Server {
    /// What upgrading the instances of a template would do, by key. Nothing is changed.
    pub async fn plan_rollout(
        &self,
        actor: &Actor,
        query: &RolloutQuery,
    ) -> Result<RolloutPlan, InstanceError> {
        let resource = Resource::Template(query.template.clone());
        let ports = self.permit(actor, Action::PlanRollout, &resource).await?;
        let template = template_of(ports, &query.template).await?;
        let version = chosen_version(ports, &template, query.version).await?;
        let filter = InstanceFilter {
            template: Some(template.id),
            after: query.after.clone().map(|key| (template.id, key)),
            limit: query.limit,
        };
        let Page { items: instances, more } = ports.instances.list(&filter).await?;
        let mut items = Vec::with_capacity(instances.len());
        for instance in instances {
            let effect = match effect(ports, actor, (&template, version), &instance).await {
                Ok(effect) => effect,
                // It was removed since the list was read.
                Err(InstanceError::NotFound) => continue,
                Err(error) => UpgradeEffect::Refused(error.lasting()?),
            };
            let (key, template_version) = (instance.key, instance.template_version);
            items.push(PlannedUpgrade { key, template_version, effect });
        }
        Ok(RolloutPlan { version, page: Page { items, more } })
    }

    /// Begins to upgrade all instances of a template, a few at a time.
    pub async fn start_rollout(
        &self,
        actor: &Actor,
        request: StartRollout,
    ) -> Result<ShownRollout, InstanceError> {
        let resource = Resource::Template(request.template.clone());
        let ports = self.permit(actor, Action::StartRollout, &resource).await?;
        let template = template_of(ports, &request.template).await?;
        let version = chosen_version(ports, &template, request.version).await?;
        let pace = (request.at_once, request.after_failure);
        let comment = comment_or(&request.comment, &template, version);
        let rollout = Rollout::begun(version, pace, comment, actor.clone(), ports.clock.now());
        match ports.rollouts.begin(template.id, &rollout).await? {
            Some(under_way) => Err(InstanceError::RolloutUnderWay(under_way.version)),
            None => shown(ports, &template, rollout).await,
        }
    }

    /// The newest rollout of a template.
    pub async fn show_rollout(
        &self,
        actor: &Actor,
        template: &TemplateName,
    ) -> Result<ShownRollout, InstanceError> {
        let ports = self.permit(actor, Action::ShowRollout, &Resource::Template(template.clone())).await?;
        let template = template_of(ports, template).await?;
        let rollout = ports.rollouts.find(template.id).await?.ok_or(InstanceError::NoRollout)?;
        shown(ports, &template, rollout).await
    }

    /// Begins no other upgrade of the rollout of a template. Those under way go on.
    pub async fn cancel_rollout(
        &self,
        actor: &Actor,
        template: &TemplateName,
    ) -> Result<ShownRollout, InstanceError> {
        let ports = self.permit(actor, Action::CancelRollout, &Resource::Template(template.clone())).await?;
        let template = template_of(ports, template).await?;
        let cancelled = ports.rollouts.cancel(template.id, actor, ports.clock.now()).await?;
        shown(ports, &template, cancelled.ok_or(InstanceError::NoRollout)?).await
    }
}

async fn shown(
    ports: &ServerPorts,
    template: &Template,
    rollout: Rollout,
) -> Result<ShownRollout, InstanceError> {
    let mut waiting = 0;
    if rollout.state != RolloutState::Done {
        let after = rollout.reached.clone().map(|key| (template.id, key));
        let mut filter = InstanceFilter { template: Some(template.id), after, limit: AT_ONCE };
        loop {
            let page = ports.instances.list(&filter).await?;
            let others = page.items.iter().filter(|one| one.template_version != rollout.version).count();
            waiting += u32::try_from(others).unwrap_or(u32::MAX);
            filter.after = page.items.last().map(|last| (last.template, last.key.clone()));
            if !page.more {
                break;
            }
        }
    }
    Ok(ShownRollout { rollout, waiting })
}

/// What the upgrade of an instance would do.
async fn effect(
    ports: &ServerPorts,
    actor: &Actor,
    (template, version): (&Template, VersionNumber),
    instance: &Instance,
) -> Result<UpgradeEffect, InstanceError> {
    let stack = ports.stacks.find(instance.stack).await?.ok_or(InstanceError::NotFound)?;
    let newest = version_of_stack(ports, &stack, stack.latest_version).await?;
    let running = match stack.current_version {
        Some(current) if current != stack.latest_version => {
            Some(version_of_stack(ports, &stack, current).await?)
        }
        current => current.map(|_| newest.clone()),
    };
    let running = running.map(|running| running.model).unwrap_or_default();
    if instance.template_version == version {
        // One that was taken back is applied again.
        let is_applied = stack.current_version == Some(stack.latest_version);
        let again = || UpgradeEffect::Upgrade(changed_services(&running, &newest.model));
        return Ok(if is_applied { UpgradeEffect::None } else { again() });
    }
    let (given, avoid) = (given_before(instance), BTreeSet::new());
    let (key, has) = (&instance.key, &instance.ports);
    let making = Making { template, version, key, given: &given, are_kept: true, has, avoid: &avoid };
    let made = making.version(ports, actor, String::new(), Of::Next(&stack, &newest)).await?;
    Ok(UpgradeEffect::Upgrade(changed_services(&running, &made.version.model)))
}

async fn version_of_stack(
    ports: &ServerPorts,
    stack: &Stack,
    version: VersionNumber,
) -> Result<StackVersion, InstanceError> {
    ports.stacks.find_version(stack.id, version).await?.ok_or(InstanceError::NotFound)
}

/// The services that are in one of two definitions only, or that differ.
fn changed_services(before: &Project, after: &Project) -> BTreeSet<String> {
    let (before, after) = (&before.services, &after.services);
    let all: BTreeMap<_, _> = before.iter().chain(after).collect();
    let changed = all.into_keys().filter(|name| before.get(*name) != after.get(*name));
    changed.map(ToString::to_string).collect()
}
