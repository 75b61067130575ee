//! What happens on the engine.

use std::collections::{BTreeMap, BTreeSet};

use core_monitor_application::server::{EngineEventQuery, EngineEventsError, PlacedEvent};
use core_monitor_domain::engine_event::{EngineEvent, EventPosition, EventSelection};
use core_monitor_domain::ids::{ContainerId, StackId};
use core_monitor_domain::names::{NameError, ServiceName};
use core_monitor_domain::time::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use crate::error_code::ErrorCode;
use crate::problem::{Problem, ProblemBody};
use crate::request::{moment, several};
use crate::said;
use crate::v1::message::MessageBody;

pub(crate) mod list;
pub(crate) mod stream;

/// How many words a list of kinds or actions may have.
const MOST_WORDS: usize = 50;

/// An event of the engine.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = EngineEvent)]
pub(crate) struct EngineEventBody {
    /// Its place among all events. Send it as `after`, or in `Last-Event-ID`, to go on behind it.
    #[schema(value_type = String, example = "1769421600000000000.1")]
    id: String,
    /// When, by the engine's clock.
    #[schema(value_type = String, format = DateTime, example = "2026-01-26T10:00:00.000000001Z")]
    at: Timestamp,
    /// The kind of object: `container`, `image`, `volume`, `network`, `daemon`, `builder`, `plugin`, or one that was added later.
    #[schema(example = "container")]
    kind: String,
    /// What happened, in the engine's word.
    #[schema(example = "die")]
    action: String,
    /// What happened, as a sentence.
    message: MessageBody,
    /// The engine's id of the object; the name of a volume.
    #[schema(example = "3f4e1a7b9c0d3f4e1a7b9c0d3f4e1a7b9c0d3f4e1a7b9c0d3f4e1a7b9c0d3f4e")]
    object_id: String,
    /// Name of the object, or the beginning of its id.
    #[schema(example = "shop-api-1")]
    name: String,
    /// The container that was connected to a network, or mounted a volume.
    #[schema(value_type = Option<String>, example = json!(null))]
    container_id: Option<ContainerId>,
    /// Its name, if that is known.
    #[schema(example = json!(null))]
    container_name: Option<String>,
    /// The stack that the object belongs to; null if to none.
    #[schema(value_type = Option<Uuid>, example = "0194f1c2-8e6a-7c11-b1d2-3f0c5a9e7d10")]
    stack_id: Option<StackId>,
    /// The service of a container of a stack.
    #[schema(example = "api")]
    service: Option<String>,
    /// Its replica number, from 1.
    #[schema(example = 1)]
    slot: Option<u32>,
    /// What else the engine says about it: never labels, and no command lines.
    #[schema(example = json!({"exitCode": "137", "image": "shop/api:3", "name": "shop-api-1"}))]
    attributes: BTreeMap<String, String>,
}

impl From<PlacedEvent> for EngineEventBody {
    fn from(PlacedEvent { position, event }: PlacedEvent) -> Self {
        let message = event.message().into();
        let EngineEvent { at, kind, action, id, name, container, container_name, attributes, place, .. } =
            event;
        Self {
            id: position.to_string(),
            at,
            kind,
            action,
            message,
            object_id: id,
            name,
            container_id: container,
            container_name,
            stack_id: place.as_ref().map(|place| place.stack_id),
            service: place.as_ref().and_then(|place| place.service.as_ref().map(ToString::to_string)),
            slot: place.as_ref().and_then(|place| place.slot.map(|slot| slot.0)),
            attributes,
        }
    }
}

/// One frame of a stream of the engine's events. Frames have no name.
#[derive(Debug, Serialize, ToSchema)]
#[serde(tag = "kind", rename_all = "SCREAMING_SNAKE_CASE")]
#[schema(as = EngineNotice)]
pub(crate) enum EngineFrame {
    /// An event. The frame's `id` is that of the event: after a break, the stream goes on behind it.
    Event {
        #[schema(inline = false)]
        event: Box<EngineEventBody>,
    },
    /// The stream has come to `until`: its last frame.
    End {
        /// Where to go on.
        #[schema(example = "1769421600000000000.1")]
        last: String,
    },
    /// The stream cannot go on: its last frame. Connect again with the id of the last event.
    Problem {
        #[schema(value_type = ProblemBody)]
        problem: serde_json::Value,
    },
}

/// Which events of the engine to show.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct EngineEventsQuery {
    /// Only events of this time and later: a time, or how long ago, such as `10m`.
    since: Option<String>,
    /// Only events after the one with this `id`.
    #[param(pattern = "^[0-9]{1,19}\\.[0-9]{1,10}$")]
    after: Option<String>,
    /// Only events up to this time, written as `since`.
    until: Option<String>,
    /// Only about objects of these kinds, separated by commas.
    #[serde(rename = "kind")]
    #[param(rename = "kind", value_type = Option<Vec<String>>, style = Form, explode = false)]
    kinds: Option<String>,
    /// Only these actions, separated by commas.
    #[param(value_type = Option<Vec<String>>, style = Form, explode = false)]
    action: Option<String>,
    /// Only about objects of this stack.
    #[param(value_type = Option<Uuid>)]
    stack_id: Option<Uuid>,
    /// Only about containers of this service. With `stack_id`, the stack must have it; without, it may be of any stack.
    #[param(pattern = "^[A-Za-z0-9._-]+$")]
    service: Option<String>,
    /// Also what changes nothing: commands that are executed in containers, health checks, and who looks at output.
    #[serde(default)]
    #[param(value_type = Option<bool>)]
    noise: bool,
    /// Maximum number of entries of the list, from 1 to 200; 50 by default. Streams have none.
    #[param(example = 50, minimum = 1, maximum = 200)]
    pub(crate) limit: Option<u32>,
}

impl EngineEventsQuery {
    /// The query for the use case. `resumed` takes the place of `after`.
    pub(crate) fn read(self, resumed: Option<&str>, now: Timestamp) -> Result<EngineEventQuery, Problem> {
        let after = resumed.or(self.after.as_deref()).map(position).transpose()?;
        let service = self.service.as_deref().map(|name| {
            name.parse::<ServiceName>().map_err(|error: NameError| {
                Problem::new(ErrorCode::InvalidRequest, said::service_parameter_invalid(error.message()))
            })
        });
        let since = moment("since", self.since.as_deref(), now)?;
        let until = moment("until", self.until.as_deref(), now)?;
        // As `docker events` does.
        if since.zip(until).is_some_and(|(since, until)| since > until) {
            return Err(Problem::new(ErrorCode::InvalidRequest, said::event_times_reversed()));
        }
        Ok(EngineEventQuery {
            selection: EventSelection {
                kinds: kinds(self.kinds.as_deref())?,
                actions: words("action", self.action.as_deref())?,
                stack_id: self.stack_id.map(StackId),
                service: service.transpose()?,
                noise: self.noise,
            },
            since,
            after,
            until,
        })
    }
}

fn position(text: &str) -> Result<EventPosition, Problem> {
    text.trim().parse().map_err(|_| {
        let shown: String = text.escape_debug().take(60).collect();
        Problem::new(ErrorCode::InvalidRequest, said::event_id_invalid(shown))
            .with_hint(said::send_event_id())
    })
}

/// The kinds of objects that engines have had so far.
fn kinds(given: Option<&str>) -> Result<BTreeSet<String>, Problem> {
    const KINDS: [&str; 11] = [
        "builder",
        "config",
        "container",
        "daemon",
        "image",
        "network",
        "node",
        "plugin",
        "secret",
        "service",
        "volume",
    ];
    Ok(several("kind", given, &KINDS, |kind| kind)?.into_iter().map(str::to_owned).collect())
}

/// Words of the engine, which may know more than this release.
fn words(name: &str, given: Option<&str>) -> Result<BTreeSet<String>, Problem> {
    let words: BTreeSet<String> =
        given.into_iter().flat_map(|given| given.split(',')).map(|word| word.trim().to_owned()).collect();
    if words.len() > MOST_WORDS || words.iter().any(|word| word.is_empty() || word.len() > 60) {
        return Err(Problem::new(ErrorCode::InvalidRequest, said::words_invalid(name, MOST_WORDS))
            .with_hint(said::separate_event_words()));
    }
    Ok(words)
}

/// The header of a stream that is resumed.
#[derive(IntoParams)]
#[into_params(parameter_in = Header)]
#[expect(dead_code, reason = "only its description is used")]
pub(crate) struct LastEngineEvent {
    /// Id of the last event received; takes precedence over `after`. Browsers send it when they reconnect.
    #[param(rename = "Last-Event-ID", pattern = "^[0-9]{1,19}\\.[0-9]{1,10}$")]
    last_event_id: Option<String>,
}

impl From<EngineEventsError> for Problem {
    fn from(error: EngineEventsError) -> Self {
        match error {
            EngineEventsError::Forbidden(error) => error.into(),
            EngineEventsError::ServiceUnknown(service) => {
                Self::new(ErrorCode::ServiceUnknown, said::no_such_service(service))
            }
            EngineEventsError::Link(error) => error.into(),
            EngineEventsError::Store(error) => error.into(),
        }
    }
}

#[cfg(test)]
mod tests;
