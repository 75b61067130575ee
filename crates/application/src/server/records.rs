//! Records that leave the database, and reading them all the same.

mod archived_audit;
mod archived_queue;
mod reader;
mod retention;

pub use archived_audit::ArchivedAudit;
pub use archived_queue::ArchivedQueue;
pub use reader::RecordReader;
pub use retention::{Retention, RetentionError, RetentionPorts};
