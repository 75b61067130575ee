//! Whose an object is, who uses it, and whether it may be pruned. The rule is here and nowhere else: what a list shows and
//! what a plan does cannot differ.

use core_monitor_message::Message;

use super::{ImageNeed, said};
use crate::ids::{ContainerId, StackId};
use crate::names::StackName;

/// Whose an object is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Belongs {
    /// A stack of this installation, which may be deleted.
    Stack(StackId),
    /// Core Monitor itself.
    CoreMonitor,
    /// The engine, which makes some networks for itself.
    Engine,
    /// Somebody else.
    Foreign,
    /// Somebody else, although its labels name a stack of this installation.
    Spoofed(StackId),
    /// It is newer than the last observation, so nobody knows yet.
    Unseen,
}

/// Why an object stays.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Keeper {
    /// A container uses it.
    Container(String),
    /// A stack needs the image.
    Image(ImageNeed, Option<StackName>),
    /// It belongs to a stack; without a name, to a deleted one.
    Stack(Option<StackName>),
    /// It is a part of Core Monitor.
    CoreMonitor,
    /// The engine has made it for itself.
    Engine,
    /// It is running.
    Running,
    /// It is newer than the last observation.
    Unseen,
}

impl Keeper {
    /// The reason as a clause.
    pub fn message(&self) -> Message {
        match self {
            Self::Container(name) => said::kept_for_container(name),
            Self::Image(need, stack) => {
                let stack = stack.as_ref().map_or_else(|| need.stack_id.to_string(), ToString::to_string);
                if need.released {
                    said::kept_for_rollback(stack, need.version)
                } else {
                    said::kept_for_version(stack, need.version)
                }
            }
            Self::Stack(Some(name)) => said::kept_of_stack(name),
            Self::Stack(None) => said::kept_of_deleted_stack(),
            Self::CoreMonitor => said::kept_of_core_monitor(),
            Self::Engine => said::kept_of_engine(),
            Self::Running => said::kept_running(),
            Self::Unseen => said::kept_unseen(),
        }
    }
}

/// Whether an object may be pruned.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Prunable {
    /// Nothing would miss it: it goes when somebody prunes, without being named.
    Freely,
    /// Nothing uses it, but somebody may want it: it goes only by name.
    ByName,
    /// It stays.
    No(Keeper),
}

impl Prunable {
    /// Why it stays.
    pub fn keeper(&self) -> Option<&Keeper> {
        match self {
            Self::No(keeper) => Some(keeper),
            Self::Freely | Self::ByName => None,
        }
    }
}

/// How an object stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    /// Whose it is.
    pub belongs: Belongs,
    /// The containers that use it, running or not.
    pub users: Vec<ContainerId>,
    /// Whether it may be pruned.
    pub prunable: Prunable,
}

impl Standing {
    /// Whether Core Monitor cannot know whether its owner needs it.
    pub fn is_foreign(&self) -> bool {
        matches!(self.belongs, Belongs::Foreign | Belongs::Spoofed(_))
    }
}
