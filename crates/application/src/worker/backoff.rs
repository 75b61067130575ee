//! Exponential backoff.

use std::time::Duration;

const FIRST: Duration = Duration::from_millis(250);
const LONGEST: Duration = Duration::from_secs(30);

/// Delays that double from 0.25 s to 30 s. Each is shortened at random by up to a half, so that callers that failed
/// together do not retry together.
#[derive(Debug, Clone, Default)]
pub(crate) struct Backoff {
    failures: u32,
}

impl Backoff {
    /// The delay before the next attempt. `jitter` is in `0.0..1.0`.
    pub(crate) fn next(&mut self, jitter: f64) -> Duration {
        let doubled = FIRST.saturating_mul(2_u32.saturating_pow(self.failures.min(16)));
        self.failures = self.failures.saturating_add(1);
        doubled.min(LONGEST).mul_f64(1.0 - jitter.clamp(0.0, 1.0) / 2.0)
    }

    /// Resets the delay after a success.
    pub(crate) fn reset(&mut self) {
        self.failures = 0;
    }

    /// Failures since the last success.
    pub(crate) fn failures(&self) -> u32 {
        self.failures
    }
}

/// Counts consecutive transient errors and limits how long they may go on.
#[derive(Debug)]
pub(crate) struct RetryBudget {
    limit: Duration,
    since: Option<Duration>,
    backoff: Backoff,
}

impl RetryBudget {
    pub(crate) fn new(limit: Duration) -> Self {
        Self { limit, since: None, backoff: Backoff::default() }
    }

    /// Counts a failure at `now` (elapsed time) and returns the delay before the next attempt; `None` if the first of
    /// the consecutive failures is longer ago than the budget allows.
    pub(crate) fn spend(&mut self, now: Duration, jitter: f64) -> Option<Duration> {
        let since = *self.since.get_or_insert(now);
        (now.saturating_sub(since) < self.limit).then(|| self.backoff.next(jitter))
    }

    /// What is left of the budget at `now`.
    pub(crate) fn left(&self, now: Duration) -> Duration {
        let spent = self.since.map_or(Duration::ZERO, |since| now.saturating_sub(since));
        self.limit.saturating_sub(spent)
    }

    /// The engine was away and answers again: the next failure is tried again soon. It is a success only when an effect
    /// is.
    pub(crate) fn answered(&mut self) {
        self.backoff.reset();
    }

    /// An effect succeeded.
    pub(crate) fn refill(&mut self) {
        self.since = None;
        self.backoff.reset();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn delays_double_up_to_half_a_minute() {
        let mut backoff = Backoff::default();
        let delays: Vec<_> = (0..9).map(|_| backoff.next(0.0).as_millis()).collect();
        assert_eq!(delays, [250, 500, 1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000]);
        backoff.reset();
        assert_eq!(backoff.next(0.999_999).as_millis(), 125);
    }

    #[test]
    fn the_budget_is_time_and_an_effect_refills_it() {
        let seconds = Duration::from_secs;
        let mut budget = RetryBudget::new(seconds(300));
        assert!(budget.spend(seconds(10), 0.5).is_some());
        assert!(budget.spend(seconds(309), 0.5).is_some());
        assert!(budget.spend(seconds(310), 0.5).is_none());
        assert_eq!([10, 300, 310, 400].map(|now| budget.left(seconds(now)).as_secs()), [300, 10, 0, 0]);
        budget.refill();
        assert_eq!(budget.spend(seconds(310), 0.0), Some(Duration::from_millis(250)));
    }

    #[test]
    fn an_answer_shortens_the_delay_but_does_not_prolong_the_budget() {
        let seconds = Duration::from_secs;
        let mut budget = RetryBudget::new(seconds(300));
        for now in 0..6 {
            budget.spend(seconds(now), 0.0);
        }
        budget.answered();
        assert_eq!(budget.spend(seconds(100), 0.0), Some(Duration::from_millis(250)));
        assert!(budget.spend(seconds(300), 0.0).is_none());
    }
}
