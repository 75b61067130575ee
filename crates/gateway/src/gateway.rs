//! What all threads of the gateway share.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use arc_swap::{ArcSwap, ArcSwapOption};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use core_monitor_application::gateway::Routes;
use core_monitor_domain::on_demand::DoorKey;
use core_monitor_domain::ports::{Clock, IdSource};

use crate::client::{Client, TrustedProxies};
use crate::credentials::Credentials;
use crate::metrics::GatewayMetrics;
use crate::own_paths::OwnPaths;
use crate::pages::WaitingPages;
use crate::settings::GatewaySettings;
use crate::tls::Certificates;
use crate::wake_limits::{ConnectionLimits, WakeLimits};

/// How long it takes at most until a knock shows in how a service stands. Whoever comes meanwhile wakes nothing.
const HEARD: Duration = Duration::from_secs(2);

/// What the gateway stands on.
pub struct GatewayParts {
    /// Limits and habits.
    pub settings: GatewaySettings,
    /// The proxies in front of it whose word about clients and services counts.
    pub trusted: TrustedProxies,
    /// Time.
    pub clock: Arc<dyn Clock>,
    /// Randomness, for nonces and for the path of its own requests.
    pub ids: Arc<dyn IdSource>,
    /// Draws the pages.
    pub pages: Arc<dyn WaitingPages>,
    /// Knows who may wake a service that not everybody may wake.
    pub credentials: Arc<dyn Credentials>,
    /// Where it counts.
    pub metrics: Arc<GatewayMetrics>,
}

/// The gateway: it carries requests to services that are awake, and answers or holds those to services that are not.
pub struct Gateway {
    pub(crate) settings: GatewaySettings,
    pub(crate) trusted: TrustedProxies,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) ids: Arc<dyn IdSource>,
    pub(crate) pages: Arc<dyn WaitingPages>,
    pub(crate) credentials: Arc<dyn Credentials>,
    pub(crate) metrics: Arc<GatewayMetrics>,
    pub(crate) own_paths: OwnPaths,
    pub(crate) routes: ArcSwap<Routes>,
    certificates: ArcSwapOption<Certificates>,
    wake_limits: WakeLimits,
    /// When each service was last woken by somebody who was counted for it.
    woken: Mutex<HashMap<DoorKey, Duration>>,
    pub(crate) connections: ConnectionLimits,
}

impl Gateway {
    /// A gateway that knows no service yet.
    pub fn new(parts: GatewayParts) -> Arc<Self> {
        let GatewayParts { settings, trusted, clock, ids, pages, credentials, metrics } = parts;
        let own_paths = OwnPaths::new(&URL_SAFE_NO_PAD.encode(&ids.secret()[..18]));
        let routes = ArcSwap::from_pointee(Routes::default());
        let wake_limits = WakeLimits::new(settings.wake_rate);
        let connections =
            ConnectionLimits::new(settings.max_connections_per_address, settings.max_connections);
        Arc::new(Self {
            settings,
            trusted,
            clock,
            ids,
            pages,
            credentials,
            metrics,
            own_paths,
            routes,
            certificates: ArcSwapOption::empty(),
            wake_limits,
            woken: Mutex::default(),
            connections,
        })
    }

    /// Has requests go by these routes from now on. Whatever is under way stays as it is.
    pub fn set_routes(&self, routes: Routes) {
        self.routes.store(Arc::new(routes));
    }

    /// Has requests over TLS checked from now on: one for a host that another certificate is for than that of its connection is answered
    /// with 421. Without this nothing is checked.
    pub fn set_certificates(&self, certificates: Arc<Certificates>) {
        self.certificates.store(Some(certificates));
    }

    /// Whether a request has come over the connection of another host; `named` is what its client named at the handshake. Whoever named
    /// none is not asked about it, and neither is a proxy that we trust: it names its upstream, and the host is the client's.
    pub(crate) fn is_misdirected(&self, named: Option<&str>, host: &str, client: &Client) -> bool {
        let Some(named) = named.filter(|_| !client.peer_is_trusted) else { return false };
        self.certificates.load().as_ref().is_some_and(|certificates| certificates.is_misdirected(named, host))
    }

    /// Whether a client may wake a service that sleeps. Those who come right behind somebody who may are not counted: a page with
    /// fifty pictures wakes its service once.
    pub(crate) fn may_wake(&self, door: &DoorKey, client: IpAddr) -> bool {
        let now = self.clock.elapsed();
        let mut woken = self.woken.lock().unwrap_or_else(PoisonError::into_inner);
        if woken.get(door).is_some_and(|last| now.saturating_sub(*last) < HEARD) {
            return true;
        }
        let may = self.wake_limits.may_wake(client, now);
        if may {
            woken.insert(door.clone(), now);
        }
        may
    }

    /// A value that nobody can guess, as letters and digits.
    pub(crate) fn nonce(&self) -> String {
        URL_SAFE_NO_PAD.encode(&self.ids.secret()[..16])
    }
}
