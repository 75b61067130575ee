//! How much memory a service will need, from what it needed before.

use std::collections::VecDeque;

use serde::{Deserialize, Serialize};

/// How many runs are remembered.
const KEPT: usize = 32;

/// The most memory that each of the last runs of a service used, in bytes.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct MemoryPeaks {
    /// Newest last.
    peaks: VecDeque<u64>,
}

impl MemoryPeaks {
    /// Adds the peak of a run that ended, or of one that goes on, when the service is put to sleep.
    pub fn record(&mut self, peak: u64) {
        self.peaks.push_back(peak);
        if self.peaks.len() > KEPT {
            self.peaks.pop_front();
        }
    }

    /// What nine of ten runs did not exceed; `None` before the first. One run that leaked memory does not count.
    pub fn p90(&self) -> Option<u64> {
        let mut sorted: Vec<u64> = self.peaks.iter().copied().collect();
        sorted.sort_unstable();
        let rank = (sorted.len() * 9).div_ceil(10);
        sorted.get(rank.checked_sub(1)?).copied()
    }
}
