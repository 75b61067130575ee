//! Linting a saved version.

use std::sync::Arc;

use core_monitor_compose::LintReport;
use core_monitor_domain::ports::StoreError;
use core_monitor_domain::secret_variable::SecretRef;
use core_monitor_domain::stack::Stack;
use core_monitor_domain::stack_version::{Source, SourceSecret, StackVersion};

use super::{Definition, ServerPorts};

/// The findings of a version, by the rules of this release: rules improve, versions do not change. `None` if this
/// release no longer accepts the definition.
pub(super) async fn lint_version(
    ports: &ServerPorts,
    stack: &Stack,
    version: &StackVersion,
) -> Result<Option<LintReport>, StoreError> {
    let folder = ports.stack_folder(stack.id);
    let mut source = Source {
        compose_files: version.compose_files.clone(),
        variables: version.variables.clone(),
        secrets: unopened(version),
        ..Source::default()
    };
    let paths: Vec<String> = ports
        .stacks
        .list_files(stack.id, version.version)
        .await?
        .into_iter()
        .map(|entry| entry.path)
        .collect();
    // A build context may have thousands of files that the definition never reads. Fetch the files it is likely to read
    // first, and the rest only if that was not enough.
    for is_wanted in [is_likely, |_: &Source, _: &str| true] {
        let wanted: Vec<&String> = paths
            .iter()
            .filter(|path| !source.files.contains_key(*path) && is_wanted(&source, path))
            .collect();
        for path in wanted {
            if let Some(file) = ports.stacks.read_file(stack.id, version.version, path).await? {
                source.files.insert(path.clone(), file);
            }
        }
        if let Ok(definition) =
            Definition::read_blocking(&source, &stack.name, &folder, ports.definition_limits).await
        {
            return Ok(Some(definition.lint));
        }
    }
    Ok(None)
}

/// The rules need no values, only to know what is secret.
fn unopened(version: &StackVersion) -> Vec<SourceSecret> {
    let secrets = version.secrets.iter().map(|(name, used)| SourceSecret {
        reference: SecretRef { name: name.clone(), fingerprint: Arc::clone(&used.fingerprint) },
        value: None,
    });
    secrets.collect()
}

/// Compose files, and files that look like env files.
fn is_likely(source: &Source, path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    source.compose_files.iter().any(|file| file == path)
        || name.contains(".env")
        || [".yml", ".yaml", ".json"].iter().any(|end| name.ends_with(end))
}
