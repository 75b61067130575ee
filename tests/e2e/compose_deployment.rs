//! Core Monitor as people install it: two containers, brought up by docker compose.
//!
//! The images are made from the programs that were built for this test, the file is the one in the repository, and the
//! stack is the demonstration of nine services.

use std::fs;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};
use std::process::Output;
use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::harness::{
    Api, Stack, command, docker, free_port, host, labelled, poll, programs, script, try_docker, unique,
};

/// The user of both containers, as in `.env.example`.
const USER: u32 = 10_001;
const PATIENCE: Duration = Duration::from_mins(2);
/// Of images from unoptimised programs, in bytes; `deploy/images.sh` allows 60 MB for those that people build.
const IMAGE_LIMIT: u64 = 75_000_000;

/// The deployment below a folder of its own. Dropping it takes everything down.
struct Deployment {
    folder: TempDir,
    compose: String,
    images: String,
    project: String,
    address: String,
    stacks: Vec<String>,
}

impl Deployment {
    /// The images, the data folder and `.env`, as the documentation says.
    fn prepare() -> Self {
        let compose = run(script("setup/compose.sh"), &[], &[]);
        let folder = TempDir::with_prefix("core-monitor-deployment-").unwrap();
        // The engine's containers must reach the data folder.
        fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o755)).unwrap();
        let own = copy_deployment(folder.path());
        let project = unique("core-monitor-");
        let deployment = Self {
            images: project.clone(),
            address: format!("127.0.0.1:{}", free_port()),
            project,
            compose: compose.trim().to_owned(),
            folder,
            stacks: Vec::new(),
        };
        deployment.build("one");
        let (_, port) = deployment.address.split_once(':').unwrap();
        let data = deployment.data().display().to_string();
        let engine = host();
        let socket = engine.strip_prefix("unix://").expect("the deployment needs an engine with a socket");
        let choices = [
            ("DOCKER_SOCKET", socket),
            ("CORE_MONITOR_DATA_DIR", data.as_str()),
            ("CORE_MONITOR_IMAGES", &deployment.images),
            ("CORE_MONITOR_TAG", "one"),
            ("CORE_MONITOR_PORT", port),
        ];
        run(own.join("prepare.sh"), &[], &choices);
        deployment
    }

    fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    fn environment(&self) -> PathBuf {
        self.folder.path().join("deploy/compose/.env")
    }

    /// Builds both images under a tag, on behalf of somebody whose files are closed to others.
    fn build(&self, tag: &str) {
        let (script, binaries) =
            (script("../deploy/images.sh").display().to_string(), programs().display().to_string());
        let closed = ["-c", "umask 077 && exec \"$0\" \"$@\"", &script];
        let arguments = ["--binaries", &binaries, "--prefix", &self.images, "--tag", tag];
        run("/bin/sh", &[closed.as_slice(), &arguments].concat(), &[]);
    }

    /// Has the next `up` use this tag.
    fn choose(&self, tag: &str) {
        let text = fs::read_to_string(self.environment()).unwrap();
        let edited: Vec<_> = text
            .lines()
            .map(|line| {
                if line.starts_with("CORE_MONITOR_TAG=") {
                    format!("CORE_MONITOR_TAG={tag}")
                } else {
                    line.to_owned()
                }
            })
            .collect();
        fs::write(self.environment(), edited.join("\n") + "\n").unwrap();
    }

    fn compose(&self, arguments: &[&str]) -> Output {
        let folder = self.folder.path().join("deploy/compose");
        let output = command(&self.compose)
            .arg("--project-directory")
            .arg(folder)
            .args(["--project-name", &self.project])
            .args(arguments)
            .output();
        output.unwrap()
    }

    #[track_caller]
    fn composed(&self, arguments: &[&str]) -> Vec<u8> {
        let output = self.compose(arguments);
        assert!(output.status.success(), "{arguments:?}: {}", self.trouble(&output));
        output.stdout
    }

    /// What compose says, and the logs of both containers.
    fn trouble(&self, output: &Output) -> String {
        let logs = self.compose(&["logs", "--no-color"]);
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        format!("{}\n{}", text(&output.stderr), text(&logs.stdout))
    }

    /// Brings it up, and waits until both containers are healthy.
    #[track_caller]
    fn up(&self) {
        self.composed(&["up", "--detach", "--wait", "--wait-timeout", "90"]);
    }

    fn api(&self) -> Arc<Api> {
        let token = fs::read_to_string(self.data().join("admin-token")).unwrap();
        let api = Api::new(token.trim());
        api.go_to(&self.address);
        Arc::new(api)
    }

    /// The containers of the deployment by service.
    fn container(&self, service: &str) -> Value {
        let found = labelled("container", &format!("com.docker.compose.project={}", self.project));
        let of_service =
            |container: &&Value| container["Config"]["Labels"]["com.docker.compose.service"] == service;
        found
            .iter()
            .find(of_service)
            .unwrap_or_else(|| panic!("no container of {service}: {found:#?}"))
            .clone()
    }
}

impl Drop for Deployment {
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("{}", self.trouble(&self.compose(&["ps", "--all"])));
        }
        self.compose(&["down", "--volumes", "--timeout", "10"]);
        for stack in &self.stacks {
            crate::harness::remove_labelled(&format!("io.core-monitor.stack={stack}"));
        }
        for image in ["server:one", "worker:one", "gateway:one", "server:two", "worker:two", "gateway:two"] {
            let _ = try_docker(&["image", "rm", "--force", &format!("{}/{image}", self.images)]);
        }
    }
}

/// What a program prints, which must succeed.
#[track_caller]
fn run(program: impl AsRef<Path>, arguments: &[&str], environment: &[(&str, &str)]) -> String {
    let output =
        command(program.as_ref()).args(arguments).envs(environment.iter().copied()).output().unwrap();
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{} {arguments:?}: {errors}", program.as_ref().display());
    String::from_utf8(output.stdout).unwrap()
}

/// The file without which the database of the demonstration is not healthy.
const GATE: &str = "/tmp/gate";

/// The demonstration, on ports that are free here. Its database is healthy once the gate is open.
fn demonstration() -> String {
    let text = fs::read_to_string(script("../deploy/demo/compose.yml")).unwrap();
    let gated = text.replace("\"pg_isready", &format!("\"test -e {GATE} && pg_isready"));
    assert_ne!(gated, text, "the database has a health check");
    let text = gated.replace("retries: 10\n", "retries: 1000\n");
    let edited = text.lines().map(|line| match line.split_once("${DEMO_") {
        Some((before, rest)) if rest.contains("_PORT:-") => {
            let (_, inside) = rest.split_once("}:").unwrap();
            let before = before.trim_end_matches("127.0.0.1:");
            format!("{before}127.0.0.1:{}:{inside}", free_port())
        }
        _ => line.to_owned(),
    });
    edited.collect::<Vec<_>>().join("\n") + "\n"
}

#[test]
fn the_compose_deployment_runs_the_demonstration_and_survives_its_own_upgrade() {
    run(script("../deploy/demo/build-images.sh"), &[], &[]);
    let mut deployment = Deployment::prepare();
    deployment.up();
    is_closed(&deployment);

    let api = deployment.api();
    let stack = Stack::create(&api, "predictiondex", &demonstration());
    deployment.stacks.push(stack.id.clone());
    is_recognised(&deployment, &api);
    deployment.build("two");

    // Both containers are replaced while the database of the demonstration is not healthy yet.
    let apply = stack.begin_apply(1);
    apply.events().until("the database is waited for", |event| event.is("PROGRESS", "await_healthy"));
    deployment.choose("two");
    let before = deployment.container("worker");
    deployment.up();
    let after = deployment.container("worker");
    assert_ne!(before["Id"], after["Id"], "the worker was replaced");
    assert_eq!(after["Config"]["Image"], format!("{}/worker:two", deployment.images));
    open_the_gate(&stack);
    let applied = poll("the command ends in the new worker", PATIENCE, || {
        let command = apply.now();
        (!matches!(command.status(), "PENDING" | "RUNNING")).then_some(command)
    });
    let applied = applied.done();
    assert!(applied.body["attempt"].as_u64().unwrap() >= 2, "it was resumed: {:#}", applied.body);
    has_nine_services(&stack);

    back_up_and_examine(&deployment);
    let deleted = stack.ask("delete", &json!({"volumes": true})).done();
    assert!(deleted.effects() > 0);
    assert!(stack.containers().is_empty() && stack.volumes().is_empty());
    deployment.composed(&["down", "--timeout", "10"]);
    assert!(labelled("container", &format!("com.docker.compose.project={}", deployment.project)).is_empty());
}

fn open_the_gate(stack: &Stack) {
    let containers = labelled("container", &format!("io.core-monitor.stack={}", stack.id));
    let database = containers
        .iter()
        .find(|container| container["Config"]["Labels"]["com.docker.compose.service"] == "db")
        .expect("the database was created before it was waited for");
    docker(&["exec", database["Id"].as_str().unwrap(), "touch", GATE]);
}

#[test]
fn what_was_chosen_once_is_written_down_and_not_silently_replaced() {
    let folder = TempDir::with_prefix("core-monitor-prepared-").unwrap();
    let own = copy_deployment(folder.path());
    let engine = host();
    let socket = engine.strip_prefix("unix://").expect("an engine with a socket");
    let data = folder.path().join("a|b&c").display().to_string();
    let choices =
        [("DOCKER_SOCKET", socket), ("CORE_MONITOR_DATA_DIR", data.as_str()), ("CORE_MONITOR_LOG", "debug")];
    let prepare = |choices: &[(&str, &str)]| {
        command(own.join("prepare.sh")).envs(choices.iter().copied()).output().unwrap()
    };
    let said = |output: &Output| String::from_utf8_lossy(&output.stderr).into_owned();
    let first = prepare(&choices);
    assert!(first.status.success(), "{}", said(&first));
    let written = fs::read_to_string(own.join(".env")).unwrap();
    for line in [format!("CORE_MONITOR_DATA_DIR={data}"), "CORE_MONITOR_LOG=debug".to_owned()] {
        assert!(written.lines().any(|found| found == line), "{line}: {written}");
    }
    let group = written.lines().find_map(|line| line.strip_prefix("DOCKER_GROUP=")).unwrap();
    assert_eq!(group.parse::<u32>().unwrap(), fs::metadata(socket).unwrap().gid());
    for again in [&choices[..], &[], &[("CORE_MONITOR_PORT", "8080")]] {
        let output = prepare(again);
        assert!(output.status.success(), "{again:?}: {}", said(&output));
    }
    let other = prepare(&[("CORE_MONITOR_PORT", "8081")]);
    assert!(!other.status.success() && said(&other).contains("8081 here and 8080 in"), "{}", said(&other));
    assert_eq!(fs::read_to_string(own.join(".env")).unwrap(), written);
}

/// Copies what a deployment needs into a folder, and returns the folder of its compose file.
fn copy_deployment(folder: &Path) -> PathBuf {
    let own = folder.join("deploy/compose");
    fs::create_dir_all(&own).unwrap();
    for name in ["console.sh", "compose/compose.yml", "compose/.env.example", "compose/prepare.sh"] {
        fs::copy(script("../deploy").join(name), folder.join("deploy").join(name)).unwrap();
    }
    own
}

/// Neither container has more than it needs, and the images are small.
fn is_closed(deployment: &Deployment) {
    for (service, socket) in [("server", false), ("worker", true)] {
        let container = deployment.container(service);
        let host = &container["HostConfig"];
        assert_eq!(host["ReadonlyRootfs"], true, "{service}");
        assert_eq!(host["CapDrop"], json!(["ALL"]), "{service}");
        assert_eq!(container["Config"]["User"], format!("{USER}:{USER}"), "{service}");
        let mounts = container["Mounts"].to_string();
        assert_eq!(mounts.contains("docker.sock"), socket, "{service}: {mounts}");
        let image = &inspect_image(container["Image"].as_str().unwrap());
        assert!(image["Size"].as_u64().unwrap() < IMAGE_LIMIT, "{service}: {} bytes", image["Size"]);
        let labels = &image["Config"]["Labels"];
        for label in ["title", "version", "revision", "licenses", "created"] {
            let value = labels[format!("org.opencontainers.image.{label}")].as_str();
            assert!(
                value.is_some_and(|value| !value.is_empty() && value != "unknown"),
                "{service}: {label} of {labels}"
            );
        }
        assert!(image["Config"]["Healthcheck"]["Test"].to_string().contains("healthcheck"), "{service}");
    }
    for name in ["core-monitor.db", "secret.key", "engine-link.sock"] {
        let found = fs::metadata(deployment.data().join(name)).unwrap();
        assert_eq!((found.uid(), found.mode() & 0o077), (USER, 0), "{name}");
    }
}

fn inspect_image(id: &str) -> Value {
    let found: Value = serde_json::from_str(&docker(&["image", "inspect", id])).unwrap();
    found[0].clone()
}

/// Core Monitor shows the project that it runs in, and does not take it over.
fn is_recognised(deployment: &Deployment, api: &Arc<Api>) {
    let project = poll("the deployment is among the projects", PATIENCE, || {
        let projects = api.get("/api/v1/projects").expect(200);
        let items = projects["items"].as_array().cloned().unwrap_or_default();
        items.into_iter().find(|project| project["name"] == *deployment.project)
    });
    assert_eq!(project["importable"], false, "{project:#}");
    assert_eq!(project["services"], json!(["server", "worker"]));
    let refused = api.post(&format!("/api/v1/projects/{}/import", deployment.project), &[], "");
    assert_eq!(refused.problem(409), "project-owned", "{:#}", refused.body);
    // A stack with the same names is no way around that: they belong to somebody else.
    let image = format!("{}/server:one", deployment.images);
    let same =
        Stack::create(api, &deployment.project, &format!("services: {{server: {{image: \"{image}\"}}}}"));
    let id = deployment.container("server")["Id"].clone();
    let command = same.apply(1);
    command.failed("NAME_FOREIGN");
    assert_eq!(deployment.container("server")["Id"], id, "the server was left alone");
    assert_eq!(command.cancel().status, 200);
    same.ask("delete", &json!({})).done();
}

/// Seven run and two have done their work.
fn has_nine_services(stack: &Stack) {
    let containers = labelled("container", &format!("io.core-monitor.stack={}", stack.id));
    assert_eq!(containers.len(), 9);
    let running = containers.iter().filter(|container| container["State"]["Running"] == true).count();
    let finished =
        |container: &&Value| container["State"]["Status"] == "exited" && container["State"]["ExitCode"] == 0;
    assert_eq!((running, containers.iter().filter(finished).count()), (7, 2));
}

/// The tasks of the programs work in the containers.
fn back_up_and_examine(deployment: &Deployment) {
    let archive =
        deployment.composed(&["exec", "-T", "server", "/usr/bin/core-monitor-server", "backup", "-"]);
    let mut found = tar::Archive::new(archive.as_slice());
    let names = found.entries().unwrap().map(|entry| entry.unwrap().path().unwrap().display().to_string());
    let names: Vec<_> = names.collect();
    assert_eq!(names.first().map(String::as_str), Some("core-monitor-backup.json"), "{names:?}");
    assert_eq!(names.last().map(String::as_str), Some("core-monitor-backup.end"), "{names:?}");
    let report = deployment.composed(&["exec", "-T", "worker", "/usr/bin/core-monitor-worker", "doctor"]);
    let report = String::from_utf8(report).unwrap();
    assert!(report.contains("the engine answers") && !report.contains("WRONG"), "{report}");
}
