//! Records that leave the database, and reading them all the same.

mod archived_audit;
mod archived_queue;
mod audit_verification;
mod reader;
mod retention;

pub use archived_audit::ArchivedAudit;
pub use archived_queue::ArchivedQueue;
pub use audit_verification::{AuditVerification, walk_audit};
pub use reader::RecordReader;
pub use retention::{Retention, RetentionError, RetentionPorts};
