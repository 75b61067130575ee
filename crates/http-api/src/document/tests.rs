use std::collections::BTreeSet;

use actix_web::http::StatusCode;
use serde_json::Value;

use super::openapi;
use crate::testing::World;

mod generators;
mod parameters;

fn document() -> Value {
    serde_json::to_value(openapi()).unwrap()
}

fn operations(document: &Value) -> Vec<(String, &Value)> {
    let paths = document["paths"].as_object().unwrap();
    paths
        .iter()
        .flat_map(|(path, item)| {
            let methods = item.as_object().unwrap();
            methods.iter().map(move |(method, operation)| (format!("{method} {path}"), operation))
        })
        .collect()
}

#[test]
fn the_checked_in_document_is_fresh() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../openapi/core-monitor.json");
    let kept = std::fs::read_to_string(path).unwrap_or_default();
    let fresh = serde_json::to_string_pretty(&openapi()).unwrap() + "\n";
    assert!(
        kept == fresh,
        "run `cargo run -p core-monitor-http-api --example openapi > openapi/core-monitor.json`"
    );
}

#[test]
fn every_row_of_the_specification_is_there() {
    let document = document();
    let there: BTreeSet<String> = operations(&document).into_iter().map(|(name, _)| name).collect();
    for row in [
        "get /stacks",
        "get /stacks/{id}",
        "get /stacks/{id}/versions",
        "get /stacks/{id}/versions/{version}",
        "get /stacks/{id}/status",
        "get /stacks/{id}/containers",
        "get /commands/{id}",
        "get /commands",
        "post /stacks",
        "post /stacks/{id}/versions",
        "post /stacks/{id}/apply/{version}",
        "post /stacks/{id}/rollback/{version}",
        "post /stacks/{id}/delete",
        "post /commands/{id}/cancel",
    ] {
        let (method, path) = row.split_once(' ').unwrap();
        assert!(there.contains(&format!("{method} /api/v1{path}")), "{row}");
    }
}

#[test]
fn generators_find_what_they_need() {
    let document = document();
    let mut ids = BTreeSet::new();
    for (name, operation) in operations(&document) {
        let id = operation["operationId"].as_str().unwrap_or_else(|| panic!("{name} has no operationId"));
        assert!(ids.insert(id.to_owned()), "two operations are called {id}");
        assert!(operation["summary"].is_string(), "{name} has no summary");
        assert_eq!(operation["tags"].as_array().map(Vec::len), Some(1), "{name} needs one tag");
        for parameter in operation["parameters"].as_array().into_iter().flatten() {
            assert!(parameter["description"].is_string(), "{name}: {parameter} has no description");
        }
        let path = name.split_once(' ').unwrap().1;
        let in_path = operation["parameters"].as_array().into_iter().flatten().filter(|p| p["in"] == "path");
        assert_eq!(in_path.count(), path.matches('{').count(), "{name}: parameters of the path");
    }
}

#[test]
fn every_refusal_is_a_problem_with_examples() {
    let document = document();
    for (name, operation) in operations(&document) {
        let public = operation["security"] == serde_json::json!([{}]);
        let answers = operation["responses"].as_object().unwrap();
        for (status, answer) in answers.iter().filter(|(status, _)| status.as_str() >= "400") {
            if public {
                continue;
            }
            let content = &answer["content"]["application/problem+json"];
            assert_eq!(content["schema"]["$ref"], "#/components/schemas/Problem", "{name} {status}");
            assert!(!content["examples"].as_object().unwrap().is_empty(), "{name} {status}");
        }
        if !public {
            for status in ["401", "500", "503"] {
                assert!(answers.contains_key(status), "{name} does not tell of {status}");
            }
        }
    }
}

#[test]
fn every_reference_leads_somewhere() {
    fn walk(value: &Value, found: &mut BTreeSet<String>) {
        match value {
            Value::Object(map) => {
                found.extend(map.get("$ref").and_then(Value::as_str).map(str::to_owned));
                map.values().for_each(|value| walk(value, found));
            }
            Value::Array(items) => items.iter().for_each(|value| walk(value, found)),
            _ => {}
        }
    }
    let document = document();
    let mut references = BTreeSet::new();
    walk(&document, &mut references);
    assert!(references.len() > 20);
    for reference in references {
        let pointer = reference.strip_prefix('#').unwrap();
        assert!(document.pointer(pointer).is_some(), "{reference}");
    }
}

#[test]
fn every_property_of_a_body_is_shown_by_example_or_by_type() {
    let document = document();
    for (name, schema) in document["components"]["schemas"].as_object().unwrap() {
        for (property, described) in schema["properties"].as_object().into_iter().flatten() {
            let known = ["type", "$ref", "oneOf", "allOf", "anyOf", "examples", "description"]
                .iter()
                .any(|key| described.get(key).is_some());
            assert!(known || described.get("example").is_some(), "{name}.{property} says nothing");
        }
    }
}

#[actix_web::test]
async fn swagger_ui_and_the_document_are_served_to_everybody() {
    let world = World::new().await;
    let page = world.anonymous("GET", "/swagger-ui/").await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(page.text.contains("swagger-ui"), "{}", page.text);
    let script = world.anonymous("GET", "/swagger-ui/swagger-initializer.js").await;
    assert!(script.text.contains("/api/v1/openapi.json"), "{}", script.text);
    let served = world.anonymous("GET", "/api/v1/openapi.json").await.json();
    assert_eq!(served, document());
    let entrance = world.anonymous("GET", "/swagger-ui").await;
    assert_eq!((entrance.status, entrance.header("location")), (StatusCode::FOUND, Some("/swagger-ui/")));
}

#[actix_web::test]
async fn an_unknown_path_is_not_found_whatever_the_method() {
    let world = World::new().await;
    for method in ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "PROPFIND"] {
        let unknown = world.send(method, "/api/v1/nothing", &[], "").await;
        assert_eq!((unknown.status, unknown.header("allow")), (StatusCode::NOT_FOUND, None), "{method}");
        let known = world.send(method, "/api/v1/queue", &[], "").await;
        let expected =
            if matches!(method, "GET" | "HEAD") { StatusCode::OK } else { StatusCode::METHOD_NOT_ALLOWED };
        assert_eq!(known.status, expected, "{method}");
        let entrance = world.anonymous(method, "/").await;
        assert_eq!(entrance.status, expected, "{method}");
        if expected == StatusCode::METHOD_NOT_ALLOWED {
            assert_eq!(known.header("allow"), Some("GET, HEAD"), "{method}");
            assert_eq!(entrance.header("allow"), Some("GET, HEAD"), "{method}");
        }
    }
}

#[actix_web::test]
async fn the_methods_of_a_path_are_those_of_its_own_route() {
    let world = World::new().await;
    for method in ["PUT", "GET", "HEAD"] {
        let answer = world.send(method, "/api/v1/stacks/archive", &[], "").await;
        let found = (answer.status, answer.header("allow"));
        assert_eq!(found, (StatusCode::METHOD_NOT_ALLOWED, Some("POST")), "{method}");
    }
}

#[actix_web::test]
async fn unknown_routes_and_methods_are_explained() {
    let world = World::new().await;
    let answer = world.send("GET", "/api/v1/stakcs", &[], "").await;
    assert_eq!((answer.status, answer.code()), (StatusCode::NOT_FOUND, "not-found".to_owned()));
    let answer = world.send("GET", "/api/v1/stacks/shop", &[], "").await;
    assert_eq!((answer.status, answer.code()), (StatusCode::NOT_FOUND, "not-found".to_owned()));
    assert!(answer.text.contains("?name=NAME") && !answer.text.contains("UUID"), "{}", answer.text);
    let answer = world.send("PUT", "/api/v1/stacks", &[], "").await;
    assert_eq!(
        (answer.status, answer.header("allow")),
        (StatusCode::METHOD_NOT_ALLOWED, Some("GET, HEAD, POST"))
    );
    assert_eq!(answer.code(), "method-not-allowed");
    let id = "0194f1c2-8e6a-7c11-b1d2-3f0c5a9e7d10";
    let answer = world.send("DELETE", &format!("/api/v1/stacks/{id}"), &[], "").await;
    assert_eq!(
        (answer.status, answer.header("allow")),
        (StatusCode::METHOD_NOT_ALLOWED, Some("GET, HEAD, PATCH"))
    );
    assert_eq!(answer.json()["hint"]["text"], format!("to delete it, use POST /api/v1/stacks/{id}/delete"));
    let answer = world.send("PUT", &format!("/api/v1/stacks/{id}"), &[], "").await;
    assert!(answer.json()["hint"].is_null(), "{}", answer.text);
    let answer = world.send("POST", "/api/v1/registries/docker.io", &[], "").await;
    assert_eq!(answer.header("allow"), Some("GET, HEAD, PUT, DELETE"), "every method there is");
}

#[test]
fn optional_is_not_nullable_and_bytes_are_not_a_list() {
    fn check(name: &str, schema: &Value) {
        let text = schema.to_string();
        assert!(!text.contains("null"), "{name}: {text}");
        let items = &schema["items"];
        let is_list = items["type"] == "string" || items["$ref"].is_string();
        assert!(schema["type"] != "array" || is_list, "{name}: {text}");
    }
    let document = document();
    let mut checked = 0;
    for (name, operation) in operations(&document) {
        let parameters = operation["parameters"].as_array().into_iter().flatten();
        let parameters = parameters.map(|parameter| &parameter["schema"]);
        let sent = operation["requestBody"]["content"].as_object();
        let answered = operation["responses"]["200"]["content"].as_object();
        let contents = sent.into_iter().chain(answered).flatten().map(|(_, content)| &content["schema"]);
        for schema in parameters.chain(contents) {
            check(&name, schema);
            checked += 1;
        }
    }
    assert!(checked > 100, "{checked}");
}

#[test]
fn requests_made_from_the_examples_are_accepted() {
    // Swagger UI fills its form from the examples and sends them.
    let document = document();
    let filled = |operation: &Value| -> Vec<String> {
        let parameters = operation["parameters"].as_array().into_iter().flatten();
        let optional = parameters.filter(|parameter| {
            let is_required = parameter["required"] == true && parameter["in"] == "query";
            parameter["in"] != "path" && !is_required && parameter.get("example").is_some()
        });
        optional
            .map(|parameter| format!("{}={}", parameter["name"].as_str().unwrap(), parameter["example"]))
            .collect()
    };
    let mut all: BTreeSet<String> = BTreeSet::new();
    for (_, operation) in operations(&document) {
        all.extend(filled(operation));
    }
    let all: Vec<_> = all.into_iter().collect();
    assert_eq!(all, ["If-Match=\"*\"", "after=0", "limit=50", "wait=60"]);
}
