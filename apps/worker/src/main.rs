//! `core-monitor-worker`: carries out commands on a container engine.
//!
//! Reads the configuration, connects the adapters to the worker and runs it until the process is told to stop.

use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::{Context as _, bail};
use core_monitor_application::worker::{
    Deadlines, LinkReaders, StatisticsBudget, StatisticsPorts, Worker, WorkerLink, WorkerPorts,
    WorkerSettings,
};
use core_monitor_application::{StoredBuildSource, StoredRegistryCredentials};
use core_monitor_configuration::{ConfigurationError, Invocation, Program, Settings, Task, start_logging};
use core_monitor_domain::build_policy::BuildPolicy;
use core_monitor_domain::ids::InstanceId;
use core_monitor_domain::ports::{ContainerEngine, EngineInventory, IdSource as _, SecretVault};
use core_monitor_engine_docker::{DockerContainerEngine, EngineAddress};
use core_monitor_engine_link::{ENGINE_LINK, EngineLinkListener};
use core_monitor_host::terminal::{Outcome, complain, note, print, write_files};
use core_monitor_host::{
    DirectoryStackFolder, FolderArtifacts, KeyFileVault, ProcHost, SystemClock, SystemIdSource, SystemMounts,
    TcpHttpProbe, check_data_folder,
};
use core_monitor_store_seaorm::{ConnectError, connect};
use tokio::signal::unix::{SignalKind, signal};
use tokio_util::sync::CancellationToken;
use tracing::{error, info, warn};

mod doctor;
mod engine_tls;
mod protection;

fn main() -> ExitCode {
    let invocation = match Invocation::read(Program::Worker) {
        Ok(invocation) => invocation,
        Err(ConfigurationError::Flags(answer)) => answer.exit(),
        Err(error) => return refuse(&error.into()),
    };
    let settings = &invocation.settings;
    if let Err(error) = start_logging(&settings.log, settings.log_format) {
        return refuse(&error.into());
    }
    // This process mostly waits for the engine and the database. Two threads, so that a slow answer does not delay the
    // renewal of the lease.
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
    let worked = runtime.context("cannot start the runtime").and_then(|runtime| {
        let worked = runtime.block_on(perform(invocation.task, settings, &invocation.warnings));
        // Blocking work, e.g. on a file, must not keep the process alive.
        runtime.shutdown_background();
        worked
    });
    match worked {
        Ok(outcome) => outcome.into(),
        Err(error) => refuse(&error),
    }
}

async fn perform(task: Task, settings: &Settings, warnings: &[String]) -> anyhow::Result<Outcome> {
    for warning in warnings.iter().filter(|_| task != Task::Run) {
        // A task that nobody reads is done all the same.
        let _ = note(&format!("warning: {warning}"));
    }
    match task {
        Task::Doctor => doctor::examine(settings).await,
        Task::Healthcheck => doctor::check_health(settings).await,
        Task::Completions(text) => Ok(print(text.trim_end()).map(|()| Outcome::Fine)?),
        Task::Manual { into, pages } => Ok(write_files(&into, &pages)?),
        Task::Backup { .. } | Task::Restore { .. } | Task::RotateKey { .. } | Task::VerifyAudit => {
            bail!("that is a task of core-monitor-server")
        }
        Task::Run => {
            for warning in warnings {
                warn!("{warning}");
            }
            work(settings).await.map(|()| Outcome::Fine)
        }
    }
}

/// Reports an error that ends the process, with its causes.
fn refuse(error: &anyhow::Error) -> ExitCode {
    let hint = error.downcast_ref::<ConnectError>().and_then(ConnectError::hint);
    complain("core-monitor-worker", &format!("{error:#}"), hint)
}

async fn work(settings: &Settings) -> anyhow::Result<()> {
    let address: EngineAddress = settings.worker.docker_host.parse().context("`docker_host` is invalid")?;
    let tls = engine_tls::config(settings.worker.docker_cert_path.as_deref(), &address)?;
    // Before the database: a mistake in the settings must not bring it to the schema of this release.
    let own = worker_settings(settings, &address)?;
    let shutdown = shutdown_on_signals().context("cannot listen for signals")?;
    // Without context, so that `refuse` finds the hint of the error.
    check_data_folder(&settings.data_dir)?;
    let database = connect(settings.database_url.expose(), &settings.data_dir, Arc::new(SystemClock)).await?;
    let ids = Arc::new(SystemIdSource::new()?);
    let instance = database.token_store().instance(InstanceId(ids.next_uuid())).await?;
    info!(version = env!("CARGO_PKG_VERSION"), %instance, engine = %address, "core-monitor-worker starts");

    let vault: Arc<dyn SecretVault> =
        Arc::new(KeyFileVault::open_with(&settings.data_dir, settings.key_encryption_file.as_deref())?);
    let credentials = StoredRegistryCredentials::new(database.registry_store(), Arc::clone(&vault));
    let engine = DockerContainerEngine::connecting(&address, tls, Arc::new(SystemClock))
        .building_from(Arc::new(StoredBuildSource::new(database.stack_store())))
        .showing(Arc::new(credentials))
        .putting_from(Arc::new(FolderArtifacts::new(&settings.data_dir)));
    let engine = Arc::new(engine);
    let statistics = settings.worker.statistics.map(|kept| {
        let ports = StatisticsPorts {
            containers: engine.clone(),
            host: Arc::new(ProcHost::of_installation(&settings.data_dir)),
            store: database.statistics_store(),
            clock: Arc::new(SystemClock),
            ids: ids.clone(),
        };
        (ports, StatisticsBudget { memory: kept.memory, disk: u64::try_from(kept.disk).unwrap_or(u64::MAX) })
    });
    let ports = WorkerPorts {
        engine: Arc::clone(&engine) as Arc<dyn ContainerEngine>,
        inventory: Arc::clone(&engine) as Arc<dyn EngineInventory>,
        stacks: database.stack_store(),
        folders: Arc::new(DirectoryStackFolder::new(settings.data_dir.join("stacks"))),
        host_mounts: Arc::new(SystemMounts),
        adoptions: database.adoption_store(),
        creations: database.creation_store(),
        queue: database.worker_queue(),
        wakeup: database.wakeup(),
        lock: database.worker_lock(),
        plans: database.plan_store(),
        tokens: database.token_store(),
        users: database.user_store(),
        policies: database.policy_store(),
        vault,
        observations: database.observation_store(),
        probe: Arc::new(TcpHttpProbe),
        clock: Arc::new(SystemClock),
        ids,
    };
    let worker = Worker::new(ports, own, instance);
    let worker = Arc::new(match statistics {
        Some((ports, budget)) => worker.collecting(ports, budget),
        None => worker,
    });
    let readers = LinkReaders {
        host: engine.clone(),
        projects: engine.clone(),
        logs: engine.clone(),
        inventory: engine.clone(),
        witness: engine.clone(),
        files: engine.clone(),
        terminals: engine,
    };
    let answers = Arc::new(worker.link(readers));
    let link = tokio::spawn(serve_link(settings.data_dir.join(ENGINE_LINK), answers, Arc::clone(&worker)));
    worker.run(&shutdown).await;
    link.abort();
    // Waited for, so that the socket is gone when the process is.
    let _ = link.await;
    database.close().await;
    Ok(())
}

/// Answers the server's questions alongside the work, while this is the only worker: the socket of another one that is
/// running must stay. Without the socket, commands still run.
async fn serve_link(socket: PathBuf, link: Arc<WorkerLink>, worker: Arc<Worker>) {
    loop {
        worker.lock_held().await;
        match EngineLinkListener::bind(&socket) {
            Ok(listener) => tokio::select! {
                never = listener.run(link.clone(), Arc::new(SystemClock)) => match never {},
                () = worker.lock_lost() => {}
            },
            Err(error) => {
                warn!(
                    error = format!("{:#}", anyhow::Error::from(error)),
                    "cannot listen on the engine link; imports, project lists and logs are unavailable"
                );
                worker.lock_lost().await;
            }
        }
    }
}

fn worker_settings(settings: &Settings, engine: &EngineAddress) -> anyhow::Result<WorkerSettings> {
    let from = &settings.worker;
    let networks =
        from.build_networks.parse().map_err(anyhow::Error::msg).context("`build_networks` is invalid")?;
    let foreign_tags = from
        .build_foreign_tags
        .parse()
        .map_err(anyhow::Error::msg)
        .context("`build_foreign_tags` is invalid")?;
    let failure_scope = from.failure_scope.parse().context("`failure_scope` is invalid")?;
    Ok(WorkerSettings {
        failure_scope,
        parallelism: from.parallelism,
        stable_for: from.stable_for,
        retry_budget: from.retry_budget,
        lease_ttl: from.lease_ttl,
        observe_every: from.observe_every,
        builds: BuildPolicy { networks, foreign_tags },
        protected: protection::protected(settings, engine)?,
        deadlines: Deadlines {
            pull: from.deadlines.pull,
            build: from.deadlines.build,
            hook: from.deadlines.hook,
            operation: from.deadlines.operation,
            ready: from.deadlines.ready,
            completion: from.deadlines.completion,
        },
    })
}

/// Cancelled by the first SIGTERM or SIGINT. A second signal ends the process at once, which loses nothing either: the
/// next worker observes the engine and goes on.
fn shutdown_on_signals() -> std::io::Result<CancellationToken> {
    let (mut terminate, mut interrupt) = (signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?);
    let shutdown = CancellationToken::new();
    let told = shutdown.clone();
    tokio::spawn(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
        warn!("shutting down once running operations of the engine have finished");
        told.cancel();
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
        error!("received a second signal; stopping at once");
        std::process::exit(1);
    });
    Ok(shutdown)
}
