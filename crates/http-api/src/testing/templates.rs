//! Templates.

use std::sync::Arc;
use std::time::Duration;

use actix_web::http::StatusCode;
use core_monitor_application::server::Identification;
use core_monitor_domain::actor::Actor;
use core_monitor_domain::command::{CommandResult, Failure, FailureCode};
use core_monitor_domain::ids::VersionNumber;
use core_monitor_domain::observation::ObservedContainer;
use core_monitor_domain::ports::{Finish, StackChange};
use core_monitor_message::Message;
use core_monitor_simulation::host_mounts::SimHostMounts;
use core_monitor_simulation::host_ports::SimHostPorts;
use core_monitor_simulation::key_list_source::SimKeyListSource;
use core_monitor_simulation::passwords::SimSetupToken;
use serde_json::Value;

use super::{World, YAML};

/// A template with a port, a text and a secret, which are declared in the lines 7 to 9.
pub(crate) const TEMPLATE: &str = r#"x-core-monitor:
  template:
    title: Shop preview
    key: {pattern: "[a-z0-9]+", example: demo}
    url: "http://{key}.localhost:{PORT}/"
    parameters:
      PORT: {type: host_port, range: 8002-8004}
      GREETING: {type: string, default: hello, pattern: "[a-z]+"}
      PASSWORD: {type: secret, generate: 16}
services:
  web:
    image: test/busybox:1
    environment: {GREETING: "${GREETING}", PASSWORD: "${PASSWORD}"}
    ports: ["${PORT}:80"]
"#;

/// What is around the server that matters to templates and users.
#[derive(Default)]
pub(crate) struct Around {
    pub(crate) keys: Arc<SimKeyListSource>,
    pub(crate) ports: Arc<SimHostPorts>,
    pub(crate) mounts: Arc<SimHostMounts>,
    pub(crate) setup: Arc<SimSetupToken>,
    /// Nobody but a test of it has a provider to sign in with.
    pub(crate) identification: Option<Identification>,
}

impl World {
    /// Lets the server look after the instances once.
    pub(crate) async fn look_after(&self) {
        let api = self.shared();
        api.server.ask_for_keys(&Actor::server()).await.unwrap();
        api.server.look_after_instances(&Actor::server()).await.unwrap();
        api.server.carry_on_rollouts(&Actor::server()).await.unwrap();
    }

    /// Saves the template under this name.
    pub(crate) async fn create_template(&self, name: &str) {
        let answer = self.send("POST", &format!("/api/v1/templates?name={name}"), &[YAML], TEMPLATE).await;
        assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.text);
    }

    /// Launches an instance.
    pub(crate) async fn launch(&self, template: &str, key: &str) -> Value {
        let address = format!("/api/v1/templates/{template}/instances/{key}");
        let answer = self.send("PUT", &address, &[], "").await;
        assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.text);
        answer.json()["instance"].clone()
    }

    /// Launches an instance whose only container runs; the container.
    pub(crate) async fn launch_and_run(&self, template: &str, key: &str) -> ObservedContainer {
        let launched = self.launch(template, key).await;
        self.carry_out(1).await;
        let web = self.container_of(launched["stack_id"].as_str().unwrap(), "web");
        self.observe(std::slice::from_ref(&web)).await;
        web
    }

    /// Lets this many seconds pass.
    pub(crate) fn pass(&self, seconds: u64) {
        self.clock.advance(Duration::from_secs(seconds));
    }

    /// Lets the head of the queue end with a failure that nobody waits for.
    pub(crate) async fn give_up(&self) {
        self.give_up_because("Bind for 0.0.0.0:8002 failed: port is already allocated").await;
    }

    /// The same, with these words of the engine.
    pub(crate) async fn give_up_because(&self, words: &str) {
        self.give_up_with(FailureCode::PortTaken, words).await;
    }

    /// The same, with another code.
    pub(crate) async fn give_up_with(&self, code: FailureCode, words: &str) {
        let failure = Some(Failure::new(code, Message::foreign(words)));
        self.finish(Finish::Cancelled { failure, result: CommandResult::default(), change: Box::default() })
            .await;
    }

    /// Lets the head of the queue, which is a `DELETE`, end.
    pub(crate) async fn remove(&self) {
        let change = StackChange { deleted: true, ..StackChange::default() };
        // Whatever came before it in the queue is done first.
        self.finish(Finish::Done { result: CommandResult::default(), change: Box::new(change) }).await;
    }

    /// Lets the head of the queue end with this version applied.
    pub(crate) async fn carry_out(&self, version: u32) {
        let change = StackChange { current_version: Some(VersionNumber(version)), ..StackChange::default() };
        self.finish(Finish::Done { result: CommandResult::default(), change: Box::new(change) }).await;
    }
}
