//! What client generators of several languages need.

use std::collections::BTreeSet;

use serde_json::Value;

use super::{document, operations};
use crate::document::answers::{is_open, used_by};
use crate::testing::witness::schemas::fits;

/// Words that TypeScript, Python, Rust, Go or Java keep for themselves.
const RESERVED: &str = "abstract and any as assert async await become bool boolean box break byte case catch chan char class \
    const continue crate debugger def default defer del delete do double dyn elif else enum except export extends extern \
    fallthrough False final finally float fn for from func function gen global go goto if impl implements import in instanceof \
    int interface is lambda let long loop macro map match mod move mut native new None nonlocal not null or override package \
    pass priv private protected pub public raise range ref return select self Self short static strictfp struct super switch \
    synchronized this throw throws trait transient True try type typeof union unsafe unsized use var virtual void volatile \
    where while with yield";

/// Properties whose names others have chosen.
const OF_OTHERS: [(&str, &str); 6] = [
    // RFC 9457.
    ("Problem", "type"),
    // The compose specification.
    ("ComposeMount", "type"),
    // The format of entries of the catalogue.
    ("CatalogOption", "default"),
    ("CatalogProvision", "interface"),
    ("WizardChoice", "as"),
    ("WizardComponent", "as"),
];

fn schemas(document: &Value) -> impl Iterator<Item = (&String, &Value)> {
    document["components"]["schemas"].as_object().unwrap().iter()
}

/// Every object in a schema.
fn objects<'a>(schema: &'a Value, found: &mut Vec<&'a serde_json::Map<String, Value>>) {
    match schema {
        Value::Array(items) => items.iter().for_each(|item| objects(item, found)),
        Value::Object(map) => {
            if map.get("properties").is_some_and(Value::is_object) {
                found.push(map);
            }
            map.values().for_each(|value| objects(value, found));
        }
        _ => {}
    }
}

#[test]
fn no_name_is_a_reserved_word() {
    let document = document();
    let reserved: BTreeSet<&str> = RESERVED.split_whitespace().collect();
    let mut wrong = Vec::new();
    for (name, operation) in operations(&document) {
        let id = operation["operationId"].as_str().unwrap();
        let parameters = operation["parameters"].as_array().into_iter().flatten();
        let names = parameters.map(|parameter| parameter["name"].as_str().unwrap()).chain([id]);
        wrong.extend(names.filter(|word| reserved.contains(word)).map(|word| format!("{name}: {word}")));
    }
    for (name, schema) in schemas(&document) {
        let mut found = Vec::new();
        objects(schema, &mut found);
        let properties = found.iter().flat_map(|object| object["properties"].as_object().unwrap().keys());
        let bad = properties.filter(|word| reserved.contains(word.as_str()));
        let bad = bad.filter(|word| !OF_OTHERS.contains(&(name.as_str(), word.as_str())));
        wrong.extend(bad.map(|word| format!("{name}.{word}")));
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn every_operation_has_one_type_of_body_and_of_answer() {
    let document = document();
    for (name, operation) in operations(&document) {
        if let Some(content) = operation["requestBody"]["content"].as_object() {
            assert_eq!(content.len(), 1, "{name} takes {:?}", content.keys());
        }
        // 101: the connection becomes a WebSocket.
        let successes = operation["responses"].as_object().unwrap().iter();
        let successes = successes.filter(|(status, _)| status.starts_with('2') || *status == "101");
        let mut types = BTreeSet::new();
        let mut count = 0;
        for (_, answer) in successes {
            count += 1;
            let contents = answer["content"].as_object();
            types.extend(
                contents.into_iter().flatten().map(|(kind, content)| format!("{kind} {}", content["schema"])),
            );
        }
        assert!(count > 0, "{name} never succeeds");
        assert!(types.len() <= 1, "{name} answers with {types:?}");
    }
}

#[test]
fn every_body_has_an_example_that_is_valid() {
    let document = document();
    let mut checked = 0;
    for (name, operation) in operations(&document) {
        let answers = operation["responses"].as_object().unwrap().iter();
        let successes = answers.filter(|(status, _)| status.starts_with('2')).map(|(_, answer)| answer);
        let bodies = successes.chain([&operation["requestBody"]]);
        for (kind, content) in bodies.flat_map(|body| body["content"].as_object().into_iter().flatten()) {
            let schema = &content["schema"];
            if schema["format"] == "binary" || kind == "text/plain" {
                continue;
            }
            let example =
                content.get("example").unwrap_or_else(|| panic!("{name} has a body without an example"));
            fits(&format!("the example of {name}"), schema, example);
            checked += 1;
        }
    }
    assert!(checked > 50, "{checked}");
}

#[test]
fn every_property_of_an_answer_is_always_there() {
    let document = document();
    let sent = used_by(&document, |operation| vec![&operation["requestBody"], &operation["parameters"]]);
    let answered = used_by(&document, |operation| vec![&operation["responses"]]);
    let mut checked = 0;
    for (name, schema) in schemas(&document).filter(|(name, _)| answered.contains(*name)) {
        let mut found = Vec::new();
        objects(schema, &mut found);
        for object in found.into_iter().filter(|object| !is_open(object)) {
            assert!(!sent.contains(name), "{name} is in requests and in answers");
            let required = object["required"].as_array().map_or(0, Vec::len);
            assert_eq!(required, object["properties"].as_object().unwrap().len(), "{name}");
            checked += 1;
        }
    }
    assert!(checked > 60, "{checked}");
}

#[test]
fn every_schema_is_used_and_no_free_object_is_closed() {
    let document = document();
    let used = used_by(&document, |operation| vec![operation]);
    for (name, schema) in schemas(&document) {
        assert!(used.contains(name), "nothing leads to {name}");
        let is_object = schema["type"] == "object";
        let says = ["properties", "additionalProperties"].iter().any(|key| schema.get(*key).is_some());
        assert!(!is_object || says, "{name} is an object of nothing: generators make it empty");
    }
}

#[test]
fn unions_have_named_variants_told_apart_by_their_kind() {
    let document = document();
    let mut unions = BTreeSet::new();
    for (name, schema) in schemas(&document).filter(|(_, schema)| schema.get("discriminator").is_some()) {
        let variants = schema["oneOf"].as_array().unwrap();
        let mapping = schema["discriminator"]["mapping"].as_object().unwrap();
        assert_eq!(variants.len(), mapping.len(), "{name}");
        for (kind, reference) in mapping {
            let variant = document.pointer(&reference.as_str().unwrap()[1..]).unwrap();
            assert_eq!(variant["properties"]["kind"]["enum"], serde_json::json!([kind]), "{name}");
        }
        unions.insert(name.as_str());
    }
    assert!(
        unions.is_superset(&["CommandPayload", "KnownEvent", "Progress", "StreamFrame"].into()),
        "{unions:?}"
    );
}

#[test]
fn a_body_that_differs_from_the_document_is_found() {
    let schema = serde_json::json!({"$ref": "#/components/schemas/StackPage"});
    fits("a page", &schema, &serde_json::json!({"items": [], "next": null}));
    let wrong = std::panic::catch_unwind(|| fits("a page", &schema, &serde_json::json!({"items": []})));
    assert!(wrong.is_err(), "`next` is always there");
}
