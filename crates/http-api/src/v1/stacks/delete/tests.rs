use actix_web::http::StatusCode;
use core_monitor_domain::labels;
use serde_json::{Value, json};

use crate::testing::{Answer, World};

const JSON: [(&str, &str); 2] = [("If-Match", "*"), ("Content-Type", "application/json")];

async fn delete(world: &World, stack: &str, body: &Value) -> Answer {
    world.send("POST", &format!("/api/v1/stacks/{stack}/delete"), &JSON, &body.to_string()).await
}

async fn plan(world: &World, stack: &str, body: &Value) -> Answer {
    world.send("POST", &format!("/api/v1/stacks/{stack}/delete/plan"), &JSON[1..], &body.to_string()).await
}

#[actix_web::test]
async fn volumes_stay_unless_they_are_named() {
    let world = World::new().await;
    let stack = world.create_stack("shop").await;
    let address = format!("/api/v1/stacks/{stack}/delete");
    let chosen = async |body: &str| {
        let payload = world.send("POST", &address, &JSON, body).await.json()["payload"].clone();
        [payload["containers"] == true, payload["volumes"] == true, payload["definition"] == true]
    };
    assert_eq!(chosen("").await, [true, false, true]);
    assert_eq!(chosen("{}").await, [true, false, true]);
    assert_eq!(chosen(r#"{"volumes": true}"#).await, [true, true, true]);
    assert_eq!(chosen(r#"{"definition": false}"#).await, [true, false, false]);
    assert_eq!(chosen(r#"{"containers": false}"#).await, [false, false, true]);
    let answer = world.send("POST", &address, &JSON, r#"{"volume": true}"#).await;
    assert_eq!(answer.status, StatusCode::BAD_REQUEST, "a misspelt key must not decide about data");
}

#[actix_web::test]
async fn nothing_and_volumes_that_are_in_use_are_no_choices() {
    let world = World::new().await;
    world.observe(&[]).await;
    let stack = world.create_stack("shop").await;
    for choices in [
        json!({"containers": false, "definition": false}),
        json!({"containers": false, "volumes": true}),
        json!({"containers": false, "volumes": true, "definition": false}),
    ] {
        for answer in [delete(&world, &stack, &choices).await, plan(&world, &stack, &choices).await] {
            assert_eq!(answer.code(), "invalid-request", "{choices}: {}", answer.text);
            assert!(answer.text.contains("only together with `containers`"), "{}", answer.text);
        }
    }
}

#[actix_web::test]
async fn a_plan_lists_what_goes_and_says_what_stays() {
    let world = World::new().await;
    let stack = world.create_stack("shop").await;
    world.observe(&[world.container_of(&stack, "web")]).await;
    world.succeed("shop").await;
    let made = plan(&world, &stack, &json!({"definition": false})).await;
    assert_eq!(made.status, StatusCode::CREATED, "{}", made.text);
    let made = made.json();
    assert_eq!((&made["purpose"], &made["version"]), (&json!("delete"), &Value::Null));
    let text = made["text"].as_str().unwrap();
    assert!(text.contains("remove ") && text.contains("version 1 is no longer applied"), "{text}");
    let service = &made["impact"]["services"][0];
    assert_eq!([&service["service"], &service["change"]], ["web", "remove"], "{service}");
    let address = format!("/api/v1/plans/{}", made["plan_id"].as_str().unwrap());
    assert_eq!(world.send("GET", &address, &[], "").await.json(), made);

    let forgotten = plan(&world, &stack, &json!({"containers": false})).await.json();
    assert_eq!((&forgotten["steps"], &forgotten["blockers"]), (&json!([]), &json!([])));
    assert_eq!(forgotten["impact"]["services"][0]["change"], "keep");
    assert!(forgotten["text"].as_str().unwrap().contains("stay as they are"), "{}", forgotten["text"]);
}

#[actix_web::test]
async fn a_plan_confirms_only_the_delete_that_it_was_made_for() {
    let world = World::new().await;
    let stack = world.create_stack("shop").await;
    world.observe(&[world.container_of(&stack, "web")]).await;
    world.succeed("shop").await;
    let made = plan(&world, &stack, &json!({"definition": false})).await.json();
    let id = &made["plan_id"];
    let other = delete(&world, &stack, &json!({"plan_id": id})).await;
    assert_eq!(other.code(), "plan-unknown", "it takes the stack too: {}", other.text);
    assert!(other.text.contains("/delete/plan"), "{}", other.text);
    let right = delete(&world, &stack, &json!({"plan_id": id, "definition": false})).await;
    assert_eq!((right.status, &right.json()["payload"]["plan_id"]), (StatusCode::ACCEPTED, id));

    world.observe(&[world.container_of(&stack, "web"), world.container_of(&stack, "other")]).await;
    let late = delete(&world, &stack, &json!({"plan_id": id, "definition": false})).await;
    assert_eq!((late.status, late.code()), (StatusCode::CONFLICT, "plan-stale".to_owned()));
    assert!(late.text.contains("would be needed now") && late.text.contains("/delete/plan"), "{}", late.text);
    let apply = world.send("POST", &format!("/api/v1/stacks/{stack}/plan/1"), &[], "").await.json();
    let answer = delete(&world, &stack, &json!({"plan_id": apply["plan_id"]})).await;
    assert_eq!(answer.code(), "plan-unknown");
}

#[actix_web::test]
async fn a_plan_is_not_made_from_a_plan() {
    let world = World::new().await;
    world.observe(&[]).await;
    let stack = world.create_stack("shop").await;
    let made = plan(&world, &stack, &json!({})).await.json();
    assert_eq!(plan(&world, &stack, &json!({"plan_id": made["plan_id"]})).await.code(), "invalid-request");
}

#[actix_web::test]
async fn a_plan_that_ends_core_monitor_itself_confirms_nothing() {
    let world = World::new().await;
    let stack = world.create_stack("shop").await;
    let mut own = world.container_of(&stack, "web");
    own.labels.insert(labels::COMPONENT.to_owned(), "worker".to_owned());
    world.observe(&[own]).await;
    let made = plan(&world, &stack, &json!({})).await.json();
    assert_eq!(made["blockers"][0]["code"], "SELF_PROTECTED", "{made}");
    let answer = delete(&world, &stack, &json!({"plan_id": made["plan_id"]})).await;
    assert_eq!(answer.code(), "plan-blocked", "{}", answer.text);
}

#[actix_web::test]
async fn before_the_first_look_there_is_nothing_to_plan_from() {
    let world = World::new().await;
    let stack = world.create_stack("shop").await;
    assert_eq!(plan(&world, &stack, &json!({})).await.code(), "not-observed");
}
