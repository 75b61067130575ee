//! A `docker run` line and the stack converted from it create the same container.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use crate::harness::{Installation, Stack, docker, inspect, unique};

/// Flags in front of the image, and the command behind it.
const LINES: &[(&[&str], &[&str])] = &[
    (&[], &["idle"]),
    (&["-e", "A=1", "-e", "B=x y $z \"q\"", "-e", "EMPTY=", "-w", "/tmp", "-u", "1000:1000"], &["idle"]),
    (&["-p", "127.0.0.1::80", "-p", "127.0.0.1::53/udp", "--expose", "9000-9002"], &["idle"]),
    (&["-it", "--init", "--read-only", "--tmpfs", "/run:size=1m", "--tmpfs", "/tmp"], &["idle"]),
    (
        &[
            "-m",
            "64m",
            "--memory-reservation",
            "32m",
            "--cpus",
            "0.5",
            "--cpu-shares",
            "512",
            "--pids-limit",
            "50",
        ],
        &["idle"],
    ),
    (
        &["--cpu-period", "50000", "--cpu-quota", "25000", "--shm-size", "32m", "--oom-score-adj", "100"],
        &["idle"],
    ),
    (&["--cap-add", "NET_ADMIN", "--cap-drop", "MKNOD", "--security-opt", "no-new-privileges"], &["idle"]),
    (&["--pid", "host", "--ipc", "host", "--uts", "host"], &["idle"]),
    (&["--network", "host"], &["idle"]),
    (&["--network", "none", "--hostname", "box", "--domainname", "example.com"], &["idle"]),
    (
        &[
            "--network",
            "bridge",
            "--dns",
            "192.0.2.1",
            "--dns-search",
            "example.com",
            "--dns-option",
            "ndots:2",
        ],
        &["idle"],
    ),
    (
        &[
            "--add-host",
            "db:192.0.2.2",
            "--sysctl",
            "net.core.somaxconn=512",
            "--ulimit",
            "nofile=100:200",
            "--ulimit",
            "core=0",
        ],
        &["idle"],
    ),
    (
        &[
            "--health-cmd",
            "true || false",
            "--health-interval",
            "5s",
            "--health-retries",
            "2",
            "--health-start-period",
            "1s",
        ],
        &["idle"],
    ),
    (
        &["--no-healthcheck", "--restart", "on-failure:3", "--stop-signal", "SIGINT", "--stop-timeout", "3"],
        &["idle"],
    ),
    (
        &[
            "--log-driver",
            "json-file",
            "--log-opt",
            "max-size=1m",
            "--log-opt",
            "max-file=2",
            "-l",
            "a=b",
            "--label",
            "c",
        ],
        &["idle"],
    ),
    (
        &[
            "--device",
            "/dev/null:/dev/x:r",
            "--device-cgroup-rule",
            "c 1:3 mr",
            "--group-add",
            "999",
            "--restart",
            "unless-stopped",
        ],
        &["idle"],
    ),
    (
        &[
            "-v",
            "VOLUME:/data:ro",
            "-v",
            "/srv:/host",
            "-v",
            "/anonymous",
            "--mount",
            "type=tmpfs,target=/m,tmpfs-size=1048576",
        ],
        &["idle"],
    ),
    (&["--entrypoint", "/bin/sh"], &["-c", "trap exit TERM; while :; do sleep 1; done", "a b"]),
];

/// What differs on purpose between `docker create` and a stack, or differs between any two containers.
const DIFFERENT: [&str; 13] = [
    // The terminal of whoever typed the line.
    "AttachStdin",
    "AttachStdout",
    "AttachStderr",
    "StdinOnce",
    "ConsoleSize",
    "ContainerIDFile",
    // Made of the id; compared where it was chosen.
    "Hostname",
    // Compared as what is mounted in the end.
    "Binds",
    "Mounts",
    "Volumes",
    "Tmpfs",
    // Nobody restarts it, in two words.
    "RestartPolicy",
    "Labels",
];

#[test]
fn the_stack_of_a_line_makes_the_container_of_the_line() {
    let installation = Installation::start();
    let volume = unique("converted-");
    let mut differences = Vec::new();
    for (flags, command) in LINES {
        let name = unique("converted-");
        let flags: Vec<String> = flags.iter().map(|flag| flag.replace("VOLUME", &volume)).collect();
        let mut words = vec!["create".to_owned(), "--name".to_owned(), name.clone()];
        words.extend(flags);
        words.push("test/busybox:1".to_owned());
        words.extend(command.iter().map(|word| (*word).to_owned()));
        let line = words.iter().map(|word| quoted(word)).collect::<Vec<_>>().join(" ");

        let made = docker(&words.iter().map(String::as_str).collect::<Vec<_>>());
        let by_line = inspect(&made);
        docker(&["rm", "--volumes", &made]);
        // A volume that somebody else made is not the stack's.
        docker(&["volume", "rm", "--force", &volume]);
        let converted = installation
            .api
            .post(
                "/api/v1/convert/docker-run",
                &[("Content-Type", "application/json")],
                &json!({"command": format!("docker {line}")}).to_string(),
            )
            .expect(200);
        let compose = converted["compose"].as_str().unwrap();
        let stack: Stack = installation.create_named(&unique("converted-"), compose);
        stack.apply(1).done();
        let by_stack = inspect(&name);
        for difference in differing(&by_line, &by_stack) {
            differences.push(format!("{line}\n  {difference}"));
        }
        stack.ask("delete", &json!({"volumes": true})).done();
    }
    docker(&["volume", "rm", "--force", &volume]);
    assert!(differences.is_empty(), "{}", differences.join("\n"));
}

/// What is read from an inspect.
type Part = fn(&Value) -> Value;

/// As a person would quote it for a shell.
fn quoted(word: &str) -> String {
    if !word.is_empty() && word.chars().all(|c| c.is_ascii_alphanumeric() || "-_./:=,".contains(c)) {
        return word.to_owned();
    }
    format!("'{}'", word.replace('\'', "'\\''"))
}

fn differing(by_line: &Value, by_stack: &Value) -> Vec<String> {
    let mut differences = Vec::new();
    for part in ["Config", "HostConfig"] {
        let (one, other) = (fields(&by_line[part]), fields(&by_stack[part]));
        for key in one.keys().chain(other.keys()) {
            let (one, other) = (one.get(key), other.get(key));
            // Without a network a line is on the default bridge, as newer engines say, and a stack on a network of its
            // own.
            let is_default = |mode: &Value| *mode == "default" || *mode == "bridge";
            let own_network = key == "NetworkMode" && one.is_some_and(is_default);
            if one != other && !own_network {
                differences.push(format!("{part}.{key}: {one:?} by the line, {other:?} by the stack"));
            }
        }
    }
    let parts: [(&str, Part); 3] = [
        ("what is mounted", mounted),
        ("the restart policy", restart),
        ("a chosen label", |container| container["Config"]["Labels"]["a"].clone()),
    ];
    for (what, of) in parts {
        if of(by_line) != of(by_stack) {
            differences.push(format!("{what}: {} by the line, {} by the stack", of(by_line), of(by_stack)));
        }
    }
    differences.sort();
    differences.dedup();
    differences
}

/// Everything that is set, in a canonical order.
fn fields(part: &Value) -> Map<String, Value> {
    let said = |value: &Value| match value {
        Value::Null => false,
        Value::Bool(on) => *on,
        Value::Number(number) => number.as_f64() != Some(0.0),
        Value::String(text) => !text.is_empty(),
        Value::Array(items) => !items.is_empty(),
        Value::Object(fields) => !fields.is_empty(),
    };
    let sorted = |value: &Value| match value {
        Value::Array(items) => {
            let mut items = items.clone();
            items.sort_by_key(ToString::to_string);
            Value::Array(items)
        }
        other => other.clone(),
    };
    let ordered = |key: &str| matches!(key, "Cmd" | "Entrypoint" | "Dns" | "DnsSearch");
    let entries = part.as_object().unwrap().iter();
    let entries = entries.filter(|(key, value)| !DIFFERENT.contains(&key.as_str()) && said(value));
    entries
        .map(|(key, value)| (key.clone(), if ordered(key) { value.clone() } else { sorted(value) }))
        .collect()
}

fn mounted(container: &Value) -> Value {
    let mut mounts = BTreeMap::new();
    for mount in container["Mounts"].as_array().unwrap() {
        let name = mount["Name"].as_str().unwrap_or_default();
        let shown = json!({
            "type": mount["Type"],
            "name": if name.len() == 64 { "anonymous" } else { name },
            "writable": mount["RW"],
        });
        mounts.insert(mount["Destination"].as_str().unwrap().to_owned(), shown);
    }
    for (path, options) in container["HostConfig"]["Tmpfs"].as_object().into_iter().flatten() {
        mounts.insert(path.clone(), json!({"tmpfs": options}));
    }
    json!(mounts)
}

fn restart(container: &Value) -> Value {
    let policy = &container["HostConfig"]["RestartPolicy"];
    let name = policy["Name"].as_str().filter(|name| !name.is_empty()).unwrap_or("no");
    json!([name, policy["MaximumRetryCount"]])
}
