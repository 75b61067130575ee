//! How services age while others sleep for memory, so that one that was once popular sleeps at last.

use std::collections::BTreeMap;

use crate::on_demand::DoorKey;
use crate::on_demand::eviction::AgeClock;

use super::Moment;

/// The clock of the host, and what it showed at the last use of each service.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Aging {
    clock: AgeClock,
    /// When the clock last moved; `None` if it never has.
    moved_at: Option<Moment>,
    /// What it showed at the last use of those that were in use when it moved, or before.
    shown: BTreeMap<DoorKey, AgeClock>,
}

impl Aging {
    /// What the clock showed at the last use of a service.
    pub(super) fn shown_to(&self, door: &DoorKey, last_used: Moment) -> AgeClock {
        match self.moved_at {
            Some(moved) if last_used <= moved => self.shown.get(door).copied().unwrap_or_default(),
            _ => self.clock,
        }
    }

    /// A service of this value sleeps for another. `up` are those that stay, each with its last use.
    pub(super) fn evicted(&mut self, value: f64, up: impl Iterator<Item = (DoorKey, Moment)>, now: Moment) {
        let shown = up.map(|(door, last)| {
            let clock = self.shown_to(&door, last);
            (door, clock)
        });
        let shown = shown.collect();
        // What sleeps is used again before its value counts again.
        self.shown = shown;
        self.clock.evicted(value);
        self.moved_at = Some(now);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::StackId;
    use crate::names::ServiceName;

    fn door(service: &str) -> DoorKey {
        DoorKey {
            stack: StackId(uuid::Uuid::nil()),
            service: ServiceName::try_from(service.to_owned()).unwrap(),
        }
    }

    fn clock(value: f64) -> AgeClock {
        let mut clock = AgeClock::default();
        clock.evicted(value);
        clock
    }

    const fn at(seconds: u64) -> Moment {
        Moment::from_secs(seconds)
    }

    #[test]
    fn a_service_keeps_what_the_clock_showed_at_its_last_use() {
        let mut aging = Aging::default();
        let (old, new) = (door("old"), door("new"));
        aging.evicted(600.0, [(old.clone(), at(5)), (new.clone(), at(6))].into_iter(), at(10));
        assert_eq!(aging.shown_to(&old, at(5)), AgeClock::default());
        assert_eq!(aging.shown_to(&new, at(11)), clock(600.0), "used since");
        aging.evicted(700.0, [(old.clone(), at(5)), (new.clone(), at(11))].into_iter(), at(20));
        assert_eq!(aging.shown_to(&old, at(5)), AgeClock::default());
        assert_eq!(aging.shown_to(&new, at(11)), clock(600.0));
        assert_eq!(aging.shown_to(&new, at(21)), clock(700.0));
    }

    #[test]
    fn what_was_not_up_when_the_clock_moved_is_remembered_no_longer() {
        let mut aging = Aging::default();
        aging.evicted(600.0, [(door("a"), at(5))].into_iter(), at(10));
        aging.evicted(700.0, std::iter::empty(), at(20));
        assert!(aging.shown.is_empty());
    }
}
