//! Back to what ran before.

use serde_json::json;

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

#[test]
fn a_failed_apply_can_go_back_by_itself() {
    let installation = Installation::start();
    let definition = |command: &str| {
        format!("services: {{web: {{image: 'test/busybox:1', command: {command}, stop_grace_period: 1s}}}}")
    };
    let stack = installation.create("hold", &definition("[idle]"));
    stack.apply(1).done();
    let version = stack.save(&definition("[sh, -c, 'echo no luck; exit 4']"));
    let command = stack.ask(&format!("apply/{version}"), &json!({"on_failure": "rollback"}));

    assert_eq!(command.status(), "CANCELLED", "{:#}", command.body);
    assert_eq!(command.body["failure"]["code"], "SERVICE_EXITED");
    let web = stack.container("web-1");
    assert_eq!((&web["Config"]["Cmd"], &web["State"]["Running"]), (&json!(["idle"]), &json!(true)));
    assert_eq!(stack.show()["current_version"], 1);
    let queue = installation.api.get("/api/v1/queue").expect(200);
    assert_eq!((&queue["head"], &queue["blocked"]), (&json!(null), &json!(false)), "nothing is blocked");
}
