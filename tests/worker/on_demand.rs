//! The gateway's keeper beside a worker: what wakes, sleeps and is left alone, with both of them killed and the database failing.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use core_monitor_application::gateway::{
    Addresses, Door, GatewayPorts, Keeper, NoLedger, NotLetIn, Routes, Signals, Standing,
};
use core_monitor_domain::command::{Command, CommandKind, CommandPayload, CommandStatus, PowerCause};
use core_monitor_domain::ids::StackId;
use core_monitor_domain::on_demand::house::HouseLimits;
use core_monitor_domain::on_demand::settings::ReadinessGate;
use core_monitor_domain::ports::{Clock as _, CommandFilter, ProbeError, ServiceProbe};
use core_monitor_simulation::engine::API_1_41;
use core_monitor_simulation::host_statistics::SimHost;
use core_monitor_simulation::ids::SeededIdSource;
use core_monitor_simulation::store::StoreFault;
use tokio_util::sync::CancellationToken;

use crate::installation::{Installation, apply};
use crate::stories::furnish;

mod remembering;

/// A service that is used through the gateway, and what it needs.
const SHOP: &str = "
services:
  web:
    image: web:1
    restart: always
    depends_on: [db]
    x-core-monitor: {on-demand: {hosts: [shop.test], port: 8080, idle-timeout: 1m, min-up: 0s}}
  db: {image: 'web:1', restart: always}
";
const IDLE: Duration = Duration::from_mins(1);
const BUDGET: Duration = Duration::from_mins(10);

/// Every service answers at once, unless it has been told not to.
#[derive(Default)]
struct Answers {
    silent: Mutex<bool>,
}

#[async_trait]
impl ServiceProbe for Answers {
    async fn answers(
        &self,
        _: SocketAddr,
        _: &ReadinessGate,
        _: &str,
        _: Duration,
    ) -> Result<(), ProbeError> {
        if *self.silent.lock().unwrap() { Err(ProbeError { reason: "silent".to_owned() }) } else { Ok(()) }
    }
}

/// An installation with a gateway.
struct World {
    installation: Installation,
    answers: Arc<Answers>,
    routes: Arc<Mutex<Arc<Routes>>>,
    /// Of all gateways, so that no id is given twice.
    ids: Arc<SeededIdSource>,
    host: Arc<SimHost>,
}

impl World {
    fn new() -> Self {
        let installation = Installation::new(API_1_41);
        furnish(&installation);
        let ids = Arc::new(SeededIdSource::new(99));
        let host = Arc::new(SimHost::new());
        Self { installation, answers: Arc::default(), routes: Arc::default(), ids, host }
    }

    fn keeper(&self) -> Keeper {
        let database = &self.installation.database;
        let ports = GatewayPorts {
            stacks: database.stack_store(),
            queue: database.command_queue(),
            observations: database.observation_store(),
            on_demand: database.on_demand_store(),
            statistics: database.statistics_store(),
            host: self.host.clone(),
            ledger: Arc::new(NoLedger),
            marks: database.change_marks(),
            wakeup: database.wakeup(),
            probe: self.answers.clone(),
            clock: self.installation.clock.clone(),
            ids: self.ids.clone(),
        };
        let routes = Arc::clone(&self.routes);
        let show = move |new| *routes.lock().unwrap() = Arc::new(new);
        let signals = Signals { routes: Box::new(show), database_read: Box::new(|_| {}) };
        Keeper::new(ports, HouseLimits::default(), Addresses::default(), signals)
    }

    /// Runs a worker and a gateway until `story` has ended. Both are killed then.
    async fn during<T>(&self, story: impl Future<Output = T>) -> T {
        // The doors of a gateway that was killed lead nowhere.
        *self.routes.lock().unwrap() = Arc::default();
        let (worker, never) = (self.installation.worker(), CancellationToken::new());
        tokio::select! {
            biased;
            told = story => told,
            () = worker.run(&never) => unreachable!("nobody told it to end"),
            () = self.keeper().run(&never) => unreachable!("nobody told it to end"),
        }
    }

    async fn pass(&self, time: Duration) {
        self.installation.clock.sleep(time).await;
    }

    async fn door(&self, host: &str) -> Arc<Door> {
        loop {
            if let Some(door) = self.routes.lock().unwrap().find(host, "/") {
                return Arc::clone(door);
            }
            self.pass(Duration::from_millis(50)).await;
        }
    }

    /// A request that waits until it is let in; it is over at once.
    async fn request(&self, host: &str) -> Result<(), NotLetIn> {
        let door = self.door(host).await;
        if door.enter().is_some() {
            return Ok(());
        }
        let cause = PowerCause::request(door.key().service.clone(), host, "/");
        door.wait(&cause, BUDGET).await.map(drop)
    }

    async fn until(&self, what: &str, is: impl AsyncFn() -> bool) {
        let late = self.installation.clock.elapsed() + Duration::from_mins(30);
        while !is().await {
            assert!(self.installation.clock.elapsed() < late, "never: {what}");
            self.pass(Duration::from_millis(250)).await;
        }
    }

    async fn until_asleep(&self, containers: &[&str]) {
        self.until("everything sleeps", async || !self.up(containers)).await;
    }

    fn up(&self, containers: &[&str]) -> bool {
        let shown = self.installation.engine.render();
        containers.iter().any(|name| {
            let line = shown.lines().find(|line| line.starts_with(&format!("container {name} ")));
            line.unwrap_or_else(|| panic!("no {name} in {shown}")).contains(" running")
        })
    }

    async fn commands(&self, stack: StackId, kind: CommandKind) -> Vec<Command> {
        let filter = CommandFilter {
            stack_id: Some(stack),
            kinds: vec![kind],
            oldest_first: true,
            limit: 100,
            ..CommandFilter::default()
        };
        self.installation.database.command_queue().list(&filter).await.unwrap().items
    }
}

const BOTH: [&str; 2] = ["shop-web-1", "shop-db-1"];

#[tokio::test(start_paused = true)]
async fn a_service_sleeps_after_its_time_and_wakes_at_a_request() {
    let world = World::new();
    let stack = world.installation.create(SHOP).await;
    world.installation.carry_out(stack, apply(1)).await;
    world
        .during(async {
            world.request("shop.test").await.unwrap();
            world.pass(IDLE / 2).await;
            world.request("shop.test").await.unwrap();
            world.pass(Duration::from_secs(55)).await;
            assert!(world.up(&["shop-web-1"]), "the second request counts");
            world.until_asleep(&BOTH).await;
            world.request("shop.test").await.unwrap();
            assert!(world.up(&["shop-web-1"]) && world.up(&["shop-db-1"]));
            world.until_asleep(&BOTH).await;
        })
        .await;
    let (wakes, sleeps) =
        (world.commands(stack, CommandKind::Wake).await, world.commands(stack, CommandKind::Sleep).await);
    assert_eq!((wakes.len(), sleeps.len()), (1, 2));
    let CommandPayload::Wake(scope) = &wakes[0].payload else { panic!("no wake") };
    let asked = PowerCause::request("web".parse().unwrap(), "shop.test", "/");
    assert_eq!((scope.services.len(), &scope.cause), (2, &Some(asked)));
    let CommandPayload::Sleep { scope, .. } = &sleeps[0].payload else { panic!("no sleep") };
    assert!(matches!(scope.cause, Some(PowerCause::Idle { seconds: 60..=72, .. })), "{:?}", scope.cause);
    assert!(wakes.iter().chain(&sleeps).all(|command| command.status == CommandStatus::Done));
}

/// A service that is started once a job has ended.
const MIGRATED: &str = "
services:
  web:
    image: web:1
    restart: always
    depends_on: {migrate: {condition: service_completed_successfully}}
    x-core-monitor: {on-demand: {hosts: [shop.test], port: 8080, idle-timeout: 1m, min-up: 0s}}
  migrate: {image: 'migrate:1', command: migrate, restart: 'no'}
";

#[tokio::test(start_paused = true)]
async fn a_job_that_has_ended_is_not_run_again_by_a_wake() {
    let world = World::new();
    let stack = world.installation.create(MIGRATED).await;
    world.installation.carry_out(stack, apply(1)).await;
    world
        .during(async {
            for _ in 0..2 {
                world.until_asleep(&["shop-web-1"]).await;
                world.request("shop.test").await.unwrap();
            }
        })
        .await;
    let engine = &world.installation.engine;
    let job = engine.container_named("shop-migrate-1").unwrap();
    assert_eq!(engine.starts().get(&job), Some(&1));
    assert_eq!(world.commands(stack, CommandKind::Wake).await.len(), 2);
}

#[tokio::test(start_paused = true)]
async fn a_gateway_that_begins_anew_stops_nothing_that_is_used_and_forgets_nothing_that_is_not() {
    let world = World::new();
    let stack = world.installation.create(SHOP).await;
    world.installation.carry_out(stack, apply(1)).await;
    world.during(async { world.request("shop.test").await.unwrap() }).await;
    for _ in 0..3 {
        // Killed long after it was used last: whoever comes next knows nothing of that, and gives it its full time.
        world
            .during(async {
                world.pass(Duration::from_secs(45)).await;
                assert!(world.up(&["shop-web-1"]), "stopped by a start");
            })
            .await;
    }
    assert_eq!(world.commands(stack, CommandKind::Sleep).await.len(), 0);
    world.during(world.until_asleep(&BOTH)).await;
}

#[tokio::test(start_paused = true)]
async fn a_wake_goes_on_whoever_is_killed_meanwhile() {
    let world = World::new();
    let stack = world.installation.create(SHOP).await;
    world.installation.carry_out(stack, apply(1)).await;
    world.during(world.until_asleep(&BOTH)).await;
    // The wake is asked for, and both programs die at once.
    world
        .during(async {
            let asked = async {
                while world.commands(stack, CommandKind::Wake).await.is_empty() {
                    world.pass(Duration::from_millis(1)).await;
                }
            };
            tokio::select! {
                biased;
                () = asked => {}
                early = world.request("shop.test") => panic!("awake before it was asked for: {early:?}"),
            }
        })
        .await;
    world
        .during(async {
            world.request("shop.test").await.unwrap();
            world.until_asleep(&BOTH).await;
        })
        .await;
    assert_eq!(world.commands(stack, CommandKind::Wake).await.len(), 1, "it was not asked for twice");
}

#[tokio::test(start_paused = true)]
async fn a_new_version_changes_the_routes_and_a_request_meanwhile_waits_for_it() {
    let world = World::new();
    let stack = world.installation.create(SHOP).await;
    world.installation.carry_out(stack, apply(1)).await;
    let next = SHOP.replace("shop.test", "store.test").replace(
        "restart: always\n    depends_on",
        "restart: always\n    environment: {COLOUR: red}\n    depends_on",
    );
    world
        .during(async {
            world.request("shop.test").await.unwrap();
            let version = world.installation.update(stack, &next).await;
            let applied = world.installation.enqueue(stack, apply(version.0)).await;
            assert_eq!(world.installation.settled(applied).await.status, CommandStatus::Done);
            world.request("store.test").await.unwrap();
            assert!(world.routes.lock().unwrap().find("shop.test", "/").is_none(), "the old name is gone");
            world.until_asleep(&BOTH).await;
        })
        .await;
}

#[tokio::test(start_paused = true)]
async fn a_service_that_does_not_answer_fails_with_a_reason_and_is_tried_again() {
    let world = World::new();
    let stack = world.installation.create(SHOP).await;
    world.installation.carry_out(stack, apply(1)).await;
    world.during(world.until_asleep(&BOTH)).await;
    *world.answers.silent.lock().unwrap() = true;
    world
        .during(async {
            let refused = world.request("shop.test").await;
            let Err(NotLetIn::Refused(Standing::Failed { .. })) = refused else { panic!("{refused:?}") };
            *world.answers.silent.lock().unwrap() = false;
            world
                .until("it is tried again after a rest", async || world.request("shop.test").await.is_ok())
                .await;
            world.until_asleep(&BOTH).await;
        })
        .await;
}

#[tokio::test(start_paused = true)]
async fn whoever_waits_for_a_service_that_is_removed_is_told() {
    let world = World::new();
    let stack = world.installation.create(SHOP).await;
    world.installation.carry_out(stack, apply(1)).await;
    let refused = world
        .during(async {
            world.until_asleep(&BOTH).await;
            *world.answers.silent.lock().unwrap() = true;
            let removed = async {
                world.pass(Duration::from_secs(3)).await;
                world.installation.enqueue(stack, CommandPayload::delete(false)).await;
            };
            tokio::join!(world.request("shop.test"), removed).0
        })
        .await;
    assert!(matches!(refused, Err(NotLetIn::Refused(Standing::Gone))), "{refused:?}");
}

#[tokio::test(start_paused = true)]
async fn a_database_that_fails_for_a_while_loses_no_request() {
    let world = World::new();
    let stack = world.installation.create(SHOP).await;
    world.installation.carry_out(stack, apply(1)).await;
    world.during(world.until_asleep(&BOTH)).await;
    for (method, fault) in [
        ("CommandQueue::enqueue", StoreFault::Refused),
        ("CommandQueue::enqueue", StoreFault::ReplyLost),
        ("CommandQueue::overview", StoreFault::Refused),
        ("ObservationStore::containers_of", StoreFault::Refused),
        ("ChangeMarks::marks", StoreFault::Refused),
    ] {
        world
            .during(async {
                world.door("shop.test").await;
                world.installation.database.inject(method, fault);
                world.until(method, async || world.request("shop.test").await.is_ok()).await;
                world.until_asleep(&BOTH).await;
            })
            .await;
    }
    assert_eq!(world.installation.database.pending_faults().len(), 0, "every fault has happened");
}

#[tokio::test(start_paused = true)]
async fn what_a_person_stops_is_left_alone_until_somebody_asks_for_it() {
    let world = World::new();
    let stack = world.installation.create(SHOP).await;
    world.installation.carry_out(stack, apply(1)).await;
    world
        .during(async {
            world.request("shop.test").await.unwrap();
            let stop = world.installation.enqueue(stack, CommandPayload::Stop { service: None }).await;
            world.installation.settled(stop).await;
            world.pass(Duration::from_mins(5)).await;
            assert!(!world.up(&BOTH), "it was started again without a request");
            world.request("shop.test").await.unwrap();
        })
        .await;
    assert_eq!(world.commands(stack, CommandKind::Wake).await.len(), 1);
}
