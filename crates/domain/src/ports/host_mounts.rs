//! Folders and files of the host that definitions may mount.

use async_trait::async_trait;
use core_monitor_message::Message;

use crate::template::HostMount;

/// Looks at what is going to be mounted, on the host that this program runs on.
#[cfg_attr(feature = "mocks", mockall::automock)]
#[async_trait]
pub trait HostMounts: Send + Sync {
    /// Why an instance cannot mount it: it is not there, is of the other form, or leaves its root through a link.
    async fn refusal(&self, mount: &HostMount) -> Option<Message>;

    /// The absolute path that this path leads to, without links, also if nothing is there. What this program cannot see keeps
    /// its name: it may be a link all the same.
    async fn resolved(&self, path: &str) -> String;
}
