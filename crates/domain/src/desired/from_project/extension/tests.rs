//! What people are told that they can write under `x-core-monitor` is what is read, and the other way round.

use std::collections::{BTreeMap, BTreeSet};

use core_monitor_compose::{Attribute, LoadOptions, ProjectFiles, attributes, load};
use core_monitor_message::Message;
use serde_json::{Value, json};

use crate::desired::{DesiredError, DesiredStack};
use crate::on_demand::ThemeName;

/// Every attribute that is described, with the steps that lead to it.
fn described() -> Vec<(&'static Attribute, Vec<&'static str>)> {
    let steps = |attribute: &'static Attribute| {
        let rest = attribute.path.strip_prefix("services.*.x-core-monitor.")?;
        Some((attribute, rest.split('.').collect()))
    };
    attributes().iter().filter_map(steps).collect()
}

/// A value at the end of these steps, with what has to be beside it.
fn at(steps: &[&str], value: Value) -> Value {
    steps.iter().rev().fold(value, |inner, step| match *step {
        "*" => {
            let mut slot = json!({"target": "/srv/app"});
            if let (Some(slot), Value::Object(inner)) = (slot.as_object_mut(), inner) {
                slot.extend(inner);
            }
            json!({"slot": slot})
        }
        step => json!({step: inner}),
    })
}

/// Where these steps lead, as a refusal says it.
fn said(steps: &[&str]) -> String {
    format!("x-core-monitor.{}", steps.join(".").replace('*', "slot"))
}

/// Where and why a service that has this is refused.
fn refused(own: &Value) -> Option<(String, Message)> {
    let web = json!({"image": "demo", "expose": ["8080"], "x-core-monitor": own});
    let text = serde_json::to_vec_pretty(&json!({"name": "shop", "services": {"web": web}})).unwrap();
    let mut files = ProjectFiles::new();
    files.add_compose("compose.yaml", text);
    let options = LoadOptions { project_directory: "/shop".to_owned(), ..LoadOptions::default() };
    let loaded = load(&files, &options).unwrap();
    match DesiredStack::from_project(&loaded.project) {
        Ok(_) => None,
        Err(DesiredError::Extension { path, what, .. }) => Some((path, what)),
        Err(error) => panic!("{error}"),
    }
}

#[test]
fn the_keys_that_are_described_are_those_that_are_read() {
    let mut places: BTreeMap<Vec<&str>, BTreeSet<String>> = BTreeMap::new();
    for (attribute, steps) in described() {
        let (_, place) = steps.split_last().unwrap();
        places.entry(place.to_vec()).or_default().insert(attribute.name.to_owned());
    }
    assert_eq!(places.len(), 9, "{places:#?}");
    for (place, keys) in places {
        let steps = [&place[..], &["nothing"]].concat();
        let (path, what) = refused(&at(&steps, json!(true))).unwrap();
        assert_eq!((path, what.code()), (said(&steps), "key_unknown"), "{what}");
        let known = what.params()["known"].as_str().split(", ").map(str::to_owned).collect();
        assert_eq!(keys, known, "under {place:?}");
    }
}

#[test]
fn the_themes_that_are_described_are_those_that_are_built_in() {
    let themes = described().into_iter().find(|(_, steps)| steps[..] == ["on-demand", "theme"]);
    assert_eq!(themes.unwrap().0.values, ThemeName::BUILT_IN);
}

#[test]
fn the_values_that_are_described_are_those_that_are_read() {
    for (attribute, steps) in described() {
        let samples = attribute.kinds.iter().filter_map(|kind| match *kind {
            "boolean" => Some(json!(true)),
            "duration" => Some(json!("30s")),
            "port" => Some(json!(8080)),
            "size" => Some(json!("5m")),
            _ => None,
        });
        for value in attribute.values.iter().map(|word| json!(word)).chain(samples) {
            let path = refused(&at(&steps, value.clone())).map(|(path, _)| path);
            assert_ne!(path, Some(said(&steps)), "{} does not take {value}", attribute.path);
        }
        let Some((path, what)) = refused(&at(&steps, json!("nothing-like-it"))) else { continue };
        if path == said(&steps) && what.code() == "word_unknown" {
            let known: Vec<&str> = what.params()["words"].as_str().split(", ").collect();
            assert_eq!(attribute.values, known, "{}", attribute.path);
        }
    }
}
