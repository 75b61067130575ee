use std::time::Duration;

use actix_web::http::StatusCode;
use core_monitor_simulation::engine::{ForeignContainer, SimImage};
use serde_json::{Value, json};

use crate::testing::World;

fn app() -> ForeignContainer {
    ForeignContainer { image: "app:1".into(), ..ForeignContainer::default() }
}

/// An engine on which a container was started and killed.
async fn world() -> World {
    let world = World::new().await;
    let engine = world.engine();
    engine.add_image(SimImage::new("app:1"));
    let web = ForeignContainer {
        name: "web".into(),
        labels: [("note".to_owned(), "hunter2".to_owned())].into(),
        ..app()
    };
    let web = engine.run_foreign(web).unwrap();
    engine.kill(&web);
    engine.advance(10);
    world.clock.advance(Duration::from_secs(10));
    world
}

/// Lets everybody do what can be done now.
async fn settle() {
    for _ in 0..300 {
        tokio::task::yield_now().await;
    }
}

async fn list(world: &World, query: &str) -> Value {
    let answer = world.send("GET", &format!("/api/v1/engine/events{query}"), &[], "").await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
    assert!(!answer.text.contains("hunter2"), "{}", answer.text);
    answer.json()
}

fn actions(list: &Value) -> Vec<&str> {
    list["items"].as_array().unwrap().iter().map(|event| event["action"].as_str().unwrap()).collect()
}

/// Far in the future, so that the list has everything.
const ALL: &str = "until=2030-01-01T00:00:00Z";

#[actix_web::test]
async fn events_are_listed_as_sentences() {
    let world = world().await;
    let list = list(&world, "?kind=container&until=2026-01-26T10:00:05Z").await;
    assert_eq!(actions(&list), ["create", "start", "die"]);
    let died = &list["items"][2];
    assert_eq!(died["message"]["text"], "container web exited with code 137");
    assert_eq!(
        (&died["name"], &died["kind"], &died["stack_id"]),
        (&json!("web"), &json!("container"), &json!(null))
    );
    assert_eq!((&list["next"], &list["cut"]), (&json!(null), &json!(false)));
}

#[actix_web::test]
async fn pages_follow_each_other_without_a_gap() {
    let world = world().await;
    let until = "until=2026-01-26T10:00:05Z";
    let whole = list(&world, &format!("?{until}")).await;
    let mut seen = Vec::new();
    let mut after = String::new();
    loop {
        let page = list(&world, &format!("?limit=1&{until}{after}")).await;
        seen.extend(page["items"].as_array().unwrap().clone());
        let Some(next) = page["next"].as_str() else { break };
        after = format!("&after={next}");
    }
    assert_eq!(json!(seen), whole["items"]);
}

#[actix_web::test]
async fn what_is_asked_wrong_is_refused() {
    let world = world().await;
    for query in ["after=x", "since=yesterday", "until=x", "kind=,", "service=a%20b", "limit=0", "x=1"] {
        for path in ["events", "events/stream"] {
            // A stream has no limit to be wrong about.
            if path == "events" || !query.starts_with("limit") {
                let answer = world.send("GET", &format!("/api/v1/engine/{path}?{query}"), &[], "").await;
                assert_eq!(answer.code(), "invalid-request", "{path}?{query}");
            }
        }
    }
    let reversed = "since=2026-01-26T10:00:03Z&until=2026-01-26T10:00:02Z";
    for query in [reversed, "since=2031-01-01T00:00:00Z&until=2030-01-01T00:00:00Z"] {
        for path in ["events", "events/stream"] {
            let answer = world.send("GET", &format!("/api/v1/engine/{path}?{query}"), &[], "").await;
            assert_eq!(answer.code(), "invalid-request", "{path}?{query}");
            assert!(answer.text.contains("later than `until`"), "{}", answer.text);
        }
    }
    let future = world.send("GET", "/api/v1/engine/events?since=2030-01-01T00:00:00Z", &[], "").await;
    assert_eq!(future.code(), "invalid-request");
    assert!(future.text.contains("in the future"), "{}", future.text);
    let headers = [("Last-Event-ID", "17")];
    let answer = world.send("GET", "/api/v1/engine/events/stream", &headers, "").await;
    assert_eq!(answer.code(), "invalid-request");
}

#[actix_web::test]
async fn a_list_ends_now_whenever_it_would() {
    let world = world().await;
    // What happens later, the engine would be waited for.
    let later = list(&world, &format!("?kind=container&{ALL}")).await;
    assert_eq!(actions(&later), ["create", "start", "die"]);
    // An event of an engine whose clock is before ours is behind everything.
    let behind = list(&world, "?after=1900000000000000000.1").await;
    assert_eq!((actions(&behind).len(), &behind["cut"]), (0, &json!(false)));
    // One whose clock is behind ours has not come to the end, and is not waited for.
    world.clock.advance(Duration::from_hours(1));
    let passing = async {
        loop {
            world.clock.advance(Duration::from_millis(100));
            tokio::task::yield_now().await;
        }
    };
    let waited = tokio::select! {
        listed = list(&world, "?kind=container") => listed,
        () = passing => unreachable!("time passes for ever"),
    };
    assert_eq!(actions(&waited), ["create", "start", "die"]);
}

#[actix_web::test]
async fn a_stream_from_the_future_on_waits_for_it() {
    let world = world().await;
    let path = "/api/v1/engine/events/stream?kind=container&since=2026-01-26T10:01:00Z";
    let happening = async {
        world.somebody_waits().await;
        settle().await;
        let engine = world.engine();
        let early = ForeignContainer { name: "early".into(), ..app() };
        engine.kill(&engine.run_foreign(early).unwrap());
        engine.advance(100);
        let late = ForeignContainer { name: "late".into(), ..app() };
        engine.kill(&engine.run_foreign(late).unwrap());
        settle().await;
        world.stopping.cancel();
    };
    let (answer, ()) = futures::join!(world.send("GET", path, &[], ""), happening);
    assert!(answer.text.contains("container late"), "{}", answer.text);
    assert!(!answer.text.contains("early"), "{}", answer.text);
}

#[actix_web::test]
async fn a_stream_with_an_end_says_so_in_either_form() {
    let world = world().await;
    let path =
        "/api/v1/engine/events/stream?since=2026-01-01T00:00:00Z&kind=container&until=2026-01-26T10:00:05Z";
    let events = world.send("GET", path, &[], "").await;
    assert_eq!(events.header("content-type"), Some("text/event-stream"));
    let frames: Vec<&str> = events.text.split("\n\n").filter(|frame| !frame.is_empty()).collect();
    assert_eq!(frames.len(), 4, "{}", events.text);
    assert!(
        frames[0].starts_with("id: ") && frames[0].contains("\ndata: {\"kind\":\"EVENT\""),
        "{}",
        frames[0]
    );
    assert!(frames[3].starts_with("data: {\"kind\":\"END\""), "{}", frames[3]);

    let lines = world.send("GET", path, &[("Accept", "application/x-ndjson")], "").await;
    assert_eq!(lines.header("content-type"), Some("application/x-ndjson"));
    let lines: Vec<Value> = lines.text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(lines[2]["event"]["action"], "die");
    // Whoever resumes after an event gets the rest.
    let id = lines[0]["event"]["id"].as_str().unwrap();
    let rest =
        world.send("GET", path, &[("Last-Event-ID", id), ("Accept", "application/x-ndjson")], "").await;
    let rest: Vec<Value> = rest.text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(rest, lines[1..]);
}

#[actix_web::test]
async fn an_engine_or_a_worker_that_is_away_is_said_first() {
    let world = world().await;
    let paths = [format!("/api/v1/engine/events?{ALL}"), "/api/v1/engine/events/stream".to_owned()];
    world.engine().set_unplugged(true);
    for path in &paths {
        assert_eq!(world.send("GET", path, &[], "").await.code(), "engine-unavailable", "{path}");
    }
    world.lose_worker();
    for path in &paths {
        assert_eq!(world.send("GET", path, &[], "").await.code(), "worker-away", "{path}");
    }
}

#[actix_web::test]
async fn a_service_that_the_stack_does_not_have_is_refused() {
    let world = world().await;
    let shop = world.create_stack("shop").await;
    let gone = uuid::Uuid::nil();
    for path in ["/api/v1/engine/events", "/api/v1/engine/events/stream"] {
        let ask = async |stack: &str, service: &str| {
            // Every stream ends at once.
            let address = format!(
                "{path}?stack_id={stack}&service={service}&since=2026-01-01T00:00:00Z&until=2026-01-02T00:00:00Z"
            );
            let answer = world.send("GET", &address, &[], "").await;
            if answer.status.is_success() { "fine".to_owned() } else { answer.code() }
        };
        assert_eq!(ask(&shop, "nosuch").await, "service-unknown", "{path}");
        assert_eq!(ask(&shop, "web").await, "fine", "{path}");
        assert_eq!(ask(&gone.to_string(), "nosuch").await, "fine", "{path}");
        let address = format!("{path}?service=nosuch&since=10000h&until=2026-01-02T00:00:00Z");
        let of_any = world.send("GET", &address, &[], "");
        assert!(of_any.await.status.is_success(), "{path}");
    }
}
