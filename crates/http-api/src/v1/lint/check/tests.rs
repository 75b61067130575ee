use actix_web::http::StatusCode;
use serde_json::{Value, json};

use crate::testing::{Answer, TAR, WEB, World, YAML, tar};

const JSON: (&str, &str) = ("Content-Type", "application/json");

async fn lint(world: &World, header: (&str, &str), body: &str) -> Answer {
    world.send("POST", "/api/v1/lint", &[header], body).await
}

/// Items with their sentences in English.
fn in_english(items: &Value) -> Value {
    let mut items = items.clone();
    for item in items.as_array_mut().unwrap() {
        for key in ["message", "expected", "hint"] {
            if item[key].is_object() {
                item[key] = item[key]["text"].take();
            }
        }
    }
    items
}

fn codes(body: &Value) -> Vec<String> {
    let findings = body["findings"].as_array().unwrap();
    findings.iter().map(|finding| finding["code"].as_str().unwrap().to_owned()).collect()
}

#[actix_web::test]
async fn findings_have_code_severity_place_and_cure() {
    let world = World::new().await;
    let text = "version: '3'\nx-lint: {ignore: [no-healthcheck, no-restart-policy, no-memory-limit, no-cpu-limit, \
                no-log-rotation, runs-as-root]}\nservices:\n  web:\n    image: nginx\n";
    let answer = lint(&world, YAML, text).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
    let body = answer.json();
    assert_eq!(body["findings"][1]["message"]["params"], json!({"image": "nginx", "service": "web"}));
    assert_eq!(
        in_english(&body["findings"]),
        json!([
            {
                "code": "obsolete-version", "severity": "info", "message": "`version` is obsolete", "hint": "remove it",
                "path": "version", "file": "compose.yaml", "line": 1, "column": 1, "length": 7
            },
            {
                "code": "floating-tag", "severity": "warning",
                "message": "service `web` runs `nginx` without a version",
                "hint": "use the version you tested, such as `nginx:1.27.3`",
                "path": "services.web.image", "file": "compose.yaml", "line": 5, "column": 5, "length": 5
            },
        ])
    );
    assert_eq!(
        body["summary"],
        json!({"errors": 0, "warnings": 1, "infos": 1, "suppressed": 6, "left_out": 0})
    );
    assert_eq!(
        in_english(&body["warnings"]),
        json!([{
            "code": "obsolete", "message": "`version` is obsolete and ignored", "expected": null, "hint": "remove it",
            "file": "compose.yaml", "line": 1, "column": 10, "length": 3
        }])
    );
}

#[actix_web::test]
async fn an_invalid_definition_is_refused_with_all_errors_and_warnings() {
    let world = World::new().await;
    let text = "version: '3'\nservices:\n  web:\n    image: nginx\n    ports: 80\n    prots: []\n";
    let answer = lint(&world, YAML, text).await;
    assert_eq!(
        (answer.status, answer.code()),
        (StatusCode::UNPROCESSABLE_ENTITY, "invalid-definition".to_owned())
    );
    let body = answer.json();
    assert_eq!(
        in_english(&body["errors"]),
        json!([
            {
                "code": "invalid-type", "message": "`ports` of service `web` must be a list, not a number",
                "expected": "a list", "hint": null, "file": "compose.yaml", "line": 5, "column": 12, "length": 2
            },
            {
                "code": "unknown-key", "message": "unknown key `prots` in service `web`",
                "expected": null, "hint": "did you mean `ports`?", "file": "compose.yaml", "line": 6, "column": 5, "length": 5
            },
        ])
    );
    assert_eq!(body["warnings"][0]["code"], "obsolete", "apart from the errors");
}

#[actix_web::test]
async fn every_form_of_a_definition_is_read_and_nothing_is_stored() {
    let world = World::new().await;
    let body = r#"{"compose": {"services": {"web": {"image": "x:${TAG}", "env_file": "web.env"}}},
        "files": {"web.env": "DB_PASSWORD=changeme\n"}, "variables": {"TAG": "latest"}}"#;
    let answer = lint(&world, JSON, body).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
    let found = codes(&answer.json());
    assert!(
        found.contains(&"floating-tag".to_owned()) && found.contains(&"default-password".to_owned()),
        "{found:?}"
    );
    let mut report = answer.json();
    assert_eq!(report["model"].take()["services"]["web"]["environment"]["DB_PASSWORD"], "changeme");
    assert!(!report.to_string().contains("changeme"), "no finding holds a value: {report}");
    let stacks = world.send("GET", "/api/v1/stacks", &[], "").await.json();
    assert_eq!(stacks["items"], json!([]));
    assert_eq!(world.send("GET", "/api/v1/commands", &[], "").await.json()["items"], json!([]));
}

#[actix_web::test]
async fn a_project_folder_is_linted_as_it_would_be_saved() {
    let world = World::new().await;
    let lint = async |compose: &str| {
        let folder = tar(&[("compose.yaml", compose), ("web.env", "DB_PASSWORD=changeme\n")]);
        let headers = [("Content-Type", "application/octet-stream")];
        world.send_bytes("POST", "/api/v1/lint/archive", &headers, folder).await
    };
    let answer = lint("services: {web: {image: nginx, env_file: web.env}}\n").await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
    assert!(codes(&answer.json()).contains(&"default-password".to_owned()), "{}", answer.text);
    assert_eq!(lint("services: {web: {imgae: nginx}}\n").await.code(), "invalid-definition");
}

#[actix_web::test]
async fn a_token_is_needed_and_a_name_is_not() {
    let world = World::new().await;
    assert_eq!(world.anonymous("POST", "/api/v1/lint").await.status, StatusCode::UNAUTHORIZED);
    assert_eq!(lint(&world, YAML, WEB).await.status, StatusCode::OK);
    let named = world.send("POST", "/api/v1/lint?name=Bad%20Name", &[YAML], WEB).await;
    assert_eq!(named.code(), "invalid-name");
    let folder = tar(&[("compose.yaml", WEB)]);
    let named = world.send_bytes("POST", "/api/v1/lint/archive?name=Bad%20Name", &[TAR], folder).await;
    assert_eq!(named.code(), "invalid-name");
    assert_eq!(lint(&world, ("Content-Type", "text/html"), WEB).await.code(), "unsupported-media-type");
}

#[actix_web::test]
async fn a_version_has_its_findings_when_it_is_saved_and_when_it_is_read() {
    let world = World::new().await;
    let body = json!({
        "name": "shop",
        "compose": "version: '3'\nservices:\n  web:\n    image: nginx\n    env_file: settings\n",
        "files": {"settings": "ROOT_PASSWORD=root\n", "unread": "x"},
    });
    let answer = world.send("POST", "/api/v1/stacks", &[JSON], &body.to_string()).await;
    let saved = answer.json();
    let found = codes(&saved);
    assert!(
        found.contains(&"floating-tag".to_owned()) && found.contains(&"default-password".to_owned()),
        "{}",
        answer.text
    );
    let address = format!("{}/versions/1", answer.header("location").unwrap());
    let shown = world.send("GET", &address, &[], "").await.json();
    assert_eq!(shown["findings"], saved["findings"]);
    assert_eq!(shown["findings_summary"], saved["findings_summary"]);
    assert_eq!(saved["findings_summary"]["suppressed"], 0);
    assert_eq!(shown["warnings"], saved["warnings"]);
    assert_eq!(
        in_english(&saved["warnings"]),
        json!([{
            "code": "obsolete", "message": "`version` is obsolete and ignored", "expected": null, "hint": "remove it",
            "file": "compose.yaml", "line": 1, "column": 10, "length": 3
        }])
    );
}

#[actix_web::test]
async fn the_model_shows_what_depends_on_what_and_no_secret() {
    let world = World::new().await;
    let compose = "services:\n  web:\n    image: app:1\n    depends_on: [db]\n    environment: {URL: 'db://${PASSWORD}@db'}\n  \
                   db:\n    image: app:1\n    volumes: ['data:/data']\nvolumes: {data: {}}\n";
    let body = json!({"compose": compose, "secret_variables": {"PASSWORD": {"value": "canary"}}});
    let answer = lint(&world, JSON, &body.to_string()).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
    assert!(!answer.text.contains("canary"), "{}", answer.text);
    let model = &answer.json()["model"];
    assert_eq!(model["services"]["web"]["depends_on"]["db"]["condition"], "service_started");
    assert_eq!(model["services"]["db"]["volumes"][0]["source"], "data");
    assert_eq!(model["services"]["web"]["environment"]["URL"], "db://${PASSWORD}@db");
    assert!(model["networks"]["default"].is_object() && model["volumes"]["data"].is_object(), "{model}");
}

#[actix_web::test]
async fn a_secret_that_is_kept_is_not_easy_to_guess() {
    let world = World::new().await;
    let compose = "services:\n  db:\n    image: postgres:17.1\n    environment:\n      POSTGRES_PASSWORD: ${POSTGRES_PASSWORD}\n      \
                   DATABASE_URL: postgresql://app:${POSTGRES_PASSWORD}@db/app\n";
    let found = async |secret: Value| {
        let body = json!({"compose": compose, "secret_variables": {"POSTGRES_PASSWORD": secret}});
        codes(&lint(&world, JSON, &body.to_string()).await.json())
    };
    // Its name says password, its value nobody knows.
    assert!(!found(json!({"keep": true})).await.contains(&"default-password".to_owned()));
    assert!(!found(json!({"generate": {}})).await.contains(&"default-password".to_owned()));
}
