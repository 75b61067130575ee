//! Which events somebody wants.

use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::EngineEvent;
use crate::ids::StackId;
use crate::names::ServiceName;
use crate::time::Timestamp;

/// Where events start and end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct EventsFrom {
    /// The first ones that the engine still has and that are not older than this; else from now on.
    pub since: Option<Timestamp>,
    /// They end here; else they go on.
    pub until: Option<Timestamp>,
}

/// Which events are shown. Nothing means all.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct EventSelection {
    /// Kinds of objects.
    pub kinds: BTreeSet<String>,
    /// Actions.
    pub actions: BTreeSet<String>,
    /// A stack.
    pub stack_id: Option<StackId>,
    /// A service of a stack.
    pub service: Option<ServiceName>,
    /// Also those that [tell nothing](EngineEvent::is_noise). An action that is asked for is shown anyway.
    pub noise: bool,
}

impl EventSelection {
    /// Whether the event is shown.
    pub fn has(&self, event: &EngineEvent) -> bool {
        let place = event.place.as_ref();
        (self.kinds.is_empty() || self.kinds.contains(&event.kind))
            && (self.actions.is_empty() || self.actions.contains(&event.action))
            && self.stack_id.is_none_or(|stack| place.is_some_and(|place| place.stack_id == stack))
            && self
                .service
                .as_ref()
                .is_none_or(|service| place.is_some_and(|place| place.service.as_ref() == Some(service)))
            && (self.noise || !self.actions.is_empty() || !event.is_noise())
    }
}

/// The place of an event among all: its time in nanoseconds, and its number among those of the same time, from 1. Whoever has
/// seen everything up to one resumes after it, without a gap and without seeing one twice.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct EventPosition {
    nanos: i64,
    number: u32,
}

impl EventPosition {
    /// Before every event at `time`.
    pub fn before(time: Timestamp) -> Self {
        Self { nanos: time.as_nanos(), number: 0 }
    }

    /// The place of the next event, which happened at `time`. The engine sends them in their order, so one that is older counts
    /// with the last.
    #[must_use]
    pub fn next(self, time: Timestamp) -> Self {
        let nanos = time.as_nanos();
        if nanos > self.nanos {
            Self { nanos, number: 1 }
        } else {
            Self { nanos: self.nanos, number: self.number.saturating_add(1) }
        }
    }

    /// From when on the engine has to be asked to get what comes after it.
    pub fn time(self) -> Option<Timestamp> {
        Timestamp::from_nanos(self.nanos)
    }

    /// Before the first event of the same time: where counting starts when the engine is asked again.
    #[must_use]
    pub fn rewound(self) -> Self {
        Self { number: 0, ..self }
    }
}

/// `<nanoseconds>.<number>`.
impl fmt::Display for EventPosition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.nanos, self.number)
    }
}

/// Text that is not a position.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("expected `<nanoseconds>.<number>`")]
pub struct PositionError;

impl FromStr for EventPosition {
    type Err = PositionError;

    fn from_str(text: &str) -> Result<Self, PositionError> {
        let (nanos, number) = text.split_once('.').ok_or(PositionError)?;
        let nanos: i64 = nanos.parse().map_err(|_| PositionError)?;
        let position = Self { nanos, number: number.parse().map_err(|_| PositionError)? };
        position.time().filter(|_| nanos >= 0).map(|_| position).ok_or(PositionError)
    }
}
