//! Every property of an answer is always there; what has no value is null. Only what a client sends may be left out.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

/// Makes the properties of all schemas that only answers use required.
pub(super) fn write(document: &mut Value) {
    let sent = used_by(document, |operation| vec![&operation["requestBody"], &operation["parameters"]]);
    let answered = used_by(document, |operation| vec![&operation["responses"]]);
    let Some(schemas) = document["components"]["schemas"].as_object_mut() else { return };
    for name in answered.difference(&sent) {
        if let Some(schema) = schemas.get_mut(name) {
            require_all(schema);
        }
    }
}

/// The names of all schemas that these parts of the operations lead to.
pub(super) fn used_by(document: &Value, parts: fn(&Value) -> Vec<&Value>) -> BTreeSet<String> {
    let operations = document["paths"].as_object().into_iter().flat_map(Map::values);
    let operations = operations.filter_map(Value::as_object).flat_map(Map::values);
    let mut open: Vec<&Value> = operations.flat_map(parts).collect();
    let mut names = BTreeSet::new();
    while let Some(value) = open.pop() {
        match value {
            Value::Array(items) => open.extend(items),
            Value::Object(map) => {
                let name = map
                    .get("$ref")
                    .and_then(Value::as_str)
                    .and_then(|reference| reference.rsplit('/').next());
                if let Some(name) = name
                    && names.insert(name.to_owned())
                {
                    open.push(&document["components"]["schemas"][name]);
                }
                open.extend(map.values());
            }
            _ => {}
        }
    }
    names
}

/// An object with further properties is as somebody else writes it, who may leave things out.
pub(super) fn is_open(schema: &Map<String, Value>) -> bool {
    schema.get("additionalProperties") == Some(&Value::Bool(true))
}

fn require_all(schema: &mut Value) {
    match schema {
        Value::Array(items) => items.iter_mut().for_each(require_all),
        Value::Object(map) => {
            if let Some(properties) = map.get("properties").and_then(Value::as_object)
                && !is_open(map)
            {
                let names: Value = properties.keys().map(|name| Value::from(name.as_str())).collect();
                map.insert("required".to_owned(), names);
            }
            map.values_mut().for_each(require_all);
        }
        _ => {}
    }
}
