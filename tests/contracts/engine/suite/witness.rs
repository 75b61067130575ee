//! What an engine says about itself and its containers.

use std::collections::BTreeMap;

use core_monitor_domain::desired::ContainerSpec;
use core_monitor_domain::engine_event::{EngineEvent, EventsFrom};
use core_monitor_domain::ids::ContainerId;
use core_monitor_domain::ports::EngineError;
use core_monitor_domain::time::Timestamp;
use serde_json::json;

use crate::bench::{Bench, command, idle};

/// Reads events of these containers until one of them has exited.
async fn until_exit(bench: &Bench, from: EventsFrom, about: &[&ContainerId]) -> Vec<EngineEvent> {
    let mut feed = bench.engine.events(from).await.unwrap();
    let mut events = Vec::new();
    while let Some(event) = feed.next().await.unwrap() {
        if !about.iter().any(|id| event.id == id.as_str()) {
            continue;
        }
        let is_last = event.action == "die";
        events.push(event);
        if is_last {
            break;
        }
    }
    events
}

pub(crate) async fn what_happened_is_told_in_order(bench: &Bench) {
    let from = EventsFrom { since: Some(Timestamp::beginning()), until: None };
    let id = bench.make(bench.container("web", command(&["sh", "-c", "exit 3"]))).await;
    assert_eq!(bench.start(&id).await, "done");
    bench.wait(&id, "its end", |seen| !seen.state.is_up()).await;
    let events = until_exit(bench, from, &[&id]).await;
    let name = bench.name("web");
    let told: Vec<_> = events.iter().map(|event| event.message().text().to_owned()).collect();
    assert_eq!(
        told,
        [
            format!("container {name} was created from test/busybox:1"),
            format!("container {name} was started"),
            format!("container {name} exited with code 3"),
        ]
    );
    assert!(events.is_sorted_by_key(|event| event.at), "{events:#?}");
    let place = events[0].place.as_ref().unwrap();
    assert_eq!((place.instance, place.service.as_ref().unwrap().as_str()), (bench.instance, "web"));
}

pub(crate) async fn a_time_to_start_from_is_honoured(bench: &Bench) {
    let id = bench.make(bench.container("web", command(&["sh", "-c", "exit 3"]))).await;
    assert_eq!(bench.start(&id).await, "done");
    bench.wait(&id, "its end", |seen| !seen.state.is_up()).await;
    let from = |since| EventsFrom { since: Some(since), until: None };
    let all = until_exit(bench, from(Timestamp::beginning()), &[&id]).await;
    let (start, end) = (&all[all.len() - 2], &all[all.len() - 1]);
    // The event of that very time belongs to it.
    let later = until_exit(bench, from(start.at), &[&id]).await;
    assert_eq!(later, [start.clone(), end.clone()]);
    // With an end that has passed, it ends.
    let mut feed =
        bench.engine.events(EventsFrom { since: Some(start.at), until: Some(end.at) }).await.unwrap();
    let mut until = Vec::new();
    while let Some(event) = feed.next().await.unwrap() {
        until.push(event);
    }
    until.retain(|event| event.id == id.as_str());
    assert_eq!(until, [start.clone(), end.clone()]);
}

pub(crate) async fn a_document_is_whole(bench: &Bench) {
    let environment = BTreeMap::from([("COLOR".to_owned(), Some("red".to_owned()))]);
    let id = bench.make(bench.container("web", ContainerSpec { environment, ..idle() })).await;
    let document = bench.engine.document(&id).await.unwrap().unwrap();
    assert_eq!(document["Id"], json!(id));
    assert_eq!(document["Name"], json!(format!("/{}", bench.name("web"))));
    let variables = document["Config"]["Env"].as_array().unwrap();
    assert!(variables.contains(&json!("COLOR=red")), "{variables:?}");
    assert_eq!(document["State"]["Running"], json!(false));
}

pub(crate) async fn a_missing_container_has_no_document(bench: &Bench) {
    assert_eq!(bench.engine.document(&ContainerId::from("no-such-container")).await.unwrap(), None);
}

pub(crate) async fn an_engine_that_is_down_is_unavailable(bench: &Bench) {
    let events = bench.down.events(EventsFrom::default()).await;
    assert!(matches!(events.err(), Some(EngineError::Unavailable { .. })));
    let document = bench.down.document(&ContainerId::from("c0")).await;
    assert!(matches!(document, Err(EngineError::Unavailable { .. })), "{document:?}");
}
