//! What the host has and what happens there, through a link.

use core_monitor_domain::engine_event::EventsFrom;
use core_monitor_domain::ids::ContainerId;
use core_monitor_domain::ports::{Clock as _, Inspection, LinkError};
use core_monitor_domain::time::Timestamp;
use serde_json::json;

use crate::bench::Bench;

contract! {
    the_inventory_arrives_with_and_without_sizes,
    a_document_hides_its_secrets_unless_they_are_asked_for,
    a_missing_container_is_not_found,
    events_of_the_past_come_first_and_then_what_happens,
    a_period_that_has_passed_has_an_end,
    a_worker_that_goes_away_in_the_middle_is_an_error,
}

fn inspection(container: &ContainerId, reveal: bool) -> Inspection {
    Inspection { container: container.clone(), stack_id: None, reveal }
}

async fn the_inventory_arrives_with_and_without_sizes(bench: &mut Bench) {
    let plain = bench.link.inventory(false).await.unwrap();
    assert_eq!((plain.taken_at, plain.sizes.as_ref()), (bench.clock.now(), None));
    assert!(plain.containers.iter().any(|container| container.id == bench.web && container.up));
    let sized = bench.link.inventory(true).await.unwrap();
    assert!(sized.sizes.unwrap().containers.contains_key(&bench.web));
}

async fn a_document_hides_its_secrets_unless_they_are_asked_for(bench: &mut Bench) {
    let hidden = bench.link.inspect(&inspection(&bench.web, false)).await.unwrap();
    let shown = bench.link.inspect(&inspection(&bench.web, true)).await.unwrap();
    assert_eq!(hidden["Id"], json!(bench.web));
    assert_eq!(
        hidden["Config"]["Env"].as_array().unwrap().len(),
        shown["Config"]["Env"].as_array().unwrap().len()
    );
}

async fn a_missing_container_is_not_found(bench: &mut Bench) {
    let missing = bench.link.inspect(&inspection(&ContainerId::from("nobody"), false)).await;
    assert!(matches!(missing, Err(LinkError::NotFound { .. })), "{missing:?}");
}

async fn events_of_the_past_come_first_and_then_what_happens(bench: &mut Bench) {
    let from = EventsFrom { since: Some(Timestamp::beginning()), until: None };
    let mut feed = bench.link.engine_events(from).await.unwrap();
    let mut told = Vec::new();
    while told.last().map(String::as_str) != Some("start") {
        told.push(feed.next().await.unwrap().unwrap().action);
    }
    assert!(told.contains(&"create".to_owned()), "{told:?}");
    bench.engine.kill(&bench.web);
    let died = feed.next().await.unwrap().unwrap();
    assert_eq!((died.action.as_str(), died.id.as_str()), ("die", bench.web.as_str()));
}

async fn a_period_that_has_passed_has_an_end(bench: &mut Bench) {
    let until = Some(Timestamp::beginning());
    let mut feed = bench.link.engine_events(EventsFrom { since: until, until }).await.unwrap();
    assert_eq!(feed.next().await.unwrap(), None);
}

async fn a_worker_that_goes_away_in_the_middle_is_an_error(bench: &mut Bench) {
    let mut feed = bench.link.engine_events(EventsFrom::default()).await.unwrap();
    bench.end_worker().await;
    let lost = feed.next().await;
    assert!(matches!(lost, Err(LinkError::WorkerAway { .. })), "{lost:?}");
}
