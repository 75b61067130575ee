//! What happens to an engine past the port: by other tools, by hand, by the host.

use std::collections::BTreeMap;

use async_trait::async_trait;
use core_monitor_domain::ids::{ContainerId, NetworkId};

/// Somebody else's hands on the engine.
#[async_trait]
pub(crate) trait Outside: Send + Sync {
    /// Freezes.
    async fn pause(&self, id: &ContainerId);
    /// Ends with SIGKILL.
    async fn kill(&self, id: &ContainerId);
    /// Removes, running or not.
    async fn remove(&self, id: &ContainerId);
    /// Makes a network without asking whether the name is free.
    async fn create_network(&self, name: &str) -> NetworkId;
    /// Another one of the same name; `None` where the engine refuses that, from API 1.44 on.
    async fn duplicate_network(&self, name: &str) -> Option<NetworkId>;
    /// Runs a container of somebody else, on the default network.
    async fn run(&self, name: &str, labels: BTreeMap<String, String>) -> ContainerId;
    /// A volume whose device does not exist.
    async fn create_unmountable_volume(&self, name: &str);
    /// Cuts the engine off from registries, where that is possible.
    async fn cut_registry(&self);
}
