use actix_web::http::StatusCode;
use serde_json::{Value, json};

use crate::testing::{Answer, World};

const JSON: (&str, &str) = ("Content-Type", "application/json");
const KEYS: &str = "/api/v1/templates/shop/keys";

async fn set(world: &World, body: Value) -> Answer {
    world.send("PUT", KEYS, &[JSON], &body.to_string()).await
}

#[actix_web::test]
async fn what_is_not_on_the_list_is_going_to_be_removed_unless_somebody_holds_it() {
    let world = World::new().await;
    world.observe(&[]).await;
    world.create_template("shop").await;
    world.launch("shop", "demo").await;
    assert_eq!(world.send("GET", KEYS, &[], "").await.code(), "no-key-list");
    let sweeps = async || world.send("GET", "/api/v1/sweeps", &[], "").await.json()["items"].clone();
    assert_eq!(sweeps().await, json!([]));

    world.pass(1);
    let list = set(&world, json!({"keys": ["blog", "demo"]})).await;
    assert_eq!(list.status, StatusCode::OK, "{}", list.text);
    assert_eq!((&list.json()["keys"], &list.json()["url"]), (&json!(["blog", "demo"]), &Value::Null));
    assert_eq!(sweeps().await, json!([]));

    world.pass(1);
    set(&world, json!({"keys": []})).await;
    let found = sweeps().await;
    let sweep = &found[0];
    assert_eq!(
        (&sweep["key"], &sweep["kind"], &sweep["held"]),
        (&json!("demo"), &json!("unlisted"), &json!(false))
    );
    assert_eq!(sweep["reason"]["text"], "its key is not on the list of keys of its template any more");
    let hold = "/api/v1/templates/shop/instances/demo/hold";
    assert_eq!(world.send("PUT", hold, &[], "").await.json()["held"], true);
    assert_eq!(sweeps().await[0]["held"], true);
    assert_eq!(world.send("DELETE", hold, &[], "").await.json()["held"], false);

    assert_eq!(world.send("DELETE", KEYS, &[], "").await.status, StatusCode::NO_CONTENT);
    assert_eq!(sweeps().await, json!([]), "without a list, every instance is kept");
    assert_eq!(world.send("DELETE", KEYS, &[], "").await.code(), "no-key-list");
}

#[actix_web::test]
async fn a_list_is_sent_or_asked_for() {
    let world = World::new().await;
    world.create_template("shop").await;
    let url = "http://site-builder:3000/api/projects/keys";
    let list = set(&world, json!({"url": url})).await.json();
    assert_eq!(
        (&list["url"], &list["every_seconds"], &list["taken_at"]),
        (&json!(url), &json!(60), &Value::Null)
    );
    assert_eq!(world.send("GET", KEYS, &[], "").await.json()["url"], url);
    for (body, words) in [
        (json!({}), "either `keys` or `url`"),
        (json!({"keys": [], "url": url}), "either `keys` or `url`"),
        (json!({"keys": [], "every_seconds": 5}), "either `keys` or `url`"),
        (json!({"keys": ["No key"]}), "the instance name `No key` cannot contain `N`"),
        (json!({"url": "ftp://a/"}), "begins with `http://` or `https://`"),
        (json!({"url": url, "every_seconds": 0}), "every 1 to 86400 seconds"),
    ] {
        let answer = set(&world, body.clone()).await;
        assert_eq!(answer.code(), "invalid-request", "{body}");
        assert!(answer.text.contains(words), "{body}: {}", answer.text);
    }
}
