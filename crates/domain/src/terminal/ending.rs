//! How a terminal ends.

use core_monitor_message::Message;
use serde::{Deserialize, Serialize};

use super::said;

/// How a command in a container ended, as far as the engine knows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ExecEnd {
    /// By itself.
    Exited {
        /// Its exit code.
        code: i64,
    },
    /// With its container.
    ContainerStopped,
    /// Its output has ended, but nobody knows its exit code.
    Unknown,
    /// It never ran, and has written nothing.
    NotStarted(NotStarted),
}

/// Why a command was not started.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NotStarted {
    /// The container has no such program.
    NoProgram,
    /// Something else is in the way: the program cannot be executed, or its folder or user does not exist.
    Refused {
        /// What the engine said.
        message: String,
    },
}

/// Why a terminal was closed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TerminalEnd {
    /// The command ended by itself.
    Exited {
        /// Its exit code.
        code: i64,
    },
    /// The client closed it, or its connection is lost.
    Left,
    /// The server stops.
    Stopping,
    /// The client sent something that is no message of a terminal.
    Misused {
        /// What was wrong.
        message: Message,
    },
    /// The client sent a message that is too large.
    TooLarge {
        /// The limit in bytes.
        most: usize,
    },
    /// The container was stopped, killed or removed.
    ContainerStopped,
    /// The output ended for a reason that the engine does not give.
    Unknown,
    /// The command never ran.
    NotStarted(NotStarted),
    /// The worker, through which the terminal goes, was lost.
    WorkerAway,
    /// The engine failed.
    EngineFailed {
        /// What it said.
        message: String,
    },
    /// Something that is needed first does not answer at the moment.
    NotNow {
        /// What.
        reason: String,
    },
    /// Nothing was typed or printed for this long.
    Idle {
        /// Seconds.
        seconds: u64,
    },
    /// It was as old as it may be.
    Old {
        /// Seconds.
        seconds: u64,
    },
    /// A command without a terminal was still running when the time was over.
    TimedOut {
        /// Seconds.
        seconds: u64,
    },
    /// Who opened it may not do so any more.
    Revoked,
}

impl TerminalEnd {
    /// The close code for a WebSocket. Those from 4000 on are ours: what to do about them is documented for clients.
    pub fn close_code(&self) -> u16 {
        match self {
            Self::Exited { .. } | Self::Left => 1_000,
            Self::Stopping => 1_001,
            Self::Misused { .. } => 1_002,
            Self::TooLarge { .. } => 1_009,
            Self::EngineFailed { .. } => 1_011,
            Self::NotNow { .. } => 1_013,
            Self::ContainerStopped => 4_000,
            Self::WorkerAway => 4_001,
            Self::Idle { .. } => 4_002,
            Self::Old { .. } | Self::TimedOut { .. } => 4_003,
            Self::Revoked => 4_004,
            Self::Unknown => 4_005,
            Self::NotStarted(NotStarted::NoProgram) => 4_006,
            Self::NotStarted(NotStarted::Refused { .. }) => 4_007,
        }
    }

    /// One word for the audit and for clients.
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::Exited { .. } => "exited",
            Self::Left => "left",
            Self::Stopping => "stopping",
            Self::Misused { .. } => "misused",
            Self::TooLarge { .. } => "too_large",
            Self::EngineFailed { .. } => "engine_failed",
            Self::NotNow { .. } => "not_now",
            Self::ContainerStopped => "container_stopped",
            Self::WorkerAway => "worker_away",
            Self::Idle { .. } => "idle",
            Self::Old { .. } => "old",
            Self::TimedOut { .. } => "timed_out",
            Self::Revoked => "revoked",
            Self::Unknown => "unknown",
            Self::NotStarted(NotStarted::NoProgram) => "program_not_found",
            Self::NotStarted(NotStarted::Refused { .. }) => "not_started",
        }
    }

    /// The exit code of a command that ended by itself.
    pub fn exit_code(&self) -> Option<i64> {
        match self {
            Self::Exited { code } => Some(*code),
            _ => None,
        }
    }

    /// The reason for a person.
    pub fn message(&self) -> Message {
        match self {
            Self::Exited { code } => said::command_exited(code),
            Self::Left => said::client_left(),
            Self::Stopping => said::server_stopping(),
            Self::Misused { message } => message.clone(),
            Self::TooLarge { most } => said::message_too_large(most),
            Self::EngineFailed { message } => said::engine_failed(message),
            Self::NotNow { reason } => said::not_now(reason),
            Self::ContainerStopped => said::container_stopped(),
            Self::WorkerAway => said::worker_lost(),
            Self::Idle { seconds } => said::terminal_idle(seconds),
            Self::Old { seconds } => said::terminal_old(seconds),
            Self::TimedOut { seconds } => said::command_timed_out(seconds),
            Self::Revoked => said::terminal_revoked(),
            Self::Unknown => said::output_ended(),
            Self::NotStarted(why) => why.message(),
        }
    }
}

impl NotStarted {
    /// The reason for a person.
    pub fn message(&self) -> Message {
        match self {
            Self::NoProgram => said::program_not_found(),
            Self::Refused { message } => said::command_not_started(message),
        }
    }
}

impl From<ExecEnd> for TerminalEnd {
    fn from(end: ExecEnd) -> Self {
        match end {
            ExecEnd::Exited { code } => Self::Exited { code },
            ExecEnd::ContainerStopped => Self::ContainerStopped,
            ExecEnd::Unknown => Self::Unknown,
            ExecEnd::NotStarted(why) => Self::NotStarted(why),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn reasons_are_told_apart_and_fit_into_a_close_frame() {
        let all = [
            TerminalEnd::Exited { code: i64::MIN },
            TerminalEnd::Left,
            TerminalEnd::Stopping,
            TerminalEnd::TooLarge { most: usize::MAX },
            TerminalEnd::ContainerStopped,
            TerminalEnd::WorkerAway,
            TerminalEnd::Idle { seconds: u64::MAX },
            TerminalEnd::Old { seconds: u64::MAX },
            TerminalEnd::Revoked,
            TerminalEnd::Unknown,
            TerminalEnd::NotStarted(NotStarted::NoProgram),
            TerminalEnd::NotStarted(NotStarted::Refused { message: String::new() }),
        ];
        let words: BTreeSet<_> = all.iter().map(TerminalEnd::as_str).collect();
        assert_eq!(words.len(), all.len());
        for end in &all {
            assert!(end.message().text().len() <= 123, "{end:?}: {}", end.message().text());
        }
    }
}
