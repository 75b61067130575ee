//! Moments in query parameters and bodies, which are read the same everywhere.

use std::fmt;

use core_monitor_domain::logs::LogTime;
use core_monitor_domain::time::Timestamp;
use serde::de::value::{Error as UnreadableError, StrDeserializer};
use serde::de::{Unexpected, Visitor};
use serde::{Deserialize, Deserializer};

use crate::error_code::ErrorCode;
use crate::problem::Problem;
use crate::request::said;

/// Maximum number of characters of a value repeated in an error.
const SHOWN: usize = 60;

/// A time, or how long before `now`.
pub(crate) fn moment(name: &str, given: Option<&str>, now: Timestamp) -> Result<Option<Timestamp>, Problem> {
    let read = |text: &str| {
        let at = LogTime::given(text, now).and_then(|at| Timestamp::from_nanos(at.0));
        at.ok_or_else(|| no_moment(name, text))
    };
    given.map(read).transpose()
}

/// The same for logs, which have times before the first and after the last that the rest of the domain knows.
pub(crate) fn log_moment(
    name: &str,
    given: Option<&str>,
    now: Timestamp,
) -> Result<Option<LogTime>, Problem> {
    let read = |text: &str| LogTime::given(text, now).ok_or_else(|| no_moment(name, text));
    given.map(read).transpose()
}

/// What a time in a body has to be, as a parser says it; `parser_words` has the sentence.
pub(super) const TIME: &str = "a time such as 2026-12-01T18:00:00Z";

/// A time in a body, or null.
pub(crate) fn time_in_body<'de, D: Deserializer<'de>>(given: D) -> Result<Option<Timestamp>, D::Error> {
    Ok(Option::<Given>::deserialize(given)?.map(|Given(time)| time))
}

struct Given(Timestamp);

impl<'de> Deserialize<'de> for Given {
    fn deserialize<D: Deserializer<'de>>(given: D) -> Result<Self, D::Error> {
        given.deserialize_str(Reader)
    }
}

struct Reader;

impl Visitor<'_> for Reader {
    type Value = Given;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(TIME)
    }

    fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<Given, E> {
        if let Ok(time) = Timestamp::deserialize(StrDeserializer::<UnreadableError>::new(text)) {
            return Ok(Given(time));
        }
        let shown: String = text.chars().take(SHOWN).collect();
        Err(E::invalid_value(Unexpected::Other(&format!("`{shown}`")), &self))
    }
}

fn no_moment(name: &str, text: &str) -> Problem {
    let shown: String = text.escape_debug().take(SHOWN).collect();
    Problem::new(ErrorCode::InvalidRequest, said::not_a_moment(name, shown))
        .with_hint(said::write_moments_like())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_is_a_time_or_a_duration_ago() {
        let now = Timestamp::parse("2026-01-26T10:00:00Z").unwrap();
        let read = |text: &str| moment("since", Some(text), now);
        for (text, expected) in [
            ("2026-01-26T09:00:00Z", "2026-01-26T09:00:00Z"),
            ("2026-01-26T10:00:00+01:00", "2026-01-26T09:00:00Z"),
            ("1769418000", "2026-01-26T09:00:00Z"),
            ("10m", "2026-01-26T09:50:00Z"),
            ("1h30m", "2026-01-26T08:30:00Z"),
        ] {
            assert_eq!(read(text).unwrap(), Timestamp::parse(expected), "{text}");
        }
        assert_eq!(moment("since", None, now).unwrap(), None);
        for wrong in ["", "yesterday", "2026-01-26", "-10m"] {
            let refused = read(wrong).unwrap_err().to_string();
            assert!(refused.contains("neither a time nor a duration"), "{wrong}: {refused}");
        }
    }
}
