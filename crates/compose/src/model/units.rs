//! Durations and sizes in the notation of the Compose specification.

use crate::said;
use core_monitor_message::Message;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use std::fmt;
use std::str::FromStr;

/// A duration in nanoseconds; written `1m30s`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Duration(pub i64);

/// A size in bytes; `-1` means unlimited where the engine supports that. Written `64m`, printed as a plain number.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Bytes(pub i64);

/// Text that is not a valid duration or size.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InvalidUnit {
    /// Not a sequence of numbers with time units.
    #[error("{}", self.message())]
    Duration(String),
    /// A number without the required unit.
    #[error("{}", self.message())]
    MissingUnit(String),
    /// Not a number with an optional size unit.
    #[error("{}", self.message())]
    Bytes(String),
}

impl InvalidUnit {
    /// What is wrong, for people.
    pub fn message(&self) -> Message {
        match self {
            Self::Duration(text) => said::not_a_duration(text),
            Self::MissingUnit(text) => said::duration_without_unit(text),
            Self::Bytes(text) => said::not_a_size(text),
        }
    }
}

/// Units with their nanoseconds.
const TIME_UNITS: &[(&str, i64)] = &[
    ("ns", 1),
    ("us", 1_000),
    ("\u{b5}s", 1_000),
    ("\u{3bc}s", 1_000),
    ("ms", 1_000_000),
    ("s", 1_000_000_000),
    ("m", 60_000_000_000),
    ("h", 3_600_000_000_000),
    ("d", 86_400_000_000_000),
    ("w", 604_800_000_000_000),
];

impl FromStr for Duration {
    type Err = InvalidUnit;

    /// Reads `1h30m`, `1.5s`, `500ms`, `2d`, `1w`, `-5s`; `0` alone needs no unit.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let invalid = || InvalidUnit::Duration(text.to_owned());
        let (negative, mut rest) = match text.as_bytes().first() {
            Some(b'-') => (true, &text[1..]),
            Some(b'+') => (false, &text[1..]),
            _ => (false, text),
        };
        if rest == "0" {
            return Ok(Self(0));
        }
        if rest.is_empty() {
            return Err(invalid());
        }
        // Integer arithmetic throughout: floats would not round-trip.
        let mut total: i64 = 0;
        while !rest.is_empty() {
            let digits = rest.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(rest.len());
            let number = &rest[..digits];
            rest = &rest[digits..];
            let end = rest.find(|c: char| c.is_ascii_digit() || c == '.').unwrap_or(rest.len());
            if end == 0 {
                return Err(InvalidUnit::MissingUnit(text.to_owned()));
            }
            let unit = TIME_UNITS.iter().find(|(unit, _)| *unit == &rest[..end]);
            let part = unit.and_then(|(_, nanoseconds)| times(number, *nanoseconds));
            total = part.and_then(|part| total.checked_add(part)).ok_or_else(invalid)?;
            rest = &rest[end..];
        }
        Ok(Self(if negative { -total } else { total }))
    }
}

/// A decimal number of units in nanoseconds; `None` if it is not a number or too large.
fn times(number: &str, unit: i64) -> Option<i64> {
    let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
    if whole.is_empty() && fraction.is_empty() || fraction.contains('.') {
        return None;
    }
    let whole: i64 = if whole.is_empty() { 0 } else { whole.parse().ok()? };
    // More digits are below a nanosecond in any unit.
    let (mut part, mut scale) = (0_i64, 1_i64);
    for digit in fraction.bytes().take(17) {
        part = part * 10 + i64::from(digit - b'0');
        scale *= 10;
    }
    let part = i64::try_from(i128::from(part) * i128::from(unit) / i128::from(scale)).ok()?;
    whole.checked_mul(unit)?.checked_add(part)
}

impl fmt::Display for Duration {
    /// `1h2m3.5s`, `500ms`, `0s`: the canonical notation, the same as Go prints.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let nanos = self.0.unsigned_abs();
        if self.0 < 0 {
            f.write_str("-")?;
        }
        match nanos {
            0 => f.write_str("0s"),
            1..1_000 => write!(f, "{nanos}ns"),
            1_000..1_000_000 => write_scaled(f, nanos, 1_000, "µs"),
            1_000_000..1_000_000_000 => write_scaled(f, nanos, 1_000_000, "ms"),
            _ => {
                let seconds = nanos / 1_000_000_000;
                let (hours, minutes) = (seconds / 3600, seconds / 60 % 60);
                if hours > 0 {
                    write!(f, "{hours}h")?;
                }
                if seconds >= 60 {
                    write!(f, "{minutes}m")?;
                }
                write_scaled(f, nanos % 60_000_000_000, 1_000_000_000, "s")
            }
        }
    }
}

fn write_scaled(f: &mut fmt::Formatter<'_>, value: u64, unit: u64, suffix: &str) -> fmt::Result {
    let width = unit.ilog10() as usize;
    let fraction = format!("{:0width$}", value % unit);
    let fraction = fraction.trim_end_matches('0');
    let point = if fraction.is_empty() { "" } else { "." };
    write!(f, "{}{point}{fraction}{suffix}", value / unit)
}

impl FromStr for Bytes {
    type Err = InvalidUnit;

    /// Reads `64m`, `1.5g`, `300 MB`, `2GiB`, `104857600`; units are powers of 1024.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let invalid = || InvalidUnit::Bytes(text.to_owned());
        let end = text.rfind(|c: char| c.is_ascii_digit() || c == '.' || c == ' ').ok_or_else(invalid)?;
        let (number, suffix) = text.split_at(end + 1);
        // A single space is allowed between number and unit.
        let number = number.strip_suffix(' ').unwrap_or(number);
        if number == "-1" && suffix.is_empty() {
            return Ok(Self(-1));
        }
        let number = crate::number::float(number).filter(|size| *size >= 0.0).ok_or_else(invalid)?;
        let suffix = suffix.to_ascii_lowercase();
        let exponent = match suffix.as_bytes() {
            [] | [b'b'] => 0,
            [b'k', ..] => 1,
            [b'm', ..] => 2,
            [b'g', ..] => 3,
            [b't', ..] => 4,
            [b'p', ..] => 5,
            _ => return Err(invalid()),
        };
        if exponent > 0 && !matches!(&suffix.as_bytes()[1..], [] | b"b" | b"ib") {
            return Err(invalid());
        }
        whole(number * 1024f64.powi(exponent)).map(Self).ok_or_else(invalid)
    }
}

impl fmt::Display for Bytes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// The integer part, if it fits.
fn whole(value: f64) -> Option<i64> {
    const LIMIT: f64 = 9_223_372_036_854_775_807.0;
    #[expect(clippy::cast_possible_truncation, reason = "the range is checked on the line itself")]
    (value.is_finite() && value.abs() < LIMIT).then_some(value as i64)
}

macro_rules! as_text {
    ($kind:ty) => {
        impl Serialize for $kind {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> Deserialize<'de> for $kind {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                String::deserialize(deserializer)?.parse().map_err(de::Error::custom)
            }
        }
    };
}

as_text!(Duration);
as_text!(Bytes);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_read_and_printed_canonically() {
        let check = |text: &str, printed: &str| {
            let duration: Duration = text.parse().unwrap();
            assert_eq!(duration.to_string(), printed, "{text}");
            assert_eq!(printed.parse::<Duration>().unwrap(), duration, "{text}");
        };
        check("90s", "1m30s");
        check("1.5s", "1.5s");
        check("500ms", "500ms");
        check("1500us", "1.5ms");
        check("1h", "1h0m0s");
        check("2d", "48h0m0s");
        check("0", "0s");
        check("-5s", "-5s");
        check("1h2m3s4ms", "1h2m3.004s");
        check("42ns", "42ns");
    }

    #[test]
    fn invalid_durations_are_quoted() {
        let check = |text: &str| text.parse::<Duration>().unwrap_err().to_string();
        assert_eq!(check("10"), "duration `10` has no unit");
        assert_eq!(check("soon"), "`soon` is not a duration");
        assert_eq!(check("5y"), "`5y` is not a duration");
        assert_eq!(check(""), "`` is not a duration");
        assert_eq!(check("9999999999999h"), "`9999999999999h` is not a duration");
    }

    #[test]
    fn sizes_are_powers_of_1024() {
        let check = |text: &str| text.parse::<Bytes>().unwrap().0;
        assert_eq!(check("64m"), 67_108_864);
        assert_eq!(check("1.5g"), 1_610_612_736);
        assert_eq!(check("2GiB"), 2_147_483_648);
        assert_eq!(check("300 MB"), 314_572_800);
        assert_eq!(check("1048576b"), 1_048_576);
        assert_eq!(check("-1"), -1);
    }

    #[test]
    fn invalid_sizes_are_rejected() {
        for text in ["", "m", "-64m", "64x", "64mib2", "64mm", "1e400"] {
            assert!(text.parse::<Bytes>().is_err(), "{text}");
        }
    }
}
