//! The limits.

use std::time::Duration;

/// Limits for connections.
#[derive(Debug, Clone, Copy)]
pub struct ConnectionLimits {
    /// Maximum number of connections.
    pub in_all: usize,
    /// Maximum number of connections from one address; for IPv6, from one /64 network.
    pub per_address: usize,
    /// Maximum time for the head of a request to arrive, from its first byte; for the first request, from the connection.
    pub head: Duration,
    /// Maximum time between two requests.
    pub idle: Duration,
    /// How long a client may not read its answer; less if it has read slowly for long.
    pub write: Duration,
}

impl Default for ConnectionLimits {
    fn default() -> Self {
        Self {
            in_all: 512,
            per_address: 128,
            head: Duration::from_secs(10),
            idle: Duration::from_secs(75),
            write: Duration::from_secs(30),
        }
    }
}
