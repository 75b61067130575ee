//! The state shared by all handlers.

use std::sync::Arc;
use std::time::Duration;

use core_monitor_application::server::{Patience, Server};
use core_monitor_archive::Limits as ArchiveLimits;
use core_monitor_domain::ids::InstanceId;
use core_monitor_domain::ports::{Clock, IdSource};
use core_monitor_transport::TrustedProxies;
use core_monitor_web_assets::Assets;
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;

use crate::connection::ConnectionLimits;
use crate::monitoring::Metrics;
use crate::request::BodyMemory;
use crate::session_cookie::SessionCookies;
use crate::streaming::{OpenStreams, StreamLimits};

/// The state shared by all handlers.
pub struct Api {
    /// The use cases.
    pub server: Server,
    pub(crate) cookies: SessionCookies,
    /// Those of sign-ins that are under way at the provider of identities.
    pub(crate) provider_cookies: SessionCookies,
    /// Clock for body timeouts, streams and log lines.
    pub clock: Arc<dyn Clock>,
    /// Generates request ids.
    pub ids: Arc<dyn IdSource>,
    /// Request limits.
    pub limits: Limits,
    /// Cancelled on shutdown; ends streams and long waits.
    pub stopping: CancellationToken,
    pub(crate) metrics: Metrics,
    /// Memory for bodies, for archives until they are saved, and for answers until they are sent.
    pub(crate) memory: BodyMemory,
    /// Permits for unpacking an archive, which takes up to `archive.unpacked` before its size is known.
    pub(crate) unpacking: Arc<Semaphore>,
    /// Permits for receiving an artifact.
    pub(crate) uploads: Arc<Semaphore>,
    pub(crate) streams: OpenStreams,
    /// Whose word about clients is believed.
    pub(crate) trusted_proxies: TrustedProxies,
    /// The web UI.
    pub(crate) ui: Assets,
}

/// Maximum number of archives unpacked at a time; further ones wait.
const UNPACKING: usize = 2;

/// Maximum number of artifacts received at a time; further ones are refused.
pub(crate) const UPLOADS: usize = 16;

/// Request limits.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Maximum size of a request body in bytes.
    pub body: usize,
    /// Maximum memory for bodies, unpacked archives and answers of all requests, in bytes.
    pub body_memory: usize,
    /// Size of an answer that takes none of that memory, in bytes.
    pub small_answer: usize,
    /// Maximum time for a request body to arrive, and for an archive to pause.
    pub body_timeout: Duration,
    /// Limits for the archive of a project folder.
    pub archive: ArchiveLimits,
    /// Maximum time for an archive to arrive.
    pub archive_timeout: Duration,
    /// Maximum size of an artifact in bytes.
    pub artifact: u64,
    /// Maximum time for an artifact to arrive.
    pub artifact_timeout: Duration,
    /// Limits for connections.
    pub connections: ConnectionLimits,
    /// Limits for event streams.
    pub streams: StreamLimits,
    /// Most bytes of one transfer of files in containers.
    pub files: u64,
}

#[cfg(test)]
impl Default for Limits {
    /// Those of the tests; the programs take theirs from the settings.
    fn default() -> Self {
        Self {
            body: 1 << 20,
            body_memory: 512 << 20,
            small_answer: crate::SMALL_ANSWER,
            body_timeout: Duration::from_secs(30),
            archive: ArchiveLimits::default(),
            archive_timeout: Duration::from_mins(10),
            artifact: 1 << 30,
            artifact_timeout: Duration::from_hours(1),
            connections: ConnectionLimits::default(),
            streams: StreamLimits::default(),
            files: 1 << 20,
        }
    }
}

impl Api {
    /// With empty request counters.
    pub fn new(
        server: Server,
        instance: InstanceId,
        clock: Arc<dyn Clock>,
        ids: Arc<dyn IdSource>,
        limits: Limits,
        stopping: CancellationToken,
    ) -> Self {
        Self {
            server,
            cookies: SessionCookies::of(instance),
            provider_cookies: SessionCookies::at_provider(instance),
            clock,
            ids,
            limits,
            stopping,
            metrics: Metrics::default(),
            memory: BodyMemory::new(limits.body_memory),
            unpacking: Arc::new(Semaphore::new(UNPACKING)),
            uploads: Arc::new(Semaphore::new(UPLOADS)),
            streams: OpenStreams::default(),
            trusted_proxies: TrustedProxies::none(),
            ui: Assets::default(),
        }
    }

    /// The same with a web UI; without one, its addresses say that it is not built.
    #[must_use]
    pub fn with_ui(self, ui: Assets) -> Self {
        Self { ui, ..self }
    }

    /// The same with proxies whose word about clients is believed; without them, nobody's is.
    #[must_use]
    pub fn trusting(self, trusted_proxies: TrustedProxies) -> Self {
        Self { trusted_proxies, ..self }
    }

    /// Waits for a command for at most this long, or until the server shuts down.
    pub(crate) fn patience(&self, at_most: Duration) -> Patience {
        Patience { at_most, stopping: self.stopping.clone() }
    }
}
