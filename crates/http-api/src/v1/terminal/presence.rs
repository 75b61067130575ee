//! Whether the client is still there.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

/// When something was last heard of the client. Times are those of the monotonic clock.
#[derive(Debug)]
pub(super) struct Presence(Mutex<Heard>);

#[derive(Debug, Clone, Copy)]
struct Heard {
    at: Duration,
    /// What it sent waits for the command to read it, so nothing more is read of it.
    waits: bool,
}

impl Presence {
    pub(super) fn new(now: Duration) -> Self {
        Self(Mutex::new(Heard { at: now, waits: false }))
    }

    /// Something was heard. `waits`: nothing more is read until the next call.
    pub(super) fn heard(&self, now: Duration, waits: bool) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Heard { at: now, waits };
    }

    /// How long nothing was heard, although it was listened to.
    pub(super) fn silence(&self, now: Duration) -> Duration {
        let heard = *self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if heard.waits { Duration::ZERO } else { now.saturating_sub(heard.at) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_client_that_is_made_to_wait_is_there() {
        let second = Duration::from_secs(1);
        let presence = Presence::new(second);
        assert_eq!(presence.silence(second * 3), second * 2);
        presence.heard(second * 3, true);
        assert_eq!(presence.silence(second * 9), Duration::ZERO);
        presence.heard(second * 9, false);
        assert_eq!(presence.silence(second * 10), second);
    }
}
