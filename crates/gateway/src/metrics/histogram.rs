//! How long things take.

use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::Duration;

/// Counts durations by the first of these limits that they do not exceed.
#[derive(Debug)]
pub(super) struct Histogram<const N: usize> {
    limits: &'static [Duration; N],
    /// Not cumulative, so that an observation changes one number.
    counts: [AtomicU64; N],
    beyond: AtomicU64,
    /// Enough for 584 years.
    nanoseconds: AtomicU64,
}

/// What was counted at a moment.
pub(super) struct Counted {
    /// How many did not exceed each limit, in the order of the limits.
    pub(super) up_to: Vec<(Duration, u64)>,
    /// How many there were.
    pub(super) count: u64,
    pub(super) sum: Duration,
}

impl<const N: usize> Histogram<N> {
    /// With limits in ascending order.
    pub(super) fn new(limits: &'static [Duration; N]) -> Self {
        Self {
            limits,
            counts: std::array::from_fn(|_| AtomicU64::new(0)),
            beyond: AtomicU64::new(0),
            nanoseconds: AtomicU64::new(0),
        }
    }

    pub(super) fn observe(&self, took: Duration) {
        let index = self.limits.partition_point(|limit| *limit < took);
        self.counts.get(index).unwrap_or(&self.beyond).fetch_add(1, Relaxed);
        self.nanoseconds.fetch_add(nanoseconds(took), Relaxed);
    }

    pub(super) fn counted(&self) -> Counted {
        let mut count = 0;
        let cumulative = self.limits.iter().zip(&self.counts).map(|(limit, own)| {
            count += own.load(Relaxed);
            (*limit, count)
        });
        let up_to = cumulative.collect();
        // The total is of the same readings, so that the parts never exceed it.
        count += self.beyond.load(Relaxed);
        Counted { up_to, count, sum: Duration::from_nanos(self.nanoseconds.load(Relaxed)) }
    }
}

pub(super) fn nanoseconds(duration: Duration) -> u64 {
    u64::try_from(duration.as_nanos()).unwrap_or(u64::MAX)
}
