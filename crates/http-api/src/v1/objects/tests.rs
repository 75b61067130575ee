use actix_web::http::StatusCode;
use core_monitor_simulation::engine::{ForeignContainer, SimImage};
use serde_json::json;

use crate::testing::World;

/// A host with an idle container, a volume and an image without a name.
async fn world() -> World {
    let world = World::new().await;
    let engine = world.engine();
    engine.add_image(SimImage::new("app:1"));
    engine.add_image(SimImage::new("app:1").generation(2));
    let web = ForeignContainer { name: "web".into(), image: "app:1".into(), ..ForeignContainer::default() };
    engine.run_foreign(web).unwrap();
    engine.create_volume_by_hand("data", [].into());
    world.look_at_engine().await;
    world
}

#[actix_web::test]
async fn images_say_who_uses_them_and_what_their_removal_frees() {
    let world = world().await;
    let list = world.send("GET", "/api/v1/images", &[], "").await.json();
    let dangling =
        |wanted: bool| list["items"].as_array().unwrap().iter().find(|i| i["dangling"] == wanted).unwrap();
    assert_eq!(dangling(true)["prunable"], json!({"when": "freely", "because": null}));
    let used = dangling(false);
    assert_eq!(used["tags"], json!(["app:1"]));
    assert_eq!(used["used_by"][0]["name"], "web");
    assert_eq!((&used["prunable"]["when"], &used["unique_size"]), (&json!("never"), &json!(null)));
    assert_eq!(used["prunable"]["because"]["text"], "the container `web` uses it");
    assert_eq!((&list["sizes_at"], &list["layers_size"]), (&json!(null), &json!(null)));
    let sized = world.send("GET", "/api/v1/images?sizes=true", &[], "").await.json();
    assert_eq!(sized["layers_size"], 4_000_000);
    assert_eq!(sized["items"][0]["unique_size"], 2_000_000);
    let wrong = world.send("GET", "/api/v1/images?sizes=maybe", &[], "").await;
    assert_eq!(wrong.code(), "invalid-request");
}

#[actix_web::test]
async fn volumes_say_whose_they_are() {
    let world = world().await;
    let list = world.send("GET", "/api/v1/volumes?sizes=true", &[], "").await.json();
    let data = &list["items"][0];
    assert_eq!((&data["name"], &data["belongs_to"]["kind"]), (&json!("data"), &json!("foreign")));
    assert_eq!((&data["size"], &data["prunable"]["when"]), (&json!(4_096), &json!("by_name")));
    assert_eq!(world.send("GET", "/api/v1/volumes?x=1", &[], "").await.code(), "invalid-request");
}

#[actix_web::test]
async fn networks_of_the_engine_stay() {
    let world = world().await;
    let list = world.send("GET", "/api/v1/networks", &[], "").await.json();
    let bridge =
        list["items"].as_array().unwrap().iter().find(|network| network["name"] == "bridge").unwrap();
    assert_eq!(bridge["belongs_to"]["kind"], "engine");
    assert_eq!(bridge["prunable"]["because"]["text"], "it belongs to the engine");
}

#[actix_web::test]
async fn without_a_look_or_a_worker_there_is_no_list() {
    let world = World::new().await;
    for path in ["images", "volumes", "networks"] {
        let answer = world.send("GET", &format!("/api/v1/{path}"), &[], "").await;
        assert_eq!(
            (answer.status, answer.code()),
            (StatusCode::SERVICE_UNAVAILABLE, "not-observed".to_owned())
        );
    }
    world.look_at_engine().await;
    world.engine().set_unplugged(true);
    for path in ["images", "volumes", "networks"] {
        assert_eq!(world.send("GET", &format!("/api/v1/{path}"), &[], "").await.code(), "engine-unavailable");
    }
    world.lose_worker();
    for path in ["images", "volumes", "networks"] {
        assert_eq!(world.send("GET", &format!("/api/v1/{path}"), &[], "").await.code(), "worker-away");
    }
}
