//! Stacks, versions and releases.

use std::collections::BTreeSet;

use async_trait::async_trait;

use super::{Idempotency, IfMatch, Page, StoreError};
use crate::command::Command;
use crate::ids::{CommandId, StackId, VersionNumber};
use crate::names::StackName;
use crate::release::Release;
use crate::stack::{Revision, Stack};
use crate::stack_version::{FileEntry, Source, SourceFile, StackVersion};
use crate::time::Timestamp;
use core_monitor_compose::{Diagnostic, Project};

/// Holds stacks.
#[cfg_attr(feature = "mocks", mockall::automock)]
#[async_trait]
pub trait StackStore: Send + Sync {
    /// Saves a stack with its version 1 and the `CREATE` command that is `DONE` with it.
    async fn create(&self, stack: NewStack) -> Result<Saved, SaveError>;

    /// Saves the next version and the `UPDATE` command that is `DONE` with it. The same source as the latest
    /// version is a version all the same: people save on purpose.
    async fn add_version(
        &self,
        stack: StackId,
        if_match: IfMatch,
        version: NewVersion,
    ) -> Result<Saved, SaveError>;

    /// A stack that is not deleted.
    async fn find(&self, id: StackId) -> Result<Option<Stack>, StoreError>;

    /// A stack, also a deleted one: for the worker, whose command may be older than the delete.
    async fn find_with_deleted(&self, id: StackId) -> Result<Option<Stack>, StoreError>;

    /// A stack that is not deleted, by name.
    async fn find_by_name(&self, name: &StackName) -> Result<Option<Stack>, StoreError>;

    /// The deleted stacks that had this name.
    async fn predecessors(&self, name: &StackName) -> Result<BTreeSet<StackId>, StoreError>;

    /// Stacks that are not deleted, by name.
    async fn list(&self, filter: &StackFilter) -> Result<Page<Stack>, StoreError>;

    /// One version.
    async fn find_version(
        &self,
        stack: StackId,
        version: VersionNumber,
    ) -> Result<Option<StackVersion>, StoreError>;

    /// Versions, newest first, older than `before`.
    async fn list_versions(
        &self,
        stack: StackId,
        before: Option<VersionNumber>,
        limit: u32,
    ) -> Result<Page<StackVersion>, StoreError>;

    /// The files of a version, by path. None when there is no such version: each has a compose file at least.
    async fn list_files(&self, stack: StackId, version: VersionNumber) -> Result<Vec<FileEntry>, StoreError>;

    /// One file of a version.
    async fn read_file(
        &self,
        stack: StackId,
        version: VersionNumber,
        path: &str,
    ) -> Result<Option<SourceFile>, StoreError>;

    /// The newest release of the stack; of one version when given.
    async fn last_release(
        &self,
        stack: StackId,
        version: Option<VersionNumber>,
    ) -> Result<Option<Release>, StoreError>;
}

/// Which stacks to list.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct StackFilter {
    /// With this name only.
    pub name: Option<StackName>,
    /// Behind this name.
    pub after: Option<StackName>,
    /// At most so many, from 1.
    pub limit: u32,
}

/// A stack to be saved.
#[derive(Debug, Clone, PartialEq)]
pub struct NewStack {
    /// Its identity, from the id source.
    pub id: StackId,
    /// Its name, unique.
    pub name: StackName,
    /// Its first version.
    pub version: NewVersion,
}

/// A version to be saved, already loaded and checked.
#[derive(Debug, Clone, PartialEq)]
pub struct NewVersion {
    /// Identity of the `CREATE` or `UPDATE` command, from the id source.
    pub command_id: CommandId,
    /// Who saves it.
    pub author: String,
    /// Why.
    pub comment: String,
    /// What was written.
    pub source: Source,
    /// What it means.
    pub model: Project,
    /// What the loader warned about.
    pub warnings: Vec<Diagnostic>,
    /// Repeat protection.
    pub idempotency: Option<Idempotency>,
    /// Now.
    pub now: Timestamp,
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
    /// The same request had been accepted before, and this is what it made.
    pub replayed: bool,
}

/// Why nothing was saved.
#[derive(Debug, thiserror::Error)]
pub enum SaveError {
    /// The name belongs to another stack.
    #[error("a stack called `{name}` exists already")]
    NameTaken {
        /// The name.
        name: StackName,
        /// The stack that has it.
        holder: StackId,
    },
    /// What the stack would adopt was adopted by another one.
    #[error("the project belongs to another stack already")]
    Adopted {
        /// The stack that has it.
        holder: StackId,
    },
    /// No such stack, or it is deleted.
    #[error("the stack does not exist")]
    StackNotFound,
    /// The stack is in another state than the caller thought.
    #[error("the stack has changed, it is now at `{current}`")]
    PreconditionFailed {
        /// The state it is in.
        current: Revision,
    },
    /// The key was used for another request.
    #[error("the idempotency key was used for another request")]
    IdempotencyMismatch,
    /// The store itself.
    #[error(transparent)]
    Store(#[from] StoreError),
}
