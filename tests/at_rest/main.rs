//! Data at rest: plans, events, commands and observations contain no secrets of a definition, and a database of an
//! earlier release keeps working.
//!
//! Server and worker are real and use a real file; only the engine is simulated.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails there")]

mod canaries;
mod damaged_policy;
mod definition;
mod failures;
mod http;
mod installation;
mod log;
mod mid_command;
mod named_secrets;
mod nothing_leaks;
mod old_database;
mod pages;
mod rotation;
mod secret_variables;
mod sessions;
mod side_by_side;
