//! The whole API in this process, with an in-memory database and a manual clock.

use std::sync::Arc;
use std::time::Duration;

use actix_web::body::{BodySize, BoxBody, MessageBody};
use actix_web::dev::{Payload, ServiceResponse};
use actix_web::http::{Method, StatusCode};
use actix_web::test;
use actix_web::web::Data;
use core_monitor_application::server::{
    ADMINISTRATOR, AlertChannels, CommitWatch, DefinitionLimits, Server, ServerPorts, TokenSecret,
};
use core_monitor_domain::actor::Actor;
use core_monitor_domain::command::{CommandResult, Failure, FailureCode, LaneKind};
use core_monitor_domain::ids::{InstanceId, VersionNumber, WorkerId};
use core_monitor_domain::observation::{
    ApiVersion, EngineFacts, HostObservation, Observation, ObservedContainer,
};
use core_monitor_domain::plan::PlanRetention;
use core_monitor_domain::ports::{Claim, Clock as _, Finish, IdSource as _, Lease, StackChange};
use core_monitor_domain::records::RecordRetention;
use core_monitor_domain::session::SessionLimits;
use core_monitor_domain::template::FolderRoots;
use core_monitor_domain::terminal::TerminalLimits;
use core_monitor_message::Message;
use core_monitor_simulation::artifacts::SimArtifacts;
use core_monitor_simulation::catalog_folder::SimCatalogFolder;
use core_monitor_simulation::clock::ManualClock;
use core_monitor_simulation::disk::SimDisk;
use core_monitor_simulation::ids::SeededIdSource;
use core_monitor_simulation::passwords::{SimCodes, SimPasswordHasher};
use core_monitor_simulation::store::SimDatabase;
use core_monitor_simulation::vault::SimVault;
use core_monitor_web_assets::Assets;
use tokio_util::sync::CancellationToken;

use crate::api::{Api, Limits};
use crate::request::BodyMemory;

mod application;
mod containers;
mod folders;
mod link;
mod logs;
pub(crate) mod objects;
pub(crate) mod sessions;
pub(crate) mod statistics;
pub(crate) mod templates;
mod tokens;
pub(crate) mod users;
pub(crate) mod witness;

use application::Application;
use link::FakeLink;

/// The header of a compose file.
pub(crate) const YAML: (&str, &str) = ("Content-Type", "application/yaml");
/// A stack with one service.
pub(crate) const WEB: &str = "services:\n  web:\n    image: test/busybox:1\n";

/// The header of a tar.
pub(crate) const TAR: (&str, &str) = ("Content-Type", "application/x-tar");

/// The path of an operation with values for its parameters; `id` is that of a stack or command.
pub(crate) fn filled(path: &str, id: &str) -> String {
    let filled = path
        .replace("{id}", id)
        .replace("{version}", "1")
        .replace("{from_version}", "1")
        .replace("{to_version}", "1")
        .replace("{service}", "web")
        .replace("{host}", "registry.example.org")
        .replace("{name}", "blog")
        .replace("{template}", "shop")
        .replace("{secret}", "db-password")
        .replace("{number}", "1")
        .replace("{key}", "demo")
        .replace("{path}", "compose.yaml");
    assert!(!filled.contains('{'), "a parameter without a value: {filled}");
    filled
}

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
    pub(crate) catalog: Arc<SimCatalogFolder>,
    pub(crate) disk: Arc<SimDisk>,
    pub(crate) artifacts: SimArtifacts,
    pub(crate) around: templates::Around,
    pub(crate) stopping: CancellationToken,
    pub(crate) ids: Arc<SeededIdSource>,
    link: Arc<FakeLink>,
    api: Data<Api>,
    application: Application,
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
        Self::with(limits, TerminalLimits::default()).await
    }

    pub(crate) async fn with(limits: Limits, terminals: TerminalLimits) -> Self {
        Self::among(limits, terminals, templates::Around::default()).await
    }

    async fn among(limits: Limits, terminals: TerminalLimits, around: templates::Around) -> Self {
        let database = SimDatabase::new();
        let clock = Arc::new(ManualClock::new());
        let ids = Arc::new(SeededIdSource::new(1));
        let commits = Arc::new(CommitWatch::new(database.wakeup()));
        let instance = database.token_store().instance(InstanceId(ids.next_uuid())).await.unwrap();
        let link = Arc::new(FakeLink::new(database.clone(), instance));
        let catalog = Arc::new(SimCatalogFolder::default());
        let disk = Arc::new(SimDisk::default());
        let artifacts = SimArtifacts::default();
        let server = Server::new(ServerPorts {
            stacks: database.stack_store(),
            templates: database.template_store(),
            instances: database.instance_store(),
            key_lists: database.key_list_store(),
            rollouts: database.rollout_store(),
            key_source: around.keys.clone(),
            version_records: database.version_records(),
            adoptions: database.adoption_store(),
            link: link.clone(),
            queue: database.command_queue(),
            on_demand: database.on_demand_store(),
            alerts: database.alert_store(),
            alert_channels: AlertChannels::default(),
            plans: database.plan_store(),
            observations: database.observation_store(),
            marks: database.change_marks(),
            statistics: database.statistics_store(),
            tokens: database.token_store(),
            users: database.user_store(),
            secrets: database.secret_store(),
            policies: database.policy_store(),
            identification: around.identification.clone(),
            passwords: Arc::new(SimPasswordHasher),
            codes: Arc::new(SimCodes),
            setup: around.setup.clone(),
            sessions: database.session_store(),
            session_limits: SessionLimits::default(),
            artifacts: Arc::new(artifacts.clone()),
            records: database.record_store(),
            registries: database.registry_store(),
            audit: database.audit_log(),
            vault: Arc::new(SimVault::new("key")),
            clock: clock.clone(),
            ids: ids.clone(),
            catalog: catalog.clone(),
            disk: disk.clone(),
            host_ports: around.ports.clone(),
            host_mounts: around.mounts.clone(),
            mount_roots: FolderRoots::from([("projects".to_owned(), "/srv/projects".to_owned())]),
            commits: commits.clone(),
            instance,
            plan_retention: PlanRetention::default(),
            record_retention: RecordRetention::default(),
            definition_limits: DefinitionLimits::default(),
            terminals,
            files_limit: limits.files,
            stacks_dir: "/data/stacks".into(),
            listens_at: ([127, 0, 0, 1], 8080).into(),
        });
        let secret = TokenSecret::random(ids.as_ref());
        server.set_token(&Actor::server(), &ADMINISTRATOR.parse().unwrap(), &secret).await.unwrap();
        actix_web::rt::spawn(async move { commits.run().await });
        let stopping = CancellationToken::new();
        let api = Data::new(Api::new(server, instance, clock.clone(), ids.clone(), limits, stopping.clone()));
        Self {
            clock,
            database,
            catalog,
            disk,
            artifacts,
            around,
            stopping,
            ids,
            link,
            api,
            application: Application::default(),
            token: secret.expose().to_owned(),
        }
    }

    /// The same world with a web UI. Only before anything else has the state behind the handlers.
    pub(crate) fn with_ui(self, ui: Assets) -> Self {
        let api = Arc::into_inner(self.api.into_inner()).unwrap_or_else(|| panic!("somebody has it already"));
        Self { api: Data::new(api.with_ui(ui)), ..self }
    }

    /// The state behind every handler, for a listener.
    pub(crate) fn shared(&self) -> Data<Api> {
        self.api.clone()
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
        let mut request = request(method, address, headers);
        if !body.is_empty() {
            request = request.set_payload(body);
        }
        let answer = read(self.application.call(&self.api, request.to_request()).await).await;
        witness::check(method, address, &answer);
        answer
    }

    /// Reads nothing of an answer: its size, and what is left to read.
    pub(crate) async fn hold(&self, address: &str) -> (usize, BoxBody) {
        let bearer = format!("Bearer {}", self.token);
        let request = request("GET", address, &[("Authorization", &bearer)]).to_request();
        let body = self.application.call(&self.api, request).await.into_body();
        let BodySize::Sized(size) = body.size() else { panic!("`{address}` has no size") };
        (usize::try_from(size).unwrap(), body)
    }

    /// Sends a request whose body never arrives, and advances the clock by an hour once the server waits for it.
    pub(crate) async fn send_without_end(&self, method: &str, address: &str) -> Answer {
        let hour = async {
            self.somebody_waits().await;
            self.clock.advance(Duration::from_hours(1));
            std::future::pending::<()>().await;
        };
        let answer = tokio::select! {
            answer = self.send_without_end_or_time(method, address, ("Accept", "*/*")) => answer,
            () = hour => unreachable!("it ends with the other one"),
        };
        witness::check(method, address, &answer);
        answer
    }

    /// Sends a request whose body never arrives.
    pub(crate) async fn send_without_end_or_time(
        &self,
        method: &str,
        address: &str,
        header: (&str, &str),
    ) -> Answer {
        let bearer = format!("Bearer {}", self.token);
        let body: Payload = Payload::Stream { payload: Box::pin(futures::stream::pending()) };
        let (request, _) = request(method, address, &[("Authorization", &bearer), header])
            .to_request()
            .replace_payload(body);
        read(self.application.call(&self.api, request).await).await
    }

    /// Saves the one-service stack with further files under this name, from a tar, and gives its id. `*` behind a path
    /// makes the file executable.
    pub(crate) async fn create_folder(&self, name: &str, files: &[(&str, &str)]) -> String {
        let address = format!("/api/v1/stacks/archive?name={name}");
        let archive = tar(&[&[("compose.yaml", WEB)], files].concat());
        let answer = self.send_bytes("POST", &address, &[TAR], archive).await;
        assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.text);
        answer.json()["stack"]["stack_id"].as_str().unwrap().to_owned()
    }

    /// Makes the worker report a running compose project with one service.
    pub(crate) fn run_project(&self, name: &str) {
        self.link.run(link::project(name, self.clock.now()));
    }

    /// Makes the worker report a compose project that Core Monitor itself runs in.
    pub(crate) fn run_own_project(&self, name: &str) {
        let mut project = link::project(name, self.clock.now());
        project.summary.component = true;
        self.link.run(project);
    }

    /// The memory for bodies.
    pub(crate) fn body_memory(&self) -> &BodyMemory {
        &self.api.memory
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
        let (worker, now) = (self.database.worker_queue(), self.clock.now());
        let id = WorkerId(self.ids.next_uuid());
        // Workers of earlier steps are gone.
        self.clock.advance(Duration::ZERO);
        let lease = worker.acquire(id, now, Duration::from_millis(0)).await.unwrap().unwrap();
        let lease = worker.acquire(id, now, Duration::from_secs(10)).await.unwrap().unwrap_or(lease);
        let claim = worker.claim(&lease, LaneKind::Writes, now).await.unwrap().unwrap();
        (lease, claim)
    }

    /// Lets a worker take up the head of the queue, and end it so.
    pub(crate) async fn finish(&self, finish: Finish) {
        let (lease, claim) = self.claim().await;
        let (worker, now) = (self.database.worker_queue(), self.clock.now());
        worker.finish(&lease, claim.command.seq, finish, now).await.unwrap();
        worker.release(&lease, now).await.unwrap();
    }

    /// Applies version 1 of the stack with this name, to the end.
    pub(crate) async fn succeed(&self, name: &str) {
        self.apply(name, 1).await;
        let change = StackChange { current_version: Some(VersionNumber(1)), ..StackChange::default() };
        self.finish(Finish::Done { result: CommandResult::default(), change: Box::new(change) }).await;
    }

    /// Lets the head of the queue fail.
    pub(crate) async fn fail(&self) {
        let failure =
            Failure::new(FailureCode::ServiceExited, Message::foreign("`web` ended with exit code 3"));
        self.finish(Finish::Failed { failure }).await;
    }

    /// Stores what a worker saw: these containers, on a host that has the images.
    pub(crate) async fn observe(&self, containers: &[ObservedContainer]) {
        let engine = EngineFacts {
            id: "engine".to_owned(),
            version: "20.10.24".to_owned(),
            api: ApiVersion { major: 1, minor: 41 },
            os: "linux".to_owned(),
            arch: "amd64".to_owned(),
        };
        let host = HostObservation::empty(self.clock.now(), engine);
        let observation = Observation { host, containers: containers.to_vec() };
        self.database.observation_store().save(&observation).await.unwrap();
    }

    /// Returns once a request sleeps until something happens.
    pub(crate) async fn somebody_waits(&self) {
        while self.clock.sleepers() == 0 {
            tokio::task::yield_now().await;
        }
    }
}

fn request(method: &str, address: &str, headers: &[(&str, &str)]) -> test::TestRequest {
    let method = Method::from_bytes(method.as_bytes()).unwrap();
    let request = test::TestRequest::with_uri(address).method(method);
    headers.iter().fold(request, |request, header| request.append_header(*header))
}

pub(crate) async fn read(response: ServiceResponse<impl MessageBody + 'static>) -> Answer {
    let status = response.status();
    let text = |value: &actix_web::http::header::HeaderValue| value.to_str().unwrap().to_owned();
    let headers = response.headers().iter().map(|(name, value)| (name.to_string(), text(value))).collect();
    let bytes = actix_web::body::to_bytes(response.into_body().boxed()).await.unwrap();
    Answer { status, headers, text: String::from_utf8_lossy(&bytes).into_owned() }
}
