//! What happened on the engine, as it says itself: for people who look, not for decisions.
//!
//! The engine's own events carry all labels of a container, and the command line of everything that is executed in one; both may
//! contain secrets. An [`EngineEvent`] has only what is listed here.

use std::collections::BTreeMap;

use core_monitor_message::Message;
use serde::{Deserialize, Serialize};

use crate::ids::{ContainerId, InstanceId, Slot, StackId};
use crate::labels;
use crate::names::ServiceName;
use crate::time::Timestamp;

mod filter;
pub(crate) mod said;
mod sentence;

pub use filter::{EventPosition, EventSelection, EventsFrom};

/// How many events an engine remembers for those who ask later. Source: `eventsLimit` of the engine, 20.10 to 29.
pub const REMEMBERED: usize = 256;

/// The attributes that are shown: what an event is about, never what a user wrote.
const SHOWN: [&str; 8] = ["image", "exitCode", "signal", "oldName", "type", "driver", "execDuration", "name"];

/// One event.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EngineEvent {
    /// When, by the engine's clock, to the nanosecond.
    pub at: Timestamp,
    /// `container`, `image`, `volume`, `network`, `daemon`, `builder` or `plugin`.
    pub kind: String,
    /// What happened, in the engine's word: `start`, `die`, `health_status`. Without what the engine adds to it.
    pub action: String,
    /// What the engine adds to the action, if it is harmless: `healthy`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub result: Option<String>,
    /// Id of the object; the name of a volume.
    pub id: String,
    /// Name of the object, or the beginning of its id.
    pub name: String,
    /// The container that was connected to a network, or mounted a volume.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub container: Option<ContainerId>,
    /// Its name, if that is known; the engine does not say it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub container_name: Option<String>,
    /// Harmless attributes, by the engine's names.
    pub attributes: BTreeMap<String, String>,
    /// Where in a stack the object belongs. From labels alone it is only a claim.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place: Option<EventPlace>,
}

/// A place in a stack.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EventPlace {
    /// The installation that the labels name.
    pub instance: InstanceId,
    /// The stack.
    pub stack_id: StackId,
    /// The service of a container.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub service: Option<ServiceName>,
    /// Its replica.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub slot: Option<Slot>,
}

impl EngineEvent {
    /// The event of an engine. `attributes` are all that it has.
    pub fn new(
        at: Timestamp,
        kind: &str,
        action: &str,
        id: &str,
        attributes: &BTreeMap<String, String>,
    ) -> Self {
        // `exec_create: <command line>`, `health_status: healthy`.
        let (word, rest) =
            action.split_once(':').map_or((action, None), |(word, rest)| (word, Some(rest.trim())));
        let result = rest.filter(|_| word == "health_status").map(ToOwned::to_owned);
        let short = id.strip_prefix("sha256:").unwrap_or(id);
        let name = attributes.get("name").filter(|name| !name.is_empty() && *name != id);
        let shown = attributes.iter().filter(|(key, _)| SHOWN.contains(&key.as_str()));
        Self {
            at,
            kind: kind.to_owned(),
            action: word.trim().to_owned(),
            result,
            id: id.to_owned(),
            name: name.cloned().unwrap_or_else(|| short.get(..12).unwrap_or(short).to_owned()),
            container: attributes
                .get("container")
                .filter(|_| kind != "container")
                .map(|container| ContainerId(container.clone())),
            container_name: None,
            attributes: shown.map(|(key, value)| (key.clone(), value.clone())).collect(),
            place: EventPlace::read(attributes),
        }
    }

    /// What happened, as a sentence.
    pub fn message(&self) -> Message {
        sentence::of(self)
    }

    /// Whether it tells nothing that changed: what is executed in containers, who looks at their output, and their health
    /// checks.
    pub fn is_noise(&self) -> bool {
        const NOISE: [&str; 8] = [
            "attach",
            "detach",
            "resize",
            "top",
            "health_status",
            "archive-path",
            "extract-to-dir",
            "export",
        ];
        self.kind == "container"
            && (self.action.starts_with("exec_") || NOISE.contains(&self.action.as_str()))
    }
}

impl EventPlace {
    fn read(labels: &BTreeMap<String, String>) -> Option<Self> {
        let owner = labels::Ownership::read(labels)?;
        Some(Self {
            instance: owner.instance,
            stack_id: owner.stack_id,
            service: labels.get(labels::SERVICE).and_then(|name| name.parse().ok()),
            slot: labels.get(labels::SLOT).and_then(|slot| slot.parse().ok()).map(Slot),
        })
    }
}

#[cfg(test)]
mod tests;
