//! A new stack with its first version.

use core_monitor_domain::ids::{CommandId, StackId};
use core_monitor_domain::names::{NameError, StackName};
use core_monitor_domain::ports::{Idempotency, NewStack, NewVersion, SaveError};
use core_monitor_domain::stack_version::Source;

use super::{Definition, RefusedDefinition, SavedDefinition, Server};

/// What is asked for.
#[derive(Debug, Clone)]
pub struct CreateStack {
    /// The stack's name; `None` takes the `name:` of the file.
    pub name: Option<String>,
    /// The definition.
    pub source: Source,
    /// Why.
    pub comment: String,
    /// Who asks.
    pub principal: String,
    /// Repeat protection.
    pub idempotency: Option<Idempotency>,
}

/// Why nothing was saved.
#[derive(Debug, thiserror::Error)]
pub enum CreateStackError {
    /// The name cannot be a stack's name.
    #[error(transparent)]
    Name(#[from] NameError),
    /// Neither the request nor the file has a name.
    #[error("the stack has no name")]
    Nameless,
    /// The definition is wrong.
    #[error(transparent)]
    Definition(#[from] RefusedDefinition),
    /// The store refused it.
    #[error(transparent)]
    Save(#[from] SaveError),
}

/// Saves the stack, its version 1 and the `CREATE` command that is `DONE` with it.
pub async fn create_stack(
    server: &Server,
    request: CreateStack,
) -> Result<SavedDefinition, CreateStackError> {
    let id = StackId(server.ids.next_uuid());
    let folder = server.stack_folder(id);
    let name: StackName = match request.name {
        Some(name) => name.parse()?,
        None => name_in_file(server, &request.source, &folder, id)?.parse()?,
    };
    let definition =
        Definition::read_aside(&request.source, &name, &folder, server.definition_limits).await?;
    let version = NewVersion {
        command_id: CommandId(server.ids.next_uuid()),
        author: request.principal,
        comment: request.comment,
        source: request.source,
        model: definition.model,
        warnings: definition.warnings,
        idempotency: request.idempotency,
        now: server.clock.now(),
    };
    let saved = server.stacks.create(NewStack { id, name, version }).await?;
    Ok(SavedDefinition { saved, lint: definition.lint })
}

/// A file without `name:` is named after its folder, which means nothing here: the folder is the stack's id.
fn name_in_file(
    server: &Server,
    source: &Source,
    folder: &str,
    id: StackId,
) -> Result<String, CreateStackError> {
    let name = Definition::name_of(source, folder, server.definition_limits)?;
    if name == id.to_string() { Err(CreateStackError::Nameless) } else { Ok(name) }
}
