//! The space for data.

use crate::doctor::SpaceFacts;

/// The disk with the data folder.
#[cfg_attr(feature = "mocks", mockall::automock)]
pub trait DiskSpace: Send + Sync {
    /// Its space now; `None` if the system does not say.
    fn space(&self) -> Option<SpaceFacts>;
}
