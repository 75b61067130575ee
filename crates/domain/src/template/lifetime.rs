//! How long the instances of a template live, and what ends them.

use std::time::Duration;

use core_monitor_message::Message;
use serde::{Deserialize, Serialize};

use super::said;
use crate::time::Timestamp;

/// How long the instances of a template live. Whatever is `None` ends no instance.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lifetime {
    /// How long one may be stopped or asleep before it is removed.
    pub remove_after: Option<Duration>,
    /// How old one becomes.
    pub max_age: Option<Duration>,
    /// How long one whose key is gone from the list of keys is kept.
    pub grace: Duration,
}

impl Default for Lifetime {
    fn default() -> Self {
        Self { remove_after: None, max_age: None, grace: Self::GRACE }
    }
}

impl Lifetime {
    /// The grace time where nothing is said.
    pub const GRACE: Duration = Duration::from_mins(10);
    /// The shortest and the longest time that can be said.
    pub const BOUNDS: (Duration, Duration) = (Duration::from_secs(1), Duration::from_hours(366 * 24));

    /// When an instance is to be removed and why: the earliest of what ends it.
    pub fn end(&self, of: &Life) -> Option<Sweep> {
        let age = self.max_age.map(|age| Sweep {
            cause: SweepCause::Age,
            since: of.created_at,
            due: of.created_at.plus(age),
        });
        let stopped = of.stopped_since.zip(self.remove_after);
        let stopped =
            stopped.map(|(since, after)| Sweep { cause: SweepCause::Stopped, since, due: since.plus(after) });
        let unlisted = of.unlisted_since;
        let unlisted =
            unlisted.map(|since| Sweep { cause: SweepCause::Unlisted, since, due: since.plus(self.grace) });
        [age, stopped, unlisted].into_iter().flatten().min_by_key(|sweep| sweep.due)
    }
}

/// What decides how long an instance lives on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Life {
    /// When it was launched.
    pub created_at: Timestamp,
    /// Since when nothing of it runs; `None` while something does.
    pub stopped_since: Option<Timestamp>,
    /// Since when its key is not on the list of keys; `None` while it is, and without a list.
    pub unlisted_since: Option<Timestamp>,
}

/// The removal of an instance that is to come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sweep {
    /// Why.
    pub cause: SweepCause,
    /// Since when that is the case.
    pub since: Timestamp,
    /// When it is removed.
    pub due: Timestamp,
}

/// Why an instance is removed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum SweepCause {
    /// It was stopped or asleep for long enough.
    Stopped,
    /// It is old enough.
    Age,
    /// Its key is gone from the list of keys.
    Unlisted,
}

impl SweepCause {
    /// Every cause.
    pub const ALL: [Self; 3] = [Self::Stopped, Self::Age, Self::Unlisted];

    /// The word in JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Stopped => "stopped",
            Self::Age => "age",
            Self::Unlisted => "unlisted",
        }
    }

    /// Why, in a sentence.
    pub fn message(self) -> Message {
        match self {
            Self::Stopped => said::swept_because_stopped(),
            Self::Age => said::swept_because_of_age(),
            Self::Unlisted => said::swept_because_unlisted(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_millis(seconds * 1_000).unwrap()
    }

    fn end(lifetime: Lifetime, stopped: Option<i64>, unlisted: Option<i64>) -> Option<(SweepCause, i64)> {
        let life =
            Life { created_at: at(100), stopped_since: stopped.map(at), unlisted_since: unlisted.map(at) };
        lifetime.end(&life).map(|sweep| (sweep.cause, sweep.due.as_millis() / 1_000))
    }

    #[test]
    fn nothing_ends_an_instance_that_nobody_limits() {
        assert_eq!(end(Lifetime::default(), Some(100), None), None);
    }

    #[test]
    fn the_earliest_end_counts() {
        let lifetime = Lifetime {
            remove_after: Some(Duration::from_secs(50)),
            max_age: Some(Duration::from_secs(500)),
            grace: Duration::from_secs(20),
        };
        assert_eq!(end(lifetime, None, None), Some((SweepCause::Age, 600)));
        assert_eq!(end(lifetime, Some(200), None), Some((SweepCause::Stopped, 250)));
        assert_eq!(end(lifetime, Some(200), Some(210)), Some((SweepCause::Unlisted, 230)));
        assert_eq!(end(lifetime, Some(580), None), Some((SweepCause::Age, 600)));
    }
}
