//! What people want of a service beside what its definition says.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::time::Timestamp;

use super::OnDemandTimes;

/// What somebody has set for a service at run time. It holds for every version until it is taken back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Wish {
    /// See [`OnDemandTimes::idle`].
    #[serde(skip_serializing_if = "Option::is_none")]
    pub idle: Option<Duration>,
    /// See [`OnDemandTimes::start`].
    #[serde(skip_serializing_if = "Option::is_none")]
    pub start: Option<Duration>,
    /// See [`OnDemandTimes::block`].
    #[serde(skip_serializing_if = "Option::is_none")]
    pub block: Option<Duration>,
    /// Until when it stays awake once it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub awake_until: Option<Timestamp>,
}

impl Wish {
    /// The times that hold, from those that are declared.
    pub fn times(&self, declared: OnDemandTimes) -> OnDemandTimes {
        OnDemandTimes {
            idle: self.idle.unwrap_or(declared.idle),
            start: self.start.or(declared.start),
            block: self.block.unwrap_or(declared.block),
            ..declared
        }
    }

    /// Whether it wants nothing.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_set_stays_as_declared() {
        let declared = OnDemandTimes { min_up: Some(Duration::from_secs(1)), ..OnDemandTimes::DEFAULT };
        assert_eq!(Wish::default().times(declared), declared);
        let wish = Wish { idle: Some(Duration::from_mins(3)), ..Wish::default() };
        let expected = OnDemandTimes { idle: Duration::from_mins(3), ..declared };
        assert_eq!(wish.times(declared), expected);
        assert!(!wish.is_empty());
    }
}
