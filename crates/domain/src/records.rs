//! Commands, their journals and the audit, once they leave the database: the files they are written to, and the rule that
//! says what may leave.
//!
//! Every record is a line of JSON in a record file; the files of an installation form a chain by their digests.

mod codec;
mod file;
mod retention;

pub use codec::{RecordError, RecordedCommand, decode_audit, encode_audit};
pub use file::{ChainFault, RecordFile, RecordHead, RecordSubject, check_chain};
pub use retention::{CommandFacts, RecordRetention, Stays};
