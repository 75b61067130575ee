//! What the overview and the list of stacks take when nothing is known yet, as after a start, and when everything is.
//!
//! `cargo run --release -p core-monitor-tests --example overview_speed -- [FOLDER] [STACKS]`
//!
//! The use cases of the server over a SQLite database in FOLDER, with three services to a stack, all as their versions say.
#![expect(clippy::print_stdout, reason = "a program that prints its result")]

use std::collections::{BTreeMap, BTreeSet};
use std::error::Error;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use core_monitor_application::server::{
    BlockingWork, Server, ServerPorts, StackQuery, StackState, run_blocking_async, untouchable_ports,
};
use core_monitor_compose::{LoadOptions, ProjectFiles, load};
use core_monitor_domain::actor::Actor;
use core_monitor_domain::artifact::Artifacts;
use core_monitor_domain::command::{
    ApplyOptions, CommandPayload, CommandResult, LaneKind, OnFailure, Readiness,
};
use core_monitor_domain::desired::DesiredStack;
use core_monitor_domain::ids::{CommandId, InstanceId, StackId, VersionNumber, WorkerId};
use core_monitor_domain::labels::Provenance;
use core_monitor_domain::observation::{
    ApiVersion, EngineFacts, HostObservation, Observation, ObservedVolume,
};
use core_monitor_domain::planner::{Facts, Objective, PlanningInput, plan};
use core_monitor_domain::policy::Rules;
use core_monitor_domain::ports::{
    Clock as _, Finish, IfMatch, NewCommand, NewStack, NewVersion, StackChange,
};
use core_monitor_domain::projection::Projection;
use core_monitor_domain::release::{ImagePin, Release};
use core_monitor_domain::stack_version::Source;
use core_monitor_engine_link::EngineLinkClient;
use core_monitor_host::SystemClock;
use core_monitor_simulation::ids::SeededIdSource;
use core_monitor_simulation::vault::SimVault;
use core_monitor_store_seaorm::{Database, connect, default_url};
use uuid::Uuid;

const INSTANCE: InstanceId = InstanceId(Uuid::from_u128(1));
/// Servers that are started for a figure, of which the median is taken.
const STARTS: usize = 3;
/// What a page of the API holds unless a client asks for another number.
const PAGE: u32 = 50;

type Outcome<T> = Result<T, Box<dyn Error>>;

#[tokio::main]
async fn main() -> Outcome<()> {
    let mut arguments = std::env::args().skip(1);
    let folder = arguments.next().map_or_else(std::env::temp_dir, PathBuf::from);
    let stacks: u32 = arguments.next().map_or(Ok(1_000), |count| count.parse())?;
    let folder = tempfile::tempdir_in(folder)?;
    let db = connect(&default_url(folder.path()), folder.path(), Arc::new(SystemClock)).await?;
    let mut observed = fill(&db, stacks).await?;
    db.observation_store().save(&observed).await?;
    let (mut first, mut again, mut moved, mut page, mut filtered) =
        (Vec::new(), Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for start in 0..STARTS {
        let server = server(&db, folder.path());
        let counts = |shown: &Shown| (shown.total, shown.as_applied, shown.drifted);
        let (time, shown) = overview(&server).await?;
        if counts(&shown) != (stacks as usize, stacks as usize, 0) {
            return Err(format!("not every stack is as its version says: {shown:?}").into());
        }
        first.push(time);
        again.push(overview(&server).await?.0);
        // Whatever changes among the networks, volumes and images of the host may concern any stack.
        observed.host.volumes.push(volume(start));
        observed.host.taken_at = SystemClock.now();
        db.observation_store().save(&observed).await?;
        moved.push(overview(&server).await?.0);
        page.push(list(&self::server(&db, folder.path()), Vec::new()).await?);
        filtered.push(list(&self::server(&db, folder.path()), vec![StackState::Degraded]).await?);
    }
    println!("| request | {stacks} stacks |");
    println!("| --- | ---: |");
    for (what, times) in [
        ("the first overview after a start", first),
        ("the next one", again),
        ("the next one, the host having another volume", moved),
        ("the first page of stacks after a start", page),
        ("the first page of degraded stacks after a start", filtered),
    ] {
        println!("| {what} | {:.1} ms |", median(times).as_secs_f64() * 1e3);
    }
    Ok(())
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort();
    times.get(times.len() / 2).copied().unwrap_or_default()
}

/// A server that has just started, without a worker.
fn server(db: &Database, folder: &Path) -> Server {
    Server::new(ServerPorts {
        stacks: db.stack_store(),
        adoptions: db.adoption_store(),
        queue: db.command_queue(),
        observations: db.observation_store(),
        marks: db.change_marks(),
        link: Arc::new(EngineLinkClient::new(folder.join("no-worker"), Arc::new(SystemClock))),
        vault: Arc::new(SimVault::new("key")),
        clock: Arc::new(SystemClock),
        ids: Arc::new(SeededIdSource::new(1)),
        ..untouchable_ports(INSTANCE)
    })
}

/// What the overview counts.
#[derive(Debug)]
struct Shown {
    total: usize,
    as_applied: usize,
    drifted: usize,
}

#[expect(clippy::disallowed_methods, reason = "a measurement needs the time itself")]
async fn overview(server: &Server) -> Outcome<(Duration, Shown)> {
    let (server, start) = (server.clone(), Instant::now());
    let work = async move || server.show_overview(&Actor::from_stored("ann")).await;
    let shown = run_blocking_async(BlockingWork::Read, work).await?;
    let time = start.elapsed();
    let as_applied = shown.stacks.with(StackState::Running);
    Ok((time, Shown { total: shown.stacks.total, as_applied, drifted: shown.stacks.drifted }))
}

#[expect(clippy::disallowed_methods, reason = "a measurement needs the time itself")]
async fn list(server: &Server, states: Vec<StackState>) -> Outcome<Duration> {
    let query = StackQuery { limit: PAGE, states, ..StackQuery::default() };
    let (server, start) = (server.clone(), Instant::now());
    let work = async move || server.list_stacks(&Actor::from_stored("ann"), &query).await;
    run_blocking_async(BlockingWork::Read, work).await?;
    Ok(start.elapsed())
}

/// Saves and applies the stacks, and returns what the engine then has.
async fn fill(db: &Database, stacks: u32) -> Outcome<Observation> {
    let mut world = Projection::new(Observation { host: empty_host(), containers: Vec::new() });
    let queue = db.worker_queue();
    let lease = queue.take_over(WorkerId(id(3, 0)), SystemClock.now(), Duration::from_hours(1)).await?;
    for number in 0..stacks {
        let name = format!("stack-{number:04}");
        let yaml = definition(number);
        let options = LoadOptions { project_name: Some(name.clone()), ..LoadOptions::default() };
        let loaded = load(&ProjectFiles::single("compose.yaml", yaml.as_str()), &options)
            .map_err(|rejected| format!("{rejected:?}"))?;
        let desired = DesiredStack::from_project(&loaded.project)?;
        let stack = StackId(id(4, number));
        let version = NewVersion {
            command_id: CommandId(id(1, number)),
            author: Actor::from_stored("ann"),
            comment: String::new(),
            source: Source::single("compose.yaml", yaml),
            secrets: Vec::new(),
            based_on: None,
            artifacts: Artifacts::new(),
            model: loaded.project,
            warnings: Vec::new(),
            idempotency: None,
            now: SystemClock.now(),
        };
        let new = NewStack { id: stack, name: name.parse()?, on_failure: OnFailure::Hold, version };
        db.stack_store().create(new).await?;
        converge(&mut world, stack, &desired);
        let applied = command(stack, number);
        let release = release(&applied, &desired, &world.observation.host);
        db.command_queue().enqueue(applied).await?;
        let now = SystemClock.now();
        let claim = queue.claim(&lease, LaneKind::Writes, now).await?.ok_or("the queue is empty")?;
        let change = StackChange {
            current_version: Some(VersionNumber(1)),
            release: Some(release),
            ..StackChange::default()
        };
        let done = Finish::Done { result: CommandResult::default(), change: Box::new(change) };
        queue.finish(&lease, claim.command.seq, done, now).await?;
    }
    Ok(world.observation)
}

fn definition(number: u32) -> String {
    format!(
        "services:
  web:
    image: nginx:1.25
    restart: always
    depends_on: {{app: {{condition: service_healthy}}}}
  app:
    image: registry.example/app:{number}
    restart: always
    environment: {{LEVEL: info, NUMBER: \"{number}\", DATABASE: \"postgres://app@db/app\"}}
    healthcheck: {{test: [CMD, \"true\"], interval: 5s}}
    depends_on: {{db: {{condition: service_healthy}}}}
  db:
    image: postgres:15
    restart: always
    healthcheck: {{test: [CMD, pg_isready], interval: 5s}}
    volumes: [\"data:/var/lib/postgresql/data\"]
volumes:
  data:
"
    )
}

/// Lets the world become as the stack should be.
fn converge(world: &mut Projection, stack_id: StackId, desired: &DesiredStack) {
    let provenance = Provenance {
        instance: INSTANCE,
        stack_id,
        stack: desired.name.clone(),
        version: Some(VersionNumber(1)),
        command: None,
        epoch: None,
        predecessors: BTreeSet::new(),
    };
    world.facts = Facts::default();
    let made = plan(&PlanningInput {
        objective: Objective::Converge {
            desired,
            previous: None,
            pins: &BTreeMap::new(),
            recreate: &BTreeSet::new(),
            only: None,
            readiness: Readiness::Ready,
        },
        observed: &world.observation,
        provenance: &provenance,
        facts: &world.facts,
        rules: &Rules::Everything,
    });
    world.apply(&made, |_| true);
}

fn command(stack_id: StackId, number: u32) -> NewCommand {
    NewCommand {
        id: CommandId(id(2, number)),
        stack_id,
        payload: CommandPayload::Apply { version: VersionNumber(1), options: ApplyOptions::default() },
        leaves_on_failure: false,
        principal: Actor::from_stored("ann"),
        idempotency: None,
        if_match: IfMatch::Any,
        now: SystemClock.now(),
    }
}

fn release(applied: &NewCommand, desired: &DesiredStack, host: &HostObservation) -> Release {
    let pins = desired.services.iter().filter_map(|service| {
        let image = host.image(service.image())?;
        let pin = ImagePin { reference: service.image().to_string(), id: image.id.clone(), digest: None };
        Some((service.name.clone(), pin))
    });
    Release {
        stack_id: applied.stack_id,
        version: VersionNumber(1),
        command_id: applied.id,
        at: applied.now,
        images: pins.collect(),
        containers: Vec::new(),
    }
}

fn volume(number: usize) -> ObservedVolume {
    ObservedVolume {
        name: format!("another-{number}"),
        driver: "local".to_owned(),
        options: BTreeMap::new(),
        labels: BTreeMap::new(),
        anonymous_of: None,
    }
}

fn empty_host() -> HostObservation {
    let engine = EngineFacts {
        id: "speed".to_owned(),
        version: "20.10.24".to_owned(),
        api: ApiVersion { major: 1, minor: 41 },
        os: "linux".to_owned(),
        arch: "amd64".to_owned(),
    };
    HostObservation::empty(SystemClock.now(), engine)
}

/// An id of its own for each number of a kind.
fn id(kind: u128, number: u32) -> Uuid {
    Uuid::from_u128(kind << 64 | u128::from(number))
}
