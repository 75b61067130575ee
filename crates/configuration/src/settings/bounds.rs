//! What a number may be: nothing that would keep everybody out.

use std::ops::RangeInclusive;
use std::time::Duration;

use crate::{ByteSize, ConfigurationError, HumanDuration};

pub(super) fn in_range(
    setting: &'static str,
    value: usize,
    range: RangeInclusive<usize>,
    expected: &'static str,
) -> Result<usize, ConfigurationError> {
    if range.contains(&value) {
        return Ok(value);
    }
    Err(ConfigurationError::OutOfRange { setting, value: value.to_string(), expected })
}

pub(super) fn at_least(
    setting: &'static str,
    value: usize,
    least: usize,
    expected: &'static str,
) -> Result<usize, ConfigurationError> {
    in_range(setting, value, least..=usize::MAX, expected)
}

pub(super) fn at_least_one(setting: &'static str, value: usize) -> Result<usize, ConfigurationError> {
    at_least(setting, value, 1, "at least 1")
}

/// Room for a small definition.
pub(super) fn at_least_one_kib(setting: &'static str, value: ByteSize) -> Result<usize, ConfigurationError> {
    at_least(setting, value.0, 1 << 10, "at least `1KiB`")
}

pub(super) fn at_least_one_hour(
    setting: &'static str,
    value: HumanDuration,
) -> Result<Duration, ConfigurationError> {
    if value.0 >= Duration::from_hours(1) {
        return Ok(value.0);
    }
    Err(ConfigurationError::OutOfRange { setting, value: value.to_string(), expected: "at least `1h`" })
}

pub(super) fn at_least_one_second(
    setting: &'static str,
    value: HumanDuration,
) -> Result<Duration, ConfigurationError> {
    if value.0 >= Duration::from_secs(1) {
        return Ok(value.0);
    }
    Err(ConfigurationError::OutOfRange { setting, value: value.to_string(), expected: "at least `1s`" })
}

/// The use of a session is written once a minute.
pub(super) fn at_least_two_minutes(
    setting: &'static str,
    value: HumanDuration,
) -> Result<Duration, ConfigurationError> {
    if value.0 >= Duration::from_mins(2) {
        return Ok(value.0);
    }
    Err(ConfigurationError::OutOfRange { setting, value: value.to_string(), expected: "at least `2m`" })
}
