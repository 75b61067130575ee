//! `core-monitor-worker`: carries out commands on a container engine.
//!
//! Reads the configuration, connects the adapters to the worker and lets it work until the process is told to end.

use std::convert::Infallible;
use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::Context as _;
use core_monitor_application::worker::{Deadlines, Worker, WorkerLink, WorkerPorts, WorkerSettings};
use core_monitor_application::{StoredBuildSource, StoredRegistryCredentials};
use core_monitor_configuration::{ConfigurationError, Program, Settings, start_logging};
use core_monitor_domain::ids::InstanceId;
use core_monitor_domain::ports::{ContainerEngine, IdSource as _};
use core_monitor_engine_docker::{DockerContainerEngine, EngineAddress};
use core_monitor_engine_link::{ENGINE_LINK, EngineLinkListener};
use core_monitor_host::{DirectoryStackFolder, KeyFileVault, SystemClock, SystemIdSource};
use core_monitor_store_seaorm::{ConnectError, connect};
use tokio::signal::unix::{SignalKind, signal};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use tracing::{error, info, warn};

fn main() -> ExitCode {
    let settings = match Settings::read(Program::Worker) {
        Ok(settings) => settings,
        Err(ConfigurationError::Flags(answer)) => answer.exit(),
        Err(error) => return refuse(&error.into()),
    };
    if let Err(error) = start_logging(&settings.log, settings.log_format) {
        return refuse(&error.into());
    }
    // Waiting for the engine and the database is all this process does: two threads keep one slow answer from holding
    // up the renewal of the lease.
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
    let worked = runtime.context("the runtime cannot be started").and_then(|runtime| {
        let worked = runtime.block_on(work(&settings));
        // What is still blocking, e.g. on a file, must not keep the process alive.
        runtime.shutdown_background();
        worked
    });
    match worked {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => refuse(&error),
    }
}

/// The one place where an error that ends the process is told, with everything behind it.
#[expect(clippy::print_stderr, reason = "before logging has started there is no other way to tell")]
fn refuse(error: &anyhow::Error) -> ExitCode {
    eprintln!("core-monitor-worker: {error:#}");
    if let Some(hint) = error.downcast_ref::<ConnectError>().and_then(ConnectError::hint) {
        eprintln!("hint: {hint}");
    }
    ExitCode::FAILURE
}

async fn work(settings: &Settings) -> anyhow::Result<()> {
    let address: EngineAddress =
        settings.worker.docker_host.parse().context("`docker_host` cannot be used")?;
    let shutdown = told_to_end().context("signals cannot be listened to")?;
    // The error goes on as it is, so that its hint is found.
    let database = connect(settings.database_url.expose(), &settings.data_dir).await?;
    let ids = Arc::new(SystemIdSource::new()?);
    let instance = database.token_store().instance(InstanceId(ids.next_uuid())).await?;
    info!(version = env!("CARGO_PKG_VERSION"), %instance, engine = %address, "core-monitor-worker starts");

    let vault = Arc::new(KeyFileVault::open(&settings.data_dir)?);
    let credentials = StoredRegistryCredentials::new(database.registry_store(), vault);
    let engine = DockerContainerEngine::new(&address)
        .building_from(Arc::new(StoredBuildSource::new(database.stack_store())))
        .showing(Arc::new(credentials));
    let engine = Arc::new(engine);
    let ports = WorkerPorts {
        engine: Arc::clone(&engine) as Arc<dyn ContainerEngine>,
        stacks: database.stack_store(),
        folders: Arc::new(DirectoryStackFolder::new(settings.data_dir.join("stacks"))),
        adoptions: database.adoption_store(),
        queue: database.worker_queue(),
        wakeup: database.wakeup(),
        lock: database.worker_lock(),
        plans: database.plan_store(),
        observations: database.observation_store(),
        clock: Arc::new(SystemClock),
        ids,
    };
    let worker = Worker::new(ports, worker_settings(settings), instance);
    let link = serve_link(&settings.data_dir.join(ENGINE_LINK), worker.link(engine));
    worker.run(&shutdown).await;
    if let Some(link) = link {
        link.abort();
        // Waited for, so that the socket is gone when the process is.
        let _ = link.await;
    }
    database.close().await;
    Ok(())
}

/// Answers the server's questions beside the work. Without the socket only these go unanswered.
fn serve_link(socket: &Path, link: WorkerLink) -> Option<JoinHandle<Infallible>> {
    match EngineLinkListener::bind(socket) {
        Ok(listener) => Some(tokio::spawn(async move { listener.run(Arc::new(link)).await })),
        Err(error) => {
            warn!(
                error = format!("{:#}", anyhow::Error::from(error)),
                "the server cannot ask this worker anything"
            );
            None
        }
    }
}

fn worker_settings(settings: &Settings) -> WorkerSettings {
    let from = &settings.worker;
    WorkerSettings {
        parallelism: from.parallelism,
        stable_for: from.stable_for,
        retry_budget: from.retry_budget,
        lease_ttl: from.lease_ttl,
        observe_every: from.observe_every,
        deadlines: Deadlines {
            pull: from.deadlines.pull,
            build: from.deadlines.build,
            hook: from.deadlines.hook,
            operation: from.deadlines.operation,
            ready: from.deadlines.ready,
            completion: from.deadlines.completion,
        },
        ..WorkerSettings::default()
    }
}

/// Cancelled by the first SIGTERM or SIGINT. A second one ends the process the hard way, which loses nothing either:
/// the next worker looks at the engine and goes on.
fn told_to_end() -> std::io::Result<CancellationToken> {
    let (mut terminate, mut interrupt) = (signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?);
    let shutdown = CancellationToken::new();
    let told = shutdown.clone();
    tokio::spawn(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
        warn!("told to end; what the engine is doing is waited for");
        told.cancel();
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
        error!("told to end again; not waiting any longer");
        std::process::exit(1);
    });
    Ok(shutdown)
}
