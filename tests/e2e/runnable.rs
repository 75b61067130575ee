//! The same file means the same containers: each stack of `tests/runnable` is brought up here, and what the engine shows
//! of it is compared, field by field, with what it showed after docker compose v2.40.3 had brought up the same files.
//!
//! That is what each `expected.json` holds, as Engine 20.10 shows it. To record them anew, name the reference and read the
//! difference: `RECORD_RUNNABLE=/path/to/docker-compose cargo test -p core-monitor-tests --test e2e runnable`. With
//! `COMPARE_RUNNABLE` instead the reference runs and nothing is written, for an engine that shows other fields.
//!
//! `newer` uses what Engine 20.10 does not have. It has no `expected.json`, since no two newer engines show the same: it is
//! compared where the reference runs beside it (`tests/newer-engine.sh`), and refused by an older engine.

mod snapshot;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Map, Value, json};

use crate::harness::{Installation, command, docker, host};
use snapshot::snapshot;

macro_rules! stacks {
    ($($name:ident)*) => {
        $(#[test]
        fn $name() {
            compare(stringify!($name));
        })*

        #[test]
        fn every_folder_is_compared() {
            let folders = fs::read_dir(root()).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
            let compared = [$(stringify!($name)),*].map(str::to_owned);
            assert_eq!(folders.collect::<BTreeSet<_>>(), compared.into());
        }
    };
}

stacks! {
    composed files health hooks images logging namespaces networks newer ports process replicas resources restarts security
    variables volumes
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("runnable")
}

/// The oldest API of an engine that has everything `newer` uses.
const NEWER: (u64, u64) = (1, 44);

fn engine_api() -> (u64, u64) {
    let version = docker(&["version", "--format", "{{.Server.APIVersion}}"]);
    let (major, minor) = version.split_once('.').unwrap();
    (major.parse().unwrap(), minor.parse().unwrap())
}

/// An engine that is too old makes nothing of the stack: its plan says what needs a newer one.
fn refused(folder: &Path) {
    let installation = Installation::start();
    let stack = installation.create_posting("runnable-newer", &definition(folder));
    let command = stack.apply(1);
    let said = command.failed("ENGINE_TOO_OLD").to_string();
    for attribute in ["annotations", "networks.*.mac_address", "healthcheck.start_interval"] {
        assert!(said.contains(&format!("`{attribute}` of")), "{attribute}: {said}");
    }
    assert!(stack.containers().is_empty() && stack.networks().is_empty());
}

fn compare(name: &str) {
    let folder = root().join(name);
    if name == "newer" && engine_api() < NEWER {
        return refused(&folder);
    }
    let golden = folder.join("expected.json");
    let project = format!("runnable-{name}");
    #[expect(clippy::disallowed_methods, reason = "switches for the person who runs the tests")]
    let named = |switch: &str| std::env::var(switch).ok();
    let expected = if let Some(reference) = named("COMPARE_RUNNABLE") {
        record(&reference, &folder, &project)
    } else {
        if let Some(reference) = named("RECORD_RUNNABLE") {
            let recorded = record(&reference, &folder, &project);
            fs::write(&golden, format!("{recorded:#}\n")).unwrap();
        }
        serde_json::from_str(&fs::read_to_string(&golden).unwrap()).unwrap()
    };

    let installation = Installation::start();
    let stack = installation.create_posting(&project, &definition(&folder));
    stack.apply(1).done();
    let seen = snapshot(&project, &installation.folder(&stack));
    let mut differences = Vec::new();
    differ("", &expected, &seen, &mut differences);
    assert!(differences.is_empty(), "{name}:\n{}", differences.join("\n"));
    let plan = stack.plan(1);
    assert_eq!(plan["steps"], json!([]), "applying it again changes something");
    match name {
        "files" => assert_eq!(
            docker(&["logs", "runnable-files-app-1"]),
            "<p>page</p>\n[a]\nb=c\nkey\nvery-secretthe rest of the text"
        ),
        "hooks" => {
            let read = docker(&["exec", "runnable-hooks-app-1", "cat", "/tmp/hooked", "/tmp/second"]);
            assert_eq!(read, "started", "both hooks have run");
        }
        _ => {}
    }
}

/// The files of a folder as the body of a request.
fn definition(folder: &Path) -> Value {
    let mut files = Map::new();
    collect(folder, folder, &mut files);
    let compose = files.remove("compose.yaml").unwrap();
    json!({ "compose": compose, "files": files })
}

fn collect(root: &Path, folder: &Path, files: &mut Map<String, Value>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.strip_prefix(root).unwrap().to_str().unwrap().to_owned();
        if path.is_dir() {
            collect(root, &path, files);
        } else if name != "expected.json" {
            files.insert(name, fs::read_to_string(&path).unwrap().into());
        }
    }
}

/// Brings a copy of the folder up with the reference, looks, and takes it down again.
fn record(reference: &str, folder: &Path, project: &str) -> Value {
    let copy = tempfile::tempdir().unwrap();
    let mut files = Map::new();
    collect(folder, folder, &mut files);
    for (name, text) in &files {
        let path = copy.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text.as_str().unwrap()).unwrap();
    }
    let run = |arguments: &[&str]| {
        let mut compose = command(reference);
        compose.args(["--project-name", project]).args(arguments).current_dir(copy.path());
        compose.env_clear().env("PATH", "/usr/bin:/bin").env("HOME", "/root").env("DOCKER_HOST", host());
        let output = compose.output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    };
    run(&["up", "--detach"]);
    let seen = snapshot(project, copy.path());
    run(&["down", "--volumes", "--timeout", "0"]);
    seen
}

/// One line for each place where two snapshots differ.
fn differ(path: &str, expected: &Value, seen: &Value, differences: &mut Vec<String>) {
    match (expected, seen) {
        (Value::Object(left), Value::Object(right)) => {
            let keys: BTreeSet<&String> = left.keys().chain(right.keys()).collect();
            for key in keys {
                let at = |map: &Map<String, Value>| map.get(key).cloned().unwrap_or_default();
                differ(&format!("{path}/{key}"), &at(left), &at(right), differences);
            }
        }
        (left, right) if left == right => {}
        (left, right) => differences.push(format!("{path}: the reference made {left}, here it is {right}")),
    }
}
