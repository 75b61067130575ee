//! The record of who did what.

use core_monitor_domain::command_event::CommandEvent;
use core_monitor_domain::ids::{CommandId, Seq, StackId};
use core_monitor_domain::time::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

pub(crate) mod list;

/// One line of the record. Never changed, never removed.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Event)]
pub(crate) struct EventBody {
    /// Place in the record of the whole system; later events have larger numbers.
    #[schema(example = 17)]
    id: i64,
    #[schema(value_type = uuid::Uuid, example = "0194f1c3-0d1f-7a42-9c0e-51b2a7f3c9aa")]
    command_id: CommandId,
    /// The command's place in the queue.
    #[schema(value_type = i64, example = 42)]
    seq: Seq,
    #[schema(value_type = uuid::Uuid, example = "0194f1c2-8e6a-7c11-b1d2-3f0c5a9e7d10")]
    stack_id: StackId,
    #[schema(value_type = String, format = DateTime, example = "2026-01-26T10:00:00Z")]
    at: Timestamp,
    /// `ENQUEUED`, `CLAIMED`, `ADOPTED`, `PLANNED`, `INTENT`, `OUTCOME`, `PROGRESS`, `RETRYING`, `CANCEL_REQUESTED`,
    /// `DONE`, `FAILED`, `CANCELLED` or `RETRIED`. Others may be added.
    #[schema(example = "INTENT")]
    kind: &'static str,
    /// Who: a token's name, `worker` or `server`.
    #[schema(example = "worker")]
    actor: String,
    /// Fencing number of the worker; null when no worker wrote it.
    #[schema(example = 3)]
    epoch: Option<i64>,
    /// The attempt it belongs to, from 1; 0 before the first.
    #[schema(example = 1)]
    attempt: u32,
    /// The effect or wait; empty for changes of status.
    #[schema(example = "create_container")]
    op: String,
    /// What it is about, by name.
    #[schema(example = "shop-web-1")]
    target: String,
    /// More, depending on `kind` and `op`; null when there is no more.
    #[schema(value_type = Option<Object>)]
    detail: serde_json::Value,
}

impl From<CommandEvent> for EventBody {
    fn from(event: CommandEvent) -> Self {
        Self {
            id: event.id,
            command_id: event.command_id,
            seq: event.seq,
            stack_id: event.stack_id,
            at: event.at,
            kind: event.entry.kind.as_str(),
            actor: event.entry.actor,
            epoch: event.entry.epoch.map(|epoch| epoch.0),
            attempt: event.entry.attempt,
            op: event.entry.op,
            target: event.entry.target,
            detail: event.entry.detail,
        }
    }
}

/// Events, oldest first.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = EventList)]
pub(crate) struct EventListBody {
    items: Vec<EventBody>,
    /// Send it as `after` to get what comes behind, now or later.
    #[schema(example = 17)]
    last: i64,
}

impl EventListBody {
    pub(crate) fn new(events: Vec<CommandEvent>, after: i64) -> Self {
        let last = events.last().map_or(after, |event| event.id);
        Self { items: events.into_iter().map(EventBody::from).collect(), last }
    }
}

/// Which events.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct EventsQuery {
    /// Only events with a larger id.
    #[param(example = 0)]
    pub(crate) after: Option<i64>,
    /// At most so many, from 1 to 200; 50 when left out. Streams have no limit.
    #[param(example = 50, minimum = 1, maximum = 200)]
    pub(crate) limit: Option<u32>,
}

/// What a reconnecting stream sends. For the document only.
#[derive(IntoParams)]
#[into_params(parameter_in = Header)]
#[expect(dead_code, reason = "only its description is used")]
pub(crate) struct LastEventId {
    /// Id of the last event that was received; wins over `after`. Browsers send it by themselves.
    #[param(rename = "Last-Event-ID")]
    last_event_id: Option<i64>,
}
