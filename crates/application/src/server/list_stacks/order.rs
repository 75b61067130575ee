//! In which order stacks are listed.

use std::cmp::Ordering;
use std::fmt;
use std::str::FromStr;

use core_monitor_domain::names::StackName;
use core_monitor_domain::stack::Stack;

use crate::server::StackState;

/// What stacks are sorted by; those that are equal in it, by name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum StackSort {
    /// The name.
    #[default]
    Name,
    /// When the definition or the applied version last changed, the oldest first.
    UpdatedAt,
    /// The state, the worst first.
    State,
}

/// The order of a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct StackOrder {
    /// What it is by.
    pub sort: StackSort,
    /// The other way round; the names of those that are equal stay as they are.
    pub descending: bool,
}

/// The place of a stack in an order, and so where the next page begins. It is of the stack as it was: one that has moved
/// since may be listed twice or not at all, and every other one is listed once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StackPlace {
    order: StackOrder,
    /// What it is sorted by, as a number; 0 where that is the name.
    rank: i64,
    name: StackName,
}

impl StackSort {
    /// Every one.
    pub const ALL: [Self; 3] = [Self::Name, Self::UpdatedAt, Self::State];

    /// The name in the API.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::UpdatedAt => "updated_at",
            Self::State => "state",
        }
    }
}

impl StackOrder {
    /// The place of a stack that is in this state.
    pub fn place(self, stack: &Stack, state: StackState) -> StackPlace {
        let rank = match self.sort {
            StackSort::Name => 0,
            StackSort::UpdatedAt => stack.updated_at.as_millis(),
            StackSort::State => badness(state),
        };
        StackPlace { order: self, rank, name: stack.name.clone() }
    }

    /// Which of two places of this order comes first.
    pub(super) fn compare(self, one: &StackPlace, other: &StackPlace) -> Ordering {
        let turned = |order: Ordering| if self.descending { order.reverse() } else { order };
        let names = one.name.cmp(&other.name);
        match self.sort {
            StackSort::Name => turned(names),
            StackSort::UpdatedAt | StackSort::State => turned(one.rank.cmp(&other.rank)).then(names),
        }
    }

    /// Whether the store keeps stacks in this order.
    pub(super) fn is_stored(self) -> bool {
        self == Self::default()
    }
}

impl StackPlace {
    /// The order it is a place of.
    pub fn order(&self) -> StackOrder {
        self.order
    }

    pub(super) fn name(&self) -> &StackName {
        &self.name
    }
}

/// From bad to good, and what is not in use at the end.
fn badness(state: StackState) -> i64 {
    match state {
        StackState::Degraded => 0,
        StackState::Partial => 1,
        StackState::Stopped => 2,
        StackState::Unknown => 3,
        StackState::Running => 4,
        StackState::Asleep => 5,
        StackState::Completed => 6,
        StackState::NotApplied => 7,
    }
}

impl fmt::Display for StackPlace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { order, rank, name } = self;
        let direction = if order.descending { "-" } else { "+" };
        write!(f, "{direction}{} {rank} {name}", order.sort.as_str())
    }
}

/// The text is not a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a place in a list of stacks")]
pub struct NoPlace;

impl FromStr for StackPlace {
    type Err = NoPlace;

    fn from_str(text: &str) -> Result<Self, NoPlace> {
        let (direction, rest) = text.split_at_checked(1).ok_or(NoPlace)?;
        let descending = match direction {
            "+" => false,
            "-" => true,
            _ => return Err(NoPlace),
        };
        let mut parts = rest.splitn(3, ' ');
        let mut part = || parts.next().ok_or(NoPlace);
        let (sort, rank, name) = (part()?, part()?, part()?);
        let sort = StackSort::ALL.into_iter().find(|known| known.as_str() == sort).ok_or(NoPlace)?;
        Ok(Self {
            order: StackOrder { sort, descending },
            rank: rank.parse().map_err(|_| NoPlace)?,
            name: name.parse().map_err(|_| NoPlace)?,
        })
    }
}
