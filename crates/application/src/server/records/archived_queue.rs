//! The queue whose history goes on in record files.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use async_trait::async_trait;
use core_monitor_domain::actor::Actor;
use core_monitor_domain::command::{Command, WriteLane};
use core_monitor_domain::ids::{CommandId, Seq, StackId};
use core_monitor_domain::journal::CommandEvent;
use core_monitor_domain::ports::{
    Cancelled, CommandFilter, CommandQueue, CommandTotal, EnqueueError, Enqueued, EventFilter, NewCommand,
    OpenCommand, Page, QueueOverview, Retried, StoreError,
};
use core_monitor_domain::time::Timestamp;

use super::RecordReader;

/// How many places are looked up at a time.
const PLACES: u32 = 200;

/// A queue whose older commands and events are read from record files. Nobody who asks notices where they are.
pub struct ArchivedQueue {
    queue: Arc<dyn CommandQueue>,
    reader: Arc<RecordReader>,
}

impl ArchivedQueue {
    /// Continues `queue`.
    pub fn new(queue: Arc<dyn CommandQueue>, reader: Arc<RecordReader>) -> Self {
        Self { queue, reader }
    }

    /// A command that is no longer in the database.
    async fn archived(&self, id: CommandId) -> Result<Option<Command>, StoreError> {
        let Some(place) = self.reader.store().place_of(id).await? else { return Ok(None) };
        Ok(self.reader.command(&place).await?.map(|record| record.command))
    }

    /// The journal of a command, if a record file has it. Its rows in the database may be in part gone then.
    async fn archived_events(&self, id: CommandId) -> Result<Option<Vec<CommandEvent>>, StoreError> {
        let Some(place) = self.reader.store().place_of(id).await? else { return Ok(None) };
        Ok(self.reader.command(&place).await?.map(|record| without_attachments(record.events).collect()))
    }

    /// The events in record files that come before the last one of `events`, or at all if there are fewer than asked for.
    async fn add_archived(
        &self,
        filter: &EventFilter,
        events: &mut BTreeMap<i64, CommandEvent>,
    ) -> Result<(), StoreError> {
        let limit = usize::try_from(filter.limit).unwrap_or(usize::MAX);
        let mut beyond = 0;
        loop {
            let places =
                self.reader.store().places_after(filter.after, beyond, filter.stack_id, PLACES).await?;
            let is_last = places.len() < PLACES as usize;
            for place in places {
                beyond = place.command.first_event;
                let last = events.keys().nth(limit.saturating_sub(1));
                if last.is_some_and(|last| *last < place.command.first_event) {
                    return Ok(());
                }
                if !filter.means_stack(place.command.stack_id) {
                    continue;
                }
                let Some(record) = self.reader.command(&place).await? else { continue };
                let later = without_attachments(record.events).filter(|event| event.id > filter.after);
                events.extend(later.map(|event| (event.id, event)));
                while events.len() > limit {
                    events.pop_last();
                }
            }
            if is_last {
                return Ok(());
            }
        }
    }
}

/// Lists have none.
fn without_attachments(events: Vec<CommandEvent>) -> impl Iterator<Item = CommandEvent> {
    events.into_iter().map(|mut event| {
        event.line.attachment = None;
        event
    })
}

#[async_trait]
impl CommandQueue for ArchivedQueue {
    async fn enqueue(&self, command: NewCommand) -> Result<Enqueued, EnqueueError> {
        self.queue.enqueue(command).await
    }

    async fn is_writable(&self) -> Result<(), StoreError> {
        self.queue.is_writable().await
    }

    async fn cancel(&self, id: CommandId, by: &Actor, now: Timestamp) -> Result<Cancelled, StoreError> {
        match self.queue.cancel(id, by, now).await? {
            Cancelled::NotFound => {
                Ok(self.archived(id).await?.map_or(Cancelled::NotFound, Cancelled::TooLate))
            }
            answer => Ok(answer),
        }
    }

    async fn retry(&self, id: CommandId, by: &Actor, now: Timestamp) -> Result<Retried, StoreError> {
        match self.queue.retry(id, by, now).await? {
            Retried::NotFound => Ok(self.archived(id).await?.map_or(Retried::NotFound, Retried::NotFailed)),
            answer => Ok(answer),
        }
    }

    async fn find(&self, id: CommandId) -> Result<Option<Command>, StoreError> {
        match self.queue.find(id).await? {
            None => self.archived(id).await,
            found => Ok(found),
        }
    }

    // What is open is not archived.
    async fn open<'a>(&self, of: Option<&'a [StackId]>, limit: u32) -> Result<Vec<OpenCommand>, StoreError> {
        self.queue.open(of, limit).await
    }

    async fn list(&self, filter: &CommandFilter) -> Result<Page<Command>, StoreError> {
        let here = self.queue.list(filter).await?;
        let places = self.reader.store().places(filter).await?;
        if places.items.is_empty() {
            return Ok(here);
        }
        let limit = usize::try_from(filter.limit).unwrap_or(usize::MAX);
        let mut more = here.more || places.more;
        let mut here: BTreeMap<Seq, Command> =
            here.items.into_iter().map(|command| (command.seq, command)).collect();
        // One may leave between the two questions.
        let mut seqs: BTreeSet<Seq> = here.keys().copied().collect();
        seqs.extend(places.items.iter().map(|place| place.command.seq));
        more |= seqs.len() > limit;
        let order: Vec<Seq> = if filter.oldest_first {
            seqs.into_iter().take(limit).collect()
        } else {
            seqs.into_iter().rev().take(limit).collect()
        };
        let mut items = Vec::with_capacity(order.len());
        for seq in order {
            if let Some(command) = here.remove(&seq) {
                items.push(command);
            } else if let Some(place) = places.items.iter().find(|place| place.command.seq == seq) {
                items.extend(self.reader.command(place).await?.map(|record| record.command));
            }
        }
        Ok(Page { items, more })
    }

    async fn events(&self, filter: &EventFilter) -> Result<Vec<CommandEvent>, StoreError> {
        let limit = usize::try_from(filter.limit).unwrap_or(usize::MAX);
        if let Some(id) = filter.command_id
            && let Some(events) = self.archived_events(id).await?
        {
            return Ok(events.into_iter().filter(|event| event.id > filter.after).take(limit).collect());
        }
        let here = self.queue.events(filter).await?;
        if filter.command_id.is_some() {
            return Ok(here);
        }
        let mut events: BTreeMap<i64, CommandEvent> =
            here.into_iter().map(|event| (event.id, event)).collect();
        self.add_archived(filter, &mut events).await?;
        Ok(events.into_values().take(limit).collect())
    }

    async fn last_event(&self) -> Result<i64, StoreError> {
        Ok(self.queue.last_event().await?.max(self.reader.store().last_event().await?))
    }

    async fn overview(&self) -> Result<QueueOverview, StoreError> {
        self.queue.overview().await
    }

    async fn write_lane(&self) -> Result<WriteLane, StoreError> {
        self.queue.write_lane().await
    }

    async fn totals(&self) -> Result<Vec<CommandTotal>, StoreError> {
        self.queue.totals().await
    }
}
