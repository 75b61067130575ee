use std::time::Duration;

use actix_web::http::StatusCode;
use core_monitor_domain::ports::Clock as _;
use futures::future::join;
use serde_json::{Value, json};

use crate::testing::{Answer, WEB, World, YAML};

const TOKENS: &str = "/api/v1/tokens";
const JSON: (&str, &str) = ("Content-Type", "application/json");

fn is(answer: &Answer, status: StatusCode, code: &str) {
    assert_eq!((answer.status, answer.code().as_str()), (status, code), "{}", answer.text);
}

async fn issue(world: &World, request: Value) -> Answer {
    world.send("POST", TOKENS, &[JSON], &request.to_string()).await
}

/// Issues a token and gives its secret.
async fn secret_of(world: &World, request: Value) -> String {
    let issued = issue(world, request).await;
    assert_eq!(issued.status, StatusCode::CREATED, "{}", issued.text);
    issued.json()["secret"].as_str().unwrap().to_owned()
}

async fn with(world: &World, secret: &str, method: &str, address: &str, body: &str) -> Answer {
    let bearer = format!("Bearer {secret}");
    let kind = if body.starts_with('{') { JSON } else { YAML };
    let headers = [("Authorization", bearer.as_str()), ("If-Match", "*"), kind];
    world.send_anonymously(method, address, &headers, body).await
}

#[actix_web::test]
async fn a_token_is_shown_once_and_does_what_its_role_may() {
    let world = World::new().await;
    let stack = world.create_stack("shop").await;
    let issued = issue(&world, json!({"name": "ci", "role": "operator"})).await;
    let shown = issued.json();
    let secret = shown["secret"].as_str().unwrap();
    assert!(secret.starts_with("cm_") && secret.len() == 46, "{secret}");
    let expected = json!({
        "name": "ci", "role": "operator", "permissions": [], "stacks": null,
        "created_at": shown["token"]["created_at"], "expires_at": null, "used_at": null,
    });
    assert_eq!(shown["token"], expected);
    let restart = format!("/api/v1/stacks/{stack}/restart");
    let stopped = with(&world, secret, "POST", &restart, "").await;
    is(&stopped, StatusCode::CONFLICT, "not-applied");
    let apply = format!("/api/v1/stacks/{stack}/apply/1");
    let refused = with(&world, secret, "POST", &apply, "{}").await;
    is(&refused, StatusCode::FORBIDDEN, "forbidden");
    assert_eq!(refused.json()["detail"], "`ci` may not use `apply_version`: it takes the role `deployer`");
    let listed = world.send("GET", TOKENS, &[], "").await;
    assert!(!listed.text.contains(secret) && !listed.text.contains("hash"), "{}", listed.text);
    let names: Vec<_> =
        listed.json()["items"].as_array().unwrap().iter().map(|item| item["name"].clone()).collect();
    assert_eq!(names, ["admin", "ci"]);
    assert!(listed.json()["items"][1]["used_at"].is_string(), "{}", listed.text);
}

#[actix_web::test]
async fn a_token_for_some_stacks_knows_of_no_others() {
    let world = World::new().await;
    let (own, foreign) = (world.create_stack("shop-a").await, world.create_stack("web").await);
    world.create_template("shop").await;
    world.create_template("other").await;
    let request = json!({"name": "ci", "role": "deployer", "permissions": ["files"], "stacks": ["shop-*"]});
    let secret = secret_of(&world, request).await;
    let get = async |address: &str| with(&world, &secret, "GET", address, "").await;
    assert_eq!(get(&format!("/api/v1/stacks/{own}")).await.status, StatusCode::OK);
    let nobody = uuid::Uuid::from_u128(9).to_string();
    let [one, other] =
        [get(&format!("/api/v1/stacks/{foreign}")).await, get(&format!("/api/v1/stacks/{nobody}")).await];
    is(&one, StatusCode::FORBIDDEN, "forbidden");
    let told = |answer: &Answer| (answer.status, answer.json()["detail"].clone());
    assert_eq!(told(&one), told(&other), "whether a stack exists is not told");
    let names = |answer: &Answer| -> Vec<String> {
        let items = answer.json()["items"].as_array().unwrap().clone();
        items.iter().map(|item| item["name"].as_str().unwrap().to_owned()).collect()
    };
    for query in ["", "?limit=1", "?contains=b", "?sort=state", "?drifted=false"] {
        let listed = get(&format!("/api/v1/stacks{query}")).await;
        assert!(!listed.text.contains("\"web\""), "{query}: {}", listed.text);
    }
    assert_eq!(names(&get("/api/v1/stacks").await), ["shop-a"]);
    assert_eq!(names(&get("/api/v1/templates").await), ["shop"]);
    let created = with(&world, &secret, "POST", "/api/v1/stacks?name=shop-b", WEB).await;
    assert_eq!(created.status, StatusCode::CREATED, "{}", created.text);
    for name in ["web", "blog"] {
        let refused = with(&world, &secret, "POST", &format!("/api/v1/stacks?name={name}"), WEB).await;
        is(&refused, StatusCode::FORBIDDEN, "forbidden");
    }
    for address in ["/api/v1/host", "/api/v1/engine/events", "/api/v1/audit", "/api/v1/queue", TOKENS] {
        is(&get(address).await, StatusCode::FORBIDDEN, "forbidden");
    }
}

#[actix_web::test]
async fn a_refusal_is_in_the_audit_once_a_minute() {
    let world = World::new().await;
    let secret = secret_of(&world, json!({"name": "ci", "role": "viewer"})).await;
    let refused = async || {
        for _ in 0..3 {
            is(&with(&world, &secret, "GET", TOKENS, "").await, StatusCode::FORBIDDEN, "forbidden");
        }
        let audit = world.send("GET", "/api/v1/audit?limit=100", &[], "").await.json();
        let entries = audit["items"].as_array().unwrap().clone();
        entries.into_iter().filter(|entry| entry["change"] == "refused").collect::<Vec<_>>()
    };
    let once = refused().await;
    assert_eq!(once.len(), 1, "{once:?}");
    assert_eq!(
        (&once[0]["action"], &once[0]["actor"]["name"]),
        (&json!("list_tokens"), &json!("ci")),
        "{once:?}"
    );
    assert_eq!(once[0]["detail"]["reason"], "it takes the role `administrator`", "{once:?}");
    world.clock.advance(Duration::from_mins(1));
    assert_eq!(refused().await.len(), 2);
}

#[actix_web::test]
async fn what_is_about_all_stacks_has_only_those_of_a_token_for_some() {
    let world = World::new().await;
    let (own, foreign) = (world.create_stack("shop-a").await, world.create_stack("web").await);
    world.apply("shop-a", 1).await;
    world.apply("web", 1).await;
    let mut containers = [world.container_of(&own, "web"), world.container_of(&foreign, "web")];
    containers[1].id = "f".repeat(64).as_str().into();
    world.observe(&containers).await;
    let mut secrets = Vec::new();
    for (name, pattern) in [("ci", "shop-*"), ("new", "nothing-*")] {
        secrets.push(secret_of(&world, json!({"name": name, "role": "viewer", "stacks": [pattern]})).await);
    }
    let get = async |secret: &str, address: &str| with(&world, secret, "GET", address, "").await;
    let overview = get(&secrets[0], "/api/v1/overview").await.json();
    assert_eq!(
        (&overview["stacks"]["total"], &overview["queue"]["pending"]),
        (&json!(1), &json!(1)),
        "{overview}"
    );
    assert_eq!(get(&secrets[1], "/api/v1/overview").await.json()["stacks"]["total"], 0);
    let everything = world.send("GET", "/api/v1/overview", &[], "").await.json();
    assert_eq!(everything["stacks"]["total"], 2, "{everything}");
    for address in [
        "/api/v1/commands",
        "/api/v1/commands?limit=1",
        "/api/v1/containers",
        "/api/v1/containers?limit=1",
        "/api/v1/events",
        "/api/v1/events?limit=1",
        &format!("/api/v1/events?stack_id={own}"),
    ] {
        let listed = get(&secrets[0], address).await;
        assert!(listed.text.contains(&own) && !listed.text.contains(&foreign), "{address}: {}", listed.text);
        let nothing = get(&secrets[1], address).await;
        assert_eq!((nothing.status, &nothing.json()["items"]), (StatusCode::OK, &json!([])), "{address}");
    }
    for list in ["commands", "containers", "events"] {
        let asked = get(&secrets[0], &format!("/api/v1/{list}?stack_id={foreign}")).await;
        assert!(!asked.text.contains("web"), "{list}: {}", asked.text);
    }
    let asked = get(&secrets[0], &format!("/api/v1/events?stack_id={foreign}")).await.json();
    assert_eq!(asked, json!({"items": [], "last": 0}));
}

#[actix_web::test]
async fn a_stream_of_events_has_only_those_of_a_token_for_some() {
    let world = World::new().await;
    let (own, foreign) = (world.create_stack("shop-a").await, world.create_stack("web").await);
    let secret = secret_of(&world, json!({"name": "ci", "role": "viewer", "stacks": ["shop-*"]})).await;
    let streaming = with(&world, &secret, "GET", "/api/v1/events/stream?after=0", "");
    let stopping = async {
        world.somebody_waits().await;
        world.stopping.cancel();
    };
    let (told, ()) = join(streaming, stopping).await;
    assert!(told.text.contains(&own) && !told.text.contains(&foreign), "{}", told.text);
}

#[actix_web::test]
async fn a_rotated_or_revoked_token_is_not_valid_any_more() {
    let world = World::new().await;
    let stacks = "/api/v1/stacks";
    let first = secret_of(&world, json!({"name": "ci", "role": "viewer", "stacks": ["a"]})).await;
    assert_eq!(with(&world, &first, "GET", stacks, "").await.status, StatusCode::OK);
    let rotated = world.send("POST", &format!("{TOKENS}/ci/rotate"), &[], "").await;
    assert_eq!(rotated.status, StatusCode::OK, "{}", rotated.text);
    assert_eq!(rotated.json()["token"]["stacks"], json!(["a"]), "what it may do stays");
    let second = rotated.json()["secret"].as_str().unwrap().to_owned();
    is(&with(&world, &first, "GET", stacks, "").await, StatusCode::UNAUTHORIZED, "unauthorized");
    assert_eq!(with(&world, &second, "GET", stacks, "").await.status, StatusCode::OK);
    let revoked = world.send("DELETE", &format!("{TOKENS}/ci"), &[], "").await;
    assert_eq!(revoked.status, StatusCode::NO_CONTENT, "{}", revoked.text);
    is(&with(&world, &second, "GET", stacks, "").await, StatusCode::UNAUTHORIZED, "unauthorized");
    for (method, address) in [("DELETE", format!("{TOKENS}/ci")), ("POST", format!("{TOKENS}/ci/rotate"))] {
        is(&world.send(method, &address, &[], "").await, StatusCode::NOT_FOUND, "token-not-found");
    }
}

#[actix_web::test]
async fn a_token_ends_at_its_time() {
    let world = World::new().await;
    let expires_at = world.clock.now().plus(Duration::from_mins(2));
    let request = json!({"name": "ci", "role": "viewer", "expires_at": expires_at});
    let secret = secret_of(&world, request).await;
    world.clock.advance(Duration::from_secs(119));
    assert_eq!(with(&world, &secret, "GET", "/api/v1/stacks", "").await.status, StatusCode::OK);
    world.clock.advance(Duration::from_secs(1));
    is(&with(&world, &secret, "GET", "/api/v1/stacks", "").await, StatusCode::UNAUTHORIZED, "unauthorized");
    let late = issue(&world, json!({"name": "late", "role": "viewer", "expires_at": expires_at})).await;
    is(&late, StatusCode::BAD_REQUEST, "invalid-request");
    assert!(late.text.contains("not in the future"), "{}", late.text);
}

#[actix_web::test]
async fn a_bad_request_for_a_token_says_what_is_wrong() {
    let world = World::new().await;
    secret_of(&world, json!({"name": "ci", "role": "viewer"})).await;
    let cases = [
        (json!({"name": " ", "role": "viewer"}), "`name` is no name for a token: a name cannot be empty"),
        (
            json!({"name": "a", "role": "root"}),
            "`root` is no role: use one of viewer, operator, deployer, administrator",
        ),
        (
            json!({"name": "a", "role": "viewer", "permissions": ["shell"]}),
            "`shell` is no permission: use some of terminal, files, secrets",
        ),
        (json!({"name": "a", "role": "viewer", "stacks": []}), "`stacks` has 1 to 100 patterns"),
        (json!({"name": "a", "role": "viewer", "stacks": vec!["a"; 101]}), "`stacks` has 1 to 100 patterns"),
        (
            json!({"name": "a", "role": "viewer", "stacks": ["../x"]}),
            "`../x` in `stacks` matches no name of a stack",
        ),
        (json!({"name": "a", "role": "viewer", "expires_at": "soon"}), "expires_at"),
        (json!({"name": "a", "role": "viewer", "scope": "x"}), "scope"),
        (json!({"name": "a"}), "role"),
    ];
    for (request, words) in cases {
        let refused = issue(&world, request.clone()).await;
        is(&refused, StatusCode::BAD_REQUEST, "invalid-request");
        assert!(refused.text.contains(words), "{request}: {}", refused.text);
    }
    let same = issue(&world, json!({"name": "ci", "role": "administrator"})).await;
    is(&same, StatusCode::CONFLICT, "token-exists");
}
