//! Artifacts: receiving them, using stored ones again, and listing them.

use std::sync::Arc;

use core_monitor_domain::access::{Action, Forbidden, Resource};
use core_monitor_domain::actor::Actor;
use core_monitor_domain::artifact::{Artifact, ArtifactDigest, ArtifactForm, PathSet};
use core_monitor_domain::ids::StackId;
use core_monitor_domain::ports::{
    ArtifactDraft, ArtifactError, ArtifactUse, Clock, Page, StoreError, StoredArtifact, TreeLimits,
};

use super::Server;

/// Bytes of the disk that artifacts leave to everybody else.
const RESERVE: u64 = 16 << 20;
/// How many uses of an artifact a list shows.
const USES: u32 = 10;

/// Why an artifact cannot be had.
#[derive(Debug, thiserror::Error)]
pub enum ArtifactUseError {
    /// The actor is not allowed to do this.
    #[error(transparent)]
    Forbidden(#[from] Forbidden),
    /// The store of artifacts.
    #[error(transparent)]
    Artifact(#[from] ArtifactError),
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// No version tells what it is called, and the request does not either.
    #[error("the artifact has no file name")]
    Nameless,
}

/// An artifact that is being received. Dropping it removes it.
pub struct ArtifactUpload {
    draft: Box<dyn ArtifactDraft>,
    clock: Arc<dyn Clock>,
    /// How much more the disk takes.
    room: u64,
}

impl ArtifactUpload {
    /// Adds to it.
    pub async fn write(&mut self, chunk: &[u8]) -> Result<(), ArtifactError> {
        let left = self.room.checked_sub(chunk.len() as u64);
        self.room = left.ok_or(ArtifactError::DiskFull)?;
        self.draft.write(chunk).await
    }

    /// SHA-256 of what was received so far.
    pub async fn digest(&mut self) -> Result<ArtifactDigest, ArtifactError> {
        self.draft.digest().await
    }

    /// Stores it as a file.
    pub async fn keep_file(self, file_name: String) -> Result<Artifact, ArtifactError> {
        let stored = self.draft.keep(self.clock.now()).await?;
        Ok(artifact(stored, file_name, ArtifactForm::File, &[]))
    }

    /// Stores it as the tree in the archive that was received.
    pub async fn keep_tree(self, file_name: String, limits: TreeLimits) -> Result<Artifact, ArtifactError> {
        let (stored, paths) = self.draft.keep_tree(limits, self.clock.now()).await?;
        Ok(artifact(stored, file_name, ArtifactForm::Tree, &paths))
    }
}

fn artifact(stored: StoredArtifact, file_name: String, form: ArtifactForm, paths: &[String]) -> Artifact {
    let paths = PathSet::of(paths.iter().map(String::as_str));
    Artifact { digest: stored.digest, size: stored.size, file_name, form, paths }
}

/// A stored artifact with who uses it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListedArtifact {
    /// The artifact.
    pub stored: StoredArtifact,
    /// The newest versions that have it, at most ten.
    pub uses: Vec<ArtifactUse>,
}

impl Server {
    /// Begins to receive an artifact of at most `limit` bytes for this stack. One whose announced size the disk does not take
    /// is refused at once, and none takes the space that the database needs to go on.
    pub async fn receive_artifact(
        &self,
        actor: &Actor,
        stack: StackId,
        limit: u64,
        announced: Option<u64>,
    ) -> Result<ArtifactUpload, ArtifactUseError> {
        let ports = self.permit(actor, Action::DeployArtifact, &Resource::Stack(stack)).await?;
        let room = ports.disk.space().map_or(u64::MAX, |space| space.free.saturating_sub(RESERVE));
        if announced.unwrap_or_default() > room {
            return Err(ArtifactError::DiskFull.into());
        }
        let draft = ports.artifacts.begin(limit).await?;
        Ok(ArtifactUpload { draft, clock: Arc::clone(&ports.clock), room })
    }

    /// An artifact that is stored already, for this stack. Without a name it has the one of the newest version that has it.
    pub async fn use_stored_artifact(
        &self,
        actor: &Actor,
        stack: StackId,
        digest: &ArtifactDigest,
        form: ArtifactForm,
        file_name: Option<String>,
        limits: TreeLimits,
    ) -> Result<Artifact, ArtifactUseError> {
        let ports = self.permit(actor, Action::DeployArtifact, &Resource::Stack(stack)).await?;
        let stored = ports.artifacts.use_again(digest, ports.clock.now()).await?;
        let file_name = if let Some(name) = file_name {
            name
        } else {
            let uses = ports.records.artifact_uses(digest, 1).await?;
            uses.into_iter().next().ok_or(ArtifactUseError::Nameless)?.file_name
        };
        let paths = match form {
            ArtifactForm::File => Vec::new(),
            ArtifactForm::Tree => ports.artifacts.paths(digest, limits).await?,
        };
        Ok(artifact(stored, file_name, form, &paths))
    }

    /// Stored artifacts behind `after`, by digest.
    pub async fn list_artifacts(
        &self,
        actor: &Actor,
        after: Option<ArtifactDigest>,
        limit: u32,
    ) -> Result<Page<ListedArtifact>, ArtifactUseError> {
        let ports = self.permit(actor, Action::ListArtifacts, &Resource::Installation).await?;
        let stored = ports.artifacts.list().await?;
        let mut behind = stored.into_iter().filter(|one| after.is_none_or(|after| one.digest > after));
        let mut items = Vec::new();
        for stored in behind.by_ref().take(limit as usize) {
            let uses = ports.records.artifact_uses(&stored.digest, USES).await?;
            items.push(ListedArtifact { stored, uses });
        }
        Ok(Page { items, more: behind.next().is_some() })
    }
}
