//! What the engine says about itself and its containers, for people.

use async_trait::async_trait;
use core_monitor_domain::engine_event::{EngineEvent, EventsFrom};
use core_monitor_domain::ids::ContainerId;
use core_monitor_domain::ports::{EngineError, EventFeed, Feed};
use core_monitor_domain::time::Timestamp;
use hyper::Method;
use serde_json::Value;

use crate::event_lines::{self, Event, EventLines, seconds};
use crate::session::Session;
use crate::{classify, path};

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
    let query = times.collect::<Vec<_>>().join("&");
    let lines = EventLines::open(session, &query).await?;
    Ok(Box::new(DockerEvents { lines, ends: from.until.is_some() }))
}

struct DockerEvents {
    lines: EventLines,
    /// The engine ends the stream by itself.
    ends: bool,
}

#[async_trait]
impl Feed<EngineEvent, EngineError> for DockerEvents {
    async fn next(&mut self) -> Result<Option<EngineEvent>, EngineError> {
        loop {
            match self.lines.next().await? {
                Some(event) => {
                    if let Some(shown) = shown(&event) {
                        return Ok(Some(shown));
                    }
                }
                None if self.ends => return Ok(None),
                None => return Err(event_lines::ended()),
            }
        }
    }
}

/// `None` for one that happened at no time.
fn shown(event: &Event) -> Option<EngineEvent> {
    let Event { kind, action, actor, nanos } = event;
    let at = Timestamp::from_nanos(*nanos)?;
    Some(EngineEvent::new(at, kind, action, &actor.id, &actor.attributes))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_event_is_read_with_its_nanoseconds() {
        let line = br#"{"Type":"container","Action":"die","Actor":{"ID":"c0","Attributes":{"exitCode":"137","name":"web"}},"scope":"local","time":1796026596,"timeNano":1796026596271295912}"#;
        let event = shown(&Event::read(line).unwrap()).unwrap();
        assert_eq!(event.at.as_nanos(), 1_796_026_596_271_295_912);
        assert_eq!(event.message().text(), "container web exited with code 137");
    }
}
