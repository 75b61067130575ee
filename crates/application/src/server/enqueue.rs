//! Putting a command into the queue.

use std::collections::BTreeMap;

use core_monitor_domain::command::{Command, CommandKind, CommandPayload, CommandStatus};
use core_monitor_domain::ids::{CommandId, PlanId, Seq, StackId, VersionNumber};
use core_monitor_domain::names::ServiceName;
use core_monitor_domain::ports::{
    CommandFilter, EnqueueError, Enqueued, IfMatch, NewCommand, StoreError, StoredPlan,
};
use core_monitor_domain::stack::{Revision, Stack};

use super::preview::{PreviewError, pins_of, preview, version_of};
use super::{Server, Write};

/// A command that is in the queue, now or since an earlier request with the same idempotency key.
#[derive(Debug, Clone, PartialEq)]
pub struct Accepted {
    /// It.
    pub command: Command,
    /// The earlier request was the one that made it.
    pub replayed: bool,
    /// The stack's revision afterwards; `None` when it is deleted meanwhile.
    pub revision: Option<Revision>,
}

/// Why nothing was put into the queue.
#[derive(Debug, thiserror::Error)]
pub enum RefusedCommand {
    /// The stack was never applied, so there is nothing to start or stop.
    #[error("the stack was never applied")]
    NotApplied,
    /// Neither the applied nor the newest version has such a service.
    #[error("the stack has no service `{service}`")]
    ServiceNotFound {
        /// As asked for.
        service: ServiceName,
        /// The services it has.
        known: Vec<String>,
    },
    /// There is no such plan for this stack and version.
    #[error("there is no plan `{id}` for this stack and version")]
    PlanNotFound {
        /// As asked for.
        id: PlanId,
    },
    /// The host, the stack or the version has changed since the plan was made.
    #[error("applying now would do something else than the plan says")]
    PlanStale {
        /// The confirmed plan.
        confirmed: Box<StoredPlan>,
        /// What would be done now, as text.
        now: String,
    },
    /// The plan cannot be carried out.
    #[error("the plan has {} problems that keep it from being carried out", problems.len())]
    PlanBlocked {
        /// One sentence each.
        problems: Vec<String>,
    },
    /// Nothing can be said about the plan.
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

/// T1: checks what can be checked now, and puts the command at the end of the queue.
pub async fn enqueue(
    server: &Server,
    stack_id: StackId,
    payload: CommandPayload,
    write: Write,
) -> Result<Accepted, RefusedCommand> {
    let id = CommandId(server.ids.next_uuid());
    let command = NewCommand {
        id,
        stack_id,
        payload,
        principal: write.principal,
        idempotency: write.idempotency,
        if_match: write.if_match,
        now: server.clock.now(),
    };
    if let Err(refusal) = check(server, stack_id, &command.payload).await {
        return match recall(server, command).await? {
            Some(earlier) => accepted(server, earlier, true).await,
            None => Err(refusal),
        };
    }
    match server.queue.enqueue(command).await? {
        Enqueued::New(command) => accepted(server, command, false).await,
        Enqueued::Replayed(command) => accepted(server, command, true).await,
    }
}

async fn accepted(server: &Server, command: Command, replayed: bool) -> Result<Accepted, RefusedCommand> {
    let stack = server.stacks.find(command.stack_id).await?;
    Ok(Accepted { command, replayed, revision: stack.map(|stack| stack.revision()) })
}

/// A request that was accepted once is answered the same way again, even if it could not be accepted now: its own command
/// may be what made the plan stale. The queue looks at the key before the precondition, so a precondition that no stack
/// meets asks for the earlier command without making a new one.
async fn recall(server: &Server, command: NewCommand) -> Result<Option<Command>, RefusedCommand> {
    if command.idempotency.is_none() {
        return Ok(None);
    }
    let never = IfMatch::Exactly(Revision { current_version: None, last_seq: Seq(-1) });
    match server.queue.enqueue(NewCommand { if_match: never, ..command }).await {
        Ok(Enqueued::Replayed(command) | Enqueued::New(command)) => Ok(Some(command)),
        Err(error @ (EnqueueError::IdempotencyMismatch | EnqueueError::Store(_))) => Err(error.into()),
        Err(_) => Ok(None),
    }
}

/// What would surely fail is refused here, because a failed command would hold up the whole queue.
async fn check(server: &Server, stack_id: StackId, payload: &CommandPayload) -> Result<(), RefusedCommand> {
    let stack = server.stacks.find(stack_id).await?.ok_or(EnqueueError::StackNotFound)?;
    match payload {
        CommandPayload::Apply { version, options } | CommandPayload::Rollback { version, options, .. } => {
            let Some(plan_id) = options.plan_id else { return Ok(()) };
            let pinned = matches!(payload, CommandPayload::Rollback { refresh_images: false, .. });
            check_plan(server, &stack, *version, plan_id, pinned).await
        }
        CommandPayload::Start { service }
        | CommandPayload::Stop { service }
        | CommandPayload::Restart { service } => {
            if stack.current_version.is_none() && !apply_is_ahead(server, &stack).await? {
                return Err(RefusedCommand::NotApplied);
            }
            match service {
                Some(service) => check_service(server, &stack, service).await,
                None => Ok(()),
            }
        }
        CommandPayload::Create { .. } | CommandPayload::Update { .. } | CommandPayload::Delete { .. } => {
            Ok(())
        }
    }
}

async fn check_plan(
    server: &Server,
    stack: &Stack,
    version: VersionNumber,
    id: PlanId,
    pinned: bool,
) -> Result<(), RefusedCommand> {
    let confirmed = server.plans.find(id).await?;
    let confirmed = confirmed
        .filter(|plan| plan.stack_id == stack.id && plan.version == version)
        .ok_or(RefusedCommand::PlanNotFound { id })?;
    let version = version_of(server, stack, version).await?;
    let pins = if pinned { pins_of(server, stack, version.version).await? } else { BTreeMap::new() };
    let fresh = preview(server, stack, &version, &pins).await?.plan;
    if fresh.fingerprint() != confirmed.fingerprint {
        return Err(RefusedCommand::PlanStale { confirmed: Box::new(confirmed), now: fresh.to_string() });
    }
    if !fresh.problems.is_empty() {
        let problems = fresh.problems.iter().map(ToString::to_string).collect();
        return Err(RefusedCommand::PlanBlocked { problems });
    }
    Ok(())
}

/// Whether a command that will apply some version is in the queue already.
async fn apply_is_ahead(server: &Server, stack: &Stack) -> Result<bool, StoreError> {
    for status in [CommandStatus::Running, CommandStatus::Failed, CommandStatus::Pending] {
        let mut before = None;
        loop {
            let filter = CommandFilter { stack_id: Some(stack.id), status: Some(status), before, limit: 100 };
            let page = server.queue.list(&filter).await?;
            if page
                .items
                .iter()
                .any(|c| matches!(c.payload.kind(), CommandKind::Apply | CommandKind::Rollback))
            {
                return Ok(true);
            }
            // The newest come first, so an apply may be far behind many others that wait for it.
            before = page.items.last().map(|command| command.seq);
            if !page.more {
                break;
            }
        }
    }
    Ok(false)
}

async fn check_service(server: &Server, stack: &Stack, service: &ServiceName) -> Result<(), RefusedCommand> {
    let mut known = Vec::new();
    for number in stack.current_version.into_iter().chain([stack.latest_version]) {
        let version = version_of(server, stack, number).await?;
        if version.model.services.contains_key(service.as_str()) {
            return Ok(());
        }
        known = version.model.services.keys().cloned().collect();
    }
    Err(RefusedCommand::ServiceNotFound { service: service.clone(), known })
}
