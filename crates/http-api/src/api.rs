//! What every handler can reach.

use std::sync::Arc;
use std::time::Duration;

use core_monitor_application::server::Server;
use core_monitor_archive::Limits as ArchiveLimits;
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;

use crate::monitoring::Metrics;

/// The state behind the routes, shared by all of them.
pub struct Api {
    /// The use cases.
    pub server: Server,
    /// Caps on requests.
    pub limits: Limits,
    /// Cancelled when the server is to stop: streams and long waits end then.
    pub stopping: CancellationToken,
    pub(crate) metrics: Metrics,
    /// Room for archives: each is held unpacked until it is saved.
    pub(crate) uploads: Arc<Semaphore>,
}

/// Archives that are received and held at a time; others wait for their turn. Together with `archive.unpacked` it bounds
/// the memory that uploads take.
const UPLOADS: usize = 4;

/// Caps on requests.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Bytes of a request body.
    pub body: usize,
    /// Time a request body may take to arrive.
    pub body_timeout: Duration,
    /// What an archive of a project folder may cost.
    pub archive: ArchiveLimits,
    /// Time such an archive may take to arrive.
    pub archive_timeout: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            body: 1 << 20,
            body_timeout: Duration::from_secs(30),
            archive: ArchiveLimits::default(),
            archive_timeout: Duration::from_mins(10),
        }
    }
}

impl Api {
    /// Nothing has been counted yet.
    pub fn new(server: Server, limits: Limits, stopping: CancellationToken) -> Self {
        let uploads = Arc::new(Semaphore::new(UPLOADS));
        Self { server, limits, stopping, metrics: Metrics::default(), uploads }
    }
}
