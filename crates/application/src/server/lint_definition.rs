//! Linting a definition without saving it.

use core_monitor_domain::access::{Forbidden, Resource, Target};
use core_monitor_domain::actor::Actor;
use core_monitor_domain::ids::StackId;
use core_monitor_domain::names::{NameError, StackName};
use core_monitor_domain::ports::StoreError;
use core_monitor_domain::stack_version::Source;

use super::blocking::run_blocking;
use super::definition::masked_model;
use super::secret_variables::{NoSecrets, resolve_for_reading};
use super::{Definition, Form, RefusedDefinition, Server, rivals};

/// Why the definition cannot be linted.
#[derive(Debug, thiserror::Error)]
pub enum LintDefinitionError {
    /// The actor is not allowed to do this.
    #[error(transparent)]
    Forbidden(#[from] Forbidden),
    /// The name is not a valid stack name.
    #[error(transparent)]
    Name(#[from] NameError),
    /// The definition is invalid.
    #[error(transparent)]
    Definition(#[from] RefusedDefinition),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<NoSecrets> for LintDefinitionError {
    fn from(error: NoSecrets) -> Self {
        match error {
            NoSecrets::Refused(refused) => refused.into(),
            NoSecrets::Store(error) => error.into(),
        }
    }
}

/// The name for a definition without one; nothing depends on it.
const NAMELESS: &str = "stack";

impl Server {
    /// Reads a definition as if to create a stack, without saving it. The name is optional. Its model shows `${NAME}` in place of
    /// the values of secret variables.
    pub async fn lint_definition(
        &self,
        actor: &Actor,
        form: Form,
        name: Option<String>,
        source: &Source,
    ) -> Result<Definition, LintDefinitionError> {
        let ports = self.permit(actor, form.lint(), &Resource::Installation).await?;
        let id = StackId(ports.ids.next_uuid());
        let folder = ports.stack_folder(id);
        let mut source = source.clone();
        resolve_for_reading(ports, id, &mut source).await?;
        let name = match name {
            Some(name) => name,
            None => Definition::name_of(&source, &folder, ports.definition_limits).await?,
        };
        // Without a name, the definition is named after its folder.
        let name = if name == id.to_string() { NAMELESS.to_owned() } else { name };
        let name: StackName = name.parse()?;
        let rules = ports.definition_rules(actor, Target::named(name.as_str())).await;
        let mut definition = Definition::read_blocking(&source, &name, &folder, rules).await?;
        let rivals = rivals::warnings(ports, self.known_on_demand(), &name, &definition).await?;
        definition.warnings.extend(rivals);
        if source.secrets.is_empty() {
            return Ok(definition);
        }
        Ok(run_blocking(move || Definition { model: masked_model(&definition.model), ..definition }).await)
    }
}
