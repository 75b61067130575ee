//! Where an instance is in its life, in one word.

use std::collections::BTreeSet;

use core_monitor_domain::command::{CommandKind, CommandStatus};
use core_monitor_domain::names::ServiceName;
use core_monitor_domain::observation::{Health, ObservedContainer};

use super::super::{ListedStack, StackState};

/// Where an instance is in its life: from the build over the start to what it serves, until it is stopped or removed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum InstancePhase {
    /// It waits for its turn.
    Queued,
    /// Services that build are running.
    Building,
    /// Everything is built, and nothing runs yet.
    Built,
    /// It is being brought up.
    Starting,
    /// It serves.
    Serving,
    /// It sleeps until somebody asks for it.
    Asleep,
    /// It is being stopped.
    Stopping,
    /// It is stopped; its data is there.
    Stopped,
    /// It does not run as it should.
    Failed,
    /// It is being removed.
    Removing,
}

impl InstancePhase {
    /// Every phase.
    pub const ALL: [Self; 10] = [
        Self::Queued,
        Self::Building,
        Self::Built,
        Self::Starting,
        Self::Serving,
        Self::Asleep,
        Self::Stopping,
        Self::Stopped,
        Self::Failed,
        Self::Removing,
    ];

    /// The word in JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Queued => "queued",
            Self::Building => "building",
            Self::Built => "built",
            Self::Starting => "starting",
            Self::Serving => "serving",
            Self::Asleep => "asleep",
            Self::Stopping => "stopping",
            Self::Stopped => "stopped",
            Self::Failed => "failed",
            Self::Removing => "removing",
        }
    }

    /// That of a stack whose template builds with these services.
    pub(super) fn of(listed: &ListedStack, build: &BTreeSet<ServiceName>) -> Self {
        let builds = |container: &&ObservedContainer| {
            container.service().is_some_and(|service| build.contains(&service))
        };
        let (builders, others): (Vec<_>, Vec<_>) = listed.containers.iter().partition(builds);
        let is_building = builders.iter().any(|container| container.state.is_up());
        let is_built =
            !build.is_empty() && builders.len() >= build.len() && builders.iter().all(|one| one.succeeded());
        let is_up = others.iter().any(|container| container.state.is_up());
        let last = listed.last_command.as_ref().map(|shown| &shown.command);
        match last.map(|command| (command.payload.kind(), command.status)) {
            Some((CommandKind::Delete, status)) if !status.is_settled() => Self::Removing,
            Some((_, CommandStatus::Failed)) => Self::Failed,
            Some((_, CommandStatus::Pending)) => Self::Queued,
            Some((CommandKind::Stop | CommandKind::Sleep, CommandStatus::Running)) => Self::Stopping,
            Some((_, CommandStatus::Running)) if is_building => Self::Building,
            Some((_, CommandStatus::Running)) => Self::Starting,
            Some((_, CommandStatus::Cancelled)) if last.is_some_and(|command| command.failure.is_some()) => {
                Self::Failed
            }
            _ if listed.health == Some(Health::Unhealthy) => Self::Failed,
            _ if is_building => Self::Building,
            _ => match listed.state {
                StackState::Asleep => Self::Asleep,
                StackState::Degraded => Self::Failed,
                StackState::Partial if !is_up && is_built => Self::Built,
                StackState::Partial => Self::Starting,
                StackState::Running => Self::Serving,
                StackState::Completed => Self::Built,
                _ => Self::Stopped,
            },
        }
    }
}
