//! Time.

use std::time::Duration;

use async_trait::async_trait;
use core_monitor_domain::ports::Clock;
use core_monitor_domain::time::Timestamp;
use rustix::time::{ClockId, clock_gettime};

/// The clocks of the kernel.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

#[async_trait]
impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "this is the adapter behind the Clock port")]
    fn now(&self) -> Timestamp {
        let now = jiff::Timestamp::now();
        // Whole milliseconds: the database keeps no more, and a record must read back as it was written.
        Timestamp::from_millis(now.as_millisecond()).unwrap_or(Timestamp(now))
    }

    fn elapsed(&self) -> Duration {
        // Boot time goes on while the machine sleeps; a lease that ran out meanwhile must be seen as run out.
        let time = clock_gettime(ClockId::Boottime);
        let seconds = u64::try_from(time.tv_sec).unwrap_or(0);
        Duration::from_secs(seconds) + Duration::from_nanos(u64::try_from(time.tv_nsec).unwrap_or(0))
    }

    async fn sleep(&self, duration: Duration) {
        // The timer stands still while the machine sleeps, `elapsed` does not: at worst this returns late by the time
        // asleep, and callers look at the clock again anyway.
        tokio::time::sleep(duration).await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn sleeping_lets_at_least_that_much_time_pass() {
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
