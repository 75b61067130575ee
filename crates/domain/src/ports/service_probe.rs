//! Asking a service that has been started whether it can be used.

use std::net::SocketAddr;
use std::time::Duration;

use async_trait::async_trait;

use super::ProbeError;
use crate::on_demand::settings::ReadinessGate;

/// Asks once.
#[cfg_attr(feature = "mocks", mockall::automock)]
#[async_trait]
pub trait ServiceProbe: Send + Sync {
    /// Whether the service at `address` answers as `gate` says, within `deadline`. An HTTP request is for `host`, since many applications
    /// refuse any other.
    async fn answers(
        &self,
        address: SocketAddr,
        gate: &ReadinessGate,
        host: &str,
        deadline: Duration,
    ) -> Result<(), ProbeError>;
}
