//! The lanes of the queue: commands keep their order within a lane, and lanes run side by side.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::CommandKind;
use crate::ids::StackId;

/// The lane of a command. It follows from the kind and the stack, and cannot be chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Lane {
    /// Everything requested by people: one order for the whole installation.
    Writes,
    /// Power changes that Core Monitor makes by itself: one order per stack.
    Power(StackId),
}

impl Lane {
    /// The lane of a command of this kind for this stack.
    pub fn of(kind: CommandKind, stack: StackId) -> Self {
        if kind.is_power_change() { Self::Power(stack) } else { Self::Writes }
    }

    /// Whether it is a power lane.
    pub fn is_power(self) -> bool {
        matches!(self, Self::Power(_))
    }
}

impl fmt::Display for Lane {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Writes => f.write_str("writes"),
            Self::Power(stack) => write!(f, "power/{stack}"),
        }
    }
}

/// Text that is not a lane.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a lane; expected `writes` or `power/<stack id>`")]
pub struct LaneError(String);

impl FromStr for Lane {
    type Err = LaneError;

    fn from_str(text: &str) -> Result<Self, LaneError> {
        let refused = || LaneError(text.chars().take(60).collect());
        match text.strip_prefix("power/") {
            Some(stack) => stack.parse().map(Self::Power).map_err(|_| refused()),
            None if text == "writes" => Ok(Self::Writes),
            None => Err(refused()),
        }
    }
}

impl TryFrom<String> for Lane {
    type Error = LaneError;

    fn try_from(text: String) -> Result<Self, LaneError> {
        text.parse()
    }
}

impl From<Lane> for String {
    fn from(lane: Lane) -> Self {
        lane.to_string()
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    #[test]
    fn only_power_changes_have_their_own_lane() {
        let stack = StackId(Uuid::from_u128(7));
        let apart: Vec<_> =
            CommandKind::ALL.into_iter().filter(|kind| Lane::of(*kind, stack) != Lane::Writes).collect();
        assert_eq!(apart, [CommandKind::Wake, CommandKind::Sleep]);
        assert_eq!(Lane::of(CommandKind::Wake, stack), Lane::Power(stack));
    }

    #[test]
    fn a_lane_parses_its_own_text() {
        for lane in [Lane::Writes, Lane::Power(StackId(Uuid::from_u128(7)))] {
            assert_eq!(lane.to_string().parse(), Ok(lane));
        }
        for text in ["", "power", "power/", "power/web", "reads"] {
            assert!(text.parse::<Lane>().is_err(), "{text}");
        }
    }
}
