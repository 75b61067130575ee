//! What a stored version asks for, and the files its images are built from.

use std::sync::Arc;

use async_trait::async_trait;
use core_monitor_compose::Project;
use core_monitor_domain::desired::{BuildFiles, DesiredError, DesiredStack, NamedSecrets};
use core_monitor_domain::ids::{StackId, VersionNumber};
use core_monitor_domain::named_secret::{NamedSecretName, Pinned, needed, pinned};
use core_monitor_domain::ports::{BuildSource, BuildSourceError, StackStore, StoreError};
use core_monitor_domain::stack_version::{StackVersion, folder_in, placed};

/// Reads the files of versions from the store, never from a host's disk, where containers may have changed them.
pub struct StoredBuildSource {
    stacks: Arc<dyn StackStore>,
}

impl StoredBuildSource {
    /// Reads from `stacks`.
    pub fn new(stacks: Arc<dyn StackStore>) -> Self {
        Self { stacks }
    }
}

#[async_trait]
impl BuildSource for StoredBuildSource {
    async fn files(&self, stack: StackId, version: VersionNumber) -> Result<BuildFiles, BuildSourceError> {
        let files = build_files(&*self.stacks, stack, version, BuildFiles::wanted).await;
        files.map_err(|error| unreadable(&error))
    }

    async fn read(
        &self,
        stack: StackId,
        version: VersionNumber,
        path: &str,
    ) -> Result<Arc<[u8]>, BuildSourceError> {
        let file = self.stacks.read_file(stack, version, path).await.map_err(|error| unreadable(&error))?;
        let missing = || BuildSourceError { reason: format!("version {version} has no file `{path}`") };
        file.map(|file| Arc::clone(file.bytes())).ok_or_else(missing)
    }
}

fn unreadable(error: &StoreError) -> BuildSourceError {
    BuildSourceError { reason: error.to_string() }
}

/// Why a stored version cannot be read.
#[derive(Debug, thiserror::Error)]
pub(crate) enum NotDesired {
    #[error(transparent)]
    Definition(#[from] DesiredError),
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// What a stored version asks for on a host that keeps the folders of stacks in `stacks_dir`. Its files are only read
/// if it builds an image, and listed if it mounts something of its folder.
pub(crate) async fn desired_stack(
    stacks: &dyn StackStore,
    version: &StackVersion,
    stacks_dir: &str,
) -> Result<DesiredStack, NotDesired> {
    let builds = version.model.services.values().any(|service| service.build.is_some());
    let mut files = BuildFiles::default();
    let folder = folder_in(stacks_dir, version.stack_id);
    let (project, secrets) = with_secrets(stacks, version, placed(&version.model, &folder)).await?;
    if builds {
        let wanted = |files: &BuildFiles| files.wanted_by(&project);
        files = build_files(stacks, version.stack_id, version.version, wanted).await?;
    }
    let mut desired = DesiredStack::with_files(&project, &files)?.with_named_secrets(secrets);
    if !version.artifacts.is_empty() {
        let trees = desired.takes_trees();
        let earlier = if trees { stacks.artifacts(version.stack_id).await? } else { Vec::new() };
        desired = desired.with_artifacts(&version.artifacts, &earlier);
    }
    if !desired.mounts_from(&folder) {
        return Ok(desired);
    }
    let files = stacks.list_files(version.stack_id, version.version).await?;
    Ok(desired.with_mounted_files(&folder, &files))
}

/// The definition with the newest version of each named secret that it asks for. Their values are not read.
async fn with_secrets(
    stacks: &dyn StackStore,
    version: &StackVersion,
    project: Project,
) -> Result<(Project, NamedSecrets), StoreError> {
    let names: Vec<NamedSecretName> = needed(&project, &version.secrets)
        .into_iter()
        .filter_map(|needed| needed.name.parse().ok())
        .collect();
    if names.is_empty() {
        return Ok((project, NamedSecrets::default()));
    }
    let found = stacks.latest_secrets(&names).await?;
    let available = found.into_iter().map(|secret| (secret.name.clone(), secret)).collect();
    let Pinned { project, versions, unavailable } = pinned(project, &version.secrets, &available);
    Ok((project, NamedSecrets { pinned: versions, unavailable }))
}

async fn build_files(
    stacks: &dyn StackStore,
    stack: StackId,
    version: VersionNumber,
    wanted: impl FnOnce(&BuildFiles) -> Vec<String>,
) -> Result<BuildFiles, StoreError> {
    let mut files = BuildFiles::new(&stack.to_string(), stacks.list_files(stack, version).await?);
    for path in wanted(&files) {
        if let Some(file) = stacks.read_file(stack, version, &path).await? {
            files.add_text(&path, file.bytes());
        }
    }
    Ok(files)
}
