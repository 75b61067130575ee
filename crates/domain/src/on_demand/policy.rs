//! When an idle service is put to sleep, and when it is started before anybody asks for it.
//!
//! Every policy says in which spans of time the service should be up; [`advise`] joins those that are too close to sleep
//! in between, and says what follows for this moment. The gateway and the back-test ask the same function.
//!
//! No policy stops a service that is in use: the caller asks only while nothing is in flight.

use std::fmt;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::time::Timestamp;

mod learned;
mod prewarm_leave;
mod prewarms;
mod spans;

pub use learned::Learned;
pub use prewarm_leave::{Host, PrewarmRefusal, Standing, prewarm_leave};
pub use prewarms::{Counts, Prewarms, WASTED_IN_A_ROW};

use spans::Span;

/// The shortest sleep that is worth a stop and a start, however fast both are. Without it, a monitor that asks every five
/// minutes would cause 288 starts a day.
const LEAST_SLEEP: Duration = Duration::from_mins(10);
/// The shortest sleep as a multiple of a start and a stop together.
const LEAST_SLEEP_FACTOR: u32 = 5;

/// How it is decided when a service sleeps.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Policy {
    /// A fixed time after the last use. Never starts ahead.
    Fixed(Duration),
    /// By the histogram of pauses: it sleeps at once and starts ahead where pauses are regular, stays up until the longest
    /// usual pause is over where they are short, and waits for the configured time where nothing is predictable.
    Hybrid,
    /// The configured time after the last use, and besides up in every slot of the week that is used on at least
    /// `percent` of days.
    Calendar {
        /// The likelihood of a use from which on the service is up, in per cent.
        percent: u8,
    },
}

impl fmt::Display for Policy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Fixed(timeout) if timeout.as_secs().is_multiple_of(60) => {
                write!(f, "fixed {} min", timeout.as_secs() / 60)
            }
            Self::Fixed(timeout) => write!(f, "fixed {} s", timeout.as_secs()),
            Self::Hybrid => f.write_str("hybrid"),
            Self::Calendar { percent } => write!(f, "calendar {percent} %"),
        }
    }
}

/// What does not depend on the traffic of a service.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Terms {
    /// The timeout that the service is configured with.
    pub configured: Duration,
    /// How long nine of ten starts take at most.
    pub start_p90: Duration,
    /// How long a stop takes.
    pub stop: Duration,
    /// By how many minutes local time is ahead of UTC.
    pub utc_offset: i32,
    /// Whether the service may be started before anybody asks for it, see [`prewarm_leave`].
    pub may_prewarm: bool,
}

impl Terms {
    /// The shortest sleep that is worth it: ten minutes, or five times a start and a stop if that is longer.
    pub fn least_sleep(&self) -> Duration {
        LEAST_SLEEP.max((self.start_p90 + self.stop).saturating_mul(LEAST_SLEEP_FACTOR))
    }
}

/// What to do with a service that has nothing in flight.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Advice {
    /// It should be up until then. For a service that sleeps: start it ahead now.
    StayUp {
        /// When to ask again. Later than the moment that was asked about.
        until: Timestamp,
    },
    /// It should sleep.
    Sleep {
        /// When to start it ahead, if it is still asleep then; `None` leaves it to the next request.
        prewarm_at: Option<Timestamp>,
    },
}

/// What a policy says at `now` about a service whose last use ended at `last_use`.
///
/// Between two uses, the same question gets the same answer unless something was learned or `may_prewarm` changed. Slots
/// of the week that were wasted twice in a row are left out.
pub fn advise(
    policy: Policy,
    learned: &Learned,
    terms: &Terms,
    last_use: Timestamp,
    now: Timestamp,
) -> Advice {
    let spans = spans::of(policy, learned, terms, last_use, now);
    // Spans that are not joined with the one of the last use begin with a start ahead.
    let allowed =
        joined(spans, terms.least_sleep()).filter(|span| span.from <= last_use || terms.may_prewarm);
    match allowed.into_iter().find(|span| span.until > now) {
        Some(span) if span.from <= now => Advice::StayUp { until: span.until },
        Some(span) => Advice::Sleep { prewarm_at: Some(span.from) },
        None => Advice::Sleep { prewarm_at: None },
    }
}

/// Joins spans, in the order of their beginnings, that are less than `least_sleep` apart.
fn joined(spans: impl Iterator<Item = Span>, least_sleep: Duration) -> impl Iterator<Item = Span> {
    let mut spans = spans.peekable();
    std::iter::from_fn(move || {
        let mut span = spans.next()?;
        while let Some(next) = spans.next_if(|next| next.from < span.until.plus(least_sleep)) {
            span.until = span.until.max(next.until);
        }
        Some(span)
    })
}

#[cfg(test)]
mod tests;
