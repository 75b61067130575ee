//! Showing the queue.

use std::time::Duration;

use core_monitor_domain::access::{Action, Resource};
use core_monitor_domain::actor::Actor;
use core_monitor_domain::command::{FailureScope, OpenWrite};
use core_monitor_domain::ports::QueueOverview;

use super::shown_command::all_shown;
use super::{QueryError, Server, ShownCommand};

/// State of the queue.
#[derive(Debug, Clone, PartialEq)]
pub struct ShownQueue {
    /// The oldest command of the write lane that is neither done nor cancelled.
    pub head: Option<ShownCommand>,
    /// How many commands of the write lane wait.
    pub pending: u64,
    /// The power changes that are neither done nor cancelled, oldest first.
    pub power: Vec<ShownCommand>,
    /// Time since the head was accepted.
    pub head_age: Option<Duration>,
    /// What a failed command holds up.
    pub failure_scope: FailureScope,
    /// The failed commands of the write lane that hold up others, oldest first.
    pub failed: Vec<OpenWrite>,
    /// Whether nothing runs before somebody retries or cancels a failed command.
    pub is_blocked: bool,
}

impl Server {
    /// The head of the queue, how many commands wait, and whether it is blocked.
    pub async fn show_queue(&self, actor: &Actor) -> Result<ShownQueue, QueryError> {
        let ports = self.permit(actor, Action::ShowQueue, &Resource::Installation).await?;
        let QueueOverview { head, pending, power } = ports.queue.overview().await?;
        let now = ports.clock.now();
        let head_age = head.as_ref().map(|head| now.since(head.created_at));
        let known = self.known_progress();
        let head = all_shown(ports, known, head.into_iter().collect()).await?.pop();
        let power = all_shown(ports, known, power).await?;
        let lane = ports.queue.write_lane().await?;
        Ok(ShownQueue {
            head,
            pending,
            power,
            head_age,
            failure_scope: lane.scope,
            failed: lane.failed().cloned().collect(),
            is_blocked: lane.is_blocked(),
        })
    }
}
