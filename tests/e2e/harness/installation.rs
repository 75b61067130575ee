//! One server, one or more workers, and the data folder they share.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use serde_json::Value;
use tempfile::TempDir;

use super::api::Api;
use super::clock::poll;
use super::engine;
use super::log::Log;
use super::process::Process;
use super::small_disk::SmallDisk;
use super::stack::{Stack, unique};

const SERVER: &str = "core-monitor-server";
const WORKER: &str = "core-monitor-worker";
const GATEWAY: &str = "core-monitor-gateway";
/// How long a program may take to start. Generous: the machine may be busy with other tests.
const START: Duration = Duration::from_secs(30);

/// Short waits, to keep the tests short; everything else has its default.
const SETTINGS: [(&str, &str); 5] = [
    ("CORE_MONITOR_LISTEN", "127.0.0.1:0"),
    ("CORE_MONITOR_STABLE_FOR", "300ms"),
    ("CORE_MONITOR_LEASE_TTL", "2s"),
    ("CORE_MONITOR_OBSERVE_EVERY", "1s"),
    ("CORE_MONITOR_LOG", "info,core_monitor_application=debug"),
];

/// A separate installation. Dropping it removes everything it created on the engine.
pub(crate) struct Installation {
    settings: Vec<(String, String)>,
    pub(crate) api: Arc<Api>,
    pub(crate) server: Option<Process>,
    pub(crate) worker: Option<Process>,
    logs: Mutex<Vec<(&'static str, Arc<Log>)>>,
    stacks: Mutex<Vec<String>>,
    /// Before the folder that it is mounted in, so that it is gone first.
    pub(crate) disk: Option<SmallDisk>,
    data: TempDir,
}

impl Installation {
    /// A running server and worker.
    pub(crate) fn start() -> Self {
        Self::with(&[])
    }

    /// A running server and worker, with settings that override the defaults.
    pub(crate) fn with(settings: &[(&str, &str)]) -> Self {
        let mut installation = Self::without_worker(settings);
        installation.start_worker();
        installation
    }

    /// A running server and worker whose data folder, or a folder in it, is a disk of this many MiB.
    pub(crate) fn on_small_disk(settings: &[(&str, &str)], place: &str, mib: u32) -> Self {
        let mut installation = Self::prepared(settings);
        let place = installation.data.path().join(place);
        std::fs::create_dir_all(&place).unwrap();
        installation.disk = Some(SmallDisk::mount(&place, mib));
        installation.start_server();
        installation.start_worker();
        installation
    }

    /// A server alone.
    pub(crate) fn without_worker(settings: &[(&str, &str)]) -> Self {
        let mut installation = Self::prepared(settings);
        installation.start_server();
        installation
    }

    fn prepared(settings: &[(&str, &str)]) -> Self {
        engine::require();
        let token = format!("{}{}{}", unique("token"), unique("-"), unique("-"));
        let api = Arc::new(Api::new(&token));
        let docker_host = engine::host();
        let chosen =
            [("CORE_MONITOR_BOOTSTRAP_TOKEN", token.as_str()), ("DOCKER_HOST", docker_host.as_str())];
        let settings = SETTINGS.iter().chain(&chosen).chain(settings);
        Self {
            settings: settings.map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect(),
            api,
            server: None,
            worker: None,
            logs: Mutex::default(),
            stacks: Mutex::default(),
            disk: None,
            data: TempDir::with_prefix("core-monitor-e2e-").unwrap(),
        }
    }

    /// Starts the server, on a port that the system chooses.
    pub(crate) fn start_server(&mut self) {
        let server = self.spawn(SERVER, &[]);
        let address = server.said("where it listens", START, |line| {
            let (_, rest) = line.split_once("127.0.0.1:")?;
            let port: String = rest.chars().take_while(char::is_ascii_digit).collect();
            (!port.is_empty() && port != "0").then(|| format!("127.0.0.1:{port}"))
        });
        self.api.go_to(&address);
        self.server = Some(server);
    }

    /// Starts the worker and waits until it has observed the engine.
    pub(crate) fn start_worker(&mut self) {
        self.worker = Some(self.spawn_worker());
        poll("the worker's first look at the engine", START, || {
            let ready = self.api.get("/readyz").body;
            ready["worker"].as_bool().filter(|at_work| *at_work)
        });
    }

    /// Starts another worker without waiting for it.
    pub(crate) fn spawn_worker(&self) -> Process {
        self.spawn(WORKER, &[])
    }

    /// Starts another worker that reaches the engine at another address.
    pub(crate) fn spawn_worker_at(&self, engine: &str) -> Process {
        self.spawn_worker_with(&[("DOCKER_HOST", engine)])
    }

    /// Starts another worker with settings that override those of the installation.
    pub(crate) fn spawn_worker_with(&self, settings: &[(&str, &str)]) -> Process {
        self.spawn(WORKER, settings)
    }

    /// Starts a gateway on a port that the system chooses and waits until it has read the database; the program, and the address
    /// at which it takes HTTP.
    pub(crate) fn start_gateway(&self) -> (Process, String) {
        let ports = [
            ("CORE_MONITOR_GATEWAY_LISTEN", "127.0.0.1:0"),
            ("CORE_MONITOR_GATEWAY_ADMIN", "127.0.0.1:0"),
            ("CORE_MONITOR_GATEWAY_THREADS", "2"),
        ];
        let gateway = self.spawn(GATEWAY, &ports);
        let found = |line: &str, key: &str| {
            let (_, rest) = line.split_once(key)?;
            let address = rest.trim_start_matches('"').split(['"', ' ']).next()?;
            address.starts_with("127.0.0.1:").then(|| address.to_owned())
        };
        let address = gateway.said("where it listens", START, |line| found(line, "addresses="));
        let admin = gateway.said("where it is asked", START, |line| found(line, "admin="));
        poll("the gateway's first look at the database", START, || {
            let answer = super::web::get(&admin, "gateway", "/readyz", &[]).ok()?;
            (answer.status == 200).then_some(())
        });
        (gateway, address)
    }

    /// Starts both programs again with another data folder. Those that ran are killed.
    pub(crate) fn move_to(&mut self, data: TempDir) {
        (self.worker, self.server) = (None, None);
        self.data = data;
        self.start_server();
        self.start_worker();
    }

    fn spawn(&self, name: &'static str, settings: &[(&str, &str)]) -> Process {
        let common = self.settings.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        let settings = common.chain(settings.iter().copied());
        let process = Process::start(name, self.data.path(), settings);
        self.logs.lock().unwrap().push((name, Arc::clone(process.log())));
        process
    }

    pub(crate) fn worker(&mut self) -> &mut Process {
        self.worker.as_mut().unwrap()
    }

    pub(crate) fn server(&mut self) -> &mut Process {
        self.server.as_mut().unwrap()
    }

    /// Saves a stack with a name that nobody else uses.
    #[track_caller]
    pub(crate) fn create(&self, prefix: &str, definition: &str) -> Stack {
        self.create_named(&unique(&format!("{prefix}-")), definition)
    }

    /// Saves a stack with exactly this name.
    #[track_caller]
    pub(crate) fn create_named(&self, name: &str, definition: &str) -> Stack {
        let stack = Stack::create(&self.api, name, definition);
        self.stacks.lock().unwrap().push(stack.id.clone());
        stack
    }

    /// Saves a stack with exactly this name, from a JSON body.
    #[track_caller]
    pub(crate) fn create_posting(&self, name: &str, body: &Value) -> Stack {
        let stack = Stack::create_posting(&self.api, name, body);
        self.stacks.lock().unwrap().push(stack.id.clone());
        stack
    }

    /// Saves a stack from an archive, with a name that nobody else uses.
    #[track_caller]
    pub(crate) fn create_from(&self, prefix: &str, kind: &str, archive: &[u8]) -> Stack {
        let name = unique(&format!("{prefix}-"));
        let address = format!("/api/v1/stacks/archive?name={name}");
        let saved = self.api.upload(&address, &[("Content-Type", kind)], archive).expect(201);
        let id = saved["stack"]["stack_id"].as_str().unwrap().to_owned();
        self.stacks.lock().unwrap().push(id.clone());
        Stack { api: Arc::clone(&self.api), id, name }
    }

    /// Removes what is left of a stack at the end.
    pub(crate) fn clean_up(&self, stack: &str) {
        self.stacks.lock().unwrap().push(stack.to_owned());
    }

    /// Where relative host paths of a stack start.
    pub(crate) fn folder(&self, stack: &Stack) -> PathBuf {
        self.data.path().join("stacks").join(&stack.id)
    }

    /// The folder that server and worker share.
    pub(crate) fn data(&self) -> &Path {
        self.data.path()
    }

    /// A client of the same server with a token that nobody issued.
    pub(crate) fn stranger(&self) -> Api {
        self.api.with_token("0123456789abcdef0123456789abcdef")
    }

    /// Changes the database, as whoever has a shell may, while no program runs.
    pub(crate) fn change_database(&self, statements: &str) {
        let url = format!("sqlite://{}", self.data.path().join("core-monitor.db").display());
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let database = sea_orm::Database::connect(url).await.unwrap();
            sea_orm::ConnectionTrait::execute_unprepared(&database, statements).await.unwrap();
            database.close().await.unwrap();
        });
    }

    /// Every byte of the database, its log included.
    pub(crate) fn database_bytes(&self) -> Vec<u8> {
        let files = std::fs::read_dir(self.data.path()).unwrap().map(|entry| entry.unwrap().path());
        let of_database =
            |path: &PathBuf| path.file_name().unwrap().to_string_lossy().starts_with("core-monitor.db");
        files.filter(of_database).flat_map(|path| std::fs::read(path).unwrap()).collect()
    }

    /// Everything that the programs have logged so far.
    pub(crate) fn said(&self) -> String {
        let logs = self.logs.lock().unwrap();
        logs.iter().flat_map(|(_, log)| log.lines()).collect::<Vec<_>>().join("\n")
    }
}

impl Drop for Installation {
    fn drop(&mut self) {
        self.worker = None;
        self.server = None;
        if thread::panicking() {
            for (name, log) in self.logs.lock().unwrap().iter() {
                for line in log.lines() {
                    eprintln!("{name}: {line}");
                }
            }
        }
        for stack in self.stacks.lock().unwrap().iter() {
            engine::remove_labelled(&format!("io.core-monitor.stack={stack}"));
            engine::remove_images(&format!("io.core-monitor.build.stack={stack}"));
        }
    }
}
