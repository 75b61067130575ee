//! How long a service takes to start, learned from the starts that succeeded.
//!
//! Only successful starts count: a failed one says how long somebody was willing to wait, not how long the service needs.
//! Newer starts weigh more, so that a faster disk or a larger database shows after a few starts.

use std::collections::VecDeque;
use std::time::Duration;

use serde::{Deserialize, Serialize};

/// How many starts are remembered.
pub const KEPT: usize = 32;
/// The weight of a start relative to the next newer one. At 0.92 the last eight starts have half of all weight, which is
/// enough to follow a change within a day of normal use, and the oldest of 32 still has some.
const DECAY: f64 = 0.92;
/// From this many starts on, what was known before them is no longer used.
const SEED_UNTIL: usize = 3;
/// How long a start is taken to need for drawing a progress bar when nothing at all is known.
const ASSUMED: Duration = Duration::from_secs(15);
/// The progress bar never claims more than this before the service is ready.
const MOST_PROGRESS: f64 = 0.95;
/// How fast the bar fills: at the usual start time it stands at `1 - e^-1.6`, about 80 %.
const PROGRESS_RATE: f64 = 1.6;
/// The limits of a start timeout that nobody configured.
const TIMEOUT_LIMITS: (Duration, Duration) = (Duration::from_mins(1), Duration::from_mins(10));
/// The start timeout before the first start. The first start is the slowest: it creates databases and fills caches.
const TIMEOUT_OF_UNKNOWN: Duration = Duration::from_mins(5);

/// How long the parts of one successful start took.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct StartPhases {
    /// From the request until the start began: waiting for other starts, or for memory.
    pub queued: Duration,
    /// From the call of the engine until all containers ran.
    pub container: Duration,
    /// From there until the readiness probe succeeded.
    pub until_ready: Duration,
}

/// A part of a start.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Phase {
    /// See [`StartPhases::queued`].
    Queued,
    /// See [`StartPhases::container`].
    Container,
    /// See [`StartPhases::until_ready`].
    UntilReady,
}

/// One start in milliseconds: queued, container, until ready. A tuple, since many of them are stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
struct Sample(u32, u32, u32);

impl Sample {
    fn total(self) -> u32 {
        self.0.saturating_add(self.1).saturating_add(self.2)
    }

    fn of(self, phase: Phase) -> u32 {
        match phase {
            Phase::Queued => self.0,
            Phase::Container => self.1,
            Phase::UntilReady => self.2,
        }
    }
}

/// The last successful starts of one service under one definition.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct StartTimes {
    /// The fingerprint of the definition that the samples are about; empty before the first.
    definition: String,
    /// Newest last.
    samples: VecDeque<Sample>,
    /// Milliseconds that a start is expected to take until there are enough samples.
    seed: Option<u32>,
}

impl StartTimes {
    /// Nothing known but a guess, such as the median of other services with the same image.
    pub fn seeded(guess: Duration) -> Self {
        Self { seed: Some(millis(guess)), ..Self::default() }
    }

    /// Continues under the definition with this fingerprint. When it is a new one, the samples are forgotten, and their
    /// median is kept as a guess until there are three new ones. The fingerprint is only compared, never read.
    pub fn follow(&mut self, definition: &str) {
        if self.definition == definition {
            return;
        }
        if !self.samples.is_empty() {
            self.seed = self.quantile(0.5, Sample::total);
            self.samples.clear();
        }
        definition.clone_into(&mut self.definition);
    }

    /// Adds a successful start under a definition. Returns by what fraction of the real time the estimate was wrong,
    /// `None` when there was no estimate or the start took no time.
    pub fn record(&mut self, definition: &str, phases: StartPhases) -> Option<f64> {
        self.follow(definition);
        let sample = Sample(millis(phases.queued), millis(phases.container), millis(phases.until_ready));
        let actual = f64::from(sample.total());
        let expected = self.quantile(0.5, Sample::total).map(f64::from);
        self.samples.push_back(sample);
        if self.samples.len() > KEPT {
            self.samples.pop_front();
        }
        expected.filter(|_| actual > 0.0).map(|expected| (expected - actual).abs() / actual)
    }

    /// How many starts under the current definition are remembered.
    pub fn count(&self) -> usize {
        self.samples.len()
    }

    /// The usual duration of a start; `None` when nothing is known.
    pub fn p50(&self) -> Option<Duration> {
        self.percentile(0.5)
    }

    /// Nine of ten starts are not longer than this; `None` when nothing is known.
    pub fn p90(&self) -> Option<Duration> {
        self.percentile(0.9)
    }

    /// With few samples, this is the longest start; `None` when nothing is known.
    pub fn p99(&self) -> Option<Duration> {
        self.percentile(0.99)
    }

    /// The usual duration of a part of a start; `None` without a start under the current definition.
    pub fn usual(&self, phase: Phase) -> Option<Duration> {
        let weighted = self.weighted(|sample| sample.of(phase)).collect();
        quantile(weighted, 0.5).map(duration)
    }

    /// How long a start that has gone on for `elapsed` will probably still take: the median of the known starts that took
    /// longer, less what has passed. `None` when nothing is known, or when no known start took as long as this one.
    pub fn left(&self, elapsed: Duration) -> Option<Duration> {
        let elapsed = millis(elapsed);
        let mut longer = self.with_seed(Sample::total);
        longer.retain(|(value, _)| *value > elapsed);
        quantile(longer, 0.5).map(|total| duration(total - elapsed))
    }

    /// [`Self::left`] in whole seconds, rounded up: never 0 while the service is not ready.
    pub fn seconds_left(&self, elapsed: Duration) -> Option<u64> {
        self.left(elapsed).map(|left| u64::try_from(left.as_millis().div_ceil(1000)).unwrap_or(u64::MAX))
    }

    /// Whether a start that has gone on for `elapsed` takes longer than nine of ten did.
    pub fn is_longer_than_usual(&self, elapsed: Duration) -> bool {
        self.p90().is_some_and(|p90| elapsed > p90)
    }

    /// How far a progress bar should be, from 0 to 0.95. It never stands still before that and never reaches the end.
    pub fn progress(&self, elapsed: Duration) -> f64 {
        let usual = self.p50().unwrap_or(ASSUMED).max(Duration::from_millis(1));
        let filled = 1.0 - (-elapsed.as_secs_f64() / usual.as_secs_f64() * PROGRESS_RATE).exp();
        filled.min(MOST_PROGRESS)
    }

    /// When a start counts as failed if nobody configured a timeout: four times p99, from one to ten minutes; five
    /// minutes before anything is known.
    pub fn default_timeout(&self) -> Duration {
        let (shortest, longest) = TIMEOUT_LIMITS;
        self.p99().map_or(TIMEOUT_OF_UNKNOWN, |p99| p99.saturating_mul(4).clamp(shortest, longest))
    }

    fn percentile(&self, share: f64) -> Option<Duration> {
        self.quantile(share, Sample::total).map(duration)
    }

    fn quantile(&self, share: f64, value: impl Fn(Sample) -> u32) -> Option<u32> {
        quantile(self.with_seed(value), share)
    }

    /// The samples and, while there are few of them, the guess as the oldest of them.
    fn with_seed(&self, value: impl Fn(Sample) -> u32) -> Vec<(u32, f64)> {
        let seed = self.seed.filter(|_| self.samples.len() < SEED_UNTIL);
        let oldest = (0..self.samples.len()).fold(1.0, |weight, _| weight * DECAY);
        self.weighted(value).chain(seed.map(|seed| (seed, oldest))).collect()
    }

    /// Values with their weights, newest first.
    fn weighted(&self, value: impl Fn(Sample) -> u32) -> impl Iterator<Item = (u32, f64)> {
        let weights = std::iter::successors(Some(1.0), |weight| Some(weight * DECAY));
        self.samples.iter().rev().map(move |sample| value(*sample)).zip(weights)
    }
}

/// The smallest value at which `share` of all weight is reached. Never between two values, so that a few very long starts
/// do not change the median at all.
fn quantile(mut weighted: Vec<(u32, f64)>, share: f64) -> Option<u32> {
    weighted.sort_by_key(|(value, _)| *value);
    let wanted = share * weighted.iter().map(|(_, weight)| weight).sum::<f64>();
    let mut reached = 0.0;
    for (value, weight) in &weighted {
        reached += weight;
        if reached >= wanted {
            return Some(*value);
        }
    }
    // The sums may differ in the last digit.
    weighted.last().map(|(value, _)| *value)
}

/// Limited to 49 days.
fn millis(duration: Duration) -> u32 {
    u32::try_from(duration.as_millis()).unwrap_or(u32::MAX)
}

fn duration(millis: u32) -> Duration {
    Duration::from_millis(millis.into())
}

#[cfg(test)]
mod tests;
