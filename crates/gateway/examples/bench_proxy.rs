//! The gateway before one service that is always awake, to be measured against other proxies.
//!
//! `bench_proxy LISTEN UPSTREAM [THREADS]`, for example `bench_proxy 127.0.0.1:8080 127.0.0.1:9000 1`. It answers for the
//! hosts `localhost`, `127.0.0.1` and `*.bench`.

use std::net::SocketAddr;
use std::sync::Arc;

use core_monitor_application::gateway::{Door, Face, Routes};
use core_monitor_domain::ids::StackId;
use core_monitor_domain::on_demand::{DoorKey, OnDemand, OnDemandTimes, Readiness, WaitMode, WakeBy};
use core_monitor_gateway_proxy::client::TrustedProxies;
use core_monitor_gateway_proxy::{
    BarePages, Gateway, GatewayParts, GatewaySettings, Listener, NoCredentials,
};
use core_monitor_simulation::ids::SeededIdSource;
use core_monitor_simulation::runtime_clock::RuntimeClock;
use tokio::sync::mpsc;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [listen, upstream, rest @ ..] = arguments.as_slice() else {
        return Err("usage: bench_proxy LISTEN UPSTREAM [THREADS]".into());
    };
    let (listen, upstream): (SocketAddr, SocketAddr) = (listen.parse()?, upstream.parse()?);
    let threads = rest.first().map_or(Ok(1), |threads| threads.parse())?;

    let clock = Arc::new(RuntimeClock::new());
    let (knocks, _heard) = mpsc::channel(16);
    let key = DoorKey { stack: StackId(uuid::Uuid::from_u128(1)), service: "web".parse()? };
    let hosts = ["localhost", "127.0.0.1", "*.bench"];
    let declared = OnDemand {
        hosts: hosts.iter().map(|host| host.parse()).collect::<Result<_, _>>().map_err(|_| "a host")?,
        paths: Vec::new(),
        port: upstream.port(),
        mode: WaitMode::Blocking,
        theme: "plain".parse().map_err(|_| "a theme")?,
        show_logs: false,
        times: OnDemandTimes::DEFAULT,
        readiness: Readiness::default(),
        stop: core_monitor_domain::command::SleepMode::Stop,
        schedule: None,
        always_on: true,
        wake: WakeBy::Anyone,
        ignore_user_agents: Vec::new(),
        companions: [].into(),
        needs: [].into(),
        not_with: [].into(),
        cold_start_worth: None,
    };
    let face = Face { stack: "bench".parse()?, declared };
    let door = Arc::new(Door::new(key, face, knocks, clock.clone()));
    door.open(1, vec![upstream]);

    let gateway = Gateway::new(GatewayParts {
        settings: GatewaySettings { threads, ..GatewaySettings::default() },
        trusted: TrustedProxies::none(),
        clock,
        ids: Arc::new(SeededIdSource::new(7)),
        pages: Arc::new(BarePages),
        credentials: Arc::new(NoCredentials),
        metrics: Arc::default(),
    });
    gateway.set_routes(Routes::of([door]).0);
    let _running = gateway.listen(&[Listener::plain(listen)])?;
    loop {
        std::thread::park();
    }
}
