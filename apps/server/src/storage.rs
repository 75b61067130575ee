//! What is kept beside the database: artifacts and record files.

use std::sync::Arc;

use core_monitor_application::server::{
    ArchivedAudit, ArchivedQueue, RecordReader, Retention, RetentionPorts,
};
use core_monitor_configuration::Settings;
use core_monitor_domain::ports::{ArtifactStore, AuditLog, CommandQueue, RecordFiles, RecordStore};
use core_monitor_domain::records::RecordRetention;
use core_monitor_host::{FolderArtifacts, FolderDisk, FolderRecordFiles, SystemClock};
use core_monitor_store_seaorm::Database;

/// The adapters.
pub(crate) struct Storage {
    pub(crate) artifacts: Arc<dyn ArtifactStore>,
    pub(crate) records: Arc<dyn RecordStore>,
    files: Arc<dyn RecordFiles>,
    reader: Arc<RecordReader>,
}

impl Storage {
    pub(crate) fn of(database: &Database, settings: &Settings) -> Self {
        let records = database.record_store();
        let files: Arc<dyn RecordFiles> = Arc::new(FolderRecordFiles::new(&settings.data_dir));
        let reader = Arc::new(RecordReader::new(Arc::clone(&records), Arc::clone(&files)));
        Self { artifacts: Arc::new(FolderArtifacts::new(&settings.data_dir)), records, files, reader }
    }

    /// The queue, whose history goes on in record files.
    pub(crate) fn queue(&self, database: &Database) -> Arc<dyn CommandQueue> {
        Arc::new(ArchivedQueue::new(database.command_queue(), Arc::clone(&self.reader)))
    }

    /// The audit, which goes on there too.
    pub(crate) fn audit(&self, database: &Database) -> Arc<dyn AuditLog> {
        Arc::new(ArchivedAudit::new(database.audit_log(), Arc::clone(&self.reader)))
    }

    /// What writes the record files.
    pub(crate) fn retention(&self, settings: &Settings) -> Retention {
        let ports = RetentionPorts {
            records: Arc::clone(&self.records),
            files: Arc::clone(&self.files),
            artifacts: Arc::clone(&self.artifacts),
            clock: Arc::new(SystemClock),
            disk: Arc::new(FolderDisk::of_installation(&settings.data_dir)),
        };
        Retention::new(ports, record_retention(settings))
    }
}

/// How long records are kept.
pub(crate) fn record_retention(settings: &Settings) -> RecordRetention {
    let keep = settings.server.retention;
    RecordRetention {
        commands: keep.commands,
        audit: keep.audit,
        files: keep.records,
        artifacts: keep.artifacts,
        deleted: keep.deleted,
    }
}
