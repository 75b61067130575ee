//! What people are told that they can write under `x-core-monitor.template` is what is read, and the other way round.

use std::collections::{BTreeMap, BTreeSet};

use core_monitor_compose::{Attribute, Limits, attributes};
use core_monitor_message::Message;
use serde_json::{Map, Value, json};

use super::declared;
use crate::template::ParameterKind;

/// Where a parameter is.
const PARAMETER: [&str; 2] = ["parameters", "*"];

/// Every attribute that is described, with the steps that lead to it.
fn described() -> Vec<(&'static Attribute, Vec<&'static str>)> {
    let steps = |attribute: &'static Attribute| {
        let rest = attribute.path.strip_prefix("x-core-monitor.template.")?;
        Some((attribute, rest.split('.').collect()))
    };
    attributes().iter().filter_map(steps).collect()
}

/// What a parameter of this type cannot do without.
fn parameter(kind: &str) -> Map<String, Value> {
    let own = match kind {
        "enum" => Some(("values", json!(["a"]))),
        "folder" | "file" => Some(("root", json!("a"))),
        "host_port" => Some(("range", json!("8002-8201"))),
        _ => None,
    };
    let own = own.map(|(key, value)| (key.to_owned(), value));
    [("type".to_owned(), json!(kind))].into_iter().chain(own).collect()
}

/// A template with this value at the end of these steps; a parameter on the way is of this type.
fn at(steps: &[&str], kind: &str, value: Value) -> Value {
    if let ["parameters", "*", key] = steps {
        let mut parameter = parameter(kind);
        parameter.insert((*key).to_owned(), value);
        return json!({"parameters": {"X": parameter}});
    }
    steps.iter().rev().fold(value, |inner, &step| json!({step: inner}))
}

/// Why a template that declares this is refused.
fn refused(template: &Value) -> Option<Message> {
    let file = json!({"services": {}, "x-core-monitor": {"template": template}});
    let text = serde_json::to_string_pretty(&file).unwrap();
    match declared("compose.yaml", &text, &Limits::default()) {
        Ok(found) => {
            assert!(found.is_some(), "the section is not found: {text}");
            None
        }
        Err(mut errors) => Some(errors.swap_remove(0).message),
    }
}

/// The keys that the reader says it knows in this place.
fn known(place: &[&str], kind: &str) -> BTreeSet<String> {
    let what = refused(&at(&[place, &["nothing"]].concat(), kind, json!(true))).unwrap();
    assert_eq!(what.code(), "key_unknown", "under {place:?}: {what}");
    what.params()["known"].as_str().split(", ").map(str::to_owned).collect()
}

/// Values of this kind, of which each reader takes one.
fn samples(kind: &str) -> Vec<Value> {
    match kind {
        "string" => {
            ["a", "example", "8002-8201", "1h30m", "http://a/", "/{key}/"].map(|text| json!(text)).into()
        }
        "integer" => vec![json!(9), json!(8002)],
        "boolean" => vec![json!(true)],
        "list" => vec![json!(["a"])],
        "path" => vec![json!("{key}/data")],
        // What is in it has attributes of its own.
        "map" => vec![json!({})],
        other => panic!("there is no sample of `{other}`"),
    }
}

#[test]
fn the_keys_that_are_described_are_those_that_are_read() {
    let mut places: BTreeMap<Vec<&str>, BTreeSet<String>> = BTreeMap::new();
    for (attribute, steps) in described() {
        let (_, place) = steps.split_last().unwrap();
        places.entry(place.to_vec()).or_default().insert(attribute.name.to_owned());
    }
    assert_eq!(places.len(), 4, "{places:#?}");
    for (place, keys) in places {
        // Which keys a parameter may have depends on its type; everywhere else, it makes no difference.
        let of_types = ParameterKind::TYPES.into_iter().flat_map(|kind| known(&place, kind));
        let read: BTreeSet<String> = of_types.collect();
        assert_eq!(keys, read, "under {place:?}");
    }
}

#[test]
fn the_types_that_are_described_are_those_that_are_read() {
    let types = described().into_iter().find(|(_, steps)| steps[..] == ["parameters", "*", "type"]);
    assert_eq!(types.unwrap().0.values, ParameterKind::TYPES);
    for kind in ParameterKind::TYPES {
        let refused = refused(&json!({"parameters": {"X": parameter(kind)}}));
        assert_eq!(refused, None, "{kind} with the least that it needs");
    }
}

#[test]
fn the_values_that_are_described_are_those_that_are_read() {
    for (attribute, steps) in described() {
        // The types are words, which the test above is about.
        for kind in attribute.kinds.iter().filter(|_| attribute.values.is_empty()) {
            let takes =
                |of: &str| samples(kind).into_iter().any(|value| refused(&at(&steps, of, value)).is_none());
            assert!(ParameterKind::TYPES.into_iter().any(takes), "{} takes no {kind}", attribute.path);
        }
    }
}

#[test]
fn what_every_parameter_must_have_is_described_so() {
    let required = described().into_iter().filter(|(_, steps)| steps[..steps.len() - 1] == PARAMETER);
    let required: Vec<&str> = required.filter(|(of, _)| of.is_required).map(|(of, _)| of.name).collect();
    assert_eq!(required, ["type"]);
    let what = refused(&json!({"parameters": {"X": {"label": "x"}}})).unwrap();
    assert_eq!((what.code(), what.params()["attribute"].as_str()), ("attribute_missing", "type"));
}
