//! Following what containers and the host use.

use core_monitor_domain::access::{Action, Resource};
use core_monitor_domain::actor::Actor;
use core_monitor_domain::ids::StackId;

use super::show_statistics::must_exist;
use super::{Server, ShownStatistics, StatisticsError};

/// A reader of snapshots. It holds nothing of the worker: all readers share the last snapshot, so a slow one costs nothing and
/// gets the newest when it reads again.
pub struct StatisticsFollower {
    server: Server,
    actor: Actor,
    of: Option<StackId>,
}

impl Server {
    /// Follows what all containers and the host use, or only the containers of one stack.
    pub async fn follow_statistics(
        &self,
        actor: &Actor,
        of: Option<StackId>,
    ) -> Result<StatisticsFollower, StatisticsError> {
        let ports = self.permit(actor, Action::StreamStatistics, &Resource::Installation).await?;
        if let Some(stack) = of {
            must_exist(ports, stack).await?;
        }
        Ok(StatisticsFollower { server: self.clone(), actor: actor.clone(), of })
    }
}

impl StatisticsFollower {
    /// The newest snapshot. The permission is checked every time, so that an actor who loses it also loses the stream, and a
    /// stack that is deleted ends it.
    pub async fn read(&self) -> Result<ShownStatistics, StatisticsError> {
        let ports =
            self.server.permit(&self.actor, Action::StreamStatistics, &Resource::Installation).await?;
        if let Some(stack) = self.of {
            must_exist(ports, stack).await?;
        }
        let snapshot = self.server.known_statistics().get(&*ports.link, &*ports.clock).await?;
        Ok(ShownStatistics { snapshot, of: self.of.map(|stack| [stack].into()) })
    }
}
