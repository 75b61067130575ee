//! What the host has, what happens there, and pruning, on a real engine. Other tests use the same engine: only objects of these
//! tests are pruned, by name.

use std::io::{BufRead as _, BufReader};
use std::time::Duration;

use serde_json::{Value, json};

use crate::harness::{Answer, Installation, Stack, docker, inspect, poll, try_docker, unique};

const LIMIT: Duration = Duration::from_secs(30);
const JSON: (&str, &str) = ("Content-Type", "application/json");

const DEFINITION: &str = "
services:
  web:
    image: test/busybox:1
    command: [idle]
    stop_grace_period: 1s
    environment: { COLOR: kanary-plain }
    volumes: ['data:/data']
volumes:
  data: {}
";

/// An image, a volume and a stopped container of this test, removed at its end.
struct Litter {
    name: String,
}

impl Litter {
    fn new() -> Self {
        let name = unique("litter-");
        // Committed rather than tagged, so that its id is its own.
        docker(&["container", "create", "--name", &name, "test/busybox:1", "idle"]);
        let label = format!("LABEL litter={name}");
        docker(&["commit", "--change", &label, &name, &format!("{name}:1")]);
        docker(&["tag", &format!("{name}:1"), &format!("{name}:2")]);
        docker(&["volume", "create", &name]);
        Self { name }
    }

    /// Everything of it by name.
    fn request(&self, foreign: bool) -> Value {
        json!({
            "images": "none", "build_cache": false, "foreign": foreign,
            "named": {
                "images": [format!("{}:1", self.name), format!("{}:2", self.name)],
                "containers": [self.name], "volumes": [self.name],
            },
        })
    }

    /// What of it is left.
    fn left(&self) -> Vec<&'static str> {
        let name = self.name.as_str();
        let kinds =
            ["container", "volume"].into_iter().filter(|kind| try_docker(&[*kind, "inspect", name]).is_ok());
        let images =
            ["1", "2"].iter().any(|tag| try_docker(&["image", "inspect", &format!("{name}:{tag}")]).is_ok());
        kinds.chain(images.then_some("image")).collect()
    }
}

impl Drop for Litter {
    fn drop(&mut self) {
        let name = self.name.as_str();
        let _ = try_docker(&["container", "rm", "--force", name]);
        let _ = try_docker(&["volume", "rm", name]);
        let _ = try_docker(&["image", "rm", "--force", &format!("{name}:1"), &format!("{name}:2")]);
    }
}

fn plan(installation: &Installation, request: &Value) -> Value {
    installation.api.post("/api/v1/prune/plan", &[JSON], &request.to_string()).expect(201)
}

fn prune(installation: &Installation, plan: &Value) -> Answer {
    let body = json!({"plan_id": plan["plan_id"]}).to_string();
    installation.api.post("/api/v1/prune?wait=120", &[JSON], &body)
}

fn texts(notes: &Value) -> Vec<&str> {
    notes.as_array().unwrap().iter().map(|note| note["text"].as_str().unwrap()).collect()
}

#[test]
fn what_a_plan_names_is_removed_and_nothing_else() {
    let installation = Installation::start();
    let stack = installation.create("pruned-", DEFINITION);
    stack.apply(1).done();
    let litter = Litter::new();
    let one_tag = json!({
        "images": "none", "build_cache": false, "named": {"images": [format!("{}:1", litter.name)]},
    });
    let kept = plan(&installation, &one_tag);
    assert_eq!(kept["steps"], json!([]), "its other tag is somebody's: {kept:#}");
    let careful = plan(&installation, &litter.request(false));
    assert_eq!(careful["steps"].as_array().unwrap().len(), 1, "an image is nobody's: {careful:#}");
    assert_eq!(
        texts(&careful["notes"]).iter().filter(|note| note.contains("`foreign`")).count(),
        2,
        "{careful:#}"
    );

    let confirmed = plan(&installation, &litter.request(true));
    let ops: Vec<_> = confirmed["steps"].as_array().unwrap().iter().map(|step| step["op"].clone()).collect();
    assert_eq!(ops, ["remove_container", "remove_volume", "remove_image"]);
    assert!(confirmed["steps"][1]["size"].is_u64(), "{confirmed:#}");
    let command = prune(&installation, &confirmed).expect(200);
    assert_eq!((&command["status"], &command["kind"]), (&json!("DONE"), &json!("PRUNE")), "{command:#}");
    assert_eq!((&command["stack_id"], &command["result"]["effects"]), (&json!(null), &json!(3)));
    assert_eq!(litter.left(), [""; 0]);
    assert_eq!(inspect(&format!("{}-web-1", stack.name))["State"]["Running"], true);

    // What is gone is done.
    let again = prune(&installation, &confirmed).expect(200);
    assert_eq!((&again["status"], &again["result"]["effects"]), (&json!("DONE"), &json!(0)), "{again:#}");
}

#[test]
fn what_stacks_have_or_need_is_never_in_a_plan() {
    let installation = Installation::start();
    let stack = installation.create("kept-", DEFINITION);
    stack.apply(1).done();
    let (container, volume) = (format!("{}-web-1", stack.name), format!("{}_data", stack.name));
    let request = json!({
        "images": "none", "build_cache": false, "foreign": true,
        "named": {
            "images": ["test/busybox:1"], "containers": [container], "volumes": [volume],
            "networks": [format!("{}_default", stack.name), "bridge"],
        },
    });
    let shown = plan(&installation, &request);
    assert_eq!(shown["steps"], json!([]), "{shown:#}");
    assert_eq!(texts(&shown["notes"]).len(), 5, "{shown:#}");
    stack.ask("stop", &json!({})).done();
    assert_eq!(plan(&installation, &request)["steps"], json!([]), "stopped, it is still the stack's");
    stack.ask("delete", &json!({})).done();
    let left = plan(
        &installation,
        &json!({"images": "none", "build_cache": false, "foreign": true, "named": {"volumes": [volume]}}),
    );
    assert_eq!(left["steps"], json!([]));
    assert!(texts(&left["notes"])[0].contains("what a deleted stack left"), "{left:#}");
}

#[test]
fn a_plan_whose_objects_came_into_use_is_stale() {
    let installation = Installation::start();
    let litter = Litter::new();
    let confirmed = plan(&installation, &litter.request(true));
    let user = unique("user-");
    docker(&[
        "run",
        "--detach",
        "--name",
        &user,
        "--volume",
        &format!("{}:/v", litter.name),
        "test/busybox:1",
        "idle",
    ]);
    let refused = prune(&installation, &confirmed);
    docker(&["rm", "--force", &user]);
    assert_eq!((refused.status, &refused.body["code"]), (409, &json!("plan-stale")), "{:#}", refused.body);
    assert_eq!(litter.left(), ["container", "volume", "image"]);
}

#[test]
fn a_killed_worker_is_followed_by_one_that_ends_the_prune() {
    let mut installation = Installation::start();
    let litter = Litter::new();
    let confirmed = plan(&installation, &litter.request(true));
    let body = json!({"plan_id": confirmed["plan_id"]}).to_string();
    let command = installation.api.post("/api/v1/prune", &[JSON], &body).expect(202);
    installation.worker().kill();
    installation.start_worker();
    let path = format!("/api/v1/commands/{}?wait=60", command["command_id"].as_str().unwrap());
    let ended = installation.api.get(&path).expect(200);
    assert_eq!(ended["status"], "DONE", "{ended:#}");
    assert_eq!(litter.left(), [""; 0]);
}

#[test]
fn lists_say_who_uses_what() {
    let installation = Installation::start();
    let stack = installation.create("listed-", DEFINITION);
    stack.apply(1).done();
    let name = format!("{}-web-1", stack.name);
    let find = |path: &str, key: &str, wanted: &str| {
        let list = installation.api.get(path).expect(200);
        let items = list["items"].as_array().unwrap().clone();
        let found = items.into_iter().find(|item| match &item[key] {
            Value::Array(names) => names.contains(&json!(wanted)),
            name => *name == json!(wanted),
        });
        found.unwrap_or_else(|| panic!("`{wanted}` is not in {list:#}"))
    };
    let user = |object: &Value| {
        let users = object["used_by"].as_array().unwrap();
        users.iter().find(|user| user["name"] == json!(name)).unwrap_or_else(|| panic!("{object:#}")).clone()
    };
    let image = find("/api/v1/images?sizes=true", "tags", "test/busybox:1");
    assert_eq!((&user(&image)["service"], &user(&image)["stack_name"]), (&json!("web"), &json!(stack.name)));
    assert!(image["unique_size"].is_u64() && image["prunable"]["when"] == "never", "{image:#}");
    let volume = find("/api/v1/volumes?sizes=true", "name", &format!("{}_data", stack.name));
    assert_eq!(volume["belongs_to"]["stack_id"], json!(stack.id));
    assert!(volume["size"].is_u64(), "{volume:#}");
    user(&volume);
    let network = find("/api/v1/networks", "name", &format!("{}_default", stack.name));
    assert_eq!(network["belongs_to"]["kind"], "stack");
    user(&network);
}

#[test]
fn a_container_is_inspected_without_its_secrets() {
    let installation = Installation::start();
    let definition = "services: {web: {image: 'test/busybox:1', command: [idle], environment: {KEY: '${PASSWORD}'}, healthcheck: {test: [CMD, echo, '${PASSWORD}'], interval: 1s}}}";
    let stack = with_secret(&installation, definition);
    stack.apply(1).done();
    let path = format!("/api/v1/containers/{}-web-1/inspect", stack.name);
    poll("a health check", LIMIT, || {
        let log = inspect(&format!("{}-web-1", stack.name))["State"]["Health"]["Log"].clone();
        log.as_array().is_some_and(|log| !log.is_empty()).then_some(())
    });
    let hidden = installation.api.get(&path).expect(200);
    assert!(!hidden.to_string().contains("kanary"), "{hidden:#}");
    assert_eq!(hidden["document"]["State"]["Running"], true);
    assert_eq!(hidden["document"]["Config"]["Healthcheck"]["Test"], json!(["CMD", "echo", "***"]));
    let shown = installation.api.post(&path, &[], "").expect(200);
    assert!(shown["document"]["Config"]["Env"].to_string().contains("KEY=kanary-secret-value"), "{shown:#}");
    let audit = installation.api.get("/api/v1/audit").expect(200);
    assert_eq!(audit["items"][0]["action"], "reveal_secrets", "{audit:#}");
}

/// A stack whose variable `PASSWORD` is secret.
fn with_secret(installation: &Installation, definition: &str) -> Stack {
    let body = json!({
        "compose": definition,
        "secret_variables": {"PASSWORD": {"value": "kanary-secret-value"}},
    });
    installation.create_posting(&unique("inspected-"), &body)
}

#[test]
fn events_are_told_in_sentences_and_resumed_without_a_gap() {
    let mut installation = Installation::start();
    let stack = installation.create("told-", DEFINITION);
    stack.apply(1).done();
    let name = format!("{}-web-1", stack.name);
    let path = format!("/api/v1/engine/events/stream?stack_id={}&kind=container", stack.id);
    let lines = ("Accept", "application/x-ndjson");
    let mut live = BufReader::new(installation.api.stream(&path, &[lines])).lines();
    docker(&["exec", &name, "sh", "-c", "echo kanary"]);
    docker(&["kill", &name]);
    let first: Value = serde_json::from_str(&live.next().unwrap().unwrap()).unwrap();
    assert_eq!(
        first["event"]["message"]["text"],
        format!("container {name} was sent the signal 9"),
        "{first:#}"
    );
    assert_eq!((&first["event"]["service"], &first["event"]["slot"]), (&json!("web"), &json!(1)));
    let second: Value = serde_json::from_str(&live.next().unwrap().unwrap()).unwrap();
    assert_eq!(second["event"]["message"]["text"], format!("container {name} exited with code 137"));

    // From any event on, the list has exactly what followed.
    let after = first["event"]["id"].as_str().unwrap();
    let query = format!("/api/v1/engine/events?stack_id={}&kind=container&after={after}", stack.id);
    let rest = installation.api.get(&query).expect(200);
    assert_eq!(rest["items"][0], second["event"], "{rest:#}");
    let noisy =
        installation.api.get(&format!("/api/v1/engine/events?stack_id={}&noise=true&limit=200", stack.id));
    let noisy = noisy.expect(200).to_string();
    assert!(noisy.contains("exec_start") && !noisy.contains("kanary"), "{noisy}");

    // The last frame says why there is no more.
    installation.worker().kill();
    let mut rest = live.map(Result::unwrap).filter(|line| !line.is_empty());
    let last: Value = serde_json::from_str(&rest.next().unwrap()).unwrap();
    assert_eq!(
        (&last["kind"], &last["problem"]["code"]),
        (&json!("PROBLEM"), &json!("worker-away")),
        "{last:#}"
    );
    assert_eq!(rest.next(), None);
}
