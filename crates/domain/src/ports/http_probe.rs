//! Asking a container over HTTP whether it works.

use std::net::SocketAddr;
use std::time::Duration;

use async_trait::async_trait;

/// Makes one request and reads the status of the answer.
#[cfg_attr(feature = "mocks", mockall::automock)]
#[async_trait]
pub trait HttpProbe: Send + Sync {
    /// The status of the answer to `GET path` at `address`, within `deadline`. Redirects are not followed, and what comes
    /// after the status is not read.
    async fn status(&self, address: SocketAddr, path: &str, deadline: Duration) -> Result<u16, ProbeError>;
}

/// There is no answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{reason}")]
pub struct ProbeError {
    /// Why.
    pub reason: String,
}
