//! Direct access to the engine, bypassing the programs under test.

use std::collections::BTreeSet;
use std::net::TcpListener;
use std::process::Output;
use std::sync::OnceLock;
use std::thread;
use std::time::Duration;

use serde_json::Value;

use super::program::command;

/// The longest time for one command of `docker`: the longest of the tests pulls, builds or stops something.
const PATIENCE: Duration = Duration::from_mins(2);

/// How `timeout` says that it has stopped a command.
const STOPPED: i32 = 124;

/// The label of every foreign container, so that those of a killed test can be found.
const STRANGER: &str = "core-monitor-test.stranger";

/// What `docker` prints.
pub(crate) fn docker(arguments: &[&str]) -> String {
    try_docker(arguments).unwrap_or_else(|error| panic!("docker {}: {error}", arguments.join(" ")))
}

/// What `docker` prints, or its error.
pub(crate) fn try_docker(arguments: &[&str]) -> Result<String, String> {
    require();
    let output = run(arguments);
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).trim().to_owned();
    if output.status.success() { Ok(text(&output.stdout)) } else { Err(text(&output.stderr)) }
}

/// An engine that hangs fails a test with words, instead of stopping the whole run.
fn run(arguments: &[&str]) -> Output {
    let seconds = PATIENCE.as_secs().to_string();
    let mut limited = command("timeout");
    limited.args(["--kill-after=5", &seconds, "docker"]).args(arguments);
    let output = limited.output().expect("the docker command line: install docker.io");
    let is_stopped = output.status.code() == Some(STOPPED);
    assert!(
        !is_stopped || thread::panicking(),
        "the engine hangs: no answer to `docker {}`",
        arguments.join(" ")
    );
    output
}

/// Fails if there is no engine: without one, the tests prove nothing.
pub(crate) fn require() {
    static ANSWERS: OnceLock<()> = OnceLock::new();
    ANSWERS.get_or_init(|| {
        let version = run(&["version", "--format", "{{.Server.Version}}"]);
        assert!(
            version.status.success(),
            "the end-to-end tests need a Docker Engine at DOCKER_HOST or /var/run/docker.sock; `tests/run.sh` installs and \
             starts one: {}",
            String::from_utf8_lossy(&version.stderr)
        );
        let images = run(&["image", "inspect", "test/busybox:1", "test/busybox:2", "test/volume:1"]);
        assert!(images.status.success(), "the images of the tests are missing: run `tests/setup/images.sh`");
    });
}

/// The address of the engine, as given to the worker.
pub(crate) fn host() -> String {
    #[expect(clippy::disallowed_methods, reason = "the same variable that the programs read")]
    let named = std::env::var("DOCKER_HOST").ok().filter(|host| !host.is_empty());
    named.unwrap_or_else(|| "unix:///var/run/docker.sock".to_owned())
}

/// `docker inspect` of one object.
pub(crate) fn inspect(name: &str) -> Value {
    let found: Value = serde_json::from_str(&docker(&["inspect", name])).unwrap();
    found[0].clone()
}

/// `docker inspect` of all objects of a kind with a label, by name.
pub(crate) fn labelled(kind: &str, label: &str) -> Vec<Value> {
    let filter = format!("label={label}");
    let listed = match kind {
        "container" => docker(&["container", "ls", "--all", "--quiet", "--no-trunc", "--filter", &filter]),
        kind => docker(&[kind, "ls", "--quiet", "--filter", &filter]),
    };
    if listed.is_empty() {
        return Vec::new();
    }
    let mut arguments = vec![kind, "inspect"];
    arguments.extend(listed.lines());
    let mut found: Vec<Value> = serde_json::from_str(&docker(&arguments)).unwrap();
    found.sort_by_key(|object| object["Name"].to_string());
    found
}

/// A port of the loopback that nothing listens on.
pub(crate) fn free_port() -> u16 {
    TcpListener::bind(("127.0.0.1", 0)).unwrap().local_addr().unwrap().port()
}

/// Removes everything with the label: containers with their anonymous volumes, networks, volumes.
pub(crate) fn remove_labelled(label: &str) {
    let filter = format!("label={label}");
    let list = |kind: &str, all: &[&str]| {
        let mut arguments = vec![kind, "ls", "--quiet", "--filter", &filter];
        arguments.extend(all);
        let found = String::from_utf8_lossy(&run(&arguments).stdout).into_owned();
        found.lines().map(str::to_owned).collect::<Vec<_>>()
    };
    let remove = |command: &[&str], names: Vec<String>| {
        if !names.is_empty() {
            let arguments: Vec<_> = command.iter().copied().chain(names.iter().map(String::as_str)).collect();
            run(&arguments);
        }
    };
    let containers = list("container", &["--all"]);
    let mounted: BTreeSet<_> = containers.iter().flat_map(|container| volumes_of(container)).collect();
    remove(&["container", "rm", "--force", "--volumes"], containers);
    remove(&["network", "rm"], list("network", &[]));
    remove(&["volume", "rm", "--force"], list("volume", &[]));
    // Anonymous ones that were handed over by name have no label and do not go with their container.
    remove(&["volume", "rm", "--force"], mounted.into_iter().filter(|name| name.len() == 64).collect());
}

/// Removes every image with the label.
pub(crate) fn remove_images(label: &str) {
    let filter = format!("label={label}");
    let found = run(&["image", "ls", "--quiet", "--filter", &filter]);
    for image in String::from_utf8_lossy(&found.stdout).lines() {
        run(&["image", "rm", "--force", image]);
    }
}

fn volumes_of(container: &str) -> Vec<String> {
    let format = "{{range .Mounts}}{{println .Name}}{{end}}";
    let output = run(&["container", "inspect", "--format", format, container]);
    String::from_utf8_lossy(&output.stdout).split_whitespace().map(str::to_owned).collect()
}

/// A container that does not belong to the programs.
pub(crate) struct Stranger {
    id: String,
}

impl Stranger {
    /// `docker run --detach` with these arguments.
    pub(crate) fn run(arguments: &[&str]) -> Self {
        Self { id: docker(&[&["run", "--detach", "--label", STRANGER], arguments].concat()) }
    }

    pub(crate) fn id(&self) -> &str {
        &self.id
    }

    /// Everything the engine knows about it.
    pub(crate) fn inspected(&self) -> Value {
        inspect(&self.id)
    }
}

impl Drop for Stranger {
    fn drop(&mut self) {
        run(&["rm", "--force", "--volumes", &self.id]);
    }
}
