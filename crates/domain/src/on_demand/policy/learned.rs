//! Everything a policy knows about the traffic of a service.

use serde::{Deserialize, Serialize};

use crate::on_demand::idle_histogram::IdleHistogram;
use crate::on_demand::week_profile::{LocalMinutes, WeekProfile};
use crate::time::Timestamp;

use super::{Prewarms, Terms};

/// What was learned from the uses of one service so far. It is told what happens as it happens, so it never knows more
/// than somebody who decides at that moment can.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Learned {
    /// How long it is left alone.
    pub pauses: IdleHistogram,
    /// When in the week it is used.
    pub week: WeekProfile,
    /// What became of the starts ahead.
    pub prewarms: Prewarms,
    /// When the last use ended.
    last_use: Option<Timestamp>,
}

impl Learned {
    /// When the last use ended; `None` before the first.
    pub fn last_use(&self) -> Option<Timestamp> {
        self.last_use
    }

    /// Time passes without a use. To be called before every question for advice, and at least once a day.
    pub fn watched_until(&mut self, now: Timestamp, utc_offset: i32) {
        self.week.watched_until(LocalMinutes::of(now, utc_offset));
    }

    /// A use begins. While another goes on, that makes no pause. `cold` says that the service had to be started for it.
    pub fn began(&mut self, now: Timestamp, utc_offset: i32, cold: bool) {
        if let Some(last_use) = self.last_use {
            self.pauses.record(now.since(last_use));
        }
        let local = LocalMinutes::of(now, utc_offset);
        self.week.used(local);
        self.prewarms.used(local.slot(), cold);
    }

    /// The use that began at `began` ends: nothing is in flight any more.
    pub fn ended(&mut self, began: Timestamp, now: Timestamp, utc_offset: i32) {
        self.week.used_during(LocalMinutes::of(began, utc_offset), LocalMinutes::of(now, utc_offset));
        self.last_use = self.last_use.max(Some(now));
    }

    /// The service is started before anybody asked for it.
    pub fn prewarmed(&mut self, now: Timestamp, terms: &Terms) {
        let expected = LocalMinutes::of(now.plus(terms.start_p90), terms.utc_offset);
        self.prewarms.began(expected.slot());
    }

    /// The service is put to sleep.
    pub fn slept(&mut self, now: Timestamp, utc_offset: i32) {
        self.prewarms.slept(LocalMinutes::of(now, utc_offset).slot());
    }
}
