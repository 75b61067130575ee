use std::time::Duration;

use actix_web::http::StatusCode;

use crate::testing::World;

/// Kinds of a stream's frames, with their ids. The record of a fresh world begins with two events of the CREATE.
fn frames(text: &str) -> Vec<String> {
    let frames = text.split("\n\n").filter(|frame| !frame.is_empty());
    frames
        .map(|frame| {
            assert!(
                !frame.contains("event:"),
                "a frame with a name is lost by those who do not know it: {frame}"
            );
            let field = |name: &str| frame.lines().find_map(|line| line.strip_prefix(name));
            let Some(data) = field("data: ") else { return frame.to_owned() };
            let data: serde_json::Value = serde_json::from_str(data).unwrap();
            match (field("id: "), data["kind"].as_str().unwrap()) {
                (Some(id), "EVENT") => {
                    assert_eq!(data["event"]["id"].to_string(), id);
                    format!("{id} {}", data["event"]["kind"].as_str().unwrap())
                }
                (None, other) => other.to_owned(),
                (id, kind) => panic!("{id:?} {kind}"),
            }
        })
        .collect()
}

#[actix_web::test]
async fn a_list_tells_who_did_what() {
    let world = World::new().await;
    world.create_stack("shop").await;
    let command = world.apply("shop", 1).await;
    world.fail().await;
    let body = world.send("GET", &format!("/api/v1/commands/{command}/events"), &[], "").await.json();
    let lines: Vec<_> = body["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|e| format!("{} by {}", e["kind"].as_str().unwrap(), e["actor"]["name"].as_str().unwrap()))
        .collect();
    assert_eq!(lines, ["ENQUEUED by admin", "CLAIMED by worker", "FAILED by worker"]);
    assert_eq!(body["last"], body["items"][2]["id"]);
}

#[actix_web::test]
async fn a_stream_ends_with_the_command() {
    let world = World::new().await;
    world.create_stack("shop").await;
    let command = world.apply("shop", 1).await;
    let address = format!("/api/v1/commands/{command}/events/stream");
    let streaming = world.send("GET", &address, &[], "");
    let failing = async {
        world.somebody_waits().await;
        world.fail().await;
    };
    let (answer, ()) = futures::join!(streaming, failing);
    assert_eq!(answer.header("content-type"), Some("text/event-stream"));
    assert_eq!(frames(&answer.text), ["3 ENQUEUED", "4 CLAIMED", "5 FAILED", "SETTLED"]);
    let last = answer.text.lines().rev().find_map(|line| line.strip_prefix("data: ")).unwrap();
    let settled: serde_json::Value =
        serde_json::from_str::<serde_json::Value>(last).unwrap()["command"].clone();
    assert_eq!((&settled["command_id"], &settled["status"]), (&command.into(), &"FAILED".into()));
}

#[actix_web::test]
async fn a_stream_resumes_where_it_broke() {
    let world = World::new().await;
    world.create_stack("shop").await;
    let command = world.apply("shop", 1).await;
    world.fail().await;
    let address = format!("/api/v1/commands/{command}/events/stream");
    let answer = world.send("GET", &address, &[("Last-Event-ID", "4")], "").await;
    assert_eq!(frames(&answer.text), ["5 FAILED", "SETTLED"]);
    let answer = world.send("GET", &format!("{address}?after=3"), &[], "").await;
    assert_eq!(frames(&answer.text), ["4 CLAIMED", "5 FAILED", "SETTLED"]);
    let answer = world.send("GET", &address, &[("Last-Event-ID", "x")], "").await;
    assert_eq!(answer.code(), "invalid-request");
}

#[actix_web::test]
async fn silence_is_broken_by_a_heartbeat_and_the_server_can_stop() {
    let world = World::new().await;
    world.create_stack("shop").await;
    let command = world.apply("shop", 1).await;
    let address = format!("/api/v1/commands/{command}/events/stream");
    let streaming = world.send("GET", &address, &[], "");
    let stopping = async {
        world.somebody_waits().await;
        world.clock.advance(Duration::from_secs(15));
        while world.clock.finished_sleeps() == 0 {
            tokio::task::yield_now().await;
        }
        world.stopping.cancel();
    };
    let (answer, ()) = futures::join!(streaming, stopping);
    assert_eq!(frames(&answer.text), ["3 ENQUEUED", ": still here"]);
}

#[actix_web::test]
async fn an_unknown_command_has_no_stream() {
    let world = World::new().await;
    let address = "/api/v1/commands/0194f1c2-8e6a-7c11-b1d2-3f0c5a9e7d10/events/stream";
    let answer = world.send("GET", address, &[], "").await;
    assert_eq!((answer.status, answer.code()), (StatusCode::NOT_FOUND, "command-not-found".to_owned()));
}
