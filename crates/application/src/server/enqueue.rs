//! Enqueuing a command.

use std::collections::BTreeSet;

use core_monitor_domain::access::{Action, Forbidden, Resource};
use core_monitor_domain::actor::Actor;
use core_monitor_domain::command::{Command, CommandKind, CommandPayload, CommandStatus};
use core_monitor_domain::ids::{CommandId, PlanId, Seq, StackId, VersionNumber};
use core_monitor_domain::names::ServiceName;
use core_monitor_domain::offer::Standing;
use core_monitor_domain::plan::PlanFor;
use core_monitor_domain::ports::{
    CommandFilter, EnqueueError, Enqueued, IfMatch, NewCommand, StoreError, StoredPlan,
};
use core_monitor_domain::stack::{Revision, Stack};
use core_monitor_message::Message;

use super::blocking::{BlockingWork, run_blocking_async};
use super::confirmed_plan::{Convergence, confirms_convergence, confirms_delete};
use super::patience::settled_or_later;
use super::policy::{NotAllowed, allowed};
use super::preview::{PreviewError, version_of};
use super::shown_command::shown;
use super::{Patience, Server, ServerPorts, ShownCommand, Write};

/// A command enqueued by this request, or by an earlier request with the same idempotency key.
#[derive(Debug, Clone, PartialEq)]
pub struct Accepted {
    /// It, with how far it has come.
    pub shown: ShownCommand,
    /// Whether an earlier request created it.
    pub replayed: bool,
    /// The stack's revision afterwards; `None` if it was deleted in the meantime.
    pub revision: Option<Revision>,
}

/// What is to be enqueued.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wanted {
    /// The command.
    pub payload: CommandPayload,
    /// See [`NewCommand::leaves_on_failure`].
    pub leaves_on_failure: bool,
}

/// A command that leaves nothing open.
impl From<CommandPayload> for Wanted {
    fn from(payload: CommandPayload) -> Self {
        Self { payload, leaves_on_failure: false }
    }
}

/// Why nothing was enqueued.
#[derive(Debug, thiserror::Error)]
pub enum RefusedCommand {
    /// The actor is not allowed to do this.
    #[error(transparent)]
    Forbidden(#[from] Forbidden),
    /// The stack has never been applied, so there is nothing to start or stop.
    #[error("the stack has never been applied")]
    NotApplied,
    /// Neither the applied nor the newest version has such a service.
    #[error("the stack has no service `{service}`")]
    ServiceNotFound {
        /// As requested.
        service: ServiceName,
        /// The services it has.
        known: Vec<String>,
    },
    /// There is no such plan for this stack and version.
    #[error("there is no plan `{id}` for this stack and version")]
    PlanNotFound {
        /// As requested.
        id: PlanId,
    },
    /// The plan was made for another command.
    #[error("the plan `{id}` was made for {purpose}")]
    PlanForAnother {
        /// As requested.
        id: PlanId,
        /// What it was made for.
        purpose: PlanFor,
    },
    /// The plan was not made for this delete: for no delete at all, or for one that takes away something else.
    #[error("the plan `{id}` was not made for this delete")]
    PlanForOtherDelete {
        /// As requested.
        id: PlanId,
        /// The stack.
        stack: StackId,
    },
    /// A delete of nothing, or of volumes that containers go on using.
    #[error("this deletes nothing, or volumes without the containers that use them")]
    DeletesNothing,
    /// The host, the stack or the version has changed since the plan was made.
    #[error("the plan is out of date: applying now would do something other than it says")]
    PlanStale {
        /// The confirmed plan.
        confirmed: Box<StoredPlan>,
        /// What would be done otherwise, one sentence each: the first ones.
        differences: Vec<Message>,
        /// What would be done now, as text.
        now: String,
    },
    /// The plan cannot be carried out.
    #[error("the plan has {} blockers and cannot be carried out", blockers.len())]
    PlanBlocked {
        /// One sentence each.
        blockers: Vec<Message>,
    },
    /// The policy does not allow it.
    #[error(transparent)]
    NotAllowed(#[from] NotAllowed),
    /// The plan could not be checked.
    #[error(transparent)]
    Preview(#[from] PreviewError),
    /// The queue refused it.
    #[error(transparent)]
    Queue(#[from] EnqueueError),
}

impl From<StoreError> for RefusedCommand {
    fn from(error: StoreError) -> Self {
        Self::Queue(error.into())
    }
}

impl Server {
    /// T1: checks what can be checked now, and puts the command at the end of its lane.
    pub async fn enqueue(
        &self,
        actor: &Actor,
        stack_id: StackId,
        wanted: impl Into<Wanted>,
        write: Write,
        patience: &Patience,
    ) -> Result<Accepted, RefusedCommand> {
        let Wanted { payload, leaves_on_failure } = wanted.into();
        let ports = self.permit(actor, Action::of(&payload), &Resource::Stack(stack_id)).await?;
        let id = CommandId(ports.ids.next_uuid());
        let command = NewCommand {
            id,
            stack_id,
            payload,
            leaves_on_failure,
            principal: actor.clone(),
            idempotency: write.idempotency,
            if_match: write.if_match,
            now: ports.clock.now(),
        };
        let checked = self.check_apart(&command).await;
        let (command, replayed) = match accept(ports, command, checked).await? {
            Enqueued::New(command) => (command, false),
            Enqueued::Replayed(command) => (command, true),
        };
        let command = settled_or_later(ports, command, patience).await?;
        // The command may have changed the stack's revision, or removed the stack.
        let stack = ports.stacks.find(stack_id).await?;
        let shown = shown(ports, self.known_progress(), command).await?;
        Ok(Accepted { shown, replayed, revision: stack.map(|stack| stack.revision()) })
    }

    /// [`check`], on a thread for what expands: it may read models and make a plan.
    async fn check_apart(&self, command: &NewCommand) -> Result<(), RefusedCommand> {
        let (server, actor) = (self.clone(), command.principal.clone());
        let (stack_id, payload) = (command.stack_id, command.payload.clone());
        run_blocking_async(BlockingWork::Read, async move || {
            let ports = server.permit(&actor, Action::of(&payload), &Resource::Stack(stack_id)).await?;
            check(ports, &actor, stack_id, &payload).await
        })
        .await
    }
}

async fn accept(
    ports: &ServerPorts,
    command: NewCommand,
    checked: Result<(), RefusedCommand>,
) -> Result<Enqueued, RefusedCommand> {
    match checked {
        Ok(()) => Ok(ports.queue.enqueue(command).await?),
        Err(refusal) => recall(ports, command).await?.map(Enqueued::Replayed).ok_or(refusal),
    }
}

/// An accepted request gets the same response when repeated, even if it could not be accepted now: its own command may
/// have made the plan stale. The queue checks the key before the precondition, so a precondition that no stack meets
/// finds the earlier command without creating a new one.
pub(super) async fn recall(
    ports: &ServerPorts,
    command: NewCommand,
) -> Result<Option<Command>, EnqueueError> {
    if command.idempotency.is_none() {
        return Ok(None);
    }
    let never = IfMatch::Exactly(Revision { current_version: None, last_seq: Seq(-1), settings: 0 });
    match ports.queue.enqueue(NewCommand { if_match: never, ..command }).await {
        Ok(Enqueued::Replayed(command) | Enqueued::New(command)) => Ok(Some(command)),
        Err(error @ (EnqueueError::IdempotencyMismatch | EnqueueError::Store(_))) => Err(error),
        Err(_) => Ok(None),
    }
}

/// Refuses what is certain to fail, because a failed command would block the whole queue.
async fn check(
    ports: &ServerPorts,
    actor: &Actor,
    stack_id: StackId,
    payload: &CommandPayload,
) -> Result<(), RefusedCommand> {
    let stack = ports.stacks.find(stack_id).await?.ok_or(EnqueueError::StackNotFound)?;
    match payload {
        CommandPayload::Apply { version, options } | CommandPayload::Rollback { version, options, .. } => {
            if !options.force_recreate.is_empty() {
                check_recreated(ports, &stack, *version, &options.force_recreate).await?;
            }
            allowed(ports, actor, &stack, *version).await??;
            let Some(plan_id) = options.plan_id else { return Ok(()) };
            let rules = ports.rules_for(actor, (&stack).into()).await?;
            let wanted = Convergence { version: *version, payload, recreate: &options.force_recreate, rules };
            confirms_convergence(ports, &stack, plan_id, wanted).await
        }
        CommandPayload::Delete { what, plan_id } => {
            if !what.is_meaningful() {
                return Err(RefusedCommand::DeletesNothing);
            }
            match plan_id {
                Some(plan_id) => confirms_delete(ports, &stack, *plan_id, payload).await,
                None => Ok(()),
            }
        }
        CommandPayload::Start { service }
        | CommandPayload::Stop { service }
        | CommandPayload::Restart { service } => {
            if standing(ports, &stack).await?.refusal(Action::of(payload)).is_some() {
                return Err(RefusedCommand::NotApplied);
            }
            match service {
                Some(service) => check_service(ports, &stack, service).await,
                None => Ok(()),
            }
        }
        CommandPayload::Create { .. }
        | CommandPayload::Update { .. }
        | CommandPayload::Deploy { .. }
        | CommandPayload::Wake(_)
        | CommandPayload::Sleep { .. }
        | CommandPayload::Prune { .. }
        | CommandPayload::Unreadable { .. } => Ok(()),
    }
}

/// What decides about the actions on a stack.
pub(super) async fn standing(ports: &ServerPorts, stack: &Stack) -> Result<Standing, StoreError> {
    let applied = stack.current_version.is_some();
    Ok(Standing { applied, apply_ahead: !applied && apply_is_ahead(ports, stack).await? })
}

/// Whether a command that will apply a version is already in the queue.
async fn apply_is_ahead(ports: &ServerPorts, stack: &Stack) -> Result<bool, StoreError> {
    let filter = CommandFilter {
        stack_id: Some(stack.id),
        statuses: vec![CommandStatus::Running, CommandStatus::Failed, CommandStatus::Pending],
        kinds: vec![CommandKind::Apply, CommandKind::Rollback, CommandKind::Deploy],
        limit: 1,
        ..CommandFilter::default()
    };
    Ok(!ports.queue.list(&filter).await?.items.is_empty())
}

/// Containers can be replaced by force only of services that the version has.
async fn check_recreated(
    ports: &ServerPorts,
    stack: &Stack,
    version: VersionNumber,
    services: &BTreeSet<ServiceName>,
) -> Result<(), RefusedCommand> {
    let model = version_of(ports, stack, version).await?.model;
    match services.iter().find(|service| !model.services.contains_key(service.as_str())) {
        None => Ok(()),
        Some(service) => Err(RefusedCommand::ServiceNotFound {
            service: service.clone(),
            known: model.services.keys().cloned().collect(),
        }),
    }
}

async fn check_service(
    ports: &ServerPorts,
    stack: &Stack,
    service: &ServiceName,
) -> Result<(), RefusedCommand> {
    let mut known = Vec::new();
    for number in stack.current_version.into_iter().chain([stack.latest_version]) {
        let version = version_of(ports, stack, number).await?;
        if version.model.services.contains_key(service.as_str()) {
            return Ok(());
        }
        known = version.model.services.keys().cloned().collect();
    }
    Err(RefusedCommand::ServiceNotFound { service: service.clone(), known })
}
