use actix_web::http::StatusCode;
use core_monitor_simulation::store::StoreFault;

use crate::testing::{Answer, World};

const JSON: (&str, &str) = ("Content-Type", "application/json");

async fn apply(world: &World, stack: &str, headers: &[(&str, &str)], body: &str) -> Answer {
    world.send("POST", &format!("/api/v1/stacks/{stack}/apply/1"), headers, body).await
}

#[actix_web::test]
async fn an_apply_is_put_into_the_queue() {
    let world = World::new().await;
    let stack = world.create_stack("shop").await;
    let answer = apply(&world, &stack, &[("If-Match", "\"v0.1\"")], "").await;
    assert_eq!(answer.status, StatusCode::ACCEPTED, "{}", answer.text);
    let body = answer.json();
    let id = body["command_id"].as_str().unwrap();
    assert_eq!(answer.header("location"), Some(format!("/api/v1/commands/{id}").as_str()));
    assert_eq!(answer.header("etag"), Some("\"v0.2\""));
    assert_eq!((&body["status"], &body["seq"], &body["version"]), (&"PENDING".into(), &2.into(), &1.into()));
    assert_eq!(
        body["payload"],
        serde_json::json!({
            "kind": "APPLY", "version": 1, "plan_id": null, "on_failure": "hold", "readiness": "ready", "force_recreate": []
        })
    );
}

#[actix_web::test]
async fn it_needs_a_precondition_that_holds() {
    let world = World::new().await;
    let stack = world.create_stack("shop").await;
    assert_eq!(apply(&world, &stack, &[], "").await.code(), "precondition-required");
    let answer = apply(&world, &stack, &[("If-Match", "\"v0.7\"")], "").await;
    assert_eq!((answer.code().as_str(), answer.header("etag")), ("precondition-failed", Some("\"v0.1\"")));
    let unknown = "0194f1c2-8e6a-7c11-b1d2-3f0c5a9e7d10";
    assert_eq!(apply(&world, unknown, &[("If-Match", "*")], "").await.code(), "stack-not-found");
    let address = format!("/api/v1/stacks/{stack}/apply/2");
    let missing = world.send("POST", &address, &[("If-Match", "*")], "").await;
    assert_eq!(missing.code(), "version-not-found");
    assert!(missing.json()["hint"]["text"].as_str().unwrap().contains("/versions"), "{}", missing.text);
}

#[actix_web::test]
async fn a_repeated_request_makes_one_command() {
    let world = World::new().await;
    let stack = world.create_stack("shop").await;
    let headers = [("If-Match", "\"v0.1\""), ("Idempotency-Key", "k1")];
    let first = apply(&world, &stack, &headers, "").await.json();
    let again = apply(&world, &stack, &headers, "").await;
    assert_eq!(
        again.header("idempotency-replayed"),
        Some("true"),
        "although the precondition no longer holds"
    );
    assert_eq!(again.json()["command_id"], first["command_id"]);
    assert!(again.json()["progress"].is_null(), "it has not begun");
    world.claim().await;
    let running = apply(&world, &stack, &headers, "").await.json();
    assert!(running["progress"].is_object(), "{running}");
    let other = apply(&world, &stack, &[headers[0], headers[1], JSON], r#"{"readiness": "started"}"#).await;
    assert_eq!(other.code(), "idempotency-mismatch");
}

#[actix_web::test]
async fn a_confirmed_plan_is_applied_or_refused() {
    let world = World::new().await;
    world.observe(&[]).await;
    let stack = world.create_stack("shop").await;
    let plan = world.send("POST", &format!("/api/v1/stacks/{stack}/plan/1"), &[], "").await.json();
    let body = serde_json::json!({"plan_id": plan["plan_id"]}).to_string();
    let headers = [("If-Match", "*"), JSON, ("Idempotency-Key", "k1")];
    let answer = apply(&world, &stack, &headers, &body).await;
    assert_eq!(
        (answer.status, &answer.json()["payload"]["plan_id"]),
        (StatusCode::ACCEPTED, &plan["plan_id"])
    );

    crate::testing::objects::world_with_a_foreign_network(&world, "shop_default").await;
    let late = apply(&world, &stack, &headers[..2], &body).await;
    assert_eq!((late.status, late.code()), (StatusCode::CONFLICT, "plan-stale".to_owned()));
    assert!(late.text.contains("make a new plan"), "{}", late.text);
    assert!(late.text.contains("`create network shop_default` is not needed any more"), "{}", late.text);
    let again = apply(&world, &stack, &headers, &body).await;
    assert_eq!(again.status, StatusCode::ACCEPTED, "it was accepted once: {}", again.text);
    assert_eq!(again.header("idempotency-replayed"), Some("true"));
}

#[actix_web::test]
async fn only_plans_of_this_stack_and_version_count() {
    let world = World::new().await;
    world.observe(&[]).await;
    let (shop, blog) = (world.create_stack("shop").await, world.create_stack("blog").await);
    let plan = world.send("POST", &format!("/api/v1/stacks/{blog}/plan/1"), &[], "").await.json();
    let body = serde_json::json!({"plan_id": plan["plan_id"]}).to_string();
    assert_eq!(apply(&world, &shop, &[("If-Match", "*"), JSON], &body).await.code(), "plan-unknown");
}

#[actix_web::test]
async fn a_plan_for_a_rollback_confirms_no_apply_and_the_other_way_round() {
    let world = World::new().await;
    world.observe(&[]).await;
    let stack = world.create_stack("shop").await;
    for (purpose, right, wrong) in [("rollback", "rollback", "apply"), ("apply", "apply", "rollback")] {
        let address = format!("/api/v1/stacks/{stack}/plan/1?purpose={purpose}");
        let plan = world.send("POST", &address, &[], "").await.json();
        let body = serde_json::json!({"plan_id": plan["plan_id"]}).to_string();
        let headers = [("If-Match", "*"), JSON];
        let send = async |verb: &str| {
            world.send("POST", &format!("/api/v1/stacks/{stack}/{verb}/1"), &headers, &body).await
        };
        let refused = send(wrong).await;
        assert_eq!(
            (refused.status, refused.code().as_str()),
            (StatusCode::UNPROCESSABLE_ENTITY, "plan-unknown")
        );
        for words in
            [format!("was made with `purpose={purpose}`"), format!("make a plan with `purpose={wrong}`")]
        {
            assert!(refused.text.contains(&words), "{words}: {}", refused.text);
        }
        assert_eq!(send(right).await.status, StatusCode::ACCEPTED);
    }
}

#[actix_web::test]
async fn options_are_checked() {
    let world = World::new().await;
    let stack = world.create_stack("shop").await;
    let headers = [("If-Match", "*"), JSON];
    for (body, words) in [
        (
            r#"{"on_failure": "explode"}"#,
            "`on_failure` has to be one of `hold`, `rollback`, `continue`, but is `explode`",
        ),
        (r#"{"force": true}"#, "there is no field `force`"),
        ("{", "line 1, column 1"),
        (r#"{"plan_id": "x"}"#, "`plan_id` has to be a UUID"),
    ] {
        let answer = apply(&world, &stack, &headers, body).await;
        assert_eq!(answer.code(), "invalid-request", "{body}");
        assert!(answer.text.contains(words), "{body}: {}", answer.text);
    }
    let form = [("If-Match", "*"), ("Content-Type", "application/x-www-form-urlencoded")];
    let answer = apply(&world, &stack, &form, "{}").await;
    assert_eq!(answer.code(), "unsupported-media-type", "what curl sends when it is not told otherwise");
    assert!(answer.text.contains("Content-Type: application/json"), "{}", answer.text);
}

#[actix_web::test]
async fn a_lost_response_can_be_requested_again() {
    let world = World::new().await;
    let stack = world.create_stack("shop").await;
    world.database.inject("CommandQueue::enqueue", StoreFault::ReplyLost);
    let headers = [("If-Match", "\"v0.1\""), ("Idempotency-Key", "k1")];
    assert_eq!(apply(&world, &stack, &headers, "").await.status, StatusCode::SERVICE_UNAVAILABLE);
    let again = apply(&world, &stack, &headers, "").await;
    assert_eq!((again.status, again.header("idempotency-replayed")), (StatusCode::ACCEPTED, Some("true")));
    let open = world.send("GET", "/api/v1/commands?status=PENDING", &[], "").await.json();
    assert_eq!(open["items"].as_array().unwrap().len(), 1, "one command, not two");
}

#[actix_web::test]
async fn a_wait_returns_the_ended_command() {
    let world = World::new().await;
    let stack = world.create_stack("shop").await;
    let address = format!("/api/v1/stacks/{stack}/apply/1?wait=60");
    let headers = [("If-Match", "*")];
    let waiting = world.send("POST", &address, &headers, "");
    let failing = async {
        world.somebody_waits().await;
        world.fail().await;
    };
    let (answer, ()) = futures::join!(waiting, failing);
    assert_eq!((answer.status, answer.json()["status"].clone()), (StatusCode::OK, "FAILED".into()));
    assert_eq!(answer.json()["failure"]["code"], "SERVICE_EXITED");
}
