//! `core-monitor-server`: configuration, adapters, use cases, listener. No rules live here.

use std::fs::DirBuilder;
use std::os::unix::fs::DirBuilderExt as _;
use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::Context as _;
use core_monitor_application::server::{
    AlertPorts, Alerting, CommitWatch, DefinitionLimits, Server, ServerPorts, Steward, TokenSecret,
    random_setup_token,
};
use core_monitor_configuration::{
    ComposeSettings, ConfigurationError, Invocation, Program, ServerSettings, SessionSettings, Settings,
    Task, TerminalSettings, start_logging,
};
use core_monitor_domain::ids::InstanceId;
use core_monitor_domain::plan::PlanRetention;
use core_monitor_domain::ports::IdSource;
use core_monitor_domain::session::SessionLimits;
use core_monitor_domain::terminal::TerminalLimits;
use core_monitor_engine_link::{ENGINE_LINK, EngineLinkClient};
use core_monitor_host::terminal::{Outcome, complain, note, print, write_files};
use core_monitor_host::{
    DirectoryCatalog, FolderDisk, KeyFileVault, ProcHostPorts, SystemClock, SystemIdSource, SystemMounts,
    check_data_folder,
};
use core_monitor_http_api::{
    Api, ArchiveLimits, ConnectionLimits, Limits, Listener, SMALL_ANSWER, StreamLimits,
};
use core_monitor_key_lists::HttpKeyListSource;
use core_monitor_passwords::{ArgonHasher, TotpCodes};
use core_monitor_store_seaorm::{Database, connect};
use core_monitor_transport::TrustedProxies;
use tokio::signal::unix::{SignalKind, signal};
use tokio_util::sync::CancellationToken;

use crate::backup::{Scope, back_up, hint, restore};
use crate::certificate::Served;
use crate::first_user::SetupTokenFile;
use crate::storage::Storage;

mod alerts;
mod backup;
mod certificate;
mod doctor;
mod first_token;
mod first_user;
mod openid;
mod policy_file;
mod rotate_key;
mod storage;
mod verify_audit;
mod web_ui;

/// Definitions are read on threads that come and go. The allocator of the C library keeps an arena for each of them, and with
/// it the memory of the largest definition; see `docs/decisions/0034-what-expands-has-a-budget.md`.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let invocation = match Invocation::read(Program::Server) {
        Ok(invocation) => invocation,
        Err(ConfigurationError::Flags(answer)) => answer.exit(),
        Err(error) => return refuse(&error.into()),
    };
    let settings = invocation.settings;
    if let Err(error) = start_logging(&settings.log, settings.log_format) {
        return refuse(&error.into());
    }
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().worker_threads(2).build() {
        Ok(runtime) => runtime,
        Err(error) => return refuse(&error.into()),
    };
    if invocation.task != Task::Run {
        for warning in &invocation.warnings {
            // A task that nobody reads is done all the same.
            let _ = note(&format!("warning: {warning}"));
        }
        return match runtime.block_on(perform(invocation.task, &settings)) {
            Ok(outcome) => outcome.into(),
            Err(error) => refuse(&error),
        };
    }
    for warning in &invocation.warnings {
        tracing::warn!("{warning}");
    }
    match runtime.block_on(serve(settings)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            tracing::error!(error = format!("{error:#}"), hint = hint(&error), "the server has failed");
            ExitCode::FAILURE
        }
    }
}

/// Everything but the program's own work.
async fn perform(task: Task, settings: &Settings) -> anyhow::Result<Outcome> {
    match task {
        Task::Run => Ok(Outcome::Fine),
        Task::Backup { to, with_key, with_stacks } => {
            back_up(settings, to.as_deref(), Scope { with_key, with_stacks }).await
        }
        Task::Restore { from } => restore(settings, from.as_deref()).await,
        Task::RotateKey { opened_by, keeps_key } => {
            rotate_key::rotate(settings, opened_by.as_deref(), keeps_key).await
        }
        Task::VerifyAudit => verify_audit::verify(settings).await,
        Task::Doctor => doctor::examine(settings).await,
        Task::Healthcheck => doctor::check_health(settings),
        Task::Completions(text) => Ok(print(text.trim_end()).map(|()| Outcome::Fine)?),
        Task::Manual { into, pages } => Ok(write_files(&into, &pages)?),
    }
}

/// Reports an error of a task, or one before the log has started, on the same stream.
fn refuse(error: &anyhow::Error) -> ExitCode {
    complain("core-monitor-server", &format!("{error:#}"), hint(error))
}

async fn serve(settings: Settings) -> anyhow::Result<()> {
    // Before the database: a mistake in the settings must not bring it to the schema of this release.
    let trusted = settings.server.trusted_proxies.parse::<TrustedProxies>();
    let trusted = trusted.context("`trusted_proxies` is invalid")?;
    let certificate = settings.server.tls.as_ref().map(Served::load).transpose()?;
    make_private_folder(&settings.data_dir)?;
    check_data_folder(&settings.data_dir)?;
    let database = connect(settings.database_url.expose(), &settings.data_dir, Arc::new(SystemClock))
        .await
        .context("cannot open the database")?;
    let ids: Arc<dyn IdSource> = Arc::new(SystemIdSource::new()?);
    policy_file::apply(settings.policy_file.as_deref(), &*database.policy_store(), &SystemClock).await?;
    let storage = Storage::of(&database, &settings);
    let setup = Arc::new(SetupTokenFile::new(&settings.data_dir));
    let ports = assemble(&database, &settings, &storage, Arc::clone(&ids), setup.clone()).await?;
    let (commits, instance) = (Arc::clone(&ports.commits), ports.instance);
    let alerts = AlertPorts {
        store: Arc::clone(&ports.alerts),
        channels: ports.alert_channels.clone(),
        clock: Arc::clone(&ports.clock),
    };
    let server = Server::new(ports);
    first_token::provide(&server, || TokenSecret::random(&*ids), &settings).await?;
    setup.provide(&server, || random_setup_token(&*ids)).await?;

    let stopping = CancellationToken::new();
    stop_on_signals(stopping.clone())?;
    let watching = tokio::spawn(async move { commits.run().await });
    let retention = storage.retention(&settings);
    let keeping = tokio::spawn(async move { retention.run().await });
    let telling = tokio::spawn(Alerting::new(server.clone(), alerts).run());
    let caring = tokio::spawn(Steward::new(server.clone(), Arc::new(SystemClock)).run());

    let limits = limits(&settings.server);
    let ui = web_ui::embedded();
    let api = Api::new(server, instance, Arc::new(SystemClock), ids, limits, stopping)
        .with_ui(ui)
        .trusting(trusted);
    let listener = listen(api, &settings.server, certificate.as_ref())?;
    let renewing = certificate.map(|certificate| tokio::spawn(certificate.keep_up()));
    let address = listener.address();
    let scheme = if settings.server.tls.is_some() { "https" } else { "http" };
    tracing::info!(
        web_ui = if ui.is_built() { format!("{scheme}://{address}/") } else { "not built in".to_owned() },
        api = format!("{scheme}://{address}/api/v1"),
        swagger_ui = format!("{scheme}://{address}/swagger-ui/"),
        data_dir = %settings.data_dir.display(),
        version = env!("CARGO_PKG_VERSION"),
        "listening"
    );
    if scheme == "http" && !address.ip().is_loopback() {
        tracing::warn!(
            %address,
            "requests and tokens are sent unencrypted; set `tls_certificate` and `tls_key`, or use a reverse proxy with TLS"
        );
    }
    listener.run().await.context("the HTTP listener failed")?;
    watching.abort();
    // Wherever it is: the next start goes on.
    keeping.abort();
    telling.abort();
    caring.abort();
    if let Some(renewing) = renewing {
        renewing.abort();
    }
    tracing::info!("stopped");
    Ok(())
}

fn listen(api: Api, settings: &ServerSettings, certificate: Option<&Served>) -> anyhow::Result<Listener> {
    let (address, time) = (settings.listen, settings.shutdown_timeout);
    Ok(match certificate {
        Some(served) => Listener::bind_tls(api, address, time, Arc::clone(&served.config))?,
        None => Listener::bind(api, address, time)?,
    })
}

fn limits(settings: &ServerSettings) -> Limits {
    let (archive, connections) = (settings.archive, settings.connections);
    Limits {
        body: settings.body_limit,
        files: settings.files_limit as u64,
        body_memory: settings.body_memory,
        small_answer: SMALL_ANSWER,
        body_timeout: settings.body_timeout,
        connections: ConnectionLimits {
            in_all: connections.in_all,
            per_address: connections.per_address,
            head: connections.header_timeout,
            idle: connections.idle_timeout,
            write: connections.write_timeout,
        },
        streams: StreamLimits { per_caller: connections.streams_per_caller, age: connections.stream_age },
        archive: ArchiveLimits {
            packed: archive.packed as u64,
            unpacked: archive.unpacked as u64,
            members: archive.members,
            path: archive.path,
            ..ArchiveLimits::default()
        },
        archive_timeout: archive.timeout,
        artifact: settings.artifact.limit as u64,
        artifact_timeout: settings.artifact.timeout,
    }
}

fn session_limits(settings: SessionSettings) -> SessionLimits {
    SessionLimits { idle: settings.idle, age: settings.age, ..SessionLimits::default() }
}

fn terminal_limits(settings: TerminalSettings) -> TerminalLimits {
    TerminalLimits {
        allowed: settings.allowed,
        idle: settings.idle,
        age: settings.age,
        per_caller: settings.per_caller,
        ..TerminalLimits::default()
    }
}

fn definition_limits(settings: ComposeSettings) -> DefinitionLimits {
    DefinitionLimits {
        bytes: settings.file_bytes,
        total_bytes: settings.total_bytes,
        depth: settings.depth,
        nodes: settings.nodes,
        alias_nodes: settings.alias_nodes,
        merged_entries: settings.merged_entries,
        includes: settings.includes,
        ports: settings.ports,
        env_file_bytes: settings.env_file_bytes,
        services: settings.services,
        interpolated_bytes: settings.interpolated_bytes,
        errors: settings.errors,
    }
}

async fn assemble(
    database: &Database,
    settings: &Settings,
    storage: &Storage,
    ids: Arc<dyn IdSource>,
    setup: Arc<SetupTokenFile>,
) -> anyhow::Result<ServerPorts> {
    let tokens = database.token_store();
    let instance = tokens.instance(InstanceId(ids.next_uuid())).await?;
    Ok(ServerPorts {
        stacks: database.stack_store(),
        templates: database.template_store(),
        instances: database.instance_store(),
        key_lists: database.key_list_store(),
        rollouts: database.rollout_store(),
        key_source: Arc::new(HttpKeyListSource::default()),
        version_records: database.version_records(),
        adoptions: database.adoption_store(),
        link: Arc::new(EngineLinkClient::new(settings.data_dir.join(ENGINE_LINK), Arc::new(SystemClock))),
        queue: storage.queue(database),
        on_demand: database.on_demand_store(),
        alerts: database.alert_store(),
        alert_channels: alerts::channels(&settings.alerts)?,
        plans: database.plan_store(),
        observations: database.observation_store(),
        marks: database.change_marks(),
        statistics: database.statistics_store(),
        tokens,
        users: database.user_store(),
        secrets: database.secret_store(),
        policies: database.policy_store(),
        identification: openid::identification(settings)?,
        passwords: Arc::new(ArgonHasher::default()),
        codes: Arc::new(TotpCodes),
        setup,
        sessions: database.session_store(),
        session_limits: session_limits(settings.server.sessions),
        registries: database.registry_store(),
        audit: storage.audit(database),
        artifacts: Arc::clone(&storage.artifacts),
        records: Arc::clone(&storage.records),
        vault: Arc::new(KeyFileVault::open_with(
            &settings.data_dir,
            settings.key_encryption_file.as_deref(),
        )?),
        clock: Arc::new(SystemClock),
        ids,
        catalog: Arc::new(DirectoryCatalog::new(settings.catalog_folder.clone())),
        disk: Arc::new(FolderDisk::of_installation(&settings.data_dir)),
        host_ports: Arc::new(ProcHostPorts::default()),
        host_mounts: Arc::new(SystemMounts),
        mount_roots: settings.server.mount_roots.0.clone(),
        commits: Arc::new(CommitWatch::new(database.wakeup())),
        instance,
        plan_retention: PlanRetention {
            per_stack: settings.server.plans_per_stack,
            age: settings.server.plan_age,
        },
        record_retention: storage::record_retention(settings),
        definition_limits: definition_limits(settings.server.compose),
        terminals: terminal_limits(settings.server.terminals),
        files_limit: settings.server.files_limit as u64,
        stacks_dir: settings.data_dir.join("stacks"),
        listens_at: settings.server.listen,
    })
}

/// Creates the data folder, accessible only to its owner: definitions may contain passwords.
fn make_private_folder(folder: &Path) -> anyhow::Result<()> {
    DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(folder)
        .with_context(|| format!("cannot create the data folder `{}`", folder.display()))
}

/// Shuts down on SIGTERM or SIGINT once running requests have finished; a second signal ends the process at once.
fn stop_on_signals(stopping: CancellationToken) -> anyhow::Result<()> {
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    tokio::spawn(async move {
        let name = tokio::select! {
            _ = terminate.recv() => "SIGTERM",
            _ = interrupt.recv() => "SIGINT",
        };
        tracing::info!(
            signal = name,
            "shutting down once running requests have finished; send a second signal to stop at once"
        );
        stopping.cancel();
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
        std::process::exit(130);
    });
    Ok(())
}
