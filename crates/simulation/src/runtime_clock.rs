//! The clock of the tokio runtime.

use std::time::Duration;

use async_trait::async_trait;
use core_monitor_domain::ports::Clock;
use core_monitor_domain::time::Timestamp;
use tokio::time::Instant;

/// In a test that starts its runtime with `start_paused`, time advances automatically when every task is waiting, so
/// hours of waiting take no time and nothing depends on the speed of the machine.
#[derive(Debug, Clone)]
pub struct RuntimeClock {
    epoch: Timestamp,
    start: Instant,
}

impl RuntimeClock {
    /// Starts at 2026-01-26T10:00:00Z.
    pub fn new() -> Self {
        let epoch = Timestamp(jiff::Timestamp::constant(1_769_421_600, 0));
        Self { epoch, start: Instant::now() }
    }
}

impl Default for RuntimeClock {
    fn default() -> Self {
        Self::new()
    }
}

#[async_trait]
impl Clock for RuntimeClock {
    fn now(&self) -> Timestamp {
        let millis = i64::try_from(self.elapsed().as_millis()).unwrap_or(i64::MAX);
        Timestamp::from_millis(self.epoch.as_millis().saturating_add(millis)).unwrap_or(self.epoch)
    }

    fn elapsed(&self) -> Duration {
        self.start.elapsed()
    }

    async fn sleep(&self, duration: Duration) {
        tokio::time::sleep(duration).await;
    }
}
