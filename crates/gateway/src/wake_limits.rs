//! How often somebody may wake services, and how many connections somebody may have.
//!
//! Both count by client: an IPv4 address, or the first 64 bits of an IPv6 address, since whoever has one of those has them all.
//! Neither is on the path of a request to a service that is awake, so that a lock is cheap enough.

use std::collections::{BTreeSet, HashMap};
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

mod connections;
mod source;

pub use connections::{ConnectionLimits, ConnectionPermit, ConnectionRefused};

use source::Source;

/// How often one client may wake services.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WakeRate {
    /// How many services it may wake at once.
    pub burst: u32,
    /// How long it takes until it may wake one more.
    pub refill: Duration,
}

impl WakeRate {
    /// Enough for somebody who opens a folder of bookmarks, and too little to keep a host busy with starts.
    pub const DEFAULT: Self = Self { burst: 20, refill: Duration::from_secs(3) };
}

/// How many clients are told apart. Those that have not woken anything for a while are forgotten for new ones.
pub const MOST_CLIENTS: usize = 4096;

/// Decides whether a client may wake a service now.
#[derive(Debug)]
pub struct WakeLimits {
    rate: WakeRate,
    most_clients: usize,
    buckets: Mutex<Buckets>,
}

/// The buckets of tokens, each as the time at which it is full again: a bucket is full at that time and later, and a token less
/// is one `refill` more. One number needs no clock to fill it.
#[derive(Debug, Default)]
struct Buckets {
    full_at: HashMap<Source, Duration>,
    /// The same, the one that is full first in front.
    in_order: BTreeSet<(Duration, Source)>,
    /// Of everybody who has no bucket because all of them are in use.
    shared: Duration,
}

impl WakeLimits {
    /// With [`MOST_CLIENTS`].
    pub fn new(rate: WakeRate) -> Self {
        Self::with_most_clients(rate, MOST_CLIENTS)
    }

    /// With another number of clients that are told apart.
    pub fn with_most_clients(rate: WakeRate, most_clients: usize) -> Self {
        Self { rate, most_clients, buckets: Mutex::default() }
    }

    /// Whether this client may wake a service at this time, on any clock that does not go back; if so, that counts.
    ///
    /// A new client takes the place of one whose bucket is full, which makes no difference to the latter. When no bucket is
    /// full, all new clients share one.
    pub fn may_wake(&self, client: IpAddr, now: Duration) -> bool {
        let source = Source::of(client);
        // A panic while it was held cannot have left more than a bucket that is too full.
        let mut buckets = self.buckets.lock().unwrap_or_else(PoisonError::into_inner);
        let known = buckets.full_at.get(&source).copied();
        if known.is_none() && !buckets.make_room(self.most_clients, now) {
            let Some(full_at) = self.take(buckets.shared, now) else { return false };
            buckets.shared = full_at;
            return true;
        }
        let Some(full_at) = self.take(known.unwrap_or_default(), now) else { return false };
        if let Some(known) = known {
            buckets.in_order.remove(&(known, source));
        }
        buckets.in_order.insert((full_at, source));
        buckets.full_at.insert(source, full_at);
        true
    }

    /// How many clients are told apart at the moment.
    pub fn clients(&self) -> usize {
        self.buckets.lock().unwrap_or_else(PoisonError::into_inner).full_at.len()
    }

    /// When a bucket is full again after a token was taken; `None` if it has none.
    fn take(&self, full_at: Duration, now: Duration) -> Option<Duration> {
        let full_at = full_at.max(now).saturating_add(self.rate.refill);
        let has_one = full_at.saturating_sub(now) <= self.rate.refill.saturating_mul(self.rate.burst);
        if has_one { Some(full_at) } else { None }
    }
}

impl Buckets {
    /// Whether there is room for one more, perhaps in the place of the one that has been full for the longest time.
    fn make_room(&mut self, most: usize, now: Duration) -> bool {
        if self.full_at.len() < most {
            return true;
        }
        match self.in_order.first().copied() {
            Some((full_at, source)) if full_at <= now => {
                self.in_order.remove(&(full_at, source));
                self.full_at.remove(&source);
                true
            }
            _ => false,
        }
    }
}

#[cfg(test)]
mod tests;
