use std::time::Duration;

use actix_web::http::StatusCode;
use core_monitor_domain::command::PowerCause;
use core_monitor_domain::ids::StackId;
use core_monitor_domain::on_demand::experience::RecordedStart;
use core_monitor_domain::on_demand::{
    Day, DayNumber, DoorKey, Experience, GatewayReport, OnDemandState, Reported,
};
use core_monitor_domain::ports::{Clock as _, OnDemandNews};
use core_monitor_domain::time::Timestamp;
use serde_json::{Value, json};

use crate::testing::{Answer, World, YAML};

const SHOP: &str = "
services:
  web:
    image: nginx:1.27
    depends_on: [db]
    x-core-monitor: {on-demand: {hosts: [shop.test], port: 8080, idle-timeout: 15m}}
  db: {image: 'postgres:16'}
  api:
    image: nginx:1.27
    x-core-monitor: {on-demand: {hosts: [api.test], port: 80, always-on: true}}
";
const JSON: (&str, &str) = ("Content-Type", "application/json");
const ANY: (&str, &str) = ("If-Match", "*");

async fn shop(world: &World) -> String {
    let answer = world.send("POST", "/api/v1/stacks?name=shop", &[YAML], SHOP).await;
    assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.text);
    world.succeed("shop").await;
    answer.json()["stack"]["stack_id"].as_str().unwrap().to_owned()
}

async fn list(world: &World) -> Value {
    world.send("GET", "/api/v1/on-demand", &[], "").await.json()
}

fn web(stack: &str) -> DoorKey {
    DoorKey { stack: StackId(stack.parse().unwrap()), service: "web".parse().unwrap() }
}

/// What a gateway says of a service that is asleep, has started once and slept an hour today.
async fn gateway_speaks(world: &World, stack: &str) {
    let now = world.clock.now();
    let since = now.minus(Duration::from_hours(72));
    let mut experience = Experience { known_since: Some(since), ..Experience::default() };
    experience.started(
        "a",
        RecordedStart {
            at: now,
            cause: PowerCause::request("web".parse().unwrap(), "shop.test", "/orders?secret=1"),
            until_running: Duration::from_secs(2),
            until_ready: Duration::from_secs(10),
            failure: None,
        },
    );
    experience.peaks.record(512 << 20);
    let mut day = Day::default();
    (day.requests, day.cold_starts) = (7, 1);
    day.slept(Duration::from_hours(1), 512 << 20);
    day.used(DayNumber::of(now), now, now.plus(Duration::from_secs(1)));
    let report = Reported {
        state: OnDemandState::Asleep,
        since: now,
        failures: 0,
        reason: None,
        until: None,
        last_used: Some(now),
        sleeps_at: None,
        wakes_at: None,
        in_flight: 0,
        waiting: 0,
        memory: None,
    };
    let gateway = GatewayReport {
        started_at: now,
        seen_at: now,
        http: Some("0.0.0.0:3456".parse().unwrap()),
        https: None,
        memory_free: Some(1 << 30),
        memory_total: Some(8 << 30),
    };
    let news = OnDemandNews {
        reports: vec![(web(stack), report)],
        experience: vec![(web(stack), experience)],
        days: vec![(web(stack), DayNumber::of(now), day)],
        gateway: Some(gateway),
        ..OnDemandNews::default()
    };
    world.database.on_demand_store().report(&news).await.unwrap();
}

#[actix_web::test]
async fn what_is_declared_is_listed_before_a_gateway_has_ever_run() {
    let world = World::new().await;
    shop(&world).await;
    let listed = list(&world).await;
    assert_eq!(listed["gateway"]["runs"], json!(false));
    let names: Vec<&Value> =
        listed["items"].as_array().unwrap().iter().map(|item| &item["service"]).collect();
    assert_eq!(names, ["api", "web"]);
    let web = &listed["items"][1];
    assert_eq!((&web["state"], &web["idle_timeout_seconds"]), (&Value::Null, &json!(900)));
    assert_eq!(web["wakes_with"], json!(["db", "web"]));
    assert_eq!(web["policy"], "fixed 15 min");
}

#[actix_web::test]
async fn what_the_gateway_says_is_shown() {
    let world = World::new().await;
    let stack = shop(&world).await;
    gateway_speaks(&world, &stack).await;
    let listed = list(&world).await;
    assert_eq!(listed["gateway"]["runs"], json!(true), "{listed}");
    let web = &listed["items"][1];
    assert_eq!((&web["state"], &web["start_p50_seconds"]), (&json!("asleep"), &json!(12.0)));
    assert_eq!(web["peak_memory_bytes"], json!(512 << 20));

    let address = format!("/api/v1/stacks/{stack}/on-demand/web");
    let shown = world.send("GET", &address, &[], "").await;
    assert!(!shown.text.contains("secret"), "a query may be secret: {}", shown.text);
    let shown = shown.json();
    assert_eq!(shown["starts"][0]["cause"]["path"], "/orders");
    assert_eq!(shown["days"][0]["requests"], json!(7));

    let report = world.send("GET", "/api/v1/on-demand/report?days=3", &[], "").await.json();
    assert_eq!(report["days"].as_array().unwrap().len(), 3);
    assert!((report["saved_gib_hours"].as_f64().unwrap() - 0.5).abs() < 0.01, "{report}");
    let row = &report["services"][1];
    assert_eq!(row["uses_per_day"], json!(1.0));
    assert_eq!(row["recommended"]["rule_of_thumb_seconds"], json!(36 + 86_400), "three starts and a day");
    let table = world.send("GET", "/api/v1/on-demand/report/table", &[], "").await;
    assert_eq!(table.header("content-type"), Some("text/plain; charset=utf-8"));
    let lines: Vec<&str> = table.text.lines().collect();
    assert!(
        lines.iter().any(|line| line.starts_with("shop/web") && line.contains("STOPPED")),
        "{}",
        table.text
    );
}

#[actix_web::test]
async fn a_gateway_that_says_nothing_any_more_does_not_run() {
    let world = World::new().await;
    let stack = shop(&world).await;
    gateway_speaks(&world, &stack).await;
    world.clock.advance(Duration::from_secs(31));
    assert_eq!(list(&world).await["gateway"]["runs"], json!(false));
}

async fn set(world: &World, stack: &str, service: &str, body: &Value) -> Answer {
    let address = format!("/api/v1/stacks/{stack}/on-demand/{service}");
    world.send("PUT", &address, &[JSON], &body.to_string()).await
}

#[actix_web::test]
async fn times_are_set_without_a_version_and_taken_back() {
    let world = World::new().await;
    let stack = shop(&world).await;
    let answer = set(&world, &stack, "web", &json!({"idle_timeout_seconds": 180})).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
    assert_eq!(answer.json()["idle_timeout_seconds"], json!(180));
    let web = list(&world).await["items"][1].clone();
    assert_eq!(
        (&web["idle_timeout_seconds"], &web["set"]["idle_timeout_seconds"]),
        (&json!(180), &json!(180))
    );
    let audit = world.send("GET", "/api/v1/audit", &[], "").await;
    assert!(audit.text.contains("set_on_demand_service"), "{}", audit.text);
    assert_eq!(set(&world, &stack, "web", &json!({})).await.json()["idle_timeout_seconds"], json!(900));
    let past = Timestamp::beginning().to_string();
    let late = set(&world, &stack, "web", &json!({"awake_until": past})).await;
    assert_eq!(late.code(), "invalid-request", "{}", late.text);
    assert!(late.text.contains("`awake_until` is in the past, or more than 30 days away"), "{}", late.text);
    for (given, shown) in [(json!("yesterday"), "`yesterday`"), (json!(""), "``"), (json!(5), "a number")] {
        let wrong = set(&world, &stack, "web", &json!({"awake_until": given})).await;
        let said = format!("`awake_until` has to be a time such as 2026-12-01T18:00:00Z, but is {shown}");
        assert!(wrong.text.contains(&said), "{}", wrong.text);
    }
}

#[actix_web::test]
async fn each_time_has_the_bounds_that_it_has_in_a_definition() {
    let world = World::new().await;
    let stack = shop(&world).await;
    for (field, least, most) in [
        ("idle_timeout_seconds", 5_u64, 2_592_000),
        ("start_timeout_seconds", 1, 3_600),
        ("block_timeout_seconds", 1, 3_600),
    ] {
        for taken in [least, most] {
            let answer = set(&world, &stack, "web", &json!({field: taken})).await;
            assert_eq!(answer.status, StatusCode::OK, "{field}: {taken}: {}", answer.text);
            assert_eq!(answer.json()["set"][field], json!(taken));
        }
        for wrong in [least - 1, most + 1] {
            let answer = set(&world, &stack, "web", &json!({field: wrong})).await;
            assert_eq!(answer.code(), "invalid-request", "{field}: {wrong}: {}", answer.text);
            let said = format!("`{field}` must be from {least} to {most}");
            assert!(answer.text.contains(&said), "{}", answer.text);
        }
    }
}

#[actix_web::test]
async fn nonsense_is_refused_and_changes_nothing() {
    let world = World::new().await;
    let stack = shop(&world).await;
    for body in [
        json!({"idle_timeout_seconds": 4}),
        json!({"idle_timeout_seconds": 99_999_999}),
        json!({"start_timeout_seconds": -1}),
        json!({"awake_until": "tomorrow"}),
        json!({"idle": 3}),
    ] {
        assert_eq!(set(&world, &stack, "web", &body).await.code(), "invalid-request", "{body}");
    }
    let other = set(&world, &stack, "db", &json!({})).await;
    assert_eq!((other.status, other.code()), (StatusCode::NOT_FOUND, "not-on-demand".to_owned()));
    assert!(other.text.contains("api, web"), "{}", other.text);
    let shown = world.send("GET", &format!("/api/v1/stacks/{stack}/on-demand/db"), &[], "").await;
    assert_eq!(shown.code(), "not-on-demand");
    let nobody = "00000000-0000-0000-0000-000000000009";
    assert_eq!(set(&world, nobody, "web", &json!({})).await.code(), "stack-not-found");
    for days in ["0", "91", "x"] {
        let address = format!("/api/v1/on-demand/report?days={days}");
        assert_eq!(world.send("GET", &address, &[], "").await.code(), "invalid-request", "{days}");
    }
    assert_eq!(list(&world).await["items"][1]["set"]["idle_timeout_seconds"], Value::Null);
}

#[actix_web::test]
async fn somebody_wakes_a_service_and_puts_it_to_sleep() {
    let world = World::new().await;
    let stack = shop(&world).await;
    let power = async |service: &str, what: &str, headers: &[(&str, &str)]| {
        let address = format!("/api/v1/stacks/{stack}/on-demand/{service}/{what}");
        world.send("POST", &address, headers, "").await
    };
    let woken = power("web", "wake", &[ANY]).await;
    assert_eq!(woken.status, StatusCode::ACCEPTED, "{}", woken.text);
    let payload = woken.json()["payload"].clone();
    assert_eq!((&payload["kind"], &payload["services"]), (&json!("WAKE"), &json!(["db", "web"])));
    assert_eq!(payload["cause"]["why"], "person");
    let slept = power("web", "sleep", &[ANY]).await.json();
    assert_eq!(slept["payload"]["kind"], "SLEEP");
    assert_eq!(slept["payload"]["services"], json!(["db", "web"]));
    assert_eq!(power("api", "sleep", &[ANY]).await.code(), "never-sleeps");
    for what in ["wake", "sleep"] {
        assert_eq!(power("db", what, &[ANY]).await.code(), "not-on-demand");
    }
    assert_eq!(power("web", "wake", &[]).await.code(), "precondition-required");
    for what in ["wake", "sleep"] {
        let stale = power("web", what, &[("If-Match", "\"v9.9\"")]).await;
        assert_eq!(stale.code(), "precondition-failed", "{what}");
        let key = ("Idempotency-Key", "k-1");
        if what == "wake" {
            power("web", what, &[ANY, key]).await;
            let again = power("web", what, &[ANY, key]).await;
            assert_eq!(again.header("idempotency-replayed"), Some("true"), "{}", again.text);
            let other = power("api", what, &[ANY, key]).await;
            assert_eq!(other.code(), "idempotency-mismatch");
        } else {
            assert_eq!(power("web", what, &[ANY, key]).await.code(), "idempotency-mismatch");
        }
    }
}

#[actix_web::test]
async fn what_other_stacks_have_is_said_when_a_definition_is_checked_saved_and_planned() {
    const BLOG: &str = "
services:
  site:
    image: nginx:1.27
    x-core-monitor:
      on-demand:
        hosts: [blog.test, Shop.test]
        port: 80
        needs: [shop/web, shop/db, gone/x]
";
    let said = |answer: &Value| -> Vec<String> {
        let items = answer["warnings"].as_array().unwrap().iter();
        let others = items.filter(|item| item["code"] == "conflict" || item["code"] == "undefined-reference");
        others
            .map(|item| format!("{}: {}", item["line"], item["message"]["text"].as_str().unwrap()))
            .collect()
    };
    let world = World::new().await;
    let lint = async |name: &str, text: &str| {
        world.send("POST", &format!("/api/v1/lint?name={name}"), &[YAML], text).await.json()
    };
    world.observe(&[]).await;
    shop(&world).await;
    world.clock.advance(Duration::from_secs(1));
    let expected = [
        "7: `shop.test` is taken by the service `web` of the stack `shop`: its requests go there until that one gives it up",
        "9: there is no stack `gone`: `needs` has no effect until there is one",
        "9: the applied version of the stack `shop` has no service `db` that wakes on demand: `needs` has no effect until it has",
    ];
    assert_eq!(said(&lint("blog", BLOG).await), expected);
    let saved = world.send("POST", "/api/v1/stacks?name=blog", &[YAML], BLOG).await.json();
    assert_eq!(said(&saved), expected);
    let blog = saved["stack"]["stack_id"].as_str().unwrap();
    let again = format!("/api/v1/stacks/{blog}/versions");
    assert_eq!(said(&world.send("POST", &again, &[YAML, ANY], BLOG).await.json()), expected);
    let plan = world.send("POST", &format!("/api/v1/stacks/{blog}/plan/1"), &[], "").await.json();
    let notes: Vec<&str> =
        plan["notes"].as_array().unwrap().iter().filter_map(|note| note["text"].as_str()).collect();
    for line in expected {
        assert!(notes.contains(&&line[3..]), "{notes:?}");
    }

    world.succeed("blog").await;
    assert_eq!(said(&lint("shop", SHOP).await), [""; 0], "it keeps what it has");
    let takes = SHOP.replace("[shop.test]", "[shop.test, blog.test]");
    assert_eq!(
        said(&lint("shop", &takes).await),
        [
            "6: requests to `blog.test` go to the service `site` of the stack `blog` now; this stack is older, so they will come \
          here once this version is applied"
        ]
    );
}
