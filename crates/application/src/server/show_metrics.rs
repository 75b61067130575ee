//! The metrics.

use std::time::Duration;

use core_monitor_domain::access::{Action, Resource};
use core_monitor_domain::actor::Actor;
use core_monitor_domain::ports::{CommandTotal, QueueOverview};

use super::{QueryError, Server};

/// The metrics kept in the database.
#[derive(Debug, Clone, PartialEq)]
pub struct Numbers {
    /// The queue.
    pub overview: QueueOverview,
    /// Time since the head of the queue was accepted.
    pub head_age: Option<Duration>,
    /// Totals of all commands that have ended.
    pub totals: Vec<CommandTotal>,
    /// Time since the worker last observed the engine.
    pub observation_age: Option<Duration>,
    /// Id of the newest event.
    pub last_event: i64,
}

impl Server {
    /// The current metrics.
    pub async fn show_metrics(&self, actor: &Actor) -> Result<Numbers, QueryError> {
        let ports = self.permit(actor, Action::ShowMetrics, &Resource::Installation)?;
        let overview = ports.queue.overview().await?;
        let totals = ports.queue.totals().await?;
        let host = ports.observations.host().await?;
        let last_event = ports.queue.last_event().await?;
        let now = ports.clock.now();
        Ok(Numbers {
            head_age: overview.head.as_ref().map(|head| now.since(head.created_at)),
            overview,
            totals,
            observation_age: host.map(|host| now.since(host.taken_at)),
            last_event,
        })
    }
}
