//! Which ports of the host somebody listens on.

use std::collections::BTreeSet;

use async_trait::async_trait;

/// Looks at the host that this program runs on. In a container with a network of its own, it sees only that network.
#[cfg_attr(feature = "mocks", mockall::automock)]
#[async_trait]
pub trait HostPorts: Send + Sync {
    /// The TCP ports that somebody listens on, on any address. What cannot be read is left out: the engine refuses a port that
    /// is taken after all.
    async fn listening(&self) -> BTreeSet<u16>;
}
