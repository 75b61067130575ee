//! What all answers that go on have in common, with each of them.

use std::time::Duration;

use core_monitor_domain::ids::ContainerId;

use super::StreamLimits;
use crate::api::Limits;
use crate::testing::statistics::collected;
use crate::testing::{Answer, World};

mod clients;

const EVENTS: &str = "text/event-stream";
const LINES: &str = "application/x-ndjson";

/// A stream without end.
struct Endless {
    path: String,
    accept: &'static str,
    /// What it sends when nothing has happened for a while.
    heartbeat: &'static str,
    /// What it begins its end with when it is old.
    old: &'static str,
    /// What it begins its end with when the server stops.
    stopping: &'static str,
}

/// A stack of one container, and everything about it that can be followed.
struct Followed {
    world: World,
    streams: Vec<Endless>,
    web: ContainerId,
}

impl Followed {
    async fn with(limits: StreamLimits) -> Self {
        let world = World::with_limits(Limits { streams: limits, ..Limits::default() }).await;
        let stack = world.create_stack("shop").await;
        let web = world.start_unseen("shop-web-1");
        world.see_replicas(&stack, &[(&web, "web", 1)]).await;
        world.collect(collected(&stack));
        let endless = |path: &str, accept, heartbeat, old, stopping| Endless {
            path: path.to_owned(),
            accept,
            heartbeat,
            old,
            stopping,
        };
        let logs = format!("/api/v1/stacks/{stack}/logs?follow=true");
        let streams = vec![
            endless("/api/v1/events/stream", EVENTS, ": still here\n\n", "retry: 1000\nid: 2\n\n", ""),
            endless(
                "/api/v1/stream",
                EVENTS,
                ": still here\n\n",
                "retry: 1000\nid: 2\ndata: {\"kind\":\"END\",\"reason\":\"old\"",
                "retry: 1000\nid: 2\ndata: {\"kind\":\"END\",\"reason\":\"stopping\"",
            ),
            endless("/api/v1/engine/events/stream", EVENTS, ": still here\n\n", "retry: 1000\nid: ", ""),
            endless("/api/v1/engine/events/stream", LINES, "\n", "{\"kind\":\"END\",\"last\":", ""),
            endless("/api/v1/stats/stream?every=60", EVENTS, "", "", ""),
            endless("/api/v1/stats/stream?every=60", LINES, "", "", ""),
            endless(
                &logs,
                "text/plain",
                "",
                "### core-monitor: the logs end",
                "### core-monitor: the logs end",
            ),
            endless(
                &logs,
                LINES,
                "{\"kind\":\"IDLE\"}\n",
                "{\"kind\":\"END\",\"reason\":\"old\"",
                "{\"kind\":\"END\",\"reason\":\"stopping\"",
            ),
            endless(
                &logs,
                EVENTS,
                ": still here\n\n",
                "retry: 1000\ndata: {\"kind\":\"END\",\"reason\":\"old\"",
                "retry: 1000\ndata: {\"kind\":\"END\",\"reason\":\"stopping\"",
            ),
        ];
        Self { world, streams, web }
    }

    async fn get(&self, stream: &Endless) -> Answer {
        self.world.send("GET", &stream.path, &[("Accept", stream.accept)], "").await
    }

    fn open(&self) -> usize {
        self.world.shared().streams.count()
    }
}

/// Lets everybody do what can be done now.
async fn settle() {
    for _ in 0..300 {
        tokio::task::yield_now().await;
    }
}

/// What came behind the first frame, with which statistics and the stream of everything begin.
fn behind_first_frame(stream: &Endless, text: &str) -> String {
    if stream.path == "/api/v1/stream" {
        let begin = "id: 2\ndata: {\"kind\":\"BEGIN\",\"last\":2}\n\n";
        return text.strip_prefix(begin).unwrap_or_else(|| panic!("{text}")).to_owned();
    }
    if !stream.path.contains("/stats/") {
        return text.to_owned();
    }
    let frames = text.split_inclusive('\n').filter(|line| line.contains("\"kind\":\"SNAPSHOT\"")).count();
    assert_eq!(frames, 1, "{}: {text}", stream.path);
    text.lines().filter(|line| !line.is_empty() && !line.contains("\"kind\":\"SNAPSHOT\"")).collect()
}

#[actix_web::test]
async fn every_stream_shows_that_it_stands_and_ends_when_it_is_old() {
    let limits = StreamLimits { age: Duration::from_secs(20), ..StreamLimits::default() };
    let followed = Followed::with(limits).await;
    for stream in &followed.streams {
        let growing_old = async {
            for _ in 0..25 {
                settle().await;
                followed.world.clock.advance(Duration::from_secs(1));
            }
        };
        let (answer, ()) = futures::join!(followed.get(stream), growing_old);
        let name = (&stream.path, stream.accept);
        assert_eq!(answer.status.as_u16(), 200, "{name:?}: {}", answer.text);
        assert!(answer.header("content-type").unwrap().starts_with(stream.accept), "{name:?}");
        assert_eq!(answer.header("x-accel-buffering"), Some("no"), "{name:?}");
        let text = behind_first_frame(stream, &answer.text);
        let end = text.strip_prefix(stream.heartbeat);
        let end = end.unwrap_or_else(|| panic!("{name:?} sends no sign of life: {text:?}"));
        assert!(end.starts_with(stream.old), "{name:?}: {text:?}");
        assert_eq!(end.is_empty(), stream.old.is_empty(), "{name:?}: {text:?}");
        assert_eq!(followed.open(), 0, "{name:?}");
    }
}

#[actix_web::test]
async fn every_stream_ends_when_the_server_stops() {
    // A stopped server stays so: each stream has its own.
    for number in 0..Followed::with(StreamLimits::default()).await.streams.len() {
        let followed = Followed::with(StreamLimits::default()).await;
        let stream = &followed.streams[number];
        let stopping = async {
            settle().await;
            assert_eq!(followed.open(), 1, "{}", stream.path);
            followed.world.stopping.cancel();
        };
        let (answer, ()) = futures::join!(followed.get(stream), stopping);
        let text = behind_first_frame(stream, &answer.text);
        assert!(text.starts_with(stream.stopping), "{}: {text:?}", stream.path);
        assert_eq!(text.is_empty(), stream.stopping.is_empty(), "{}: {text:?}", stream.path);
        assert_eq!(followed.open(), 0, "{}", stream.path);
    }
}

#[actix_web::test]
async fn every_stream_counts_until_it_is_dropped() {
    let followed = Followed::with(StreamLimits { per_caller: 1, ..StreamLimits::default() }).await;
    for stream in &followed.streams {
        let mut open = Box::pin(followed.get(stream));
        for _ in 0..100 {
            assert!(futures::poll!(&mut open).is_pending(), "{}", stream.path);
            tokio::task::yield_now().await;
        }
        assert_eq!(followed.open(), 1, "{}", stream.path);
        let refused = followed.get(stream).await;
        assert_eq!(refused.code(), "too-many-streams", "{}", stream.path);
        drop(open);
        assert_eq!(followed.open(), 0, "{}", stream.path);
    }
}
