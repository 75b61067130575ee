//! Folders and files of the host that definitions may mount.

use async_trait::async_trait;
use core_monitor_message::Message;

use crate::template::HostMount;

/// Looks at what an instance is going to mount, on the host that this program runs on.
#[cfg_attr(feature = "mocks", mockall::automock)]
#[async_trait]
pub trait HostMounts: Send + Sync {
    /// Why it cannot be mounted: it is not there, is of the other form, or leaves its root through a link.
    async fn refusal(&self, mount: &HostMount) -> Option<Message>;
}
