//! Reading record files.

use std::sync::{Arc, Mutex, PoisonError};

use core_monitor_domain::audit::AuditRecord;
use core_monitor_domain::ports::{
    AuditFilter, RecordFileError, RecordFiles, RecordPlace, RecordStore, StoreError,
};
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

    /// The entries of the audit in these files that the filter means, in its order, at most `limit`.
    pub(super) async fn audit(
        &self,
        mut files: Vec<RecordFile>,
        filter: &AuditFilter,
        limit: usize,
    ) -> Result<Vec<AuditRecord>, StoreError> {
        files.retain(|file| may_have(file, filter));
        if !filter.oldest_first {
            files.reverse();
        }
        let mut found = Vec::new();
        for file in files {
            let number = file.head.number;
            let Some(lines) = self.lines(number).await? else { continue };
            for place in 0..lines.len() {
                let place = if filter.oldest_first { place } else { lines.len() - 1 - place };
                let record = decode_audit(&lines[place]).map_err(|error| corrupt(number, error))?;
                if filter.means(&record) {
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

/// Whether a file may have entries that the filter means.
fn may_have(file: &RecordFile, filter: &AuditFilter) -> bool {
    let head = &file.head;
    head.subject == RecordSubject::Audit
        && file.removed_at.is_none()
        && filter.before.is_none_or(|before| head.first < before)
        && filter.after.is_none_or(|after| head.last > after)
        // Only what was old has left, so all of it is from before there was the file.
        && filter.since.is_none_or(|since| since < head.made_at)
}

fn corrupt(number: u32, error: RecordError) -> StoreError {
    StoreError::Corrupt { what: format!("record file {number}"), source: Some(Box::new(error)) }
}
