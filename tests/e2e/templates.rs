//! Templates and their instances, on a real engine.

use std::collections::BTreeSet;
use std::net::TcpListener;
use std::thread;
use std::time::Duration;

use serde_json::{Value, json};

use crate::harness::web::get;
use crate::harness::{Answer, Installation, YAML, labelled, poll, unique};

/// How long something may take that nobody can wait for otherwise.
const LIMIT: Duration = Duration::from_mins(1);

/// A page that is built once and then served, with a port of the host for each instance.
const GRAPHS: &str = r#"
x-core-monitor:
  template:
    build: build
    lifetime: {grace: 1s}
    parameters:
      PORT: {type: host_port, range: RANGE}
      REGION: {type: string, default: none}
services:
  build:
    image: test/busybox:1
    command: [sh, -c, "echo built ${INSTANCE} of ${REGION} >>/tiles/index.html"]
    volumes: ["tiles:/tiles"]
  serve:
    image: test/busybox:1
    command: [httpd, -f, -p, "8002", -h, /tiles]
    depends_on: {build: {condition: service_completed_successfully}}
    ports: ["127.0.0.1:${PORT}:8002"]
    volumes: ["tiles:/tiles:ro"]
    restart: unless-stopped
    stop_grace_period: 1s
volumes:
  tiles: {}
"#;

/// A template with a name that nobody else uses.
struct Template<'a> {
    installation: &'a Installation,
    name: String,
}

impl<'a> Template<'a> {
    fn create(installation: &'a Installation, range: &str) -> Self {
        let name = unique("graphs-");
        let text = GRAPHS.replace("RANGE", range);
        let path = format!("/api/v1/templates?name={name}");
        installation.api.post(&path, &[YAML], &text).expect(201);
        Self { installation, name }
    }

    fn path(&self, rest: &str) -> String {
        format!("/api/v1/templates/{}{rest}", self.name)
    }

    fn put(&self, key: &str, body: &Value) -> Answer {
        self.installation.api.put(&self.path(&format!("/instances/{key}?wait=120")), body)
    }

    /// An instance that is up.
    #[track_caller]
    fn launch(&self, key: &str) -> Value {
        let launched = self.put(key, &json!({})).expect(201);
        self.installation.clean_up(launched["instance"]["stack_id"].as_str().unwrap());
        assert_eq!(launched["command"]["status"], "DONE", "{launched}");
        launched["instance"].clone()
    }

    fn show(&self, key: &str) -> Answer {
        self.installation.api.get(&self.path(&format!("/instances/{key}")))
    }

    /// A command of an instance that is done.
    #[track_caller]
    fn act(&self, key: &str, verb: &str) {
        let path = self.path(&format!("/instances/{key}/{verb}?wait=120"));
        let done = self.installation.api.post(&path, &[], "").expect(200);
        assert_eq!(done["status"], "DONE", "{done}");
    }

    fn is(&self, key: &str, phase: &str) {
        poll(&format!("{key} is {phase}"), LIMIT, || {
            (self.show(key).expect(200)["phase"] == phase).then_some(())
        });
    }
}

fn port_of(instance: &Value) -> u64 {
    instance["ports"]["PORT"].as_u64().unwrap()
}

/// What an instance serves.
fn served(port: u64) -> String {
    poll("the page is served", LIMIT, || {
        get(&format!("127.0.0.1:{port}"), "localhost", "/", &[]).ok().filter(|answer| answer.status == 200)
    })
    .body
}

/// How many containers, networks and volumes a stack has.
fn left(stack: &Value) -> [usize; 3] {
    let label = format!("io.core-monitor.stack={}", stack.as_str().unwrap());
    ["container", "network", "volume"].map(|kind| labelled(kind, &label).len())
}

#[test]
fn instances_are_built_once_and_have_ports_of_their_own() {
    let installation = Installation::start();
    let graphs = Template::create(&installation, "23100-23109");
    let _foreign = TcpListener::bind(("127.0.0.1", 23_100)).unwrap();
    let values = json!({"values": {"REGION": "auvergne"}});
    let launched = graphs.put("aura_2025", &values).expect(201);
    installation.clean_up(launched["instance"]["stack_id"].as_str().unwrap());
    let aura = launched["instance"].clone();
    assert_eq!(port_of(&aura), 23_101, "somebody else listens on the first one: {launched}");
    assert_eq!(aura["url"], "http://localhost:23101/");
    let bretagne = graphs.launch("bretagne_2025");
    assert_eq!(port_of(&bretagne), 23_102);
    assert_eq!(served(23_101), "built aura_2025 of auvergne\n");
    assert_eq!(served(23_102), "built bretagne_2025 of none\n");
    graphs.is("aura_2025", "serving");

    // A stop keeps what was built, and the port.
    graphs.act("aura_2025", "stop");
    graphs.is("aura_2025", "stopped");
    assert_eq!(port_of(&graphs.launch("other")), 23_103);
    let again = graphs.put("aura_2025", &json!({})).expect(200);
    assert_eq!((&again["command"]["kind"], port_of(&again["instance"])), (&json!("START"), 23_101));
    assert_eq!(served(23_101), "built aura_2025 of auvergne\n", "nothing was built again");
    graphs.act("aura_2025", "rebuild");
    assert_eq!(served(23_101), "built aura_2025 of auvergne\n".repeat(2), "it was asked for");

    // What is removed leaves nothing, and its port goes to the next one.
    let path = graphs.path("/instances/aura_2025?wait=120");
    let removed = installation.api.send(&ureq::http::Method::DELETE, &path, &[], "").unwrap().expect(200);
    assert_eq!(removed["status"], "DONE", "{removed}");
    assert_eq!(left(&aura["stack_id"]), [0, 0, 0]);
    graphs.show("aura_2025").expect(404);
    assert_eq!(port_of(&graphs.launch("late")), 23_101);
}

#[test]
fn a_port_that_only_the_engine_finds_taken_is_left_for_the_next_one() {
    let mut installation = Installation::without_worker(&[]);
    let (name, foreign) = {
        let graphs = Template::create(&installation, "23120-23129");
        let path = graphs.path("/instances/late");
        let launched = installation.api.put(&path, &json!({})).expect(201);
        installation.clean_up(launched["instance"]["stack_id"].as_str().unwrap());
        assert_eq!(port_of(&launched["instance"]), 23_120);
        // It was free when it was claimed.
        (graphs.name, TcpListener::bind(("127.0.0.1", 23_120)).unwrap())
    };
    installation.start_worker();
    let graphs = Template { installation: &installation, name };
    graphs.is("late", "serving");
    let moved = graphs.show("late").expect(200);
    assert_eq!(port_of(&moved), 23_121);
    assert_eq!(served(23_121), "built late of none\n");
    drop(foreign);
    let stack = moved["stack_id"].as_str().unwrap();
    let commands = installation.api.get(&format!("/api/v1/commands?stack_id={stack}&kind=APPLY")).expect(200);
    let ends: Vec<_> =
        commands["items"].as_array().unwrap().iter().map(|one| one["status"].clone()).collect();
    assert_eq!(ends, ["DONE", "CANCELLED"], "the failure is in the history, and nobody had to do anything");
}

#[test]
fn what_nobody_wants_any_more_is_removed_and_what_is_held_stays() {
    let installation = Installation::start();
    let graphs = Template::create(&installation, "23140-23149");
    let [shop, blog, wiki] = ["shop", "blog", "wiki"].map(|key| graphs.launch(key));
    let hold = graphs.path("/instances/wiki/hold");
    installation.api.put(&hold, &json!({})).expect(200);
    installation.api.put(&graphs.path("/keys"), &json!({"keys": ["shop"]})).expect(200);
    poll("what is not on the list is removed", LIMIT, || (graphs.show("blog").status == 404).then_some(()));
    assert_eq!(left(&blog["stack_id"]), [0, 0, 0], "with its volume");
    let sweeps = installation.api.get("/api/v1/sweeps").expect(200);
    let keys: Vec<_> = sweeps["items"].as_array().unwrap().iter().map(|one| one["key"].clone()).collect();
    assert_eq!(keys, ["wiki"], "{sweeps}");
    assert_ne!(left(&wiki["stack_id"]), [0, 0, 0]);
    assert_eq!(served(port_of(&shop)), "built shop of none\n");
    let commands = installation.api.get("/api/v1/commands?kind=DELETE").expect(200);
    assert_eq!(commands["items"][0]["principal"]["name"], "server", "{commands}");
}

#[test]
fn of_many_launches_at_once_each_gets_a_port_or_a_clear_answer() {
    const LAUNCHES: usize = 200;
    let installation = Installation::without_worker(&[]);
    let graphs = Template::create(&installation, "23200-23399");
    let foreign = (0..20).map(|number| TcpListener::bind(("127.0.0.1", 23_200 + 10 * number)).unwrap());
    let foreign: Vec<_> = foreign.collect();
    let keys: Vec<String> = (0..LAUNCHES).map(|number| format!("p{number}")).collect();
    let answers: Vec<Answer> = thread::scope(|scope| {
        let some = keys.chunks(LAUNCHES / 16 + 1).map(|keys| {
            let launch =
                |key: &String| installation.api.put(&graphs.path(&format!("/instances/{key}")), &json!({}));
            scope.spawn(move || keys.iter().map(launch).collect::<Vec<_>>())
        });
        let some: Vec<_> = some.collect();
        some.into_iter().flat_map(|one| one.join().unwrap()).collect()
    });
    let (launched, refused): (Vec<_>, Vec<_>) = answers.into_iter().partition(|answer| answer.status == 201);
    let ports: BTreeSet<u64> = launched.iter().map(|answer| port_of(&answer.body["instance"])).collect();
    assert_eq!((launched.len(), ports.len(), refused.len()), (180, 180, 20));
    assert!(ports.iter().all(|port| port % 10 != 0), "nobody got a port that is taken");
    for answer in refused {
        assert_eq!(answer.problem(422), "invalid-definition");
        assert!(answer.body["detail"].as_str().unwrap().contains("every port of 23200-23399 is taken"));
    }
    let listed = installation.api.get(&graphs.path("/instances?limit=200")).expect(200);
    assert_eq!(listed["items"].as_array().unwrap().len(), 180, "what was refused left nothing");
    let stacks = installation.api.get("/api/v1/stacks?limit=200").expect(200);
    assert_eq!(stacks["items"].as_array().unwrap().len(), 180);
    drop(foreign);
}

#[test]
fn all_instances_are_upgraded_and_a_killed_server_goes_on() {
    let mut installation = Installation::start();
    let name = {
        let graphs = Template::create(&installation, "23160-23169");
        for key in ["a", "b", "c"] {
            graphs.launch(key);
        }
        let newer = GRAPHS.replace("RANGE", "23160-23169").replace("echo built", "echo newly built");
        installation.api.post(&graphs.path("/versions"), &[YAML], &newer).expect(201);
        let planned = installation.api.get(&graphs.path("/rollout/plan")).expect(200);
        assert_eq!(planned["items"][2]["services"], json!(["build"]), "{planned}");
        let begun = json!({"at_once": 1}).to_string();
        let json = ("Content-Type", "application/json");
        installation.api.post(&graphs.path("/rollout"), &[json], &begun).expect(202);
        graphs.name
    };
    installation.server().kill();
    installation.start_server();
    let graphs = Template { installation: &installation, name };
    poll("every instance is upgraded", LIMIT, || {
        let rollout = installation.api.get(&graphs.path("/rollout")).expect(200);
        assert_eq!(rollout["failed"], json!([]), "{rollout}");
        (rollout["state"] == "done" && rollout["upgraded"] == 3).then_some(())
    });
    for (key, port) in [("a", 23_160), ("b", 23_161), ("c", 23_162)] {
        let built = format!("built {key} of none\nnewly built {key} of none\n");
        assert_eq!(served(port), built, "it has its port and its data");
    }
}
