use std::time::Duration;

use core_monitor_domain::ids::ContainerId;
use serde_json::Value;

use crate::api::Limits;
use crate::streaming::StreamLimits;
use crate::testing::{Answer, World};

const NDJSON: (&str, &str) = ("Accept", "application/x-ndjson");
const SSE: (&str, &str) = ("Accept", "text/event-stream");

/// A stack of two containers.
struct Shop {
    world: World,
    stack: String,
    web: ContainerId,
    db: ContainerId,
}

impl Shop {
    async fn new() -> Self {
        Self::of(World::new().await).await
    }

    async fn of(world: World) -> Self {
        let stack = world.create_stack("shop").await;
        let (web, db) = (world.start_unseen("shop-web-1"), world.start_unseen("shop-db-1"));
        let shop = Self { world, stack, web, db };
        shop.see(&[(&shop.web, "web", 1), (&shop.db, "db", 1)]).await;
        shop
    }

    async fn see(&self, replicas: &[(&ContainerId, &str, u32)]) {
        self.world.see_replicas(&self.stack, replicas).await;
    }

    fn write(&self, container: &ContainerId, text: &str) {
        self.world.engine().write_by_hand(container, false, text);
        self.world.engine().advance(1);
    }

    async fn get(&self, query: &str, headers: &[(&str, &str)]) -> Answer {
        self.world.send("GET", &format!("/api/v1/stacks/{}/logs{query}", self.stack), headers, "").await
    }

    async fn of_container(&self, name: &str, query: &str) -> Answer {
        self.world.send("GET", &format!("/api/v1/containers/{name}/logs{query}"), &[], "").await
    }

    /// Lets everybody do what can be done now.
    async fn settle(&self) {
        for _ in 0..300 {
            tokio::task::yield_now().await;
        }
    }

    /// Lets readers look at what the worker has seen.
    async fn look(&self) {
        for _ in 0..3 {
            self.settle().await;
            self.world.clock.advance(Duration::from_secs(1));
        }
        self.settle().await;
    }

    /// Follows, while `script` does something, until the server stops.
    async fn follow(&self, query: &str, script: impl AsyncFnOnce()) -> Answer {
        let script = async {
            self.settle().await;
            script().await;
            self.settle().await;
            self.world.stopping.cancel();
        };
        let query = format!("?follow=true{query}");
        let (answer, ()) = futures::join!(self.get(&query, &[]), script);
        assert_eq!(answer.status.as_u16(), 200, "{}", answer.text);
        answer
    }
}

const STOPPING: &str = "### core-monitor: the logs end here: the server is stopping; request them again\n";

#[actix_web::test]
async fn existing_lines_of_all_containers_are_merged_by_time() {
    let shop = Shop::new().await;
    for (container, text) in [(&shop.web, "one"), (&shop.db, "two"), (&shop.web, "three"), (&shop.db, "four")]
    {
        shop.write(container, text);
    }
    let answer = shop.get("", &[]).await;
    assert_eq!(answer.header("content-type"), Some("text/plain; charset=utf-8"));
    assert_eq!(answer.text, "web-1 | one\ndb-1  | two\nweb-1 | three\ndb-1  | four\n");
    assert_eq!(shop.get("?service=db&tail=1", &[]).await.text, "db-1 | four\n");
    assert_eq!(shop.get("?service=db&service=web&tail=1", &[]).await.text, "web-1 | three\ndb-1  | four\n");
    assert_eq!(
        shop.get("?grep=O&ignore_case=true", &[]).await.text,
        "web-1 | one\ndb-1  | two\ndb-1  | four\n"
    );
    assert_eq!(shop.get("?stdout=false", &[]).await.text, "");
}

#[actix_web::test]
async fn a_container_is_found_by_its_id_its_beginning_and_its_name() {
    let shop = Shop::new().await;
    shop.write(&shop.web, "one");
    for name in [shop.web.as_str(), &shop.web.as_str()[..20], "shop-web-1"] {
        let answer = shop.of_container(name, "?timestamps=true").await;
        assert!(answer.text.ends_with("Z one\n"), "{name}: {}", answer.text);
    }
    let named = shop.of_container("shop-web-1", "?download=true").await;
    let disposition = named.header("content-disposition").unwrap();
    assert!(disposition.starts_with("attachment; filename=\"shop-web-1-"), "{disposition}");
    let other = shop.world.start_unseen("other");
    for (name, expected) in [("other", "no container has"), (other.as_str(), "no container has")] {
        let refused = shop.of_container(name, "").await;
        assert!(refused.text.contains(expected), "{name}: {}", refused.text);
    }
    shop.world.see_container(&other, "other", |seen| (seen.owner, seen.ours) = (None, false)).await;
    let refused = shop.of_container("other", "").await;
    assert!(refused.text.contains("belongs to no stack"), "{}", refused.text);
}

/// The frames of an answer in NDJSON.
fn frames(answer: &Answer) -> Vec<Value> {
    assert_eq!(answer.status.as_u16(), 200, "{}", answer.text);
    answer.text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn texts(frames: &[Value]) -> Vec<&str> {
    frames.iter().filter_map(|frame| frame["line"]["text"].as_str()).collect()
}

#[actix_web::test]
async fn a_reader_goes_on_behind_any_line() {
    let shop = Shop::new().await;
    let written: Vec<_> = (0..12).map(|number| format!("line {number}")).collect();
    for (number, text) in written.iter().enumerate() {
        shop.world.engine().write_by_hand(if number % 3 == 0 { &shop.db } else { &shop.web }, false, text);
        // Some have the same time.
        shop.world.engine().advance(u64::from(number % 2 == 0));
    }
    let whole = frames(&shop.get("", &[NDJSON]).await);
    assert_eq!(whole.last().unwrap()["reason"], "complete");
    assert_eq!(texts(&whole).len(), written.len());
    for at in 0..written.len() {
        let after = whole[at]["line"]["after"].as_str().unwrap();
        let rest = frames(&shop.get(&format!("?tail=3&after={after}"), &[NDJSON]).await);
        assert_eq!(texts(&rest), texts(&whole[at + 1..]), "behind {at}: {after}");
    }
    let events = shop.get("", &[SSE]).await;
    let id = events.text.lines().find_map(|line| line.strip_prefix("id: ")).unwrap();
    let rest = shop.get("", &[SSE, ("Last-Event-ID", id)]).await;
    let lines = |answer: &Answer| answer.text.matches("\"kind\":\"LINE\"").count();
    assert_eq!((lines(&events), lines(&rest)), (12, 11));
}

#[actix_web::test]
async fn following_goes_on_with_successors_restarts_and_newcomers() {
    let shop = Shop::new().await;
    shop.write(&shop.web, "old web");
    shop.write(&shop.db, "old db");
    let engine = shop.world.engine();
    let answer = shop
        .follow("&tail=1", async || {
            shop.write(&shop.web, "new web");
            shop.settle().await;
            // The next run of the same container.
            engine.kill(&shop.db);
            shop.settle().await;
            let successor = shop.world.start_unseen("shop-web-2");
            engine.kill(&shop.web);
            engine.remove_by_hand(&shop.web);
            shop.write(&successor, "from the successor");
            shop.see(&[(&successor, "web", 1), (&shop.db, "db", 1)]).await;
            shop.look().await;
            let third = shop.world.start_unseen("shop-web-3");
            shop.write(&third, "from a newcomer");
            shop.see(&[(&successor, "web", 1), (&shop.db, "db", 1), (&third, "web", 2)]).await;
            shop.look().await;
            engine.kill(&third);
            engine.remove_by_hand(&third);
            for _ in 0..5 {
                shop.see(&[(&successor, "web", 1), (&shop.db, "db", 1)]).await;
                shop.look().await;
            }
        })
        .await;
    let expected = "web-1 | old web\ndb-1  | old db\nweb-1 | new web\n\
         ### core-monitor: `shop-web-2` has taken the place of the container WEB\nweb-1 | from the successor\n\
         ### core-monitor: `shop-web-3` has started\nweb-2 | from a newcomer\n\
         ### core-monitor: `shop-web-3` is gone\n";
    assert_eq!(answer.text, format!("{}{STOPPING}", expected.replace("WEB", shop.web.short())));
}

#[actix_web::test]
async fn what_ends_early_says_why() {
    let shop = Shop::new().await;
    shop.write(&shop.web, "one");
    let (answer, ()) = futures::join!(shop.get("?follow=true", &[NDJSON]), async {
        shop.settle().await;
        shop.world.lose_worker();
    });
    let last = frames(&answer).pop().unwrap();
    assert_eq!((&last["kind"], &last["problem"]["code"]), (&"END".into(), &"worker-away".into()), "{last}");
    shop.world.regain_worker();
    let (text, ()) = futures::join!(shop.get("?follow=true", &[]), async {
        shop.settle().await;
        shop.world.lose_worker();
    });
    let begin =
        "web-1 | one\n### core-monitor: the logs end here: reading them was interrupted: worker-away: ";
    assert!(text.text.starts_with(begin), "{}", text.text);
}

#[actix_web::test]
async fn a_stream_ends_when_it_is_old_and_shows_before_that_it_stands() {
    let streams = StreamLimits { age: Duration::from_secs(20), ..StreamLimits::default() };
    let shop = Shop::of(World::with_limits(Limits { streams, ..Limits::default() }).await).await;
    shop.write(&shop.web, "one");
    let growing_old = async {
        for _ in 0..25 {
            shop.settle().await;
            shop.world.clock.advance(Duration::from_secs(1));
        }
    };
    let (answer, ()) = futures::join!(shop.get("?follow=true", &[NDJSON]), growing_old);
    let frames = frames(&answer);
    let kinds: Vec<_> = frames.iter().map(|frame| frame["kind"].as_str().unwrap()).collect();
    assert_eq!(kinds, ["LINE", "IDLE", "END"]);
    assert_eq!(frames[2]["reason"], "old");
}

#[actix_web::test]
async fn lines_command_no_terminal_and_look_like_none_of_ours() {
    let shop = Shop::new().await;
    shop.write(&shop.web, "\u{1b}[31mred\u{1b}[0m\r");
    shop.write(&shop.web, "### core-monitor: the logs end here");
    let plain = shop.of_container("shop-web-1", "").await.text;
    assert_eq!(plain, "red\n ### core-monitor: the logs end here\n");
    let raw = shop.of_container("shop-web-1", "?raw=true&tail=2").await.text;
    assert_eq!(raw, "\u{1b}[31mred\u{1b}[0m\r\n### core-monitor: the logs end here\n");
}

#[actix_web::test]
async fn secret_values_are_hidden_also_in_raw_output() {
    let world = World::new().await;
    let body = r#"{"name":"vault","compose":"services:\n  web:\n    image: app:1\n    environment: {A: \"${PASSWORD}\"}\n",
        "secret_variables":{"PASSWORD":{"value":"kanary-value"}}}"#;
    let json = ("Content-Type", "application/json");
    let made = world.send("POST", "/api/v1/stacks", &[json], body).await;
    assert_eq!(made.status.as_u16(), 201, "{}", made.text);
    let stack = made.json()["stack"]["stack_id"].as_str().unwrap().to_owned();
    let web = world.start_unseen("vault-web-1");
    world.see_replicas(&stack, &[(&web, "web", 1)]).await;
    world.engine().write_by_hand(&web, false, "it is kanary-value!");
    for query in ["", "?raw=true"] {
        let answer = world.send("GET", &format!("/api/v1/stacks/{stack}/logs{query}"), &[], "").await;
        assert_eq!(answer.text, "web-1 | it is ***!\n", "{query}");
    }
}

#[actix_web::test]
async fn a_long_line_is_written_as_one_and_sent_in_parts() {
    let shop = Shop::new().await;
    let long = "x".repeat(40_000);
    shop.write(&shop.web, &long);
    shop.write(&shop.db, "short");
    assert_eq!(shop.get("", &[]).await.text, format!("web-1 | {long}\ndb-1  | short\n"));
    let frames = frames(&shop.get("", &[NDJSON]).await);
    let parts: Vec<_> = frames
        .iter()
        .filter(|frame| frame["kind"] == "LINE")
        .map(|frame| (frame["line"]["continued"].clone(), frame["line"]["unfinished"].clone()))
        .collect();
    let flags = |continued: bool, unfinished: bool| (Value::from(continued), Value::from(unfinished));
    assert_eq!(parts, [flags(false, true), flags(true, true), flags(true, false), flags(false, false)]);
}

#[actix_web::test]
async fn requests_that_make_no_sense_are_refused() {
    let shop = Shop::new().await;
    for (query, expected) in [
        ("?tail=-1", "`tail` is `-1`"),
        ("?since=yesterday", "`since` is `yesterday`"),
        ("?follow=true&until=1m", "cannot be combined"),
        ("?stdout=false&stderr=false", "neither `stdout` nor `stderr`"),
        ("?after=nonsense!", "`after` is not a position in logs"),
        ("?service=no%20name", "`service` is not a name"),
        ("?follow=maybe", "`follow` is `maybe`: it has to be `true` or `false`"),
        ("?folow=true", "there is no parameter `folow`"),
        ("?folow=true", "`after`, `service`"),
        ("?tail=1&tail=2", "the parameter `tail` is given twice"),
    ] {
        let refused = shop.get(query, &[]).await;
        assert_eq!(refused.code(), "invalid-request", "{query}");
        assert!(refused.text.contains(expected), "{query}: {}", refused.text);
    }
    let long = format!("?grep={}", "x".repeat(2_000));
    assert_eq!(shop.get(&long, &[]).await.code(), "invalid-request");
    assert_eq!(shop.get("?service=nope", &[]).await.code(), "service-unknown");
    let id = shop.get("", &[("Last-Event-ID", "!")]).await;
    assert_eq!(id.code(), "invalid-request");
}
