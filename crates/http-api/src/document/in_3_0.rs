//! The document in the words of `OpenAPI` 3.0.3, for generators that do not read 3.1.
//!
//! The two versions differ in the dialect of JSON Schema. What 3.0 cannot say is left out, never said differently: a
//! client made from this copy accepts at least what the server sends.

use serde_json::{Map, Value, json};

/// Keywords of schemas that 3.0 does not have and that only narrow what is allowed.
const ONLY_NARROWING: [&str; 5] =
    ["propertyNames", "contentEncoding", "contentMediaType", "unevaluatedProperties", "$schema"];

/// Members whose values are data of the API or names, not part of the description.
const OPAQUE: [&str; 4] = ["example", "examples", "default", "enum"];

/// Rewrites a 3.1 document.
pub(crate) fn rewritten(mut document: Value) -> Value {
    rewrite(&mut document, Place::Description);
    if let Some(root) = document.as_object_mut() {
        root.insert("openapi".to_owned(), "3.0.3".into());
        root.remove("jsonSchemaDialect");
        root.remove("webhooks");
        // An SPDX identifier of a license came with 3.1.
        if let Some(license) = root.get_mut("info").and_then(|info| info.get_mut("license")) {
            license.as_object_mut().map(|license| license.remove("identifier"));
        }
    }
    document
}

/// What the members of an object are.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    /// Keywords of the description.
    Description,
    /// Names that the API gave: of schemas and properties.
    Names,
}

fn rewrite(value: &mut Value, place: Place) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(|item| rewrite(item, Place::Description)),
        Value::Object(members) => {
            for (name, member) in members.iter_mut() {
                let is_keyword = place == Place::Description;
                if is_keyword && OPAQUE.contains(&name.as_str()) {
                    continue;
                }
                let has_names = is_keyword && matches!(name.as_str(), "properties" | "schemas");
                rewrite(member, if has_names { Place::Names } else { Place::Description });
            }
            if place == Place::Description {
                rewrite_schema(members);
            }
        }
        _ => {}
    }
}

/// Rewrites the keywords of one schema; other objects have none of them.
fn rewrite_schema(schema: &mut Map<String, Value>) {
    for keyword in ONLY_NARROWING {
        schema.remove(keyword);
    }
    if let Some(only) = schema.remove("const") {
        schema.insert("enum".to_owned(), json!([only]));
    }
    // Examples of parameters and contents are a map, those of schemas a list.
    if let Some(Value::Array(examples)) = schema.get("examples") {
        let first = examples.first().cloned();
        schema.remove("examples");
        first.and_then(|first| schema.insert("example".to_owned(), first));
    }
    rewrite_types(schema);
    rewrite_null_among_choices(schema, "oneOf");
    rewrite_null_among_choices(schema, "anyOf");
    rewrite_bound(schema, "exclusiveMinimum", "minimum");
    rewrite_bound(schema, "exclusiveMaximum", "maximum");
}

/// A list of types with `null` becomes `nullable`; one of several types becomes a choice.
fn rewrite_types(schema: &mut Map<String, Value>) {
    let Some(Value::Array(types)) = schema.get("type") else { return };
    let (null, mut others): (Vec<Value>, Vec<Value>) = types.iter().cloned().partition(|kind| kind == "null");
    schema.remove("type");
    if others.len() == 1 {
        schema.insert("type".to_owned(), others.remove(0));
    } else if !others.is_empty() {
        let choices = others.into_iter().map(|kind| json!({"type": kind})).collect();
        schema.insert("anyOf".to_owned(), Value::Array(choices));
    }
    if !null.is_empty() {
        schema.insert("nullable".to_owned(), true.into());
    }
}

/// A choice between `null` and others becomes a nullable choice between the others.
fn rewrite_null_among_choices(schema: &mut Map<String, Value>, keyword: &str) {
    let Some(Value::Array(choices)) = schema.get_mut(keyword) else { return };
    let before = choices.len();
    choices.retain(|choice| choice.get("type").is_none_or(|kind| kind != "null"));
    if choices.len() == before {
        return;
    }
    let single = choices.len() == 1;
    if single && let Some(only) = schema.remove(keyword) {
        // A reference may have no siblings in 3.0, so it is wrapped.
        schema.insert("allOf".to_owned(), only);
    }
    schema.insert("nullable".to_owned(), true.into());
}

/// An exclusive bound is a flag beside the bound.
fn rewrite_bound(schema: &mut Map<String, Value>, exclusive: &str, bound: &str) {
    if let Some(Value::Number(limit)) = schema.get(exclusive).cloned() {
        schema.insert(bound.to_owned(), Value::Number(limit));
        schema.insert(exclusive.to_owned(), true.into());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn null_becomes_nullable() {
        let schema = |schema: Value| rewritten(json!({"schema": schema}))["schema"].take();
        assert_eq!(schema(json!({"type": ["string", "null"]})), json!({"type": "string", "nullable": true}));
        assert_eq!(
            schema(json!({"oneOf": [{"type": "null"}, {"$ref": "#/components/schemas/Stack"}]})),
            json!({"allOf": [{"$ref": "#/components/schemas/Stack"}], "nullable": true})
        );
        assert_eq!(
            schema(json!({"type": ["string", "integer", "null"]})),
            json!({"anyOf": [{"type": "string"}, {"type": "integer"}], "nullable": true})
        );
    }

    #[test]
    fn keywords_of_3_1_are_rewritten_and_names_are_kept() {
        let document = json!({
            "openapi": "3.1.0",
            "info": {"license": {"name": "MIT", "identifier": "MIT"}},
            "components": {"schemas": {"const": {
                "type": "object",
                "propertyNames": {"type": "string"},
                "properties": {
                    "const": {"const": "APPLY"},
                    "type": {"type": ["integer", "null"], "exclusiveMinimum": 0, "examples": [3, 4]},
                },
                "example": {"const": null, "type": ["data"]}
            }}}
        });
        let expected = json!({
            "openapi": "3.0.3",
            "info": {"license": {"name": "MIT"}},
            "components": {"schemas": {"const": {
                "type": "object",
                "properties": {
                    "const": {"enum": ["APPLY"]},
                    "type": {
                        "type": "integer", "nullable": true, "minimum": 0, "exclusiveMinimum": true, "example": 3
                    },
                },
                "example": {"const": null, "type": ["data"]}
            }}}
        });
        assert_eq!(rewritten(document), expected);
    }

    #[test]
    fn nothing_of_3_1_is_left_in_the_document() {
        fn walk(value: &Value, path: &str, names: bool) {
            match value {
                Value::Array(items) => items.iter().for_each(|item| walk(item, path, false)),
                Value::Object(members) => {
                    for (name, member) in members {
                        let path = format!("{path}/{name}");
                        if !names {
                            assert!(name != "const" && !ONLY_NARROWING.contains(&name.as_str()), "{path}");
                            assert!(name != "type" || member.is_string(), "{path}: {member}");
                            assert!(name != "type" || member != "null", "{path}");
                            if OPAQUE.contains(&name.as_str()) {
                                continue;
                            }
                        }
                        walk(member, &path, !names && matches!(name.as_str(), "properties" | "schemas"));
                    }
                }
                _ => {}
            }
        }
        walk(&super::super::openapi_3_0(), "", false);
    }

    #[test]
    fn the_checked_in_copy_is_fresh() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../openapi/core-monitor-3.0.json");
        let kept = std::fs::read_to_string(path).unwrap_or_default();
        let fresh = serde_json::to_string_pretty(&super::super::openapi_3_0()).unwrap() + "\n";
        assert!(
            kept == fresh,
            "run `cargo run -p core-monitor-http-api --example openapi -- 3.0 > openapi/core-monitor-3.0.json`"
        );
    }
}
