//! Reading record files.

use std::sync::{Arc, Mutex, PoisonError};

use core_monitor_domain::audit::AuditRecord;
use core_monitor_domain::ports::{RecordFileError, RecordFiles, RecordPlace, RecordStore, StoreError};
use core_monitor_domain::records::{RecordError, RecordFile, RecordSubject, RecordedCommand, decode_audit};

/// Reads records out of their files. The last file is kept, since who reads one of its records often wants the next one.
pub struct RecordReader {
    store: Arc<dyn RecordStore>,
    files: Arc<dyn RecordFiles>,
    last: Mutex<Option<(u32, Arc<Vec<String>>)>>,
}

impl RecordReader {
    /// Reads what the store has noted.
    pub fn new(store: Arc<dyn RecordStore>, files: Arc<dyn RecordFiles>) -> Self {
        Self { store, files, last: Mutex::new(None) }
    }

    pub(super) fn store(&self) -> &dyn RecordStore {
        &*self.store
    }

    /// The command at this place; `None` if its file was taken away.
    pub(super) async fn command(&self, place: &RecordPlace) -> Result<Option<RecordedCommand>, StoreError> {
        let Some(lines) = self.lines(place.file).await? else { return Ok(None) };
        let id = place.command.id.to_string();
        // Most lines are not even parsed.
        for line in lines.iter().filter(|line| line.contains(&id)) {
            let record = RecordedCommand::decode(line).map_err(|error| corrupt(place.file, error))?;
            if record.command.id == place.command.id {
                return Ok(Some(record));
            }
        }
        Ok(None)
    }

    /// The entries of the audit in the files before the entry `before`, newest first, at most `limit`.
    pub(super) async fn audit(&self, before: i64, limit: usize) -> Result<Vec<AuditRecord>, StoreError> {
        let files = self.store.files().await?;
        let wanted = |file: &&RecordFile| {
            file.head.subject == RecordSubject::Audit && file.head.first < before && file.removed_at.is_none()
        };
        let mut found = Vec::new();
        for file in files.iter().rev().filter(wanted) {
            let number = file.head.number;
            let Some(lines) = self.lines(number).await? else { continue };
            for line in lines.iter().rev() {
                let record = decode_audit(line).map_err(|error| corrupt(number, error))?;
                if record.id < before {
                    found.push(record);
                }
                if found.len() >= limit {
                    return Ok(found);
                }
            }
        }
        Ok(found)
    }

    /// The lines of a file; `None` if it was taken away, because of its age or by somebody.
    async fn lines(&self, number: u32) -> Result<Option<Arc<Vec<String>>>, StoreError> {
        let kept = self.last.lock().unwrap_or_else(PoisonError::into_inner).clone();
        if let Some((_, lines)) = kept.filter(|(kept, _)| *kept == number) {
            return Ok(Some(lines));
        }
        let files = self.store.files().await?;
        let file = files.iter().find(|file| file.head.number == number && file.removed_at.is_none());
        let Some(file) = file else { return Ok(None) };
        let lines = match self.files.read(&file.head.name(), &file.digest).await {
            Ok(lines) => Arc::new(lines),
            Err(RecordFileError::Missing(_)) => return Ok(None),
            Err(error @ RecordFileError::Damaged(_)) => {
                return Err(StoreError::Corrupt { what: file.head.name(), source: Some(Box::new(error)) });
            }
            Err(error) => {
                let reason = error.to_string();
                return Err(StoreError::Unavailable { reason, source: Some(Box::new(error)) });
            }
        };
        *self.last.lock().unwrap_or_else(PoisonError::into_inner) = Some((number, Arc::clone(&lines)));
        Ok(Some(lines))
    }
}

fn corrupt(number: u32, error: RecordError) -> StoreError {
    StoreError::Corrupt { what: format!("record file {number}"), source: Some(Box::new(error)) }
}
