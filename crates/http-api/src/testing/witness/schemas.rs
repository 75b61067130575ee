//! Validates bodies against the schemas of the document.

use std::collections::BTreeMap;
use std::sync::{Mutex, OnceLock};

use jsonschema::Validator;
use serde_json::{Map, Value, json};

use super::Operation;
use crate::document::openapi;
use crate::testing::Answer;

/// Panics if the body, or a frame of the stream, is not what the operation documents for its status.
pub(super) fn check(operation: &Operation, answer: &Answer) {
    let content_type = answer.header("content-type").unwrap_or_default();
    let content_type = content_type.split(';').next().unwrap_or_default();
    let status = answer.status.as_u16().to_string();
    let documented = &operation.value["responses"][&status]["content"][content_type]["schema"];
    let what = format!("{} {status} {content_type}", operation.id);
    match content_type {
        "application/json" => {
            assert!(documented.is_object(), "{what} is not documented: {}", answer.text);
            fits(&what, documented, &answer.json());
        }
        // That the code is documented is checked by the caller.
        "application/problem+json" => {
            fits(&what, &json!({"$ref": "#/components/schemas/Problem"}), &answer.json());
        }
        "text/event-stream" => {
            for data in answer.text.lines().filter_map(|line| line.strip_prefix("data: ")) {
                fits(&what, documented, &serde_json::from_str(data).unwrap());
            }
        }
        // If it is not documented itself: the same frames in another form; the document has one form of each answer, for generators.
        "application/x-ndjson" => {
            let content = &operation.value["responses"][&status]["content"];
            let documented =
                if documented.is_object() { documented } else { &content["text/event-stream"]["schema"] };
            // An empty line is a sign of life.
            for line in answer.text.lines().filter(|line| !line.is_empty()) {
                fits(&what, documented, &serde_json::from_str(line).unwrap());
            }
        }
        _ => {}
    }
}

/// Panics if the value is not what the schema says.
pub(crate) fn fits(what: &str, schema: &Value, value: &Value) {
    static VALIDATORS: Mutex<BTreeMap<String, &'static Validator>> = Mutex::new(BTreeMap::new());
    let key = schema.to_string();
    let known = VALIDATORS.lock().unwrap().get(&key).copied();
    let validator = known.unwrap_or_else(|| {
        // One for each schema of the document, used until the tests end.
        let made: &'static Validator = Box::leak(Box::new(validator(schema)));
        VALIDATORS.lock().unwrap().insert(key, made);
        made
    });
    let errors: Vec<_> =
        validator.iter_errors(value).map(|error| format!("{} at {}", error, error.instance_path())).collect();
    assert!(errors.is_empty(), "{what} is not as documented:\n  {}\n{value:#}", errors.join("\n  "));
}

/// Of this schema and those it leads to: all of them would take too long for every test.
fn validator(schema: &Value) -> Validator {
    static SCHEMAS: OnceLock<Value> = OnceLock::new();
    let all =
        SCHEMAS.get_or_init(|| serde_json::to_value(openapi()).unwrap()["components"]["schemas"].take());
    let mut used = Map::new();
    let mut open = vec![schema];
    while let Some(value) = open.pop() {
        match value {
            Value::Array(items) => open.extend(items),
            Value::Object(map) => {
                open.extend(map.values());
                let reference = map.get("$ref").and_then(Value::as_str);
                let name = reference.and_then(|reference| reference.strip_prefix("#/components/schemas/"));
                if let Some(name) = name
                    && !used.contains_key(name)
                {
                    used.insert(name.to_owned(), all[name].clone());
                    open.push(&all[name]);
                }
            }
            _ => {}
        }
    }
    let whole = json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "allOf": [schema],
        "components": {"schemas": used},
    });
    jsonschema::options().should_validate_formats(true).build(&whole).unwrap()
}
