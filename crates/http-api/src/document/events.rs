//! Events as a union: one schema for each kind, and an open one for kinds that are added later.

use core_monitor_domain::journal::EventKind;
use serde_json::{Map, Value, json};

use super::unions::{discriminated, pascal, reference};

/// Replaces the schema `Event` by `KnownEvent`, a union by `kind`, or `UnknownEvent`, which any event is. Not `oneOf`: a known
/// event is an unknown one too, and clients that count matches would refuse it.
pub(super) fn write(schemas: &mut Map<String, Value>) {
    let Some(any) = schemas.remove("Event") else { return };
    let mut variants = Vec::new();
    for kind in EventKind::ALL.iter().filter(|kind| **kind != EventKind::Unknown) {
        let name = format!("{}Event", pascal(kind.as_str()));
        let mut schema = any.clone();
        let about = schema["properties"]["kind"]["description"].take();
        schema["properties"]["kind"] =
            json!({"type": "string", "enum": [kind.as_str()], "description": about});
        schema["properties"]["detail"] = detail(*kind);
        schema["description"] = json!(format!("An event of the kind `{}`.", kind.as_str()));
        schemas.insert(name.clone(), schema);
        variants.push((kind.as_str().to_owned(), name));
    }
    let mut unknown = any;
    unknown["description"] = json!("An event of any kind: one that was added later, or that cannot be read.");
    schemas.insert("UnknownEvent".to_owned(), unknown);
    let known = discriminated(&variants, "An event of a known kind.");
    schemas.insert("KnownEvent".to_owned(), known);
    let event = json!({
        "description": "An event. Events are never changed or removed. Kinds may be added: try `KnownEvent` first.",
        "anyOf": [reference("KnownEvent"), reference("UnknownEvent")],
    });
    schemas.insert("Event".to_owned(), event);
}

/// What an event of this kind says.
fn detail(kind: EventKind) -> Value {
    // Some generators have no type that is only ever null.
    let nothing =
        || json!({"description": "Always null: there is nothing more to say about an event of this kind."});
    let none = || json!({"type": "null"});
    match kind {
        EventKind::Enqueued
        | EventKind::Claimed
        | EventKind::Adopted
        | EventKind::CancelRequested
        | EventKind::Retried
        | EventKind::Unknown => nothing(),
        EventKind::Held => reference("Holder"),
        EventKind::Planned => reference("PlannedDetail"),
        EventKind::Intent => reference("IntentDetail"),
        EventKind::Outcome => reference("OutcomeDetail"),
        EventKind::Progress => reference("Progress"),
        EventKind::Noted => reference("NotedDetail"),
        EventKind::Retrying => reference("RetryingDetail"),
        EventKind::Failed => reference("FailedDetail"),
        // Null if no worker had anything to do with it.
        EventKind::Done => json!({"oneOf": [none(), reference("DoneDetail")]}),
        EventKind::Cancelled => json!({"oneOf": [none(), reference("CancelledDetail")]}),
    }
}
