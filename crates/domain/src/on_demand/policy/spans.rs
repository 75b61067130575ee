//! The spans of time in which a policy wants a service up, as far as the traffic alone decides.

use std::iter;
use std::time::Duration;

use crate::on_demand::week_profile::{LocalMinutes, SLOTS_PER_DAY, Slot};
use crate::time::Timestamp;

use super::{Learned, Policy, Terms};

/// How long a service stays up after a use even when the next one is far away: uses closer than this are one use, and the
/// histogram does not know them.
const LINGER: Duration = Duration::from_mins(1);
/// How many slots the calendar is read ahead and back. Every slot of the profile comes up within a week.
const HORIZON: i64 = 7 * SLOTS_PER_DAY;

/// A span in which a service should be up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Span {
    pub(super) from: Timestamp,
    pub(super) until: Timestamp,
}

/// The spans from the last use on, by their beginnings. Those that ended a week before `now` may be missing.
pub(super) fn of<'a>(
    policy: Policy,
    learned: &'a Learned,
    terms: &'a Terms,
    last_use: Timestamp,
    now: Timestamp,
) -> Box<dyn Iterator<Item = Span> + 'a> {
    let after = |wait: Duration| Span { from: last_use, until: last_use.plus(wait) };
    match policy {
        Policy::Fixed(timeout) => Box::new(iter::once(after(timeout))),
        Policy::Hybrid => Box::new(hybrid(learned, terms, last_use).into_iter()),
        Policy::Calendar { percent } => {
            let slots = calendar(percent, learned, terms, last_use, now);
            Box::new(iter::once(after(terms.configured)).chain(slots))
        }
    }
}

fn hybrid(learned: &Learned, terms: &Terms, last_use: Timestamp) -> Vec<Span> {
    let after = |wait: Duration| Span { from: last_use, until: last_use.plus(wait) };
    let Ok(expected) = learned.pauses.expected() else {
        return vec![after(terms.configured)];
    };
    let ahead = expected.head.saturating_sub(terms.start_p90);
    if ahead < LINGER + terms.least_sleep() {
        return vec![after(expected.tail)];
    }
    let begins = last_use.plus(ahead);
    let slot = LocalMinutes::of(begins, terms.utc_offset).slot();
    let window = Span { from: begins, until: last_use.plus(expected.tail) };
    let mut spans = vec![after(LINGER)];
    spans.extend(Some(window).filter(|_| !learned.prewarms.is_off(slot)));
    spans
}

/// The likely slots, each begun early enough that the service is ready when the slot begins.
fn calendar<'a>(
    percent: u8,
    learned: &'a Learned,
    terms: &'a Terms,
    last_use: Timestamp,
    now: Timestamp,
) -> impl Iterator<Item = Span> + 'a {
    let first = first_slot(terms, last_use, now);
    let slots = (0..=2 * HORIZON).map(move |count| first.plus(count));
    let likely =
        slots.filter(move |slot| learned.week.is_likely(*slot, percent) && !learned.prewarms.is_off(*slot));
    likely.map(move |slot| {
        let begins = slot.begins(terms.utc_offset);
        let lead = i64::try_from(terms.start_p90.as_millis()).unwrap_or(0);
        let from = Timestamp::from_millis(begins.as_millis().saturating_sub(lead)).unwrap_or(begins);
        Span { from: from.max(last_use), until: slot.plus(1).begins(terms.utc_offset) }
    })
}

/// The slot of the last use, since what is joined with it is no start ahead; or, when that is longer ago than a week, the
/// slot of a week ago.
fn first_slot(terms: &Terms, last_use: Timestamp, now: Timestamp) -> Slot {
    let slot = |instant| LocalMinutes::of(instant, terms.utc_offset).slot();
    slot(last_use).max(slot(now).plus(-HORIZON))
}
