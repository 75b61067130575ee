use serde_json::{Value, json};

use crate::testing::statistics::collected;
use crate::testing::{Answer, World};

const STREAM: &str = "/api/v1/stream";

async fn settle() {
    for _ in 0..300 {
        tokio::task::yield_now().await;
    }
}

/// The frames that came while this was done, and then the server was stopped.
async fn frames_while(
    world: &World,
    query: &str,
    headers: &[(&str, &str)],
    happening: impl Future<Output = ()>,
) -> Vec<Value> {
    let address = format!("{STREAM}{query}");
    frames_of(world, world.send("GET", &address, headers, ""), happening).await
}

/// The same of a stream that somebody else follows.
async fn frames_of(
    world: &World,
    following: impl Future<Output = Answer>,
    happening: impl Future<Output = ()>,
) -> Vec<Value> {
    let happening = async {
        world.somebody_waits().await;
        settle().await;
        happening.await;
        settle().await;
        world.stopping.cancel();
    };
    let (answer, ()) = futures::join!(following, happening);
    assert_eq!(answer.header("content-type"), Some("text/event-stream"), "{}", answer.text);
    frames(&answer)
}

fn frames(answer: &Answer) -> Vec<Value> {
    assert!(!answer.text.contains("event:"), "{}", answer.text);
    let lines = answer.text.lines().filter_map(|line| line.strip_prefix("data: "));
    lines.map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn kinds(frames: &[Value]) -> Vec<&str> {
    frames.iter().map(|frame| frame["kind"].as_str().unwrap()).collect()
}

#[actix_web::test]
async fn events_come_at_once_and_changes_merged() {
    let world = World::new().await;
    let shop = world.create_stack("shop").await;
    let happening = async {
        for _ in 0..3 {
            world.apply("shop", 1).await;
        }
        settle().await;
        world.clock.advance(std::time::Duration::from_millis(100));
    };
    let frames = frames_while(&world, "", &[], happening).await;
    assert_eq!(frames[0], json!({"kind": "BEGIN", "last": 2}));
    let events: Vec<_> = frames.iter().filter(|frame| frame["kind"] == "EVENT").collect();
    assert_eq!(events.iter().map(|frame| &frame["event"]["id"]).collect::<Vec<_>>(), [3, 4, 5], "{frames:?}");
    let changed: Vec<_> = frames.iter().filter(|frame| frame["kind"] == "CHANGED").collect();
    assert_eq!(changed.len(), 1, "{frames:?}");
    assert_eq!(
        *changed[0],
        json!({"kind": "CHANGED", "topics": ["stacks", "commands"], "stack_ids": [shop]})
    );
    assert_eq!(*frames.last().unwrap(), json!({"kind": "END", "reason": "stopping", "last": 5}));
}

#[actix_web::test]
async fn a_stream_goes_on_behind_the_last_event() {
    let world = World::new().await;
    world.create_stack("shop").await;
    let nothing = async {};
    let frames = frames_while(&world, "?topics=events&after=0", &[("Last-Event-ID", "1")], nothing).await;
    assert_eq!(kinds(&frames), ["BEGIN", "EVENT", "END"]);
    assert_eq!((&frames[0]["last"], &frames[1]["event"]["id"]), (&json!(1), &json!(2)));
}

#[actix_web::test]
async fn only_what_is_asked_for_is_sent() {
    let world = World::new().await;
    let shop = world.create_stack("shop").await;
    world.collect(collected(&shop));
    let happening = async {
        world.apply("shop", 1).await;
        settle().await;
        world.clock.advance(std::time::Duration::from_secs(5));
    };
    let frames = frames_while(&world, "?topics=statistics", &[], happening).await;
    let kinds = kinds(&frames);
    assert_eq!((kinds[0], kinds[1], kinds.last()), ("BEGIN", "STATISTICS", Some(&"END")));
    assert!(kinds[2..kinds.len() - 1].iter().all(|kind| *kind == "STATISTICS"), "{kinds:?}");
    assert_eq!(frames[1]["statistics"]["containers"].as_array().unwrap().len(), 3);
}

#[actix_web::test]
async fn a_stream_goes_on_without_a_worker() {
    let world = World::new().await;
    world.create_stack("shop").await;
    let happening = async {
        world.clock.advance(std::time::Duration::from_secs(5));
        settle().await;
        world.apply("shop", 1).await;
    };
    let frames = frames_while(&world, "?topics=statistics,events", &[], happening).await;
    assert_eq!(kinds(&frames), ["BEGIN", "EVENT", "END"]);
}

#[actix_web::test]
async fn what_cannot_be_followed_is_refused() {
    let world = World::new().await;
    for query in ["?topics=", "?topics=events,logs", "?after=-1", "?topic=events"] {
        let answer = world.send("GET", &format!("{STREAM}{query}"), &[], "").await;
        assert_eq!(answer.code(), "invalid-request", "{query}");
    }
}

#[actix_web::test]
async fn a_token_for_some_stacks_hears_of_no_others() {
    let world = World::new().await;
    let (shop, web) = (world.create_stack("shop").await, world.create_stack("web").await);
    let request = json!({"name": "ci", "role": "viewer", "stacks": ["shop*"]}).to_string();
    let issued =
        world.send("POST", "/api/v1/tokens", &[("Content-Type", "application/json")], &request).await;
    let bearer = format!("Bearer {}", issued.json()["secret"].as_str().unwrap());
    let headers = [("Authorization", bearer.as_str())];
    let quiet = world.send_anonymously("GET", STREAM, &headers, "");
    let happening = async {
        world.apply("web", 1).await;
        settle().await;
        world.clock.advance(std::time::Duration::from_millis(100));
        settle().await;
        world.apply("shop", 1).await;
        settle().await;
        world.clock.advance(std::time::Duration::from_millis(100));
    };
    let frames = frames_of(&world, quiet, happening).await;
    let text = serde_json::to_string(&frames).unwrap();
    assert!(!text.contains(&web), "{text}");
    assert_eq!(frames.iter().filter(|frame| frame["kind"] == "EVENT").count(), 1, "{text}");
    let changed: Vec<_> = frames.iter().filter(|frame| frame["kind"] == "CHANGED").collect();
    assert_eq!(changed.len(), 1, "{text}");
    assert_eq!(changed[0]["stack_ids"], json!([shop]));
}

#[actix_web::test]
async fn a_stream_ends_for_a_stack_with_the_label_that_it_was_granted_by() {
    let world = World::new().await;
    let (shop, kind) = (world.create_stack("shop").await, ("Content-Type", "application/json"));
    let labels = async |body: &str| {
        let address = format!("/api/v1/stacks/{shop}/labels");
        let answer = world.send("PUT", &address, &[kind, ("If-Match", "*")], body).await;
        assert!(answer.status.is_success(), "{}", answer.text);
        settle().await;
        world.clock.advance(std::time::Duration::from_millis(100));
        settle().await;
    };
    let request = json!({"name": "ci", "role": "viewer", "stacks": ["team=payments"]}).to_string();
    let issued = world.send("POST", "/api/v1/tokens", &[kind], &request).await;
    let bearer = format!("Bearer {}", issued.json()["secret"].as_str().unwrap());
    let headers = [("Authorization", bearer.as_str())];
    let following = world.send_anonymously("GET", STREAM, &headers, "");
    let happening = async {
        labels(r#"{"labels": {"team": "payments"}}"#).await;
        world.apply("shop", 1).await;
        settle().await;
        world.clock.advance(std::time::Duration::from_millis(100));
        settle().await;
        labels(r#"{"labels": {}}"#).await;
        world.apply("shop", 1).await;
        settle().await;
        world.clock.advance(std::time::Duration::from_millis(100));
        settle().await;
    };
    let frames = frames_of(&world, following, happening).await;
    let text = serde_json::to_string(&frames).unwrap();
    let of_kind = |kind: &str| frames.iter().filter(|frame| frame["kind"] == kind).collect::<Vec<_>>();
    assert_eq!(of_kind("EVENT").len(), 1, "only the command while it had the label: {text}");
    let told: Vec<_> = of_kind("CHANGED").into_iter().map(|frame| &frame["stack_ids"]).collect();
    // That it comes, the command, and that it goes: so a screen asks anew, and does not get it.
    assert_eq!(told, [&json!([shop]); 3], "{text}");
}
