//! Services that are meant to end.

use serde_json::json;

use crate::harness::{Installation, Stack, docker};

fn job(script: &str) -> String {
    format!(
        "
services:
  job: {{image: 'test/busybox:1', command: [sh, -c, '{script}']}}
  app:
    image: test/busybox:1
    command: [idle]
    depends_on: {{job: {{condition: service_completed_successfully}}}}
    stop_grace_period: 1s
"
    )
}

fn app_exists(stack: &Stack) -> bool {
    stack.containers().get("app-1").is_some_and(|app| app["State"]["Running"] == true)
}

#[test]
fn a_job_that_succeeded_is_not_run_again() {
    let installation = Installation::start();
    let stack = installation.create("job", &job("echo once"));
    stack.apply(1).done();
    let runs = stack.runs();

    assert_eq!(stack.apply(1).done().effects(), 0);
    assert_eq!(stack.runs(), runs);
    let status = stack.status();
    assert_eq!(status["state"], "running", "an ended job is not down: {status:#}");
    stack.update(&job("echo twice")).done();
    assert_ne!(stack.runs()["job-1"], runs["job-1"], "a changed job is another job");
}

#[test]
fn a_failed_job_blocks_the_queue_until_somebody_decides() {
    let installation = Installation::start();
    let stack = installation.create("exit3", &job("for i in $$(seq 1 60); do echo line $$i; done; exit 3"));
    let other =
        installation.create("behind", "services: {web: {image: 'test/busybox:1', stop_grace_period: 1s}}");
    let command = stack.apply(1);
    let waiting = other.begin_apply(1);

    let failure = command.failed("SERVICE_EXITED");
    let message = failure["message"]["text"].as_str().unwrap();
    assert!(message.contains('3') && message.contains("job-1"), "{message}");
    let lines: Vec<_> = (11..=60).map(|i| format!("line {i}")).collect();
    assert_eq!(failure["logs"], json!(lines), "the last 50 lines");
    assert_eq!(stack.container("job-1")["State"]["ExitCode"], 3);
    assert!(!app_exists(&stack), "nothing that needs the job runs");

    let queue = installation.api.get("/api/v1/queue").expect(200);
    assert_eq!((&queue["blocked"], &queue["pending"]), (&json!(true), &json!(1)));
    assert_eq!(queue["head"]["command_id"], command.id());
    assert_eq!(waiting.now().status(), "PENDING");
    assert!(other.containers().is_empty());

    assert_eq!(command.cancel().expect(200)["status"], "CANCELLED");
    waiting.ended().done();
    assert_eq!(other.container("web-1")["State"]["Running"], true);
    assert_eq!(command.now().body["failure"]["code"], "SERVICE_EXITED", "why it failed stays known");
    assert!(stack.show()["current_version"].is_null(), "a failed apply is not an applied version");
}

#[test]
fn a_failed_job_runs_again_when_it_is_retried() {
    let installation = Installation::start();
    let stack = installation.create(
        "retry",
        &job("test -f /cure/done || exit 3")
            .replace("job: {image", "job: {volumes: ['cure:/cure'], image")
            .replace("services:", "volumes: {cure: {}}\nservices:"),
    );
    let command = stack.apply(1);
    command.failed("SERVICE_EXITED");
    let volume = format!("{}_cure:/cure", stack.name);
    docker(&["run", "--rm", "--volume", &volume, "test/busybox:1", "touch", "/cure/done"]);

    let retried = command.retry().done();
    assert_eq!((retried.id(), &retried.body["seq"]), (command.id(), &command.body["seq"]));
    assert_eq!(retried.body["retry"], 1);
    assert_eq!(stack.container("job-1")["State"]["ExitCode"], 0);
    assert!(app_exists(&stack));
}

/// A service and two tasks that nothing waits for. Each run adds a line to a file of the volume.
const TASKS: &str = "
services:
  app: {image: 'test/busybox:1', command: [idle], stop_grace_period: 1s, volumes: ['runs:/runs']}
  quick: {image: 'test/busybox:1', command: [sh, -c, 'echo run >> /runs/quick'], volumes: ['runs:/runs']}
  slow:
    image: test/busybox:1
    command: [sh, -c, 'echo run >> /runs/slow; sleep 0.7']
    restart: on-failure
    volumes: ['runs:/runs']
volumes: {runs: {}}
";

#[test]
fn a_command_runs_a_short_task_at_most_once() {
    let installation = Installation::start();
    let stack = installation.create("tasks", TASKS);
    let lines = |stack: &Stack, task: &str| {
        let volume = format!("{}_runs:/runs", stack.name);
        let path = format!("/runs/{task}");
        docker(&["run", "--rm", "--volume", &volume, "test/busybox:1", "cat", &path]).lines().count()
    };
    let runs = |stack: &Stack| (lines(stack, "quick"), lines(stack, "slow"));
    stack.apply(1).done();
    assert_eq!(runs(&stack), (1, 1));
    for what in ["restart", "stop", "start", "start", "restart", "apply/1"] {
        stack.ask(what, &json!({})).done();
        assert_eq!(runs(&stack), (1, 1), "{what}: what is done stays done");
    }
    for (done, what) in ["restart", "start", "restart"].into_iter().enumerate() {
        let command = stack.ask(what, &json!({"service": "quick"})).done();
        assert_eq!(command.body["result"]["notes"], json!([]));
        assert_eq!(runs(&stack), (2 + done, 1), "{what}: asked for by name, it runs once");
    }
    stack.ask("restart", &json!({})).done();
    assert_eq!(runs(&stack), (4, 1));
}
