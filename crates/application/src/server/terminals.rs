//! What the use cases of terminals and commands in containers share.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use core_monitor_domain::access::{Action, Forbidden, Resource};
use core_monitor_domain::actor::Actor;
use core_monitor_domain::audit::{AuditDetail, AuditEntry, Change};
use core_monitor_domain::ids::ContainerId;
use core_monitor_domain::ports::{LinkError, StoreError};
use core_monitor_domain::terminal::{
    DeskRefusal, ExecRequest, ExecRequestError, NotStarted, Place, TerminalDesk, TerminalEnd, TerminalLimits,
};

use super::ServerPorts;
use super::stack_container::{StackContainer, stack_container};

mod attached;

pub use attached::{AttachedTerminal, FromClient};

/// Why a command cannot be run, or a terminal not be opened.
#[derive(Debug, thiserror::Error)]
pub enum TerminalError {
    /// The actor is not allowed to do this.
    #[error(transparent)]
    Forbidden(#[from] Forbidden),
    /// The operator has switched it off.
    #[error("terminals and commands in containers are switched off")]
    Off,
    /// No stack has such a container, as far as the worker has seen.
    #[error("no stack has such a container")]
    ContainerNotFound,
    /// The container is not running.
    #[error("the container `{name}` is not running")]
    NotRunning {
        /// Its name.
        name: String,
    },
    /// The command cannot be run like this.
    #[error(transparent)]
    Request(#[from] ExecRequestError),
    /// The engine could not start the command.
    #[error("{}", .0.message())]
    NotStarted(NotStarted),
    /// The caller has as many terminals as it may have.
    #[error("the caller has {most} terminals")]
    TooMany {
        /// The limit.
        most: usize,
    },
    /// There are as many terminals as there may be.
    #[error("there are {most} terminals")]
    Full {
        /// The limit.
        most: usize,
    },
    /// The ticket was never issued, is used up or has expired.
    #[error("the ticket is not valid")]
    Ticket,
    /// The worker does not answer.
    #[error(transparent)]
    Link(LinkError),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<DeskRefusal> for TerminalError {
    fn from(refusal: DeskRefusal) -> Self {
        match refusal {
            DeskRefusal::TooMany { most } => Self::TooMany { most },
            DeskRefusal::Full { most } => Self::Full { most },
        }
    }
}

impl TerminalError {
    /// Of the link, about a container that was there a moment ago.
    pub(super) fn of_link(error: LinkError, container: &StackContainer) -> Self {
        match error {
            LinkError::NotFound { .. } => Self::ContainerNotFound,
            LinkError::Conflict { .. } => Self::NotRunning { name: container.name.clone() },
            other => Self::Link(other),
        }
    }
}

/// The tickets and terminals of this server. All clones are the same.
#[derive(Debug, Clone)]
pub(super) struct Desk(Arc<Mutex<TerminalDesk>>);

impl Desk {
    pub(super) fn new(limits: TerminalLimits) -> Self {
        Self(Arc::new(Mutex::new(TerminalDesk::new(limits))))
    }

    pub(super) fn open(&self) -> MutexGuard<'_, TerminalDesk> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Gives the place back when the returned value is dropped.
    pub(super) fn seat(&self, place: Place) -> Seat {
        Seat { desk: self.clone(), place }
    }
}

/// A place that is given back.
#[derive(Debug)]
pub(super) struct Seat {
    desk: Desk,
    place: Place,
}

impl Drop for Seat {
    fn drop(&mut self) {
        self.desk.open().leave(&self.place);
    }
}

/// The container, if commands may be run in it.
pub(super) async fn ready_container(
    ports: &ServerPorts,
    wanted: &ContainerId,
) -> Result<StackContainer, TerminalError> {
    let found = stack_container(ports, wanted).await?.ok_or(TerminalError::ContainerNotFound)?;
    if !found.up {
        return Err(TerminalError::NotRunning { name: found.name });
    }
    Ok(found)
}

/// Records what is started before it is: nothing happens that the audit does not have.
pub(super) async fn record_start(
    ports: &ServerPorts,
    actor: &Actor,
    action: Action,
    container: &StackContainer,
    request: &ExecRequest,
) -> Result<(), StoreError> {
    let detail = AuditDetail {
        name: Some(container.name.clone()),
        program: AuditDetail::text(request.program()),
        arguments: Some((request.command.len() as u64).saturating_sub(1)),
        ..AuditDetail::default()
    };
    record(ports, actor, action, container, Change::Started, detail).await
}

/// Records the end of what was started. It has ended already, so a failure can only be logged.
pub(super) async fn record_end(
    ports: &ServerPorts,
    actor: &Actor,
    action: Action,
    (container, request): (&StackContainer, &ExecRequest),
    end: &TerminalEnd,
    seconds: u64,
) {
    let detail = AuditDetail {
        name: Some(container.name.clone()),
        program: AuditDetail::text(request.program()),
        reason: Some(end.as_str().to_owned()),
        exit_code: end.exit_code(),
        seconds: Some(seconds),
        ..AuditDetail::default()
    };
    if let Err(error) = record(ports, actor, action, container, Change::Ended, detail).await {
        tracing::error!(%error, actor = %actor, container = %container.id, "cannot record the end of a command in the audit");
    }
}

async fn record(
    ports: &ServerPorts,
    actor: &Actor,
    action: Action,
    container: &StackContainer,
    change: Change,
    detail: AuditDetail,
) -> Result<(), StoreError> {
    let entry = AuditEntry {
        at: ports.clock.now(),
        actor: actor.clone(),
        action,
        resource: Resource::Container(container.id.clone()),
        change,
        detail: Some(detail),
    };
    ports.audit.record(&entry).await
}
