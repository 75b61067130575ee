//! Back to what ran before.

use serde_json::json;
use ureq::http::Method;

use crate::harness::{Installation, docker, unique};

/// A tag that is removed at the end; the images behind it stay.
struct Tag(String);

impl Tag {
    fn new() -> Self {
        Self(format!("{}:1", unique("test/e2e-")))
    }

    fn put_on(&self, image: &str) {
        docker(&["tag", image, &self.0]);
    }
}

impl Drop for Tag {
    fn drop(&mut self) {
        // Never made when the test has failed early.
        let _ = crate::harness::try_docker(&["image", "rm", &self.0]);
    }
}

fn image_id(image: &str) -> String {
    docker(&["image", "inspect", "--format", "{{.Id}}", image])
}

#[test]
fn a_version_comes_back_with_the_image_it_ran_with() {
    let installation = Installation::start();
    let tag = Tag::new();
    tag.put_on("test/busybox:1");
    let definition = |text: &str| {
        format!(
            "services: {{web: {{image: '{}', command: [idle], environment: {{TEXT: {text}}}, stop_grace_period: 1s}}}}",
            tag.0
        )
    };
    let stack = installation.create("rollback", &definition("one"));
    stack.apply(1).done();
    tag.put_on("test/busybox:2");
    stack.update(&definition("two")).done();
    assert_eq!(
        stack.container("web-1")["Image"],
        image_id("test/busybox:2"),
        "an apply takes what the tag means now"
    );

    stack.ask("rollback/1", &json!({})).done();
    let web = stack.container("web-1");
    assert_eq!(web["Image"], image_id("test/busybox:1"));
    assert!(web["Config"]["Env"].as_array().unwrap().contains(&json!("TEXT=one")));
    assert_eq!(stack.show()["current_version"], 1);
    let again = stack.ask("rollback/1", &json!({})).done();
    assert_eq!(again.effects(), 0, "{:?}", again.intents());

    stack.ask("rollback/1", &json!({"refresh_images": true})).done();
    assert_eq!(
        stack.container("web-1")["Image"],
        image_id("test/busybox:2"),
        "unless the tags of today are asked for"
    );
}

/// Its health is not known before its end, so it cannot pass for stable on a slow machine.
const BROKEN: &str =
    "command: [sh, -c, 'echo no luck; exit 4'], healthcheck: {test: [CMD, 'false'], interval: 1h}";

fn definition(rest: &str) -> String {
    format!("services: {{web: {{image: 'test/busybox:1', stop_grace_period: 1s, {rest}}}}}")
}

#[test]
fn a_failed_apply_can_go_back_by_itself() {
    let installation = Installation::start();
    let stack = installation.create("hold", &definition("command: [idle]"));
    stack.apply(1).done();
    let version = stack.save(&definition(BROKEN));
    let command = stack.ask(&format!("apply/{version}"), &json!({"on_failure": "rollback"}));

    assert_eq!(command.status(), "CANCELLED", "{:#}", command.body);
    assert_eq!(command.body["failure"]["code"], "SERVICE_EXITED");
    let web = stack.container("web-1");
    assert_eq!((&web["Config"]["Cmd"], &web["State"]["Running"]), (&json!(["idle"]), &json!(true)));
    assert_eq!(stack.show()["current_version"], 1);
    let queue = installation.api.get("/api/v1/queue").expect(200);
    assert_eq!((&queue["head"], &queue["blocked"]), (&json!(null), &json!(false)), "nothing is blocked");
}

#[test]
fn a_stack_can_go_back_by_default_and_a_request_has_the_last_word() {
    let installation = Installation::start();
    let stack = installation.create("default", &definition("command: [idle]"));
    assert_eq!(stack.show()["on_failure"], "hold");
    stack.apply(1).done();
    let version = stack.save(&definition(BROKEN));
    let headers = [("If-Match", "*"), ("Content-Type", "application/json")];
    let change = r#"{"on_failure": "rollback"}"#;
    let changed = installation.api.send(&Method::PATCH, &stack.path(""), &headers, change).unwrap();
    assert_eq!(changed.expect(200)["on_failure"], "rollback");

    let command = stack.apply(version);
    assert_eq!(command.status(), "CANCELLED", "{:#}", command.body);
    assert_eq!(command.body["failure"]["code"], "SERVICE_EXITED");
    assert_eq!(command.body["payload"]["on_failure"], "rollback", "it says what it does");
    assert_eq!(command.body["result"]["rolled_back_to"], 1);
    assert_eq!(stack.container("web-1")["Config"]["Cmd"], json!(["idle"]));

    let held = stack.ask(&format!("apply/{version}"), &json!({"on_failure": "hold"}));
    held.failed("SERVICE_EXITED");
    // Whoever comes behind it is told so, in the command, in its events and with its stack.
    let other = installation.create("behind", &definition("command: [idle]"));
    let behind = other.begin_apply(1);
    let holders = [
        behind.body["waits_behind"].clone(),
        other.show()["waits_behind"].clone(),
        other.status()["waits_behind"].clone(),
        behind.events().until("what it waits behind", |event| event.kind == "HELD").pop().unwrap().data["detail"].clone(),
    ];
    for holder in holders {
        assert_eq!((&holder["command_id"], &holder["stack_id"]), (&json!(held.id()), &json!(stack.id)));
        assert_eq!((&holder["seq"], &holder["status"]), (&held.body["seq"], &json!("FAILED")));
        assert_eq!(holder["since"], held.body["timestamps"]["finished_at"]);
    }
    assert_eq!(held.cancel().status, 200);
    behind.ended().done();
}
