//! Converts `build.secrets`.

use core_monitor_compose::Project;
use core_monitor_compose::model::{Build, FileReference};
use core_monitor_message::Message;

use super::super::files::named_secret;
use super::super::said;
use crate::desired::{BuildFiles, BuildSecret, BuildSecretSource};

/// The secrets of a build, or what is wrong with one of them. As with docker compose, `target` is the id that steps
/// use; owner and mode are set in the step.
pub(super) fn secrets(
    project: &Project,
    files: &BuildFiles,
    build: &Build,
) -> Result<Vec<BuildSecret>, Message> {
    build.secrets.iter().map(|reference| secret(project, files, reference)).collect()
}

fn secret(project: &Project, files: &BuildFiles, reference: &FileReference) -> Result<BuildSecret, Message> {
    let name = &reference.source;
    // The loader has rejected undeclared ones.
    let Some(declared) = project.secrets.get(name) else { return Err(said::file_not_declared(name)) };
    let id = reference.target.as_ref().filter(|target| !target.is_empty()).unwrap_or(name).clone();
    if declared.external {
        return Ok(BuildSecret { id, source: BuildSecretSource::Value(named_secret(declared)?) });
    }
    let source = match (&declared.file, &declared.value) {
        (Some(file), _) => {
            let stored = files.within(file).filter(|path| files.get(path).is_some());
            BuildSecretSource::Stored(stored.ok_or_else(|| said::build_secret_file_missing(file, name))?)
        }
        (None, Some(value)) => BuildSecretSource::Value(value.clone()),
        (None, None) => {
            let variable = declared.environment.as_deref().unwrap_or_default();
            return Err(said::file_variable_unset(variable, name));
        }
    };
    Ok(BuildSecret { id, source })
}
