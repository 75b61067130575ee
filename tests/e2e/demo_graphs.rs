//! The demonstration of map graphs: real Valhalla, launched from a template by one command, behind real nginx.

use std::fs;
use std::process::Output;
use std::time::Duration;

use serde_json::{Value, json};
use tempfile::TempDir;
use ureq::http::Method;

use crate::harness::{Api, Installation, command, free_port, inspect, labelled, poll, script, unique};

/// How long something may take that nobody can wait for otherwise.
const LIMIT: Duration = Duration::from_secs(30);

/// Ports that no other test uses.
const PORTS: &str = "23600-23609";

/// The command, with an installation, ports and names of its own.
struct Demo<'a> {
    installation: &'a Installation,
    folder: &'a TempDir,
    template: String,
    suffix: String,
    nginx_port: String,
}

impl<'a> Demo<'a> {
    fn new(installation: &'a Installation, folder: &'a TempDir) -> Self {
        Self {
            installation,
            folder,
            template: unique("graphs-"),
            suffix: unique("_"),
            nginx_port: free_port().to_string(),
        }
    }

    fn run(&self, action: &str) -> Output {
        command(script("../deploy/demo/graphs/demo.sh"))
            .arg(action)
            .arg("--datasets")
            .arg(self.folder.path().join("datasets"))
            .args(["--template", &self.template, "--suffix", &self.suffix])
            .args(["--ports", PORTS, "--nginx-port", &self.nginx_port])
            .env("CORE_MONITOR_URL", format!("http://{}", self.installation.api.address()))
            .env("CORE_MONITOR_TOKEN", self.installation.api.token())
            .env("CORE_MONITOR_DEMO_GRAPHS_STATE", self.folder.path().join("state"))
            .output()
            .unwrap()
    }

    /// What the command prints, which must succeed.
    #[track_caller]
    fn done(&self, action: &str) -> String {
        let output = self.run(action);
        let errors = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{action}: {errors}");
        format!("{errors}{}", String::from_utf8_lossy(&output.stdout))
    }

    fn path(&self, key: &str, rest: &str) -> String {
        format!("/api/v1/templates/{}/instances/{key}{rest}", self.template)
    }

    /// The graph of a region that serves.
    #[track_caller]
    fn graph(&self, region: &str, question: Value, road: &'static str) -> Graph {
        let key = format!("{region}_2025{}", self.suffix);
        let shown = self.installation.api.get(&self.path(&key, "")).expect(200);
        let stack = shown["stack_id"].as_str().unwrap().to_owned();
        self.installation.clean_up(&stack);
        assert_eq!(shown["phase"], "serving", "{shown:#}");
        Graph { port: shown["ports"]["PORT"].as_u64().unwrap(), key, stack, question, road }
    }

    /// A command of an instance that is done.
    #[track_caller]
    fn act(&self, graph: &Graph, verb: &str) {
        let path = self.path(&graph.key, &format!("/{verb}?wait=120"));
        let done = self.installation.api.post(&path, &[], "").expect(200);
        assert_eq!(done["status"], "DONE", "{done:#}");
    }

    /// Both ways to a graph: by its port, and by its name through nginx.
    fn answers(&self, graph: &Graph) {
        graph.answers(&format!("127.0.0.1:{}", graph.port), "/route");
        graph.answers(&format!("127.0.0.1:{}", self.nginx_port), &format!("/{}/route", graph.key));
    }
}

impl Drop for Demo<'_> {
    fn drop(&mut self) {
        if std::thread::panicking() {
            let output = self.run("down");
            eprintln!("{}", String::from_utf8_lossy(&output.stderr));
        }
    }
}

/// A graph of the demonstration.
struct Graph {
    key: String,
    stack: String,
    port: u64,
    /// Asks for a route from one of its towns to the other.
    question: Value,
    /// A part of the name of the road between them.
    road: &'static str,
}

impl Graph {
    /// A route between its towns, which takes the road.
    fn answers(&self, address: &str, path: &str) {
        let api = Api::new("nobody");
        api.go_to(address);
        let headers = [("Content-Type", "application/json")];
        let question = self.question.to_string();
        let route = poll("a route is answered", LIMIT, || {
            api.send(&Method::POST, path, &headers, &question).ok().filter(|answer| answer.status == 200)
        });
        let trip = &route.body["trip"];
        assert!(trip["summary"]["length"].as_f64().unwrap() > 90.0, "{trip:#}");
        assert!(trip["legs"].to_string().contains(self.road), "{trip:#}");
    }

    /// The container that has built it, and when.
    #[track_caller]
    fn build(&self) -> (Value, Value) {
        let containers = labelled("container", &self.label());
        let of_build =
            |container: &&Value| container["Config"]["Labels"]["com.docker.compose.service"] == "tiles";
        let container = containers.iter().find(of_build).expect("the container that builds is kept");
        (container["Id"].clone(), container["State"]["StartedAt"].clone())
    }

    /// When its tiles were written, as Valhalla itself says.
    fn tiles(&self) -> Value {
        let api = Api::new("nobody");
        api.go_to(&format!("127.0.0.1:{}", self.port));
        let status = poll("Valhalla says how it is", LIMIT, || {
            api.send(&Method::GET, "/status", &[], "").ok().filter(|answer| answer.status == 200)
        });
        status.body["tileset_last_modified"].clone()
    }

    /// The container that serves it, under the name that people look for.
    fn container(&self) -> Value {
        inspect(&format!("valhalla-graph-{}", self.key))
    }

    fn label(&self) -> String {
        format!("io.core-monitor.stack={}", self.stack)
    }

    /// How many containers, networks and volumes it has.
    fn left(&self) -> [usize; 3] {
        ["container", "network", "volume"].map(|kind| labelled(kind, &self.label()).len())
    }
}

/// One place after another, by car.
fn by_car(places: [(f64, f64); 2]) -> Value {
    json!({"costing": "auto", "locations": places.map(|(lat, lon)| json!({"lat": lat, "lon": lon}))})
}

#[test]
fn two_graphs_are_built_once_and_answer_by_port_and_by_name() {
    let folder = TempDir::with_prefix("core-monitor-graphs-").unwrap();
    let datasets = folder.path().join("datasets");
    fs::create_dir(&datasets).unwrap();
    let roots = format!("graphs={}", datasets.display());
    let installation = Installation::with(&[("CORE_MONITOR_MOUNT_ROOTS", roots.as_str())]);
    let demo = Demo::new(&installation, &folder);

    let said = demo.done("up");
    assert!(said.contains("Route de l'Armorique"), "it shows a route: {said}");
    let aura = demo.graph("aura", by_car([(45.1845, 5.7190), (45.7680, 4.8415)]), "Route du Dauphin");
    let bretagne =
        demo.graph("bretagne", by_car([(48.1075, -1.6850), (48.3940, -4.4800)]), "Route de l'Armorique");
    assert_ne!(aura.port, bretagne.port);
    for graph in [&aura, &bretagne] {
        demo.answers(graph);
        is_as_described(graph);
        let logs = installation.api.get(&format!("/api/v1/stacks/{}/logs?service=tiles", graph.stack));
        assert!(logs.body.as_str().unwrap().contains("the graph has"), "{:#}", logs.body);
    }

    // Once more changes nothing.
    let before = [aura.container(), bretagne.container()].map(|container| container["Id"].clone());
    demo.done("up");
    let after = [aura.container(), bretagne.container()].map(|container| container["Id"].clone());
    assert_eq!(before, after);

    a_stop_keeps_what_was_built(&demo, &aura);
    demo.answers(&bretagne);

    let refused = installation.api.put(&demo.path("corse_2025", ""), &json!({}));
    assert_eq!(refused.problem(422), "invalid-definition");
    let detail = refused.body["detail"].as_str().unwrap();
    assert!(detail.contains("there is no file") && detail.contains("corse_2025.osm.pbf"), "{detail}");

    demo.done("down");
    for graph in [&aura, &bretagne] {
        assert_eq!(graph.left(), [0, 0, 0], "{}", graph.key);
    }
    let template = format!("/api/v1/templates/{}", demo.template);
    assert_eq!(installation.api.get(&template).status, 404);
    assert_eq!(fs::read_dir(&datasets).unwrap().count(), 0, "the extracts are gone too");
}

/// The container has what the template says: its label, its health check, its restarts, and its tiles to read only.
#[track_caller]
fn is_as_described(graph: &Graph) {
    let container = graph.container();
    assert_eq!(container["Config"]["Labels"]["valhalla.managed"], "true");
    assert_eq!(container["HostConfig"]["RestartPolicy"]["Name"], "unless-stopped");
    assert_eq!(container["State"]["Health"]["Status"], "healthy");
    let mounts = container["Mounts"].as_array().unwrap();
    assert!(mounts.iter().all(|mount| mount["RW"] == false), "{mounts:#?}");
}

/// A graph that is stopped and started answers again, without having been built again.
fn a_stop_keeps_what_was_built(demo: &Demo<'_>, graph: &Graph) {
    let (build, tiles) = (graph.build(), graph.tiles());
    demo.act(graph, "stop");
    let stopped = poll("the graph is stopped", LIMIT, || {
        let shown = demo.installation.api.get(&demo.path(&graph.key, "")).expect(200);
        (shown["phase"] == "stopped").then_some(shown)
    });
    assert_eq!(stopped["ports"]["PORT"], graph.port, "it keeps its port");
    assert_eq!(graph.container()["State"]["Running"], false);
    demo.act(graph, "start");
    demo.answers(graph);
    assert_eq!((graph.build(), graph.tiles()), (build, tiles), "nothing was built again");
}
