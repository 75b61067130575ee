use actix_web::http::StatusCode;
use core_monitor_domain::observation::ContainerState;
use serde_json::{Value, json};

use crate::testing::templates::TEMPLATE;
use crate::testing::{Answer, World, YAML};

const JSON: (&str, &str) = ("Content-Type", "application/json");
const DEMO: &str = "/api/v1/templates/shop/instances/demo";

async fn shop() -> World {
    let world = World::new().await;
    world.observe(&[]).await;
    world.create_template("shop").await;
    world
}

async fn put(world: &World, address: &str, body: Value) -> Answer {
    world.send("PUT", address, &[JSON], &body.to_string()).await
}

async fn act(world: &World, verb: &str) -> Answer {
    world.send("POST", &format!("{DEMO}/{verb}"), &[], "").await
}

#[actix_web::test]
async fn a_launch_makes_one_stack_however_often_it_is_asked_for() {
    let world = shop().await;
    let made = put(&world, DEMO, json!({"values": {"GREETING": "hi"}})).await;
    assert_eq!((made.status, made.header("location")), (StatusCode::CREATED, Some(DEMO)), "{}", made.text);
    let body = made.json();
    let instance = &body["instance"];
    assert_eq!((&instance["stack_name"], &instance["template_version"]), (&json!("shop-demo"), &json!(1)));
    assert_eq!(
        (&instance["url"], &instance["ports"]),
        (&json!("http://demo.localhost:8002/"), &json!({"PORT": 8002}))
    );
    assert_eq!((&instance["phase"], &instance["values"]), (&json!("queued"), &json!({"GREETING": "hi"})));
    assert_eq!(
        (&body["command"]["kind"], &body["command"]["payload"]["on_failure"]),
        (&json!("APPLY"), &json!("continue"))
    );

    let again = put(&world, DEMO, json!({})).await;
    assert_eq!(again.status, StatusCode::OK, "{}", again.text);
    let again = again.json();
    assert_eq!(again["instance"]["stack_id"], instance["stack_id"]);
    assert_eq!(again["command"]["command_id"], body["command"]["command_id"], "what is on its way is enough");

    let stack = instance["stack_id"].as_str().unwrap();
    let version = world.send("GET", &format!("/api/v1/stacks/{stack}/versions/1"), &[], "").await.json();
    assert_eq!(version["variables"]["GREETING"], "hi");
    assert_eq!(version["secret_variables"]["PASSWORD"]["set_in"], 1, "{version}");
}

#[actix_web::test]
async fn an_instance_that_is_stopped_starts_again_and_one_that_runs_is_left_alone() {
    let world = shop().await;
    let web = world.launch_and_run("shop", "demo").await;
    let up = put(&world, DEMO, json!({})).await.json();
    assert_eq!((&up["instance"]["phase"], &up["command"]), (&json!("serving"), &Value::Null), "{up}");

    assert_eq!(act(&world, "stop").await.status, StatusCode::ACCEPTED);
    let wanted = put(&world, DEMO, json!({})).await.json();
    assert_eq!(wanted["command"]["kind"], "START", "whoever asks for it later wins: {wanted}");
    world.carry_out(1).await;
    world.carry_out(1).await;
    let mut stopped = web;
    stopped.state = ContainerState::Exited { code: 0 };
    world.observe(&[stopped]).await;
    let started = put(&world, DEMO, json!({})).await.json();
    assert_eq!(
        started["command"]["kind"], "APPLY",
        "nobody stopped it, so it is not as it should be: {started}"
    );
}

#[actix_web::test]
async fn an_instance_whose_containers_somebody_has_removed_is_applied_again() {
    let world = shop().await;
    world.launch_and_run("shop", "demo").await;
    world.observe(&[]).await;
    let again = put(&world, DEMO, json!({})).await.json();
    assert_eq!(
        (&again["command"]["kind"], &again["command"]["version"]),
        (&json!("APPLY"), &json!(1)),
        "{again}"
    );
}

#[actix_web::test]
async fn other_values_are_another_version_of_the_same_stack() {
    let world = shop().await;
    let first = world.launch("shop", "demo").await;
    let changed = put(&world, DEMO, json!({"values": {"GREETING": "hi"}})).await.json();
    assert_eq!(
        (&changed["instance"]["stack_id"], &changed["command"]["version"]),
        (&first["stack_id"], &json!(2))
    );
    assert_eq!(changed["instance"]["ports"], first["ports"], "a port stays");
    let unchanged = put(&world, DEMO, json!({"values": {"GREETING": "hi"}})).await.json();
    assert_eq!(unchanged["command"]["command_id"], changed["command"]["command_id"]);
}

#[actix_web::test]
async fn a_secret_that_is_given_again_changes_nothing() {
    let world = shop().await;
    let body = |secret: &str| json!({"values": {"PASSWORD": secret, "GREETING": null}});
    let first = put(&world, DEMO, body("correct horse battery")).await.json();
    assert_eq!(first["instance"]["values"], json!({}), "no secret is shown");
    let again = put(&world, DEMO, body("correct horse battery")).await.json();
    assert_eq!(again["command"]["command_id"], first["command"]["command_id"]);
    let other = put(&world, DEMO, body("another one entirely")).await.json();
    assert_eq!(other["command"]["version"], 2, "{other}");
}

#[actix_web::test]
async fn what_was_taken_back_is_tried_again_only_for_whoever_insists() {
    let world = shop().await;
    world.launch_and_run("shop", "demo").await;
    let wanted = json!({"values": {"GREETING": "hi"}});
    put(&world, DEMO, wanted.clone()).await;
    world.give_up().await;
    assert_eq!(put(&world, DEMO, json!({})).await.json()["command"], Value::Null, "it runs");
    let again = put(&world, DEMO, wanted).await.json();
    assert_eq!(
        (&again["command"]["kind"], &again["command"]["version"]),
        (&json!("APPLY"), &json!(2)),
        "{again}"
    );
}

#[actix_web::test]
async fn an_upgrade_keeps_values_ports_and_secrets() {
    let world = shop().await;
    let first = world.launch("shop", "demo").await;
    world.carry_out(1).await;
    let newer = TEMPLATE
        .replace("busybox:1", "busybox:2")
        .replace("PASSWORD: {", "TOKEN: {type: secret, generate: true}\n      PASSWORD: {");
    let saved = world.send("POST", "/api/v1/templates/shop/versions", &[YAML], &newer).await;
    assert_eq!(saved.status, StatusCode::CREATED, "{}", saved.text);
    let kept = put(&world, DEMO, json!({})).await.json();
    assert_eq!(kept["instance"]["template_version"], 1, "nothing is upgraded unasked");
    let upgraded = act(&world, "upgrade").await.json();
    assert_eq!(
        (&upgraded["instance"]["template_version"], &upgraded["instance"]["ports"]),
        (&json!(2), &first["ports"])
    );
    assert_eq!(upgraded["command"]["payload"]["on_failure"], "rollback", "there is something to go back to");
    let stack = first["stack_id"].as_str().unwrap();
    let version = async |number: u32| {
        world.send("GET", &format!("/api/v1/stacks/{stack}/versions/{number}"), &[], "").await.json()
    };
    let secrets = version(2).await["secret_variables"].clone();
    assert_eq!(
        (&secrets["PASSWORD"]["set_in"], &secrets["TOKEN"]["set_in"]),
        (&json!(1), &json!(2)),
        "{secrets}"
    );
    let again = act(&world, "upgrade").await.json();
    assert_eq!(again["command"], Value::Null, "it is that version already");
}

#[actix_web::test]
async fn what_cannot_be_launched_leaves_nothing() {
    let world = shop().await;
    let refused = |answer: Answer| (answer.code(), answer.json()["errors"][0].clone());
    let (code, error) = refused(put(&world, DEMO, json!({"values": {"GREETING": "HI"}})).await);
    assert_eq!((code.as_str(), &error["code"]), ("invalid-definition", &json!("invalid-parameter")));
    assert_eq!(
        (&error["file"], &error["line"], &error["column"]),
        (&json!("compose.yaml"), &json!(8), &json!(7))
    );
    let key =
        async |key: &str| put(&world, &format!("/api/v1/templates/shop/instances/{key}"), json!({})).await;
    assert_eq!(key("Demo").await.code(), "invalid-name");
    let refused = key("de-mo").await;
    assert_eq!(refused.code(), "invalid-name");
    assert!(refused.text.contains("[a-z0-9]+"), "{}", refused.text);
    assert_eq!(put(&world, DEMO, json!({"version": 7})).await.code(), "template-version-not-found");
    world.create_stack("shop-demo").await;
    assert_eq!(put(&world, DEMO, json!({})).await.code(), "name-taken");
    let list = world.send("GET", "/api/v1/templates/shop/instances", &[], "").await.json();
    assert_eq!(list["items"], json!([]));
    assert_eq!(world.launch("shop", "other").await["ports"]["PORT"], 8002, "no port was lost");
}

#[actix_web::test]
async fn an_upgrade_leaves_out_what_the_template_has_no_parameter_for_any_more() {
    let world = shop().await;
    put(&world, DEMO, json!({"values": {"GREETING": "hi"}})).await;
    let fewer = TEMPLATE.replace("      GREETING: {type: string, default: hello, pattern: \"[a-z]+\"}\n", "");
    let fewer = fewer.replace("GREETING: \"${GREETING}\", ", "");
    let saved = world.send("POST", "/api/v1/templates/shop/versions", &[YAML], &fewer).await;
    assert_eq!(saved.status, StatusCode::CREATED, "{}", saved.text);
    let upgraded = act(&world, "upgrade").await.json();
    assert_eq!(upgraded["instance"]["template_version"], 2, "{upgraded}");
    let greeting = async |version: u32| {
        let stack = upgraded["instance"]["stack_id"].as_str().unwrap();
        let path = format!("/api/v1/stacks/{stack}/versions/{version}");
        world.send("GET", &path, &[], "").await.json()["variables"]["GREETING"].clone()
    };
    assert_eq!(greeting(2).await, Value::Null);
    let former = world.send("POST", &format!("{DEMO}/upgrade"), &[JSON], r#"{"version": 1}"#).await;
    assert_eq!(former.status, StatusCode::OK, "{}", former.text);
    assert_eq!(greeting(3).await, "hi", "it is kept for a version that has it");
    act(&world, "upgrade").await;
    let wrong = put(&world, DEMO, json!({"values": {"GREETING": "other"}})).await;
    assert_eq!(wrong.code(), "invalid-definition", "whoever gives it another value now is told");
}

#[actix_web::test]
async fn an_upgrade_that_cannot_be_made_changes_nothing() {
    let world = shop().await;
    world.launch("shop", "demo").await;
    let upgrade = async |body: Value| {
        world.send("POST", &format!("{DEMO}/upgrade"), &[JSON], &body.to_string()).await.code()
    };
    assert_eq!(upgrade(json!({"version": 7})).await, "template-version-not-found");
    let needs_more =
        TEMPLATE.replace("    parameters:", "    parameters:\n      MORE: {type: string, example: x}");
    let other_keys = TEMPLATE.replace("[a-z0-9]+\", example: demo", "[0-9]+\", example: \"1\"");
    for text in [&needs_more, &other_keys] {
        let saved = world.send("POST", "/api/v1/templates/shop/versions", &[YAML], text).await;
        assert_eq!(saved.status, StatusCode::CREATED, "{}", saved.text);
    }
    assert_eq!(upgrade(json!({"version": 2})).await, "invalid-definition");
    assert_eq!(upgrade(json!({"version": 3})).await, "invalid-name");
    assert_eq!(world.send("GET", DEMO, &[], "").await.json()["template_version"], 1);
}

#[actix_web::test]
async fn what_is_not_there_is_said_to_be_missing() {
    let world = shop().await;
    let verbs = [
        ("GET", ""),
        ("DELETE", ""),
        ("POST", "/start"),
        ("POST", "/stop"),
        ("POST", "/restart"),
        ("POST", "/rebuild"),
        ("POST", "/upgrade"),
        ("PUT", "/hold"),
        ("DELETE", "/hold"),
    ];
    for (method, rest) in verbs {
        let code = async |at: &str| {
            world.send(method, &format!("/api/v1/templates/{at}{rest}"), &[], "").await.code()
        };
        assert_eq!(code("shop/instances/demo").await, "instance-not-found", "{method} {rest}");
        assert_eq!(code("shop/instances/No%20key").await, "instance-not-found", "{method} {rest}");
        assert_eq!(code("blog/instances/demo").await, "template-not-found", "{method} {rest}");
    }
    for (method, rest) in
        [("PUT", "instances/demo"), ("GET", "instances"), ("GET", "keys"), ("DELETE", "keys")]
    {
        let code = async |at: &str| {
            world.send(method, &format!("/api/v1/templates/{at}/{rest}"), &[], "").await.code()
        };
        assert_eq!(code("blog").await, "template-not-found", "{method} {rest}");
        assert_eq!(code("No%20name").await, "template-not-found", "{method} {rest}");
    }
    let keys = world.send("PUT", "/api/v1/templates/blog/keys", &[JSON], r#"{"keys": []}"#).await;
    assert_eq!(keys.code(), "template-not-found");
}

#[actix_web::test]
async fn a_range_that_is_full_is_said_to_be() {
    let world = shop().await;
    for key in ["a", "b", "c"] {
        world.launch("shop", key).await;
    }
    let full = put(&world, DEMO, json!({})).await;
    assert_eq!(full.code(), "invalid-definition");
    assert!(full.text.contains("every port of 8002-8004 is taken"), "{}", full.text);
}

#[actix_web::test]
async fn instances_are_listed_by_key_and_go_with_their_stacks() {
    let world = shop().await;
    for key in ["c", "a", "b"] {
        world.launch("shop", key).await;
        world.carry_out(1).await;
    }
    let keys = |page: &Value| -> Vec<String> {
        page["items"].as_array().unwrap().iter().map(|one| one["key"].as_str().unwrap().to_owned()).collect()
    };
    let first = world.send("GET", "/api/v1/templates/shop/instances?limit=2", &[], "").await.json();
    assert_eq!(keys(&first), ["a", "b"]);
    let address =
        format!("/api/v1/templates/shop/instances?limit=2&cursor={}", first["next"].as_str().unwrap());
    assert_eq!(keys(&world.send("GET", &address, &[], "").await.json()), ["c"]);

    assert_eq!(world.send("DELETE", "/api/v1/templates/shop", &[], "").await.code(), "template-in-use");
    let removed = world.send("DELETE", "/api/v1/templates/shop/instances/a", &[], "").await;
    assert_eq!((removed.status, &removed.json()["payload"]["volumes"]), (StatusCode::ACCEPTED, &json!(true)));
    let shown = world.send("GET", "/api/v1/templates/shop/instances/a", &[], "").await.json();
    assert_eq!(shown["phase"], "removing");
    world.remove().await;
    assert_eq!(
        world.send("GET", "/api/v1/templates/shop/instances/a", &[], "").await.code(),
        "instance-not-found"
    );
    assert_eq!(world.launch("shop", "d").await["ports"]["PORT"], 8003, "its port is free again");
}

#[actix_web::test]
async fn only_what_builds_is_built_again() {
    let world = shop().await;
    world.launch("shop", "demo").await;
    world.carry_out(1).await;
    assert_eq!(act(&world, "restart").await.json()["kind"], "RESTART");
    assert_eq!(act(&world, "start").await.json()["kind"], "START");
    assert_eq!(act(&world, "rebuild").await.code(), "nothing-to-build");
    let built = TEMPLATE
        .replace("    parameters:", "    build: web\n    parameters:")
        .replace("  web:\n", "  front: {image: \"test/busybox:1\", depends_on: [web]}\n  web:\n");
    let saved = world.send("POST", "/api/v1/templates/shop/versions", &[YAML], &built).await;
    assert_eq!(saved.status, StatusCode::CREATED, "{}", saved.text);
    act(&world, "upgrade").await;
    let rebuilt = act(&world, "rebuild").await.json();
    assert_eq!(rebuilt["payload"]["force_recreate"], json!(["front", "web"]), "{rebuilt}");
}

#[actix_web::test]
async fn what_somebody_has_saved_by_hand_is_not_applied_unseen() {
    let world = shop().await;
    let built = TEMPLATE.replace("    parameters:", "    build: web\n    parameters:");
    world.send("POST", "/api/v1/templates/shop/versions", &[YAML], &built).await;
    let launched = world.launch("shop", "demo").await;
    let stack = launched["stack_id"].as_str().unwrap();
    let by_hand = "services:\n  web:\n    image: test/busybox:1\n    privileged: true\n";
    let versions = format!("/api/v1/stacks/{stack}/versions");
    let saved = world.send("POST", &versions, &[YAML, ("If-Match", "*")], by_hand).await;
    assert_eq!(saved.status, StatusCode::CREATED, "{}", saved.text);
    world.carry_out(1).await;
    for answer in [
        act(&world, "rebuild").await,
        put(&world, DEMO, json!({"values": {}})).await,
        act(&world, "upgrade").await,
    ] {
        assert_eq!(
            (answer.status, answer.code().as_str()),
            (StatusCode::CONFLICT, "instance-changed"),
            "{}",
            answer.text
        );
        assert!(answer.text.contains("version 2 of the stack"), "{}", answer.text);
    }
    // Whoever applies it answers for it.
    let applied =
        world.send("POST", &format!("/api/v1/stacks/{stack}/apply/2"), &[("If-Match", "*")], "").await;
    assert_eq!(applied.status, StatusCode::ACCEPTED, "{}", applied.text);
    world.carry_out(2).await;
    assert_eq!(act(&world, "rebuild").await.status, StatusCode::ACCEPTED);
}
