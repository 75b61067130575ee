//! `core-monitor-gateway`: carries requests to services that wake on demand. Configuration, adapters, use cases, listeners. No rules live
//! here.

use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, bail};
use core_monitor_application::gateway::{Addresses, GatewayPorts, Keeper, Signals};
use core_monitor_configuration::{
    ConfigurationError, GatewaySettings as Configured, Invocation, Program, Settings, Task, start_logging,
};
use core_monitor_domain::on_demand::house::HouseLimits;
use core_monitor_gateway_proxy::admin::{AdminView, serve_admin};
use core_monitor_gateway_proxy::client::TrustedProxies;
use core_monitor_gateway_proxy::metrics::GatewayMetrics;
use core_monitor_gateway_proxy::{
    Gateway, GatewayParts, GatewaySettings, Listener, NotReady, Readiness, Ready, ThemedPages,
};
use core_monitor_host::terminal::{Outcome, complain, note, print, write_files};
use core_monitor_host::{ProcHost, SystemClock, SystemIdSource, TcpHttpProbe, check_data_folder};
use core_monitor_store_seaorm::{ConnectError, Database, connect};
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};
use tokio_util::sync::CancellationToken;
use tracing::{error, info, warn};

mod certificates;
mod credentials;
mod doctor;
mod themes;

use credentials::Rights;

/// How long requests under way may go on when the program is stopped.
const DRAIN: Duration = Duration::from_secs(30);

fn main() -> ExitCode {
    let invocation = match Invocation::read(Program::Gateway) {
        Ok(invocation) => invocation,
        Err(ConfigurationError::Flags(answer)) => answer.exit(),
        Err(error) => return refuse(&error.into()),
    };
    let settings = &invocation.settings;
    if let Err(error) = start_logging(&settings.log, settings.log_format) {
        return refuse(&error.into());
    }
    // What decides and what is asked by the operator; requests have threads of their own.
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
    let worked = runtime.context("cannot start the runtime").and_then(|runtime| {
        let worked = runtime.block_on(perform(invocation.task, settings, &invocation.warnings));
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
        Task::Healthcheck => doctor::check_health(&settings.gateway).await,
        Task::Completions(text) => Ok(print(text.trim_end()).map(|()| Outcome::Fine)?),
        Task::Manual { into, pages } => Ok(write_files(&into, &pages)?),
        Task::Backup { .. } | Task::Restore { .. } | Task::RotateKey { .. } | Task::VerifyAudit => {
            bail!("that is a task of core-monitor-server")
        }
        Task::Run => {
            for warning in warnings {
                warn!("{warning}");
            }
            serve(settings).await.map(|()| Outcome::Fine)
        }
    }
}

/// Reports an error that ends the process, with its causes.
fn refuse(error: &anyhow::Error) -> ExitCode {
    let hint = error.downcast_ref::<ConnectError>().and_then(ConnectError::hint);
    complain("core-monitor-gateway", &format!("{error:#}"), hint)
}

async fn serve(settings: &Settings) -> anyhow::Result<()> {
    let own = &settings.gateway;
    let trusted =
        TrustedProxies::parse(&own.trusted_proxies).context("`gateway_trusted_proxies` is invalid")?;
    let stopping = shutdown_on_signals().context("cannot listen for signals")?;
    if !settings.data_dir.is_dir() {
        // It would begin an installation of its own, in which nothing is declared.
        bail!(
            "there is no installation in `{}`: start core-monitor-server first, or correct `data_dir`",
            settings.data_dir.display()
        );
    }
    check_data_folder(&settings.data_dir)?;
    let database = connect(settings.database_url.expose(), &settings.data_dir, Arc::new(SystemClock)).await?;
    let ids = Arc::new(SystemIdSource::new()?);
    let certificates = certificates::load(&own.certificates)?;
    let pages = Arc::new(ThemedPages::default());
    let metrics = Arc::new(GatewayMetrics::default());
    let gateway = Gateway::new(GatewayParts {
        settings: limits(own, settings.alerts.public_url.clone(), certificates.is_some()),
        trusted,
        clock: Arc::new(SystemClock),
        ids: ids.clone(),
        pages: pages.clone(),
        credentials: Arc::new(Rights {
            tokens: database.token_store(),
            stacks: database.stack_store(),
            clock: Arc::new(SystemClock),
        }),
        metrics: Arc::clone(&metrics),
    });
    if let Some(certificates) = &certificates {
        gateway.set_certificates(Arc::clone(certificates));
    }
    let view = Arc::new(View { readiness: Readiness::new(Arc::new(SystemClock)), metrics });
    let keeper =
        keeper(&database, ids, settings, certificates.as_ref(), Arc::clone(&gateway), Arc::clone(&view));
    // First: the ports for requests are shared by several sockets, so that only this one shows that another gateway runs.
    let admin =
        TcpListener::bind(own.admin).await.with_context(|| format!("cannot listen on {}", own.admin))?;
    let running = gateway.listen(&listeners(own, certificates.as_ref())?)?;
    let addresses: Vec<String> = running.addresses().iter().map(ToString::to_string).collect();
    info!(
        version = env!("CARGO_PKG_VERSION"),
        addresses = addresses.join(", "),
        admin = %admin.local_addr()?,
        "core-monitor-gateway listens"
    );
    let beside = [
        tokio::spawn(async move { match serve_admin(admin, view).await {} }),
        tokio::spawn(themes::keep_up(own.themes.clone(), pages)),
        tokio::spawn(certificates::keep_up(own.certificates.clone(), certificates)),
    ];
    let told = CancellationToken::new();
    let keeping = tokio::spawn({
        let told = told.clone();
        async move { keeper.run(&told).await }
    });
    stopping.cancelled().await;
    running.shut_down(DRAIN).await;
    told.cancel();
    let _ = keeping.await;
    beside.iter().for_each(tokio::task::JoinHandle::abort);
    database.close().await;
    Ok(())
}

fn keeper(
    database: &Database,
    ids: Arc<SystemIdSource>,
    settings: &Settings,
    certificates: Option<&certificates::Shared>,
    gateway: Arc<Gateway>,
    view: Arc<View>,
) -> Keeper {
    let own = &settings.gateway;
    let ports = GatewayPorts {
        stacks: database.stack_store(),
        queue: database.command_queue(),
        observations: database.observation_store(),
        on_demand: database.on_demand_store(),
        statistics: database.statistics_store(),
        host: Arc::new(ProcHost::of_installation(&settings.data_dir)),
        ledger: view.metrics.clone(),
        marks: database.change_marks(),
        wakeup: database.wakeup(),
        probe: Arc::new(TcpHttpProbe),
        clock: Arc::new(SystemClock),
        ids,
    };
    let limits = HouseLimits { starts: own.starts, ..HouseLimits::default() };
    let read = Arc::clone(&view);
    let signals = Signals {
        routes: Box::new(move |routes| {
            gateway.set_routes(routes);
            view.readiness.set_routes_known();
        }),
        database_read: Box::new(move |worker_looks| read.readiness.set_database_read(worker_looks)),
    };
    let addresses = Addresses { http: Some(own.listen), https: certificates.map(|_| own.listen_tls) };
    Keeper::new(ports, limits, addresses, signals)
}

fn limits(own: &Configured, core_monitor_url: Option<String>, has_certificates: bool) -> GatewaySettings {
    if own.redirect && !has_certificates {
        warn!(
            folder = %own.certificates.display(),
            "`gateway_redirect` has no effect: there are no certificates, so nothing listens for HTTPS"
        );
    }
    GatewaySettings {
        threads: own.threads,
        max_connections: own.connections,
        max_connections_per_address: own.connections_per_address,
        access_log: own.access_log,
        service_headers: own.service_headers,
        core_monitor_url,
        redirect_to: (own.redirect && has_certificates).then(|| own.listen_tls.port()),
        ..GatewaySettings::default()
    }
}

fn listeners(own: &Configured, certificates: Option<&certificates::Shared>) -> anyhow::Result<Vec<Listener>> {
    let proxy_protocol = own.proxy_protocol;
    let mut listeners = vec![Listener { proxy_protocol, ..Listener::plain(own.listen) }];
    if let Some(certificates) = certificates {
        let tls = Some(certificates::config(certificates)?);
        listeners.push(Listener { address: own.listen_tls, tls, proxy_protocol });
    }
    Ok(listeners)
}

/// What the operator sees of the gateway.
struct View {
    readiness: Readiness,
    metrics: Arc<GatewayMetrics>,
}

impl AdminView for View {
    fn check(&self) -> Result<Ready, NotReady> {
        self.readiness.check()
    }

    fn metrics(&self) -> String {
        self.metrics.render()
    }
}

/// Cancelled by the first SIGTERM or SIGINT. A second signal ends the process at once.
fn shutdown_on_signals() -> std::io::Result<CancellationToken> {
    let (mut terminate, mut interrupt) = (signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?);
    let shutdown = CancellationToken::new();
    let told = shutdown.clone();
    tokio::spawn(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
        warn!("shutting down once requests under way have ended");
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
