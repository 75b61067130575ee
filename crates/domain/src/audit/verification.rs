//! Whether the audit is as it was written: a walk along its chain, from the oldest entry to the newest.

use std::fmt;
use std::str::FromStr;

use super::{AuditEntry, AuditRecord, ChainValue};

/// Where the chain stands, as the store keeps it beside the entries.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ChainHead {
    /// The first entry with a value; `None` if there is none yet.
    pub first: Option<i64>,
    /// The newest entry, whether it has a value or not; 0 if there never was one.
    pub last: i64,
    /// The value of the newest entry that has one, or the beginning.
    pub value: ChainValue,
}

impl ChainHead {
    /// That of an audit without any entry.
    pub const EMPTY: Self = Self { first: None, last: 0, value: ChainValue::BEGINNING };

    /// The record of an entry that is written next.
    pub fn next(&self, entry: AuditEntry) -> AuditRecord {
        let id = self.last.saturating_add(1);
        let chain = Some(self.value.next(id, &entry));
        AuditRecord { id, entry, chain }
    }

    /// Where the chain stands once this record is stored.
    #[must_use]
    pub fn after(&self, record: &AuditRecord) -> Self {
        Self {
            first: self.first.or(record.chain.map(|_| record.id)),
            last: record.id,
            value: record.chain.unwrap_or(self.value),
        }
    }
}

impl Default for ChainHead {
    fn default() -> Self {
        Self::EMPTY
    }
}

/// Entries that are gone by rule, with a record file that was removed because of its age.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Gone {
    /// The oldest of them.
    pub first: i64,
    /// The newest.
    pub last: i64,
    /// The value of the newest; `None` if they were older than the chain.
    pub value: Option<ChainValue>,
}

/// An entry, and the value that the chain has there: where a verification stopped, and goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ChainPlace {
    /// The entry.
    pub id: i64,
    /// Its value; that of the beginning before the first entry with one.
    pub value: ChainValue,
}

/// The text is not a place in the chain.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a place in the audit's chain is the number of an entry, a colon and a value")]
pub struct ChainPlaceError;

impl ChainPlace {
    /// Before every entry.
    pub const BEGINNING: Self = Self { id: 0, value: ChainValue::BEGINNING };
}

impl fmt::Display for ChainPlace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.id, self.value)
    }
}

impl FromStr for ChainPlace {
    type Err = ChainPlaceError;

    fn from_str(text: &str) -> Result<Self, ChainPlaceError> {
        let (id, value) = text.split_once(':').ok_or(ChainPlaceError)?;
        let id = id.parse().map_err(|_| ChainPlaceError)?;
        let value = value.parse().map_err(|_| ChainPlaceError)?;
        Ok(Self { id, value })
    }
}

/// What is wrong with an entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum AuditFault {
    /// It, its value or the one before it is not what was written.
    Changed,
    /// It is not there, and neither is a rule by which it may be gone.
    Missing,
    /// It stands behind a later one.
    Displaced,
    /// It has no value, although the chain had begun.
    Unchained,
    /// It is the newest, and the store has another value for it beside the entries.
    Head,
    /// It, or something behind it, cannot be read.
    Unreadable,
}

impl AuditFault {
    /// Every fault.
    pub const ALL: [Self; 6] =
        [Self::Changed, Self::Missing, Self::Displaced, Self::Unchained, Self::Head, Self::Unreadable];

    /// The word in JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Changed => "changed",
            Self::Missing => "missing",
            Self::Displaced => "displaced",
            Self::Unchained => "unchained",
            Self::Head => "head",
            Self::Unreadable => "unreadable",
        }
    }
}

/// What follows "the entry N", for people.
impl fmt::Display for AuditFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Changed => "is not what was written: it or the one before it was changed",
            Self::Missing => "is missing",
            Self::Displaced => "is not at its place",
            Self::Unchained => {
                "has no value, although the chain had begun: it was not written by Core Monitor"
            }
            Self::Head => "is not the one that the database names as the newest",
            Self::Unreadable => "or one behind it cannot be read",
        })
    }
}

/// What a walk found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Verification {
    /// Entries that are as they were written.
    pub checked: u64,
    /// Entries from before there was a chain, which it does not cover.
    pub uncovered: u64,
    /// Entries that left with a record file that was removed because of its age.
    pub gone: u64,
    /// The last entry that was looked at and is in order, and its value.
    pub place: ChainPlace,
    /// The first entry that is not in order.
    pub broken: Option<(i64, AuditFault)>,
}

/// A walk along the chain.
#[derive(Debug, Clone)]
pub struct ChainWalk {
    head: ChainHead,
    gone: Vec<Gone>,
    found: Verification,
}

impl ChainWalk {
    /// Begins behind `from`, in an audit whose chain stands at `head` and that lacks `gone` by rule. `head` has to be read before
    /// the entries are, since the audit goes on meanwhile.
    pub fn new(head: ChainHead, gone: Vec<Gone>, from: ChainPlace) -> Self {
        let found = Verification { checked: 0, uncovered: 0, gone: 0, place: from, broken: None };
        Self { head, gone, found }
    }

    /// Looks at the next entry. Once something is broken, nothing behind it means anything.
    pub fn see(&mut self, record: &AuditRecord) {
        if self.is_broken() {
            return;
        }
        self.pass_gone(record.id);
        if let Err(broken) = self.check(record) {
            self.found.broken = Some(broken);
        }
    }

    /// The next entry cannot be read.
    pub fn stop_at_unreadable(&mut self) {
        if !self.is_broken() {
            self.found.broken = Some((self.found.place.id.saturating_add(1), AuditFault::Unreadable));
        }
    }

    /// Whether something is not as it was written.
    pub fn is_broken(&self) -> bool {
        self.found.broken.is_some()
    }

    /// What was found so far, of a walk that goes on later.
    pub fn so_far(&self) -> Verification {
        self.found
    }

    /// What was found, after the last entry that there is.
    pub fn end(mut self) -> Verification {
        if !self.is_broken() {
            self.pass_gone(self.head.last.saturating_add(1));
            let expected = self.expected();
            if expected <= self.head.last {
                self.found.broken = Some((expected, AuditFault::Missing));
            }
        }
        self.found
    }

    /// The first entry of the chain, which may be one that was written after the head was read.
    fn first(&self) -> i64 {
        self.head.first.unwrap_or(self.head.last.saturating_add(1))
    }

    /// The number that the next entry of the chain has to have.
    fn expected(&self) -> i64 {
        self.found.place.id.saturating_add(1).max(self.first())
    }

    /// Passes entries before `id` that are gone by rule.
    fn pass_gone(&mut self, id: i64) {
        while self.expected() < id {
            let next = self.expected();
            let is_it = |gone: &&Gone| (gone.first..=gone.last).contains(&next);
            let Some(gone) = self.gone.iter().find(is_it).copied() else { return };
            let Some(value) = gone.value else { return };
            self.found.gone += u64::try_from(gone.last - next).unwrap_or_default() + 1;
            self.found.place = ChainPlace { id: gone.last, value };
        }
    }

    fn check(&mut self, record: &AuditRecord) -> Result<(), (i64, AuditFault)> {
        let (id, expected) = (record.id, self.expected());
        if id < self.first() && record.chain.is_none() {
            self.found.uncovered += 1;
            self.found.place.id = self.found.place.id.max(id);
            return Ok(());
        }
        if id != expected {
            let is_gap = id > expected;
            return Err(if is_gap { (expected, AuditFault::Missing) } else { (id, AuditFault::Displaced) });
        }
        let value = record.chain.ok_or((id, AuditFault::Unchained))?;
        if self.found.place.value.next(id, &record.entry) != value {
            return Err((id, AuditFault::Changed));
        }
        if id == self.head.last && value != self.head.value {
            return Err((id, AuditFault::Head));
        }
        self.found.checked += 1;
        self.found.place = ChainPlace { id, value };
        Ok(())
    }
}

#[cfg(test)]
mod tests;
