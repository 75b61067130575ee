//! An example of every body, put together from those of its properties; those of problems are kept once for all operations.

use serde_json::{Map, Value, json};

/// How deep a schema is followed. None is recursive without an example of its own, so this is never reached.
const DEPTH: usize = 16;

/// Adds an example to every body of a request and of a successful answer that has none.
pub(super) fn write(document: &mut Value) {
    let schemas = document["components"]["schemas"].clone();
    let mut shared = Map::new();
    let paths = document["paths"].as_object_mut().into_iter().flat_map(Map::values_mut);
    for operation in paths.filter_map(Value::as_object_mut).flat_map(Map::values_mut) {
        write_contents(&mut operation["requestBody"], &schemas);
        for (status, answer) in operation["responses"].as_object_mut().into_iter().flatten() {
            if status.starts_with('2') {
                write_contents(answer, &schemas);
            } else {
                share_examples(answer, &mut shared);
            }
        }
        if operation["requestBody"].is_null()
            && let Some(operation) = operation.as_object_mut()
        {
            operation.remove("requestBody");
        }
    }
    document["components"]["examples"] = shared.into();
}

/// Replaces the examples of a problem by references to shared ones: every operation has most of them.
fn share_examples(answer: &mut Value, shared: &mut Map<String, Value>) {
    let contents =
        answer.get_mut("content").and_then(Value::as_object_mut).into_iter().flat_map(Map::values_mut);
    for examples in contents.filter_map(|content| content.get_mut("examples")?.as_object_mut()) {
        for (code, example) in examples {
            let reference = json!({"$ref": format!("#/components/examples/{code}")});
            shared.insert(code.clone(), std::mem::replace(example, reference));
        }
    }
}

fn write_contents(body: &mut Value, schemas: &Value) {
    let Some(contents) = body.get_mut("content").and_then(Value::as_object_mut) else { return };
    for content in contents.values_mut() {
        let has_one = content.get("example").is_some() || content.get("examples").is_some();
        if has_one || content["schema"]["format"] == "binary" {
            continue;
        }
        content["example"] = of(&content["schema"], schemas, DEPTH);
    }
}

/// An example of this schema.
fn of(schema: &Value, schemas: &Value, depth: usize) -> Value {
    let Some(depth) = depth.checked_sub(1) else { return Value::Null };
    let given = schema.get("example").or_else(|| schema["examples"].get(0)).or_else(|| schema["enum"].get(0));
    if let Some(given) = given {
        return given.clone();
    }
    if let Some(name) = schema["$ref"].as_str().and_then(|reference| reference.rsplit('/').next()) {
        return of(&schemas[name], schemas, depth);
    }
    if let Some(parts) = schema["allOf"].as_array() {
        let parts = parts.iter().map(|part| of(part, schemas, depth));
        return parts.filter_map(|part| part.as_object().cloned()).flatten().collect::<Map<_, _>>().into();
    }
    for choice in ["oneOf", "anyOf"] {
        if let Some(variants) = schema[choice].as_array() {
            let nothing = variants.iter().any(|variant| variant["type"] == "null");
            return if nothing { Value::Null } else { of(&variants[0], schemas, depth) };
        }
    }
    of_type(schema, schemas, depth)
}

fn of_type(schema: &Value, schemas: &Value, depth: usize) -> Value {
    match schema["type"].as_str() {
        Some("object") => {
            let properties = schema["properties"].as_object().into_iter().flatten();
            let mut object: Map<_, _> =
                properties.map(|(name, schema)| (name.clone(), of(schema, schemas, depth))).collect();
            if schema["additionalProperties"].is_object() {
                object.insert("web".to_owned(), of(&schema["additionalProperties"], schemas, depth));
            }
            object.into()
        }
        Some("array") => json!([of(&schema["items"], schemas, depth)]),
        Some("string") => match schema["format"].as_str() {
            Some("date-time") => json!("2026-01-26T10:00:00Z"),
            Some("uuid") => json!("0194f1c2-8e6a-7c11-b1d2-3f0c5a9e7d10"),
            _ => json!("text"),
        },
        Some("integer" | "number") => json!(1),
        Some("boolean") => json!(true),
        // Nullable, or anything.
        _ => Value::Null,
    }
}
