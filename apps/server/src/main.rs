//! `core-monitor-server`: configuration, adapters, use cases, listener. No rules live here.

use std::fs::DirBuilder;
use std::os::unix::fs::DirBuilderExt as _;
use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::Context as _;
use core_monitor_application::server::{CommitWatch, DefinitionLimits, Server};
use core_monitor_configuration::{
    ComposeSettings, ConfigurationError, Program, ServerSettings, Settings, start_logging,
};
use core_monitor_domain::ids::InstanceId;
use core_monitor_domain::ports::IdSource as _;
use core_monitor_engine_link::{ENGINE_LINK, EngineLinkClient};
use core_monitor_host::{KeyFileVault, SystemClock, SystemIdSource};
use core_monitor_http_api::{Api, ArchiveLimits, Limits, Listener};
use core_monitor_store_seaorm::{ConnectError, Database, connect};
use tokio::signal::unix::{SignalKind, signal};
use tokio_util::sync::CancellationToken;

mod first_token;

fn main() -> ExitCode {
    let settings = match Settings::read(Program::Server) {
        Ok(settings) => settings,
        Err(ConfigurationError::Flags(answer)) => answer.exit(),
        Err(error) => return refuse(&error.into()),
    };
    if let Err(error) = start_logging(&settings.log, settings.log_format) {
        return refuse(&error.into());
    }
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().worker_threads(2).build() {
        Ok(runtime) => runtime,
        Err(error) => return refuse(&error.into()),
    };
    match runtime.block_on(serve(settings)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            tracing::error!(error = format!("{error:#}"), hint = hint(&error), "the server cannot go on");
            ExitCode::FAILURE
        }
    }
}

/// There is no log yet, so the reason goes where the log would go.
#[expect(clippy::print_stderr, reason = "the log starts after the configuration was read")]
fn refuse(error: &anyhow::Error) -> ExitCode {
    eprintln!("core-monitor-server: {error:#}");
    ExitCode::FAILURE
}

fn hint(error: &anyhow::Error) -> Option<&'static str> {
    error.downcast_ref::<ConnectError>().and_then(ConnectError::hint)
}

async fn serve(settings: Settings) -> anyhow::Result<()> {
    make_private_folder(&settings.data_dir)?;
    let database = connect(settings.database_url.expose(), &settings.data_dir)
        .await
        .context("the database cannot be opened")?;
    let server = assemble(&database, &settings).await?;
    first_token::provide(&server, &settings).await?;

    let stopping = CancellationToken::new();
    stop_on_signals(stopping.clone())?;
    let commits = Arc::clone(&server.commits);
    let watching = tokio::spawn(async move { commits.run().await });

    let limits = limits(&settings.server);
    let api = Api::new(server, limits, stopping);
    let listener = Listener::bind(api, settings.server.listen, settings.server.shutdown_timeout)?;
    for address in listener.addresses() {
        tracing::info!(
            api = format!("http://{address}/api/v1"),
            swagger_ui = format!("http://{address}/swagger-ui/"),
            data_dir = %settings.data_dir.display(),
            version = env!("CARGO_PKG_VERSION"),
            "listening"
        );
        if !address.ip().is_loopback() {
            tracing::warn!(%address, "requests and tokens travel unencrypted: put a proxy with TLS in front");
        }
    }
    listener.run().await.context("the listener broke")?;
    watching.abort();
    tracing::info!("stopped");
    Ok(())
}

fn limits(settings: &ServerSettings) -> Limits {
    let archive = settings.archive;
    Limits {
        body: settings.body_limit,
        body_timeout: settings.body_timeout,
        archive: ArchiveLimits {
            packed: archive.packed as u64,
            unpacked: archive.unpacked as u64,
            members: archive.members,
            path: archive.path,
            ..ArchiveLimits::default()
        },
        archive_timeout: archive.timeout,
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

async fn assemble(database: &Database, settings: &Settings) -> anyhow::Result<Server> {
    let ids = SystemIdSource::new()?;
    let tokens = database.token_store();
    let instance = tokens.instance(InstanceId(ids.next_uuid())).await?;
    Ok(Server {
        stacks: database.stack_store(),
        adoptions: database.adoption_store(),
        link: Arc::new(EngineLinkClient::new(settings.data_dir.join(ENGINE_LINK))),
        queue: database.command_queue(),
        plans: database.plan_store(),
        observations: database.observation_store(),
        tokens,
        registries: database.registry_store(),
        vault: Arc::new(KeyFileVault::open(&settings.data_dir)?),
        clock: Arc::new(SystemClock),
        ids: Arc::new(ids),
        commits: Arc::new(CommitWatch::new(database.wakeup())),
        instance,
        definition_limits: definition_limits(settings.server.compose),
        stacks_dir: settings.data_dir.join("stacks"),
    })
}

/// Makes the data folder for its owner only: definitions may hold passwords.
fn make_private_folder(folder: &Path) -> anyhow::Result<()> {
    DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(folder)
        .with_context(|| format!("the data folder `{}` cannot be made", folder.display()))
}

/// SIGTERM and SIGINT let requests end; a second one ends the process as the system does it.
fn stop_on_signals(stopping: CancellationToken) -> anyhow::Result<()> {
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    tokio::spawn(async move {
        let name = tokio::select! {
            _ = terminate.recv() => "SIGTERM",
            _ = interrupt.recv() => "SIGINT",
        };
        tracing::info!(signal = name, "stopping: requests that run may end, a second signal ends them");
        stopping.cancel();
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
        std::process::exit(130);
    });
    Ok(())
}
