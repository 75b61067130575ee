//! Who may wake a service that not everybody may wake.

use async_trait::async_trait;

/// Knows the tokens of Core Monitor.
#[async_trait]
pub trait Credentials: Send + Sync {
    /// Whether a request with this token may wake services.
    async fn may_wake(&self, token: &str) -> bool;
}

/// Nobody may wake a service that not everybody may wake.
#[derive(Debug, Clone, Copy)]
pub struct NoCredentials;

#[async_trait]
impl Credentials for NoCredentials {
    async fn may_wake(&self, _: &str) -> bool {
        false
    }
}
