//! What needs a person, and how urgently: the rules of the list that an overview begins with.
//!
//! A program gathers [`AttentionFacts`], which are values, and [`attention`] judges them.

use std::cmp::Reverse;
use std::time::Duration;

use core_monitor_compose::Severity;
use core_monitor_message::Message;

use crate::ids::{CommandId, StackId};
use crate::names::StackName;
use crate::time::Timestamp;

mod facts;
mod of_commands;
mod of_host;
mod of_stacks;
pub(crate) mod said;

pub use facts::{AttentionFacts, FailedFacts, RunningFacts, ServiceFacts, ServiceTrouble, StackFacts};

/// An observation that is older says little about the engine: a worker observes much more often.
pub const OBSERVATION_OLD: Duration = Duration::from_mins(1);

/// A running command that has said nothing for so long, and waits for nothing with a deadline, is stuck.
pub const SILENT_TOO_LONG: Duration = Duration::from_mins(10);

/// How many things are listed at most.
pub const MOST: usize = 100;

/// A kind of thing that needs attention, the most urgent first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum AttentionKind {
    /// No worker answers.
    WorkerAbsent,
    /// A disk is nearly full.
    DiskLow,
    /// A command has failed, and waits for a person.
    CommandFailed,
    /// A service has failed.
    ServiceFailed,
    /// The health check of a service fails.
    ServiceUnhealthy,
    /// A command runs and says nothing.
    CommandStuck,
    /// The last observation of the engine is old.
    ObservationOld,
    /// A stack is not as its applied version says.
    Drifted,
    /// The newest version of a stack has errors that the lint finds.
    LintErrors,
}

impl AttentionKind {
    /// Every kind, the most urgent first.
    pub const ALL: [Self; 9] = [
        Self::WorkerAbsent,
        Self::DiskLow,
        Self::CommandFailed,
        Self::ServiceFailed,
        Self::ServiceUnhealthy,
        Self::CommandStuck,
        Self::ObservationOld,
        Self::Drifted,
        Self::LintErrors,
    ];

    /// The name in JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::WorkerAbsent => "worker_absent",
            Self::DiskLow => "disk_low",
            Self::CommandFailed => "command_failed",
            Self::ServiceFailed => "service_failed",
            Self::ServiceUnhealthy => "service_unhealthy",
            Self::CommandStuck => "command_stuck",
            Self::ObservationOld => "observation_old",
            Self::Drifted => "drifted",
            Self::LintErrors => "lint_errors",
        }
    }
}

/// One thing that needs attention.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AttentionItem {
    /// What it is.
    pub kind: AttentionKind,
    /// How bad it is.
    pub severity: Severity,
    /// What is wrong.
    pub message: Message,
    /// What to try.
    pub hint: Option<Message>,
    /// Since when, if that is known.
    pub since: Option<Timestamp>,
    /// The stack it is about.
    pub stack: Option<(StackId, StackName)>,
    /// The service it is about.
    pub service: Option<String>,
    /// The command it is about.
    pub command: Option<CommandId>,
}

impl AttentionItem {
    /// About the installation as a whole.
    fn new(kind: AttentionKind, severity: Severity, message: Message) -> Self {
        Self { kind, severity, message, hint: None, since: None, stack: None, service: None, command: None }
    }
}

/// What needs attention, the worst first.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Attention {
    /// The worst, at most [`MOST`].
    pub items: Vec<AttentionItem>,
    /// How many there are beyond them.
    pub left_out: usize,
}

/// Judges the facts: the worst first, then the kinds in their order, then what lasts longest.
pub fn attention(facts: &AttentionFacts<'_>) -> Attention {
    let mut items = of_host::items(facts);
    items.extend(of_commands::items(facts));
    items.extend(facts.stacks.iter().flat_map(of_stacks::items));
    items.sort_by(|a, b| order(a).cmp(&order(b)));
    let left_out = items.len().saturating_sub(MOST);
    items.truncate(MOST);
    Attention { items, left_out }
}

/// What is smaller comes first. Things without a time come behind those with one.
fn order(item: &AttentionItem) -> impl Ord + '_ {
    let since = (item.since.is_none(), item.since);
    let stack = item.stack.as_ref().map(|(_, name)| name);
    (Reverse(item.severity), item.kind, since, stack, item.service.as_deref())
}

#[cfg(test)]
mod tests;
