use serde_json::Value;

use crate::testing::World;
use crate::testing::statistics::collected;

const STREAM: &str = "/api/v1/stats/stream";

/// Lets the stream make `count` more snapshots, and then stops the server.
async fn pass(world: &World, count: u32) {
    for _ in 0..count {
        world.somebody_waits().await;
        world.clock.advance(super::SAMPLE_EVERY);
        for _ in 0..100 {
            tokio::task::yield_now().await;
        }
    }
    world.somebody_waits().await;
    world.stopping.cancel();
}

fn kinds(lines: impl Iterator<Item = String>) -> Vec<String> {
    lines
        .map(|line| serde_json::from_str::<Value>(&line).unwrap()["kind"].as_str().unwrap().to_owned())
        .collect()
}

#[actix_web::test]
async fn snapshots_follow_each_other_as_events_or_lines() {
    for (accept, form) in [("*/*", "text/event-stream"), ("application/x-ndjson", "application/x-ndjson")] {
        let world = World::new().await;
        let shop = world.create_stack("shop").await;
        world.collect(collected(&shop));
        let headers = [("accept", accept)];
        let (answer, ()) = futures::join!(world.send("GET", STREAM, &headers, ""), pass(&world, 2));
        assert_eq!(answer.header("content-type"), Some(form));
        let lines = answer.text.lines().filter(|line| !line.is_empty());
        let frames = lines.map(|line| line.strip_prefix("data: ").unwrap_or(line).to_owned());
        assert_eq!(kinds(frames), ["SNAPSHOT"; 3], "{}", answer.text);
    }
}

#[actix_web::test]
async fn a_worker_that_goes_away_ends_the_stream_with_the_reason() {
    let world = World::new().await;
    let shop = world.create_stack("shop").await;
    world.collect(collected(&shop));
    let leaving = async {
        world.somebody_waits().await;
        world.lose_collector();
        world.clock.advance(super::SAMPLE_EVERY);
    };
    let (answer, ()) = futures::join!(world.send("GET", STREAM, &[], ""), leaving);
    let frames: Vec<_> = answer.text.lines().filter_map(|line| line.strip_prefix("data: ")).collect();
    let last: Value = serde_json::from_str(frames.last().unwrap()).unwrap();
    assert_eq!((frames.len(), &last["problem"]["code"]), (2, &"worker-away".into()));
}

#[actix_web::test]
async fn what_is_wrong_from_the_beginning_is_an_answer() {
    let world = World::new().await;
    assert_eq!(world.send("GET", STREAM, &[], "").await.code(), "worker-away");
    for every in ["0", "61", "x"] {
        let answer = world.send("GET", &format!("{STREAM}?every={every}"), &[], "").await;
        assert_eq!(answer.code(), "invalid-request", "{every}");
    }
    let missing = format!("{STREAM}?stack_id=00000000-0000-0000-0000-000000000000");
    assert_eq!(world.send("GET", &missing, &[], "").await.code(), "stack-not-found");
    world.collect_nothing();
    world.clock.advance(std::time::Duration::from_secs(1));
    assert_eq!(world.send("GET", STREAM, &[], "").await.code(), "engine-unavailable");
}

#[actix_web::test]
async fn a_caller_has_so_many_streams() {
    let world = World::new().await;
    let shop = world.create_stack("shop").await;
    world.collect(collected(&shop));
    let most = crate::api::Limits::default().streams.per_caller;
    let mut open: Vec<_> = (0..most).map(|_| Box::pin(world.send("GET", STREAM, &[], ""))).collect();
    for stream in &mut open {
        for _ in 0..50 {
            assert!(futures::poll!(&mut *stream).is_pending());
            tokio::task::yield_now().await;
        }
    }
    assert_eq!(world.send("GET", STREAM, &[], "").await.code(), "too-many-streams");
}
