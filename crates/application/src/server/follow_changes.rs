//! Following everything that a screen shows: the events of all commands, what has changed, and statistics.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use core_monitor_domain::access::{Action, Resource};
use core_monitor_domain::actor::Actor;
use core_monitor_domain::changes::Changes;
use core_monitor_domain::ids::StackId;
use core_monitor_domain::journal::CommandEvent;
use core_monitor_domain::ports::EventFilter;
use core_monitor_domain::statistics::StatisticsSnapshot;
use tokio::sync::watch;

use super::known_changes::Told;
use super::seen_stacks::SeenStacks;
use super::{QueryError, Server, ShownStatistics};

/// How many events are read at once.
const BATCH: u32 = 200;

/// What is followed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FollowedTopics {
    /// The events of all commands.
    pub events: bool,
    /// What has changed.
    pub changes: bool,
    /// What containers and the host use.
    pub statistics: bool,
}

/// A reader of all of it. It holds no more than its position, whoever reads how slowly.
pub struct ChangeFollower {
    server: Server,
    actor: Actor,
    topics: FollowedTopics,
    last_event: i64,
    seen: u64,
    commits: watch::Receiver<u64>,
    snapshot: Option<Arc<StatisticsSnapshot>>,
    /// What the actor saw at the last read: that a stack is gone is told to whoever saw it.
    saw: SeenStacks,
    /// The stacks that the actor saw when something changed that is not told yet: what is told later may be that one is gone, or that
    /// its label is.
    untold: BTreeSet<StackId>,
}

/// What is new since the last read.
#[derive(Debug, Clone, PartialEq)]
pub struct News {
    /// The new events, oldest first; may be empty.
    pub events: Vec<CommandEvent>,
    /// What has changed, in one; may be empty.
    pub changes: Changes,
    /// In which time to read again although nothing may happen until then.
    pub again_in: Option<Duration>,
}

impl Server {
    /// Starts with the event after `after`, without it with the next one, and with the changes from now on.
    pub async fn follow_changes(
        &self,
        actor: &Actor,
        topics: FollowedTopics,
        after: Option<i64>,
    ) -> Result<ChangeFollower, QueryError> {
        let ports = self.permit(actor, Action::StreamChanges, &Resource::Installation).await?;
        let mut commits = ports.commits.subscribe();
        let commit = *commits.borrow_and_update();
        let seen = if topics.changes {
            self.known_changes().begin(ports, self.known_stacks(), commit).await?
        } else {
            0
        };
        let last_event = match after {
            Some(after) => after,
            None => ports.queue.last_event().await?,
        };
        let saw = self.seen_by(ports, actor).await?;
        let (server, actor) = (self.clone(), actor.clone());
        let untold = BTreeSet::new();
        Ok(ChangeFollower { server, actor, topics, last_event, seen, commits, snapshot: None, saw, untold })
    }
}

impl ChangeFollower {
    /// Reads what is new. The permission is checked every time, so that an actor who loses it also loses the stream. A call that
    /// is given up loses nothing.
    pub async fn read(&mut self) -> Result<News, QueryError> {
        let ports = self.server.permit(&self.actor, Action::StreamChanges, &Resource::Installation).await?;
        let commit = *self.commits.borrow_and_update();
        let visible = self.server.seen_by(ports, &self.actor).await?;
        let mut events = Vec::new();
        if self.topics.events {
            let filter = EventFilter { after: self.last_event, limit: BATCH, ..EventFilter::default() };
            events = ports.queue.events(&filter).await?;
        }
        let mut told = Told { changes: Changes::default(), newest: self.seen, again_in: None };
        if self.topics.changes {
            let stacks = self.server.known_stacks();
            told = self.server.known_changes().since(ports, stacks, self.seen, commit).await?;
        }
        // Only now, when nothing is waited for any more: a read that is given up has read nothing.
        self.last_event = events.last().map_or(self.last_event, |event| event.id);
        self.seen = told.newest;
        let is_full = events.len() == BATCH as usize;
        let again_in = if is_full { Some(Duration::ZERO) } else { told.again_in };
        let mut changes = told.changes;
        if let SeenStacks::Only(now) = &visible {
            let before = self.saw.only().cloned().unwrap_or_default();
            let seen: BTreeSet<_> = now.union(&before).copied().collect();
            events.retain(|event| seen.contains(&event.stack_id));
            let about: BTreeSet<_> = seen.union(&self.untold).copied().collect();
            changes = changes.about(&about);
            self.untold = if told.again_in.is_some() { about } else { BTreeSet::new() };
        }
        self.saw = visible;
        Ok(News { events, changes, again_in })
    }

    /// The newest snapshot of the statistics, if it was not returned before. `None` also while no worker answers, which the
    /// overview says.
    pub async fn statistics(&mut self) -> Result<Option<ShownStatistics>, QueryError> {
        let ports = self.server.permit(&self.actor, Action::StreamChanges, &Resource::Installation).await?;
        if !self.topics.statistics {
            return Ok(None);
        }
        let newest = self.server.known_statistics().get_soon(&*ports.link, &*ports.clock).await;
        let Some(snapshot) = newest else { return Ok(None) };
        if self.snapshot.as_ref().is_some_and(|before| before.taken_at == snapshot.taken_at) {
            return Ok(None);
        }
        self.snapshot = Some(Arc::clone(&snapshot));
        let of = self.server.seen_by(ports, &self.actor).await?.only().cloned();
        Ok(Some(ShownStatistics { snapshot, of }))
    }

    /// What is followed.
    pub fn topics(&self) -> FollowedTopics {
        self.topics
    }

    /// The last event that was returned, or the one after which it started.
    pub fn position(&self) -> i64 {
        self.last_event
    }

    /// Returns when there may be something new since the last [`read`](Self::read).
    pub async fn changed(&mut self) {
        if self.commits.changed().await.is_err() {
            // The watch on the database has ended, so nothing new will arrive.
            std::future::pending::<()>().await;
        }
    }
}
