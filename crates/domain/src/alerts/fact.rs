//! What is the case.

use std::collections::BTreeSet;

use core_monitor_message::Message;
use serde::{Deserialize, Serialize};

use super::{AlertKey, AlertKind, AlertSeverity, Subject};
use crate::command::{CommandKind, FailureScope};
use crate::doctor::{Verdict, verdict_of_space};
use crate::ids::{CommandId, ContainerId, StackId};
use crate::names::StackName;
use crate::time::Timestamp;

/// A stack with its name. Names are used again after a stack is deleted; ids are not.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct StackRef {
    /// Identity.
    pub id: StackId,
    /// Name.
    pub name: StackName,
}

/// Something that is the case and that a person should know.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Fact {
    /// No worker answers.
    WorkerSilent {
        /// When one last observed the engine.
        since: Option<Timestamp>,
    },
    /// A worker answers, but its last observation of the engine is old.
    EngineUnreachable {
        /// When the engine was last observed.
        since: Option<Timestamp>,
    },
    /// A command has failed and holds up others.
    QueueBlocked {
        /// Its stack; `None` if it is about the host.
        stack: Option<StackRef>,
        /// The command.
        command: CommandId,
        /// Its kind.
        request: CommandKind,
        /// Why it failed.
        why: Option<Message>,
        /// What it holds up.
        scope: FailureScope,
        /// When it failed.
        since: Option<Timestamp>,
    },
    /// A command has failed, waits for a person, and holds up nothing.
    CommandFailed {
        /// Its stack; `None` if it is about the host.
        stack: Option<StackRef>,
        /// The command.
        command: CommandId,
        /// Its kind.
        request: CommandKind,
        /// Why it failed.
        why: Option<Message>,
        /// When it failed.
        since: Option<Timestamp>,
    },
    /// A service is restarted again and again. A [`Watch`](super::Watch) finds this out by itself from [`Restarts`].
    ServiceCrashLooping {
        /// Its stack.
        stack: StackRef,
        /// Its name.
        service: String,
        /// How often it was restarted lately.
        restarts: u32,
    },
    /// A service has ended with an error.
    ServiceFailed {
        /// Its stack.
        stack: StackRef,
        /// Its name.
        service: String,
        /// The status of its worst container as `docker ps` shows it.
        status: String,
        /// Since when, if that is known.
        since: Option<Timestamp>,
    },
    /// The health check of a service fails.
    ServiceUnhealthy {
        /// Its stack.
        stack: StackRef,
        /// Its name.
        service: String,
        /// Since when, if that is known.
        since: Option<Timestamp>,
    },
    /// Starts of a service that wakes on demand fail, one after the other.
    StartFailing {
        /// Its stack.
        stack: StackRef,
        /// Its name.
        service: String,
        /// How many in a row.
        times: u32,
        /// Why the last one failed.
        why: Message,
    },
    /// A disk is nearly full.
    DiskLow {
        /// A folder on it.
        path: String,
        /// Bytes that can still be written.
        free_bytes: u64,
        /// Its size in bytes.
        total_bytes: u64,
    },
}

impl Fact {
    /// The kind of alert that it is worth.
    pub fn kind(&self) -> AlertKind {
        match self {
            Self::WorkerSilent { .. } => AlertKind::WorkerSilent,
            Self::EngineUnreachable { .. } => AlertKind::EngineUnreachable,
            Self::QueueBlocked { .. } => AlertKind::QueueBlocked,
            Self::CommandFailed { .. } => AlertKind::CommandFailed,
            Self::ServiceCrashLooping { .. } => AlertKind::ServiceCrashLooping,
            Self::ServiceFailed { .. } => AlertKind::ServiceFailed,
            Self::ServiceUnhealthy { .. } => AlertKind::ServiceUnhealthy,
            Self::StartFailing { .. } => AlertKind::StartFailing,
            Self::DiskLow { .. } => AlertKind::DiskLow,
        }
    }

    /// What it is, apart from details that change while it is the case.
    pub fn key(&self) -> AlertKey {
        let kind = self.kind();
        match self {
            Self::WorkerSilent { .. } | Self::EngineUnreachable { .. } => AlertKey::of(kind),
            Self::QueueBlocked { command, .. } | Self::CommandFailed { command, .. } => {
                AlertKey::about(kind, &[command])
            }
            Self::ServiceCrashLooping { stack, service, .. }
            | Self::ServiceFailed { stack, service, .. }
            | Self::ServiceUnhealthy { stack, service, .. }
            | Self::StartFailing { stack, service, .. } => AlertKey::about(kind, &[&stack.id, service]),
            Self::DiskLow { path, .. } => AlertKey::about(kind, &[path]),
        }
    }

    /// How bad it is.
    pub fn severity(&self) -> AlertSeverity {
        match self {
            Self::CommandFailed { .. } | Self::StartFailing { .. } => AlertSeverity::Warning,
            Self::DiskLow { free_bytes, .. } if verdict_of_space(*free_bytes) != Verdict::Wrong => {
                AlertSeverity::Warning
            }
            _ => AlertSeverity::Critical,
        }
    }

    /// The stack and the service that it is about.
    pub fn subject(&self) -> Subject {
        match self {
            Self::WorkerSilent { .. } | Self::EngineUnreachable { .. } | Self::DiskLow { .. } => {
                Subject::default()
            }
            Self::QueueBlocked { stack, .. } | Self::CommandFailed { stack, .. } => {
                Subject { stack: stack.clone(), service: None }
            }
            Self::ServiceCrashLooping { stack, service, .. }
            | Self::ServiceFailed { stack, service, .. }
            | Self::ServiceUnhealthy { stack, service, .. }
            | Self::StartFailing { stack, service, .. } => {
                Subject { stack: Some(stack.clone()), service: Some(service.clone()) }
            }
        }
    }

    /// Since when it is the case, if that is known.
    pub fn since(&self) -> Option<Timestamp> {
        match self {
            Self::WorkerSilent { since }
            | Self::EngineUnreachable { since }
            | Self::QueueBlocked { since, .. }
            | Self::CommandFailed { since, .. }
            | Self::ServiceFailed { since, .. }
            | Self::ServiceUnhealthy { since, .. } => *since,
            Self::ServiceCrashLooping { .. } | Self::StartFailing { .. } | Self::DiskLow { .. } => None,
        }
    }

    /// The page of the web UI that shows more.
    pub fn link_path(&self) -> String {
        match (self, self.subject().stack) {
            (Self::QueueBlocked { command, .. } | Self::CommandFailed { command, .. }, _) => {
                format!("/commands/{command}")
            }
            (_, Some(stack)) => format!("/stacks/{}", stack.id),
            (_, None) => "/".to_owned(),
        }
    }
}

/// How often the engine has restarted a container by its policy since it was last started on purpose.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Restarts {
    /// The container.
    pub container: ContainerId,
    /// Its stack.
    pub stack: StackRef,
    /// Its service.
    pub service: String,
    /// The engine's count.
    pub count: u32,
}

/// What cannot be seen at the moment: facts about it neither begin nor end.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Unseen {
    /// The disks of the host.
    pub disks: bool,
    /// The engine.
    pub engine: bool,
    /// The services of all stacks.
    pub services: bool,
    /// Services of these stacks: a command works on them, and they come and go on purpose.
    pub stacks: BTreeSet<StackId>,
    /// Starts on demand.
    pub starts: bool,
}

impl Unseen {
    /// Whether it cannot be said if this is the case.
    pub fn hides(&self, fact: &Fact) -> bool {
        match fact {
            Fact::WorkerSilent { .. } | Fact::QueueBlocked { .. } | Fact::CommandFailed { .. } => false,
            Fact::EngineUnreachable { .. } => self.engine,
            Fact::DiskLow { .. } => self.disks,
            Fact::StartFailing { .. } => self.starts,
            Fact::ServiceCrashLooping { stack, .. }
            | Fact::ServiceFailed { stack, .. }
            | Fact::ServiceUnhealthy { stack, .. } => self.hides_services_of(stack.id),
        }
    }

    /// Whether it cannot be said how the services of a stack are.
    pub fn hides_services_of(&self, stack: StackId) -> bool {
        self.services || self.stacks.contains(&stack)
    }
}

/// What is the case at one moment. What is not mentioned and can be seen is not the case.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Facts {
    /// What is the case.
    pub holding: Vec<Fact>,
    /// How often containers were restarted.
    pub restarts: Vec<Restarts>,
    /// What cannot be seen.
    pub unseen: Unseen,
}
