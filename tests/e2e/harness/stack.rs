//! Stacks and commands, as a client sees them.

use std::collections::BTreeMap;
use std::hash::{BuildHasher as _, Hasher as _, RandomState};
use std::sync::Arc;

use jiff::Timestamp;
use serde_json::{Value, json};

use super::api::{Answer, Api};
use super::clock::moment;
use super::engine::labelled;
use super::events::Events;

pub(crate) const YAML: (&str, &str) = ("Content-Type", "application/yaml");
pub(crate) const JSON: (&str, &str) = ("Content-Type", "application/json");
pub(crate) const ANY: (&str, &str) = ("If-Match", "*");

/// `prefix` with letters behind it that nobody else chooses, so that tests on one engine do not meet.
pub(crate) fn unique(prefix: &str) -> String {
    // A `RandomState` is seeded by the system; hashing nothing with it gives a random number.
    format!("{prefix}{:010x}", RandomState::new().build_hasher().finish() >> 24)
}

/// A stack.
pub(crate) struct Stack {
    pub(crate) api: Arc<Api>,
    pub(crate) id: String,
    pub(crate) name: String,
}

impl Stack {
    #[track_caller]
    pub(crate) fn create(api: &Arc<Api>, name: &str, definition: &str) -> Self {
        let saved = api.post(&format!("/api/v1/stacks?name={name}"), &[YAML], definition).expect(201);
        let id = saved["stack"]["stack_id"].as_str().unwrap().to_owned();
        Self { api: Arc::clone(api), id, name: name.to_owned() }
    }

    #[track_caller]
    pub(crate) fn create_posting(api: &Arc<Api>, name: &str, body: &Value) -> Self {
        let path = format!("/api/v1/stacks?name={name}");
        let saved = api.post(&path, &[JSON], &body.to_string()).expect(201);
        let id = saved["stack"]["stack_id"].as_str().unwrap().to_owned();
        Self { api: Arc::clone(api), id, name: name.to_owned() }
    }

    pub(crate) fn path(&self, rest: &str) -> String {
        format!("/api/v1/stacks/{}{rest}", self.id)
    }

    /// Saves a version; its number.
    #[track_caller]
    pub(crate) fn save(&self, definition: &str) -> u64 {
        let saved = self.api.post(&self.path("/versions"), &[YAML, ANY], definition).expect(201);
        saved["version"]["version"].as_u64().unwrap()
    }

    /// Enqueues a command and waits until it has ended, successfully or not.
    #[track_caller]
    pub(crate) fn ask(&self, what: &str, body: &Value) -> Command {
        let answer = self.api.post(&self.path(&format!("/{what}?wait=120")), &[ANY, JSON], &body.to_string());
        Command { body: answer.expect(200), api: Arc::clone(&self.api) }
    }

    /// Sends an artifact for a slot, `service/slot`, and waits until its command has ended.
    #[track_caller]
    pub(crate) fn deploy(&self, slot: &str, file: &str, bytes: &[u8]) -> Command {
        let (service, slot) = slot.split_once('/').unwrap();
        let path = self.path(&format!("/deploy?service={service}&slot={slot}&file_name={file}&wait=120"));
        let answer = self.api.upload(&path, &[ANY, ("Content-Type", "application/octet-stream")], bytes);
        Command { body: answer.expect(200), api: Arc::clone(&self.api) }
    }

    /// Sends an artifact for a slot without waiting for its command.
    #[track_caller]
    pub(crate) fn begin_deploy(&self, slot: &str, file: &str, bytes: &[u8]) -> Command {
        let (service, slot) = slot.split_once('/').unwrap();
        let path = self.path(&format!("/deploy?service={service}&slot={slot}&file_name={file}"));
        let answer = self.api.upload(&path, &[ANY, ("Content-Type", "application/octet-stream")], bytes);
        Command { body: answer.expect(202), api: Arc::clone(&self.api) }
    }

    /// Enqueues a command without waiting.
    #[track_caller]
    pub(crate) fn ask_for(&self, what: &str, body: &Value) -> Command {
        let answer = self.api.post(&self.path(&format!("/{what}")), &[ANY, JSON], &body.to_string());
        Command { body: answer.expect(202), api: Arc::clone(&self.api) }
    }

    /// Sends a request that is refused.
    pub(crate) fn refused(&self, what: &str, body: &Value) -> Answer {
        self.api.post(&self.path(&format!("/{what}?wait=120")), &[ANY, JSON], &body.to_string())
    }

    #[track_caller]
    pub(crate) fn apply(&self, version: u64) -> Command {
        self.ask(&format!("apply/{version}"), &json!({}))
    }

    #[track_caller]
    pub(crate) fn begin_apply(&self, version: u64) -> Command {
        self.ask_for(&format!("apply/{version}"), &json!({}))
    }

    /// Saves a version and applies it.
    #[track_caller]
    pub(crate) fn update(&self, definition: &str) -> Command {
        let version = self.save(definition);
        self.apply(version)
    }

    #[track_caller]
    pub(crate) fn plan(&self, version: u64) -> Value {
        self.api.post(&self.path(&format!("/plan/{version}")), &[], "").expect(201)
    }

    #[track_caller]
    pub(crate) fn show(&self) -> Value {
        self.api.get(&self.path("")).expect(200)
    }

    #[track_caller]
    pub(crate) fn status(&self) -> Value {
        self.api.get(&self.path("/status")).expect(200)
    }

    /// Its containers on the engine, by name without the stack's.
    pub(crate) fn containers(&self) -> BTreeMap<String, Value> {
        let prefix = format!("/{}-", self.name);
        let short = |name: &str| name.strip_prefix(&prefix).map_or_else(|| name.to_owned(), str::to_owned);
        let found = labelled("container", &self.label()).into_iter();
        found.map(|container| (short(container["Name"].as_str().unwrap()), container)).collect()
    }

    /// One container on the engine, by its name without the stack's.
    #[track_caller]
    pub(crate) fn container(&self, name: &str) -> Value {
        let mut containers = self.containers();
        containers.remove(name).unwrap_or_else(|| panic!("no `{name}` among {:?}", containers.keys()))
    }

    /// Its networks on the engine.
    pub(crate) fn networks(&self) -> Vec<Value> {
        labelled("network", &self.label())
    }

    /// Its named volumes on the engine.
    pub(crate) fn volumes(&self) -> Vec<Value> {
        labelled("volume", &self.label())
    }

    /// What tells one run of one container from any other: its id and when it was started.
    pub(crate) fn runs(&self) -> BTreeMap<String, (String, Timestamp)> {
        let run = |container: Value| {
            (container["Id"].as_str().unwrap().to_owned(), moment(&container["State"]["StartedAt"]))
        };
        self.containers().into_iter().map(|(name, container)| (name, run(container))).collect()
    }

    fn label(&self) -> String {
        format!("io.core-monitor.stack={}", self.id)
    }
}

/// A command as last read.
pub(crate) struct Command {
    pub(crate) body: Value,
    pub(crate) api: Arc<Api>,
}

impl Command {
    pub(crate) fn id(&self) -> &str {
        self.body["command_id"].as_str().unwrap()
    }

    pub(crate) fn status(&self) -> &str {
        self.body["status"].as_str().unwrap()
    }

    /// The command once it has ended, successfully or not.
    #[track_caller]
    pub(crate) fn ended(&self) -> Self {
        let command = Self { body: self.get("?wait=120"), api: Arc::clone(&self.api) };
        assert!(!matches!(command.status(), "PENDING" | "RUNNING"), "{:#}", command.body);
        command
    }

    /// The command as it is now.
    #[track_caller]
    pub(crate) fn now(&self) -> Self {
        Self { body: self.get(""), api: Arc::clone(&self.api) }
    }

    #[track_caller]
    fn get(&self, rest: &str) -> Value {
        self.api.get(&format!("/api/v1/commands/{}{rest}", self.id())).expect(200)
    }

    /// The command, which must have succeeded.
    #[track_caller]
    pub(crate) fn done(self) -> Self {
        assert_eq!(self.status(), "DONE", "{:#}", self.body);
        self
    }

    /// The failure, which must have this code.
    #[track_caller]
    pub(crate) fn failed(&self, code: &str) -> &Value {
        assert_eq!(self.status(), "FAILED", "{:#}", self.body);
        let failure = &self.body["failure"];
        assert_eq!(failure["code"], code, "{failure:#}");
        failure
    }

    /// Number of writes to the engine.
    pub(crate) fn effects(&self) -> u64 {
        self.body["result"]["effects"].as_u64().unwrap()
    }

    pub(crate) fn cancel(&self) -> Answer {
        self.api.post(&format!("/api/v1/commands/{}/cancel", self.id()), &[], "")
    }

    /// Retries it and waits until it has ended.
    #[track_caller]
    pub(crate) fn retry(&self) -> Self {
        let body =
            self.api.post(&format!("/api/v1/commands/{}/retry?wait=120", self.id()), &[], "").expect(200);
        Self { body, api: Arc::clone(&self.api) }
    }

    /// Its events, from the first one on.
    pub(crate) fn events(&self) -> Events {
        self.api.events(&format!("/api/v1/commands/{}/events/stream", self.id()))
    }

    /// The writes to the engine that it has begun, `op target` each.
    #[track_caller]
    pub(crate) fn intents(&self) -> Vec<String> {
        let events = self.events().until("the command's end", |event| event.kind == "SETTLED");
        let intents = events.iter().filter(|event| event.kind == "INTENT");
        intents.map(|event| format!("{} {}", event.op(), event.target())).collect()
    }
}
