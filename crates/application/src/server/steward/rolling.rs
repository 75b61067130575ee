//! Carrying out rollouts: the upgrades of all instances of a template, a few at a time.
//!
//! How far one is, is stored after each instance. Whoever is killed between the upgrade of an instance and that finds the instance
//! of the new version, with a command that is not older than the rollout, and goes on with it.

use core_monitor_domain::access::{Action, Resource};
use core_monitor_domain::actor::Actor;
use core_monitor_domain::command::{Command, CommandKind, CommandStatus};
use core_monitor_domain::ids::{StackId, TemplateId};
use core_monitor_domain::names::InstanceKey;
use core_monitor_domain::ports::InstanceFilter;
use core_monitor_domain::template::{Instance, Rollout, Taken, Template};
use core_monitor_message::Message;
use tracing::info;

use super::super::instances::newest_command;
use super::super::{InstanceError, LaunchInstance, Server, ServerPorts, said};
use super::sweeping::templates;

impl Server {
    /// Carries on with every rollout that is not over: what has ended is noted, and as many upgrades begin as may.
    pub async fn carry_on_rollouts(&self, actor: &Actor) -> Result<(), InstanceError> {
        let ports = self.permit(actor, Action::LookAfterInstances, &Resource::Installation).await?;
        let open = ports.rollouts.open().await?;
        if open.is_empty() {
            return Ok(());
        }
        let (templates, mut carried_on) = (templates(ports).await?, Ok(()));
        for (template, rollout) in open {
            let Some(template) = templates.get(&template) else { continue };
            // One that cannot go on keeps none of the others waiting.
            if let Err(error) = self.carry_on(ports, template, rollout).await {
                carried_on = Err(error);
            }
        }
        carried_on
    }

    async fn carry_on(
        &self,
        ports: &ServerPorts,
        template: &Template,
        rollout: Rollout,
    ) -> Result<(), InstanceError> {
        let settled = settled(ports, rollout.clone()).await?;
        let Some(mut rollout) = stored(ports, template.id, &rollout, settled).await? else { return Ok(()) };
        let mut is_at_end = false;
        while rollout.room() > 0 && !is_at_end {
            let next = next_instances(ports, template.id, &rollout).await?;
            is_at_end = next.is_empty();
            for instance in next {
                if rollout.room() == 0 {
                    break;
                }
                let taken = match self.upgraded(ports, template, &instance, &rollout).await {
                    // It changes all the time: it is tried again.
                    Err(InstanceError::Busy) => return Ok(()),
                    taken => taken?,
                };
                let next = rollout.clone().took(instance.key, taken);
                match stored(ports, template.id, &rollout, next).await? {
                    Some(next) => rollout = next,
                    // Somebody has cancelled it, or another server carries it on.
                    None => return Ok(()),
                }
            }
        }
        let over = rollout.clone().rested(is_at_end, ports.clock.now());
        if over.state != rollout.state {
            info!(template = %template.name, version = %over.version, state = over.state.as_str(), "a rollout is over");
        }
        stored(ports, template.id, &rollout, over).await.map(drop)
    }

    /// Begins the upgrade of an instance.
    async fn upgraded(
        &self,
        ports: &ServerPorts,
        template: &Template,
        instance: &Instance,
        rollout: &Rollout,
    ) -> Result<Taken, InstanceError> {
        if is_going(ports, instance.stack).await? {
            return Ok(Taken::AsItIs);
        }
        match self.upgrade_to(ports, template, instance, rollout).await {
            // At that version already, by this rollout or by somebody else.
            Ok(_) => Ok(match newest_command(ports, instance.stack, vec![CommandKind::Apply]).await? {
                Some(apply) if apply.created_at >= rollout.started_at => Taken::Command(apply.id),
                _ => Taken::AsItIs,
            }),
            Err(InstanceError::NotFound) => Ok(Taken::AsItIs),
            Err(InstanceError::Busy) => Err(InstanceError::Busy),
            Err(error) => error.lasting().map(Taken::Refused),
        }
    }

    /// Whoever began it has to be allowed to upgrade instances still.
    async fn upgrade_to(
        &self,
        ports: &ServerPorts,
        template: &Template,
        instance: &Instance,
        rollout: &Rollout,
    ) -> Result<bool, InstanceError> {
        let resource = Resource::Template(template.name.clone());
        self.permit(&rollout.by, Action::UpgradeInstance, &resource).await?;
        let wish = LaunchInstance {
            template: template.name.clone(),
            key: instance.key.to_string(),
            version: Some(rollout.version),
            values: None,
            comment: rollout.comment.clone(),
        };
        Ok(self.change_if_other(ports, &rollout.by, (template, instance), &wish).await?
            || self.apply_again(ports, &rollout.by, instance.stack).await?)
    }
}

/// The rollout with the upgrades that have ended.
async fn settled(ports: &ServerPorts, mut rollout: Rollout) -> Result<Rollout, InstanceError> {
    let under_way: Vec<(InstanceKey, _)> =
        rollout.under_way.iter().map(|(key, command)| (key.clone(), *command)).collect();
    for (key, command) in under_way {
        // One whose record was removed has ended long ago.
        let found = ports.queue.find(command).await?;
        if found.as_ref().is_none_or(|command| command.status.is_settled()) {
            rollout = rollout.settled(&key, found.as_ref().map_or(Ok(()), outcome));
        }
    }
    Ok(rollout)
}

fn outcome(command: &Command) -> Result<(), Message> {
    match (command.status, &command.failure) {
        (CommandStatus::Done, _) => Ok(()),
        (_, Some(failure)) => Err(failure.message.clone()),
        (_, None) => Err(said::upgrade_cancelled()),
    }
}

/// Stores how far a rollout is; nothing if it is not any more as it was seen.
async fn stored(
    ports: &ServerPorts,
    template: TemplateId,
    seen: &Rollout,
    next: Rollout,
) -> Result<Option<Rollout>, InstanceError> {
    let is_kept = *seen == next || ports.rollouts.advance(template, seen, &next).await?;
    Ok(is_kept.then_some(next))
}

/// The next instances to be looked at.
async fn next_instances(
    ports: &ServerPorts,
    template: TemplateId,
    rollout: &Rollout,
) -> Result<Vec<Instance>, InstanceError> {
    let after = rollout.reached.clone().map(|key| (template, key));
    let filter = InstanceFilter { template: Some(template), after, limit: super::AT_ONCE };
    Ok(ports.instances.list(&filter).await?.items)
}

/// Whether a `DELETE` of a stack is on its way.
async fn is_going(ports: &ServerPorts, stack: StackId) -> Result<bool, InstanceError> {
    let newest = newest_command(ports, stack, Vec::new()).await?;
    Ok(newest.is_some_and(|last| last.payload.kind() == CommandKind::Delete && !last.status.is_settled()))
}
