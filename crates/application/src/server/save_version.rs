//! A new version of a stack.

use core_monitor_domain::ids::{CommandId, StackId};
use core_monitor_domain::names::StackName;
use core_monitor_domain::ports::{NewVersion, SaveError, StoreError};
use core_monitor_domain::stack_version::Source;

use super::{Definition, RefusedDefinition, SavedDefinition, Server, Write};

/// Characters of a wrong name that the refusal repeats.
const LONGEST_SHOWN: usize = 100;

/// What is asked for.
#[derive(Debug, Clone)]
pub struct SaveVersion {
    /// Of which stack.
    pub stack_id: StackId,
    /// The stack's name, where the request repeats it.
    pub name: Option<String>,
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
    /// The request names a stack of another name.
    #[error("the stack is called `{is}`, and a new version cannot rename it to `{wanted}`")]
    Renamed {
        /// Its name.
        is: StackName,
        /// The name in the request.
        wanted: String,
    },
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
    if let Some(wanted) = request.name.filter(|wanted| wanted != stack.name.as_str()) {
        let wanted = wanted.escape_debug().take(LONGEST_SHOWN).collect();
        return Err(SaveVersionError::Renamed { is: stack.name, wanted });
    }
    let folder = server.stack_folder(stack.id);
    let definition =
        Definition::read_aside(&request.source, &stack.name, &folder, server.definition_limits).await?;
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
