//! The engine's events: as changes for the caller, and as touches for the cache.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use bytes::{Buf, BytesMut};
use core_monitor_domain::ids::ContainerId;
use core_monitor_domain::ports::{EngineChange, EngineChanges, EngineError};
use core_monitor_domain::time::Timestamp;
use http_body_util::BodyExt;
use hyper::Method;
use hyper::body::Incoming;
use serde::Deserialize;
use tokio::task::JoinHandle;

use crate::observe::InspectCache;
use crate::session::Session;
use crate::{classify, path};

/// Kinds that a stack is made of.
const FILTERS: &str = r#"{"type":["container","network","volume","image"]}"#;

/// Container actions that change nothing that is observed. Health checks alone cause three of them each time.
const NOISE: [&str; 9] =
    ["exec_", "attach", "detach", "top", "resize", "export", "archive-path", "extract-to-dir", "commit"];

/// Longest event that is read; a longer one is not the engine talking.
const LONGEST: usize = 1 << 20;

/// A subscription that stands.
#[derive(Debug)]
pub(crate) struct DockerChanges {
    body: Incoming,
    buffer: BytesMut,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Event {
    #[serde(rename = "Type", default)]
    kind: String,
    #[serde(default)]
    action: String,
    #[serde(default)]
    actor: Actor,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
struct Actor {
    #[serde(rename = "ID")]
    id: String,
    attributes: HashMap<String, String>,
}

impl DockerChanges {
    /// Subscribes. Nothing that happens after this returns is missed: the engine answers before it listens, so the
    /// subscription starts at its clock of a moment earlier.
    pub(crate) async fn open(session: &Session) -> Result<Self, EngineError> {
        let since = session.engine_time().await.map_err(classify::read)?;
        let since = since.map(|at| format!("&since={}", seconds(at))).unwrap_or_default();
        let path = format!("/events?filters={}{since}", path::value(FILTERS));
        let response = session.send(Method::GET, &path).await.map_err(classify::read)?;
        Ok(Self { body: response.into_body(), buffer: BytesMut::new() })
    }

    /// The next event that is not noise. Cancelling the wait loses nothing: what was read stays in the buffer.
    async fn next_event(&mut self) -> Result<Event, EngineError> {
        loop {
            while let Some(end) = self.buffer.iter().position(|byte| *byte == b'\n') {
                let line = self.buffer.split_to(end);
                self.buffer.advance(1);
                if let Some(event) = read(&line) {
                    return Ok(event);
                }
            }
            if self.buffer.len() > LONGEST {
                return Err(gone("an event has no end"));
            }
            match self.body.frame().await {
                Some(Ok(frame)) => self.buffer.extend(frame.into_data().unwrap_or_default()),
                Some(Err(error)) => return Err(gone(&classify::root_cause(&error))),
                None => return Err(gone("the engine ended the event stream")),
            }
        }
    }
}

/// The only form of time that the engine takes here.
fn seconds(at: Timestamp) -> String {
    let millis = at.as_millis();
    format!("{}.{:03}000000", millis / 1000, millis % 1000)
}

fn gone(reason: &str) -> EngineError {
    EngineError::Unavailable { reason: reason.to_owned() }
}

/// `None` for noise and for what is not an event.
fn read(line: &[u8]) -> Option<Event> {
    let event: Event = serde_json::from_slice(line).ok()?;
    let noise = event.kind == "container" && NOISE.iter().any(|action| event.action.starts_with(action));
    (!noise).then_some(event)
}

impl Event {
    /// The containers it says something about.
    fn containers(&self) -> impl Iterator<Item = ContainerId> {
        let own = (self.kind == "container").then(|| self.actor.id.clone());
        // Connections to networks and uses of volumes.
        let other = self.actor.attributes.get("container").cloned();
        own.into_iter().chain(other).map(ContainerId)
    }
}

#[async_trait]
impl EngineChanges for DockerChanges {
    async fn next(&mut self) -> Result<EngineChange, EngineError> {
        let event = self.next_event().await?;
        Ok(EngineChange { kind: event.kind, action: event.action, subject: event.actor.id })
    }
}

/// Keeps the cache honest in the background. Made again by the next look after it ended.
#[derive(Debug, Default)]
pub(crate) struct CacheWatch {
    task: Mutex<Option<JoinHandle<()>>>,
}

impl CacheWatch {
    /// Whether the subscription stands.
    pub(crate) fn stands(&self) -> bool {
        let task = self.task.lock().unwrap_or_else(PoisonError::into_inner);
        task.as_ref().is_some_and(|task| !task.is_finished())
    }

    /// Feeds `changes` into `cache` until they end.
    pub(crate) fn follow(&self, mut changes: DockerChanges, cache: Arc<InspectCache>) {
        cache.rise();
        let follow = async move {
            let end = loop {
                match changes.next_event().await {
                    Ok(event) => event.containers().for_each(|id| cache.touch(&id)),
                    Err(end) => break end,
                }
            };
            cache.fall();
            tracing::debug!(%end, "the event subscription ended, details are not kept until the next one stands");
        };
        let mut task = self.task.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(old) = task.replace(tokio::spawn(follow)) {
            old.abort();
        }
    }
}

impl Drop for CacheWatch {
    fn drop(&mut self) {
        let task = self.task.get_mut().unwrap_or_else(PoisonError::into_inner);
        if let Some(task) = task.take() {
            task.abort();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(line: &str, expected: &str) {
        let shown = read(line.as_bytes()).map(|event| {
            let containers: Vec<String> = event.containers().map(|id| id.0).collect();
            format!("{} {} touches {}", event.kind, event.action, containers.join(","))
        });
        assert_eq!(shown.unwrap_or_else(|| "noise".to_owned()), expected);
    }

    #[test]
    fn events_touch_the_containers_they_are_about() {
        check(
            r#"{"Type":"container","Action":"die","Actor":{"ID":"c0","Attributes":{"exitCode":"0"}}}"#,
            "container die touches c0",
        );
        check(
            r#"{"Type":"network","Action":"connect","Actor":{"ID":"n0","Attributes":{"container":"c0"}}}"#,
            "network connect touches c0",
        );
        check(
            r#"{"Type":"container","Action":"health_status: healthy","Actor":{"ID":"c0"}}"#,
            "container health_status: healthy touches c0",
        );
        check(r#"{"Type":"image","Action":"tag","Actor":{"ID":"sha256:0"}}"#, "image tag touches ");
    }

    #[test]
    fn time_is_seconds_and_nanoseconds() {
        assert_eq!(seconds(Timestamp::from_millis(1_769_421_600_007).unwrap()), "1769421600.007000000");
    }

    #[test]
    fn probes_of_health_checks_are_noise() {
        check(r#"{"Type":"container","Action":"exec_create: true","Actor":{"ID":"c0"}}"#, "noise");
        check(r#"{"Type":"container","Action":"exec_die","Actor":{"ID":"c0"}}"#, "noise");
        check("not json", "noise");
    }
}
