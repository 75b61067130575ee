//! A foreign compose project: created by Docker Compose if its binary is configured, else by the Docker CLI with the
//! labels that Docker Compose 2.40.3 writes.

use std::collections::BTreeMap;
use std::time::Duration;

use jiff::Timestamp;
use serde_json::Value;

use super::clock::{moment, poll};
use super::engine::{docker, labelled, remove_labelled};
use super::program::command;
use super::stack::unique;

/// What runs: three services, two networks, a named and an anonymous volume, a port, a health check, a dependency.
const DEFINITION: &str = "
services:
  db:
    image: test/busybox:1
    command: [idle]
    environment: {SECRET: 'p$$s: #x'}
    volumes: ['data:/data', /scratch]
    networks: {back: {aliases: [rows]}}
    healthcheck: {test: [CMD-SHELL, test ! -e /scratch/sick], interval: 1s, retries: 1}
    restart: unless-stopped
    stop_grace_period: 1s
  web:
    image: test/busybox:1
    command: [idle]
    depends_on: {db: {condition: service_healthy}}
    ports: ['127.0.0.1:PORT:80']
    networks: [back, front]
    mem_limit: 64m
    restart: unless-stopped
    cap_add: [NET_ADMIN]
    labels: {team: blue}
    stop_grace_period: 1s
  job: {image: 'test/busybox:1', command: ['true'], restart: 'no', networks: [back]}
volumes: {data: {labels: {kept: 'yes'}}}
networks: {back: {}, front: {internal: true}}
";

/// The project. Removed from the engine when it is dropped.
pub(crate) struct Project {
    pub(crate) name: String,
}

impl Project {
    /// Brings it up, with the port published on the loopback, and returns when it has settled: the job ended, the
    /// database healthy. Before that a plan would rightly have something to wait for.
    pub(crate) fn up(port: u16) -> Self {
        let project = Self { name: unique("imported-") };
        #[expect(clippy::disallowed_methods, reason = "the variable that the benchmarks read too")]
        let compose = std::env::var("CORE_MONITOR_BENCH_COMPOSE").ok().filter(|path| !path.is_empty());
        match compose {
            Some(compose) => project.up_with(&compose, port),
            None => project.up_by_hand(port),
        }
        docker(&["wait", &project.container("job")]);
        project.becomes("healthy");
        project
    }

    /// Makes the next health check of the database fail, or succeed, and waits for what the engine then says of it.
    pub(crate) fn feels(&self, health: &str) {
        let mark = if health == "healthy" { "rm /scratch/sick" } else { "touch /scratch/sick" };
        docker(&["exec", &self.container("db"), "sh", "-c", mark]);
        self.becomes(health);
    }

    fn becomes(&self, health: &str) {
        let said = || docker(&["inspect", "--format", "{{.State.Health.Status}}", &self.container("db")]);
        poll(&format!("db is {health}"), Duration::from_secs(30), || (said() == health).then_some(()));
    }

    fn up_with(&self, compose: &str, port: u16) {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("compose.yml");
        std::fs::write(&file, DEFINITION.replace("PORT", &port.to_string())).unwrap();
        let file = file.display().to_string();
        let arguments = ["--project-name", &self.name, "--file", &file, "up", "--detach"];
        let output = command(compose).args(arguments).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    }

    fn up_by_hand(&self, port: u16) {
        let name = self.name.as_str();
        let project = format!("com.docker.compose.project={name}");
        let labelled = |kind: &str, key: &str| format!("com.docker.compose.{kind}={key}");
        for (key, extra) in [("back", None), ("front", Some("--internal"))] {
            let (label, network) = (labelled("network", key), format!("{name}_{key}"));
            let mut arguments = vec!["network", "create", "--label", &project, "--label", &label];
            arguments.extend(extra);
            arguments.push(&network);
            docker(&arguments);
        }
        let (label, volume) = (labelled("volume", "data"), format!("{name}_data"));
        docker(&["volume", "create", "--label", &project, "--label", &label, "--label", "kept=yes", &volume]);
        let data = format!("{volume}:/data:rw");
        let publish = format!("127.0.0.1:{port}:80");
        let db = [
            "--env",
            "SECRET=p$s: #x",
            "--volume",
            &data,
            "--mount",
            "type=volume,target=/scratch",
            "--network-alias",
            "rows",
            "--health-cmd",
            "test ! -e /scratch/sick",
            "--health-interval",
            "1s",
            "--health-retries",
            "1",
            "--restart",
            "unless-stopped",
            "--stop-timeout",
            "1",
        ];
        self.create("db", "", &db, &["test/busybox:1", "idle"]);
        let web = [
            "--publish",
            &publish,
            "--restart",
            "unless-stopped",
            "--memory",
            "64m",
            "--cap-add",
            "NET_ADMIN",
            "--label",
            "team=blue",
            "--stop-timeout",
            "1",
        ];
        self.create("web", "db:service_healthy:false", &web, &["test/busybox:1", "idle"]);
        let front = format!("{name}_front");
        let web = self.container("web");
        docker(&["network", "connect", "--alias", &web, "--alias", "web", &front, &web]);
        self.create("job", "", &["--restart", "no"], &["test/busybox:1", "true"]);
        for service in ["db", "web", "job"] {
            docker(&["start", &self.container(service)]);
        }
    }

    fn create(&self, service: &str, depends_on: &str, options: &[&str], command: &[&str]) {
        let (container, network) = (self.container(service), format!("{}_back", self.name));
        let labels = [
            format!("com.docker.compose.project={}", self.name),
            format!("com.docker.compose.service={service}"),
            "com.docker.compose.container-number=1".to_owned(),
            "com.docker.compose.oneoff=False".to_owned(),
            "com.docker.compose.config-hash=0".to_owned(),
            "com.docker.compose.version=2.40.3".to_owned(),
            format!("com.docker.compose.depends_on={depends_on}"),
        ];
        let mut arguments = vec!["create", "--name", &container, "--network", &network];
        arguments.extend(["--network-alias", &container, "--network-alias", service]);
        arguments.extend(labels.iter().flat_map(|label| ["--label", label.as_str()]));
        arguments.extend(options);
        arguments.extend(command);
        docker(&arguments);
    }

    /// Name of the container of a service.
    pub(crate) fn container(&self, service: &str) -> String {
        format!("{}-{service}-1", self.name)
    }

    /// Its containers on the engine, by service.
    pub(crate) fn containers(&self) -> BTreeMap<String, Value> {
        let service = |container: &Value| {
            container["Config"]["Labels"]["com.docker.compose.service"].as_str().unwrap().to_owned()
        };
        labelled("container", &self.label()).into_iter().map(|found| (service(&found), found)).collect()
    }

    /// What tells one run of one container from any other, by service.
    pub(crate) fn runs(&self) -> BTreeMap<String, (String, Timestamp)> {
        let run = |container: Value| {
            (container["Id"].as_str().unwrap().to_owned(), moment(&container["State"]["StartedAt"]))
        };
        self.containers().into_iter().map(|(service, container)| (service, run(container))).collect()
    }

    /// How many containers, networks and volumes are left of it.
    pub(crate) fn left(&self) -> [usize; 3] {
        ["container", "network", "volume"].map(|kind| labelled(kind, &self.label()).len())
    }

    fn label(&self) -> String {
        format!("com.docker.compose.project={}", self.name)
    }
}

impl Drop for Project {
    fn drop(&mut self) {
        remove_labelled(&self.label());
    }
}
