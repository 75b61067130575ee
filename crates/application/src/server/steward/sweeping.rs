//! Removing instances whose time is over.

use std::collections::BTreeMap;

use core_monitor_domain::actor::Actor;
use core_monitor_domain::command::{CommandKind, CommandPayload};
use core_monitor_domain::ids::{CommandId, StackId, TemplateId, VersionNumber};
use core_monitor_domain::names::TemplateName;
use core_monitor_domain::ports::{EnqueueError, IfMatch, NewCommand};
use core_monitor_domain::template::{Declaration, Instance, Lifetime, Sweep, Template};
use tracing::info;

use super::super::list_stacks::listed;
use super::super::open_commands::open_of_all;
use super::super::{InstanceError, ListedStack, Server, ServerPorts, StackState};

/// An instance with what decides about it.
pub(in super::super) struct Cared {
    pub(in super::super) instance: Instance,
    pub(in super::super) template: TemplateName,
    pub(in super::super) stack: ListedStack,
    pub(in super::super) lifetime: Lifetime,
}

impl Cared {
    /// When and why it is removed; nothing while it is held.
    pub(in super::super) fn sweep(&self) -> Option<Sweep> {
        self.lifetime.end(&self.instance.life())
    }

    /// Whether a `DELETE` of it is on its way.
    pub(in super::super) fn is_going(&self) -> bool {
        let last = self.stack.last_command.as_ref().map(|shown| &shown.command);
        last.is_some_and(|last| last.payload.kind() == CommandKind::Delete && !last.status.is_settled())
    }

    /// Whether something else is still to happen to it: what it is then counts.
    fn is_busy(&self) -> bool {
        self.stack.last_command.as_ref().is_some_and(|shown| !shown.command.status.is_settled())
    }

    fn is_stopped(&self) -> bool {
        matches!(self.stack.state, StackState::Stopped | StackState::Asleep | StackState::NotApplied)
            || !self.stack.containers.iter().any(|container| container.state.is_up())
    }
}

impl Server {
    /// These instances with what decides about them. Those whose stacks went in the meantime are left out.
    pub(in super::super) async fn cared_for(
        &self,
        ports: &ServerPorts,
        instances: Vec<Instance>,
    ) -> Result<Vec<Cared>, InstanceError> {
        let ids: Vec<StackId> = instances.iter().map(|instance| instance.stack).collect();
        let known = self.known_stacks();
        let (look, open) = (known.look(ports).await?, open_of_all(ports).await?);
        let stacks = listed(ports, known, (&look, &open), ports.stacks.find_all(&ids).await?).await?;
        let mut stacks: BTreeMap<StackId, ListedStack> =
            stacks.into_iter().map(|listed| (listed.stack.id, listed)).collect();
        let templates = templates(ports).await?;
        let mut lifetimes = Lifetimes::default();
        let mut cared = Vec::with_capacity(instances.len());
        for instance in instances {
            let (Some(stack), Some(template)) =
                (stacks.remove(&instance.stack), templates.get(&instance.template))
            else {
                continue;
            };
            let lifetime = lifetimes.of(ports, instance.template, instance.template_version).await?;
            cared.push(Cared { template: template.name.clone(), stack, lifetime, instance });
        }
        Ok(cared)
    }
}

/// Notes since when nothing of an instance runs, where that has changed.
pub(super) async fn note_stopped(ports: &ServerPorts, known: &[Cared]) -> Result<(), InstanceError> {
    let now = ports.clock.now();
    let change = |cared: &Cared| {
        // A start that waits for its turn is a use.
        let stopped = cared.is_stopped() && (!cared.is_busy() || cared.is_going());
        match (stopped, cared.instance.stopped_since) {
            (true, None) => Some((cared.instance.stack, Some(now))),
            (false, Some(_)) => Some((cared.instance.stack, None)),
            _ => None,
        }
    };
    let changes: Vec<_> = known.iter().filter_map(change).collect();
    if !changes.is_empty() {
        ports.instances.note_stopped(&changes).await?;
    }
    Ok(())
}

/// Enqueues the `DELETE` of every instance whose time is over, with its volumes.
pub(super) async fn remove_due(
    ports: &ServerPorts,
    actor: &Actor,
    known: &[Cared],
) -> Result<(), InstanceError> {
    let now = ports.clock.now();
    for cared in known.iter().filter(|cared| !cared.instance.is_held && !cared.is_busy()) {
        let Some(sweep) = cared.sweep().filter(|sweep| sweep.due <= now) else { continue };
        let (template, key) = (&cared.template, &cared.instance.key);
        info!(%template, %key, stack = %cared.instance.stack, cause = sweep.cause.as_str(), "removes an instance");
        let command = NewCommand {
            id: CommandId(ports.ids.next_uuid()),
            stack_id: cared.instance.stack,
            payload: CommandPayload::delete(true),
            leaves_on_failure: false,
            principal: actor.clone(),
            idempotency: None,
            // Whoever has done something to it since this was decided keeps it until the next look.
            if_match: IfMatch::Exactly(cared.stack.stack.revision()),
            now,
        };
        match ports.queue.enqueue(command).await {
            Ok(_) | Err(EnqueueError::StackNotFound | EnqueueError::PreconditionFailed { .. }) => {}
            Err(error) => return Err(InstanceError::Command(error.into())),
        }
    }
    Ok(())
}

/// All templates.
pub(super) async fn templates(ports: &ServerPorts) -> Result<BTreeMap<TemplateId, Template>, InstanceError> {
    let (mut all, mut after) = (BTreeMap::new(), None);
    loop {
        let page = ports.templates.list(after, super::AT_ONCE).await?;
        after = page.items.last().map(|last| last.template.name.clone());
        all.extend(page.items.into_iter().map(|listed| (listed.template.id, listed.template)));
        if !page.more {
            return Ok(all);
        }
    }
}

/// The lifetimes of versions of templates, each read once.
#[derive(Default)]
struct Lifetimes(BTreeMap<(TemplateId, VersionNumber), Lifetime>);

impl Lifetimes {
    async fn of(
        &mut self,
        ports: &ServerPorts,
        template: TemplateId,
        version: VersionNumber,
    ) -> Result<Lifetime, InstanceError> {
        if let Some(known) = self.0.get(&(template, version)) {
            return Ok(*known);
        }
        let found = ports.templates.find_version(template, version).await?;
        let lifetime = found.map(|found| found.declaration).map(|Declaration { lifetime, .. }| lifetime);
        let lifetime = lifetime.unwrap_or_default();
        self.0.insert((template, version), lifetime);
        Ok(lifetime)
    }
}
