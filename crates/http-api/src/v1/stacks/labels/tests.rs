use actix_web::http::StatusCode;
use serde_json::{Value, json};

use crate::testing::{Answer, WEB, World, YAML};

const JSON: (&str, &str) = ("Content-Type", "application/json");

async fn put(world: &World, stack: &str, if_match: &str, labels: &Value) -> Answer {
    let body = json!({ "labels": labels }).to_string();
    put_text(world, stack, if_match, &body).await
}

async fn put_text(world: &World, stack: &str, if_match: &str, body: &str) -> Answer {
    let headers = [JSON, ("If-Match", if_match)];
    world.send("PUT", &format!("/api/v1/stacks/{stack}/labels"), &headers, body).await
}

/// The secret of a token that has this role for the stacks with `team=payments`.
async fn token_by_label(world: &World, role: &str) -> String {
    let request = json!({"name": "ci", "role": role, "stacks": ["team=payments"]}).to_string();
    let issued = world.send("POST", "/api/v1/tokens", &[JSON], &request).await;
    assert_eq!(issued.status, StatusCode::CREATED, "{}", issued.text);
    assert_eq!(issued.json()["token"]["stacks"], json!(["team=payments"]));
    issued.json()["secret"].as_str().unwrap().to_owned()
}

async fn with(world: &World, secret: &str, method: &str, address: &str, body: &str) -> Answer {
    let bearer = format!("Bearer {secret}");
    let kind = if body.starts_with('{') { JSON } else { YAML };
    let headers = [("Authorization", bearer.as_str()), ("If-Match", "*"), kind];
    world.send_anonymously(method, address, &headers, body).await
}

fn names(answer: &Answer) -> Vec<String> {
    let items = answer.json()["items"].as_array().unwrap().clone();
    items.iter().map(|item| item["name"].as_str().unwrap().to_owned()).collect()
}

#[actix_web::test]
async fn labels_are_replaced_as_a_whole_and_shown() {
    let world = World::new().await;
    let stack = world.create_stack("shop").await;
    let shown = async || world.send("GET", &format!("/api/v1/stacks/{stack}"), &[], "").await.json();
    assert_eq!(shown().await["labels"], json!({}));
    let labels = json!({"team": "payments", "env": ""});
    let answer = put(&world, &stack, "\"v0.1\"", &labels).await;
    assert_eq!(
        (answer.status, answer.header("etag")),
        (StatusCode::OK, Some("\"v0.1.1\"")),
        "{}",
        answer.text
    );
    assert_eq!((&answer.json()["labels"], &answer.json()["revision"]), (&labels, &json!("v0.1.1")));
    let listed = world.send("GET", "/api/v1/stacks", &[], "").await.json();
    assert_eq!([&shown().await["labels"], &listed["items"][0]["labels"]], [&labels, &labels]);
    // Somebody who has read the same state comes too late; the same request once more does not.
    let late = put(&world, &stack, "v0.1", &json!({})).await;
    assert_eq!(late.code(), "precondition-failed");
    let again = put(&world, &stack, "v0.1", &labels).await;
    assert_eq!((again.status, again.header("etag")), (StatusCode::OK, Some("\"v0.1.1\"")));
    let fewer = put(&world, &stack, "v0.1.1", &json!({"team": "web"})).await;
    assert_eq!(fewer.json()["labels"], json!({"team": "web"}));
}

#[actix_web::test]
async fn what_is_no_label_is_refused_and_changes_nothing() {
    let world = World::new().await;
    let stack = world.create_stack("shop").await;
    let many: Value =
        (0..33).map(|number| (format!("k{number}"), json!(""))).collect::<serde_json::Map<_, _>>().into();
    for (labels, part) in [
        (json!({"Team": "x"}), "`Team` is not a key of a label"),
        (json!({"": "x"}), "is not a key of a label"),
        (json!({"team": "a b"}), "`a b` is not a value of the label `team`"),
        (json!({"team": "*"}), "`*` is not a value of the label `team`"),
        (many, "there are 33 labels, and a stack has at most 32"),
    ] {
        let refused = put(&world, &stack, "*", &labels).await;
        assert_eq!((refused.status, refused.code().as_str()), (StatusCode::BAD_REQUEST, "invalid-request"));
        assert!(refused.text.contains(part), "{}", refused.text);
    }
    for body in
        ["", "[]", "{}", r#"{"labels": ["team"]}"#, r#"{"labels": {"team": 1}}"#, r#"{"labels": {}, "x": 1}"#]
    {
        assert_eq!(put_text(&world, &stack, "*", body).await.code(), "invalid-request", "{body}");
    }
    let shown = world.send("GET", &format!("/api/v1/stacks/{stack}"), &[], "").await.json();
    assert_eq!((&shown["labels"], &shown["revision"]), (&json!({}), &json!("v0.1")));
}

#[actix_web::test]
async fn the_list_has_only_stacks_with_a_label_that_is_asked_for() {
    let world = World::new().await;
    for (name, team) in [("a", "payments"), ("b", "web"), ("c", "payments"), ("d", "pay")] {
        let stack = world.create_stack(name).await;
        put(&world, &stack, "*", &json!({"team": team})).await;
    }
    for order in ["", "&sort=state", "&sort=updated_at&descending=true"] {
        let listed = world.send("GET", &format!("/api/v1/stacks?label=team=payments{order}"), &[], "").await;
        let mut found = names(&listed);
        found.sort();
        assert_eq!(found, ["a", "c"], "{order}");
    }
    let first = world.send("GET", "/api/v1/stacks?label=team=payments&limit=1", &[], "").await;
    assert_eq!(names(&first), ["a"]);
    let next = first.json()["next"].as_str().unwrap().to_owned();
    let second = world
        .send("GET", &format!("/api/v1/stacks?label=team=payments&limit=1&cursor={next}"), &[], "")
        .await;
    assert_eq!((names(&second), &second.json()["next"]), (vec!["c".to_owned()], &Value::Null));
    for label in ["team", "team=*", "Team=web", "="] {
        let refused = world.send("GET", &format!("/api/v1/stacks?label={label}"), &[], "").await;
        assert_eq!(refused.code(), "invalid-request", "{label}");
    }
}

#[actix_web::test]
async fn a_grant_by_label_is_for_stacks_as_long_as_they_have_it() {
    let world = World::new().await;
    let (own, foreign) = (world.create_stack("shop").await, world.create_stack("web").await);
    put(&world, &foreign, "*", &json!({"team": "web"})).await;
    world.apply("shop", 1).await;
    let secret = token_by_label(&world, "viewer").await;
    let get = async |address: &str| with(&world, &secret, "GET", address, "").await;
    let own_address = format!("/api/v1/stacks/{own}");
    for (labels, is_seen) in [
        (json!({}), false),
        (json!({"team": "payments", "env": "prod"}), true),
        (json!({"team": "payment"}), false),
        (json!({"env": "payments"}), false),
        (json!({"team": "payments"}), true),
        (json!({}), false),
    ] {
        put(&world, &own, "*", &labels).await;
        let shown = get(&own_address).await;
        assert_eq!(shown.status, if is_seen { StatusCode::OK } else { StatusCode::FORBIDDEN }, "{labels}");
        for address in ["/api/v1/stacks", "/api/v1/stacks?sort=state", "/api/v1/commands"] {
            let listed = get(address).await;
            assert_eq!(listed.text.contains(&own), is_seen, "{labels} {address}: {}", listed.text);
            assert!(!listed.text.contains(&foreign), "{labels} {address}: {}", listed.text);
        }
        assert_eq!(
            get("/api/v1/overview").await.json()["stacks"]["total"],
            json!(u32::from(is_seen)),
            "{labels}"
        );
        let other = get(&format!("/api/v1/stacks/{foreign}")).await;
        let unknown = get(&format!("/api/v1/stacks/{}", uuid::Uuid::from_u128(9))).await;
        assert_eq!(other.status, StatusCode::FORBIDDEN, "{labels}");
        assert_eq!(other.json()["detail"], unknown.json()["detail"], "whether a stack exists is not told");
    }
}

#[actix_web::test]
async fn whoever_writes_a_definition_gives_no_access_by_its_labels() {
    let world = World::new().await;
    let labelled = "services:\n  web:\n    image: test/busybox:1\n    labels: { team: payments }\n    deploy: { labels: { team: payments } }\n";
    let created = world.send("POST", "/api/v1/stacks?name=shop", &[YAML], labelled).await;
    assert_eq!(created.status, StatusCode::CREATED, "{}", created.text);
    assert_eq!(created.json()["stack"]["labels"], json!({}));
    let stack = created.json()["stack"]["stack_id"].as_str().unwrap().to_owned();
    let secret = token_by_label(&world, "viewer").await;
    let refused = with(&world, &secret, "GET", &format!("/api/v1/stacks/{stack}"), "").await;
    assert_eq!(refused.code(), "forbidden");
}

#[actix_web::test]
async fn a_deployer_by_label_applies_and_makes_no_stacks_and_sets_no_labels() {
    let world = World::new().await;
    let stack = world.create_stack("shop").await;
    put(&world, &stack, "*", &json!({"team": "payments"})).await;
    let secret = token_by_label(&world, "deployer").await;
    // An image without a digest: by the policy, nobody may apply it whose grants are not for the stack.
    let applied = with(&world, &secret, "POST", &format!("/api/v1/stacks/{stack}/apply/1"), "{}").await;
    assert_eq!(applied.status, StatusCode::ACCEPTED, "{}", applied.text);
    let saved = with(&world, &secret, "POST", &format!("/api/v1/stacks/{stack}/versions"), WEB).await;
    assert_eq!(saved.status, StatusCode::CREATED, "{}", saved.text);
    for name in ["blog", "shop-2", "team"] {
        let refused = with(&world, &secret, "POST", &format!("/api/v1/stacks?name={name}"), WEB).await;
        assert_eq!(refused.code(), "forbidden", "{name}");
    }
    let address = format!("/api/v1/stacks/{stack}/labels");
    let refused = with(&world, &secret, "PUT", &address, r#"{"labels": {"team": "web"}}"#).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
    assert!(refused.text.contains("it takes the role `administrator`"), "{}", refused.text);
}

#[actix_web::test]
async fn the_audit_says_which_labels_came_and_went() {
    let world = World::new().await;
    let stack = world.create_stack("shop").await;
    for labels in [json!({"team": "web"}), json!({"team": "web"}), json!({"team": "payments", "env": "prod"})]
    {
        put(&world, &stack, "*", &labels).await;
    }
    let audit = world.send("GET", "/api/v1/audit", &[], "").await.json();
    let lines = audit["items"].as_array().unwrap().iter();
    let lines: Vec<_> = lines.filter(|line| line["action"] == "set_stack_labels").collect();
    let details: Vec<_> = lines.iter().map(|line| line["detail"]["name"].clone()).collect();
    assert_eq!(
        details,
        [json!("+env=prod, -team=web, +team=payments"), json!("+team=web")],
        "the newest first"
    );
    assert_eq!((&lines[0]["change"], &lines[0]["actor"]["name"]), (&json!("replaced"), &json!("admin")));
}

#[actix_web::test]
async fn a_grant_for_what_is_no_label_is_refused() {
    let world = World::new().await;
    for (selector, part) in [
        ("team=*", "`*` is not a value of the label `team`"),
        ("Team=x", "`Team` is not a key of a label"),
        ("A B", "`A B` in `stacks` matches no name of a stack"),
    ] {
        let request = json!({"name": "ci", "role": "viewer", "stacks": [selector]}).to_string();
        let refused = world.send("POST", "/api/v1/tokens", &[JSON], &request).await;
        assert_eq!(refused.code(), "invalid-request", "{selector}");
        assert!(refused.text.contains(part), "{}", refused.text);
    }
}
