//! Services that are being stopped: until they are down, or until something else is decided.

use crate::on_demand::DoorKey;

use super::look::Progress;
use super::{House, Round, Stage};

impl House {
    /// What follows for a service that is being stopped.
    pub(super) fn settle_falling_asleep(&mut self, door: &DoorKey, round: &mut Round<'_>) {
        let before = self.stage(door);
        let Stage::FallingAsleep { asked, since, wanted, .. } = before.clone() else { return };
        let over = match self.progress(door, asked) {
            Progress::Waits | Progress::Unseen | Progress::Begun => false,
            Progress::Done | Progress::Cancelled | Progress::Failed(_) => true,
            // Something must be wrong with the database if it never tells.
            Progress::Untold => since.saturating_add(self.start_timeout(door)) <= round.now.elapsed,
        };
        match wanted {
            // It was not stopped after all, or somebody has started it since.
            wanted if over && self.found_running(door) => self.adopt(door, wanted, round),
            Some(cause) => {
                // The queue starts it only after it has stopped: whoever waits need not wait for both here.
                self.set(door, Stage::Asleep);
                self.start(door, &cause, round);
                if !matches!(self.stage(door), Stage::Starting { .. }) && !over {
                    self.set(door, before);
                }
            }
            None if over => {
                self.gave_back_at = Some(round.now.elapsed);
                self.set(door, Stage::Asleep);
            }
            None => {}
        }
    }
}
