use actix_web::http::StatusCode;
use core_monitor_simulation::store::StoreFault;

use crate::api::Limits;
use crate::testing::{Answer, TAR, WEB, World, YAML, tar};

const JSON: (&str, &str) = ("Content-Type", "application/json");

async fn create(world: &World, query: &str, header: (&str, &str), body: &str) -> Answer {
    world.send("POST", &format!("/api/v1/stacks?{query}"), &[header], body).await
}

async fn nothing_was_saved(world: &World) -> bool {
    world.send("GET", "/api/v1/commands", &[], "").await.json()["items"].as_array().unwrap().is_empty()
}

#[actix_web::test]
async fn yaml_becomes_a_stack_with_version_1() {
    let world = World::new().await;
    let answer = create(&world, "name=shop&comment=first", YAML, WEB).await;
    assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.text);
    let body = answer.json();
    let id = body["stack"]["stack_id"].as_str().unwrap();
    assert_eq!(answer.header("location"), Some(format!("/api/v1/stacks/{id}").as_str()));
    assert_eq!(answer.header("etag"), Some("\"v0.1\""));
    assert_eq!((&body["stack"]["name"], &body["version"]["version"]), (&"shop".into(), &1.into()));
    assert_eq!(body["version"]["metadata"]["comment"], "first");
    assert_eq!((&body["command"]["kind"], &body["command"]["status"]), (&"CREATE".into(), &"DONE".into()));
}

#[actix_web::test]
async fn the_name_may_be_in_the_file() {
    let world = World::new().await;
    let answer = create(&world, "", YAML, &format!("name: shop\n{WEB}")).await;
    assert_eq!(answer.json()["stack"]["name"], "shop", "{}", answer.text);
    let answer = create(&world, "name=other", YAML, &format!("name: shop\n{WEB}")).await;
    assert_eq!(answer.json()["stack"]["name"], "other", "the address wins");
    let answer = create(&world, "", YAML, WEB).await;
    assert_eq!((answer.status, answer.code()), (StatusCode::UNPROCESSABLE_ENTITY, "invalid-name".to_owned()));
    assert!(answer.text.contains("?name=NAME"), "{}", answer.text);
}

#[actix_web::test]
async fn json_carries_text_or_the_definition_itself() {
    let world = World::new().await;
    let body = serde_json::json!({"name": "a", "compose": WEB, "comment": "text"});
    let answer = create(&world, "", JSON, &body.to_string()).await;
    assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.text);
    let body = r#"{"name": "b", "compose": {"services": {"web": {"image": "x:${TAG}", "env_file": "web.env"},
        "db": {"image": "y"}}}, "files": {"web.env": "A=1\n"}, "variables": {"TAG": "7"}}"#;
    let answer = create(&world, "", JSON, body).await;
    assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.text);
    let saved = answer.json();
    assert_eq!(
        saved["version"]["services"],
        serde_json::json!(["web", "db"]),
        "in the order they were written"
    );
    let address = format!("{}/versions/1", answer.header("location").unwrap());
    let version = world.send("GET", &address, &[], "").await.json();
    assert_eq!(version["model"]["services"]["web"]["image"], "x:7");
    assert_eq!(version["model"]["services"]["web"]["environment"]["A"], "1");
    assert_eq!(version["compose_files"], serde_json::json!(["compose.json"]));
}

#[actix_web::test]
async fn files_in_json_may_be_binary() {
    let world = World::new().await;
    let body = serde_json::json!({"compose": WEB, "files": {
        "a.bin": {"base64": "AP8="}, "run.sh": {"base64": "IyEvYmluL3NoCg==", "executable": true}, "b": "text"}});
    let answer = create(&world, "name=shop", JSON, &body.to_string()).await;
    assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.text);
    let address = format!("{}/versions/1/files", answer.header("location").unwrap());
    let files = world.send("GET", &address, &[], "").await.json();
    let line = |item: &serde_json::Value| format!("{} {} {}", item["path"], item["size"], item["executable"]);
    let lines: Vec<_> = files["items"].as_array().unwrap().iter().map(line).collect();
    assert_eq!(
        lines,
        [r#""a.bin" 2 false"#, r#""b" 4 false"#, r#""compose.yaml" 43 false"#, r#""run.sh" 10 true"#]
    );
}

#[actix_web::test]
async fn every_error_of_a_definition_has_its_place() {
    let world = World::new().await;
    let text = "services:\n  web:\n    imgae: nginx\n  db:\n    image: postgres\n    depends_on: [cache]\n";
    let answer = create(&world, "name=shop", YAML, text).await;
    assert_eq!(
        (answer.status, answer.code()),
        (StatusCode::UNPROCESSABLE_ENTITY, "invalid-definition".to_owned())
    );
    let body = answer.json();
    let errors = body["errors"].as_array().unwrap();
    let place = |error: &serde_json::Value| {
        let text = |key: &str| error[key].as_str().unwrap().to_owned();
        format!("{} at {}:{}:{}", text("code"), text("file"), error["line"], error["column"])
    };
    let places: Vec<_> = errors.iter().map(place).collect();
    assert!(places.contains(&"unknown-key at compose.yaml:3:5".to_owned()), "{places:?}");
    assert!(
        places.iter().any(|place| place.starts_with("undefined-reference at compose.yaml:6")),
        "{places:?}"
    );
    assert!(nothing_was_saved(&world).await);
}

#[actix_web::test]
async fn reserved_labels_are_refused() {
    let world = World::new().await;
    let text = "services:\n  web:\n    image: nginx\n    labels:\n      io.core-monitor.stack: mine\n";
    let answer = create(&world, "name=shop", YAML, text).await;
    assert_eq!(answer.code(), "invalid-definition", "{}", answer.text);
    assert!(answer.text.contains("io.core-monitor."), "{}", answer.text);
    assert!(answer.json()["errors"][0]["line"].as_u64().unwrap() >= 4, "{}", answer.text);
    assert!(nothing_was_saved(&world).await);
}

#[actix_web::test]
async fn errors_in_a_body_have_their_position() {
    let world = World::new().await;
    let check = async |header, body: &str, status: u16, code: &str, words: &str| {
        let answer = create(&world, "name=shop", header, body).await;
        assert_eq!(
            (answer.status.as_u16(), answer.code().as_str()),
            (status, code),
            "{body}: {}",
            answer.text
        );
        assert!(answer.text.contains(words), "{body}: {}", answer.text);
    };
    check(JSON, "{\n  \"compose\": 1,}", 400, "invalid-request", "line 2, column 16").await;
    check(JSON, r#"{"compose": 1}"#, 400, "invalid-request", "`compose` must be a YAML string").await;
    check(JSON, r#"{"compose": "a", "oops": 1}"#, 400, "invalid-request", "there is no field `oops`").await;
    check(JSON, r#"{"compose": "a", "files": {"../x": ""}}"#, 400, "invalid-request", "../x").await;
    check(JSON, r#"{"compose": "a", "files": {"compose.yaml": ""}}"#, 400, "invalid-request", "compose.yaml")
        .await;
    check(JSON, r#"{"compose": "a", "files": {"x": {"base64": "?"}}}"#, 400, "invalid-request", "not base64")
        .await;
    check(JSON, r#"{"compose": "a", "files": {"x": "", "x/y": ""}}"#, 400, "invalid-request", "a folder")
        .await;
    check(("Content-Type", "text/html"), "x", 415, "unsupported-media-type", "text/html").await;
    check(("X-Nothing", "x"), "x", 415, "unsupported-media-type", "no `Content-Type`").await;
    check(YAML, "services: [", 422, "invalid-definition", "compose.yaml").await;
    check(YAML, "", 422, "invalid-definition", "errors").await;
    assert!(nothing_was_saved(&world).await);
}

#[actix_web::test]
async fn a_large_body_is_refused_before_it_is_read() {
    let world = World::with_limits(Limits { body: 100, ..Limits::default() }).await;
    let answer = create(&world, "name=shop", YAML, &format!("# {}\n{WEB}", "x".repeat(100))).await;
    assert_eq!((answer.status, answer.code()), (StatusCode::PAYLOAD_TOO_LARGE, "body-too-large".to_owned()));
    assert_eq!(create(&world, "name=shop", YAML, WEB).await.status, StatusCode::CREATED);
}

#[actix_web::test]
async fn a_taken_name_is_refused() {
    let world = World::new().await;
    let id = world.create_stack("shop").await;
    let answer = create(&world, "name=shop", YAML, WEB).await;
    assert_eq!((answer.status, answer.code()), (StatusCode::CONFLICT, "name-taken".to_owned()));
    assert!(answer.text.contains(&id), "the holder is named: {}", answer.text);
    let answer = create(&world, "name=../etc", YAML, WEB).await;
    assert_eq!((answer.status, answer.code()), (StatusCode::UNPROCESSABLE_ENTITY, "invalid-name".to_owned()));
}

#[actix_web::test]
async fn the_same_key_and_request_make_one_stack() {
    let world = World::new().await;
    let send = async |address: &str, body: &str| {
        world.send("POST", address, &[YAML, ("Idempotency-Key", "k1")], body).await
    };
    let first = send("/api/v1/stacks?name=shop", WEB).await;
    assert_eq!((first.status, first.header("idempotency-replayed")), (StatusCode::CREATED, None));
    let again = send("/api/v1/stacks?name=shop", WEB).await;
    assert_eq!((again.status, again.header("idempotency-replayed")), (StatusCode::CREATED, Some("true")));
    assert_eq!(again.header("location"), first.header("location"));
    let other = send("/api/v1/stacks?name=shop", &format!("{WEB}    tty: true\n")).await;
    assert_eq!(
        (other.status, other.code()),
        (StatusCode::UNPROCESSABLE_ENTITY, "idempotency-mismatch".to_owned())
    );
    let other = send("/api/v1/stacks?name=blog", WEB).await;
    assert_eq!(other.code(), "idempotency-mismatch", "the address counts too");
}

#[actix_web::test]
async fn an_unavailable_database_is_reported_and_nothing_is_saved() {
    let world = World::new().await;
    world.database.inject("StackStore::create", StoreFault::Refused);
    let answer = create(&world, "name=shop", YAML, WEB).await;
    assert_eq!(
        (answer.status, answer.code()),
        (StatusCode::SERVICE_UNAVAILABLE, "database-unavailable".to_owned())
    );
    assert!(answer.header("retry-after").is_some());
    assert!(world.database.pending_faults().is_empty());
    assert!(nothing_was_saved(&world).await);
}

#[actix_web::test]
async fn a_project_folder_needs_a_free_and_valid_name_too() {
    let world = World::new().await;
    world.create_stack("shop").await;
    let create = async |query: &str, compose: &str| {
        let folder = tar(&[("compose.yaml", compose)]);
        let headers = [("Content-Type", "application/octet-stream")];
        world.send_bytes("POST", &format!("/api/v1/stacks/archive?{query}"), &headers, folder).await
    };
    assert_eq!(create("name=shop", WEB).await.code(), "name-taken");
    assert_eq!(create("name=Bad%20Name", WEB).await.code(), "invalid-name");
    assert_eq!(create("name=other", "services: {web: {imgae: x}}\n").await.code(), "invalid-definition");
    let made = create("name=other", WEB).await;
    assert_eq!(made.status, StatusCode::CREATED, "its first bytes show what it is: {}", made.text);
    let address = format!("{}/versions/archive", made.header("location").unwrap());
    let folder = tar(&[("compose.yaml", "services: {web: {imgae: x}}\n")]);
    let refused = world.send_bytes("POST", &address, &[TAR, ("If-Match", "*")], folder).await;
    assert_eq!(refused.code(), "invalid-definition");
}
