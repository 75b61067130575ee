//! The JSON of the column `detail`, for each kind.

use std::collections::BTreeSet;

use core_monitor_message::Message;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::entry::{Intent, Planned};
use super::outcome::{Answer, ErrorClass, Made, Outcome};
use super::sighting::Sighting;
use crate::command::{Failure, FailureCode, Sentences};
use crate::ids::{ContainerId, ImageId, NetworkId, StepId};
use crate::placement::{Placed, Putting, SlotPlace};
use crate::plan::Fingerprint;
use crate::stack::RunId;
use crate::text::Label;

/// Parses a detail; the error says what is wrong with it, in the words of what is stored.
pub(super) fn read<T: DeserializeOwned>(detail: &Value) -> Result<T, String> {
    let Value::Object(fields) = detail else {
        return Err(format!("detail: it is {} instead of an object", form(detail)));
    };
    T::deserialize(detail).map_err(|error| format!("detail: {}", fault::<T>(fields, &error.to_string())))
}

fn form(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "a number",
        Value::String(_) => "a string",
        Value::Array(_) => "an array",
        Value::Object(_) => "an object",
    }
}

/// What is wrong with the fields of a `T`. The parser's `error` names a field that is missing; of one that is wrong, it
/// names only the types of this program.
fn fault<T: DeserializeOwned>(fields: &Map<String, Value>, error: &str) -> String {
    if error.starts_with("missing field") {
        return error.to_owned();
    }
    // Without the wrong field, the parser has something else to say.
    let is_wrong = |name: &&String| {
        let mut others = fields.clone();
        others.remove(*name);
        T::deserialize(Value::Object(others)).map_or_else(|other| other.to_string() != error, |_| true)
    };
    match fields.keys().find(is_wrong) {
        Some(name) => format!("`{name}` is not as expected"),
        None => "its fields are not those of such a line".to_owned(),
    }
}

#[derive(Debug, Deserialize)]
pub(super) struct PlannedDetail {
    #[serde(flatten)]
    pub(super) planned: Planned,
    pub(super) restarting: Option<BTreeSet<RunId>>,
    pub(super) doomed_volumes: Option<BTreeSet<String>>,
}

#[derive(Debug, Serialize, Deserialize)]
pub(super) struct IntentDetail {
    pub(super) effect: u64,
    pub(super) action: Message,
    pub(super) cause: Message,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) container: Option<ContainerId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) hook: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) step: Option<Fingerprint>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) step_id: Option<StepId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) putting: Option<Box<Putting>>,
}

impl From<&Intent> for IntentDetail {
    fn from(intent: &Intent) -> Self {
        Self {
            effect: intent.effect.0,
            action: intent.action.clone(),
            cause: intent.cause.clone(),
            container: intent.container.clone(),
            hook: intent.hook,
            step: intent.step.clone(),
            step_id: intent.step_id,
            putting: intent.putting.clone(),
        }
    }
}

/// `ok` determines which of the fields after it are set.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(super) struct OutcomeDetail {
    pub(super) effect: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) took_ms: Option<u64>,
    ok: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    container: Option<ContainerId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    network: Option<NetworkId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    image: Option<ImageId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    placed: Option<Box<Placed>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    activated: Option<SlotPlace>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    warnings: Vec<Message>,
    #[serde(skip_serializing_if = "Option::is_none")]
    class: Option<ErrorClass>,
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<Message>,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    tolerated: bool,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    unknown: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    observed: Option<Sighting>,
}

impl From<&Outcome> for OutcomeDetail {
    fn from(outcome: &Outcome) -> Self {
        let detail = Self { effect: outcome.effect.0, took_ms: outcome.took_ms, ..Self::default() };
        match &outcome.answer {
            Answer::Succeeded { made, warnings } => {
                let mut detail = Self { ok: true, warnings: warnings.clone(), ..detail };
                match made {
                    Made::Nothing => {}
                    Made::Container(id) => detail.container = Some(id.clone()),
                    Made::Network(id) => detail.network = Some(id.clone()),
                    Made::Image(id) => detail.image = Some(id.clone()),
                    Made::Placed(placed) => detail.placed = Some(placed.clone()),
                    Made::Activated(place) => detail.activated = Some(place.clone()),
                }
                detail
            }
            Answer::Failed { class, message, tolerated } => {
                Self { class: Some(*class), message: Some(message.clone()), tolerated: *tolerated, ..detail }
            }
            Answer::Seen(sighting) => Self { unknown: true, observed: Some(*sighting), ..detail },
        }
    }
}

impl OutcomeDetail {
    pub(super) fn into_answer(self) -> Result<Answer, String> {
        if self.ok {
            let container = self.container.map(Made::Container);
            let network = self.network.map(Made::Network);
            let image = self.image.map(Made::Image);
            let placed = self.placed.map(Made::Placed);
            let activated = self.activated.map(Made::Activated);
            let made = container.or(network).or(image).or(placed).or(activated).unwrap_or(Made::Nothing);
            return Ok(Answer::Succeeded { made, warnings: self.warnings });
        }
        match (self.observed, self.class, self.message) {
            (Some(sighting), _, _) => Ok(Answer::Seen(sighting)),
            (None, Some(class), Some(message)) => {
                Ok(Answer::Failed { class, message, tolerated: self.tolerated })
            }
            _ => Err("detail: neither `observed` nor `class` and `message` are set".to_owned()),
        }
    }
}

#[derive(Debug, Deserialize)]
pub(super) struct RollbackDetail {
    pub(super) failure: Failure,
    pub(super) lines: Option<u32>,
}

#[derive(Debug, Deserialize)]
pub(super) struct NotedDetail {
    pub(super) note: Message,
}

#[derive(Debug, Deserialize)]
pub(super) struct RetryingDetail {
    pub(super) message: Message,
    pub(super) in_ms: u64,
}

/// Without the last lines of the failure, which are the attachment.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct SettlingDetail {
    pub(super) failure: Option<Box<Failure>>,
    pub(super) lines: u32,
}

#[derive(Debug, Serialize, Deserialize)]
pub(super) struct FailedDetail {
    pub(super) code: FailureCode,
    pub(super) message: Message,
    #[serde(default, skip_serializing_if = "Sentences::is_empty")]
    pub(super) also: Sentences,
    pub(super) subject: Option<Label>,
}
