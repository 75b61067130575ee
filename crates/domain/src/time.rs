//! Points in time. The domain compares them but never reads a clock.

use std::fmt;
use std::time::Duration;

use serde::{Deserialize, Serialize};

/// A point in time in UTC. JSON and `Display` use RFC 3339.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Timestamp(pub jiff::Timestamp);

impl Timestamp {
    /// The instant `millis` milliseconds after the Unix epoch, `None` outside years -9999..9999.
    pub fn from_millis(millis: i64) -> Option<Self> {
        jiff::Timestamp::from_millisecond(millis).ok().map(Self)
    }

    /// The Unix epoch.
    pub fn beginning() -> Self {
        Self(jiff::Timestamp::UNIX_EPOCH)
    }

    /// The instant `nanos` nanoseconds after the Unix epoch.
    pub fn from_nanos(nanos: i64) -> Option<Self> {
        jiff::Timestamp::from_nanosecond(nanos.into()).ok().map(Self)
    }

    /// Nanoseconds since the Unix epoch, limited to the years 1677 to 2262.
    pub fn as_nanos(self) -> i64 {
        let nanos = self.0.as_nanosecond();
        i64::try_from(nanos).unwrap_or(if nanos < 0 { i64::MIN } else { i64::MAX })
    }

    /// Milliseconds since the Unix epoch, rounded towards zero.
    pub fn as_millis(self) -> i64 {
        self.0.as_millisecond()
    }

    /// Parses RFC 3339 as the engine writes it. The engine's "never", `0001-01-01T00:00:00Z`, is `None`.
    pub fn parse(text: &str) -> Option<Self> {
        let instant: jiff::Timestamp = text.parse().ok()?;
        (instant.as_millisecond() > 0).then_some(Self(instant))
    }

    /// Time since `earlier`; zero when `earlier` is later.
    pub fn since(self, earlier: Self) -> Duration {
        let millis = self.as_millis().saturating_sub(earlier.as_millis());
        Duration::from_millis(u64::try_from(millis).unwrap_or(0))
    }

    /// This time plus a duration, limited to the maximum.
    #[must_use]
    pub fn plus(self, duration: Duration) -> Self {
        self.0.checked_add(duration).map_or(self, Self)
    }

    /// This time less a duration, limited to the minimum.
    #[must_use]
    pub fn minus(self, duration: Duration) -> Self {
        self.0.checked_sub(duration).map_or(self, Self)
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_engines_zero_time_is_none() {
        assert_eq!(Timestamp::parse("0001-01-01T00:00:00Z"), None);
        assert_eq!(
            Timestamp::parse("2026-01-26T10:00:00.123456789Z").unwrap().to_string(),
            "2026-01-26T10:00:00.123456789Z"
        );
    }

    #[test]
    fn since_never_goes_below_zero() {
        let early = Timestamp::from_millis(1_000).unwrap();
        let late = early.plus(Duration::from_millis(250));
        assert_eq!(late.since(early), Duration::from_millis(250));
        assert_eq!(early.since(late), Duration::ZERO);
    }
}
