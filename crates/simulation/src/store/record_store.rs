//! [`RecordStore`] in memory.

use std::collections::{BTreeMap, BTreeSet};

use async_trait::async_trait;
use core_monitor_domain::artifact::ArtifactDigest;
use core_monitor_domain::audit::AuditRecord;
use core_monitor_domain::ids::{CommandId, Seq, StackId, VersionNumber};
use core_monitor_domain::ports::{
    ArtifactUse, CommandFilter, NotedCommand, Page, RecordPlace, RecordStore, StoreError, StoreSizes,
};
use core_monitor_domain::records::{CommandFacts, RecordFile, RecordSubject, RecordedCommand, Stays};
use core_monitor_domain::time::Timestamp;

use super::command_filter::{Listed, listed};
use super::state::State;
use super::{SimDatabase, lock};

mod leaving;

/// The record files, and where commands are in them.
#[derive(Debug, Default)]
pub(super) struct Notes {
    files: Vec<RecordFile>,
    commands: BTreeMap<Seq, Noted>,
}

/// A command that a record file has.
#[derive(Debug)]
struct Noted {
    place: RecordPlace,
    /// What of it is still in the database.
    here: Stays,
}

impl Notes {
    fn last_audit(&self) -> i64 {
        let audit = self.files.iter().filter(|file| file.head.subject == RecordSubject::Audit);
        audit.map(|file| file.head.last).max().unwrap_or_default()
    }
}

/// Retention in memory.
#[derive(Debug, Clone)]
pub struct SimRecordStore {
    db: SimDatabase,
}

impl SimRecordStore {
    pub(super) fn new(db: SimDatabase) -> Self {
        Self { db }
    }
}

impl SimDatabase {
    /// Notes a backup, as the program does that makes them.
    pub fn note_backup(&self, at: Timestamp) -> Result<(), StoreError> {
        self.write("note_backup", |state| {
            state.backed_up_at = Some(at);
            Ok(())
        })
    }
}

#[async_trait]
impl RecordStore for SimRecordStore {
    async fn old_commands(
        &self,
        before: Timestamp,
        after: Seq,
        limit: u32,
    ) -> Result<Vec<CommandFacts>, StoreError> {
        self.db.read("RecordStore::old_commands", |state| Ok(leaving::facts(state, before, after, limit)))
    }

    async fn recorded(&self, commands: &[Seq]) -> Result<Vec<RecordedCommand>, StoreError> {
        self.db.read("RecordStore::recorded", |state| Ok(leaving::recorded(state, commands)))
    }

    async fn old_audit(&self, before: Timestamp, limit: u32) -> Result<Vec<AuditRecord>, StoreError> {
        self.db.read("RecordStore::old_audit", |state| {
            let noted = state.notes.last_audit();
            let found = state.audit.iter().filter(|record| record.id > noted).take(limit as usize);
            // Without a gap: what is behind a younger entry waits for it.
            Ok(found.take_while(|record| record.entry.at < before).cloned().collect())
        })
    }

    async fn files(&self) -> Result<Vec<RecordFile>, StoreError> {
        self.db.read("RecordStore::files", |state| Ok(state.notes.files.clone()))
    }

    async fn note_commands(&self, file: &RecordFile, commands: &[NotedCommand]) -> Result<(), StoreError> {
        self.db.write("RecordStore::note_commands", |state| leaving::note(state, file, commands))
    }

    async fn note_audit(&self, file: &RecordFile) -> Result<(), StoreError> {
        self.db.write("RecordStore::note_audit", |state| leaving::note(state, file, &[]))
    }

    async fn remove_noted(&self, limit: u32) -> Result<bool, StoreError> {
        // Nothing to do is found out without a write, which would wake everybody.
        if !leaving::is_anything_left(&lock(&self.db.shared.state)) {
            return Ok(false);
        }
        self.db.write("RecordStore::remove_noted", |state| Ok(leaving::remove_some(state, limit as usize)))
    }

    async fn note_removed(&self, number: u32, now: Timestamp) -> Result<(), StoreError> {
        self.db.write("RecordStore::note_removed", |state| {
            let Notes { files, commands } = &mut state.notes;
            if let Some(file) = files.iter_mut().find(|file| file.head.number == number) {
                file.removed_at.get_or_insert(now);
            }
            commands.retain(|_, noted| noted.place.file != number || noted.here == Stays::Everything);
            Ok(())
        })
    }

    async fn remove_files_of_deleted(&self, before: Timestamp, limit: u32) -> Result<bool, StoreError> {
        if files_of_deleted(&lock(&self.db.shared.state), before).is_empty() {
            return Ok(false);
        }
        self.db.write("RecordStore::remove_files_of_deleted", |state| {
            let mut gone = files_of_deleted(state, before);
            let is_all = gone.len() < limit as usize;
            gone.truncate(limit as usize);
            for (version, path) in gone {
                if let Some(files) = state.files.get_mut(&version) {
                    files.remove(&path);
                }
            }
            Ok(!is_all)
        })
    }

    async fn place_of(&self, command: CommandId) -> Result<Option<RecordPlace>, StoreError> {
        self.db.read("RecordStore::place_of", |state| {
            let mut places = state.notes.commands.values().map(|noted| noted.place);
            Ok(places.find(|place| place.command.id == command))
        })
    }

    async fn places_after(
        &self,
        after: i64,
        beyond: i64,
        stack: Option<StackId>,
        limit: u32,
    ) -> Result<Vec<RecordPlace>, StoreError> {
        self.db.read("RecordStore::places_after", |state| {
            let is_wanted = |place: &RecordPlace| {
                place.command.last_event > after
                    && place.command.first_event > beyond
                    && stack.is_none_or(|stack| place.command.stack_id == stack)
            };
            let places = state.notes.commands.values().map(|noted| noted.place);
            let mut places: Vec<_> = places.filter(is_wanted).collect();
            places.sort_by_key(|place| place.command.first_event);
            places.truncate(limit as usize);
            Ok(places)
        })
    }

    async fn places(&self, filter: &CommandFilter) -> Result<Page<RecordPlace>, StoreError> {
        self.db.read("RecordStore::places", |state| {
            let gone = state.notes.commands.values().filter(|noted| noted.here == Stays::Nothing);
            let places = gone.map(|noted| noted.place);
            Ok(listed(places, filter, |place| Listed::from(&place.command)))
        })
    }

    async fn last_event(&self) -> Result<i64, StoreError> {
        self.db.read("RecordStore::last_event", |state| {
            let last = state.notes.commands.values().map(|noted| noted.place.command.last_event).max();
            Ok(last.unwrap_or_default())
        })
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

    async fn last_backup(&self) -> Result<Option<Timestamp>, StoreError> {
        self.db.read("RecordStore::last_backup", |state| Ok(state.backed_up_at))
    }

    async fn sizes(&self) -> Result<StoreSizes, StoreError> {
        self.db.read("RecordStore::sizes", |state| {
            let there = || state.notes.files.iter().filter(|file| file.removed_at.is_none());
            Ok(StoreSizes {
                commands: state.commands.len() as u64,
                events: state.events.len() as u64,
                audit: state.audit.len() as u64,
                plans: state.plans.len() as u64,
                record_files: there().count() as u64,
                record_bytes: there().map(|file| file.size).sum(),
                ..StoreSizes::default()
            })
        })
    }
}

type VersionKey = (StackId, VersionNumber);

/// The files of versions of stacks that were deleted before `before`.
fn files_of_deleted(state: &State, before: Timestamp) -> Vec<(VersionKey, String)> {
    let is_gone = |stack: &StackId| {
        let deleted = state.stacks.get(stack).and_then(|stack| stack.deleted_at);
        deleted.is_some_and(|at| at < before)
    };
    let versions = state.files.iter().filter(|((stack, _), _)| is_gone(stack));
    versions.flat_map(|(version, files)| files.keys().map(|path| (*version, path.clone()))).collect()
}
