//! The engine's events, as changes for the caller and as invalidations for the cache.

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

/// Object types that a stack consists of.
const FILTERS: &str = r#"{"type":["container","network","volume","image"]}"#;

/// Container actions that change nothing observable. Each health check causes three of them.
const NOISE: [&str; 9] =
    ["exec_", "attach", "detach", "top", "resize", "export", "archive-path", "extract-to-dir", "commit"];

/// Longest accepted event; the engine sends none that long.
const MAX_EVENT: usize = 1 << 20;

/// An established subscription.
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
    /// Subscribes. Events after this returns are not missed: the engine responds before it listens, so the subscription
    /// starts at the engine's time of a moment earlier.
    pub(crate) async fn open(session: &Session) -> Result<Self, EngineError> {
        let since = session.engine_time().await.map_err(classify::read)?;
        let since = since.map(|at| format!("&since={}", seconds(at))).unwrap_or_default();
        let path = format!("/events?filters={}{since}", path::value(FILTERS));
        let response = session.send(Method::GET, &path).await.map_err(classify::read)?;
        Ok(Self { body: response.into_body(), buffer: BytesMut::new() })
    }

    /// The next relevant event. Cancelling the wait loses nothing, since data that was read stays in the buffer.
    async fn next_event(&mut self) -> Result<Event, EngineError> {
        loop {
            while let Some(end) = self.buffer.iter().position(|byte| *byte == b'\n') {
                let line = self.buffer.split_to(end);
                self.buffer.advance(1);
                if let Some(event) = read(&line) {
                    return Ok(event);
                }
            }
            if self.buffer.len() > MAX_EVENT {
                return Err(gone("an event is too long"));
            }
            match self.body.frame().await {
                Some(Ok(frame)) => self.buffer.extend(frame.into_data().unwrap_or_default()),
                Some(Err(error)) => return Err(gone(&classify::root_cause(&error))),
                None => return Err(gone("the engine ended the event stream")),
            }
        }
    }
}

/// The time format that the engine requires here.
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
    /// The containers that it concerns.
    fn containers(&self) -> impl Iterator<Item = ContainerId> {
        let own = (self.kind == "container").then(|| self.actor.id.clone());
        // Network connections and volume mounts.
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

/// Invalidates cached details in the background. The next observation restarts it after it ends.
#[derive(Debug, Default)]
pub(crate) struct CacheWatch {
    task: Mutex<Option<JoinHandle<()>>>,
}

impl CacheWatch {
    /// Whether the subscription is active.
    pub(crate) fn is_active(&self) -> bool {
        let task = self.task.lock().unwrap_or_else(PoisonError::into_inner);
        task.as_ref().is_some_and(|task| !task.is_finished())
    }

    /// Feeds `changes` into `cache` until they end.
    pub(crate) fn follow(&self, mut changes: DockerChanges, cache: Arc<InspectCache>) {
        cache.activate();
        let follow = async move {
            let end = loop {
                match changes.next_event().await {
                    Ok(event) => event.containers().for_each(|id| cache.touch(&id)),
                    Err(end) => break end,
                }
            };
            cache.deactivate();
            tracing::debug!(%end, "the event subscription ended; container details are not cached until it is restored");
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
    fn events_invalidate_the_containers_they_concern() {
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
    fn time_is_formatted_as_seconds_and_nanoseconds() {
        assert_eq!(seconds(Timestamp::from_millis(1_769_421_600_007).unwrap()), "1769421600.007000000");
    }

    #[test]
    fn health_check_events_are_ignored() {
        check(r#"{"Type":"container","Action":"exec_create: true","Actor":{"ID":"c0"}}"#, "noise");
        check(r#"{"Type":"container","Action":"exec_die","Actor":{"ID":"c0"}}"#, "noise");
        check("not json", "noise");
    }
}
