//! Images built from the files of a version.

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
    let saved = installation.api.upload(&stack.path("/versions/archive"), &headers, archive).expect(201);
    saved["version"]["version"].as_u64().unwrap()
}

fn page(stack: &Stack) -> String {
    docker(&["exec", &format!("{}-web-1", stack.name), "cat", "/app/page"])
}

fn ops(plan: &Value) -> Vec<String> {
    let steps = plan["steps"].as_array().unwrap();
    steps
        .iter()
        .map(|step| {
            format!(
                "{} ({})",
                step["action"]["text"].as_str().unwrap(),
                step["cause"]["text"].as_str().unwrap()
            )
        })
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
    assert_eq!(ops(&plan)[0], format!("build image {}-web (what it is built from changed)", stack.name));
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
fn a_failed_build_step_is_reported_and_the_old_container_keeps_running() {
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
    assert!(failure["message"]["text"].as_str().unwrap().ends_with("code: 7"), "{failure:#}");
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
fn unsupported_builds_are_refused_when_saved() {
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
    check("https://example.com/app.git", "is a remote context");
    check(
        "{context: ., dockerfile_inline: FROM a, platforms: [linux/amd64, linux/arm64]}",
        "several platforms",
    );
    check(
        "{context: ., dockerfile_inline: FROM a, additional_contexts: {b: ./b}}",
        "build.additional_contexts",
    );
    check("{context: ., dockerfile_inline: FROM a, privileged: true}", "build.privileged");
    check("{context: .., dockerfile_inline: FROM a}", "outside the files of the version");
}

/// One service that is built, as JSON.
fn built(image: &str, step: &str, network: &str) -> String {
    let dockerfile = format!("FROM test/busybox:1\\nRUN {step}\\n");
    format!(
        r#"{{"services": {{"web": {{"image": "{image}", "command": ["idle"], "stop_grace_period": "1s",
            "build": {{"context": ".", "dockerfile_inline": "{dockerfile}"{network}}}}}}}}}"#
    )
}

#[test]
fn a_build_does_not_move_a_tag_that_another_stack_runs() {
    let installation = Installation::start();
    let image = format!("{}/app:1", unique("other"));
    let other = installation.create("other", &built(&image, "echo one > /page", ""));
    other.apply(1).done();
    let id = inspect(&image)["Id"].clone();

    let stack = installation.create("mover", &built(&image, "echo two > /page", ""));
    let plan = stack.plan(1);
    assert_eq!(plan["blockers"][0]["code"], "BUILD_REFUSED", "{plan:#}");
    let failed = stack.apply(1);
    let failure = failed.failed("BUILD_REFUSED");
    assert!(failure["message"].to_string().contains(&format!("{}-web-1", other.name)), "{failure:#}");
    assert_eq!(inspect(&image)["Id"], id, "the name still means the same image");
    failed.cancel();

    // The other stack may of course build its own image again.
    other.update(&built(&image, "echo three > /page", "")).done();
    drop(installation);

    let lenient = Installation::with(&[("CORE_MONITOR_BUILD_FOREIGN_TAGS", "warn")]);
    let one = lenient.create("other", &built(&image, "echo one > /page", ""));
    one.apply(1).done();
    let two = lenient.create("mover", &built(&image, "echo two > /page", ""));
    let plan = two.plan(1);
    assert_eq!(plan["blockers"], json!([]), "{plan:#}");
    assert!(plan["notes"].to_string().contains("moves the name"), "{plan:#}");
    two.apply(1).done();
}

#[test]
fn build_steps_do_not_reach_the_loopback_address_of_the_host() {
    let listener = std::net::TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let port = listener.local_addr().unwrap().port();
    // Connections wait here until they are accepted.
    listener.set_nonblocking(true).unwrap();
    let installation = Installation::start();
    let step = format!("timeout 2 nc 127.0.0.1 {port} </dev/null; true");
    let image = |name: &str| unique(name);
    // BuildKit, the classic builder, and no network at all.
    for (number, network) in ["", r#", "network": "default""#, r#", "network": "none""#].iter().enumerate() {
        let stack =
            installation.create("net", &built(&image("net"), &format!("{step}; echo {number}"), network));
        stack.apply(1).done();
    }
    let host = r#", "network": "host""#;
    let stack = installation.create("net", &built(&image("net"), &step, host));
    let failed = stack.apply(1);
    let failure = failed.failed("BUILD_REFUSED");
    assert!(failure["message"].to_string().contains("build_networks"), "{failure:#}");
    drop(installation);
    assert_eq!(listener.accept().unwrap_err().kind(), std::io::ErrorKind::WouldBlock, "nobody got through");

    // On purpose, it does.
    let open = Installation::with(&[("CORE_MONITOR_BUILD_NETWORKS", "default,host")]);
    open.create("net", &built(&image("net"), &step, host)).apply(1).done();
    listener.accept().unwrap();
}

#[test]
fn the_engine_fetches_nothing_for_a_build_from_the_loopback_address_of_the_host() {
    let listener = std::net::TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let address = listener.local_addr().unwrap();
    listener.set_nonblocking(true).unwrap();
    let project = |dockerfile: &str| {
        let compose =
            "services: {web: {command: [idle], build: {context: ., dockerfile: build.txt, network: none}}}\n";
        project(&[("compose.yaml", compose), ("build.txt", dockerfile)])
    };
    let dockerfiles = [
        format!("FROM test/busybox:1\nADD http://{address}/x /x\n"),
        format!("#syntax={address}/frontend:1\nFROM test/busybox:1\n"),
        format!("FROM test/busybox:1\nARG FROM={address}\nADD http://${{FROM}}/other /x\n"),
    ];
    let installation = Installation::start();
    for dockerfile in &dockerfiles {
        let stack = installation.create_from("fetch", TAR, &project(dockerfile));
        let failed = stack.apply(1);
        let failure = failed.failed("BUILD_REFUSED");
        assert!(failure["message"].to_string().contains("`127.0.0.1`"), "{dockerfile}{failure:#}");
        failed.cancel();
    }
    drop(installation);
    assert_eq!(listener.accept().unwrap_err().kind(), std::io::ErrorKind::WouldBlock, "nobody got through");

    let open = Installation::with(&[("CORE_MONITOR_BUILD_NETWORKS", "none,host")]);
    let stack = open.create_from("fetch", TAR, &project(&dockerfiles[0]));
    assert_eq!(stack.plan(1)["blockers"], json!([]), "on purpose, it does");
}
