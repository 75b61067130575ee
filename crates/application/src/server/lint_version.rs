//! What there is to say about a saved version.

use std::collections::BTreeMap;

use core_monitor_compose::LintReport;
use core_monitor_domain::ports::StoreError;
use core_monitor_domain::stack::Stack;
use core_monitor_domain::stack_version::{Source, StackVersion};

use super::{Definition, Server};

/// The findings of a version, by the rules of today: rules improve, versions do not change. `None` when this release
/// reads the definition more strictly than the one that saved it.
pub async fn lint_version(
    server: &Server,
    stack: &Stack,
    version: &StackVersion,
) -> Result<Option<LintReport>, StoreError> {
    let folder = server.stack_folder(stack.id);
    let mut source = Source {
        compose_files: version.compose_files.clone(),
        files: BTreeMap::new(),
        variables: version.variables.clone(),
    };
    let paths: Vec<String> = server
        .stacks
        .list_files(stack.id, version.version)
        .await?
        .into_iter()
        .map(|entry| entry.path)
        .collect();
    // A build context may have thousands of files that the definition never reads. What it may read is fetched first, and
    // the rest only if that was not enough.
    for is_wanted in [is_likely, |_: &Source, _: &str| true] {
        let wanted: Vec<&String> = paths
            .iter()
            .filter(|path| !source.files.contains_key(*path) && is_wanted(&source, path))
            .collect();
        for path in wanted {
            if let Some(file) = server.stacks.read_file(stack.id, version.version, path).await? {
                source.files.insert(path.clone(), file);
            }
        }
        if let Ok(definition) =
            Definition::read_aside(&source, &stack.name, &folder, server.definition_limits).await
        {
            return Ok(Some(definition.lint));
        }
    }
    Ok(None)
}

/// Compose files, and what looks like a file of variables.
fn is_likely(source: &Source, path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    source.compose_files.iter().any(|file| file == path)
        || name.contains(".env")
        || [".yml", ".yaml", ".json"].iter().any(|end| name.ends_with(end))
}
