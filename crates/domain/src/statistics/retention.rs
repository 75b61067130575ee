//! What is removed when stored statistics take more room than they may.

use std::time::Duration;

use super::{BLOCK_SPAN, Place, STORED};
use crate::time::Timestamp;

/// How much of the stored statistics is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StatisticsRetention {
    /// For how long.
    pub age: Duration,
    /// In how many bytes, all together.
    pub bytes: u64,
}

/// What is stored of one place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredSpan {
    /// Whose it is.
    pub place: Place,
    /// The begin of its last block.
    pub last: Timestamp,
    /// Its bytes.
    pub bytes: u64,
}

/// What has to go.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Crowded {
    /// Everything of these places: they have ended, the first one longest ago.
    pub places: Vec<Place>,
    /// That many more bytes of the oldest blocks of all the others.
    pub excess: u64,
}

impl StatisticsRetention {
    /// A place without points for so long has ended.
    const ENDED: Duration = Duration::from_hours(24);

    /// Up to this many bytes, for 14 days.
    pub fn within(bytes: u64) -> Self {
        Self { age: STORED, bytes }
    }

    /// Blocks that begin earlier are too old.
    pub fn oldest(&self, now: Timestamp) -> Timestamp {
        let millis = i64::try_from((self.age + BLOCK_SPAN).as_millis()).unwrap_or(i64::MAX);
        Timestamp::from_millis(now.as_millis().saturating_sub(millis)).unwrap_or(now)
    }

    /// Blocks that begin later come from a clock that was wrong.
    pub fn newest(&self, now: Timestamp) -> Timestamp {
        now.plus(Self::ENDED)
    }

    /// What has to go so that the rest fits: first what has ended, longest ago first; then the oldest of everything.
    pub fn crowded(&self, mut stored: Vec<StoredSpan>, now: Timestamp) -> Crowded {
        let all: u64 = stored.iter().map(|span| span.bytes).sum();
        let mut crowded = Crowded { places: Vec::new(), excess: all.saturating_sub(self.bytes) };
        if crowded.excess == 0 {
            return crowded;
        }
        stored.sort_by(|a, b| (a.last, &a.place).cmp(&(b.last, &b.place)));
        for span in stored {
            if crowded.excess == 0 || now.since(span.last) < Self::ENDED {
                break;
            }
            crowded.excess = crowded.excess.saturating_sub(span.bytes);
            crowded.places.push(span.place);
        }
        crowded
    }
}
