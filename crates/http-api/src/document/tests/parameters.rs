//! Query parameters that an operation does not know are refused, by every operation alike: whoever sends one believes that it does
//! something.

use serde_json::{Value, json};

use crate::testing::World;
use crate::testing::witness::{self, Operation};

/// The operations that let everything pass: monitoring and browsers add what they like.
const LENIENT: [&str; 4] = ["show_health", "show_metrics", "show_openapi", "show_readiness"];

fn parameters<'o>(operation: &'o Operation, place: &str) -> Vec<&'o Value> {
    let all = operation.value["parameters"].as_array().into_iter().flatten();
    all.filter(|parameter| parameter["in"] == place).collect()
}

/// The path with something in the place of each parameter.
fn path(operation: &Operation) -> String {
    parameters(operation, "path").into_iter().fold(operation.path.clone(), |path, parameter| {
        let given = match (&parameter["example"], parameter["schema"]["format"].as_str()) {
            (Value::String(text), _) => text.clone(),
            (_, Some("uuid")) => uuid::Uuid::nil().to_string(),
            _ => "1".to_owned(),
        };
        path.replace(&format!("{{{}}}", parameter["name"].as_str().unwrap()), &given)
    })
}

#[actix_web::test]
async fn every_operation_refuses_parameters_that_it_does_not_have_and_names_those_that_it_has() {
    let world = World::new().await;
    let mut wrong = Vec::new();
    for operation in witness::operations().iter().filter(|operation| !LENIENT.contains(&&*operation.id)) {
        let address = format!("{}?nonsense=1", path(operation));
        let headers = [("If-Match", "*"), ("Content-Type", "application/json")];
        let headers = if operation.value["requestBody"].is_object() { &headers[..] } else { &headers[..1] };
        let answer = world.send(&operation.method, &address, headers, "").await;
        let body: Value = serde_json::from_str(&answer.text).unwrap_or_default();
        let detail = body["detail"].as_str().unwrap_or_default().to_owned();
        let mut names =
            parameters(operation, "query").into_iter().map(|found| found["name"].as_str().unwrap());
        let all = names.all(|name| detail.contains(&format!("`{name}`")));
        if body["code"] != json!("invalid-request") || !detail.contains("no parameter `nonsense`") || !all {
            wrong.push(format!("{}: {} {detail}", operation.id, answer.status));
        }
    }
    assert!(
        wrong.is_empty(),
        "take `NoQuery`, or a `Query` that denies unknown fields:\n{}",
        wrong.join("\n")
    );
}
