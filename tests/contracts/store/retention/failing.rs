//! Ports that fail at one of their writes, before or after it.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use async_trait::async_trait;
use core_monitor_domain::artifact::ArtifactDigest;
use core_monitor_domain::audit::AuditRecord;
use core_monitor_domain::ids::{CommandId, Seq, StackId};
use core_monitor_domain::ports::{
    ArtifactUse, CommandFilter, NotedCommand, Page, RecordFileError, RecordFiles, RecordPlace, RecordStore,
    StoreError, StoreSizes, WrittenFile,
};
use core_monitor_domain::records::{CommandFacts, RecordFile, RecordHead, RecordedCommand};
use core_monitor_domain::time::Timestamp;
use core_monitor_host::FolderRecordFiles;

/// Which write fails.
#[derive(Clone)]
pub(super) struct Failing {
    step: usize,
    /// The write happens, and its answer is lost.
    loses_reply: bool,
    writes: Arc<AtomicUsize>,
}

impl Failing {
    pub(super) fn new(step: usize, loses_reply: bool) -> Self {
        Self { step, loses_reply, writes: Arc::default() }
    }

    pub(super) fn has_failed(&self) -> bool {
        self.writes.load(Ordering::Relaxed) > self.step
    }

    pub(super) fn records(&self, store: Arc<dyn RecordStore>) -> Arc<dyn RecordStore> {
        Arc::new(FailingRecords { store, failing: self.clone() })
    }

    pub(super) fn files(&self, files: FolderRecordFiles) -> Arc<dyn RecordFiles> {
        Arc::new(FailingFiles { files, failing: self.clone() })
    }

    async fn write<T, E>(&self, work: impl Future<Output = Result<T, E>>, error: E) -> Result<T, E> {
        let fails = self.writes.fetch_add(1, Ordering::Relaxed) == self.step;
        if fails && !self.loses_reply {
            return Err(error);
        }
        let answer = work.await;
        if fails { Err(error) } else { answer }
    }

    async fn write_row<T>(&self, work: impl Future<Output = Result<T, StoreError>>) -> Result<T, StoreError> {
        self.write(work, StoreError::Unavailable { reason: "killed".to_owned(), source: None }).await
    }

    async fn write_file<T>(
        &self,
        work: impl Future<Output = Result<T, RecordFileError>>,
    ) -> Result<T, RecordFileError> {
        self.write(work, RecordFileError::Unavailable { reason: "killed".to_owned() }).await
    }
}

struct FailingFiles {
    files: FolderRecordFiles,
    failing: Failing,
}

#[async_trait]
impl RecordFiles for FailingFiles {
    async fn write(&self, head: &RecordHead, lines: Vec<String>) -> Result<WrittenFile, RecordFileError> {
        self.failing.write_file(self.files.write(head, lines)).await
    }

    async fn read(&self, name: &str, digest: &ArtifactDigest) -> Result<Vec<String>, RecordFileError> {
        self.files.read(name, digest).await
    }

    async fn examine(&self, name: &str) -> Result<Option<(ArtifactDigest, RecordHead)>, RecordFileError> {
        self.files.examine(name).await
    }

    async fn remove(&self, name: &str) -> Result<(), RecordFileError> {
        self.failing.write_file(self.files.remove(name)).await
    }
}

struct FailingRecords {
    store: Arc<dyn RecordStore>,
    failing: Failing,
}

#[async_trait]
impl RecordStore for FailingRecords {
    async fn old_commands(
        &self,
        before: Timestamp,
        after: Seq,
        limit: u32,
    ) -> Result<Vec<CommandFacts>, StoreError> {
        self.store.old_commands(before, after, limit).await
    }

    async fn recorded(&self, commands: &[Seq]) -> Result<Vec<RecordedCommand>, StoreError> {
        self.store.recorded(commands).await
    }

    async fn old_audit(&self, before: Timestamp, limit: u32) -> Result<Vec<AuditRecord>, StoreError> {
        self.store.old_audit(before, limit).await
    }

    async fn files(&self) -> Result<Vec<RecordFile>, StoreError> {
        self.store.files().await
    }

    async fn note_commands(&self, file: &RecordFile, commands: &[NotedCommand]) -> Result<(), StoreError> {
        self.failing.write_row(self.store.note_commands(file, commands)).await
    }

    async fn note_audit(&self, file: &RecordFile) -> Result<(), StoreError> {
        self.failing.write_row(self.store.note_audit(file)).await
    }

    /// A few rows at a time, so that there are many steps.
    async fn remove_noted(&self, _: u32) -> Result<bool, StoreError> {
        self.failing.write_row(self.store.remove_noted(7)).await
    }

    async fn note_removed(&self, number: u32, now: Timestamp) -> Result<(), StoreError> {
        self.failing.write_row(self.store.note_removed(number, now)).await
    }

    async fn remove_files_of_deleted(&self, before: Timestamp, limit: u32) -> Result<bool, StoreError> {
        self.failing.write_row(self.store.remove_files_of_deleted(before, limit)).await
    }

    async fn place_of(&self, command: CommandId) -> Result<Option<RecordPlace>, StoreError> {
        self.store.place_of(command).await
    }

    async fn places_after(
        &self,
        after: i64,
        beyond: i64,
        stack: Option<StackId>,
        limit: u32,
    ) -> Result<Vec<RecordPlace>, StoreError> {
        self.store.places_after(after, beyond, stack, limit).await
    }

    async fn places(&self, filter: &CommandFilter) -> Result<Page<RecordPlace>, StoreError> {
        self.store.places(filter).await
    }

    async fn last_event(&self) -> Result<i64, StoreError> {
        self.store.last_event().await
    }

    async fn artifacts_in_use(&self) -> Result<BTreeSet<ArtifactDigest>, StoreError> {
        self.store.artifacts_in_use().await
    }

    async fn artifact_uses(
        &self,
        digest: &ArtifactDigest,
        limit: u32,
    ) -> Result<Vec<ArtifactUse>, StoreError> {
        self.store.artifact_uses(digest, limit).await
    }

    async fn last_backup(&self) -> Result<Option<Timestamp>, StoreError> {
        self.store.last_backup().await
    }

    async fn sizes(&self) -> Result<StoreSizes, StoreError> {
        self.store.sizes().await
    }
}
