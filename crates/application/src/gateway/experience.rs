//! What earlier starts have taught about each service.

use std::collections::BTreeMap;
use std::time::Duration;

use core_monitor_domain::on_demand::DoorKey;
use core_monitor_domain::on_demand::estimate::{StartPhases, StartTimes};
use core_monitor_domain::on_demand::house::{LastStart, Learned};

/// A service stays awake at least twice as long as nine of ten starts take, and at least this long: putting it to sleep sooner
/// costs more than it saves.
const LEAST_UP: Duration = Duration::from_secs(30);

/// The starts of all services, as long as the gateway runs.
#[derive(Debug, Default)]
pub(super) struct Experience {
    starts: BTreeMap<DoorKey, StartTimes>,
}

impl Experience {
    /// Remembers a start that succeeded; what follows for later ones. What was found running says nothing.
    pub(super) fn record(&mut self, door: &DoorKey, start: &LastStart) -> Option<Learned> {
        start.cause.as_ref()?;
        let times = self.starts.entry(door.clone()).or_default();
        let phases = StartPhases {
            container: start.until_running,
            until_ready: start.until_ready,
            ..StartPhases::default()
        };
        // A new version is not told apart from the one before: newer starts weigh more, so it shows after a few of them.
        times.record("", phases);
        let min_up = times.p90().map(|most| most.saturating_mul(2).max(LEAST_UP));
        Some(Learned { start_timeout: Some(times.default_timeout()), min_up })
    }

    /// How long half of the starts take, and nine of ten; `None` before the first.
    pub(super) fn usual(&self, door: &DoorKey) -> Option<(Duration, Duration)> {
        let times = self.starts.get(door)?;
        Some((times.p50()?, times.p90()?))
    }

    /// Forgets the services that are gone.
    pub(super) fn keep_only(&mut self, is_there: impl Fn(&DoorKey) -> bool) {
        self.starts.retain(|door, _| is_there(door));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::gateway::fixture::{key, request};

    #[test]
    fn a_start_teaches_how_long_the_next_one_takes_and_what_was_found_running_does_not() {
        let mut experience = Experience::default();
        let door = key(1, "web");
        let seconds = Duration::from_secs;
        let found = LastStart { start: 1, cause: None, until_running: seconds(0), until_ready: seconds(0) };
        assert_eq!(experience.record(&door, &found), None);
        assert_eq!(experience.usual(&door), None);
        let woken = LastStart {
            cause: Some(request("web")),
            until_running: seconds(2),
            until_ready: seconds(18),
            ..found
        };
        let learned = experience.record(&door, &woken).unwrap();
        assert_eq!(experience.usual(&door), Some((seconds(20), seconds(20))));
        assert_eq!(learned.min_up, Some(seconds(40)));
        assert!(learned.start_timeout.unwrap() >= seconds(60));
        experience.keep_only(|_| false);
        assert_eq!(experience.usual(&door), None);
    }
}
