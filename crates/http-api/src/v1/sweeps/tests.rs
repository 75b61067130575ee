//! What the server does by itself for instances.

use actix_web::http::StatusCode;
use core_monitor_domain::observation::{ContainerState, ObservedContainer};
use core_monitor_message::Message;
use serde_json::{Value, json};

use crate::testing::templates::TEMPLATE;
use crate::testing::{World, YAML};

const JSON: (&str, &str) = ("Content-Type", "application/json");
const DEMO: &str = "/api/v1/templates/shop/instances/demo";

/// A template whose instances live as long as `lifetime` says.
async fn shop(lifetime: &str) -> World {
    let world = World::new().await;
    world.observe(&[]).await;
    let text = TEMPLATE.replace("    parameters:", &format!("    lifetime: {lifetime}\n    parameters:"));
    let saved = world.send("POST", "/api/v1/templates?name=shop", &[YAML], &text).await;
    assert_eq!(saved.status, StatusCode::CREATED, "{}", saved.text);
    world
}

async fn sweeps(world: &World) -> Vec<Value> {
    let listed = world.send("GET", "/api/v1/sweeps", &[], "").await.json();
    listed["items"].as_array().unwrap().clone()
}

/// The newest command.
async fn newest(world: &World) -> Value {
    world.send("GET", "/api/v1/commands?limit=1", &[], "").await.json()["items"][0].clone()
}

#[actix_web::test]
async fn an_instance_that_was_stopped_for_long_enough_is_removed_with_its_volumes() {
    let world = shop("{remove-after: 1h}").await;
    let mut web = world.launch_and_run("shop", "demo").await;
    world.look_after().await;
    assert_eq!(sweeps(&world).await, Vec::<Value>::new(), "it runs");

    web.state = ContainerState::Exited { code: 0 };
    world.observe(&[web]).await;
    world.look_after().await;
    let listed = sweeps(&world).await;
    assert_eq!((&listed[0]["kind"], &listed[0]["removing"]), (&json!("stopped"), &json!(false)));
    assert_eq!(world.send("GET", DEMO, &[], "").await.json()["removed_at"], listed[0]["due_at"]);

    world.pass(3_599);
    world.look_after().await;
    assert_eq!(newest(&world).await["kind"], "APPLY", "not a second too early");
    let hold = format!("{DEMO}/hold");
    world.send("PUT", &hold, &[], "").await;
    world.pass(1);
    world.look_after().await;
    assert_eq!(newest(&world).await["kind"], "APPLY", "somebody holds it");
    world.send("DELETE", &hold, &[], "").await;
    for _ in 0..2 {
        world.look_after().await;
    }
    let delete = newest(&world).await;
    assert_eq!(
        (&delete["kind"], &delete["principal"]["name"]),
        (&json!("DELETE"), &json!("server")),
        "{delete}"
    );
    assert_eq!(delete["payload"]["volumes"], true);
    assert_eq!(sweeps(&world).await[0]["removing"], true);
    let all = world.send("GET", "/api/v1/commands?kind=DELETE", &[], "").await.json();
    assert_eq!(all["items"].as_array().unwrap().len(), 1, "it is removed once");
}

#[actix_web::test]
async fn an_instance_that_starts_again_begins_anew() {
    let world = shop("{remove-after: 1h}").await;
    let web = world.launch_and_run("shop", "demo").await;
    let stopped = ObservedContainer { state: ContainerState::Exited { code: 0 }, ..web.clone() };
    world.observe(&[stopped]).await;
    world.look_after().await;
    world.pass(3_000);
    world.observe(&[web]).await;
    world.look_after().await;
    assert_eq!(sweeps(&world).await, Vec::<Value>::new());
    assert_eq!(world.send("GET", DEMO, &[], "").await.json()["stopped_since"], Value::Null);
}

#[actix_web::test]
async fn an_instance_is_removed_at_its_age_even_while_it_runs() {
    let world = shop("{max-age: 2h}").await;
    world.launch_and_run("shop", "demo").await;
    world.pass(7_199);
    world.look_after().await;
    assert_eq!(newest(&world).await["kind"], "APPLY");
    world.pass(1);
    world.look_after().await;
    assert_eq!(newest(&world).await["kind"], "DELETE");
}

#[actix_web::test]
async fn whoever_does_something_to_an_instance_at_the_last_moment_keeps_it() {
    let world = shop("{remove-after: 1h}").await;
    let web = world.launch_and_run("shop", "demo").await;
    world.observe(&[ObservedContainer { state: ContainerState::Exited { code: 0 }, ..web }]).await;
    world.look_after().await;
    world.pass(3_600);
    world.send("PUT", DEMO, &[], "").await;
    world.look_after().await;
    assert_eq!(newest(&world).await["kind"], "APPLY", "it is on its way up");
    assert_eq!(sweeps(&world).await, Vec::<Value>::new());
}

#[actix_web::test]
async fn a_list_that_is_asked_for_removes_what_it_lacks_and_a_failure_removes_nothing() {
    let world = shop("{grace: 5m}").await;
    world.launch_and_run("shop", "demo").await;
    let url = "http://site-builder:3000/keys";
    world.around.keys.set(url, Ok(["demo".parse().unwrap()].into()));
    let body = json!({"url": url, "every_seconds": 60}).to_string();
    world.pass(1);
    world.send("PUT", "/api/v1/templates/shop/keys", &[JSON], &body).await;
    for _ in 0..3 {
        world.look_after().await;
    }
    assert_eq!(world.around.keys.asked().len(), 1, "it is asked for once a minute");
    world.around.keys.set(url, Err(Message::foreign("nobody answers")));
    world.pass(86_400);
    world.look_after().await;
    let list = world.send("GET", "/api/v1/templates/shop/keys", &[], "").await.json();
    assert_eq!((&list["keys"], &list["trouble"]["text"]), (&json!(["demo"]), &json!("nobody answers")));
    assert_eq!(sweeps(&world).await, Vec::<Value>::new(), "an owner that is down wants what it wanted");

    world.around.keys.set(url, Ok([].into()));
    world.pass(60);
    world.look_after().await;
    assert_eq!(sweeps(&world).await[0]["kind"], "unlisted");
    world.pass(299);
    world.look_after().await;
    assert_eq!(newest(&world).await["kind"], "APPLY", "the grace time is not over");
    world.pass(1);
    world.look_after().await;
    assert_eq!(newest(&world).await["kind"], "DELETE");
}

#[actix_web::test]
async fn a_port_that_the_engine_found_taken_is_left_for_the_next_one() {
    let world = shop("{}").await;
    world.around.ports.set_listening([8003]);
    world.launch("shop", "demo").await;
    let port = async || world.send("GET", DEMO, &[], "").await.json()["ports"]["PORT"].clone();
    assert_eq!(port().await, 8002);
    world.give_up().await;
    world.look_after().await;
    assert_eq!(port().await, 8004, "8003 is not free");
    let apply = newest(&world).await;
    assert_eq!(
        (&apply["kind"], &apply["version"], &apply["principal"]["name"]),
        (&json!("APPLY"), &json!(2), &json!("server"))
    );
    world.look_after().await;
    assert_eq!(newest(&world).await["command_id"], apply["command_id"], "one command is enough");
    // Nothing else is free: the failure stays for people to read.
    world.give_up_because("Bind for 0.0.0.0:8004 failed: port is already allocated").await;
    world.around.ports.set_listening([8002, 8003]);
    world.look_after().await;
    let shown = world.send("GET", DEMO, &[], "").await.json();
    assert_eq!((&shown["phase"], &shown["ports"]["PORT"]), (&json!("failed"), &json!(8004)));
    assert_eq!(shown["last_command"]["failure_code"], "PORT_TAKEN");
}

#[actix_web::test]
async fn an_instance_that_finds_every_port_taken_is_given_up_after_some_tries() {
    let world = World::new().await;
    world.observe(&[]).await;
    let wide = TEMPLATE.replace("8002-8004", "8002-8100");
    world.send("POST", "/api/v1/templates?name=shop", &[YAML], &wide).await;
    world.launch("shop", "demo").await;
    for _ in 0..10 {
        if newest(&world).await["status"] == "PENDING" {
            world.give_up_because("no port can be had").await;
        }
        world.look_after().await;
    }
    let all = world.send("GET", "/api/v1/commands?kind=APPLY&limit=50", &[], "").await.json();
    assert_eq!(all["items"].as_array().unwrap().len(), 6, "the launch, and five other ports");
}

#[actix_web::test]
async fn an_instance_that_is_removed_gets_no_other_port() {
    let world = shop("{max-age: 1h}").await;
    world.launch("shop", "demo").await;
    world.give_up().await;
    world.pass(3_600);
    world.look_after().await;
    let delete = newest(&world).await;
    assert_eq!(
        (&delete["kind"], &delete["seq"]),
        (&json!("DELETE"), &json!(3)),
        "after CREATE and APPLY: {delete}"
    );
}
