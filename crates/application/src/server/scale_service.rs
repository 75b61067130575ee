//! Changing how many containers a service has.
//!
//! The number is part of the definition, so this makes a version: the one it is made from with another number, written where
//! the number is. So history, plan and rollback are the ordinary ones, and the next apply does not take the number back.

use core_monitor_compose::Project;
use core_monitor_domain::access::{Action, Forbidden, Resource};
use core_monitor_domain::actor::Actor;
use core_monitor_domain::command::ApplyOptions;
use core_monitor_domain::desired::{CannotScale, DesiredStack};
use core_monitor_domain::ids::{CommandId, Seq, StackId, VersionNumber};
use core_monitor_domain::names::ServiceName;
use core_monitor_domain::ports::{Deployed, IfMatch, NewApply, NewVersion, SaveError, StoreError};
use core_monitor_domain::stack::{Revision, Stack};
use core_monitor_domain::stack_version::{Source, StackVersion, placed};

use super::base_version::{Base, NoBase, base_version};
use super::patience::settled_or_later;
use super::policy::{NotAllowed, allowed};
use super::said;
use super::scaled_source::{Attribute, NotInPlace, scaled};
use super::secret_variables::{NoSecrets, resolve};
use super::shown_command::shown;
use super::{Accepted, Definition, Patience, RefusedDefinition, Server, ServerPorts, Write};

/// The request.
#[derive(Debug, Clone)]
pub struct ScaleService {
    /// The stack.
    pub stack_id: StackId,
    /// The service.
    pub service: ServiceName,
    /// How many containers it is to have.
    pub replicas: u32,
    /// The version to be made from; `None` means the one that is applied, or is about to be.
    pub base: Option<VersionNumber>,
    /// Why.
    pub comment: String,
    /// The conditions of the write.
    pub write: Write,
}

/// Why a service is not scaled.
#[derive(Debug, thiserror::Error)]
pub enum ScaleError {
    /// The actor is not allowed to do this.
    #[error(transparent)]
    Forbidden(#[from] Forbidden),
    /// There is no version to make another one from.
    #[error(transparent)]
    Base(#[from] NoBase),
    /// It has this number already.
    #[error("the service has {0} containers already")]
    Unchanged(u32),
    /// The service cannot have so many containers.
    #[error("the service cannot have so many containers")]
    CannotScale(CannotScale),
    /// The number cannot be changed where it is written.
    #[error("the number cannot be changed where it is written")]
    NotInPlace(NotInPlace),
    /// With the other number, the definition would mean something else besides.
    #[error("with this number, the definition would mean something else besides")]
    ChangesMore,
    /// The definition would have errors.
    #[error(transparent)]
    Definition(#[from] RefusedDefinition),
    /// The policy does not allow what the version asks for.
    #[error(transparent)]
    NotAllowed(#[from] NotAllowed),
    /// The store refused it.
    #[error(transparent)]
    Save(#[from] SaveError),
}

impl From<StoreError> for ScaleError {
    fn from(error: StoreError) -> Self {
        Self::Save(error.into())
    }
}

impl From<NoSecrets> for ScaleError {
    fn from(error: NoSecrets) -> Self {
        match error {
            NoSecrets::Refused(refused) => refused.into(),
            NoSecrets::Store(error) => error.into(),
        }
    }
}

impl Server {
    /// Saves the version with the other number and enqueues the APPLY of it, in one transaction.
    pub async fn scale_service(
        &self,
        actor: &Actor,
        request: ScaleService,
        patience: &Patience,
    ) -> Result<Accepted, ScaleError> {
        let ports = self.permit(actor, Action::ScaleService, &Resource::Stack(request.stack_id)).await?;
        let done = match attempt(ports, actor, &request).await {
            Err(refusal) => recall(ports, actor, &request).await?.ok_or(refusal)?,
            Ok(done) => done,
        };
        let Deployed { stack, command, replayed, .. } = done;
        let command = settled_or_later(ports, command, patience).await?;
        let shown = shown(ports, self.known_progress(), command).await?;
        Ok(Accepted { shown, replayed, revision: Some(stack.revision()) })
    }
}

/// Saves and enqueues what can be now.
async fn attempt(ports: &ServerPorts, actor: &Actor, request: &ScaleService) -> Result<Deployed, ScaleError> {
    loop {
        let stack = ports.stacks.find(request.stack_id).await?.ok_or(SaveError::StackNotFound)?;
        let if_match = request.write.if_match;
        SaveError::unless(if_match, &stack)?;
        let Base { version: base, .. } = base_version(ports, &stack, request.base).await?;
        allowed(ports, actor, &stack, base.version).await??;
        let version = scaled_version(ports, actor, request, &stack, base).await?;
        match ports.stacks.add_and_apply(stack.id, if_match, version, apply(ports)).await {
            // Without a precondition, a version that was saved meanwhile only moves the number. This ends: each time, another
            // one was saved.
            Err(SaveError::PreconditionFailed { .. }) if matches!(if_match, IfMatch::Any) => {}
            done => return Ok(done?),
        }
    }
}

/// The version with the other number, checked.
async fn scaled_version(
    ports: &ServerPorts,
    actor: &Actor,
    request: &ScaleService,
    stack: &Stack,
    base: StackVersion,
) -> Result<NewVersion, ScaleError> {
    let folder = ports.stack_folder(stack.id);
    let number = request.replicas;
    let before = replicas_before(request, &folder, &base)?;
    if before == number {
        return Err(ScaleError::Unchanged(number));
    }
    let mut source = source_of(ports, &base).await?;
    let secrets = resolve(ports, stack.id, Some(&base), &mut source).await?;
    let missing = missing(&base.model, &request.service);
    let source = scaled(&source, request.service.as_str(), number, missing, &ports.definition_limits)
        .map_err(ScaleError::NotInPlace)?;
    let rules = ports.definition_rules(actor, stack.into()).await;
    let definition = Definition::read_blocking(&source, &stack.name, &folder, rules).await?;
    if with_number(definition.model.clone(), &request.service, number)
        != with_number(base.model.clone(), &request.service, number)
        || replicas(&definition.model, &request.service) != Some(number)
    {
        return Err(ScaleError::ChangesMore);
    }
    Ok(NewVersion {
        source,
        secrets,
        based_on: Some(stack.latest_version),
        artifacts: base.artifacts,
        model: definition.model,
        warnings: definition.warnings,
        comment: match request.comment.as_str() {
            "" => said::scaled(&request.service, before, number).to_string(),
            comment => comment.to_owned(),
        },
        ..draft(ports, actor, request)
    })
}

/// How many containers the service has by the version, if it may have as many as requested.
fn replicas_before(request: &ScaleService, folder: &str, base: &StackVersion) -> Result<u32, ScaleError> {
    let desired = DesiredStack::from_project(&placed(&base.model, folder));
    let desired = desired.map_err(|error| NoBase::unreadable(base, error))?;
    let service = desired.service(&request.service).ok_or_else(|| NoBase::without(&request.service, base))?;
    service.can_have(request.replicas).map_err(ScaleError::CannotScale)?;
    Ok(service.replicas)
}

/// The files and variables of a version.
pub(super) async fn source_of(ports: &ServerPorts, version: &StackVersion) -> Result<Source, StoreError> {
    let mut source = Source {
        compose_files: version.compose_files.clone(),
        variables: version.variables.clone(),
        ..Source::default()
    };
    for entry in ports.stacks.list_files(version.stack_id, version.version).await? {
        let file = ports.stacks.read_file(version.stack_id, version.version, &entry.path).await?;
        source.files.extend(file.map(|file| (entry.path, file)));
    }
    Ok(source)
}

/// Where a number is added that no file has: beside the one that comes from elsewhere.
pub(super) fn missing(model: &Project, service: &ServiceName) -> Attribute {
    let deploy = model.services.get(service.as_str()).and_then(|service| service.deploy.as_ref());
    match deploy.and_then(|deploy| deploy.replicas) {
        Some(_) => Attribute::Replicas,
        None => Attribute::Scale,
    }
}

/// How many containers the service has by the model.
pub(super) fn replicas(model: &Project, service: &ServiceName) -> Option<u32> {
    model.services.get(service.as_str()).map(core_monitor_compose::model::Service::replicas)
}

/// The model with this number, wherever it has one.
fn with_number(mut model: Project, service: &ServiceName, number: u32) -> Project {
    if let Some(service) = model.services.get_mut(service.as_str()) {
        service.scale = Some(number);
        if let Some(deploy) = &mut service.deploy {
            deploy.replicas = None;
        }
    }
    model
}

fn apply(ports: &ServerPorts) -> NewApply {
    NewApply {
        command_id: CommandId(ports.ids.next_uuid()),
        options: ApplyOptions::default(),
        leaves_on_failure: true,
    }
}

/// The request without what depends on the stack.
fn draft(ports: &ServerPorts, actor: &Actor, request: &ScaleService) -> NewVersion {
    NewVersion {
        command_id: CommandId(ports.ids.next_uuid()),
        author: actor.clone(),
        comment: request.comment.clone(),
        source: Source::default(),
        secrets: Vec::new(),
        based_on: None,
        artifacts: std::collections::BTreeMap::new(),
        model: Project::default(),
        warnings: Vec::new(),
        idempotency: request.write.idempotency.clone(),
        now: ports.clock.now(),
    }
}

/// An accepted request gets the same response when repeated, even if it could not be accepted now. The store checks the key
/// before the precondition, so a precondition that no stack meets finds the earlier one without saving anything.
async fn recall(
    ports: &ServerPorts,
    actor: &Actor,
    request: &ScaleService,
) -> Result<Option<Deployed>, ScaleError> {
    if request.write.idempotency.is_none() {
        return Ok(None);
    }
    let never = IfMatch::Exactly(Revision { current_version: None, last_seq: Seq(-1), settings: 0 });
    let draft = draft(ports, actor, request);
    match ports.stacks.add_and_apply(request.stack_id, never, draft, apply(ports)).await {
        Ok(done) => Ok(Some(done)),
        Err(error @ (SaveError::IdempotencyMismatch | SaveError::Store(_))) => Err(error.into()),
        Err(_) => Ok(None),
    }
}
