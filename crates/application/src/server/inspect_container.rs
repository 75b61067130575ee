//! Showing what the engine knows about a container.

use core_monitor_domain::access::{Action, Forbidden, Resource};
use core_monitor_domain::actor::Actor;
use core_monitor_domain::audit::{AuditDetail, AuditEntry, Change};
use core_monitor_domain::ids::{ContainerId, StackId};
use core_monitor_domain::ports::{Inspection, LinkError, StoreError};
use serde_json::Value;

use super::{Server, ServerPorts};

/// A container as the engine describes it.
#[derive(Debug, Clone, PartialEq)]
pub struct InspectedContainer {
    /// Its engine id.
    pub id: ContainerId,
    /// Its name.
    pub name: String,
    /// The stack it belongs to; `None` for a foreign one.
    pub stack_id: Option<StackId>,
    /// Whether it shows its secrets.
    pub revealed: bool,
    /// The engine's document.
    pub document: Value,
}

/// Why a container cannot be inspected.
#[derive(Debug, thiserror::Error)]
pub enum InspectError {
    /// The actor is not allowed to see it, or its secrets.
    #[error(transparent)]
    Forbidden(#[from] Forbidden),
    /// The host has no such container.
    #[error("there is no such container")]
    NotFound,
    /// The worker does not answer.
    #[error(transparent)]
    Link(LinkError),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<LinkError> for InspectError {
    fn from(error: LinkError) -> Self {
        match error {
            LinkError::NotFound { .. } => Self::NotFound,
            other => Self::Link(other),
        }
    }
}

impl Server {
    /// The engine's document about a container of the host, foreign or not, by id or name. Secrets are hidden.
    pub async fn inspect_container(
        &self,
        actor: &Actor,
        container: &ContainerId,
    ) -> Result<InspectedContainer, InspectError> {
        let resource = Resource::Container(container.clone());
        let ports = self.permit(actor, Action::InspectContainer, &resource).await?;
        inspected(ports, actor, container, false).await
    }

    /// The same with every secret that the engine knows. Who looked is recorded before anything is shown.
    pub async fn reveal_secrets(
        &self,
        actor: &Actor,
        container: &ContainerId,
    ) -> Result<InspectedContainer, InspectError> {
        let resource = Resource::Container(container.clone());
        let ports = self.permit(actor, Action::RevealSecrets, &resource).await?;
        inspected(ports, actor, container, true).await
    }
}

async fn inspected(
    ports: &ServerPorts,
    actor: &Actor,
    wanted: &ContainerId,
    reveal: bool,
) -> Result<InspectedContainer, InspectError> {
    let host = ports.observations.host().await?;
    let known = host.and_then(|host| {
        // An id counts before a name: nobody chooses it.
        let mut all = host.occupants.into_iter();
        let by_id = all.clone().find(|occupant| occupant.id == *wanted);
        by_id.or_else(|| all.find(|occupant| occupant.name == wanted.as_str()))
    });
    let known = known.ok_or(InspectError::NotFound)?;
    let stack_id = known.owner.filter(|_| known.ours);
    if reveal {
        let detail = AuditDetail { name: AuditDetail::text(&known.name), ..AuditDetail::default() };
        let entry = AuditEntry {
            at: ports.clock.now(),
            actor: actor.clone(),
            action: Action::RevealSecrets,
            resource: Resource::Container(known.id.clone()),
            change: Change::Revealed,
            detail: Some(detail),
        };
        ports.audit.record(&entry).await?;
    }
    let wanted = Inspection { container: known.id.clone(), stack_id, reveal };
    let document = ports.link.inspect(&wanted).await?;
    Ok(InspectedContainer { id: known.id, name: known.name, stack_id, revealed: reveal, document })
}
