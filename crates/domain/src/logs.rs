//! The output of containers: from the entries of an engine's log to what a reader gets, and where a reader goes on.
//!
//! An engine keeps output as entries of at most 16 KiB, each with the time at which it was written. [`LogReader`] makes
//! [`LogPiece`]s of the entries of one container: one for one, so that memory does not depend on how long a line is, and so
//! that a [`Position`] in the entries is a position in what was delivered. A [`LogCursor`] has the positions of several
//! containers as one text.

mod cursor;
mod entry;
mod grep;
mod line;
mod plain;
mod position;
mod raw;
mod reader;
mod request;
mod text;
mod time;

pub use cursor::{LogCursor, LogCursorError};
pub use entry::{ENTRY, LineEnd, LogEntry, OutputStream};
pub use grep::Grep;
pub use plain::plain;
pub use position::{Mark, Position};
pub use reader::{LogPiece, LogReader, LogReading};
pub use request::{LogRequest, LogTail};
pub use text::LogText;
pub use time::LogTime;
