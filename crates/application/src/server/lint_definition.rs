//! What there is to say about a definition that nobody has saved.

use core_monitor_domain::ids::StackId;
use core_monitor_domain::names::{NameError, StackName};
use core_monitor_domain::stack_version::Source;

use super::{Definition, RefusedDefinition, Server};

/// Why there are no findings.
#[derive(Debug, thiserror::Error)]
pub enum LintDefinitionError {
    /// The name cannot be a stack's name.
    #[error(transparent)]
    Name(#[from] NameError),
    /// The definition would be refused.
    #[error(transparent)]
    Definition(#[from] RefusedDefinition),
}

/// What a definition is called that has no name; nothing depends on it.
const NAMELESS: &str = "stack";

/// Reads a definition as creating a stack of it would, and saves nothing. It needs no name.
pub async fn lint_definition(
    server: &Server,
    name: Option<String>,
    source: &Source,
) -> Result<Definition, LintDefinitionError> {
    let id = StackId(server.ids.next_uuid());
    let folder = server.stack_folder(id);
    let name = match name {
        Some(name) => name,
        None => Definition::name_of(source, &folder, server.definition_limits)?,
    };
    // Without a name the definition is called after its folder.
    let name = if name == id.to_string() { NAMELESS.to_owned() } else { name };
    let name: StackName = name.parse()?;
    Ok(Definition::read_aside(source, &name, &folder, server.definition_limits).await?)
}
