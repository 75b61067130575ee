//! A new version of a stack.

use core_monitor_domain::ids::{CommandId, StackId};
use core_monitor_domain::ports::{NewVersion, SaveError, StoreError};
use core_monitor_domain::stack_version::Source;

use super::{Definition, RefusedDefinition, SavedDefinition, Server, Write};

/// What is asked for.
#[derive(Debug, Clone)]
pub struct SaveVersion {
    /// Of which stack.
    pub stack_id: StackId,
    /// The definition.
    pub source: Source,
    /// Why.
    pub comment: String,
    /// Who asks, and under which conditions.
    pub write: Write,
}

/// Why nothing was saved.
#[derive(Debug, thiserror::Error)]
pub enum SaveVersionError {
    /// The definition is wrong.
    #[error(transparent)]
    Definition(#[from] RefusedDefinition),
    /// The store refused it.
    #[error(transparent)]
    Save(#[from] SaveError),
}

impl From<StoreError> for SaveVersionError {
    fn from(error: StoreError) -> Self {
        Self::Save(error.into())
    }
}

/// Saves the next version and the `UPDATE` command that is `DONE` with it. Nothing runs differently until it is applied.
pub async fn save_version(
    server: &Server,
    request: SaveVersion,
) -> Result<SavedDefinition, SaveVersionError> {
    let stack = server.stacks.find(request.stack_id).await?.ok_or(SaveError::StackNotFound)?;
    let folder = server.stack_folder(stack.id);
    let definition = Definition::read(&request.source, &stack.name, &folder, server.definition_limits)?;
    let Write { principal, idempotency, if_match } = request.write;
    let version = NewVersion {
        command_id: CommandId(server.ids.next_uuid()),
        author: principal,
        comment: request.comment,
        source: request.source,
        model: definition.model,
        warnings: definition.warnings,
        idempotency,
        now: server.clock.now(),
    };
    let saved = server.stacks.add_version(stack.id, if_match, version).await?;
    Ok(SavedDefinition { saved, lint: definition.lint })
}
