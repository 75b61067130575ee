//! Terminals and commands in containers, from a client through server, link and worker to the engine and back.

use std::time::Duration;

use serde_json::{Value, json};

use crate::harness::{Installation, Stack, Terminal, docker, inspect, pass, poll, stopwatch};

const LIMIT: Duration = Duration::from_secs(30);
const JSON: (&str, &str) = ("Content-Type", "application/json");

const DEFINITION: &str = "
services:
  web:
    image: test/busybox:1
    command: [idle]
    stop_grace_period: 1s
    environment: {FROM_THE_STACK: 'yes'}
";

fn start(settings: &[(&str, &str)]) -> (Installation, Stack, String) {
    let installation = Installation::with(settings);
    let stack = installation.create("terminals", DEFINITION);
    stack.apply(1).done();
    let name = format!("{}-web-1", stack.name);
    (installation, stack, name)
}

/// The audit of what happened in containers, oldest first, without the tokens that were issued.
fn audit(installation: &Installation) -> Vec<Value> {
    let mut items =
        installation.api.get("/api/v1/audit?limit=200").expect(200)["items"].as_array().unwrap().clone();
    items.retain(|item| item["resource"].as_str().unwrap().starts_with("container:"));
    items.reverse();
    items
}

/// The resident memory of a process, in KiB.
fn memory(pid: impl std::fmt::Display) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
    line.trim().trim_end_matches(" kB").parse().unwrap()
}

#[test]
fn a_terminal_is_one_like_any_other() {
    let (installation, _, name) = start(&[]);
    let api = &installation.api;
    let body = json!({"environment": {"TOLD": "canary-variable"}, "workdir": "/tmp", "user": "1234:5678", "columns": 100, "rows": 30});
    let mut terminal = Terminal::open(api, &name, &body);
    terminal.send(b"echo $TOLD $FROM_THE_STACK $PWD $(id -u):$(id -g) $TERM\n");
    terminal.prints("canary-variable yes /tmp 1234:5678 xterm\r\n");
    terminal.send(b"stty size\n");
    terminal.prints("30 100\r\n");
    terminal.resize(132, 43);
    terminal.send(b"stty size\n");
    terminal.prints("43 132\r\n");
    // A program in the foreground is interrupted, as in any terminal.
    // Until the first of the two has run, the shell may still read keys itself, and the key would be no signal.
    terminal.send(b"echo at-$((1 + 1)); sleep 86400\n");
    terminal.prints("at-2\r\n");
    terminal.send(b"\x03");
    // The shell forgets what is typed before it asks again.
    terminal.prints("$ ");
    terminal.send(b"echo canary-$((40 + 2))\n");
    terminal.prints("canary-42\r\n");
    terminal.send(b"exit 7\n");
    let (code, reason, words) = terminal.closed();
    assert_eq!((code, words), (1_000, json!({"exit": {"code": 7}})));
    assert!(reason.contains('7'), "{reason}");

    let mut missing = Terminal::open(api, &name, &json!({"command": ["no-such-shell", "canary-argument"]}));
    let (code, reason, words) = missing.closed();
    assert_eq!((code, &words["error"]["code"]), (4_006, &json!("program_not_found")));
    assert!(reason.contains("no such program"), "{reason}");

    let lines = audit(&installation);
    let line = |index: usize| {
        let item = &lines[index];
        assert_eq!(item["detail"]["name"], name);
        (
            item["change"].as_str().unwrap(),
            item["detail"]["program"].as_str(),
            item["detail"]["exit_code"].as_i64(),
        )
    };
    assert_eq!((line(0), line(1)), (("started", Some("/bin/sh"), None), ("ended", Some("/bin/sh"), Some(7))));
    assert_eq!((line(2).1, lines[2]["detail"]["arguments"].as_u64()), (Some("no-such-shell"), Some(1)));
    let id = inspect(&name)["Id"].as_str().unwrap().to_owned();
    assert_eq!(lines[0]["resource"], format!("container:{id}"));
    let everywhere =
        format!("{}{}", installation.said(), String::from_utf8_lossy(&installation.database_bytes()));
    for secret in ["canary-variable", "canary-argument", "canary-42", "canary-$", "ticket="] {
        assert!(!everywhere.contains(secret), "`{secret}` is in a log or the database");
    }
}

#[test]
fn a_large_paste_and_a_flood_pass_with_flat_memory() {
    let (mut installation, _, name) = start(&[]);
    let api = std::sync::Arc::clone(&installation.api);
    // A paste of 1 MB in one message, which arrives byte for byte.
    let mut paste = Terminal::open(
        &api,
        &name,
        &json!({"command": ["sh", "-c", "stty raw -echo; echo ready; head -c 1000000 | md5sum"]}),
    );
    paste.prints("ready");
    let bytes: Vec<u8> = (0..1_000_000_u32).map(|number| b'a' + u8::try_from(number % 26).unwrap()).collect();
    paste.send(&bytes);
    let sum = docker(&[
        "exec",
        &name,
        "sh",
        "-c",
        "yes abcdefghijklmnopqrstuvwxyz | tr -d '\\n' | head -c 1000000 | md5sum",
    ]);
    paste.prints(sum.split_whitespace().next().unwrap());
    assert_eq!(paste.closed().0, 1_000);

    // Some MB first, so that what is allocated once is.
    let mut flood = Terminal::open(
        &api,
        &name,
        &json!({"command": ["yes", "a line of output that nobody has asked for"]}),
    );
    flood.count(4 << 20);
    let (server, worker) = (installation.server().pid(), installation.worker().pid());
    let pid = |pid: rustix::process::Pid| pid.as_raw_nonzero();
    let before = (memory(pid(server)), memory(pid(worker)));
    // Nobody reads.
    pass(Duration::from_secs(5));
    let after = (memory(pid(server)), memory(pid(worker)));
    let grown = (after.0.saturating_sub(before.0), after.1.saturating_sub(before.1));
    assert!(grown.0 < 8 << 10 && grown.1 < 8 << 10, "server and worker have grown by {grown:?} KiB");
    // It goes on where it was.
    flood.count(4 << 20);
    let ((), took) = stopwatch(|| {
        let mut other = Terminal::open(&api, &name, &json!({}));
        other.send(b"echo still $((40 + 2))\n");
        other.prints("still 42");
    });
    assert!(took < LIMIT, "others are not held up: {took:?}");
}

#[test]
fn a_terminal_ends_with_code_and_words_when_what_it_needs_does() {
    let (mut installation, stack, name) = start(&[]);
    let api = std::sync::Arc::clone(&installation.api);
    let open = || {
        let mut terminal = Terminal::open(&api, &name, &json!({}));
        terminal.send(b"echo here $((40 + 2))\n");
        terminal.prints("here 42");
        terminal
    };
    let terminal = open();
    docker(&["kill", &name]);
    terminal.ends(4_000, "container_stopped");
    stack.ask("start", &json!({})).done();

    let terminal = open();
    docker(&["rm", "--force", &name]);
    terminal.ends(4_000, "container_stopped");
    stack.apply(1).done();

    let terminal = open();
    installation.worker().kill();
    terminal.ends(4_001, "worker_away");
    installation.start_worker();
    poll("the next worker answers", LIMIT, || {
        let answer = api.get(&format!("/api/v1/containers/{name}/top"));
        (answer.status == 200).then_some(())
    });

    let terminal = open();
    installation.server().terminate();
    terminal.ends(1_001, "stopping");
}

#[test]
fn a_terminal_is_for_who_may_have_it() {
    let (mut installation, stack, name) =
        start(&[("CORE_MONITOR_TERMINAL_IDLE", "3s"), ("CORE_MONITOR_TERMINALS_PER_CALLER", "2")]);
    let api = std::sync::Arc::clone(&installation.api);
    let ticket = Terminal::ticket(&api, &name, &json!({}));
    assert_eq!(Terminal::connect(&api, &ticket, &[("Origin", "https://evil.example")]).err(), Some(403));
    let own = format!("http://{}", api.address());
    let first =
        Terminal::connect(&api, &ticket, &[("Origin", own.as_str())]).map_err(|status| status.to_string());
    let first = first.unwrap_or_else(|status| panic!("{status}"));
    assert_eq!(Terminal::connect(&api, &ticket, &[]).err(), Some(401), "it was used");
    assert_eq!(Terminal::connect(&api, "/api/v1/terminal?ticket=guess", &[]).err(), Some(401));
    let second = Terminal::open(&api, &name, &json!({}));
    let third = api.post(&format!("/api/v1/containers/{name}/terminal"), &[JSON], "{}");
    assert_eq!(third.problem(429), "too-many-terminals");
    first.ends(4_002, "idle");
    second.ends(4_002, "idle");

    // A container that belongs to no stack, and one of Core Monitor itself, whatever else it is.
    let stranger = crate::harness::Stranger::run(&["test/busybox:1", "idle"]);
    let refused = api.post(&format!("/api/v1/containers/{}/terminal", stranger.id()), &[JSON], "{}");
    assert_eq!(refused.problem(404), "container-not-found");
    stack.ask("stop", &json!({})).done();
    let stopped = api.post(&format!("/api/v1/containers/{name}/terminal"), &[JSON], "{}");
    assert_eq!(stopped.problem(409), "container-not-running");
    stack.ask("start", &json!({})).done();

    // The server comes back with another token of the same name: the ticket and the token before are worth nothing.
    let late = Terminal::ticket(&api, &name, &json!({}));
    installation.server().terminate();
    installation.start_server();
    assert_eq!(Terminal::connect(&installation.api, &late, &[]).err(), Some(401));
}

#[test]
fn a_command_without_a_terminal_answers_when_it_has_ended() {
    let (installation, _, name) = start(&[]);
    let path = format!("/api/v1/containers/{name}/exec");
    let exec = |body: Value| installation.api.post(&path, &[JSON], &body.to_string());
    let result = exec(json!({"command": ["sh", "-c", "echo one; echo two >&2; exit 3"]})).expect(200);
    assert_eq!((&result["exit_code"], &result["timed_out"]), (&json!(3), &json!(false)));
    assert_eq!((&result["stdout"]["text"], &result["stderr"]["text"]), (&json!("one\n"), &json!("two\n")));
    let text = "0123456789abcdef\n".repeat(40_000);
    let copied = exec(json!({"command": ["cat"], "stdin": text})).expect(200);
    assert!(copied["stdout"]["text"] == text && copied["exit_code"] == 0);
    let bytes = exec(json!({"command": ["printf", "\\377\\000"]})).expect(200);
    assert_eq!((&bytes["stdout"]["text"], &bytes["stdout"]["base64"]), (&Value::Null, &json!("/wA=")));
    let much = exec(json!({"command": ["head", "-c", "3000000", "/dev/zero"]})).expect(200);
    assert_eq!((&much["stdout"]["cut"], &much["exit_code"]), (&json!(true), &json!(0)));
    assert_eq!(much["stdout"]["text"].as_str().unwrap().len(), 1 << 20);
    let (slow, took) = stopwatch(|| {
        exec(json!({"command": ["sh", "-c", "echo begun; sleep 20"], "timeout_seconds": 1})).expect(200)
    });
    assert_eq!((&slow["timed_out"], &slow["exit_code"]), (&json!(true), &Value::Null));
    assert_eq!(slow["stdout"]["text"], "begun\n", "what it had written by then");
    assert!(took < Duration::from_secs(15), "{took:?}");
    let missing = exec(json!({"command": ["no-such-program"]})).expect(422);
    assert_eq!(missing["code"], "program-not-found");
    let folder = exec(json!({"command": ["true"], "workdir": "/no-such-folder"})).expect(422);
    assert_eq!(folder["code"], "command-not-started");
    // Nothing of it is read by a shell.
    let harmless = exec(json!({"command": ["echo", "$(touch /tmp/evil); `id`", "; id"]})).expect(200);
    assert_eq!(harmless["stdout"]["text"], "$(touch /tmp/evil); `id` ; id\n");

    let top = installation.api.get(&format!("/api/v1/containers/{name}/top")).expect(200);
    let command = |row: &Value| row.as_array().unwrap().last().unwrap().as_str().unwrap().contains("idle");
    assert!(top["processes"].as_array().unwrap().iter().any(command), "{top}");
}

#[test]
fn processes_are_shown_without_secret_variables() {
    let installation = Installation::start();
    let definition = "services:\n  web:\n    image: test/busybox:1\n    entrypoint: [idle]\n    command: ['86400', '${PW:?}']\n    stop_grace_period: 1s\n";
    let name = crate::harness::unique("top-");
    let body = json!({"compose": definition, "secret_variables": {"PW": {"value": "canary-of-a-secret"}}});
    let stack = installation.create_posting(&name, &body);
    stack.apply(1).done();
    let top = installation.api.get(&format!("/api/v1/containers/{name}-web-1/top")).expect(200).to_string();
    assert!(top.contains("***") && !top.contains("canary-of-a-secret"), "{top}");
}

#[test]
fn terminals_can_be_switched_off() {
    let (installation, _, name) = start(&[("CORE_MONITOR_TERMINALS", "off")]);
    let refused = installation.api.post(&format!("/api/v1/containers/{name}/terminal"), &[JSON], "{}");
    assert_eq!(refused.problem(403), "terminals-off");
    let refused =
        installation.api.post(&format!("/api/v1/containers/{name}/exec"), &[JSON], r#"{"command": ["id"]}"#);
    assert_eq!(refused.problem(403), "terminals-off");
}
