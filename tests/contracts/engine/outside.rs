//! Changes to an engine outside the port: by other tools, by people, by the host.

use std::collections::BTreeMap;

use async_trait::async_trait;
use core_monitor_domain::ids::{ContainerId, NetworkId};

/// Foreign changes to the engine.
#[async_trait]
pub(crate) trait Outside: Send + Sync {
    /// Pauses a container.
    async fn pause(&self, id: &ContainerId);
    /// Kills a container with SIGKILL.
    async fn kill(&self, id: &ContainerId);
    /// Removes a container, running or not.
    async fn remove(&self, id: &ContainerId);
    /// Writes a line to the container's output.
    async fn write(&self, id: &ContainerId, stderr: bool, line: &str);
    /// Creates a network without checking whether the name is free.
    async fn create_network(&self, name: &str) -> NetworkId;
    /// Creates another one of the same name; `None` if the engine rejects that, from API 1.44 on.
    async fn duplicate_network(&self, name: &str) -> Option<NetworkId>;
    /// Runs a foreign container on the default network.
    async fn run(&self, name: &str, labels: BTreeMap<String, String>) -> ContainerId;
    /// Creates a volume whose device does not exist.
    async fn create_unmountable_volume(&self, name: &str);
    /// Lets an engine without a clock of its own measure its containers.
    async fn measure(&self);
    /// Disconnects the engine from registries, where possible.
    async fn cut_registry(&self);
}
