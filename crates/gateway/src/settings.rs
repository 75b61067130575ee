//! How much the gateway takes on, and for how long it waits.

use std::time::Duration;

use crate::wake_limits::WakeRate;

/// Limits and habits of the gateway that hold for every service.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GatewaySettings {
    /// How many threads carry requests; one for each core if 0.
    pub threads: usize,
    /// How long a client may take to send the head of a request, or to send none on an open connection.
    pub head_timeout: Duration,
    /// How many bytes the head of a request may have. At least 8 KiB.
    pub max_head: usize,
    /// How long a handshake of TLS, or the first line of the PROXY protocol, may take.
    pub handshake_timeout: Duration,
    /// How many connections may be open.
    pub max_connections: usize,
    /// How many connections may be open from one address.
    pub max_connections_per_address: usize,
    /// How often one client may wake services.
    pub wake_rate: WakeRate,
    /// How many idle connections each thread keeps to one life of a service.
    pub idle_upstreams: usize,
    /// How long a connection to a service may take.
    pub connect_timeout: Duration,
    /// Whether a WebSocket on which only pings and pongs are sent counts as silent.
    pub ignore_control_frames: bool,
    /// Whether each answered request is logged.
    pub access_log: bool,
    /// Whether trusted proxies choose services with `X-Service-Name` and `X-Target-Port`, whatever the host.
    pub service_headers: bool,
    /// The port of HTTPS to which requests in the clear are redirected; `None`: they are carried.
    pub redirect_to: Option<u16>,
    /// The address of Core Monitor in a browser, beginning with `https://` or `http://`. The page for a visitor who may not wake a service
    /// leads there.
    pub core_monitor_url: Option<String>,
}

impl Default for GatewaySettings {
    fn default() -> Self {
        Self {
            threads: 0,
            head_timeout: Duration::from_secs(30),
            max_head: 64 * 1024,
            handshake_timeout: Duration::from_secs(10),
            max_connections: 16 * 1024,
            max_connections_per_address: 1024,
            wake_rate: WakeRate::DEFAULT,
            idle_upstreams: 64,
            connect_timeout: Duration::from_secs(3),
            ignore_control_frames: true,
            access_log: true,
            service_headers: false,
            redirect_to: None,
            core_monitor_url: None,
        }
    }
}

impl GatewaySettings {
    /// How many threads that makes.
    pub(crate) fn thread_count(&self) -> usize {
        if self.threads > 0 {
            return self.threads;
        }
        std::thread::available_parallelism().map_or(1, std::num::NonZero::get)
    }
}
