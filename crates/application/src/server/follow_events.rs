//! The record, as it grows.

use core_monitor_domain::command::Command;
use core_monitor_domain::command_event::CommandEvent;
use core_monitor_domain::ids::CommandId;
use core_monitor_domain::ports::{EventFilter, StoreError};

use super::{Server, last_id};

/// How many events are read at once.
const BATCH: u32 = 200;

/// What is new since the last look.
#[derive(Debug, Clone, PartialEq)]
pub struct Batch {
    /// The new events, oldest first; may be empty.
    pub events: Vec<CommandEvent>,
    /// The id to go on from.
    pub last: i64,
    /// The command, once it is settled and every event of it has been told.
    pub settled: Option<Command>,
}

/// Reads on behind the event `after`: of one command, or of the whole system.
pub async fn follow_events(server: &Server, of: Option<CommandId>, after: i64) -> Result<Batch, StoreError> {
    // The command is read before its events: what settled it was recorded in the same transaction, so once it is seen
    // settled, the events read afterwards are complete.
    let command = match of {
        Some(id) => server.queue.find(id).await?,
        None => None,
    };
    let filter = EventFilter { command_id: of, after, limit: BATCH };
    let events = server.queue.events(&filter).await?;
    let complete = events.len() < BATCH as usize;
    let last = last_id(&events, after);
    Ok(Batch { events, last, settled: command.filter(|command| complete && command.status.is_settled()) })
}
