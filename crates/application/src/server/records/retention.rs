//! Retention: what is old leaves the database for record files, and what nothing needs is removed.
//!
//! A record is written to a file, the file is on the disk, the database notes it, and only then do the rows go, in small
//! transactions. Whoever is killed in between goes on where he was: a file that was not noted is written anew under the same
//! number, and rows that a noted file has go later.

use std::sync::Arc;
use std::time::Duration;

use core_monitor_domain::audit::ChainValue;
use core_monitor_domain::ids::Seq;
use core_monitor_domain::ports::{
    ArtifactError, ArtifactStore, Clock, DiskSpace, NotedCommand, RecordFileError, RecordFiles, RecordStore,
    StoreError,
};
use core_monitor_domain::records::{
    RecordFile, RecordHead, RecordRetention, RecordSubject, RecordedCommand, Stays, encode_audit,
};
use core_monitor_domain::time::Timestamp;
use tracing::{debug, info, warn};

/// The time from the start to the first round.
const FIRST: Duration = Duration::from_secs(10);
/// The time between two rounds.
const EVERY: Duration = Duration::from_hours(1);
/// The pause between two transactions that remove rows, so that others get their turn.
const PAUSE: Duration = Duration::from_millis(20);
/// Rows that one transaction removes.
const ROWS: u32 = 500;
/// Commands that are looked at, or whose records are read, at a time.
const BATCH: u32 = 100;
/// Bytes of records that are enough for a file.
const FILE: usize = 8 << 20;
/// Entries of the audit that are read at a time.
const AUDIT: u32 = 2_000;

/// What retention needs from outside.
pub struct RetentionPorts {
    /// The database.
    pub records: Arc<dyn RecordStore>,
    /// The files that records leave to.
    pub files: Arc<dyn RecordFiles>,
    /// Artifacts.
    pub artifacts: Arc<dyn ArtifactStore>,
    /// The clock.
    pub clock: Arc<dyn Clock>,
    /// The disk with the data folder.
    pub disk: Arc<dyn DiskSpace>,
}

/// Why a round ended early. The next one goes on.
#[derive(Debug, thiserror::Error)]
pub enum RetentionError {
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The record files.
    #[error(transparent)]
    Files(#[from] RecordFileError),
    /// The artifacts.
    #[error(transparent)]
    Artifacts(#[from] ArtifactError),
}

/// Carries out retention.
pub struct Retention {
    ports: RetentionPorts,
    keep: RecordRetention,
}

impl Retention {
    /// Keeps what `keep` says.
    pub fn new(ports: RetentionPorts, keep: RecordRetention) -> Self {
        Self { ports, keep }
    }

    /// Carries out a round now and then, for ever.
    pub async fn run(&self) {
        // What a killed process left; nothing that is being received is this old.
        let remains = self.ports.artifacts.remove_remains(self.ports.clock.now()).await;
        if let Err(error) = remains {
            warn!(%error, "what is left of interrupted uploads cannot be removed");
        }
        self.ports.clock.sleep(FIRST).await;
        loop {
            if let Err(error) = self.round().await {
                warn!(%error, "old records stay where they are; retention tries again in an hour");
            }
            self.ports.clock.sleep(EVERY).await;
        }
    }

    /// One round. While the disk is full nothing is done: writing a file would make it worse.
    pub async fn round(&self) -> Result<(), RetentionError> {
        if self.ports.disk.space().is_some_and(|space| space.is_full()) {
            debug!("the disk is full: retention waits");
            return Ok(());
        }
        let now = self.ports.clock.now();
        self.remove_noted().await?;
        while self.file_commands(now).await? {
            self.remove_noted().await?;
        }
        while self.file_audit(now).await? {
            self.remove_noted().await?;
        }
        self.remove_old_files(now).await?;
        self.remove_artifacts(now).await?;
        let deleted = self.keep.deleted_before(now);
        while self.ports.records.remove_files_of_deleted(deleted, ROWS).await? {
            self.ports.clock.sleep(PAUSE).await;
        }
        Ok(())
    }

    /// Removes the rows that noted files have.
    async fn remove_noted(&self) -> Result<(), RetentionError> {
        while self.ports.records.remove_noted(ROWS).await? {
            self.ports.clock.sleep(PAUSE).await;
        }
        Ok(())
    }

    /// Writes old commands to a file, if they are worth one. Whether it did.
    async fn file_commands(&self, now: Timestamp) -> Result<bool, RetentionError> {
        let (seqs, oldest) = self.due(now).await?;
        let Some(oldest) = oldest else { return Ok(false) };
        if !RecordRetention::is_worth_a_file(seqs.len(), oldest.plus(self.keep.commands), now) {
            return Ok(false);
        }
        let (mut lines, mut noted, mut bytes) = (Vec::new(), Vec::new(), 0);
        for some in seqs.chunks(BATCH as usize) {
            for record in self.ports.records.recorded(some).await? {
                match record.encode() {
                    Ok(line) => {
                        bytes += line.len();
                        lines.push(line);
                        noted.push(noted_command(&record));
                    }
                    Err(error) => {
                        debug!(command = %record.command.id, %error, "the record stays in the database");
                    }
                }
            }
            if bytes >= FILE {
                break;
            }
        }
        let (Some(first), Some(last)) = (noted.first(), noted.last()) else { return Ok(false) };
        let ids = (first.seq.0, last.seq.0);
        let file = self.write(RecordSubject::Commands, ids, lines, None, now).await?;
        self.ports.records.note_commands(&file, &noted).await?;
        info!(file = file.head.name(), commands = noted.len(), "old commands have left the database");
        Ok(true)
    }

    /// The commands that may leave, as many as a file takes, and the end of the one that ended first.
    async fn due(&self, now: Timestamp) -> Result<(Vec<Seq>, Option<Timestamp>), RetentionError> {
        let before = self.keep.commands_before(now);
        let (mut due, mut oldest, mut after) = (Vec::new(), None, Seq(0));
        loop {
            let found = self.ports.records.old_commands(before, after, BATCH).await?;
            let Some(last) = found.last() else { break };
            after = last.seq;
            for command in found.iter().filter(|command| self.keep.stays(command, now) < Stays::Everything) {
                due.push(command.seq);
                oldest = [oldest, command.finished_at].into_iter().flatten().min();
            }
            if due.len() >= RecordRetention::ENOUGH {
                break;
            }
        }
        due.truncate(RecordRetention::ENOUGH);
        Ok((due, oldest))
    }

    /// Writes old entries of the audit to a file, if they are worth one. Whether it did.
    async fn file_audit(&self, now: Timestamp) -> Result<bool, RetentionError> {
        let before = self.keep.audit_before(now);
        let old = self.ports.records.old_audit(before, AUDIT).await?;
        let (Some(first), Some(last)) = (old.first(), old.last()) else { return Ok(false) };
        let oldest = first.entry.at.plus(self.keep.audit);
        if !RecordRetention::is_worth_a_file(old.len(), oldest, now) {
            return Ok(false);
        }
        let ids = (first.id, last.id);
        let lines: Result<Vec<_>, _> = old.iter().map(encode_audit).collect();
        let Ok(lines) = lines else {
            debug!("an entry of the audit cannot be written to a file: the audit stays in the database");
            return Ok(false);
        };
        let file = self.write(RecordSubject::Audit, ids, lines, last.chain, now).await?;
        self.ports.records.note_audit(&file).await?;
        info!(
            file = file.head.name(),
            entries = old.len(),
            "old entries of the audit have left the database"
        );
        Ok(true)
    }

    /// Writes the next file of the chain.
    async fn write(
        &self,
        subject: RecordSubject,
        (first, last): (i64, i64),
        lines: Vec<String>,
        chain: Option<ChainValue>,
        now: Timestamp,
    ) -> Result<RecordFile, RetentionError> {
        let files = self.ports.records.files().await?;
        let previous = files.last();
        let head = RecordHead {
            format: RecordHead::FORMAT,
            number: previous.map_or(0, |file| file.head.number).saturating_add(1),
            subject,
            first,
            last,
            records: u32::try_from(lines.len()).unwrap_or(u32::MAX),
            previous: previous.map(|file| file.digest),
            made_at: now,
        };
        let written = self.ports.files.write(&head, lines).await?;
        Ok(RecordFile { head, digest: written.digest, size: written.size, removed_at: None, chain })
    }

    /// Removes files that are too old, from the first of the chain on.
    async fn remove_old_files(&self, now: Timestamp) -> Result<(), RetentionError> {
        let before = self.keep.files_before(now);
        for file in self.ports.records.files().await? {
            if file.head.made_at >= before {
                break;
            }
            // Noted first: what is not there and not noted would look like a theft.
            if file.removed_at.is_none() {
                self.ports.records.note_removed(file.head.number, now).await?;
                info!(file = file.head.name(), "an old record file is removed");
            }
            self.ports.files.remove(&file.head.name()).await?;
        }
        Ok(())
    }

    /// Removes artifacts that no version needs.
    async fn remove_artifacts(&self, now: Timestamp) -> Result<(), RetentionError> {
        let since = self.keep.artifacts_before(now);
        self.ports.artifacts.remove_remains(since).await?;
        // The list comes first: an artifact that a version names from then on was used lately.
        let stored = self.ports.artifacts.list().await?;
        let used = self.ports.records.artifacts_in_use().await?;
        for artifact in stored.iter().filter(|artifact| !used.contains(&artifact.digest)) {
            if artifact.used_at < since && self.ports.artifacts.remove_unused(&artifact.digest, since).await?
            {
                info!(artifact = %artifact.digest, size = artifact.size, "an artifact that no version names is removed");
            }
        }
        Ok(())
    }
}

fn noted_command(record: &RecordedCommand) -> NotedCommand {
    let command = &record.command;
    NotedCommand {
        seq: command.seq,
        id: command.id,
        stack_id: command.stack_id,
        kind: command.payload.kind(),
        status: command.status,
        created_at: command.created_at,
        first_event: record.events.first().map_or(0, |event| event.id),
        last_event: record.events.last().map_or(0, |event| event.id),
    }
}
