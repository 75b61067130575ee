//! At which times of the week a service is used.
//!
//! A day is divided into quarters of an hour; weekdays and weekends are kept apart, and all weekdays are taken as one: with
//! seven kinds of days, it would take months to learn anything. For each quarter, the share of days on which it had a
//! use is kept as an exponentially weighted mean.
//!
//! Times are local, since people keep to the clock on the wall. The caller knows the zone; here is only its offset.

use serde::{Deserialize, Serialize};

use crate::time::Timestamp;

/// The length of a slot in minutes.
pub const SLOT_MINUTES: i64 = 15;
/// Slots of a day.
pub const SLOTS_PER_DAY: i64 = 24 * 60 / SLOT_MINUTES;
/// Slots of a weekday and of a day of the weekend.
pub const SLOTS: usize = 192;
/// The share of a certain use, and so the unit of a stored share: one ten-thousandth.
const ALWAYS: u16 = 10_000;
/// A new day has a fifth of the weight.
const NEW_DAY: u16 = 5;
/// After a longer silence nothing was watched, and nothing is concluded from it.
const LONGEST_SILENCE: i64 = 14 * SLOTS_PER_DAY;

/// Minutes since 1970 began on the clock on the wall.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct LocalMinutes(i64);

impl LocalMinutes {
    /// The local time of an instant where clocks are `offset` minutes ahead of UTC.
    pub fn of(instant: Timestamp, offset: i32) -> Self {
        Self(instant.as_millis().div_euclid(60_000) + i64::from(offset))
    }

    /// The slot that this minute is in.
    pub fn slot(self) -> Slot {
        Slot(self.0.div_euclid(SLOT_MINUTES))
    }
}

/// A quarter of an hour of a certain day, counted from the beginning of 1970 in local time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Slot(i64);

impl Slot {
    /// The slot `count` quarters later.
    #[must_use]
    pub fn plus(self, count: i64) -> Self {
        Self(self.0.saturating_add(count))
    }

    /// When it begins, where clocks are `offset` minutes ahead of UTC.
    pub fn begins(self, offset: i32) -> Timestamp {
        let minutes = self.0.saturating_mul(SLOT_MINUTES).saturating_sub(offset.into());
        Timestamp::from_millis(minutes.saturating_mul(60_000)).unwrap_or_else(Timestamp::beginning)
    }

    /// Its place in a profile: 0 to 95 on weekdays, 96 to 191 on weekends.
    pub fn place(self) -> u8 {
        // 1970 began on a Thursday, the day with number 3.
        let weekday = (self.0.div_euclid(SLOTS_PER_DAY) + 3).rem_euclid(7);
        let first = if weekday >= 5 { SLOTS_PER_DAY } else { 0 };
        u8::try_from(first + self.0.rem_euclid(SLOTS_PER_DAY)).unwrap_or(0)
    }
}

/// How likely one service is used in each slot of the week.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Stored", into = "Stored")]
pub struct WeekProfile {
    /// In ten-thousandths, by [`Slot::place`].
    shares: [u16; SLOTS],
    /// The slot that has not ended yet, and whether there was a use in it.
    open: Option<(Slot, bool)>,
}

impl Default for WeekProfile {
    fn default() -> Self {
        Self { shares: [0; SLOTS], open: None }
    }
}

impl WeekProfile {
    /// Says that the service was watched until `now`: every slot that ended counts as used or not. It must be called at
    /// least every two weeks; what is longer ago counts as not watched. Going back in time, as clocks do in autumn, does
    /// nothing, so nothing is learned from the second of the two hours.
    pub fn watched_until(&mut self, now: LocalMinutes) {
        let current = now.slot();
        let Some((mut slot, mut used)) = self.open else {
            self.open = Some((current, false));
            return;
        };
        if current.0 - slot.0 > LONGEST_SILENCE {
            self.open = Some((current, false));
            return;
        }
        while slot < current {
            self.close(slot, used);
            (slot, used) = (slot.plus(1), false);
        }
        self.open = Some((slot, used));
    }

    /// Says that nothing was watched until `now`, because the gateway was down: the slots since then count neither way.
    pub fn not_watched_until(&mut self, now: LocalMinutes) {
        self.open = Some((now.slot(), false));
    }

    /// Records a use that goes on or begins at `now`.
    pub fn used(&mut self, now: LocalMinutes) {
        self.watched_until(now);
        if let Some((slot, used)) = &mut self.open {
            *used |= *slot == now.slot();
        }
    }

    /// Records a use from `began` to `ended`: every slot that it touches.
    pub fn used_during(&mut self, began: LocalMinutes, ended: LocalMinutes) {
        self.used(began);
        let slots = (ended.slot().0 - began.slot().0).clamp(0, LONGEST_SILENCE);
        for count in 1..=slots {
            self.used(LocalMinutes(began.slot().plus(count).0 * SLOT_MINUTES));
        }
    }

    /// How likely the service is used in a slot, from 0 to 1. A service that is used there every day reaches 0.2 after one
    /// day, 0.36 after two, 0.49 after three, and 0.9 after ten.
    pub fn likelihood(&self, slot: Slot) -> f64 {
        f64::from(self.share(slot)) / f64::from(ALWAYS)
    }

    /// Whether that likelihood is at least so many per cent.
    pub fn is_likely(&self, slot: Slot, percent: u8) -> bool {
        self.share(slot) >= u16::from(percent.min(100)) * (ALWAYS / 100)
    }

    /// In how many quarters of an hour it is used on a day, as a mean of the week.
    pub fn uses_per_day(&self) -> f64 {
        let (weekdays, weekend) = self.shares.split_at(self.shares.len() / 2);
        let sum =
            |shares: &[u16]| shares.iter().map(|share| f64::from(*share)).sum::<f64>() / f64::from(ALWAYS);
        (5.0 * sum(weekdays) + 2.0 * sum(weekend)) / 7.0
    }

    fn share(&self, slot: Slot) -> u16 {
        self.shares.get(usize::from(slot.place())).copied().unwrap_or(0)
    }

    fn close(&mut self, slot: Slot, used: bool) {
        if let Some(share) = self.shares.get_mut(usize::from(slot.place())) {
            *share = *share - *share / NEW_DAY + if used { ALWAYS / NEW_DAY } else { 0 };
        }
    }
}

/// [`WeekProfile`] in a form of which the length can be wrong.
#[derive(Clone, Serialize, Deserialize)]
struct Stored {
    shares: Vec<u16>,
    open: Option<(Slot, bool)>,
}

impl From<WeekProfile> for Stored {
    fn from(profile: WeekProfile) -> Self {
        Self { shares: profile.shares.to_vec(), open: profile.open }
    }
}

impl TryFrom<Stored> for WeekProfile {
    type Error = &'static str;

    fn try_from(stored: Stored) -> Result<Self, Self::Error> {
        let shares: [u16; SLOTS] = stored.shares.try_into().map_err(|_| "a week has 192 slots")?;
        let is_sound = shares.iter().all(|share| *share <= ALWAYS);
        is_sound.then_some(Self { shares, open: stored.open }).ok_or("a share is at most 10000")
    }
}

#[cfg(test)]
mod tests;
