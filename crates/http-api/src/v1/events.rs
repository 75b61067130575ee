//! Events: what happened to commands.

use core_monitor_domain::ids::{CommandId, Seq, StackId};
use core_monitor_domain::journal::{CommandEvent, Encoded};
use core_monitor_domain::time::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use crate::error_code::ErrorCode;
use crate::problem::{Problem, ProblemBody};
use crate::said;
use crate::v1::actor::ActorBody;
use crate::v1::commands::{CommandBody, of_stack};

pub(crate) mod detail;
pub(crate) mod list;
pub(crate) mod stream;

use detail::DetailBody;

/// An event. Events are never changed or removed.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Event)]
pub(crate) struct EventBody {
    /// Position among all events; later events have larger numbers.
    #[schema(example = 17)]
    id: i64,
    #[schema(value_type = uuid::Uuid, example = "0194f1c3-0d1f-7a42-9c0e-51b2a7f3c9aa")]
    command_id: CommandId,
    /// The `seq` of the command.
    #[schema(value_type = i64, example = 42)]
    seq: Seq,
    #[schema(value_type = Option<uuid::Uuid>, example = "0194f1c2-8e6a-7c11-b1d2-3f0c5a9e7d10")]
    stack_id: Option<StackId>,
    #[schema(value_type = String, format = DateTime, example = "2026-01-26T10:00:00Z")]
    at: Timestamp,
    /// What happened.
    #[schema(example = "ENQUEUED")]
    kind: &'static str,
    /// Who did it.
    actor: ActorBody,
    /// Fencing number of the worker; null if the event does not come from a worker.
    #[schema(example = 3)]
    epoch: Option<i64>,
    /// The attempt, counted from 1; 0 before the first.
    #[schema(example = 1)]
    attempt: u32,
    /// The kind of the step or wait; empty for changes of the status.
    #[schema(example = "")]
    op: String,
    /// Name of the object concerned; empty if it is the command itself.
    #[schema(example = "")]
    target: String,
    /// What the kind has to say.
    #[schema(value_type = serde_json::Value, example = json!(null))]
    detail: DetailBody,
}

impl From<CommandEvent> for EventBody {
    fn from(event: CommandEvent) -> Self {
        let Encoded { kind, op, target, .. } = event.line.entry.encode();
        Self {
            id: event.id,
            command_id: event.command_id,
            seq: event.seq,
            stack_id: of_stack(event.stack_id),
            at: event.at,
            kind: kind.as_str(),
            actor: event.line.actor.into(),
            epoch: event.line.epoch.map(|epoch| epoch.0),
            attempt: event.line.attempt,
            op,
            target,
            detail: event.line.entry.into(),
        }
    }
}

/// Events, oldest first.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = EventList)]
pub(crate) struct EventListBody {
    items: Vec<EventBody>,
    /// Send it as `after` to get the events that follow.
    #[schema(example = 17)]
    last: i64,
}

impl EventListBody {
    pub(crate) fn new(events: Vec<CommandEvent>, after: i64) -> Self {
        let last = events.last().map_or(after, |event| event.id);
        Self { items: events.into_iter().map(EventBody::from).collect(), last }
    }
}

/// The id to list after.
pub(crate) fn after(given: Option<i64>) -> Result<i64, Problem> {
    match given.unwrap_or(0) {
        id if id < 0 => {
            let words = said::after_negative(id);
            Err(Problem::new(ErrorCode::InvalidRequest, words))
        }
        id => Ok(id),
    }
}

/// One frame of a stream. Frames have no name, so that a browser hands each of them to `onmessage`, also those of a kind that
/// is added later.
#[derive(Debug, Serialize, ToSchema)]
#[serde(tag = "kind", rename_all = "SCREAMING_SNAKE_CASE")]
#[schema(as = StreamFrame)]
pub(crate) enum FrameBody {
    /// An event. The frame's `id` is that of the event: after a break, the stream goes on behind it.
    Event {
        #[schema(inline = false)]
        event: EventBody,
    },
    /// The command has ended: the last frame of the stream of a command.
    Settled {
        #[schema(inline = false)]
        command: CommandBody,
    },
    /// The stream cannot go on: its last frame. Connect again with the id of the last event.
    Problem {
        #[schema(value_type = ProblemBody)]
        problem: serde_json::Value,
    },
}

/// Which events to list.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct EventsQuery {
    /// Only events with a larger id.
    #[param(example = 0, minimum = 0)]
    pub(crate) after: Option<i64>,
    /// Maximum number of entries, from 1 to 200; 50 by default.
    #[param(example = 50, minimum = 1, maximum = 200)]
    pub(crate) limit: Option<u32>,
}

/// Which events of all commands.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct AllEventsQuery {
    /// Only events of commands of this stack, which may be deleted.
    pub(crate) stack_id: Option<Uuid>,
    /// Only events with a larger id.
    #[param(example = 0, minimum = 0)]
    pub(crate) after: Option<i64>,
    /// Maximum number of entries, from 1 to 200; 50 by default.
    #[param(example = 50, minimum = 1, maximum = 200)]
    pub(crate) limit: Option<u32>,
}

/// Where a stream begins.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct StreamQuery {
    /// Only events with a larger id.
    #[param(example = 0, minimum = 0)]
    pub(crate) after: Option<i64>,
}

/// Where a stream of all commands begins, and whose events it has.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct AllStreamQuery {
    /// Only events of commands of this stack.
    pub(crate) stack_id: Option<Uuid>,
    /// Only events with a larger id.
    #[param(example = 0, minimum = 0)]
    pub(crate) after: Option<i64>,
}

/// What a reconnecting stream sends. For the document only.
#[derive(IntoParams)]
#[into_params(parameter_in = Header)]
#[expect(dead_code, reason = "only its description is used")]
pub(crate) struct LastEventId {
    /// Id of the last event received; takes precedence over `after`. Browsers send it when they reconnect.
    #[param(rename = "Last-Event-ID", minimum = 0)]
    last_event_id: Option<i64>,
}
