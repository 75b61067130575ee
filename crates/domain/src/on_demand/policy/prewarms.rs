//! What became of the starts ahead of a request.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::on_demand::week_profile::Slot;

/// After so many wasted starts ahead in a row, a slot of the week gets no more, until a use comes in it by itself.
pub const WASTED_IN_A_ROW: u8 = 2;

/// How many predictions were right and wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Counts {
    /// Starts ahead after which a use came: cold starts that were saved.
    pub hits: u64,
    /// Starts ahead after which the service went to sleep again without a use.
    pub wasted: u64,
    /// Cold starts that no start ahead prevented.
    pub missed: u64,
}

/// The starts ahead of one service, and what they were good for.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Prewarms {
    counts: Counts,
    /// By place in the week, how often in a row a start ahead was wasted.
    in_a_row: BTreeMap<u8, u8>,
    /// The slot that a start ahead was made for, while its outcome is not known.
    pending: Option<Slot>,
}

impl Prewarms {
    /// What became of all starts so far.
    pub fn counts(&self) -> &Counts {
        &self.counts
    }

    /// A start ahead was made for a use in this slot.
    pub fn began(&mut self, expected: Slot) {
        self.pending.get_or_insert(expected);
    }

    /// A use came in this slot. `cold` says that the service had to be started for it.
    pub fn used(&mut self, slot: Slot, cold: bool) {
        if cold {
            self.counts.missed += 1;
        } else if self.pending.is_some() {
            self.counts.hits += 1;
        }
        let first = self.pending.take().unwrap_or(slot).min(slot);
        for place in places(first, slot) {
            self.in_a_row.remove(&place);
        }
    }

    /// The service was put to sleep in this slot. If it had been started ahead, that was wasted, in all slots it was up in.
    pub fn slept(&mut self, slot: Slot) {
        let Some(first) = self.pending.take() else {
            return;
        };
        self.counts.wasted += 1;
        // The slot that ends right now was not waited for.
        let last = if slot > first { slot.plus(-1) } else { slot };
        for place in places(first, last) {
            let wasted = self.in_a_row.entry(place).or_default();
            *wasted = wasted.saturating_add(1).min(WASTED_IN_A_ROW);
        }
    }

    /// Whether starts ahead for this slot were wasted too often.
    pub fn is_off(&self, slot: Slot) -> bool {
        self.in_a_row.get(&slot.place()).is_some_and(|wasted| *wasted >= WASTED_IN_A_ROW)
    }
}

/// The places in the week of all slots from one to another, at most those of a day.
fn places(first: Slot, last: Slot) -> impl Iterator<Item = u8> {
    (0..96).map(move |count| first.plus(count)).take_while(move |slot| *slot <= last).map(Slot::place)
}
