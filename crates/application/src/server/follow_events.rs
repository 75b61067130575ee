//! Following events as they are recorded.

use core_monitor_domain::access::{Action, Resource};
use core_monitor_domain::actor::Actor;
use core_monitor_domain::command::Command;
use core_monitor_domain::ids::{CommandId, StackId};
use core_monitor_domain::journal::CommandEvent;
use core_monitor_domain::ports::EventFilter;
use tokio::sync::watch;

use super::seen_stacks::SeenStacks;
use super::{QueryError, Server, ServerPorts};

/// How many events are read at once.
const BATCH: u32 = 200;

/// Whose events to follow.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Followed {
    /// Those of all commands whose stacks the actor sees.
    All,
    /// Those of the commands of a stack, if the actor sees it.
    Stack(StackId),
    /// Those of one command, until it has ended.
    Command(CommandId),
}

impl Followed {
    fn command(self) -> Option<CommandId> {
        match self {
            Self::Command(id) => Some(id),
            Self::All | Self::Stack(_) => None,
        }
    }
}

/// A reader of events as they are recorded.
pub struct Follower {
    server: Server,
    actor: Actor,
    of: Followed,
    last: i64,
    commits: watch::Receiver<u64>,
    /// What the actor saw at the last read: whoever saw a stack is told how it was deleted.
    saw: SeenStacks,
}

/// What is new since the last read.
#[derive(Debug, Clone, PartialEq)]
pub struct Batch {
    /// The new events, oldest first; may be empty.
    pub events: Vec<CommandEvent>,
    /// The command, once it has ended and all its events have been returned.
    pub settled: Option<Command>,
}

async fn permit<'a>(server: &'a Server, actor: &Actor, of: Followed) -> Result<&'a ServerPorts, QueryError> {
    let ports = match of {
        Followed::Command(id) => {
            server.permit(actor, Action::StreamCommandEvents, &Resource::Command(id)).await?
        }
        Followed::All | Followed::Stack(_) => {
            server.permit(actor, Action::StreamEvents, &Resource::Installation).await?
        }
    };
    Ok(ports)
}

/// The stacks whose events are told. Those of one command were asked for by its own permission.
async fn seen(
    server: &Server,
    ports: &ServerPorts,
    actor: &Actor,
    of: Followed,
) -> Result<SeenStacks, QueryError> {
    match of {
        Followed::Command(_) => Ok(SeenStacks::All),
        Followed::All | Followed::Stack(_) => Ok(server.seen_by(ports, actor).await?),
    }
}

impl Server {
    /// Starts after the event `after`. Without it, the events of one command are followed from the first, all others from
    /// the next.
    pub async fn follow_events(
        &self,
        actor: &Actor,
        of: Followed,
        after: Option<i64>,
    ) -> Result<Follower, QueryError> {
        let ports = permit(self, actor, of).await?;
        let last = match (of, after) {
            (_, Some(after)) => after,
            (Followed::All | Followed::Stack(_), None) => ports.queue.last_event().await?,
            (Followed::Command(_), None) => 0,
        };
        if let Some(id) = of.command() {
            ports.queue.find(id).await?.ok_or(QueryError::CommandNotFound)?;
        }
        let commits = ports.commits.subscribe();
        let saw = seen(self, ports, actor, of).await?;
        Ok(Follower { server: self.clone(), actor: actor.clone(), of, last, commits, saw })
    }
}

impl Follower {
    /// Reads the next events. The permission is checked every time, so that an actor who loses it also loses the
    /// stream.
    pub async fn read(&mut self) -> Result<Batch, QueryError> {
        let ports = permit(&self.server, &self.actor, self.of).await?;
        self.commits.mark_unchanged();
        // Read the command before its events: its final event was recorded in the same transaction, so if the command
        // has ended, the events read afterwards are complete.
        let command = match self.of.command() {
            Some(id) => ports.queue.find(id).await?,
            None => None,
        };
        let stack_id = match self.of {
            Followed::Stack(id) => Some(id),
            Followed::All | Followed::Command(_) => None,
        };
        let now = seen(&self.server, ports, &self.actor, self.of).await?;
        // What is not seen need not be looked at again.
        let newest = if now == SeenStacks::All { self.last } else { ports.queue.last_event().await? };
        let filter = EventFilter {
            command_id: self.of.command(),
            stack_id,
            after: self.last,
            limit: BATCH,
            ..EventFilter::default()
        };
        let events = match now.and_before(&self.saw).of_events(filter) {
            Some(filter) => ports.queue.events(&filter).await?,
            None => Vec::new(),
        };
        let complete = events.len() < BATCH as usize;
        self.last = events.last().map_or(self.last, |event| event.id);
        if complete {
            self.last = self.last.max(newest);
        }
        self.saw = now;
        Ok(Batch { events, settled: command.filter(|command| complete && command.status.is_settled()) })
    }

    /// The last event that was returned, or the one after which it started.
    pub fn position(&self) -> i64 {
        self.last
    }

    /// Returns when there may be something new since the last [`read`](Self::read).
    pub async fn changed(&mut self) {
        if self.commits.changed().await.is_err() {
            // The watch on the database has ended, so nothing new will arrive.
            std::future::pending::<()>().await;
        }
    }
}
