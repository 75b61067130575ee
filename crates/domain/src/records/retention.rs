//! What may leave the database, and when.

use std::time::Duration;

use crate::command::CommandStatus;
use crate::ids::Seq;
use crate::time::Timestamp;

/// How long records are kept in the database, and beyond it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RecordRetention {
    /// Commands with their journals, from the end of a command on. Their idempotency keys live as long.
    pub commands: Duration,
    /// Entries of the audit.
    pub audit: Duration,
    /// Record files, from the time they were made.
    pub files: Duration,
    /// Artifacts that no version names.
    pub artifacts: Duration,
    /// The files of stacks that were deleted.
    pub deleted: Duration,
}

impl Default for RecordRetention {
    fn default() -> Self {
        let days = |days: u64| Duration::from_hours(days * 24);
        Self {
            commands: days(90),
            audit: days(365),
            files: days(3_650),
            artifacts: days(1),
            deleted: days(90),
        }
    }
}

/// What decides about a stored command.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CommandFacts {
    /// Its place in the queue.
    pub seq: Seq,
    /// Its status.
    pub status: CommandStatus,
    /// When it ended.
    pub finished_at: Option<Timestamp>,
    /// It is the newest command of a stack that is not deleted, the newest of all, or the last one that changed what such a
    /// stack runs.
    pub is_last: bool,
    /// Something that is kept refers to it: the last release of a version of a stack that is not deleted, or an object that
    /// it created.
    pub is_referred_to: bool,
}

/// What of a command stays in the database.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Stays {
    /// Nothing: everything is in a record file.
    Nothing,
    /// The command itself, without its journal.
    Command,
    /// Everything.
    Everything,
}

impl RecordRetention {
    /// Records wait for others to share a file with, at most so long.
    pub const GATHER: Duration = Duration::from_hours(7 * 24);
    /// So many records do not wait for more.
    pub const ENOUGH: usize = 500;

    /// What of a command stays in the database at `now`, once it is in a record file.
    pub fn stays(&self, command: &CommandFacts, now: Timestamp) -> Stays {
        let is_over = matches!(command.status, CommandStatus::Done | CommandStatus::Cancelled);
        let is_old = command.finished_at.is_some_and(|at| now.since(at) > self.commands);
        if !is_over || !is_old || command.is_last {
            return Stays::Everything;
        }
        if command.is_referred_to { Stays::Command } else { Stays::Nothing }
    }

    /// The end of the last moment whose records may leave.
    pub fn commands_before(&self, now: Timestamp) -> Timestamp {
        before(now, self.commands)
    }

    /// The same for the audit.
    pub fn audit_before(&self, now: Timestamp) -> Timestamp {
        before(now, self.audit)
    }

    /// Record files made before this are removed.
    pub fn files_before(&self, now: Timestamp) -> Timestamp {
        before(now, self.files)
    }

    /// Artifacts that were last used before this and that nothing names are removed.
    pub fn artifacts_before(&self, now: Timestamp) -> Timestamp {
        before(now, self.artifacts)
    }

    /// The files of stacks that were deleted before this are removed.
    pub fn deleted_before(&self, now: Timestamp) -> Timestamp {
        before(now, self.deleted)
    }

    /// Whether `count` records, whose oldest has been due since `oldest`, are written to a file now.
    pub fn is_worth_a_file(count: usize, oldest: Timestamp, now: Timestamp) -> bool {
        count >= Self::ENOUGH || (count > 0 && now.since(oldest) > Self::GATHER)
    }
}

fn before(now: Timestamp, age: Duration) -> Timestamp {
    let age = i64::try_from(age.as_millis()).unwrap_or(i64::MAX);
    // Before all times: nothing is that old.
    Timestamp::from_millis(now.as_millis().saturating_sub(age)).unwrap_or(Timestamp(jiff::Timestamp::MIN))
}

#[cfg(test)]
mod tests;
