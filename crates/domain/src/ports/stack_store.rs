//! Stacks, versions and releases.

use std::collections::{BTreeMap, BTreeSet};

use async_trait::async_trait;

use super::{Deployed, Idempotency, IfMatch, NewApply, NewDeployment, Page, SealedSecret, StoreError};
use crate::actor::Actor;
use crate::artifact::{Artifact, Artifacts, SlotKey};
use crate::command::{Command, NotAccepted, OnFailure};
use crate::ids::{CommandId, StackId, VersionNumber};
use crate::named_secret::{LatestSecret, NamedSecretName};
use crate::names::StackName;
use crate::release::Release;
use crate::secret_variable::{SecretRef, SecretUse, SecretUses};
use crate::stack::{Revision, SettingsChange, SettingsRefused, Stack, StackLabels};
use crate::stack_version::{FileEntry, Source, SourceFile, StackVersion};
use crate::time::Timestamp;
use core_monitor_compose::{Diagnostic, Project};

/// Stores stacks.
#[cfg_attr(feature = "mocks", mockall::automock)]
#[async_trait]
pub trait StackStore: Send + Sync {
    /// Saves a stack with its version 1 and a `CREATE` command that is already `DONE`.
    async fn create(&self, stack: NewStack) -> Result<Saved, SaveError>;

    /// Saves the next version and an `UPDATE` command that is already `DONE`. An unchanged source also creates a
    /// version, since people save on purpose.
    async fn add_version(
        &self,
        stack: StackId,
        if_match: IfMatch,
        version: NewVersion,
    ) -> Result<Saved, SaveError>;

    /// Saves the next version with its `UPDATE` command, as [`add_version`](Self::add_version) does, and enqueues the `APPLY`
    /// of it, in one transaction. The idempotency key of the version is that of the `APPLY`.
    async fn add_and_apply(
        &self,
        stack: StackId,
        if_match: IfMatch,
        version: NewVersion,
        apply: NewApply,
    ) -> Result<Deployed, SaveError>;

    /// Saves a version that differs from another one by its artifacts, and enqueues the `DEPLOY` that converges to it, in one
    /// transaction. It checks the idempotency key, then the precondition, and then that both numbers are still those of
    /// the request.
    async fn deploy(&self, new: NewDeployment) -> Result<Deployed, SaveError>;

    /// Every artifact that any version of the stack has had, without repetitions, for each slot.
    async fn artifacts(&self, stack: StackId) -> Result<Vec<(SlotKey, Artifact)>, StoreError>;

    /// Changes the settings of a stack as [`Stack::configured`] says, with an entry in the audit. Nothing is written where
    /// nothing changes.
    async fn configure(
        &self,
        stack: StackId,
        change: SettingsChange,
        if_match: IfMatch,
        by: &Actor,
        now: Timestamp,
    ) -> Result<Stack, SaveError>;

    /// Replaces the labels of a stack as [`Stack::labelled`] says, with an entry in the audit. Nothing is written where nothing
    /// changes.
    async fn set_labels(
        &self,
        stack: StackId,
        labels: StackLabels,
        if_match: IfMatch,
        by: &Actor,
        now: Timestamp,
    ) -> Result<Stack, SaveError>;

    /// A stack that is not deleted.
    async fn find(&self, id: StackId) -> Result<Option<Stack>, StoreError>;

    /// A stack, including deleted ones: for the worker, whose command may be older than the deletion.
    async fn find_with_deleted(&self, id: StackId) -> Result<Option<Stack>, StoreError>;

    /// Those of these stacks that are not deleted, in no order.
    async fn find_all(&self, ids: &[StackId]) -> Result<Vec<Stack>, StoreError>;

    /// A stack that is not deleted, by name.
    async fn find_by_name(&self, name: &StackName) -> Result<Option<Stack>, StoreError>;

    /// The deleted stacks that had this name.
    async fn predecessors(&self, name: &StackName) -> Result<BTreeSet<StackId>, StoreError>;

    /// The same for each of these names that any deleted stack had.
    async fn predecessors_of(
        &self,
        names: &[StackName],
    ) -> Result<BTreeMap<StackName, BTreeSet<StackId>>, StoreError>;

    /// Stacks that are not deleted, sorted by name.
    async fn list(&self, filter: &StackFilter) -> Result<Page<Stack>, StoreError>;

    /// One version.
    async fn find_version(
        &self,
        stack: StackId,
        version: VersionNumber,
    ) -> Result<Option<StackVersion>, StoreError>;

    /// Several versions of any stacks, each with its newest release: those that exist, in no order.
    async fn find_versions(
        &self,
        wanted: &[(StackId, VersionNumber)],
    ) -> Result<Vec<(StackVersion, Option<Release>)>, StoreError>;

    /// Versions, newest first, older than `before`.
    async fn list_versions(
        &self,
        stack: StackId,
        before: Option<VersionNumber>,
        limit: u32,
    ) -> Result<Page<StackVersion>, StoreError>;

    /// The files of a version, sorted by path. Empty if there is no such version: each has at least a compose file.
    async fn list_files(&self, stack: StackId, version: VersionNumber) -> Result<Vec<FileEntry>, StoreError>;

    /// One file of a version.
    async fn read_file(
        &self,
        stack: StackId,
        version: VersionNumber,
        path: &str,
    ) -> Result<Option<SourceFile>, StoreError>;

    /// A secret of the stack as it was sealed; `None` if the stack never had it.
    async fn sealed_secret(
        &self,
        stack: StackId,
        secret: &SecretRef,
    ) -> Result<Option<SealedSecret>, StoreError>;

    /// All secrets that versions of the stack, deleted or not, ever had, as they were sealed, and the newest
    /// [`SHOWN_SECRET_VERSIONS`](super::SHOWN_SECRET_VERSIONS) of each named secret that any of them asks for.
    async fn sealed_secrets(&self, stack: StackId) -> Result<Vec<(SecretRef, SealedSecret)>, StoreError>;

    /// Those of these named secrets that exist, in no order.
    async fn latest_secrets(&self, names: &[NamedSecretName]) -> Result<Vec<LatestSecret>, StoreError>;

    /// The newest release of the stack, or of one version if given.
    async fn last_release(
        &self,
        stack: StackId,
        version: Option<VersionNumber>,
    ) -> Result<Option<Release>, StoreError>;

    /// The newest release of every version of every stack that is not deleted: what a rollback may restore.
    async fn last_releases(&self) -> Result<Vec<Release>, StoreError>;
}

/// Which stacks to list.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct StackFilter {
    /// Only the stack with this name.
    pub name: Option<StackName>,
    /// Only stacks after this name.
    pub after: Option<StackName>,
    /// At most this many, at least 1.
    pub limit: u32,
}

/// A stack to be saved.
#[derive(Debug, Clone, PartialEq)]
pub struct NewStack {
    /// Its identity, from the id source.
    pub id: StackId,
    /// Its name, unique.
    pub name: StackName,
    /// What its commands do on failure, unless the request says otherwise.
    pub on_failure: OnFailure,
    /// Its first version.
    pub version: NewVersion,
}

/// A version to be saved, already loaded and checked.
#[derive(Debug, Clone, PartialEq)]
pub struct NewVersion {
    /// Identity of the `CREATE` or `UPDATE` command, from the id source.
    pub command_id: CommandId,
    /// Who saves it.
    pub author: Actor,
    /// Why.
    pub comment: String,
    /// The source.
    pub source: Source,
    /// Its secret variables.
    pub secrets: Vec<VersionSecret>,
    /// The parent version whose secrets were kept. The store refuses it with
    /// [`PreconditionFailed`](SaveError::PreconditionFailed) if another version was saved meanwhile.
    pub based_on: Option<VersionNumber>,
    /// The parsed model, with markers in place of secret values.
    pub model: Project,
    /// The loader's warnings.
    pub warnings: Vec<Diagnostic>,
    /// Its artifacts: those of the parent version whose slots are still declared. Then `based_on` is set.
    pub artifacts: Artifacts,
    /// The idempotency key.
    pub idempotency: Option<Idempotency>,
    /// Now.
    pub now: Timestamp,
}

/// A secret variable of a version to be saved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VersionSecret {
    /// Name and fingerprint.
    pub reference: SecretRef,
    /// The sealed value; `None` if the parent version has it, or if it is that of a named secret.
    pub sealed: Option<SealedSecret>,
    /// The named secret whose newest version is the value.
    pub from: Option<NamedSecretName>,
    /// The version that introduced the value; `None` for the one to be saved.
    pub set_in: Option<VersionNumber>,
}

impl NewVersion {
    /// The secret variables of the version once it has this number.
    pub fn secret_uses(&self, number: VersionNumber) -> SecretUses {
        let uses = self.secrets.iter().map(|secret| {
            let SecretRef { name, fingerprint } = secret.reference.clone();
            let (set_in, from) = (secret.set_in.unwrap_or(number), secret.from.clone());
            (name, SecretUse { fingerprint, set_in, from })
        });
        uses.collect()
    }
}

/// A saved version.
#[derive(Debug, Clone, PartialEq)]
pub struct Saved {
    /// The stack afterwards.
    pub stack: Stack,
    /// The version.
    pub version: StackVersion,
    /// The `CREATE` or `UPDATE` command.
    pub command: Command,
    /// The same request was accepted before, and this is its result.
    pub replayed: bool,
}

/// Why nothing was saved.
#[derive(Debug, thiserror::Error)]
pub enum SaveError {
    /// Another stack has that name.
    #[error("a stack called `{name}` already exists")]
    NameTaken {
        /// The name.
        name: StackName,
        /// The stack with that name.
        holder: StackId,
    },
    /// Another stack has already adopted the project.
    #[error("the project already belongs to another stack")]
    Adopted {
        /// The stack with that name.
        holder: StackId,
    },
    /// The stack does not exist or is deleted.
    #[error("the stack does not exist")]
    StackNotFound,
    /// The stack has changed since the caller read it.
    #[error("the stack has changed and is now at revision `{current}`")]
    PreconditionFailed {
        /// The current revision.
        current: Revision,
    },
    /// The key was used for another request.
    #[error("the idempotency key was used for another request")]
    IdempotencyMismatch,
    /// A store error.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl SaveError {
    /// Refuses a write whose precondition this stack does not meet, before any work is done for it. The store looks again.
    pub fn unless(if_match: IfMatch, stack: &Stack) -> Result<(), Self> {
        let current = stack.revision();
        if if_match.allows(current) { Ok(()) } else { Err(Self::PreconditionFailed { current }) }
    }
}

impl From<NotAccepted> for SaveError {
    fn from(reason: NotAccepted) -> Self {
        match reason {
            NotAccepted::StackNotFound => Self::StackNotFound,
            NotAccepted::PreconditionFailed { current } => Self::PreconditionFailed { current },
            // Neither can be: a DEPLOY or APPLY is requested, and its version is made in the same transaction.
            NotAccepted::SystemOnly { .. } | NotAccepted::VersionNotFound => {
                let what = format!("a deployment was not accepted: {reason}");
                Self::Store(StoreError::Corrupt { what, source: None })
            }
        }
    }
}

impl From<SettingsRefused> for SaveError {
    fn from(SettingsRefused { current }: SettingsRefused) -> Self {
        Self::PreconditionFailed { current }
    }
}
