//! `build.secrets` to what a build may mount.

use core_monitor_compose::Project;
use core_monitor_compose::model::{Build, FileReference};

use super::SEND_ARCHIVE;
use crate::desired::{BuildFiles, BuildSecret, BuildSecretSource};

/// The secrets of a build, or what is wrong with one of them. As with docker compose, `target` is the name by which steps
/// ask; owner and mode are for the step to say.
pub(super) fn secrets(
    project: &Project,
    files: &BuildFiles,
    build: &Build,
) -> Result<Vec<BuildSecret>, String> {
    build.secrets.iter().map(|reference| secret(project, files, reference)).collect()
}

fn secret(project: &Project, files: &BuildFiles, reference: &FileReference) -> Result<BuildSecret, String> {
    let name = &reference.source;
    // The loader has refused undeclared ones.
    let Some(declared) = project.secrets.get(name) else { return Err(format!("`{name}` is not declared")) };
    if declared.external {
        return Err(format!("`{name}` is external, which only Swarm has; use `file` or `environment`"));
    }
    let source = match (&declared.file, &declared.value) {
        (Some(file), _) => {
            let stored = files.within(file).filter(|path| files.get(path).is_some());
            BuildSecretSource::Stored(stored.ok_or_else(|| {
                format!("`{file}` of `{name}` is not a file of the version; {SEND_ARCHIVE}")
            })?)
        }
        (None, Some(value)) => BuildSecretSource::Value(value.clone()),
        (None, None) => {
            let variable = declared.environment.as_deref().unwrap_or_default();
            return Err(format!("the variable `{variable}` of `{name}` is not set"));
        }
    };
    let id = reference.target.as_ref().filter(|target| !target.is_empty()).unwrap_or(name);
    Ok(BuildSecret { id: id.clone(), source })
}
