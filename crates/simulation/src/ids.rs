//! Ids that are the same in every run.

use std::sync::atomic::{AtomicU64, Ordering};

use core_monitor_domain::ports::IdSource;
use uuid::{Builder, Uuid};

/// A counter; the ids depend on the seed and on the number of calls.
#[derive(Debug)]
pub struct SeededIdSource {
    state: AtomicU64,
    made: AtomicU64,
}

impl SeededIdSource {
    /// A different seed gives different ids.
    pub fn new(seed: u64) -> Self {
        Self { state: AtomicU64::new(seed), made: AtomicU64::new(0) }
    }

    /// One step of SplitMix64 (Steele, Lea and Flood 2014): well mixed for any seed, and not secret.
    fn next(&self) -> u64 {
        const GAMMA: u64 = 0x9e37_79b9_7f4a_7c15;
        let mut mixed = self.state.fetch_add(GAMMA, Ordering::Relaxed).wrapping_add(GAMMA);
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }
}

impl IdSource for SeededIdSource {
    fn next_uuid(&self) -> Uuid {
        // The counter replaces the milliseconds, so ids sort in the order of creation.
        let count = self.made.fetch_add(1, Ordering::Relaxed) + 1;
        let mut noise = [0; 10];
        noise[..8].copy_from_slice(&self.next().to_be_bytes());
        Builder::from_unix_timestamp_millis(count, &noise).into_uuid()
    }

    fn secret(&self) -> [u8; 32] {
        let mut bytes = [0; 32];
        for chunk in bytes.chunks_exact_mut(8) {
            chunk.copy_from_slice(&self.next().to_be_bytes());
        }
        bytes
    }

    fn jitter(&self) -> f64 {
        // 32 bits keep the conversion exact.
        f64::from(u32::try_from(self.next() >> 32).unwrap_or(0)) / (f64::from(u32::MAX) + 1.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_gives_the_same_sorted_ids() {
        let (one, same, other) = (SeededIdSource::new(7), SeededIdSource::new(7), SeededIdSource::new(8));
        let first = one.next_uuid();
        assert_eq!(first, same.next_uuid());
        assert_ne!(first, other.next_uuid());
        assert!(first < one.next_uuid());
        assert_eq!(one.secret(), same_after_two(&same));
    }

    fn same_after_two(source: &SeededIdSource) -> [u8; 32] {
        source.next_uuid();
        source.secret()
    }

    #[test]
    fn jitter_is_spread_over_its_range() {
        let source = SeededIdSource::new(1);
        let values: Vec<f64> = (0..1_000).map(|_| source.jitter()).collect();
        assert!(values.iter().all(|v| (0.0..1.0).contains(v)));
        assert!(values.iter().any(|v| *v < 0.1) && values.iter().any(|v| *v > 0.9));
    }
}
