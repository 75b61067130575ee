//! The system clock.

use std::time::Duration;

use async_trait::async_trait;
use core_monitor_domain::ports::Clock;
use core_monitor_domain::time::Timestamp;
use rustix::time::{ClockId, clock_gettime};

/// The kernel's clocks.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

#[async_trait]
impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "this is the adapter behind the Clock port")]
    fn now(&self) -> Timestamp {
        let now = jiff::Timestamp::now();
        // Whole milliseconds, since the database stores no more and records must round-trip.
        Timestamp::from_millis(now.as_millisecond()).unwrap_or(Timestamp(now))
    }

    fn elapsed(&self) -> Duration {
        // Boot time includes suspension, so a lease that expired while the machine was suspended counts as expired.
        let time = clock_gettime(ClockId::Boottime);
        let seconds = u64::try_from(time.tv_sec).unwrap_or(0);
        Duration::from_secs(seconds) + Duration::from_nanos(u64::try_from(time.tv_nsec).unwrap_or(0))
    }

    async fn sleep(&self, duration: Duration) {
        // Unlike `elapsed`, the timer stops while the machine is suspended, so this may return late by the time
        // suspended. Callers check the clock again anyway.
        tokio::time::sleep(duration).await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn sleep_lasts_at_least_as_long_as_requested() {
        let before = SystemClock.elapsed();
        SystemClock.sleep(Duration::from_millis(20)).await;
        assert!(SystemClock.elapsed().saturating_sub(before) >= Duration::from_millis(19));
    }

    #[test]
    fn the_wall_clock_has_whole_milliseconds() {
        let now = SystemClock.now();
        assert_eq!(Timestamp::from_millis(now.as_millis()), Some(now));
        assert!(now.as_millis() > 1_700_000_000_000, "{now}");
    }
}
