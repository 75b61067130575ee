//! Times of log entries, to the nanosecond.

use std::fmt;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::time::Timestamp;

const SECOND: i64 = 1_000_000_000;
const DAY: i64 = 86_400;
/// Bytes of a time with nine digits behind the point: `2026-01-26T10:00:00.000000000Z`.
const LENGTH: usize = 30;

/// Nanoseconds since the Unix epoch. Logs have millions of these, which a calendar would be too slow for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct LogTime(pub i64);

impl LogTime {
    /// Reads a time as the engine puts it before an entry: RFC 3339, and in UTC always with nine digits behind the point.
    pub fn read(text: &[u8]) -> Option<Self> {
        if let Some(time) = Self::fixed(text) {
            return Some(time);
        }
        // Some log drivers keep the time of the engine's time zone.
        Timestamp::parse(std::str::from_utf8(text).ok()?).map(Self::from)
    }

    /// Reads the usual form.
    pub fn fixed(text: &[u8]) -> Option<Self> {
        let text: &[u8; LENGTH] = text.try_into().ok()?;
        let separators = [(4, b'-'), (7, b'-'), (10, b'T'), (13, b':'), (16, b':'), (19, b'.'), (29, b'Z')];
        if separators.iter().any(|(at, byte)| text.get(*at) != Some(byte)) {
            return None;
        }
        let number = |from: usize, to: usize| {
            text.get(from..to)?
                .iter()
                .try_fold(0_i64, |sum, byte| byte.is_ascii_digit().then(|| sum * 10 + i64::from(byte - b'0')))
        };
        let (year, month, day) = (number(0, 4)?, number(5, 7)?, number(8, 10)?);
        let (hour, minute, second) = (number(11, 13)?, number(14, 16)?, number(17, 19)?);
        let valid = (1970..2262).contains(&year)
            && (1..=12).contains(&month)
            && (1..=31).contains(&day)
            && hour < 24
            && minute < 60
            && second < 60;
        let seconds = days(year, month, day) * DAY + hour * 3600 + minute * 60 + second;
        valid.then_some(Self(seconds * SECOND + number(20, 29)?))
    }

    /// Reads a moment as people give it: RFC 3339, seconds since the epoch, or how long before `now`. What is out of range is
    /// the first or the last time there is.
    pub fn given(text: &str, now: Timestamp) -> Option<Self> {
        if let Some(ago) = age(text) {
            return Some(Self::from(now).minus(ago));
        }
        if !text.is_empty() && text.len() <= 12 && text.bytes().all(|byte| byte.is_ascii_digit()) {
            return text.parse::<i64>().ok().map(|seconds| Self(seconds.saturating_mul(SECOND)));
        }
        let at: jiff::Timestamp = text.parse().ok()?;
        Some(Self(i64::try_from(at.as_nanosecond().clamp(0, i64::MAX.into())).unwrap_or(i64::MAX)))
    }

    /// The same for the rest of the domain; `None` for what is no time.
    pub fn timestamp(self) -> Option<Timestamp> {
        let at = jiff::Timestamp::from_nanosecond(self.0.into()).ok()?;
        (self.0 > 0).then_some(Timestamp(at))
    }

    /// Earlier by `duration`.
    #[must_use]
    pub fn minus(self, duration: Duration) -> Self {
        Self(self.0.saturating_sub(i64::try_from(duration.as_nanos()).unwrap_or(i64::MAX)))
    }

    /// Whole seconds since the epoch, and the rest in nanoseconds.
    pub fn parts(self) -> (i64, i64) {
        (self.0.div_euclid(SECOND), self.0.rem_euclid(SECOND))
    }
}

impl From<Timestamp> for LogTime {
    fn from(at: Timestamp) -> Self {
        Self(i64::try_from(at.0.as_nanosecond()).unwrap_or(i64::MAX))
    }
}

/// As the engine writes it.
impl fmt::Display for LogTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (seconds, nanos) = self.parts();
        let (year, month, day) = date(seconds.div_euclid(DAY));
        let second = seconds.rem_euclid(DAY);
        let (hour, minute, second) = (second / 3600, second / 60 % 60, second % 60);
        write!(f, "{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.{nanos:09}Z")
    }
}

/// Days from the epoch to a date. The algorithm is Howard Hinnant's `days_from_civil`.
fn days(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let (era, of_era) = (year.div_euclid(400), year.rem_euclid(400));
    let of_year = (153 * (month + if month > 2 { -3 } else { 9 }) + 2) / 5 + day - 1;
    era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468
}

/// The date so many days after the epoch: `civil_from_days`.
fn date(days: i64) -> (i64, i64, i64) {
    let days = days + 719_468;
    let (era, of_era) = (days.div_euclid(146_097), days.rem_euclid(146_097));
    let year = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let shifted = (5 * of_year + 2) / 153;
    let day = of_year - (153 * shifted + 2) / 5 + 1;
    let month = if shifted < 10 { shifted + 3 } else { shifted - 9 };
    (year + era * 400 + i64::from(month <= 2), month, day)
}

/// A duration as people write it for `docker logs --since`: `90s`, `10m`, `1h30m`, `2d`.
fn age(text: &str) -> Option<Duration> {
    let (mut whole, mut rest) = (Duration::ZERO, text);
    while !rest.is_empty() {
        let digits = rest.find(|c: char| !c.is_ascii_digit())?;
        let (number, after) = rest.split_at(digits);
        let number: u64 = number.parse().ok()?;
        let unit = after.chars().next()?;
        let seconds = match unit {
            's' => 1,
            'm' => 60,
            'h' => 3_600,
            'd' => 86_400,
            _ => return None,
        };
        whole = whole.checked_add(Duration::from_secs(number.checked_mul(seconds)?))?;
        rest = after.get(unit.len_utf8()..)?;
    }
    (!text.is_empty()).then_some(whole)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn times_are_read_as_the_engine_writes_them() {
        let read = |text: &str| LogTime::read(text.as_bytes()).map(|time| time.to_string());
        let check = |text: &str, expected: &str| assert_eq!(read(text).as_deref(), Some(expected), "{text}");
        check("2026-01-26T10:00:00.123456789Z", "2026-01-26T10:00:00.123456789Z");
        check("2024-02-29T23:59:59.000000001Z", "2024-02-29T23:59:59.000000001Z");
        check("2026-01-26T12:00:00.5+02:00", "2026-01-26T10:00:00.500000000Z");
        for wrong in ["", "hello", "2026-13-26T10:00:00.123456789Z"] {
            assert_eq!(read(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn moments_are_read_as_people_give_them() {
        let now = Timestamp::parse("2026-01-26T10:00:00Z").unwrap();
        let check = |text: &str, expected: &str| {
            assert_eq!(LogTime::given(text, now).unwrap().to_string(), expected, "{text}");
        };
        check("10m", "2026-01-26T09:50:00.000000000Z");
        check("1700000000", "2023-11-14T22:13:20.000000000Z");
        check("2026-01-26T12:00:00+02:00", "2026-01-26T10:00:00.000000000Z");
        check("0001-01-01T00:00:00Z", "1970-01-01T00:00:00.000000000Z");
        check("9999-12-30T00:00:00Z", "2262-04-11T23:47:16.854775807Z");
        for wrong in ["", "yesterday", "-5", "1700000000000000000", "2026-13-26T10:00:00Z"] {
            assert_eq!(LogTime::given(wrong, now), None, "{wrong}");
        }
    }

    #[test]
    fn ages_are_read_as_people_write_them() {
        let check = |text: &str, seconds: u64| assert_eq!(age(text), Some(Duration::from_secs(seconds)));
        check("90s", 90);
        check("1h30m", 5_400);
        check("2d", 172_800);
        for wrong in
            ["", "10", "m", "-5m", "1.5h", "10m ", "99999999999999999999s", "18446744073709551615d", "5é"]
        {
            assert_eq!(age(wrong), None, "{wrong}");
        }
    }

    proptest! {
        #[test]
        fn every_time_is_that_of_the_calendar(nanos in 0_i64..9_000_000_000_000_000_000) {
            let calendar = jiff::Timestamp::from_nanosecond(i128::from(nanos)).unwrap();
            prop_assert_eq!(LogTime(nanos).to_string(), format!("{calendar:.9}"));
            prop_assert_eq!(LogTime::fixed(LogTime(nanos).to_string().as_bytes()), Some(LogTime(nanos)));
            prop_assert_eq!(LogTime::from(Timestamp(calendar)), LogTime(nanos));
        }
    }
}
