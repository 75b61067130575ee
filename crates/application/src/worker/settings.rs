//! Time limits and parallelism of a worker.

use std::time::Duration;

use core_monitor_domain::build_policy::BuildPolicy;
use core_monitor_domain::command::FailureScope;
use core_monitor_domain::desired::Healthcheck;
use core_monitor_domain::protection::Protected;

/// Longest time between two inspections of a container that is waited for. Engine events trigger earlier ones.
pub(crate) const POLL: Duration = Duration::from_secs(1);

/// Settings of a worker. Their defaults are those of the program's configuration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WorkerSettings {
    /// Maximum number of engine effects of one plan that run in parallel, at least 1.
    pub parallelism: usize,
    /// How long a container without a health check must stay up to count as ready.
    pub stable_for: Duration,
    /// How long temporary failures of the engine are retried while no effect succeeds.
    pub retry_budget: Duration,
    /// What a failed write holds up.
    pub failure_scope: FailureScope,
    /// Lifetime of the lease. It is renewed after a fifth of it, or a tenth while a command runs.
    pub lease_ttl: Duration,
    /// Interval between two full observations of the engine, unless an event triggers one earlier.
    pub observe_every: Duration,
    /// What builds may do.
    pub builds: BuildPolicy,
    /// What no stack gets.
    pub protected: Protected,
    /// Timeouts of single operations and waits.
    pub deadlines: Deadlines,
}

/// Timeouts of single operations and waits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Deadlines {
    /// Pulling an image.
    pub pull: Duration,
    /// A lifecycle hook.
    pub hook: Duration,
    /// Building an image.
    pub build: Duration,
    /// Any other effect. For a stop, the grace period of the container is added.
    pub operation: Duration,
    /// Waiting for a container to become healthy or stable, unless its health check needs longer.
    pub ready: Duration,
    /// Waiting for a job to finish.
    pub completion: Duration,
}

impl WorkerSettings {
    /// Time between two renewals of the lease. A renewal also notices cancellations, so it is more frequent while a
    /// command runs.
    pub(crate) fn renew_every(&self, running: bool) -> Duration {
        self.lease_ttl / if running { 10 } else { 5 }
    }

    /// No effect is started with less than this left on the lease: the check, the call and its transmission must fit
    /// in.
    pub(crate) fn lease_margin(&self) -> Duration {
        self.lease_ttl / 5
    }
}

impl Deadlines {
    /// How long to wait for a container to become healthy: at least as long as its own health check needs. `None`
    /// values come from the image; the engine's defaults are assumed for them.
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
        let minute = Duration::from_mins(1);
        let deadlines = Deadlines {
            pull: minute,
            hook: minute,
            build: minute,
            operation: minute,
            ready: 10 * minute,
            completion: minute,
        };
        assert_eq!(deadlines.healthy(Some(&check)), Duration::from_secs(900 + 5 * 70));
        check.start_period_ms = None;
        assert_eq!(deadlines.healthy(Some(&check)), deadlines.ready);
        assert_eq!(deadlines.healthy(None), deadlines.ready);
    }
}
