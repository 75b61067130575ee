//! What sleeping saves, which timeouts fit, and a table of all services with what they use.
//!
//! Memory is in bytes and shown in powers of 1024, as the engine counts it; what was saved is in GiB·h.

use std::time::Duration;

use crate::on_demand::back_test::Comparison;
use crate::on_demand::eviction::gibibytes;
use crate::on_demand::policy::Policy;

mod table;

pub use table::{ServiceRow, ShownState, status_table};

const DAY: Duration = Duration::from_hours(24);

/// The rule of thumb for a timeout: three starts, and the mean time between two uses. A timeout that long hardly ever ends
/// between two uses of a busy hour.
pub fn rule_of_thumb(start: Duration, mean_interval: Duration) -> Duration {
    start.saturating_mul(3).saturating_add(mean_interval)
}

/// The mean time between two of so many uses a day; `None` when there are none.
pub fn mean_interval(uses_per_day: f64) -> Option<Duration> {
    Duration::try_from_secs_f64(DAY.as_secs_f64() / uses_per_day).ok().filter(|_| uses_per_day > 0.0)
}

/// What could be recommended for a service.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Recommendation {
    /// By the rule of thumb; `None` when the start time or the frequency of use is not known.
    pub rule_of_thumb: Option<Duration>,
    /// The policy that would have cost the least in the last two weeks; `None` when there was no back-test.
    pub policy: Option<Policy>,
    /// The fixed timeout among the tried ones that would have cost the least, for those who want a number.
    pub timeout: Option<Duration>,
}

/// What could be recommended for a service, by its usual start time, its uses a day and its back-test, each if known.
pub fn recommend(
    start_p50: Option<Duration>,
    uses_per_day: f64,
    back_test: Option<&Comparison>,
) -> Recommendation {
    let interval = mean_interval(uses_per_day);
    Recommendation {
        rule_of_thumb: start_p50.zip(interval).map(|(start, interval)| rule_of_thumb(start, interval)),
        policy: back_test.and_then(Comparison::cheapest).map(|line| line.policy),
        timeout: back_test.and_then(cheapest_timeout),
    }
}

fn cheapest_timeout(comparison: &Comparison) -> Option<Duration> {
    let worth = comparison.cold_start_worth;
    let fixed = comparison.lines.iter().filter_map(|line| match line.policy {
        Policy::Fixed(timeout) => Some((timeout, line.tally().cost(worth))),
        Policy::Hybrid | Policy::Calendar { .. } => None,
    });
    fixed.min_by(|left, right| left.1.total_cmp(&right.1)).map(|(timeout, _)| timeout)
}

/// What one service saved by sleeping.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Saving {
    /// How long it slept, in hours.
    pub hours: f64,
    /// The memory it would have used in that time, in GiB·h.
    pub gib_hours: f64,
}

impl Saving {
    /// A service that uses `memory` bytes when it is up and slept for this long.
    pub fn of(memory: u64, asleep: Duration) -> Self {
        let hours = asleep.as_secs_f64() / 3_600.0;
        Self { hours, gib_hours: gibibytes(memory) * hours }
    }

    /// A day on which a service that uses `memory` bytes was up for this share of the time, from 0 to 1.
    pub fn of_a_day(memory: u64, up: f64) -> Self {
        Self::of(memory, DAY.mul_f64(1.0 - up.clamp(0.0, 1.0)))
    }

    /// Of several services.
    pub fn total(savings: impl IntoIterator<Item = Self>) -> Self {
        savings.into_iter().fold(Self::default(), |sum, one| Self {
            hours: sum.hours + one.hours,
            gib_hours: sum.gib_hours + one.gib_hours,
        })
    }
}

#[cfg(test)]
mod tests;
