//! What the engine says about itself and its containers, for people.

use std::collections::BTreeMap;

use async_trait::async_trait;
use bytes::{Buf, BytesMut};
use core_monitor_domain::engine_event::{EngineEvent, EventsFrom};
use core_monitor_domain::ids::ContainerId;
use core_monitor_domain::ports::{EngineError, EventFeed, Feed};
use core_monitor_domain::time::Timestamp;
use http_body_util::BodyExt;
use hyper::Method;
use hyper::body::Incoming;
use serde::Deserialize;
use serde_json::Value;

use crate::session::Session;
use crate::{classify, path};

/// Longest accepted event; the engine sends none that long.
const MAX_EVENT: usize = 1 << 20;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Event {
    #[serde(rename = "Type", default)]
    kind: String,
    #[serde(default)]
    action: String,
    #[serde(default)]
    actor: Actor,
    #[serde(rename = "timeNano", default)]
    nanos: i64,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
struct Actor {
    #[serde(rename = "ID")]
    id: String,
    attributes: BTreeMap<String, String>,
}

/// The engine's whole document about a container.
pub(crate) async fn document(session: &Session, id: &ContainerId) -> Result<Option<Value>, EngineError> {
    let path = format!("/containers/{}/json", path::segment(id.as_str()));
    match session.json::<Value>(Method::GET, &path, None).await.map_err(classify::read) {
        Ok(document) => Ok(Some(document)),
        Err(EngineError::NotFound { .. }) => Ok(None),
        Err(error) => Err(error),
    }
}

/// Follows the engine's events. Without a time to start from they start at the engine's own of a moment ago: it answers before
/// it listens.
pub(crate) async fn events(
    session: &Session,
    from: EventsFrom,
) -> Result<EventFeed<EngineError>, EngineError> {
    let since = match from.since {
        Some(since) => Some(since),
        None => session.engine_time().await.map_err(classify::read)?,
    };
    let times = [("since", since), ("until", from.until)];
    let times = times.into_iter().filter_map(|(name, at)| Some(format!("{name}={}", seconds(at?))));
    let path = format!("/events?{}", times.collect::<Vec<_>>().join("&"));
    let response = session.send(Method::GET, &path).await.map_err(classify::read)?;
    Ok(Box::new(DockerEvents {
        body: response.into_body(),
        buffer: BytesMut::new(),
        ends: from.until.is_some(),
    }))
}

/// The time format that the engine requires here: seconds and nine digits.
fn seconds(at: Timestamp) -> String {
    let nanos = at.as_nanos().max(0);
    format!("{}.{:09}", nanos / 1_000_000_000, nanos % 1_000_000_000)
}

struct DockerEvents {
    body: Incoming,
    /// Data that was read stays here, so that cancelling a wait loses nothing.
    buffer: BytesMut,
    /// The engine ends the stream by itself.
    ends: bool,
}

#[async_trait]
impl Feed<EngineEvent, EngineError> for DockerEvents {
    async fn next(&mut self) -> Result<Option<EngineEvent>, EngineError> {
        loop {
            while let Some(end) = self.buffer.iter().position(|byte| *byte == b'\n') {
                let line = self.buffer.split_to(end);
                self.buffer.advance(1);
                if let Some(event) = read(&line) {
                    return Ok(Some(event));
                }
            }
            if self.buffer.len() > MAX_EVENT {
                return Err(gone("an event is too long"));
            }
            match self.body.frame().await {
                Some(Ok(frame)) => self.buffer.extend(frame.into_data().unwrap_or_default()),
                Some(Err(error)) => return Err(gone(&classify::root_cause(&error))),
                None if self.ends => return Ok(None),
                None => return Err(gone("the engine ended the event stream")),
            }
        }
    }
}

fn gone(reason: &str) -> EngineError {
    EngineError::Unavailable { reason: reason.to_owned() }
}

/// `None` for what is not an event.
fn read(line: &[u8]) -> Option<EngineEvent> {
    let Event { kind, action, actor, nanos } = serde_json::from_slice(line).ok()?;
    let at = Timestamp::from_nanos(nanos)?;
    Some(EngineEvent::new(at, &kind, &action, &actor.id, &actor.attributes))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_event_is_read_with_its_nanoseconds() {
        let line = br#"{"Type":"container","Action":"die","Actor":{"ID":"c0","Attributes":{"exitCode":"137","name":"web"}},"scope":"local","time":1796026596,"timeNano":1796026596271295912}"#;
        let event = read(line).unwrap();
        assert_eq!(event.at.as_nanos(), 1_796_026_596_271_295_912);
        assert_eq!(event.message().text(), "container web exited with code 137");
        assert_eq!(read(b"not json").map(|event| event.kind), None);
    }

    #[test]
    fn times_have_nine_digits() {
        let at = Timestamp::from_nanos(1_796_026_596_000_000_012).unwrap();
        assert_eq!(seconds(at), "1796026596.000000012");
    }
}
