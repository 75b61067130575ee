//! The worker with an in-memory engine and database that fail wherever a test wants.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails there")]

mod anonymous_volumes;
mod cancelled_deploys;
mod confirmed;
mod crash_enumeration;
mod damaged_artifacts;
mod deploy_failures;
mod deploys;
mod deploys_beside;
mod ending_early;
mod file_mounts;
mod folders;
mod histories;
mod installation;
mod lanes;
mod long_journals;
mod on_demand;
mod policy;
mod protection;
mod prune;
mod queue_text;
mod results;
mod rights;
mod settling;
mod short_tasks;
mod stories;
mod troubles;
mod twins;

/// A single thread with paused time, which advances when every task is waiting.
fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build().unwrap()
}

/// Whether the enumerations that take a sample take everything (`tests/enumerations.sh`).
fn every_write() -> bool {
    std::env::var_os("EVERY_WRITE").is_some()
}
