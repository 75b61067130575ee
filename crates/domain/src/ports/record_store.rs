//! What may leave the database, and where what has left it is.

use std::collections::BTreeSet;

use async_trait::async_trait;

use super::{CommandFilter, Page, StoreError};
use crate::artifact::{ArtifactDigest, SlotKey};
use crate::audit::AuditRecord;
use crate::command::{CommandKind, CommandStatus};
use crate::ids::{CommandId, Seq, StackId, VersionNumber};
use crate::records::{CommandFacts, RecordFile, RecordedCommand};
use crate::time::Timestamp;

/// The database, as retention sees it. Its schema refuses to lose a command, an event or an entry of the audit that is not in
/// a noted record file.
#[cfg_attr(feature = "mocks", mockall::automock)]
#[async_trait]
pub trait RecordStore: Send + Sync {
    /// Commands behind `after` that were over before `before` and that no record file has, oldest first, at most `limit`.
    async fn old_commands(
        &self,
        before: Timestamp,
        after: Seq,
        limit: u32,
    ) -> Result<Vec<CommandFacts>, StoreError>;

    /// Everything recorded about these commands, sorted by place.
    async fn recorded(&self, commands: &[Seq]) -> Result<Vec<RecordedCommand>, StoreError>;

    /// Entries of the audit from before `before` that no record file has, oldest first, at most `limit`, without a gap.
    async fn old_audit(&self, before: Timestamp, limit: u32) -> Result<Vec<AuditRecord>, StoreError>;

    /// Every record file in the order of the chain, those that were removed too.
    async fn files(&self) -> Result<Vec<RecordFile>, StoreError>;

    /// Notes a record file that was written, and the commands in it.
    async fn note_commands(&self, file: &RecordFile, commands: &[NotedCommand]) -> Result<(), StoreError>;

    /// Notes a record file with entries of the audit.
    async fn note_audit(&self, file: &RecordFile) -> Result<(), StoreError>;

    /// Removes at most about `limit` rows that a noted record file has: journals first, then the commands that nothing else
    /// refers to, then entries of the audit. Whether more may follow.
    async fn remove_noted(&self, limit: u32) -> Result<bool, StoreError>;

    /// Notes that a record file was removed because of its age: what was in it can no longer be read.
    async fn note_removed(&self, number: u32, now: Timestamp) -> Result<(), StoreError>;

    /// Removes the files of versions of stacks that were deleted before `before`, with contents that no other version has, at
    /// most about `limit` rows. Whether more may follow.
    async fn remove_files_of_deleted(&self, before: Timestamp, limit: u32) -> Result<bool, StoreError>;

    /// Where the record of a command is, if a record file has it.
    async fn place_of(&self, command: CommandId) -> Result<Option<RecordPlace>, StoreError>;

    /// The places of commands with events after `after` that a record file has, from the one whose first event is the first
    /// after `beyond` on, in that order, at most `limit`.
    async fn places_after(
        &self,
        after: i64,
        beyond: i64,
        stack: Option<StackId>,
        limit: u32,
    ) -> Result<Vec<RecordPlace>, StoreError>;

    /// The places of those commands that the filter means and that are no longer in the database at all.
    async fn places(&self, filter: &CommandFilter) -> Result<Page<RecordPlace>, StoreError>;

    /// The largest id of an event in a record file; 0 if there is none.
    async fn last_event(&self) -> Result<i64, StoreError>;

    /// The artifacts that must stay: those of versions of stacks that are not deleted.
    async fn artifacts_in_use(&self) -> Result<BTreeSet<ArtifactDigest>, StoreError>;

    /// The slots of versions of stacks that are not deleted that have this artifact, newest version first, at most `limit`.
    async fn artifact_uses(
        &self,
        digest: &ArtifactDigest,
        limit: u32,
    ) -> Result<Vec<ArtifactUse>, StoreError>;

    /// When the newest backup of it was made, of those that were written to their end; `None` if there is none that it knows of.
    async fn last_backup(&self) -> Result<Option<Timestamp>, StoreError>;

    /// What the database holds now.
    async fn sizes(&self) -> Result<StoreSizes, StoreError>;
}

/// A command that was written to a record file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NotedCommand {
    /// Its place in the queue.
    pub seq: Seq,
    /// The command.
    pub id: CommandId,
    /// Its stack.
    pub stack_id: StackId,
    /// Its kind.
    pub kind: CommandKind,
    /// Its status.
    pub status: CommandStatus,
    /// When it was accepted.
    pub created_at: Timestamp,
    /// The smallest id of its events; 0 without any.
    pub first_event: i64,
    /// The largest.
    pub last_event: i64,
}

/// Where a record is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RecordPlace {
    /// The command.
    pub command: NotedCommand,
    /// The number of its file.
    pub file: u32,
}

/// A slot of a version that has an artifact.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ArtifactUse {
    /// The stack.
    pub stack_id: StackId,
    /// Its version.
    pub version: VersionNumber,
    /// The slot.
    pub key: SlotKey,
    /// The name the artifact has there.
    pub file_name: String,
}

/// What the database holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct StoreSizes {
    /// Bytes of the file of the database.
    pub bytes: u64,
    /// Bytes of it that are free, and used again for what comes.
    pub free: u64,
    /// Commands.
    pub commands: u64,
    /// Events.
    pub events: u64,
    /// Entries of the audit.
    pub audit: u64,
    /// Stored plans.
    pub plans: u64,
    /// Record files that are there.
    pub record_files: u64,
    /// Their bytes.
    pub record_bytes: u64,
}
