//! The image that stands in for all others.

use std::collections::BTreeSet;
use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use serde_json::Value;

use crate::harness::{docker, try_docker, unique};

/// Programs that shell lines run: only of a command without a shell is it clear where the names are.
const OF_LINES: &[&str] = &[
    "/usr/bin/nc",
    "curl",
    "mosquitto_passwd",
    "mosquitto_sub",
    "node",
    "python",
    "redis-cli",
    "valkey-cli",
    "wget",
];
/// The same for those that are to stay up.
const SERVERS: &[&str] = &["mosquitto"];

/// Says yes to all who look for a word in the answer.
const ANSWER: &str = "#!/bin/sh\necho 'PONG VERSION \"status\":\"green\"'\n";
const STAY: &str = "#!/bin/sh\nexec idle\n";
/// Shell lines run as they are written, since jobs have to end.
const ENTRYPOINT: &str = "#!/bin/sh\n[ \"$1\" = sh ] && exec \"$@\"\nexec idle\n";

/// The programs that the services of a model run in their containers.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Programs {
    /// They end at once.
    checks: BTreeSet<String>,
    servers: BTreeSet<String>,
}

impl Programs {
    pub(super) fn of(model: &Value) -> Self {
        let owned = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
        let mut found = Self { checks: owned(OF_LINES), servers: owned(SERVERS) };
        for service in model["services"].as_object().expect("a model").values() {
            if service["healthcheck"]["test"][0] == "CMD" {
                found.checks.extend(service["healthcheck"]["test"][1].as_str().map(str::to_owned));
            }
            found.servers.extend(service["entrypoint"][0].as_str().map(str::to_owned));
        }
        found
    }
}

/// An image that is removed when it is dropped.
pub(super) struct StandIn {
    image: String,
}

impl StandIn {
    pub(super) fn make(programs: &Programs) -> Self {
        let root = tempfile::tempdir().unwrap();
        write(root.path(), "entrypoint", ENTRYPOINT);
        programs.checks.iter().for_each(|program| write(root.path(), program, ANSWER));
        programs.servers.iter().for_each(|program| write(root.path(), program, STAY));
        let container = docker(&["create", "test/busybox:1"]);
        let image = format!("{}:1", unique("test/stand-in-"));
        docker(&["cp", &format!("{}/.", root.path().display()), &format!("{container}:/")]);
        let entrypoint = "ENTRYPOINT [\"/stand-in/entrypoint\"]";
        docker(&[
            "commit",
            "--change",
            entrypoint,
            "--change",
            "ENV PATH=/stand-in:/bin",
            &container,
            &image,
        ]);
        docker(&["rm", &container]);
        Self { image }
    }

    pub(super) fn image(&self) -> &str {
        &self.image
    }
}

impl Drop for StandIn {
    fn drop(&mut self) {
        // Containers of a test that failed may still use it; then the name goes and the image stays until they do.
        let _ = try_docker(&["image", "rm", "--force", &self.image]);
    }
}

/// A program at its path, or in the folder that is searched first.
fn write(root: &Path, program: &str, text: &str) {
    let path = match program.strip_prefix('/') {
        Some(path) => root.join(path),
        None => root.join("stand-in").join(program),
    };
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(&path, text).unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
}
