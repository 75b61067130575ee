//! Where effects and waits leave progress entries, which the pass writes to the journal.

use std::sync::{Mutex, PoisonError};

use core_monitor_domain::journal::Entry;
use tokio::sync::Notify;

/// Entries that are not yet written.
///
/// Effects and waits must not write to the journal themselves: they are only polled while the pass does nothing else.
/// If one of them held the only write connection while the journal waits for it, that would be a deadlock.
#[derive(Default)]
pub(crate) struct Mailbox {
    entries: Mutex<Vec<Entry>>,
    arrived: Notify,
}

impl Mailbox {
    /// Leaves an entry.
    pub(crate) fn leave(&self, entry: Entry) {
        self.entries.lock().unwrap_or_else(PoisonError::into_inner).push(entry);
        self.arrived.notify_one();
    }

    /// The entries left since the last call; there may be none.
    pub(crate) fn take(&self) -> Vec<Entry> {
        std::mem::take(&mut *self.entries.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Returns once an entry was left.
    pub(crate) async fn arrived(&self) {
        self.arrived.notified().await;
    }
}
