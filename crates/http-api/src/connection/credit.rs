//! How long a peer may keep us waiting.

use std::time::Duration;

/// Bytes per second that earn as much time as they take. A peer that is slower than this for long is given up.
const SLOWEST: u64 = 16 << 10;

/// Time that a peer may spend idle. Waiting uses it up; every byte that moves earns some of it back.
///
/// A limit between two bytes would let a peer move one byte now and then for ever, and a limit for the whole would end a
/// large transfer that moves well.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Credit {
    most: Duration,
    left: Duration,
}

impl Credit {
    pub(crate) fn new(most: Duration) -> Self {
        Self { most, left: most }
    }

    /// How long the peer may be idle from now on.
    pub(crate) fn left(&self) -> Duration {
        self.left
    }

    /// The peer was idle for `waited`, then moved `bytes`.
    pub(crate) fn moved(&mut self, waited: Duration, bytes: usize) {
        let earned = Duration::from_micros((bytes as u64).saturating_mul(1_000_000) / SLOWEST);
        self.left = (self.left.saturating_sub(waited) + earned).min(self.most);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    #[test]
    fn a_slow_peer_loses_its_credit_and_a_steady_one_keeps_it() {
        let mut slow = Credit::new(SECOND * 30);
        let mut steady = slow;
        for _ in 0..29 {
            slow.moved(SECOND, 1);
            steady.moved(SECOND, 16 << 10);
        }
        assert!(slow.left() < SECOND * 2, "{slow:?}");
        assert_eq!(steady.left(), SECOND * 30);
        slow.moved(SECOND, 1 << 20);
        assert_eq!(slow.left(), SECOND * 30, "what is earned has a limit, and so has what is lost");
    }
}
