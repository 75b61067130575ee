//! Images made from the files of a version: the version decides what runs.

use std::time::Duration;

use serde_json::{Value, json};

use crate::harness::{Installation, Stack, docker, inspect, stopwatch, try_docker, unique};

const TAR: &str = "application/x-tar";
const SOON: Duration = Duration::from_secs(5);

const COMPOSE: &str = "
services:
  web:
    build: {context: app, args: {WHO: me, API_TOKEN: canary-token}}
    command: [idle]
    stop_grace_period: 1s
  side:
    image: test/busybox:1
    command: [idle]
    stop_grace_period: 1s
";

const DOCKERFILE: &str = "FROM test/busybox:1\nARG WHO\nENV WHO=$WHO\nCOPY . /app\n";

fn project(files: &[(&str, &str)]) -> Vec<u8> {
    let mut tar = tar::Builder::new(Vec::new());
    for (path, text) in files {
        let mut header = tar::Header::new_gnu();
        header.set_mode(0o644);
        header.set_size(text.len() as u64);
        tar.append_data(&mut header, path, text.as_bytes()).unwrap();
    }
    tar.into_inner().unwrap()
}

fn with_page(page: &str) -> Vec<u8> {
    let ignore = "*.log\n.dockerignore\nDockerfile\n";
    project(&[
        ("compose.yaml", COMPOSE),
        ("app/Dockerfile", DOCKERFILE),
        ("app/.dockerignore", ignore),
        ("app/page", page),
        ("app/debug.log", page),
    ])
}

fn save(installation: &Installation, stack: &Stack, archive: &[u8]) -> u64 {
    let headers = [("Content-Type", TAR), ("If-Match", "*")];
    let saved = installation.api.upload(&stack.path("/versions"), &headers, archive).expect(201);
    saved["version"]["version"].as_u64().unwrap()
}

fn page(stack: &Stack) -> String {
    docker(&["exec", &format!("{}-web-1", stack.name), "cat", "/app/page"])
}

fn ops(plan: &Value) -> Vec<String> {
    let steps = plan["steps"].as_array().unwrap();
    steps
        .iter()
        .map(|step| format!("{} ({})", step["text"].as_str().unwrap(), step["cause"].as_str().unwrap()))
        .collect()
}

#[test]
fn a_changed_file_means_a_new_image_and_nothing_else() {
    let installation = Installation::start();
    let stack = installation.create_from("build", TAR, &with_page("one"));
    let first = stack.apply(1).done();
    assert!(first.intents().contains(&format!("build_image {}-web", stack.name)));
    assert_eq!(page(&stack), "one");
    let web = format!("{}-web-1", stack.name);
    assert_eq!(docker(&["exec", &web, "sh", "-c", "ls /app; echo $WHO"]), "page\nme");
    let one = stack.runs();

    // The same version again: nothing to do.
    assert_eq!(stack.plan(1)["empty"], true);
    assert_eq!(stack.apply(1).done().effects(), 0);
    assert_eq!(stack.runs(), one);

    // A file that is not sent changes nothing; one that is replaces the one service.
    let ignored = project(&[
        ("compose.yaml", COMPOSE),
        ("app/Dockerfile", DOCKERFILE),
        ("app/.dockerignore", "*.log\n.dockerignore\nDockerfile\n"),
        ("app/page", "one"),
        ("app/debug.log", "another one"),
    ]);
    save(&installation, &stack, &ignored);
    assert_eq!(stack.plan(2)["empty"], true, "{:#}", stack.plan(2));
    save(&installation, &stack, &with_page("two"));
    let plan = stack.plan(3);
    assert_eq!(ops(&plan)[0], format!("build image {}-web (build changed)", stack.name));
    assert_eq!(plan["impact"]["builds"], json!([format!("{}-web", stack.name)]));
    stack.ask("apply/3", &json!({ "plan_id": plan["plan_id"] })).done();
    assert_eq!(page(&stack), "two");
    let two = stack.runs();
    assert_eq!((&two["side-1"], two["web-1"] != one["web-1"]), (&one["side-1"], true));

    // Back to the very image of the first release, which has lost its name.
    let before = inspect(&web)["Image"].clone();
    stack.ask("rollback/1", &json!({})).done();
    assert_eq!(page(&stack), "one");
    assert_ne!(inspect(&web)["Image"], before);
    // And again when it is gone: it is built from the files of the version.
    stack.apply(3).done();
    let image =
        docker(&["image", "ls", "--quiet", "--filter", "dangling=true", "--filter", &built_for(&stack)]);
    docker(&["image", "rm", "--force", &image]);
    stack.ask("rollback/1", &json!({})).done();
    assert_eq!(page(&stack), "one");
    stack.ask("delete", &json!({})).done();
    assert!(
        try_docker(&["image", "inspect", &format!("{}-web", stack.name)]).is_ok(),
        "images stay, as with `down`"
    );
    assert!(!installation.said().contains("canary-token"));
}

fn built_for(stack: &Stack) -> String {
    format!("label=io.core-monitor.build.stack={}", stack.id)
}

#[test]
fn a_step_mounts_a_secret_that_came_with_the_files() {
    let installation = Installation::start();
    let compose = |token: &str| {
        format!(
            "
services:
  web:
    build: {{context: app, secrets: [npmrc, {{source: token, target: api}}]}}
    command: [idle]
    stop_grace_period: 1s
secrets:
  npmrc: {{file: ./keys/npmrc}}
  token: {{environment: TOKEN}}
x-token: {token}
"
        )
    };
    // With a mark of its own, else an engine that has run the step before says nothing.
    let dockerfile = format!(
        "FROM test/busybox:1\nRUN --mount=type=secret,id=npmrc --mount=type=secret,id=api : {}; \
         cat /run/secrets/npmrc /run/secrets/api; cat /run/secrets/* | wc -c > /length\n",
        unique("run")
    );
    let files = |token: &str| {
        project(&[
            ("compose.yaml", &compose(token)),
            (".env", &format!("TOKEN={token}\n")),
            ("app/Dockerfile", &dockerfile),
            ("keys/npmrc", "canary-npmrc\n"),
        ])
    };
    let stack = installation.create_from("mounted", TAR, &files("canary-token"));
    let plan = stack.plan(1);
    assert!(!plan.to_string().contains("canary"), "{plan:#}");
    let applied = stack.apply(1).done();
    let length = docker(&["exec", &format!("{}-web-1", stack.name), "cat", "/length"]);
    assert_eq!(length, "25");
    let events = applied.events().until("the end", |event| event.kind == "SETTLED");
    let told = format!("{events:?}");
    assert!(told.contains("\"***\"") && !told.contains("canary"), "{told}");
    assert!(!installation.said().contains("canary"));
    assert!(!docker(&["history", "--no-trunc", &format!("{}-web", stack.name)]).contains("canary"));

    // Another content alone makes no other image.
    save(&installation, &stack, &files("renewed-token"));
    assert_eq!(stack.plan(2)["empty"], true, "{:#}", stack.plan(2));
    stack.ask("delete", &json!({})).done();
}

#[test]
fn a_failing_step_is_told_and_the_old_container_still_runs() {
    let installation = Installation::start();
    let inline = |last: &str| {
        let lines = format!("FROM test/busybox:1\nARG API_TOKEN\nRUN echo begin\n{last}\n");
        let indented = lines.replace('\n', "\n        ");
        format!(
            "services:\n  web:\n    build:\n      args: {{API_TOKEN: canary-token}}\n      dockerfile_inline: |\n        \
             {indented}\n    command: [idle]\n    stop_grace_period: 1s\n"
        )
    };
    let stack = installation.create("failing", &inline("RUN true"));
    stack.apply(1).done();
    let runs = stack.runs();
    let failed = stack.update(&inline("RUN echo no such thing $$API_TOKEN; exit 7"));
    let failure = failed.failed("BUILD_FAILED").clone();
    assert!(failure["message"].as_str().unwrap().ends_with("code: 7"), "{failure:#}");
    let logs = failure["logs"].to_string();
    assert!(logs.contains("\"no such thing ***\""), "{logs}");
    let events = failed.events().until("the end", |event| event.kind == "SETTLED");
    assert!(events.iter().any(|event| event.is("PROGRESS", "build_image")));
    assert_eq!(stack.runs(), runs);
    assert!(!failed.body.to_string().contains("canary") && !installation.said().contains("canary"));
    assert_eq!(failed.cancel().status, 200);
    stack.update(&inline("RUN exit 0")).done();
    assert_ne!(stack.runs(), runs);
    stack.ask("delete", &json!({})).done();
}

#[test]
fn a_build_ends_when_it_is_cancelled() {
    let installation = Installation::start();
    let definition = "services: {web: {build: {dockerfile_inline: \"FROM test/busybox:1\\nRUN sleep 600\"}, command: [idle]}}";
    let stack = installation.create("slow", definition);
    let command = stack.begin_apply(1);
    command.events().until("the build is under way", |event| event.is("PROGRESS", "build_image"));
    let (ended, took) = stopwatch(|| {
        command.cancel();
        command.ended()
    });
    assert_eq!((ended.status(), took < SOON), ("CANCELLED", true), "{took:?}");
    assert!(try_docker(&["image", "inspect", &format!("{}-web", stack.name)]).is_err());
    stack.ask("delete", &json!({})).done();
}

#[test]
fn a_build_goes_on_after_the_worker_was_killed() {
    let mut installation = Installation::start();
    // With a mark of its own, else an engine that has run the step before does not run it again.
    let definition = format!(
        "services: {{web: {{build: {{dockerfile_inline: \"FROM test/busybox:1\\nRUN sleep 4; echo {}\"}}, \
         command: [idle], stop_grace_period: 1s}}}}",
        unique("run")
    );
    let stack = installation.create("killed", &definition);
    let command = stack.begin_apply(1);
    command.events().until("the build is under way", |event| event.is("PROGRESS", "build_image"));
    installation.worker().kill();
    installation.start_worker();
    command.ended().done();
    assert_eq!(stack.container("web-1")["State"]["Running"], true);
    stack.ask("delete", &json!({})).done();
}

#[test]
fn what_cannot_be_built_is_refused_when_it_is_saved() {
    let installation = Installation::without_worker(&[]);
    let check = |build: &str, words: &str| {
        let definition = format!("name: refused\nservices: {{web: {{build: {build}}}}}");
        let answer =
            installation.api.post("/api/v1/stacks", &[("Content-Type", "application/yaml")], &definition);
        assert_eq!(answer.problem(422), "invalid-definition");
        assert!(answer.body.to_string().contains(words), "{:#}", answer.body);
        assert!(answer.body["errors"][0]["line"].is_number(), "{:#}", answer.body);
    };
    check(".", "send the project folder as an archive");
    check("https://example.com/app.git", "is fetched from elsewhere");
    check(
        "{context: ., dockerfile_inline: FROM a, platforms: [linux/amd64, linux/arm64]}",
        "several platforms",
    );
    check(
        "{context: ., dockerfile_inline: FROM a, additional_contexts: {b: ./b}}",
        "build.additional_contexts",
    );
    check("{context: ., dockerfile_inline: FROM a, privileged: true}", "build.privileged");
    check("{context: .., dockerfile_inline: FROM a}", "not within the files of the version");
}
