//! Asking for a list of keys.

use std::collections::BTreeSet;

use async_trait::async_trait;
use core_monitor_message::Message;

use crate::names::InstanceKey;

/// Asks whoever owns instances which of them are still wanted.
#[cfg_attr(feature = "mocks", mockall::automock)]
#[async_trait]
pub trait KeyListSource: Send + Sync {
    /// The keys that `url` answers with, or why it has none. Redirects are not followed. It must be a `200` with a whole list:
    /// whatever is doubtful is an error, since what is not on a list is removed.
    async fn keys(&self, url: &str) -> Result<BTreeSet<InstanceKey>, Message>;
}
