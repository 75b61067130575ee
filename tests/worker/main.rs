//! The worker against an engine and a database in memory that fail wherever a test wants them to.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails there")]

mod crash_enumeration;
mod folders;
mod histories;
mod installation;
mod queue_text;
mod stories;
