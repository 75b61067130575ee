//! Putting an application into the running containers of a service.
//!
//! A deployment is a version: everything but the artifact is as in the version it is made from. So history, diff, plan and
//! rollback are the ordinary ones.

use core_monitor_domain::access::{Action, Forbidden, Resource};
use core_monitor_domain::actor::Actor;
use core_monitor_domain::artifact::{Artifact, Artifacts, DeploySlot, Refusal, SlotKey, SlotName};
use core_monitor_domain::command::{ApplyOptions, OnFailure, Readiness};
use core_monitor_domain::desired::declared_slots;
use core_monitor_domain::ids::{CommandId, Seq, StackId, VersionNumber};
use core_monitor_domain::names::ServiceName;
use core_monitor_domain::observation::{ContainerState, ObservedContainer};
use core_monitor_domain::ports::{Deployed, IfMatch, NewDeployment, SaveError, StoreError};
use core_monitor_domain::stack::{Revision, Stack};
use core_monitor_domain::stack_version::StackVersion;

use super::base_version::{Base, NoBase, base_version};
use super::patience::settled_or_later;
use super::policy::{NotAllowed, allowed};
use super::said;
use super::shown_command::shown;
use super::{Patience, Server, ServerPorts, ShownCommand, Write};

/// The request, once the artifact is stored.
#[derive(Debug, Clone)]
pub struct DeployRequest {
    /// The stack.
    pub stack_id: StackId,
    /// The service.
    pub service: ServiceName,
    /// Its slot.
    pub slot: SlotName,
    /// The version to be made from; `None` means the one that is applied, or is about to be.
    pub base: Option<VersionNumber>,
    /// The artifact.
    pub artifact: Artifact,
    /// Why.
    pub comment: String,
    /// What to do if it fails; `None` means to go back to the former artifact.
    pub on_failure: Option<OnFailure>,
    /// When it counts as done.
    pub readiness: Readiness,
    /// The conditions of the write.
    pub write: Write,
}

/// A slot that takes an artifact.
#[derive(Debug, Clone, PartialEq)]
pub struct CheckedDeploy {
    /// The slot.
    pub slot: DeploySlot,
    /// The version that the deployment would be made from.
    pub base: VersionNumber,
}

/// A deployment that was accepted by this request, or by an earlier one with the same idempotency key.
#[derive(Debug, Clone, PartialEq)]
pub struct DeployedArtifact {
    /// The stack.
    pub stack: Stack,
    /// The version that was made.
    pub version: StackVersion,
    /// The command, with how far it has come.
    pub shown: ShownCommand,
    /// Whether an earlier request created it.
    pub replayed: bool,
}

/// Why nothing is deployed.
#[derive(Debug, thiserror::Error)]
pub enum DeployError {
    /// The actor is not allowed to do this.
    #[error(transparent)]
    Forbidden(#[from] Forbidden),
    /// There is no version to make another one from.
    #[error(transparent)]
    Base(#[from] NoBase),
    /// The service has no such slot.
    #[error("the service `{service}` has no slot `{slot}`")]
    SlotNotFound {
        /// The service.
        service: ServiceName,
        /// As requested.
        slot: SlotName,
        /// The slots it has.
        known: Vec<String>,
    },
    /// The service is stopped.
    #[error("the service `{service}` does not run")]
    Stopped {
        /// The service.
        service: ServiceName,
    },
    /// The slot does not take the artifact.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// The policy does not allow what the version asks for that the artifact is put into.
    #[error(transparent)]
    NotAllowed(#[from] NotAllowed),
    /// The store refused it.
    #[error(transparent)]
    Save(#[from] SaveError),
}

impl From<StoreError> for DeployError {
    fn from(error: StoreError) -> Self {
        Self::Save(error.into())
    }
}

impl Server {
    /// Whether an artifact could be deployed to this slot now. To be asked before an upload is read.
    pub async fn check_deploy(
        &self,
        actor: &Actor,
        stack: StackId,
        service: &ServiceName,
        slot: &SlotName,
        base: Option<VersionNumber>,
    ) -> Result<CheckedDeploy, DeployError> {
        let ports = self.permit(actor, Action::DeployArtifact, &Resource::Stack(stack)).await?;
        let stack = ports.stacks.find(stack).await?.ok_or(SaveError::StackNotFound)?;
        let Ready { stack, base, slot } = ready(ports, stack, service, slot, base).await?;
        allowed(ports, actor, &stack, base.version).await??;
        Ok(CheckedDeploy { slot, base: base.version })
    }

    /// Saves the version with the artifact and enqueues the DEPLOY that converges to it, in one transaction.
    pub async fn deploy(
        &self,
        actor: &Actor,
        request: DeployRequest,
        patience: &Patience,
    ) -> Result<DeployedArtifact, DeployError> {
        let ports = self.permit(actor, Action::DeployArtifact, &Resource::Stack(request.stack_id)).await?;
        let deployed = match attempt(ports, actor, &request).await {
            Err(refusal) => recall(ports, actor, request).await?.ok_or(refusal)?,
            Ok(deployed) => deployed,
        };
        let Deployed { stack, version, command, replayed } = deployed;
        let command = settled_or_later(ports, command, patience).await?;
        let shown = shown(ports, self.known_progress(), command).await?;
        Ok(DeployedArtifact { stack, version, shown, replayed })
    }
}

/// What a deployment is made from.
struct Ready {
    stack: Stack,
    base: StackVersion,
    slot: DeploySlot,
}

async fn ready(
    ports: &ServerPorts,
    stack: Stack,
    service: &ServiceName,
    slot: &SlotName,
    base: Option<VersionNumber>,
) -> Result<Ready, DeployError> {
    let Base { version: base, is_ahead } = base_version(ports, &stack, base).await?;
    let slot = find_slot(&base, service, slot)?;
    if !is_ahead && is_stopped(ports, &stack, service).await? {
        return Err(DeployError::Stopped { service: service.clone() });
    }
    Ok(Ready { stack, base, slot })
}

fn find_slot(
    version: &StackVersion,
    service: &ServiceName,
    slot: &SlotName,
) -> Result<DeploySlot, DeployError> {
    if !version.model.services.contains_key(service.as_str()) {
        return Err(NoBase::without(service, version).into());
    }
    let declared = declared_slots(&version.model).map_err(|error| NoBase::unreadable(version, error))?;
    let mut of_service = declared.into_iter().filter(|(key, _)| key.service == *service);
    let known: Vec<String> = of_service.clone().map(|(key, _)| key.slot.to_string()).collect();
    let found = of_service.find(|(key, _)| key.slot == *slot).map(|(_, slot)| slot);
    found.ok_or_else(|| DeployError::SlotNotFound { service: service.clone(), slot: slot.clone(), known })
}

/// Whether the service is down, when the engine was last observed, and not because something failed: what failed may need
/// just this artifact. Without an observation nothing is known.
async fn is_stopped(ports: &ServerPorts, stack: &Stack, service: &ServiceName) -> Result<bool, StoreError> {
    if ports.observations.host().await?.is_none() {
        return Ok(false);
    }
    let containers = ports.observations.containers(stack.id).await?;
    let mut of_service = containers.iter().filter(|found| found.service().as_ref() == Some(service));
    Ok(!of_service.any(|container| container.state.is_up() || has_failed(stack, container)))
}

/// Whether a container ended with an error, or is about to be started and was not, as one whose artifact could not be put in.
fn has_failed(stack: &Stack, container: &ObservedContainer) -> bool {
    match container.state {
        ContainerState::Created => true,
        ContainerState::Exited { code } => {
            let on_purpose = container.run().is_some_and(|run| stack.stopped_runs.contains(&run));
            code != 0 && !on_purpose
        }
        _ => false,
    }
}

/// Deploys what can be deployed now.
async fn attempt(
    ports: &ServerPorts,
    actor: &Actor,
    request: &DeployRequest,
) -> Result<Deployed, DeployError> {
    loop {
        let stack = ports.stacks.find(request.stack_id).await?.ok_or(SaveError::StackNotFound)?;
        SaveError::unless(request.write.if_match, &stack)?;
        let Ready { stack, base, slot } =
            ready(ports, stack, &request.service, &request.slot, request.base).await?;
        allowed(ports, actor, &stack, base.version).await??;
        slot.check_form(request.artifact.form)?;
        slot.check(&request.artifact.file_name, Some(request.artifact.size))?;
        let mut artifacts = base.artifacts;
        let key = SlotKey { service: request.service.clone(), slot: request.slot.clone() };
        artifacts.insert(key, request.artifact.clone());
        let new = NewDeployment {
            base: base.version,
            latest: stack.latest_version,
            artifacts,
            ..draft(ports, actor, request)
        };
        match ports.stacks.deploy(new).await {
            // Without a precondition, a version that was saved meanwhile only moves the number. This ends: each time, another
            // one was saved.
            Err(SaveError::PreconditionFailed { .. }) if matches!(request.write.if_match, IfMatch::Any) => {}
            done => return Ok(done?),
        }
    }
}

/// The request without what depends on the stack.
fn draft(ports: &ServerPorts, actor: &Actor, request: &DeployRequest) -> NewDeployment {
    let options = ApplyOptions {
        on_failure: request.on_failure.unwrap_or(OnFailure::Rollback),
        readiness: request.readiness,
        ..ApplyOptions::default()
    };
    NewDeployment {
        command_id: CommandId(ports.ids.next_uuid()),
        stack: request.stack_id,
        base: VersionNumber(0),
        latest: VersionNumber(0),
        key: SlotKey { service: request.service.clone(), slot: request.slot.clone() },
        artifacts: Artifacts::new(),
        options,
        author: actor.clone(),
        comment: match request.comment.as_str() {
            "" => said::deployed(&request.artifact.file_name, &request.service, &request.slot).to_string(),
            comment => comment.to_owned(),
        },
        if_match: request.write.if_match,
        idempotency: request.write.idempotency.clone(),
        now: ports.clock.now(),
    }
}

/// An accepted request gets the same response when repeated, even if it could not be accepted now. The store checks the key
/// before the precondition, so a precondition that no stack meets finds the earlier one without making a new one.
async fn recall(
    ports: &ServerPorts,
    actor: &Actor,
    request: DeployRequest,
) -> Result<Option<Deployed>, DeployError> {
    if request.write.idempotency.is_none() {
        return Ok(None);
    }
    let never = IfMatch::Exactly(Revision { current_version: None, last_seq: Seq(-1), settings: 0 });
    match ports.stacks.deploy(NewDeployment { if_match: never, ..draft(ports, actor, &request) }).await {
        Ok(deployed) => Ok(Some(deployed)),
        Err(error @ (SaveError::IdempotencyMismatch | SaveError::Store(_))) => Err(error.into()),
        Err(_) => Ok(None),
    }
}
