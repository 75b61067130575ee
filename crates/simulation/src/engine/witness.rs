//! What the engine says about itself and its containers.

use std::collections::{BTreeMap, VecDeque};

use async_trait::async_trait;
use core_monitor_domain::engine_event::{EngineEvent, EventsFrom, REMEMBERED};
use core_monitor_domain::ids::{ContainerId, NetworkId};
use core_monitor_domain::ports::{EngineError, EngineWitness, EventFeed, Feed};
use core_monitor_domain::time::Timestamp;
use serde_json::{Value, json};
use tokio::sync::broadcast;

use super::SimContainerEngine;
use super::world::{Notice, World};

#[async_trait]
impl EngineWitness for SimContainerEngine {
    async fn events(&self, from: EventsFrom) -> Result<EventFeed<EngineError>, EngineError> {
        let world = self.reached()?;
        let past = world.history.iter().filter(|event| {
            from.since.is_some_and(|since| event.at >= since)
                && from.until.is_none_or(|until| event.at <= until)
        });
        // Once its end has passed, nothing more can come.
        let is_over =
            from.until.is_some_and(|until| World::instant(world.tick).is_some_and(|now| now >= until));
        Ok(Box::new(SimEvents {
            past: past.cloned().collect(),
            next: (!is_over).then(|| world.notices.subscribe()),
            until: from.until,
        }))
    }

    async fn document(&self, container: &ContainerId) -> Result<Option<Value>, EngineError> {
        let world = self.reached()?;
        let Some(found) = world.containers.get(container) else { return Ok(None) };
        let variables = found.spec.environment.iter().map(|(name, value)| match value {
            Some(value) => format!("{name}={value}"),
            None => name.clone(),
        });
        Ok(Some(json!({
            "Id": found.id.as_str(),
            "Name": format!("/{}", found.name),
            "Image": found.image_id.as_str(),
            "State": { "Running": found.is_up(), "ExitCode": found.exit_code, "Error": found.error },
            "Config": {
                "Image": found.image,
                "Env": variables.collect::<Vec<_>>(),
                "Cmd": found.spec.command,
                "Labels": found.labels,
            },
        })))
    }
}

struct SimEvents {
    past: VecDeque<EngineEvent>,
    next: Option<broadcast::Receiver<Notice>>,
    until: Option<Timestamp>,
}

#[async_trait]
impl Feed<EngineEvent, EngineError> for SimEvents {
    async fn next(&mut self) -> Result<Option<EngineEvent>, EngineError> {
        if let Some(event) = self.past.pop_front() {
            return Ok(Some(event));
        }
        let Some(next) = &mut self.next else { return Ok(None) };
        loop {
            match next.recv().await {
                Ok(Notice::Event(event)) if self.until.is_some_and(|until| event.at > until) => {
                    return Ok(None);
                }
                Ok(Notice::Event(event)) => return Ok(Some(*event)),
                Ok(Notice::Change(_)) | Err(broadcast::error::RecvError::Lagged(_)) => {}
                Ok(Notice::Gone) | Err(broadcast::error::RecvError::Closed) => {
                    return Err(EngineError::Unavailable { reason: "the engine went away".to_owned() });
                }
            }
        }
    }
}

impl World {
    /// The event that `action` happened to `subject`, with what the engine adds.
    pub(super) fn event(&self, kind: &str, action: &str, subject: &str) -> EngineEvent {
        // Several events of one tick are apart from each other.
        let since = u32::try_from(self.history.len()).unwrap_or(u32::MAX) % 1_000_000;
        let at = Self::instant(self.tick)
            .map_or_else(Timestamp::beginning, |at| at.plus(std::time::Duration::from_nanos(since.into())));
        EngineEvent::new(at, kind, action, subject, &self.attributes(kind, subject))
    }

    fn attributes(&self, kind: &str, subject: &str) -> BTreeMap<String, String> {
        let named = |name: &str| BTreeMap::from([("name".to_owned(), name.to_owned())]);
        match kind {
            "container" => {
                self.containers.get(&ContainerId::from(subject)).map_or_else(BTreeMap::new, |found| {
                    let own = [
                        ("name".to_owned(), found.name.clone()),
                        ("image".to_owned(), found.image.clone()),
                        ("exitCode".to_owned(), found.exit_code.to_string()),
                    ];
                    found.labels.clone().into_iter().chain(own).collect()
                })
            }
            "network" => self
                .networks
                .get(&NetworkId::from(subject))
                .map_or_else(BTreeMap::new, |network| named(&network.name)),
            _ => BTreeMap::new(),
        }
    }

    /// Remembers as many events as an engine does.
    pub(super) fn remember(&mut self, event: EngineEvent) {
        if self.history.len() >= REMEMBERED {
            self.history.pop_front();
        }
        self.history.push_back(event);
    }
}
