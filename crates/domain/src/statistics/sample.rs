//! What a container used, at one moment.

use serde::{Deserialize, Serialize};

use super::{Counters, CpuShare, LONGEST_PAUSE, Reading};
use crate::time::Timestamp;

/// A container at one moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sample {
    /// When, by the worker's clock.
    pub at: Timestamp,
    /// CPU time since its run began, in nanoseconds.
    pub cpu_ns: u64,
    /// CPU time since the sample before; `None` for the first one of a run, and after a gap.
    pub cpu: Option<CpuShare>,
    /// Used memory in bytes, as `docker stats` computes it.
    pub memory: u64,
    /// The limit for it in bytes; `None` if the engine does not say.
    pub memory_limit: Option<u64>,
    /// What it transferred since its run began.
    pub counters: Counters,
    /// Processes and threads.
    pub pids: u32,
}

impl Sample {
    /// A sample from a reading at `at`, and the one before it of the same run.
    pub fn of(at: Timestamp, reading: &Reading, before: Option<(Timestamp, &Reading)>) -> Self {
        let before = before.filter(|(then, _)| follows(*then, at));
        Self {
            at,
            cpu_ns: reading.cpu_ns,
            cpu: before.and_then(|(_, earlier)| reading.cpu_since(earlier)),
            memory: reading.memory.used(),
            memory_limit: Some(reading.memory.limit).filter(|limit| *limit > 0),
            counters: reading.counters,
            pids: reading.pids,
        }
    }
}

/// Whether something at `at` goes on from something at `before`, without a gap.
pub(super) fn follows(before: Timestamp, at: Timestamp) -> bool {
    before < at && at.since(before) <= LONGEST_PAUSE
}
