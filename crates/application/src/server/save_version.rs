//! Saving a new version of a stack.

use std::sync::Arc;

use core_monitor_compose::{Code, Diagnostic, Project, Severity};
use core_monitor_domain::access::{Forbidden, Resource};
use core_monitor_domain::actor::Actor;
use core_monitor_domain::artifact::Artifacts;
use core_monitor_domain::command::OnFailure;
use core_monitor_domain::desired::declared_slots;
use core_monitor_domain::ids::{CommandId, Seq, StackId};
use core_monitor_domain::names::StackName;
use core_monitor_domain::ports::{IfMatch, NewVersion, SaveError, StoreError};
use core_monitor_domain::secret_variable::{SecretName, SecretRef, SecretUse, SecretUses};
use core_monitor_domain::stack::Revision;
use core_monitor_domain::stack_version::{Source, SourceSecret, StackVersion};

use super::on_demand::KnownOnDemand;
use super::secret_variables::{NoSecrets, covered, resolve};
use super::{Definition, Form, RefusedDefinition, SavedDefinition, Server, ServerPorts, Write, rivals, said};

/// Maximum number of characters of a wrong name repeated in the error.
const LONGEST_SHOWN: usize = 100;

/// The request.
#[derive(Debug, Clone)]
pub struct SaveVersion {
    /// The stack.
    pub stack_id: StackId,
    /// The stack's name, if the request repeats it.
    pub name: Option<String>,
    /// The stack's default on failure, if the request repeats it.
    pub on_failure: Option<OnFailure>,
    /// How the definition was sent.
    pub form: Form,
    /// The definition.
    pub source: Source,
    /// Why.
    pub comment: String,
    /// The conditions of the write.
    pub write: Write,
}

/// Why nothing was saved.
#[derive(Debug, thiserror::Error)]
pub enum SaveVersionError {
    /// The actor is not allowed to do this.
    #[error(transparent)]
    Forbidden(#[from] Forbidden),
    /// The request has another name than the stack.
    #[error("the stack is called `{is}`; a new version cannot rename it to `{wanted}`")]
    Renamed {
        /// Its name.
        is: StackName,
        /// The name in the request.
        wanted: String,
    },
    /// The request has another default on failure than the stack, which a version does not change.
    #[error("the stack has `on_failure: {is}`; a new version does not change it")]
    OnFailure {
        /// The stack.
        stack: StackId,
        /// The default of the stack.
        is: OnFailure,
    },
    /// The definition has errors.
    #[error(transparent)]
    Definition(#[from] RefusedDefinition),
    /// The store refused it.
    #[error(transparent)]
    Save(#[from] SaveError),
}

impl From<NoSecrets> for SaveVersionError {
    fn from(error: NoSecrets) -> Self {
        match error {
            NoSecrets::Refused(refused) => refused.into(),
            NoSecrets::Store(error) => error.into(),
        }
    }
}

impl From<StoreError> for SaveVersionError {
    fn from(error: StoreError) -> Self {
        Self::Save(error.into())
    }
}

impl Server {
    /// Saves the next version and an `UPDATE` command that is already `DONE`. Nothing changes on the engine until the
    /// version is applied.
    pub async fn save_version(
        &self,
        actor: &Actor,
        request: SaveVersion,
    ) -> Result<SavedDefinition, SaveVersionError> {
        let ports =
            self.permit(actor, request.form.save_version(), &Resource::Stack(request.stack_id)).await?;
        let idempotency = covered(ports, &request.source, request.write.idempotency.clone());
        let request = SaveVersion { write: Write { idempotency, ..request.write }, ..request };
        match attempt(ports, self.known_on_demand(), actor, request.clone()).await {
            Err(refusal) => recall(ports, actor, request).await?.ok_or(refusal),
            saved => saved,
        }
    }
}

/// Saves what can be saved now.
async fn attempt(
    ports: &ServerPorts,
    on_demand: &KnownOnDemand,
    actor: &Actor,
    request: SaveVersion,
) -> Result<SavedDefinition, SaveVersionError> {
    let stack = ports.stacks.find(request.stack_id).await?.ok_or(SaveError::StackNotFound)?;
    SaveError::unless(request.write.if_match, &stack)?;
    if let Some(wanted) = request.name.clone().filter(|wanted| wanted != stack.name.as_str()) {
        let wanted = wanted.escape_debug().take(LONGEST_SHOWN).collect();
        return Err(SaveVersionError::Renamed { is: stack.name, wanted });
    }
    if request.on_failure.is_some_and(|wanted| wanted != stack.on_failure) {
        return Err(SaveVersionError::OnFailure { stack: stack.id, is: stack.on_failure });
    }
    let request = SaveVersion { name: None, ..request };
    let mut known = None;
    loop {
        match save((ports, on_demand), actor, stack.id, request.clone(), &mut known).await {
            // Without a precondition, another version that was saved meanwhile is just another parent. This ends: each time,
            // another one was saved, and what was read is not read again.
            Err(SaveVersionError::Save(SaveError::PreconditionFailed { .. }))
                if matches!(request.write.if_match, IfMatch::Any) => {}
            done => return done,
        }
    }
}

/// A request that was accepted gets the same response when it is repeated, even if it could not be accepted now: a secret
/// variable that it keeps may be gone from the newest version. The store checks the key before the precondition, so a
/// precondition that no stack meets finds what was saved without saving anything.
async fn recall(
    ports: &ServerPorts,
    actor: &Actor,
    request: SaveVersion,
) -> Result<Option<SavedDefinition>, SaveVersionError> {
    if request.write.idempotency.is_none() {
        return Ok(None);
    }
    let mut source = request.source;
    let version = NewVersion {
        command_id: CommandId(ports.ids.next_uuid()),
        author: actor.clone(),
        comment: request.comment,
        source: source.clone(),
        secrets: Vec::new(),
        based_on: None,
        model: Project::default(),
        warnings: Vec::new(),
        artifacts: Artifacts::new(),
        idempotency: request.write.idempotency,
        now: ports.clock.now(),
    };
    let never = IfMatch::Exactly(Revision { current_version: None, last_seq: Seq(-1), settings: 0 });
    let saved = match ports.stacks.add_version(request.stack_id, never, version).await {
        Ok(saved) => saved,
        Err(error @ (SaveError::IdempotencyMismatch | SaveError::Store(_))) => return Err(error.into()),
        Err(_) => return Ok(None),
    };
    source.secret_changes.clear();
    source.secrets = markers(&saved.version.secrets);
    let folder = ports.stack_folder(saved.stack.id);
    // What was saved was acceptable then; only what the lint finds in it is missing.
    let read = Definition::read_blocking(&source, &saved.stack.name, &folder, ports.definition_limits).await;
    let lint = read.map(|definition| definition.lint).unwrap_or_default();
    Ok(Some(SavedDefinition { saved, lint }))
}

/// The secret variables of a stored version, without their values.
fn markers(uses: &SecretUses) -> Vec<SourceSecret> {
    let marker = |(name, used): (&SecretName, &SecretUse)| SourceSecret {
        reference: SecretRef { name: name.clone(), fingerprint: Arc::clone(&used.fingerprint) },
        value: None,
    };
    uses.iter().map(marker).collect()
}

/// The artifacts of the applied version for the slots that are still declared and still take them, with a warning for each of the
/// others.
fn kept_artifacts(applied: Option<&StackVersion>, model: &Project) -> (Artifacts, Vec<Diagnostic>) {
    // The definition was read before, so its slots are right.
    let slots = declared_slots(model).unwrap_or_default();
    let mut kept = applied.map(|applied| applied.artifacts.clone()).unwrap_or_default();
    let mut warnings = Vec::new();
    kept.retain(|key, artifact| {
        let is_kept = slots.iter().any(|(declared, slot)| declared == key && slot.form == artifact.form);
        if !is_kept {
            warnings.push(Diagnostic {
                code: Code::UndefinedReference,
                severity: Severity::Warning,
                message: said::artifact_left_out(&artifact.file_name, &key.service, &key.slot),
                expected: None,
                hint: Some(said::declare_slot_again()),
                span: None,
            });
        }
        is_kept
    });
    (kept, warnings)
}

/// `known` is what an earlier attempt has read, with what it read it from.
async fn save(
    (ports, on_demand): (&ServerPorts, &KnownOnDemand),
    actor: &Actor,
    id: StackId,
    request: SaveVersion,
    known: &mut Option<(Source, Definition)>,
) -> Result<SavedDefinition, SaveVersionError> {
    let folder = ports.stack_folder(id);
    let stack = ports.stacks.find(id).await?.ok_or(SaveError::StackNotFound)?;
    let parent = ports.stacks.find_version(stack.id, stack.latest_version).await?;
    let mut source = request.source;
    let secrets = resolve(ports, stack.id, parent.as_ref(), &mut source).await?;
    let definition = match known.take() {
        Some((from, definition)) if from == source => definition,
        _ => {
            let rules = ports.definition_rules(actor, (&stack).into()).await;
            Definition::read_blocking(&source, &stack.name, &folder, rules).await?
        }
    };
    let Write { idempotency, if_match } = request.write;
    if matches!(if_match, IfMatch::Any) {
        *known = Some((source.clone(), definition.clone()));
    }
    // Those of what is applied: a deployment that failed or was cancelled must not come back with the next definition.
    let applied = match stack.current_version {
        Some(applied) if applied != stack.latest_version => {
            ports.stacks.find_version(stack.id, applied).await?
        }
        _ => parent,
    };
    let (artifacts, left_out) = kept_artifacts(applied.as_ref(), &definition.model);
    let rivals = rivals::warnings(ports, on_demand, &stack.name, &definition).await?;
    let version = NewVersion {
        command_id: CommandId(ports.ids.next_uuid()),
        author: actor.clone(),
        comment: request.comment,
        source,
        secrets,
        based_on: Some(stack.latest_version),
        artifacts,
        model: definition.model,
        warnings: [definition.warnings, left_out, rivals].concat(),
        idempotency,
        now: ports.clock.now(),
    };
    let saved = ports.stacks.add_version(stack.id, if_match, version).await?;
    Ok(SavedDefinition { saved, lint: definition.lint })
}
