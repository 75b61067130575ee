//! [`RecordStore`] in memory: nothing is ever old enough to leave.
//!
//! What leaves, and that nothing else does, is decided by the domain and enforced by the schema, so it is tested on the real
//! store.

use std::collections::BTreeSet;

use async_trait::async_trait;
use core_monitor_domain::artifact::ArtifactDigest;
use core_monitor_domain::audit::AuditRecord;
use core_monitor_domain::ids::{CommandId, Seq, StackId};
use core_monitor_domain::ports::{
    ArtifactUse, CommandFilter, NotedCommand, Page, RecordPlace, RecordStore, StoreError, StoreSizes,
};
use core_monitor_domain::records::{CommandFacts, RecordFile, RecordedCommand};
use core_monitor_domain::time::Timestamp;

use super::{SimDatabase, refused};

/// Retention without anything to do.
#[derive(Debug, Clone)]
pub struct SimRecordStore {
    db: SimDatabase,
}

impl SimRecordStore {
    pub(super) fn new(db: SimDatabase) -> Self {
        Self { db }
    }
}

#[async_trait]
impl RecordStore for SimRecordStore {
    async fn old_commands(&self, _: Timestamp, _: Seq, _: u32) -> Result<Vec<CommandFacts>, StoreError> {
        Ok(Vec::new())
    }

    async fn recorded(&self, _: &[Seq]) -> Result<Vec<RecordedCommand>, StoreError> {
        Ok(Vec::new())
    }

    async fn old_audit(&self, _: Timestamp, _: u32) -> Result<Vec<AuditRecord>, StoreError> {
        Ok(Vec::new())
    }

    async fn files(&self) -> Result<Vec<RecordFile>, StoreError> {
        Ok(Vec::new())
    }

    async fn note_commands(&self, _: &RecordFile, _: &[NotedCommand]) -> Result<(), StoreError> {
        Err(refused("nothing is old enough"))
    }

    async fn note_audit(&self, _: &RecordFile) -> Result<(), StoreError> {
        Err(refused("nothing is old enough"))
    }

    async fn remove_noted(&self, _: u32) -> Result<bool, StoreError> {
        Ok(false)
    }

    async fn note_removed(&self, _: u32, _: Timestamp) -> Result<(), StoreError> {
        Ok(())
    }

    async fn remove_files_of_deleted(&self, _: Timestamp, _: u32) -> Result<bool, StoreError> {
        Ok(false)
    }

    async fn place_of(&self, _: CommandId) -> Result<Option<RecordPlace>, StoreError> {
        Ok(None)
    }

    async fn places_after(
        &self,
        _: i64,
        _: i64,
        _: Option<StackId>,
        _: u32,
    ) -> Result<Vec<RecordPlace>, StoreError> {
        Ok(Vec::new())
    }

    async fn places(&self, _: &CommandFilter) -> Result<Page<RecordPlace>, StoreError> {
        Ok(Page { items: Vec::new(), more: false })
    }

    async fn last_event(&self) -> Result<i64, StoreError> {
        Ok(0)
    }

    async fn artifacts_in_use(&self) -> Result<BTreeSet<ArtifactDigest>, StoreError> {
        self.db.read("RecordStore::artifacts_in_use", |state| {
            let live = state.versions.values().filter(|version| state.live_stack(version.stack_id).is_some());
            let named = live.flat_map(|version| version.artifacts.values());
            Ok(named.map(|artifact| artifact.digest).collect())
        })
    }

    async fn artifact_uses(
        &self,
        digest: &ArtifactDigest,
        limit: u32,
    ) -> Result<Vec<ArtifactUse>, StoreError> {
        self.db.read("RecordStore::artifact_uses", |state| {
            let live = state.versions.values().filter(|version| state.live_stack(version.stack_id).is_some());
            let mut uses: Vec<_> = live
                .flat_map(|version| {
                    version.artifacts.iter().map(move |(key, artifact)| (version, key, artifact))
                })
                .filter(|(_, _, artifact)| artifact.digest == *digest)
                .map(|(version, key, artifact)| ArtifactUse {
                    stack_id: version.stack_id,
                    version: version.version,
                    key: key.clone(),
                    file_name: artifact.file_name.clone(),
                })
                .collect();
            uses.sort_by_key(|one| std::cmp::Reverse(one.version));
            uses.truncate(limit as usize);
            Ok(uses)
        })
    }

    async fn sizes(&self) -> Result<StoreSizes, StoreError> {
        self.db.read("RecordStore::sizes", |state| {
            Ok(StoreSizes {
                commands: state.commands.len() as u64,
                events: state.events.len() as u64,
                audit: state.audit.len() as u64,
                plans: state.plans.len() as u64,
                ..StoreSizes::default()
            })
        })
    }
}
