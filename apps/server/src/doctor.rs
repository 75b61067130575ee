//! `doctor` and `healthcheck` of the server.

use core_monitor_configuration::Settings;
use core_monitor_domain::doctor::{MachineFacts, diagnose};
use core_monitor_host::machine;
use core_monitor_host::terminal::{Outcome, say, say_findings};
use core_monitor_store_seaorm::{ExistingDatabase, FileWorkerLock};

/// Prints what is wrong on this machine.
pub(crate) async fn examine(settings: &Settings) -> anyhow::Result<Outcome> {
    let data_dir = &settings.data_dir;
    let database = ExistingDatabase::examine(settings.database_url.expose()).await;
    // Only the worker may touch the engine.
    let facts = MachineFacts {
        listen: Some(machine::listen_state(settings.server.listen)),
        ..machine::facts(data_dir, database, FileWorkerLock::of(data_dir).state())
    };
    let outcome = say_findings(&diagnose(&facts))?;
    say("the engine is checked by `core-monitor-worker doctor`")?;
    Ok(outcome)
}

/// Whether the server of this machine answers and can use its database.
pub(crate) fn check_health(settings: &Settings) -> anyhow::Result<Outcome> {
    say(&machine::ask_health(settings.server.listen).map_err(anyhow::Error::msg)?)?;
    Ok(Outcome::Fine)
}
