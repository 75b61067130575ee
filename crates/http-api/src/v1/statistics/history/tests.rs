use core_monitor_domain::ids::{Slot, StackId};
use core_monitor_domain::statistics::{Counters, Place};
use core_monitor_simulation::link::SimStatistics;
use serde_json::Value;

use super::*;
use crate::testing::World;
use crate::testing::statistics::collected;

/// The clock of the world is at 10:00.
fn at(seconds: i64) -> Timestamp {
    Timestamp::from_millis((1_769_421_600 + seconds) * 1000).unwrap()
}

fn place(stack: &str, service: &str) -> Place {
    Place { stack: StackId(stack.parse().unwrap()), service: service.parse().unwrap(), slot: Slot(1) }
}

/// Half a CPU and ten bytes in each second, over `length` seconds.
fn point(seconds: i64, length: u64) -> Point {
    Point {
        start: at(seconds),
        samples: 1,
        covered_ms: length * 1000,
        cpu_work: length * 1000 * 5_000,
        cpu_max: CpuShare(9_000),
        memory_sum: 1 << 20,
        memory_max: 1 << 21,
        transferred: Counters::from_array([length * 10; 4]),
        pids_max: 3,
    }
}

async fn store(world: &World, stack: &str, service: &str, starts: impl IntoIterator<Item = i64>) {
    let points: Vec<_> = starts.into_iter().map(|start| (place(stack, service), point(start, 300))).collect();
    world.database.statistics_store().record(&points, None).await.unwrap();
}

async fn ask(world: &World, stack: &str, query: &str) -> Value {
    world.send("GET", &format!("/api/v1/stacks/{stack}/stats/history{query}"), &[], "").await.json()
}

/// `step: service start start, service start`, in seconds after 10:00.
fn shown(body: &Value) -> String {
    let series = body["series"].as_array().unwrap().iter().map(|series| {
        let starts = series["points"].as_array().unwrap().iter().map(|point| {
            let start = Timestamp::parse(point["at"].as_str().unwrap()).unwrap();
            ((start.as_millis() - at(0).as_millis()) / 1000).to_string()
        });
        format!("{} {}", series["service"].as_str().unwrap(), starts.collect::<Vec<_>>().join(" "))
    });
    format!("{}: {}", body["step_seconds"], series.collect::<Vec<_>>().join(", "))
}

#[actix_web::test]
async fn the_last_hour_is_that_of_the_worker() {
    let world = World::new().await;
    let shop = world.create_stack("shop").await;
    let points = [-3_601, -3_595, -3_590, -5].map(|start| point(start, 5)).to_vec();
    let recent = vec![
        Series { place: place(&shop, "db"), points: points[3..].to_vec() },
        Series { place: place(&shop, "web"), points },
    ];
    world.collect(SimStatistics { recent, ..collected(&shop) });
    let body = ask(&world, &shop, "").await;
    assert_eq!(shown(&body), "5: db -5, web -3595 -3590 -5");
    assert_eq!(
        body["series"][1]["points"][2],
        serde_json::json!({
            "at": "2026-01-26T09:59:55Z",
            "cpu_percent": 50.0,
            "cpu_percent_max": 90.0,
            "memory_bytes": 1_048_576,
            "memory_bytes_max": 2_097_152,
            "per_second": {
                "network_received_bytes": 10,
                "network_sent_bytes": 10,
                "block_read_bytes": 10,
                "block_written_bytes": 10,
            },
            "pids_max": 3,
        })
    );
    assert_eq!(shown(&ask(&world, &shop, "?service=web&step=1m").await), "60: web -3600 -60");
    assert_eq!(shown(&ask(&world, &shop, "?since=2026-01-26T09:59:00Z&service=db").await), "5: db -5");
}

#[actix_web::test]
async fn the_last_days_are_those_of_the_database() {
    let world = World::new().await;
    let shop = world.create_stack("shop").await;
    store(&world, &shop, "web", [-90_000, -7_200, -6_900, -3_000, -600]).await;
    let recent = vec![
        Series { place: place(&shop, "web"), points: vec![point(-600, 5), point(-300, 5)] },
        Series { place: place(&shop, "new"), points: vec![point(-5, 5)] },
    ];
    world.collect(SimStatistics { recent, ..collected(&shop) });
    let two_hours = "?since=2026-01-26T08:00:00Z";
    let expected = "300: new -300, web -7200 -6900 -3000 -600 -300";
    assert_eq!(
        shown(&ask(&world, &shop, two_hours).await),
        expected,
        "what is not stored yet comes from the worker"
    );
    let to = "&until=2026-01-26T09:00:00Z";
    assert_eq!(shown(&ask(&world, &shop, &format!("{two_hours}{to}")).await), "300: web -7200 -6900");
    let all = shown(&ask(&world, &shop, "?since=2025-01-01T00:00:00Z&step=24h&service=web").await);
    assert_eq!(all, "86400: web -122400 -36000", "what is older than 14 days is not there");
}

#[actix_web::test]
async fn a_worker_that_was_just_started_does_not_hide_what_is_stored() {
    let world = World::new().await;
    let shop = world.create_stack("shop").await;
    store(&world, &shop, "web", [-3_000, -600]).await;
    let recent = vec![Series { place: place(&shop, "web"), points: vec![point(-10, 5), point(-5, 5)] }];
    world.collect(SimStatistics { recent, ..collected(&shop) });
    assert_eq!(shown(&ask(&world, &shop, "").await), "300: web -3000 -600 -300");
    assert_eq!(shown(&ask(&world, &shop, "?step=5s").await), "5: web -10 -5", "whoever names a step gets it");
    assert_eq!(shown(&ask(&world, &shop, "?step=24h").await), "86400: web -36000");
    let minutes = "?since=2026-01-26T09:56:00Z";
    assert_eq!(shown(&ask(&world, &shop, minutes).await), "5: web -10 -5", "nothing else is there");
}

#[actix_web::test]
async fn without_a_worker_there_is_what_is_stored() {
    let world = World::new().await;
    let shop = world.create_stack("shop").await;
    store(&world, &shop, "web", [-3_000, -600]).await;
    assert_eq!(shown(&ask(&world, &shop, "").await), "300: web -3000 -600");
    assert_eq!(shown(&ask(&world, &shop, "?step=5s").await), "300: web -3000 -600", "and it says so");
    let blog = world.create_stack("blog").await;
    assert_eq!(shown(&ask(&world, &blog, "").await), "300: ");
}

#[actix_web::test]
async fn questions_that_make_no_sense_are_refused() {
    let world = World::new().await;
    let shop = world.create_stack("shop").await;
    for query in [
        "?since=yesterday",
        "?step=7s",
        "?step=",
        "?since=2026-01-26T09:00:00Z&until=2026-01-26T09:00:00Z",
        "?since=2027-01-26T09:00:00Z",
        "?service=a/b",
        "?every=5s",
    ] {
        assert_eq!(ask(&world, &shop, query).await["code"], "invalid-request", "{query}");
    }
    assert_eq!(ask(&world, "00000000-0000-0000-0000-000000000000", "").await["code"], "stack-not-found");
    assert_eq!(ask(&world, "shop", "").await["code"], "not-found");
}

#[test]
fn every_step_has_its_name() {
    let unit = |unit: char| match unit {
        's' => 1,
        'm' => 60,
        _ => 3_600,
    };
    for (name, step) in STEPS.iter().zip(Step::ALL) {
        let (number, last) = name.split_at(name.len() - 1);
        let seconds = number.parse::<u64>().unwrap() * unit(last.chars().next().unwrap());
        assert_eq!(step.length().as_secs(), seconds, "{name}");
    }
}

#[actix_web::test]
async fn a_duration_ago_is_a_time_and_an_unknown_service_is_refused() {
    let world = World::new().await;
    let shop = world.create_stack("shop").await;
    // A service that the stack has had within what is kept, and has no longer.
    store(&world, &shop, "former", [-86_400]).await;
    store(&world, &shop, "web", [-1_200, -600]).await;
    let times = ask(&world, &shop, "?since=15m&until=1m&step=5m").await;
    assert_eq!(
        (&times["since"], &times["until"]),
        (&"2026-01-26T09:45:00Z".into(), &"2026-01-26T09:59:00Z".into())
    );
    assert_eq!(shown(&times), "300: web -600");
    assert_eq!(shown(&ask(&world, &shop, "?service=former&since=10m&step=5m").await), "300: ");
    assert_eq!(ask(&world, &shop, "?service=nosuch").await["code"], "service-unknown");
    for query in ["since=yesterday", "until=-1h"] {
        let refused = ask(&world, &shop, &format!("?{query}")).await;
        assert_eq!(
            (&refused["code"], &refused["message"]["code"]),
            (&"invalid-request".into(), &"not_a_moment".into())
        );
    }
}
