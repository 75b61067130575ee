//! Made-up traffic of services as people run them. The same seed gives the same traffic.

use std::time::Duration;

use super::super::Hit;
use crate::time::Timestamp;

/// Local time of the made-up services, in minutes ahead of UTC.
pub(super) const UTC_OFFSET: i32 = 120;

/// A Monday, at midnight local time.
pub(super) fn start() -> Timestamp {
    Timestamp::parse("2026-05-31T22:00:00Z").unwrap()
}

/// A kind of service.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Archetype {
    /// Weekdays from nine to six, less at noon.
    Office,
    /// Most evenings.
    HomelabEvening,
    /// A look now and then.
    Rare,
    /// A job on the hour.
    HourlyCron,
    /// A job at night, and a few people at any time of the day.
    DailyJobAndHumans,
    /// No pattern at all, on average every half hour.
    Poisson30,
    /// Bursts of calls, mostly in working hours.
    WebhookBursts,
    /// Saturdays and Sundays, hardly ever else.
    Weekend,
    /// Three times a day for half an hour, when shifts change.
    ShiftChange,
}

pub(super) const ALL: [Archetype; 9] = [
    Archetype::Office,
    Archetype::HomelabEvening,
    Archetype::Rare,
    Archetype::HourlyCron,
    Archetype::DailyJobAndHumans,
    Archetype::Poisson30,
    Archetype::WebhookBursts,
    Archetype::Weekend,
    Archetype::ShiftChange,
];

impl Archetype {
    /// So many days of it from [`start`] on, in order.
    pub(super) fn traffic(self, seed: u64, days: u32) -> Vec<Hit> {
        let mut day =
            Day { random: Random(seed.wrapping_mul(7919) ^ self as u64), midnight: 0.0, hits: vec![] };
        for number in 0..days {
            day.midnight = f64::from(number) * 1_440.0;
            self.fill(&mut day, number % 7 >= 5);
        }
        day.hits.sort_by_key(|hit| hit.at);
        day.hits
    }

    fn fill(self, day: &mut Day, weekend: bool) {
        match self {
            Self::Office | Self::ShiftChange if weekend => {}
            Self::Office => {
                day.sessions(9.0, 12.25, 35.0, 2.3);
                day.sessions(13.0, 18.0, 35.0, 2.3);
            }
            Self::HomelabEvening if day.random.next() < 0.8 => day.sessions(18.5, 23.0, 45.0, 2.3),
            Self::HomelabEvening => {}
            Self::Rare => day.sessions(7.0, 23.5, 600.0, 0.7),
            Self::HourlyCron => {
                for hour in 0..24 {
                    let jitter = day.random.next() / 2.0;
                    day.hit(f64::from(hour) * 60.0 + jitter, 20.0);
                }
            }
            Self::DailyJobAndHumans => {
                day.hit(180.0, 300.0);
                day.sessions(9.0, 21.0, 360.0, 1.0);
            }
            Self::Poisson30 => day.single(0.0, 24.0, 30.0),
            Self::WebhookBursts => {
                let hours = if weekend { (10.0, 20.0, 400.0) } else { (8.0, 20.0, 110.0) };
                day.sessions(hours.0, hours.1, hours.2, 0.5);
            }
            Self::Weekend if weekend => day.sessions(10.0, 22.0, 50.0, 2.3),
            Self::Weekend => day.single(8.0, 23.0, 2_000.0),
            Self::ShiftChange => {
                for hour in [5.75, 13.75, 21.75] {
                    day.single(hour, hour + 0.5, 6.0);
                }
            }
        }
    }
}

/// A day that is filled with uses; minutes are counted from its midnight.
struct Day {
    random: Random,
    midnight: f64,
    hits: Vec<Hit>,
}

impl Day {
    fn hit(&mut self, minute: f64, seconds: f64) {
        let at = start().plus(Duration::from_secs_f64((self.midnight + minute) * 60.0));
        self.hits.push(Hit { at, duration: Duration::from_secs_f64(seconds) });
    }

    /// Single uses between two hours, `mean` minutes apart on average.
    fn single(&mut self, from: f64, to: f64, mean: f64) {
        let mut minute = from * 60.0 + self.random.wait(mean);
        while minute < to * 60.0 {
            let seconds = 1.0 + self.random.wait(10.0);
            self.hit(minute, seconds);
            minute += self.random.wait(mean);
        }
    }

    /// Sessions that begin between two hours, `mean` minutes after the last ended; each has ten uses on average, `apart`
    /// minutes apart.
    fn sessions(&mut self, from: f64, to: f64, mean: f64, apart: f64) {
        let mut minute = from * 60.0 + self.random.wait(mean / 2.0);
        while minute < to * 60.0 {
            loop {
                let seconds = 1.0 + self.random.wait(20.0);
                self.hit(minute, seconds);
                if self.random.next() < 0.1 {
                    break;
                }
                minute += self.random.wait(apart);
            }
            minute += self.random.wait(mean);
        }
    }
}

/// `SplitMix64`, which is small and good enough to make up traffic.
struct Random(u64);

impl Random {
    /// From 0 to below 1.
    fn next(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^= mixed >> 31;
        f64::from(u32::try_from(mixed >> 32).unwrap()) / (f64::from(u32::MAX) + 1.0)
    }

    /// A time until the next event when events are independent of each other.
    fn wait(&mut self, mean: f64) -> f64 {
        -mean * (1.0 - self.next()).ln()
    }
}
