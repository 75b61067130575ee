use std::collections::BTreeMap;

use core_monitor_simulation::engine::SimImage;
use serde_json::json;

use crate::testing::World;

#[actix_web::test]
async fn images_and_volumes_are_shown_with_their_sizes() {
    let world = World::new().await;
    world.engine().add_image(SimImage::new("app:1"));
    world.engine().create_volume_by_hand("data", BTreeMap::new());
    world.engine().leave_build_cache(7_000);
    let body = world.send("GET", "/api/v1/host/disk-usage", &[], "").await.json();
    assert_eq!(body["build_cache_bytes"], 7_000);
    let [image] = &body["images"].as_array().unwrap()[..] else { panic!("{body}") };
    assert_eq!((&image["tags"], &image["containers"]), (&json!(["app:1"]), &json!(0)));
    assert_eq!(image["bytes"], 2_000_000);
    let [volume] = &body["volumes"].as_array().unwrap()[..] else { panic!("{body}") };
    assert_eq!(
        (&volume["name"], &volume["driver"], &volume["bytes"]),
        (&json!("data"), &json!("local"), &json!(4_096))
    );
    assert_eq!(body["volumes_bytes"], 4_096);
}

#[actix_web::test]
async fn the_engine_adds_up_at_most_every_five_minutes() {
    let world = World::new().await;
    let volumes = async || {
        let body = world.send("GET", "/api/v1/host/disk-usage", &[], "").await.json();
        (body["volumes"].as_array().unwrap().len(), body["taken_at"].as_str().unwrap().to_owned())
    };
    let first = volumes().await;
    world.engine().create_volume_by_hand("data", BTreeMap::new());
    world.clock.advance(std::time::Duration::from_secs(299));
    assert_eq!(volumes().await, first, "and the answer says how old it is");
    world.clock.advance(std::time::Duration::from_secs(1));
    assert_eq!(volumes().await.0, 1);
}

#[actix_web::test]
async fn an_engine_that_is_away_is_reported() {
    let world = World::new().await;
    world.lose_engine();
    let answer = world.send("GET", "/api/v1/host/disk-usage", &[], "").await;
    assert_eq!((answer.status.as_u16(), answer.code().as_str()), (503, "engine-unavailable"));
}

#[actix_web::test]
async fn a_worker_that_is_away_is_reported() {
    let world = World::new().await;
    world.lose_worker();
    assert_eq!(world.send("GET", "/api/v1/host/disk-usage", &[], "").await.code(), "worker-away");
}
