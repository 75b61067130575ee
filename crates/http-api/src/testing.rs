//! The whole API in this process, over a database in memory and a clock that stands still.

use std::sync::Arc;
use std::time::Duration;

use actix_web::body::MessageBody as _;
use actix_web::error::PathError;
use actix_web::http::{Method, StatusCode};
use actix_web::middleware::from_fn;
use actix_web::web::{Data, PathConfig};
use actix_web::{App, test, web};
use core_monitor_application::server::{CommitWatch, DefinitionLimits, Server, TokenSecret, accept_token};
use core_monitor_domain::command::{Failure, FailureCode};
use core_monitor_domain::ids::{InstanceId, WorkerId};
use core_monitor_domain::observation::{
    ApiVersion, EngineFacts, HostObservation, Observation, ObservedContainer,
};
use core_monitor_domain::ports::{Claim, Finish, IdSource as _, Lease};
use core_monitor_simulation::clock::ManualClock;
use core_monitor_simulation::ids::SeededIdSource;
use core_monitor_simulation::store::SimDatabase;
use core_monitor_simulation::vault::SimVault;
use tokio_util::sync::CancellationToken;
use utoipa_actix_web::AppExt as _;

use crate::api::{Api, Limits};
use crate::middleware::{authenticate, catch_panic, head_as_get, observe, same_origin};
use crate::request::path_problem;
use crate::serve::test_application as application;
use crate::{document, v1};

mod link;

use link::FakeLink;

/// The header of a compose file.
pub(crate) const YAML: (&str, &str) = ("Content-Type", "application/yaml");
/// A stack with one service.
pub(crate) const WEB: &str = "services:\n  web:\n    image: test/busybox:1\n";

/// The header of a tar.
pub(crate) const TAR: (&str, &str) = ("Content-Type", "application/x-tar");

/// A tar with these files; `*` behind a path makes the file executable.
pub(crate) fn tar(files: &[(&str, &str)]) -> Vec<u8> {
    let mut tar = tar::Builder::new(Vec::new());
    for (path, text) in files {
        let mut header = tar::Header::new_gnu();
        header.set_mode(if path.ends_with('*') { 0o755 } else { 0o644 });
        header.set_size(text.len() as u64);
        // Set by hand: the library's own function refuses what has to be tried here.
        let path = path.trim_end_matches('*').as_bytes();
        header.as_gnu_mut().unwrap().name[..path.len()].copy_from_slice(path);
        header.set_cksum();
        tar.append(&header, text.as_bytes()).unwrap();
    }
    tar.into_inner().unwrap()
}

/// A server with a database, a worker's view of it, and one token.
pub(crate) struct World {
    pub(crate) clock: Arc<ManualClock>,
    pub(crate) database: SimDatabase,
    pub(crate) stopping: CancellationToken,
    pub(crate) server: Server,
    link: Arc<FakeLink>,
    api: Data<Api>,
    token: String,
}

/// An answer, read to its end.
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) text: String,
    headers: Vec<(String, String)>,
}

impl Answer {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(found, _)| found == name).map(|(_, value)| value.as_str())
    }

    pub(crate) fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.text).unwrap_or_else(|error| panic!("{error}: {}", self.text))
    }

    /// The code of a problem.
    pub(crate) fn code(&self) -> String {
        assert_eq!(self.header("content-type"), Some("application/problem+json"), "{}", self.text);
        self.json()["code"].as_str().unwrap().to_owned()
    }
}

impl World {
    pub(crate) async fn new() -> Self {
        Self::with_limits(Limits::default()).await
    }

    pub(crate) async fn with_limits(limits: Limits) -> Self {
        let database = SimDatabase::new();
        let clock = Arc::new(ManualClock::new());
        let ids = Arc::new(SeededIdSource::new(1));
        let commits = Arc::new(CommitWatch::new(database.wakeup()));
        let instance = database.token_store().instance(InstanceId(ids.next_uuid())).await.unwrap();
        let link = Arc::new(FakeLink::new(database.clone(), instance));
        let server = Server {
            stacks: database.stack_store(),
            adoptions: database.adoption_store(),
            link: link.clone(),
            queue: database.command_queue(),
            plans: database.plan_store(),
            observations: database.observation_store(),
            tokens: database.token_store(),
            registries: database.registry_store(),
            vault: Arc::new(SimVault::new("key")),
            clock: clock.clone(),
            ids: ids.clone(),
            commits: commits.clone(),
            instance,
            definition_limits: DefinitionLimits::default(),
            stacks_dir: "/data/stacks".into(),
        };
        let secret = TokenSecret::random(ids.as_ref());
        accept_token(server.tokens.as_ref(), clock.as_ref(), ids.as_ref(), "admin", &secret).await.unwrap();
        actix_web::rt::spawn(async move { commits.run().await });
        let stopping = CancellationToken::new();
        let api = Data::new(Api::new(server.clone(), limits, stopping.clone()));
        Self { clock, database, stopping, server, link, api, token: secret.expose().to_owned() }
    }

    pub(crate) fn token(&self) -> &str {
        &self.token
    }

    pub(crate) async fn send(
        &self,
        method: &str,
        address: &str,
        headers: &[(&str, &str)],
        body: &str,
    ) -> Answer {
        self.send_bytes(method, address, headers, body.as_bytes().to_vec()).await
    }

    pub(crate) async fn send_bytes(
        &self,
        method: &str,
        address: &str,
        headers: &[(&str, &str)],
        body: Vec<u8>,
    ) -> Answer {
        let bearer = format!("Bearer {}", self.token);
        let headers: Vec<_> = headers.iter().copied().chain([("Authorization", bearer.as_str())]).collect();
        self.send_anonymously(method, address, &headers, body).await
    }

    pub(crate) async fn anonymous(&self, method: &str, address: &str) -> Answer {
        self.send_anonymously(method, address, &[], Vec::new()).await
    }

    pub(crate) async fn send_anonymously(
        &self,
        method: &str,
        address: &str,
        headers: &[(&str, &str)],
        body: impl Into<Vec<u8>>,
    ) -> Answer {
        let body = body.into();
        let app = test::init_service(application!(self.api.clone())).await;
        let mut request =
            test::TestRequest::with_uri(address).method(Method::from_bytes(method.as_bytes()).unwrap());
        for header in headers {
            request = request.append_header(*header);
        }
        if !body.is_empty() {
            request = request.set_payload(body);
        }
        let response = test::call_service(&app, request.to_request()).await;
        let status = response.status();
        let text = |value: &actix_web::http::header::HeaderValue| value.to_str().unwrap().to_owned();
        let headers =
            response.headers().iter().map(|(name, value)| (name.to_string(), text(value))).collect();
        let body = response.into_body().boxed();
        let bytes = actix_web::body::to_bytes(body).await.unwrap();
        Answer { status, headers, text: String::from_utf8_lossy(&bytes).into_owned() }
    }

    /// Saves the one-service stack with further files under this name, from a tar, and gives its id. `*` behind a path
    /// makes the file executable.
    pub(crate) async fn create_folder(&self, name: &str, files: &[(&str, &str)]) -> String {
        let address = format!("/api/v1/stacks?name={name}");
        let archive = tar(&[&[("compose.yaml", WEB)], files].concat());
        let answer = self.send_bytes("POST", &address, &[TAR], archive).await;
        assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.text);
        answer.json()["stack"]["stack_id"].as_str().unwrap().to_owned()
    }

    /// Lets a compose project of one service run on the host, of which the worker tells.
    pub(crate) fn run_project(&self, name: &str) {
        self.link.run(link::project(name, self.server.clock.now()));
    }

    /// Takes all the room there is for archives.
    pub(crate) fn fill_uploads(&self) -> Vec<tokio::sync::OwnedSemaphorePermit> {
        let uploads = &self.api.uploads;
        std::iter::from_fn(|| Arc::clone(uploads).try_acquire_owned().ok()).collect()
    }

    /// From now on the worker does not look at the engine when it is asked to.
    pub(crate) fn forget_refresh(&self) {
        self.link.forget_refresh();
    }

    /// Saves the one-service stack under this name, and gives its id.
    pub(crate) async fn create_stack(&self, name: &str) -> String {
        let answer = self.send("POST", &format!("/api/v1/stacks?name={name}"), &[YAML], WEB).await;
        assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.text);
        answer.json()["stack"]["stack_id"].as_str().unwrap().to_owned()
    }

    /// Enqueues an APPLY, and gives the command's id.
    pub(crate) async fn apply(&self, name: &str, version: u32) -> String {
        let page = self.send("GET", &format!("/api/v1/stacks?name={name}"), &[], "").await.json();
        let stack = page["items"][0]["stack_id"].as_str().unwrap();
        let address = format!("/api/v1/stacks/{stack}/apply/{version}");
        let answer = self.send("POST", &address, &[("If-Match", "*")], "").await;
        assert_eq!(answer.status, StatusCode::ACCEPTED, "{}", answer.text);
        answer.json()["command_id"].as_str().unwrap().to_owned()
    }

    /// Lets a worker take up the head of the queue.
    pub(crate) async fn claim(&self) -> (Lease, Claim) {
        let (worker, now) = (self.database.worker_queue(), self.server.clock.now());
        let id = WorkerId(self.server.ids.next_uuid());
        // Workers of earlier steps are gone.
        self.clock.advance(Duration::ZERO);
        let lease = worker.acquire(id, now, Duration::from_millis(0)).await.unwrap().unwrap();
        let lease = worker.acquire(id, now, Duration::from_secs(10)).await.unwrap().unwrap_or(lease);
        let claim = worker.claim(&lease, now).await.unwrap().unwrap();
        (lease, claim)
    }

    /// Lets a worker take up the head of the queue, and end it so.
    pub(crate) async fn finish(&self, finish: Finish) {
        let (lease, claim) = self.claim().await;
        let (worker, now) = (self.database.worker_queue(), self.server.clock.now());
        worker.finish(&lease, claim.command.seq, finish, now).await.unwrap();
        worker.release(&lease, now).await.unwrap();
    }

    /// Lets the head of the queue fail.
    pub(crate) async fn fail(&self) {
        let failure = Failure::new(FailureCode::ServiceExited, "`web` ended with exit code 3");
        self.finish(Finish::Failed { failure }).await;
    }

    /// Stores what a worker saw: these containers, on a host that has the images.
    pub(crate) async fn observe(&self, containers: &[ObservedContainer]) {
        let host = HostObservation {
            taken_at: self.server.clock.now(),
            engine: EngineFacts {
                id: "engine".to_owned(),
                version: "20.10.24".to_owned(),
                api: ApiVersion { major: 1, minor: 41 },
                os: "linux".to_owned(),
                arch: "amd64".to_owned(),
            },
            networks: Vec::new(),
            volumes: Vec::new(),
            images: Vec::new(),
            occupants: Vec::new(),
        };
        let observation = Observation { host, containers: containers.to_vec() };
        self.server.observations.save(&observation).await.unwrap();
    }

    /// Returns once a request sleeps until something happens.
    pub(crate) async fn somebody_waits(&self) {
        while self.clock.sleepers() == 0 {
            tokio::task::yield_now().await;
        }
    }
}

/// Somebody else makes a network of this name.
pub(crate) async fn world_with_a_foreign_network(world: &World, name: &str) {
    let mut host = world.server.observations.host().await.unwrap().unwrap();
    host.networks.push(core_monitor_domain::observation::ObservedNetwork {
        id: "foreign".into(),
        name: name.to_owned(),
        driver: "bridge".to_owned(),
        labels: std::collections::BTreeMap::new(),
        created_at: None,
        subnets: Vec::new(),
    });
    world.server.observations.save(&Observation { host, containers: Vec::new() }).await.unwrap();
}
