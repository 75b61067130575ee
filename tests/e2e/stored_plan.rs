//! What was confirmed is what runs.

use serde_json::json;

use crate::harness::{Answer, Installation, Stack, docker};

fn definition(text: &str) -> String {
    format!(
        "services: {{web: {{image: 'test/busybox:1', environment: {{TEXT: {text}}}, stop_grace_period: 1s}}}}"
    )
}

#[test]
fn a_confirmed_plan_is_carried_out_exactly() {
    let installation = Installation::start();
    let stack = installation.create("plan", &definition("one"));
    let plan = stack.plan(1);
    let stored =
        installation.api.get(&format!("/api/v1/plans/{}", plan["plan_id"].as_str().unwrap())).expect(200);
    assert_eq!(stored, plan);

    let command = stack.ask("apply/1", &json!({"plan_id": plan["plan_id"]})).done();
    let steps = plan["steps"].as_array().unwrap().iter().filter(|step| step["waits"] == false);
    let planned: Vec<_> = steps
        .map(|step| format!("{} {}", step["op"].as_str().unwrap(), step["subject"].as_str().unwrap()))
        .collect();
    assert_eq!(command.intents(), planned);

    // The same plan a second time would do nothing now, which is something else than it says.
    let refused = stack.refused("apply/1", &json!({"plan_id": plan["plan_id"]}));
    refuses_as_stale(&stack, &refused);
}

#[test]
fn a_plan_is_refused_when_the_host_has_moved() {
    let installation = Installation::start();
    let stack = installation.create("moved", &definition("one"));
    stack.apply(1).done();
    let version = stack.save(&definition("two"));
    let plan = stack.plan(version);
    docker(&["rm", "--force", &format!("{}-web-1", stack.name)]);

    let answer = stack.refused(&format!("apply/{version}"), &json!({"plan_id": plan["plan_id"]}));
    refuses_as_stale(&stack, &answer);
    assert!(stack.containers().is_empty(), "nothing was touched");
    assert_eq!(stack.show()["current_version"], 1);
}

#[test]
fn a_plan_that_waited_in_the_queue_is_checked_when_its_turn_comes() {
    let mut installation = Installation::start();
    let stack = installation.create("turn", &definition("one"));
    stack.apply(1).done();
    let version = stack.save(&definition("two"));
    let plan = stack.plan(version);
    assert!(installation.worker().terminate().success(), "SIGTERM ends a worker in good order");
    let command = stack.ask_for(&format!("apply/{version}"), &json!({"plan_id": plan["plan_id"]}));
    docker(&["stop", "--time", "1", &format!("{}-web-1", stack.name)]);
    let before = stack.container("web-1");
    installation.start_worker();

    let ended = command.ended();
    ended.failed("PLAN_STALE");
    assert!(ended.intents().is_empty());
    assert_eq!(stack.container("web-1"), before);
}

/// By the server if it knows already, else by the worker: before the first effect in any case.
fn refuses_as_stale(stack: &Stack, answer: &Answer) {
    let before = stack.runs();
    if answer.status == 200 {
        assert_eq!(answer.body["status"], "FAILED", "{:#}", answer.body);
        assert_eq!(answer.body["failure"]["code"], "PLAN_STALE");
    } else {
        assert_eq!(answer.problem(409), "plan-stale");
    }
    assert_eq!(stack.runs(), before);
}
