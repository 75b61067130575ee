//! Versions with everything that belongs to them: what they ask for, and the files their images are built from.

use std::sync::Arc;

use async_trait::async_trait;
use core_monitor_domain::desired::{BuildFiles, DesiredError, DesiredStack};
use core_monitor_domain::ids::{StackId, VersionNumber};
use core_monitor_domain::ports::{BuildSource, BuildSourceError, StackStore, StoreError};
use core_monitor_domain::stack_version::StackVersion;

/// The files of versions, from the store. Nothing on the disk of a host is read: containers may have written there.
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
        build_files(&*self.stacks, stack, version).await.map_err(|error| unreadable(&error))
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

/// Why it cannot be said what a version asks for.
#[derive(Debug, thiserror::Error)]
pub(crate) enum NotDesired {
    #[error(transparent)]
    Definition(#[from] DesiredError),
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// What a stored version asks for. Its files are only looked at when it builds an image.
pub(crate) async fn desired_stack(
    stacks: &dyn StackStore,
    version: &StackVersion,
) -> Result<DesiredStack, NotDesired> {
    let builds = version.model.services.values().any(|service| service.build.is_some());
    let mut files = BuildFiles::default();
    if builds {
        files = build_files(stacks, version.stack_id, version.version).await?;
    }
    Ok(DesiredStack::with_files(&version.model, &files)?)
}

async fn build_files(
    stacks: &dyn StackStore,
    stack: StackId,
    version: VersionNumber,
) -> Result<BuildFiles, StoreError> {
    let mut files = BuildFiles::new(&stack.to_string(), stacks.list_files(stack, version).await?);
    for path in files.wanted() {
        if let Some(file) = stacks.read_file(stack, version, &path).await? {
            files.add_text(&path, file.bytes());
        }
    }
    Ok(files)
}
