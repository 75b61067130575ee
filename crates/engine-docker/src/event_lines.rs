//! The engine's events as it sends them: documents, one in each line.

use std::collections::BTreeMap;

use bytes::{Buf, BytesMut};
use core_monitor_domain::ports::EngineError;
use core_monitor_domain::time::Timestamp;
use http_body_util::BodyExt;
use hyper::Method;
use hyper::body::Incoming;
use serde::Deserialize;

use crate::classify;
use crate::session::Session;

/// Longest accepted event; the engine sends none that long.
const MAX_EVENT: usize = 1 << 20;

/// A stream of events. Cancelling a wait loses nothing, since data that was read stays in the buffer.
#[derive(Debug)]
pub(crate) struct EventLines {
    body: Incoming,
    buffer: BytesMut,
    /// How many bytes may still come; `None` without a limit.
    left: Option<usize>,
}

/// An event.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Event {
    #[serde(rename = "Type", default)]
    pub(crate) kind: String,
    #[serde(default)]
    pub(crate) action: String,
    #[serde(default)]
    pub(crate) actor: Actor,
    /// Nanoseconds since the Unix epoch.
    #[serde(rename = "timeNano", default)]
    pub(crate) nanos: i64,
}

/// What an event is about.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct Actor {
    #[serde(rename = "ID")]
    pub(crate) id: String,
    pub(crate) attributes: BTreeMap<String, String>,
}

impl EventLines {
    /// Asks for events with the parameters of `query`.
    pub(crate) async fn open(session: &Session, query: &str) -> Result<Self, EngineError> {
        let path = format!("/events?{query}");
        let response = session.send(Method::GET, &path).await.map_err(classify::read)?;
        Ok(Self { body: response.into_body(), buffer: BytesMut::new(), left: None })
    }

    /// Fails when more than so many bytes have come.
    pub(crate) fn at_most(mut self, bytes: usize) -> Self {
        self.left = Some(bytes);
        self
    }

    /// The next event; `None` at the end of the stream. What is none is left out.
    pub(crate) async fn next(&mut self) -> Result<Option<Event>, EngineError> {
        loop {
            while let Some(end) = self.buffer.iter().position(|byte| *byte == b'\n') {
                let line = self.buffer.split_to(end);
                self.buffer.advance(1);
                if let Some(event) = Event::read(&line) {
                    return Ok(Some(event));
                }
            }
            if self.buffer.len() > MAX_EVENT {
                return Err(gone("an event is too long"));
            }
            match self.body.frame().await {
                Some(Ok(frame)) => self.take(&frame.into_data().unwrap_or_default())?,
                Some(Err(error)) => return Err(gone(&classify::root_cause(&error))),
                None => return Ok(None),
            }
        }
    }

    fn take(&mut self, data: &[u8]) -> Result<(), EngineError> {
        if let Some(left) = &mut self.left {
            *left = left.checked_sub(data.len()).ok_or_else(|| gone("the engine sends no end of events"))?;
        }
        self.buffer.extend_from_slice(data);
        Ok(())
    }
}

impl Event {
    /// `None` for what is not an event.
    pub(crate) fn read(line: &[u8]) -> Option<Self> {
        serde_json::from_slice(line).ok()
    }
}

/// The end of a stream that should have none.
pub(crate) fn ended() -> EngineError {
    gone("the engine ended the event stream")
}

fn gone(reason: &str) -> EngineError {
    EngineError::Unavailable { reason: reason.to_owned() }
}

/// The time format that the engine requires in a query: seconds and nine digits.
pub(crate) fn seconds(at: Timestamp) -> String {
    let nanos = at.as_nanos().max(0);
    format!("{}.{:09}", nanos / 1_000_000_000, nanos % 1_000_000_000)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_event_is_read_and_nothing_else() {
        let line = br#"{"Type":"container","Action":"kill","Actor":{"ID":"c0","Attributes":{"signal":"15"}},"scope":"local","timeNano":1796026596271295912}"#;
        let event = Event::read(line).unwrap();
        assert_eq!((event.kind.as_str(), event.action.as_str()), ("container", "kill"));
        assert_eq!((event.actor.id.as_str(), event.nanos), ("c0", 1_796_026_596_271_295_912));
        assert_eq!(event.actor.attributes["signal"], "15");
        assert!(Event::read(b"not json").is_none());
    }

    #[test]
    fn times_have_nine_digits() {
        let at = Timestamp::from_nanos(1_796_026_596_000_000_012).unwrap();
        assert_eq!(seconds(at), "1796026596.000000012");
    }
}
