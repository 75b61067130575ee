//! `doctor` and `healthcheck` of the worker.

use std::sync::Arc;

use anyhow::{Context as _, bail};
use core_monitor_configuration::{Settings, WorkerSettings};
use core_monitor_domain::doctor::{EngineState, LockState, MachineFacts, diagnose};
use core_monitor_domain::ports::Clock as _;
use core_monitor_engine_docker::{DockerContainerEngine, EngineAddress};
use core_monitor_host::terminal::{Outcome, say, say_findings};
use core_monitor_host::{SystemClock, machine};
use core_monitor_store_seaorm::{ExistingDatabase, FileWorkerLock};

use crate::engine_tls;

/// Prints what is wrong on this machine and with the engine.
pub(crate) async fn examine(settings: &Settings) -> anyhow::Result<Outcome> {
    let data_dir = &settings.data_dir;
    let database = ExistingDatabase::examine(settings.database_url.expose()).await;
    let facts = MachineFacts {
        engine: Some(engine_state(&settings.worker).await),
        ..machine::facts(
            data_dir,
            settings.key_encryption_file.as_deref(),
            database,
            FileWorkerLock::of(data_dir).state(),
        )
    };
    Ok(say_findings(&diagnose(&facts))?)
}

async fn engine_state(settings: &WorkerSettings) -> EngineState {
    let address: EngineAddress = match settings.docker_host.parse() {
        Ok(address) => address,
        Err(error) => return EngineState::Address(format!("{error}")),
    };
    if let EngineAddress::Unix(path) = &address
        && let Some(trouble) = machine::socket_trouble(path)
    {
        return trouble;
    }
    let tls = match engine_tls::config(settings.docker_cert_path.as_deref(), &address) {
        Ok(tls) => tls,
        Err(error) => return EngineState::Address(format!("{error:#}")),
    };
    match DockerContainerEngine::connecting(&address, tls, Arc::new(SystemClock)).facts().await {
        Ok(facts) => EngineState::Answers { version: facts.version, api: facts.api },
        Err(error) => {
            let reason = format!("{:#}", anyhow::Error::from(error));
            EngineState::Silent { address: address.to_string(), reason }
        }
    }
}

/// Whether the worker of this data folder is at work: it holds the lock, and has renewed its lease in time.
pub(crate) async fn check_health(settings: &Settings) -> anyhow::Result<Outcome> {
    let LockState::Held { holder } = FileWorkerLock::of(&settings.data_dir).state() else {
        bail!("no worker holds the lock of `{}`", settings.data_dir.display());
    };
    let database = ExistingDatabase::open(settings.database_url.expose()).await?;
    let lease = database.lease().await?.context("the worker has never had a lease")?;
    database.close().await;
    let late = SystemClock.now().since(lease.expires_at);
    if !late.is_zero() {
        bail!("the lease of the worker, {holder}, ran out {} ms ago", late.as_millis());
    }
    say(&format!("{holder} is at work"))?;
    Ok(Outcome::Fine)
}
