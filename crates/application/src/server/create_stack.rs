//! Creating a stack with its first version.

use core_monitor_domain::access::{Forbidden, Resource, Target};
use core_monitor_domain::actor::Actor;
use core_monitor_domain::artifact::Artifacts;
use core_monitor_domain::command::OnFailure;
use core_monitor_domain::ids::{CommandId, StackId};
use core_monitor_domain::names::{NameError, StackName};
use core_monitor_domain::ports::{Idempotency, NewStack, NewVersion, SaveError};
use core_monitor_domain::stack_version::Source;

use super::secret_variables::{NoSecrets, covered, resolve};
use super::{Definition, Form, RefusedDefinition, SavedDefinition, Server, ServerPorts, rivals};

/// The request.
#[derive(Debug, Clone)]
pub struct CreateStack {
    /// The stack's name; `None` takes the `name:` of the file.
    pub name: Option<String>,
    /// What its commands do on failure, unless the request says otherwise.
    pub on_failure: OnFailure,
    /// How the definition was sent.
    pub form: Form,
    /// The definition.
    pub source: Source,
    /// Why.
    pub comment: String,
    /// The idempotency key.
    pub idempotency: Option<Idempotency>,
}

/// Why nothing was saved.
#[derive(Debug, thiserror::Error)]
pub enum CreateStackError {
    /// The actor is not allowed to do this.
    #[error(transparent)]
    Forbidden(#[from] Forbidden),
    /// The name is not a valid stack name.
    #[error(transparent)]
    Name(#[from] NameError),
    /// Neither the request nor the file has a name.
    #[error("the stack has no name")]
    Nameless,
    /// The definition has errors.
    #[error(transparent)]
    Definition(#[from] RefusedDefinition),
    /// The store refused it.
    #[error(transparent)]
    Save(#[from] SaveError),
}

impl From<NoSecrets> for CreateStackError {
    fn from(error: NoSecrets) -> Self {
        match error {
            NoSecrets::Refused(refused) => refused.into(),
            NoSecrets::Store(error) => Self::Save(error.into()),
        }
    }
}

impl Server {
    /// Saves the stack, its version 1 and a `CREATE` command that is already `DONE`.
    pub async fn create_stack(
        &self,
        actor: &Actor,
        request: CreateStack,
    ) -> Result<SavedDefinition, CreateStackError> {
        let action = request.form.create_stack();
        let ports = self.permit(actor, action, &Resource::Installation).await?;
        let id = StackId(ports.ids.next_uuid());
        let folder = ports.stack_folder(id);
        let mut source = request.source;
        let idempotency = covered(ports, &source, request.idempotency);
        let secrets = resolve(ports, id, None, &mut source).await?;
        let name: StackName = match request.name {
            Some(name) => name.parse()?,
            None => name_in_file(ports, &source, &folder, id).await?.parse()?,
        };
        self.permit_name(actor, action, name.as_str()).await?;
        let rules = ports.definition_rules(actor, Target::named(name.as_str())).await;
        let definition = Definition::read_blocking(&source, &name, &folder, rules).await?;
        let rivals = rivals::warnings(ports, self.known_on_demand(), &name, &definition).await;
        let rivals = rivals.map_err(SaveError::from)?;
        let version = NewVersion {
            command_id: CommandId(ports.ids.next_uuid()),
            author: actor.clone(),
            comment: request.comment,
            source,
            secrets,
            based_on: None,
            model: definition.model,
            warnings: [definition.warnings, rivals].concat(),
            artifacts: Artifacts::new(),
            idempotency,
            now: ports.clock.now(),
        };
        let new = NewStack { id, name, on_failure: request.on_failure, version };
        let saved = ports.stacks.create(new).await?;
        Ok(SavedDefinition { saved, lint: definition.lint })
    }
}

/// A file without `name:` would be named after its folder, which is meaningless here: the folder is named by the
/// stack's id.
async fn name_in_file(
    ports: &ServerPorts,
    source: &Source,
    folder: &str,
    id: StackId,
) -> Result<String, CreateStackError> {
    let name = Definition::name_of(source, folder, ports.definition_limits).await?;
    if name == id.to_string() { Err(CreateStackError::Nameless) } else { Ok(name) }
}
