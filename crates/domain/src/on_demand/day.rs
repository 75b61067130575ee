//! What happened to a service on one day, in UTC.

use std::collections::BTreeMap;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::time::Timestamp;

use super::back_test::Hit;
use super::eviction::gibibytes;

const DAY: Duration = Duration::from_hours(24);
/// Uses closer than this are one: nothing can sleep and wake in between.
const ONE_USE: Duration = Duration::from_mins(1);
/// As many uses as fit into a day if each is as short as can be.
const USES: usize = 1_440;

/// A day, by its number since the beginning of 1970.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct DayNumber(pub i64);

impl DayNumber {
    /// The day of a moment.
    pub fn of(at: Timestamp) -> Self {
        Self(at.as_millis().div_euclid(86_400_000))
    }

    /// When it begins.
    pub fn begins(self) -> Timestamp {
        Timestamp::from_millis(self.0.saturating_mul(86_400_000)).unwrap_or_else(Timestamp::beginning)
    }

    /// So many days before.
    #[must_use]
    pub fn before(self, days: u32) -> Self {
        Self(self.0.saturating_sub(i64::from(days)))
    }
}

/// A use: milliseconds since the beginning of the day, and how long it was. A tuple, since many of them are stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
struct Use(u32, u32);

/// What happened to a service on one day.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Day {
    /// Requests that it answered.
    pub requests: u64,
    /// Starts for somebody who waited.
    pub cold_starts: u32,
    /// Why it was woken, by the word of the cause.
    pub wakes: BTreeMap<String, u32>,
    /// How often it was put to sleep.
    pub sleeps: u32,
    /// Starts that failed.
    pub failures: u32,
    /// Starts ahead of a use that came.
    pub hits: u32,
    /// Starts ahead of a use that did not come.
    pub wasted: u32,
    /// For how long it slept.
    pub asleep: Duration,
    /// What it did not use meanwhile, in MiB·s.
    pub saved_mib_seconds: u64,
    /// When it was used; the oldest first, and none within a minute of another.
    uses: Vec<Use>,
}

impl Day {
    /// Adds a use that began on this day. One that goes on from the last one is joined to it.
    pub fn used(&mut self, day: DayNumber, from: Timestamp, until: Timestamp) {
        let begin = day.begins();
        let millis = |at: Timestamp| u32::try_from(at.since(begin).as_millis()).unwrap_or(u32::MAX);
        let (from, until) = (millis(from), millis(until));
        let joins = u32::try_from(ONE_USE.as_millis()).unwrap_or(u32::MAX);
        if let Some(last) = self.uses.last_mut()
            && from <= last.0.saturating_add(last.1).saturating_add(joins)
        {
            last.1 = last.1.max(until.saturating_sub(last.0));
        } else if self.uses.len() < USES {
            self.uses.push(Use(from, until.saturating_sub(from)));
        }
    }

    /// The uses, the oldest first.
    pub fn uses(&self, day: DayNumber) -> impl Iterator<Item = Hit> {
        let begin = day.begins();
        self.uses.iter().map(move |Use(from, length)| Hit {
            at: begin.plus(Duration::from_millis((*from).into())),
            duration: Duration::from_millis((*length).into()),
        })
    }

    /// How many uses there were.
    pub fn use_count(&self) -> usize {
        self.uses.len()
    }

    /// It slept for this long, with this many bytes less in use.
    pub fn slept(&mut self, time: Duration, bytes: u64) {
        self.asleep = self.asleep.saturating_add(time).min(DAY);
        let saved = u128::from(bytes >> 10) * time.as_millis() / 1_024_000;
        self.saved_mib_seconds =
            self.saved_mib_seconds.saturating_add(u64::try_from(saved).unwrap_or(u64::MAX));
    }

    /// What it did not use while it slept, in GiB·h.
    pub fn saved_gib_hours(&self) -> f64 {
        gibibytes(self.saved_mib_seconds.saturating_mul(1 << 20)) / 3_600.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: u64) -> Timestamp {
        Timestamp::beginning().plus(Duration::from_secs(seconds))
    }

    #[test]
    fn uses_that_follow_each_other_at_once_are_one() {
        let mut day = Day::default();
        let number = DayNumber(0);
        day.used(number, at(100), at(110));
        day.used(number, at(130), at(140));
        day.used(number, at(120), at(125));
        day.used(number, at(300), at(301));
        let uses: Vec<Hit> = day.uses(number).collect();
        assert_eq!(
            uses,
            [
                Hit { at: at(100), duration: Duration::from_secs(40) },
                Hit { at: at(300), duration: Duration::from_secs(1) },
            ]
        );
    }

    #[test]
    fn a_day_of_uses_is_bounded() {
        let mut day = Day::default();
        for minute in 0..4_000 {
            day.used(DayNumber(0), at(minute * 90), at(minute * 90 + 1));
        }
        assert_eq!(day.use_count(), USES);
    }

    #[test]
    fn what_is_saved_is_memory_times_time() {
        let mut day = Day::default();
        day.slept(Duration::from_hours(2), 512 << 20);
        assert!((day.saved_gib_hours() - 1.0).abs() < 0.001, "{}", day.saved_gib_hours());
        day.slept(Duration::from_hours(23), 0);
        assert_eq!(day.asleep, DAY, "never more than there is");
    }

    #[test]
    fn the_day_of_a_moment_and_its_beginning_belong_together() {
        let day = DayNumber::of(at(86_400 * 3 + 5));
        assert_eq!((day, day.begins()), (DayNumber(3), at(86_400 * 3)));
        assert_eq!(day.before(2), DayNumber(1));
    }
}
