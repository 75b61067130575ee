//! The samples of the last hour, in a ring of fixed size.

use std::collections::VecDeque;

use super::{Counters, CpuShare, POINT_EVERY, Point, RECENT, SAMPLE_EVERY, Sample};
use crate::time::Timestamp;

/// Room is made for this many samples at once: for the whole hour at once, short-lived containers would take as much as others.
const CHUNK: usize = 60;
/// Samples of a whole hour.
pub(super) const WHOLE: usize = 720;

/// Samples of one place in a stack, oldest first.
#[derive(Debug, Clone, Default)]
pub struct Recent {
    kept: VecDeque<Packed>,
}

/// A sample without what can be left out.
#[derive(Debug, Clone, Copy)]
struct Packed {
    at_ms: i64,
    memory: u64,
    counters: [u64; 4],
    /// `NONE`: there is none.
    cpu: u32,
    pids: u32,
}

const NONE: u32 = u32::MAX;

impl Packed {
    fn of(sample: &Sample) -> Self {
        Self {
            at_ms: sample.at.as_millis(),
            memory: sample.memory,
            counters: sample.counters.to_array(),
            cpu: sample.cpu.map_or(NONE, |share| share.0.min(NONE - 1)),
            pids: sample.pids,
        }
    }

    fn sample(&self) -> Option<Sample> {
        Some(Sample {
            at: Timestamp::from_millis(self.at_ms)?,
            cpu_ns: 0,
            cpu: (self.cpu != NONE).then_some(CpuShare(self.cpu)),
            memory: self.memory,
            memory_limit: None,
            counters: Counters::from_array(self.counters),
            pids: self.pids,
        })
    }
}

impl Recent {
    /// Bytes of a full ring.
    pub const FULL: usize = WHOLE * size_of::<Packed>();

    /// How many samples fit into this many bytes, at most those of an hour.
    pub(super) fn most_in(bytes: usize) -> usize {
        (bytes / size_of::<Packed>()).min(WHOLE)
    }

    /// Adds a sample; of more than `most`, and older than an hour, the oldest go. If the clock went back, what now lies in the
    /// future goes.
    pub(super) fn push(&mut self, sample: &Sample, most: usize) {
        let at_ms = sample.at.as_millis();
        while self.kept.back().is_some_and(|last| last.at_ms >= at_ms) {
            self.kept.pop_back();
        }
        let oldest = at_ms - i64::try_from(RECENT.as_millis()).unwrap_or(i64::MAX);
        while self.kept.front().is_some_and(|first| first.at_ms <= oldest) {
            self.kept.pop_front();
        }
        if most == 0 {
            return;
        }
        while self.kept.len() >= most {
            self.kept.pop_front();
        }
        if self.kept.len() == self.kept.capacity() {
            self.kept.reserve_exact(CHUNK.min(most - self.kept.len()));
        }
        self.kept.push_back(Packed::of(sample));
    }

    /// Removes the oldest of more than `most` samples, and gives their memory back.
    pub(super) fn shorten(&mut self, most: usize) {
        let excess = self.kept.len().saturating_sub(most);
        self.kept.drain(..excess);
        if self.kept.capacity() > most {
            self.kept.shrink_to(most);
        }
    }

    /// The memory it takes, in bytes.
    pub fn bytes(&self) -> usize {
        self.kept.capacity() * size_of::<Packed>()
    }

    /// The samples. CPU time since the begin of the run and the limit of the memory are not kept.
    pub fn samples(&self) -> impl Iterator<Item = Sample> {
        self.kept.iter().filter_map(Packed::sample)
    }

    /// A point for each sample in `from..to`.
    pub(super) fn points(&self, from: Timestamp, to: Timestamp) -> Vec<Point> {
        let mut before = None;
        let mut points = Vec::new();
        for sample in self.samples() {
            if sample.at >= from && sample.at < to {
                points.push(Point::of(&sample, before.as_ref()));
            }
            before = Some(sample);
        }
        points
    }
}

const _: () = assert!(size_of::<Packed>() == 56 && WHOLE as u64 * SAMPLE_EVERY.as_secs() == RECENT.as_secs());
const _: () = assert!(RECENT.as_secs().is_multiple_of(POINT_EVERY.as_secs()));
