//! Memory for a service that wakes: whether there is enough, and which idle services sleep for it.
//!
//! The value of keeping a service up is what its next start would cost, how often that would happen, and how little memory
//! it takes: Greedy-Dual. The clock of the host makes services age: it stands at the value of the last one that was put to
//! sleep, and a service keeps what the clock showed at its last use.

use std::time::Duration;

use crate::time::Timestamp;

mod peaks;

pub use peaks::MemoryPeaks;

/// The least memory that a service is taken to use, in GiB, so that an empty one has a finite value.
const LEAST_MEMORY: f64 = 0.001;

/// How old values have become on one host, in seconds of starts per day and GiB.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct AgeClock(f64);

impl AgeClock {
    /// Moves on after a service of this value was put to sleep for memory. It never goes back.
    pub fn evicted(&mut self, value: f64) {
        self.0 = self.0.max(value);
    }
}

/// What it is worth to keep a service up, and what that takes.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Worth {
    /// How often it is used on a day.
    pub uses_per_day: f64,
    /// How long it needs to start.
    pub start: Duration,
    /// What it uses now, in bytes.
    pub memory: u64,
}

/// A service that is up.
#[derive(Debug, Clone, PartialEq)]
pub struct Resident<Id> {
    /// What the caller calls it.
    pub id: Id,
    /// What it is worth.
    pub worth: Worth,
    /// What [`AgeClock`] showed at its last use.
    pub used_at: AgeClock,
    /// Requests and tunnels in flight.
    pub in_flight: u32,
    /// Whether it never sleeps.
    pub always_on: bool,
    /// Until when it stays up because it has just been started.
    pub stays_until: Timestamp,
}

impl<Id> Resident<Id> {
    /// The Greedy-Dual value of keeping it up. Higher is more valuable.
    pub fn value(&self) -> f64 {
        let cost_per_day = self.worth.uses_per_day * self.worth.start.as_secs_f64();
        self.used_at.0 + cost_per_day / gibibytes(self.worth.memory).max(LEAST_MEMORY)
    }

    /// Whether it may be put to sleep for another at `now`.
    fn may_sleep(&self, now: Timestamp) -> bool {
        self.in_flight == 0 && !self.always_on && self.stays_until <= now && self.worth.memory > 0
    }
}

/// The memory of a host, in bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HostMemory {
    /// What programs could still get.
    pub free: u64,
    /// What is kept free whatever wakes.
    pub reserve: u64,
    /// What services that start right now will still take.
    pub promised: u64,
}

impl HostMemory {
    /// What a service that wakes may take.
    pub fn available(&self) -> u64 {
        self.free.saturating_sub(self.reserve).saturating_sub(self.promised)
    }
}

/// Whether a service may start.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Admission<Id> {
    /// At once.
    Admitted,
    /// When these have been put to sleep, the least valuable first.
    AfterSleeping(Vec<Id>),
    /// Not now: even all idle services together would not free enough. None is put to sleep.
    Held {
        /// Bytes that it needs.
        needed: u64,
        /// Bytes that it may take.
        free: u64,
    },
}

/// Whether a service that needs `needed` bytes, by [`MemoryPeaks::p90`], may start at `now`, and which services sleep for
/// it. One of which nothing is known needs 0: it gets a chance while there is more than the reserve.
pub fn admit<Id: Clone>(
    needed: u64,
    host: &HostMemory,
    residents: &[Resident<Id>],
    now: Timestamp,
) -> Admission<Id> {
    let free = host.available();
    if free >= needed && (needed > 0 || free > 0) {
        return Admission::Admitted;
    }
    // A service of unknown size needs at least something.
    let missing = needed.max(1) - free;
    match put_to_sleep(missing, residents, now) {
        Some(asleep) => {
            Admission::AfterSleeping(asleep.into_iter().map(|resident| resident.id.clone()).collect())
        }
        None => Admission::Held { needed, free },
    }
}

/// The services to put to sleep so that `needed` bytes become free, the least valuable first; `None` when all that may
/// sleep do not suffice. None of them could be left out: of the least valuable, those that turn out not to be necessary
/// stay up, the most valuable first.
pub fn put_to_sleep<Id>(
    needed: u64,
    residents: &[Resident<Id>],
    now: Timestamp,
) -> Option<Vec<&Resident<Id>>> {
    let mut idle: Vec<_> = residents.iter().filter(|resident| resident.may_sleep(now)).collect();
    idle.sort_by(|left, right| left.value().total_cmp(&right.value()));
    let mut freed: u64 = 0;
    let mut chosen = Vec::new();
    for resident in idle {
        if freed >= needed {
            break;
        }
        freed = freed.saturating_add(resident.worth.memory);
        chosen.push(resident);
    }
    if freed < needed {
        return None;
    }
    let mut necessary = Vec::new();
    for resident in chosen.into_iter().rev() {
        let without = freed.saturating_sub(resident.worth.memory);
        if without >= needed {
            freed = without;
        } else {
            necessary.push(resident);
        }
    }
    necessary.reverse();
    Some(necessary)
}

/// Bytes in GiB, as the kernel and the engine count them.
#[expect(clippy::cast_precision_loss, reason = "nothing here depends on single bytes of more than 8 PiB")]
pub(crate) fn gibibytes(bytes: u64) -> f64 {
    bytes as f64 / f64::from(1_u32 << 30)
}

#[cfg(test)]
mod tests;
