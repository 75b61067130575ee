//! The version that a small change of what runs is made from.

use core_monitor_domain::command::{Command, CommandKind, CommandStatus};
use core_monitor_domain::desired::DesiredError;
use core_monitor_domain::ids::VersionNumber;
use core_monitor_domain::names::ServiceName;
use core_monitor_domain::ports::{CommandFilter, StoreError};
use core_monitor_domain::stack::Stack;
use core_monitor_domain::stack_version::StackVersion;

use super::ServerPorts;

/// The version to make another one from.
pub(super) struct Base {
    pub(super) version: StackVersion,
    /// A command that applies a version is in the queue.
    pub(super) is_ahead: bool,
}

/// Why nothing can be made from a version of the stack.
#[derive(Debug, thiserror::Error)]
pub enum NoBase {
    /// The stack has never been applied.
    #[error("the stack has never been applied")]
    NotApplied,
    /// A definition was saved after the applied one, and the request does not say which of them is meant.
    #[error("version {applied} is applied, and version {latest} was saved after it and is not")]
    NotTheApplied {
        /// The applied version.
        applied: VersionNumber,
        /// The newest saved definition.
        latest: VersionNumber,
    },
    /// The stack has no such version.
    #[error("the stack has no version {0}")]
    VersionNotFound(VersionNumber),
    /// The version has no such service.
    #[error("the stack has no service `{service}`")]
    ServiceNotFound {
        /// As requested.
        service: ServiceName,
        /// The services it has.
        known: Vec<String>,
    },
    /// This release can no longer carry out the version.
    #[error("version {version} cannot be carried out: {}", .error.message())]
    Desired {
        /// The version.
        version: VersionNumber,
        /// Why.
        error: Box<DesiredError>,
    },
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl NoBase {
    /// This release can no longer carry out the version.
    pub(super) fn unreadable(version: &StackVersion, error: DesiredError) -> Self {
        Self::Desired { version: version.version, error: Box::new(error) }
    }

    /// The version has no such service.
    pub(super) fn without(service: &ServiceName, version: &StackVersion) -> Self {
        let known = version.model.services.keys().cloned().collect();
        Self::ServiceNotFound { service: service.clone(), known }
    }
}

/// The version that is `wanted`, or the one that is applied or about to be.
pub(super) async fn base_version(
    ports: &ServerPorts,
    stack: &Stack,
    wanted: Option<VersionNumber>,
) -> Result<Base, NoBase> {
    let applied = stack.current_version.ok_or(NoBase::NotApplied);
    let ahead = last_ahead(ports, stack).await?;
    let number = match (wanted, &ahead) {
        (Some(wanted), _) => wanted,
        (None, Some(ahead)) => ahead.payload.version().map_or(applied, Ok)?,
        (None, None) => the_applied(ports, stack, applied?).await?,
    };
    let version = ports.stacks.find_version(stack.id, number).await?;
    let version = version.ok_or(NoBase::VersionNotFound(number))?;
    Ok(Base { version, is_ahead: ahead.is_some() })
}

/// The last command in the queue that will change which version is applied.
async fn last_ahead(ports: &ServerPorts, stack: &Stack) -> Result<Option<Command>, StoreError> {
    let filter = CommandFilter {
        stack_id: Some(stack.id),
        statuses: vec![CommandStatus::Pending, CommandStatus::Running],
        kinds: vec![CommandKind::Apply, CommandKind::Rollback, CommandKind::Deploy],
        limit: 1,
        ..CommandFilter::default()
    };
    Ok(ports.queue.list(&filter).await?.items.pop())
}

/// The applied version, unless a definition was saved after it. Versions of deployments that have failed do not count: they
/// brought nothing but an artifact.
async fn the_applied(
    ports: &ServerPorts,
    stack: &Stack,
    applied: VersionNumber,
) -> Result<VersionNumber, NoBase> {
    let filter = CommandFilter {
        stack_id: Some(stack.id),
        kinds: vec![CommandKind::Update],
        limit: 1,
        ..CommandFilter::default()
    };
    let saved = ports.queue.list(&filter).await?.items.pop().and_then(|command| command.payload.version());
    match saved {
        Some(latest) if latest > applied => Err(NoBase::NotTheApplied { applied, latest }),
        _ => Ok(applied),
    }
}
