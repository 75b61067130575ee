//! Many samples in one.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::sample::follows;
use super::{Counters, CpuShare, Sample};
use crate::time::Timestamp;

/// What a container used during some time. It consists of sums and maxima, so that points can be put together in any order and
/// nothing is lost by rounding.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Point {
    /// When it begins: a multiple of its length since the epoch, or the time of its only sample.
    pub start: Timestamp,
    /// Samples in it, at least 1.
    pub samples: u32,
    /// Milliseconds between samples without a gap: what CPU time and transfers are measured over.
    pub covered_ms: u64,
    /// CPU time: shares multiplied with the milliseconds they were measured over.
    pub cpu_work: u64,
    /// The largest CPU share of a sample.
    pub cpu_max: CpuShare,
    /// Memory: the sum over the samples.
    pub memory_sum: u64,
    /// The most memory of a sample.
    pub memory_max: u64,
    /// What was transferred.
    pub transferred: Counters,
    /// The most processes and threads of a sample.
    pub pids_max: u32,
}

impl Point {
    /// The point of one sample, with what happened since the one before it of the same run.
    pub fn of(sample: &Sample, before: Option<&Sample>) -> Self {
        let before = before.filter(|before| follows(before.at, sample.at));
        let covered = before.map_or(Duration::ZERO, |before| sample.at.since(before.at));
        let share = sample.cpu.filter(|_| before.is_some());
        // Without a share, the container was started again: what it transferred has another beginning.
        let covered_ms = share.map_or(0, |_| u64::try_from(covered.as_millis()).unwrap_or(u64::MAX));
        let transferred = match (before, share) {
            (Some(before), Some(_)) => sample.counters.since(&before.counters),
            _ => Counters::default(),
        };
        Self {
            start: sample.at,
            samples: 1,
            covered_ms,
            cpu_work: share.map_or(0, |share| u64::from(share.0).saturating_mul(covered_ms)),
            cpu_max: share.unwrap_or_default(),
            memory_sum: sample.memory,
            memory_max: sample.memory,
            transferred,
            pids_max: sample.pids,
        }
    }

    /// Adds what `other` says about the same time.
    pub fn add(&mut self, other: &Self) {
        self.start = self.start.min(other.start);
        self.samples = self.samples.saturating_add(other.samples);
        self.covered_ms = self.covered_ms.saturating_add(other.covered_ms);
        self.cpu_work = self.cpu_work.saturating_add(other.cpu_work);
        self.cpu_max = self.cpu_max.max(other.cpu_max);
        self.memory_sum = self.memory_sum.saturating_add(other.memory_sum);
        self.memory_max = self.memory_max.max(other.memory_max);
        self.transferred = self.transferred.plus(&other.transferred);
        self.pids_max = self.pids_max.max(other.pids_max);
    }

    /// The mean CPU share; `None` if there was never one.
    pub fn cpu_mean(&self) -> Option<CpuShare> {
        let mean = self.cpu_work.checked_div(self.covered_ms)?;
        Some(CpuShare(u32::try_from(mean).unwrap_or(u32::MAX)))
    }

    /// The largest CPU share; `None` if there was never one.
    pub fn cpu_peak(&self) -> Option<CpuShare> {
        (self.covered_ms > 0).then_some(self.cpu_max)
    }

    /// The mean of the memory, in bytes.
    pub fn memory_mean(&self) -> u64 {
        self.memory_sum / u64::from(self.samples.max(1))
    }

    /// What was transferred in each second, in bytes; `None` if that was never measured.
    pub fn per_second(&self) -> Option<Counters> {
        if self.covered_ms == 0 {
            return None;
        }
        let rate = |bytes: u64| {
            let rate = u128::from(bytes) * 1000 / u128::from(self.covered_ms);
            u64::try_from(rate).unwrap_or(u64::MAX)
        };
        Some(Counters::from_array(self.transferred.to_array().map(rate)))
    }
}

/// The begin of the time of this length that `at` lies in.
pub(super) fn begin_of(at: Timestamp, length: Duration) -> Timestamp {
    let length = i64::try_from(length.as_millis()).unwrap_or(i64::MAX).max(1);
    let millis = at.as_millis();
    Timestamp::from_millis(millis - millis.rem_euclid(length)).unwrap_or(at)
}
