//! The order of the lane of writes: which command is next, and what the others wait behind.
//!
//! A command starts when nothing that holds it up is open before it. In the scope [`FailureScope::Everything`], which is the
//! promise of the specification, every earlier command holds up every later one. In the scope [`FailureScope::Related`],
//! a command holds up those of its own stack and of stacks that share an object of the engine with it; the others pass a
//! failed one, and those that wait behind it. There is still one running command at a time, and commands that may start do
//! so in their order.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::{Command, CommandKind, CommandStatus};
use crate::actor::Actor;
use crate::ids::{CommandId, Seq, StackId};
use crate::journal::{Entry, JournalLine};
use crate::time::Timestamp;

/// How many waiting commands get a line in their record when the command that they wait behind fails: the oldest ones. Without
/// a limit, every failure of the oldest of ten thousand commands would write ten thousand lines into a journal that is kept for
/// ever, in the transaction that ends the command. A command that joins the queue behind a failed one always gets its line,
/// one for each time that it joins; and what any command waits behind can always be asked, see
/// [`WriteLane::waits_behind`].
pub const TOLD: usize = 100;

/// What a failed write holds up until somebody retries or cancels it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FailureScope {
    /// Every later write of the installation.
    #[default]
    Everything,
    /// Later writes of its stack, and of stacks that share networks, volumes or namespaces with it.
    Related,
}

impl FailureScope {
    /// All scopes.
    pub const ALL: [Self; 2] = [Self::Everything, Self::Related];

    /// The name in settings and in the database.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Everything => "everything",
            Self::Related => "related",
        }
    }
}

impl fmt::Display for FailureScope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Text that is not a scope.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a scope: everything or related")]
pub struct ScopeError(String);

impl FromStr for FailureScope {
    type Err = ScopeError;

    fn from_str(text: &str) -> Result<Self, ScopeError> {
        let found = Self::ALL.into_iter().find(|scope| scope.as_str() == text);
        found.ok_or_else(|| ScopeError(text.chars().take(40).collect()))
    }
}

/// A write that is neither `DONE` nor `CANCELLED`, as far as others wait for it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpenWrite {
    /// Its place in the queue.
    pub seq: Seq,
    /// Its identity.
    pub id: CommandId,
    /// The stack it changes.
    pub stack_id: StackId,
    /// Its kind.
    pub kind: CommandKind,
    /// `PENDING`, `RUNNING` or `FAILED`.
    pub status: CommandStatus,
    /// Since when it has that status.
    pub since: Timestamp,
}

impl From<&Command> for OpenWrite {
    fn from(command: &Command) -> Self {
        let since = match command.status {
            CommandStatus::Running => command.started_at,
            CommandStatus::Pending => None,
            _ => command.finished_at,
        };
        Self {
            seq: command.seq,
            id: command.id,
            stack_id: command.stack_id,
            kind: command.payload.kind(),
            status: command.status,
            since: since.unwrap_or(command.created_at),
        }
    }
}

/// The lane of writes.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct WriteLane {
    /// What a failed command holds up.
    pub scope: FailureScope,
    /// The open commands, oldest first. In the scope [`FailureScope::Everything`] the first one is enough.
    pub open: Vec<OpenWrite>,
    /// The objects of each stack that others may use too, see [`shared_objects`](crate::shared_objects::shared_objects). A stack
    /// that is missing may share any.
    pub objects: BTreeMap<StackId, BTreeSet<String>>,
}

impl WriteLane {
    /// The command that runs or starts next. `None` if there is none, or if all that wait are held up.
    ///
    /// In the scope [`FailureScope::Everything`] it is the oldest one, which may have failed.
    pub fn next(&self) -> Option<&OpenWrite> {
        if self.scope == FailureScope::Everything {
            return self.open.first();
        }
        let running = self.open.iter().find(|write| write.status == CommandStatus::Running);
        running.or_else(|| {
            let waiting = self.open.iter().filter(|write| write.status == CommandStatus::Pending);
            waiting.into_iter().find(|write| self.holder(write).is_none())
        })
    }

    /// The failed commands, oldest first. Each holds up later ones until somebody retries or cancels it.
    pub fn failed(&self) -> impl Iterator<Item = &OpenWrite> {
        self.open.iter().filter(|write| write.status == CommandStatus::Failed)
    }

    /// Whether nothing runs before somebody retries or cancels a failed command: no command runs, and the next one has failed, or
    /// all that wait are held up.
    pub fn is_blocked(&self) -> bool {
        match self.next() {
            Some(next) => next.status == CommandStatus::Failed,
            None => self.open.iter().any(|write| write.status == CommandStatus::Pending),
        }
    }

    /// What the command waits behind: the oldest one that has to end first. `None` if it is the next one, or does not wait.
    pub fn waits_behind(&self, command: &Command) -> Option<&OpenWrite> {
        if command.status != CommandStatus::Pending || command.lane().is_power() {
            return None;
        }
        let write = OpenWrite::from(command);
        let next = self.next().filter(|next| next.seq != write.seq);
        if self.scope == FailureScope::Everything {
            return next.filter(|next| next.seq < write.seq);
        }
        let mut holder = self.holder(&write);
        while let Some(before) = holder.and_then(|holder| self.holder(holder)) {
            holder = Some(before);
        }
        holder.or(next)
    }

    /// The line for the record of a command that has just joined the queue or whose holder has just failed; `None` unless it
    /// waits behind a failed command.
    ///
    /// It says how things stood then. What became of the holder is in the holder's own record.
    pub fn held(&self, command: &Command, by: &Actor) -> Option<JournalLine> {
        let holder = self.waits_behind(command)?;
        (holder.status == CommandStatus::Failed).then(|| JournalLine {
            attempt: command.attempt,
            ..JournalLine::by(by.clone(), Entry::Held(holder.clone()))
        })
    }

    /// The lines for the records of those of `writes`, oldest first, that wait behind a command which has just failed. At most
    /// [`TOLD`].
    pub fn held_by(&self, failed: &Command, writes: &[Command]) -> Vec<(Seq, JournalLine)> {
        let behind =
            |command: &&Command| self.waits_behind(command).is_some_and(|holder| holder.seq == failed.seq);
        let told = writes.iter().filter(behind).take(TOLD);
        told.filter_map(|command| Some((command.seq, self.held(command, &Actor::worker())?))).collect()
    }

    /// The first open command before this one that holds it up whatever happens to others.
    fn holder(&self, write: &OpenWrite) -> Option<&OpenWrite> {
        let before = self.open.iter().take_while(|earlier| earlier.seq < write.seq);
        before.into_iter().find(|earlier| self.are_related(earlier.stack_id, write.stack_id))
    }

    fn are_related(&self, one: StackId, other: StackId) -> bool {
        if one == other {
            return true;
        }
        match (self.objects.get(&one), self.objects.get(&other)) {
            (Some(one), Some(other)) => !one.is_disjoint(other),
            _ => true,
        }
    }
}

#[cfg(test)]
mod tests;
