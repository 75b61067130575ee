//! `doctor` and `healthcheck` of the gateway.

use std::time::Duration;

use anyhow::bail;
use core_monitor_configuration::{GatewaySettings, Settings};
use core_monitor_domain::doctor::{MachineFacts, diagnose};
use core_monitor_domain::ports::HttpProbe as _;
use core_monitor_host::terminal::{Outcome, say, say_findings};
use core_monitor_host::{TcpHttpProbe, machine};
use core_monitor_store_seaorm::{ExistingDatabase, FileWorkerLock};

/// How long the running program may take to answer.
const PATIENCE: Duration = Duration::from_secs(5);

/// Prints what is wrong on this machine.
pub(crate) async fn examine(settings: &Settings) -> anyhow::Result<Outcome> {
    let data_dir = &settings.data_dir;
    let database = ExistingDatabase::examine(settings.database_url.expose()).await;
    let facts = MachineFacts {
        listen: Some(machine::listen_state(settings.gateway.listen, machine::Speech::Plain)),
        ..machine::facts(
            data_dir,
            settings.key_encryption_file.as_deref(),
            database,
            FileWorkerLock::of(data_dir).state(),
        )
    };
    Ok(say_findings(&diagnose(&facts))?)
}

/// Whether the gateway of this machine answers and has read the database.
pub(crate) async fn check_health(settings: &GatewaySettings) -> anyhow::Result<Outcome> {
    let status = TcpHttpProbe.status(settings.admin, "/readyz", PATIENCE).await?;
    if status != 200 {
        bail!("the gateway at {} answers with {status}: it has not read the database yet", settings.admin);
    }
    say(&format!("the gateway at {} is ready", settings.admin))?;
    Ok(Outcome::Fine)
}
