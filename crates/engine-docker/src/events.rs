//! The engine's events, as changes for the caller and as invalidations for the cache.

use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use core_monitor_domain::ids::ContainerId;
use core_monitor_domain::ports::{EngineChange, EngineChanges, EngineError};
use tokio::task::JoinHandle;

use crate::event_lines::{self, Event, EventLines, seconds};
use crate::observe::InspectCache;
use crate::session::Session;
use crate::{classify, path};

/// Object types that a stack consists of.
const FILTERS: &str = r#"{"type":["container","network","volume","image"]}"#;

/// Container actions that change nothing observable. Each health check causes three of them.
const NOISE: [&str; 9] =
    ["exec_", "attach", "detach", "top", "resize", "export", "archive-path", "extract-to-dir", "commit"];

/// An established subscription.
#[derive(Debug)]
pub(crate) struct DockerChanges(EventLines);

impl DockerChanges {
    /// Subscribes. Events after this returns are not missed: the engine responds before it listens, so the subscription
    /// starts at the engine's time of a moment earlier.
    pub(crate) async fn open(session: &Session) -> Result<Self, EngineError> {
        let since = session.engine_time().await.map_err(classify::read)?;
        let since = since.map(|at| format!("&since={}", seconds(at))).unwrap_or_default();
        let query = format!("filters={}{since}", path::value(FILTERS));
        EventLines::open(session, &query).await.map(Self)
    }

    /// The next relevant event. Cancelling the wait loses nothing.
    async fn next_event(&mut self) -> Result<Event, EngineError> {
        loop {
            let event = self.0.next().await?.ok_or_else(event_lines::ended)?;
            if !event.is_noise() {
                return Ok(event);
            }
        }
    }
}

impl Event {
    fn is_noise(&self) -> bool {
        self.kind == "container" && NOISE.iter().any(|action| self.action.starts_with(action))
    }

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
        let shown = Event::read(line.as_bytes()).filter(|event| !event.is_noise()).map(|event| {
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
    fn health_check_events_are_ignored() {
        check(r#"{"Type":"container","Action":"exec_create: true","Actor":{"ID":"c0"}}"#, "noise");
        check(r#"{"Type":"container","Action":"exec_die","Actor":{"ID":"c0"}}"#, "noise");
    }
}
