use actix_web::http::StatusCode;
use serde_json::{Value, json};

use crate::api::Limits;
use crate::testing::{World, YAML};

const SHOP: &str = "# ours
services:
  web:
    image: nginx:1.27 # pinned
    scale: 2
  db:
    image: postgres:16
  many:
    image: nginx:1.27
    scale: ${MANY:-2}
";

async fn shop(world: &World) -> String {
    let answer = world.send("POST", "/api/v1/stacks?name=shop", &[YAML], SHOP).await;
    assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.text);
    world.succeed("shop").await;
    answer.json()["stack"]["stack_id"].as_str().unwrap().to_owned()
}

async fn proposal(world: &World, stack: &str) -> Value {
    let answer = world.send("GET", &format!("/api/v1/stacks/{stack}/drift/definition"), &[], "").await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
    answer.json()
}

#[actix_web::test]
async fn what_was_done_by_hand_is_written_where_the_definition_says_it() {
    let world = World::new().await;
    let stack = shop(&world).await;
    world.observe(&[world.container_of(&stack, "web")]).await;
    let proposed = proposal(&world, &stack).await;
    assert_eq!(
        proposed["written"],
        json!([{"service": "web", "before": 2, "now": 1}, {"service": "db", "before": 1, "now": 0}])
    );
    assert_eq!(proposed["files"][0]["path"], "compose.yaml", "{proposed}");
    let text = proposed["files"][0]["content"].as_str().unwrap();
    assert!(
        text.starts_with("# ours\nservices:\n  web:\n    image: nginx:1.27 # pinned\n    scale: 1\n"),
        "{text}"
    );
    assert!(text.ends_with("    scale: ${MANY:-2}\n"), "{text}");
    let left = |subject: &str| {
        let all = proposed["left"].as_array().unwrap();
        all.iter().find(|each| each["subject"] == subject).map(|each| each["reason"]["code"].clone())
    };
    assert_eq!(left("many"), Some(json!("number_not_in_place")), "{proposed}");

    // Saved, it says what runs: nothing more is to be written.
    let versions = format!("/api/v1/stacks/{stack}/versions");
    let saved = world.send("POST", &versions, &[YAML, ("If-Match", "*")], text).await;
    assert_eq!(saved.status, StatusCode::CREATED, "{}", saved.text);
    let again = proposal(&world, &stack).await;
    assert_eq!((&again["base_version"], &again["files"]), (&json!(2), &json!([])), "{again}");
}

#[actix_web::test]
async fn a_proposal_needs_an_applied_version_and_a_look_at_the_engine() {
    let world = World::new().await;
    let bare = world.create_stack("bare").await;
    let code = async |stack: &str| {
        world.send("GET", &format!("/api/v1/stacks/{stack}/drift/definition"), &[], "").await.code()
    };
    assert_eq!(code(&bare).await, "not-applied");
    let stack = shop(&world).await;
    assert_eq!(code(&stack).await, "not-observed");
}

#[actix_web::test]
async fn a_proposal_that_finds_no_memory_is_refused() {
    let world = World::with_limits(Limits { small_answer: 0, ..Limits::default() }).await;
    let stack = shop(&world).await;
    world.observe(&[]).await;
    let taken = world.body_memory().fill();
    let answer = world.send("GET", &format!("/api/v1/stacks/{stack}/drift/definition"), &[], "").await;
    assert_eq!(answer.code(), "server-busy");
    drop(taken);
    proposal(&world, &stack).await;
}

#[actix_web::test]
async fn a_file_that_was_edited_on_the_host_is_part_of_the_proposal() {
    let world = World::new().await;
    let definition = json!({
        "name": "shop", "compose": "services:\n  web:\n    image: nginx:1.27\n",
        "files": {"app.conf": "a=1\n", "logo.png": {"base64": "AAE="}},
    });
    let json = ("Content-Type", "application/json");
    let made = world.send("POST", "/api/v1/stacks", &[json], &definition.to_string()).await;
    let stack = made.json()["stack"]["stack_id"].as_str().unwrap().to_owned();
    world.succeed("shop").await;
    world
        .edit_files(
            &stack,
            &[("app.conf", "a=2\n"), ("logo.png", "\0")],
            &[world.container_of(&stack, "web")],
        )
        .await;
    let proposed = proposal(&world, &stack).await;
    assert_eq!(
        proposed["files"],
        json!([{"path": "app.conf", "content": "a=2\n", "executable": false}]),
        "{proposed}"
    );
    let left = |proposed: &Value, subject: &str| {
        let all = proposed["left"].as_array().unwrap();
        all.iter().find(|each| each["subject"] == subject).map(|each| each["reason"]["code"].clone())
    };
    assert_eq!(left(&proposed, "logo.png"), Some(json!("file_is_no_text")));

    // Whoever has changed it in a newer version has to put both together.
    let newer = definition.to_string().replace("a=1", "a=3");
    let versions = format!("/api/v1/stacks/{stack}/versions");
    let saved = world.send("POST", &versions, &[json, ("If-Match", "*")], &newer).await;
    assert_eq!(saved.status, StatusCode::CREATED, "{}", saved.text);
    let proposed = proposal(&world, &stack).await;
    assert_eq!(proposed["files"], json!([]), "{proposed}");
    assert_eq!(left(&proposed, "app.conf"), Some(json!("newest_version_changes_file")));

    world.end_worker();
    let proposed = proposal(&world, &stack).await;
    assert_eq!(left(&proposed, "app.conf"), Some(json!("file_only_on_the_host")));
}
