//! How long a worker waits for what, and how much it does at once.

use std::time::Duration;

use core_monitor_domain::desired::Healthcheck;

/// Tuning of a worker. [`WorkerSettings::default`] holds the documented values.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WorkerSettings {
    /// How many engine effects of one plan run side by side, from 1.
    pub parallelism: usize,
    /// How long a container without a health check must stay up to count as ready.
    pub stable_for: Duration,
    /// How long transient errors of the engine are retried without any effect succeeding.
    pub retry_budget: Duration,
    /// Lifetime of the lease. It is renewed every fifth of it, and every tenth while a command runs.
    pub lease_ttl: Duration,
    /// Longest time between two looks at a container that is waited for. Engine events make it shorter.
    pub poll: Duration,
    /// Longest time between two looks at the whole engine.
    pub observe_every: Duration,
    /// Longest duration of single operations and waits.
    pub deadlines: Deadlines,
}

/// Longest duration of single operations and waits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Deadlines {
    /// Fetching an image.
    pub pull: Duration,
    /// A lifecycle hook.
    pub hook: Duration,
    /// Building an image.
    pub build: Duration,
    /// Any other effect. Stopping gets the grace period of the container on top.
    pub operation: Duration,
    /// Waiting until a container is healthy or stable, unless its own health check allows for more.
    pub ready: Duration,
    /// Waiting until a job has ended.
    pub completion: Duration,
}

impl Default for WorkerSettings {
    fn default() -> Self {
        Self {
            parallelism: 8,
            stable_for: Duration::from_secs(5),
            retry_budget: Duration::from_mins(5),
            lease_ttl: Duration::from_secs(10),
            poll: Duration::from_secs(1),
            observe_every: Duration::from_secs(10),
            deadlines: Deadlines::default(),
        }
    }
}

impl Default for Deadlines {
    fn default() -> Self {
        Self {
            pull: Duration::from_mins(30),
            build: Duration::from_hours(1),
            hook: Duration::from_mins(10),
            operation: Duration::from_mins(1),
            ready: Duration::from_mins(10),
            completion: Duration::from_hours(1),
        }
    }
}

impl WorkerSettings {
    /// Time between two renewals of the lease. A cancel is seen at a renewal, hence more often while something runs.
    pub(crate) fn renew_every(&self, running: bool) -> Duration {
        self.lease_ttl / if running { 10 } else { 5 }
    }

    /// No effect is started with less than this left of the lease: the guard, the call and its way to the engine
    /// have to fit in.
    pub(crate) fn lease_margin(&self) -> Duration {
        self.lease_ttl / 5
    }
}

impl Deadlines {
    /// How long to wait for a container to become healthy: never less than its own health check needs to give a
    /// verdict. `None` values are the image's, for which the engine's defaults stand in.
    pub(crate) fn healthy(&self, check: Option<&Healthcheck>) -> Duration {
        const ENGINE_INTERVAL_MS: u64 = 30_000;
        const ENGINE_TIMEOUT_MS: u64 = 30_000;
        const ENGINE_RETRIES: u32 = 3;
        let Some(check) = check else { return self.ready };
        let round = Duration::from_millis(check.interval_ms.unwrap_or(ENGINE_INTERVAL_MS))
            + Duration::from_millis(check.timeout_ms.unwrap_or(ENGINE_TIMEOUT_MS));
        let rounds = check.retries.unwrap_or(ENGINE_RETRIES).saturating_add(1);
        let verdict = Duration::from_millis(check.start_period_ms.unwrap_or(0))
            .saturating_add(round.saturating_mul(rounds));
        self.ready.max(verdict)
    }
}

#[cfg(test)]
mod tests {
    use core_monitor_domain::desired::HealthcheckTest;

    use super::*;

    #[test]
    fn a_slow_health_check_gets_the_time_it_needs() {
        let mut check = Healthcheck {
            test: HealthcheckTest::Inherit,
            interval_ms: Some(60_000),
            timeout_ms: Some(10_000),
            start_period_ms: Some(900_000),
            start_interval_ms: None,
            retries: Some(4),
        };
        let deadlines = Deadlines::default();
        assert_eq!(deadlines.healthy(Some(&check)), Duration::from_secs(900 + 5 * 70));
        check.start_period_ms = None;
        assert_eq!(deadlines.healthy(Some(&check)), deadlines.ready);
        assert_eq!(deadlines.healthy(None), deadlines.ready);
    }
}
