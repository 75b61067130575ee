//! The version that the wizard edits.

use core_monitor_domain::ids::{StackId, VersionNumber};
use core_monitor_domain::ports::StoreError;
use core_monitor_domain::secret_variable::SecretName;
use core_monitor_domain::stack::Stack;
use core_monitor_domain::stack_version::{Source, StackVersion};

use super::NoWizard;
use crate::server::ServerPorts;

/// A version with its files.
pub(in crate::server) struct Base {
    pub(in crate::server) stack: Stack,
    pub(in crate::server) version: StackVersion,
    /// The compose file that is edited.
    pub(in crate::server) path: String,
    /// Its text.
    pub(in crate::server) text: String,
    /// All its files and plain variables.
    pub(in crate::server) source: Source,
}

impl Base {
    /// Its secret variables.
    pub(in crate::server) fn secrets(&self) -> impl Iterator<Item = &SecretName> {
        self.version.secrets.keys()
    }
}

/// Reads a version to edit.
pub(super) async fn base(
    ports: &ServerPorts,
    stack: StackId,
    number: VersionNumber,
) -> Result<Base, NoWizard> {
    let stack = ports.stacks.find(stack).await?.ok_or(NoWizard::StackNotFound)?;
    let version =
        ports.stacks.find_version(stack.id, number).await?.ok_or(NoWizard::VersionNotFound(number))?;
    let mut source = Source {
        compose_files: version.compose_files.clone(),
        variables: version.variables.clone(),
        ..Source::default()
    };
    for entry in ports.stacks.list_files(stack.id, number).await? {
        if let Some(file) = ports.stacks.read_file(stack.id, number, &entry.path).await? {
            source.files.insert(entry.path, file);
        }
    }
    let (path, text) = edited_file(&source);
    Ok(Base { stack, version, path, text, source })
}

/// The compose file that has the record of the wizard, or the first one.
fn edited_file(source: &Source) -> (String, String) {
    let text =
        |path: &String| source.files.get(path).and_then(|file| file.text()).unwrap_or_default().to_owned();
    let marked = source.compose_files.iter().find(|path| text(path).contains("\nx-wizard:"));
    let path = marked.or(source.compose_files.first()).cloned().unwrap_or_else(|| super::FILE.to_owned());
    let text = text(&path);
    (path, text)
}

/// The text of the compose file of a version that the wizard would edit.
pub(in crate::server) async fn file_of(
    ports: &ServerPorts,
    version: &StackVersion,
) -> Result<String, StoreError> {
    let mut source = Source { compose_files: version.compose_files.clone(), ..Source::default() };
    for path in &version.compose_files {
        if let Some(file) = ports.stacks.read_file(version.stack_id, version.version, path).await? {
            source.files.insert(path.clone(), file);
        }
    }
    Ok(edited_file(&source).1)
}
