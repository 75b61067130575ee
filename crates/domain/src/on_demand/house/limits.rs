//! How much may happen at once.

use std::time::Duration;

/// How much may happen at once, and how long what fails rests.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HouseLimits {
    /// How many services start at once; the others wait for their turn.
    pub starts: usize,
    /// How long a start may take where neither the definition nor experience says.
    pub start_timeout: Duration,
    /// How long a service stays awake at least where neither the definition nor experience says.
    pub min_up: Duration,
    /// How long a service rests after its first failed start. It doubles with every further one.
    pub first_rest: Duration,
    /// How long it rests at most.
    pub longest_rest: Duration,
}

impl Default for HouseLimits {
    fn default() -> Self {
        Self {
            starts: 2,
            start_timeout: Duration::from_mins(3),
            min_up: Duration::from_secs(30),
            first_rest: Duration::from_secs(10),
            longest_rest: Duration::from_mins(5),
        }
    }
}

impl HouseLimits {
    /// How long a service rests that has failed so often in a row.
    pub(super) fn rest(&self, failures: u32) -> Duration {
        let doubled = 2_u32.saturating_pow(failures.saturating_sub(1).min(16));
        self.first_rest.saturating_mul(doubled).min(self.longest_rest)
    }
}
