//! The work of every client of `tests/clients`, with the types and calls that were generated for Rust.

use core_monitor_client::types::{
    ApplyOptions, CommandStatus, Definition, DeleteBody, ErrorCode, Event, KnownEvent, Problem, StepOp,
};
use core_monitor_client::{Client, Error, ResponseValue};
use serde_json::{Value, json};

fn compose(hostname: &str) -> Value {
    json!({"services": {"web": {
        "image": "test/busybox:1", "command": ["idle"], "stop_grace_period": "1s", "hostname": hostname
    }}})
}

fn client() -> Client {
    let token = std::env::var("CORE_MONITOR_TOKEN").unwrap();
    let mut headers = reqwest::header::HeaderMap::new();
    headers.insert("authorization", format!("Bearer {token}").parse().unwrap());
    let http = reqwest::Client::builder().default_headers(headers).build().unwrap();
    Client::new_with_client(&std::env::var("CORE_MONITOR_URL").unwrap(), http)
}

fn problem<T: std::fmt::Debug>(answer: Result<ResponseValue<T>, Error<Problem>>) -> Problem {
    match answer {
        Err(Error::ErrorResponse(problem)) => problem.into_inner(),
        other => panic!("{other:?}"),
    }
}

fn known(event: Event) -> Option<KnownEvent> {
    event.subtype_0
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let client = client();
    let name = format!("clients-rust-{}", std::process::id());

    // A typed problem.
    let nobody: uuid::Uuid = "01a22844-0000-7000-8000-000000000000".parse().unwrap();
    let missing = problem(client.show_stack().id(nobody).send().await);
    assert_eq!(missing.code, ErrorCode::StackNotFound);
    assert_eq!(missing.detail, missing.message.text);

    // Errors with positions.
    let wrong = Definition::builder().compose("services:\n  web: {imgae: x}\n");
    let invalid = problem(client.lint_definition().body(wrong).send().await);
    assert_eq!(invalid.errors[0].line, Some(2));

    // Two versions, and what differs.
    let first = Definition::builder().name(Some(name.clone())).compose(compose("one"));
    let created = client.create_stack().body(first).send().await.unwrap().into_inner();
    let id = created.stack.stack_id;
    let second = Definition::builder().compose(compose("two"));
    let saved = client.save_version().id(id).if_match(created.stack.revision.to_string()).body(second).send().await;
    let saved = saved.unwrap().into_inner();
    let difference = client.diff_versions().id(id).from_version(1).to_version(2).send().await.unwrap();
    assert!(difference.model.iter().any(|change| change.after == "two"), "{:?}", difference.model);

    // A plan, and exactly this plan.
    let plan = client.make_plan().id(id).version(2).send().await.unwrap().into_inner();
    assert!(plan.steps.iter().any(|step| step.op == StepOp::CreateContainer), "{:?}", plan.steps);
    let options = ApplyOptions::builder().plan_id(Some(plan.plan_id));
    let applied = client
        .apply_version()
        .id(id)
        .version(2)
        .if_match(saved.stack.revision.to_string())
        .idempotency_key(name.clone())
        .wait(60)
        .body(options)
        .send()
        .await
        .unwrap()
        .into_inner();
    assert_eq!(applied.status, CommandStatus::Done, "{:?}", applied.failure);

    // Its events.
    let events = client.list_command_events().id(applied.command_id).send().await.unwrap().into_inner().items;
    let count = events.len();
    let steps: Vec<_> = plan.steps.iter().map(|step| step.id).collect();
    let step_of = |event| match event {
        KnownEvent::IntentEvent(intent) => intent.detail.step_id,
        _ => None,
    };
    let intents: Vec<_> = events.into_iter().filter_map(known).filter_map(step_of).collect();
    assert!(!intents.is_empty() && intents.iter().all(|step| steps.contains(step)), "{intents:?}");

    // What runs now.
    let listed = client.list_stacks().name(name).send().await.unwrap().into_inner();
    assert_eq!(listed.items[0].last_command.as_ref().unwrap().status, CommandStatus::Done);
    let containers = client.list_stack_containers().id(id).send().await.unwrap().into_inner();
    assert_eq!(containers.items[0].service.as_deref(), Some("web"));

    // And away again.
    let revision = client.show_stack().id(id).send().await.unwrap().revision.to_string();
    let body = DeleteBody::builder().volumes(true);
    let deleted = client.delete_stack().id(id).if_match(revision).wait(60).body(body).send().await.unwrap();
    assert_eq!(deleted.status, CommandStatus::Done, "{:?}", deleted.failure);
    println!("Rust: {count} events of one apply");
}
