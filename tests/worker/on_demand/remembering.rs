//! What the gateway stores and follows: estimates and days over a restart, what people want at run time, memory, and policies.

use std::collections::BTreeMap;

use core_monitor_domain::actor::SystemPart;
use core_monitor_domain::command::{NewCommand, PowerChange, PowerScope};
use core_monitor_domain::ids::CommandId;
use core_monitor_domain::on_demand::back_test::{Comparison, Line, Tally, Verdict};
use core_monitor_domain::on_demand::experience::PredictionOutcome;
use core_monitor_domain::on_demand::policy::Policy;
use core_monitor_domain::on_demand::{Day, DayNumber, DoorKey, Experience, OnDemandState, Reported, Wish};
use core_monitor_domain::ports::{IdSource as _, OnDemandNews};

use super::*;

impl World {
    fn web(stack: StackId) -> DoorKey {
        DoorKey { stack, service: "web".parse().unwrap() }
    }

    async fn wish(&self, stack: StackId, wish: Wish) {
        let actor = core_monitor_domain::actor::Actor::system(SystemPart::Server);
        let now = self.installation.clock.now();
        let store = self.installation.database.on_demand_store();
        store.wish(&Self::web(stack), &wish, &actor, now).await.unwrap();
    }

    async fn experience(&self, stack: StackId) -> Experience {
        let store = self.installation.database.on_demand_store();
        store.experience(None).await.unwrap().remove(&Self::web(stack)).unwrap_or_default()
    }

    async fn report(&self, stack: StackId) -> Option<Reported> {
        let store = self.installation.database.on_demand_store();
        store.reports().await.unwrap().remove(&Self::web(stack))
    }

    async fn state(&self, stack: StackId) -> Option<OnDemandState> {
        self.report(stack).await.map(|report| report.state)
    }

    /// What is said about the state, if anything is.
    async fn reason(&self, stack: StackId) -> Option<String> {
        self.report(stack).await?.reason.map(|reason| reason.to_string())
    }

    async fn today(&self, stack: StackId) -> Day {
        let store = self.installation.database.on_demand_store();
        let mut all = store.days(None, DayNumber(0)).await.unwrap();
        let days: BTreeMap<DayNumber, Day> = all.remove(&Self::web(stack)).unwrap_or_default();
        days.into_values().next_back().unwrap_or_default()
    }
}

#[tokio::test(start_paused = true)]
async fn what_was_learned_and_what_happened_is_there_after_a_restart() {
    let world = World::new();
    let stack = world.installation.create(SHOP).await;
    world.installation.carry_out(stack, apply(1)).await;
    world
        .during(async {
            world.until_asleep(&BOTH).await;
            world.request("shop.test").await.unwrap();
            world.until_asleep(&BOTH).await;
            world
                .until("it says that it sleeps", async || {
                    world.state(stack).await == Some(OnDemandState::Asleep)
                })
                .await;
            world.pass(Duration::from_secs(30)).await;
        })
        .await;
    let before = world.experience(stack).await;
    assert_eq!(before.recent.len(), 1, "{before:?}");
    assert!(before.usual().is_some());
    let day = world.today(stack).await;
    assert_eq!((day.requests, day.cold_starts, day.wakes["request"]), (1, 1, 1), "{day:?}");
    assert!(day.asleep >= Duration::from_secs(20), "{day:?}");

    // Another gateway, after both programs were killed, adds to it.
    world
        .during(async {
            world.request("shop.test").await.unwrap();
            world.until_asleep(&BOTH).await;
            world.pass(Duration::from_secs(30)).await;
        })
        .await;
    assert_eq!(world.experience(stack).await.recent.len(), 2);
    assert_eq!(world.today(stack).await.cold_starts, 2);
}

#[tokio::test(start_paused = true)]
async fn a_time_that_is_set_at_run_time_holds_at_once_and_until_it_is_taken_back() {
    let world = World::new();
    let stack = world.installation.create(SHOP).await;
    world.installation.carry_out(stack, apply(1)).await;
    world
        .during(async {
            world.request("shop.test").await.unwrap();
            world.wish(stack, Wish { idle: Some(Duration::from_mins(5)), ..Wish::default() }).await;
            world.pass(IDLE * 2).await;
            assert!(world.up(&["shop-web-1"]), "its own time is over, and another one holds");
            world.wish(stack, Wish::default()).await;
            world.pass(Duration::from_secs(20)).await;
            assert!(!world.up(&["shop-web-1"]), "the time of the definition is over already");
        })
        .await;
    assert_eq!(world.commands(stack, CommandKind::Update).await.len(), 0, "no version was made");
}

#[tokio::test(start_paused = true)]
async fn a_service_that_somebody_keeps_awake_stays_so_until_then_over_a_restart() {
    let world = World::new();
    let stack = world.installation.create(SHOP).await;
    world.installation.carry_out(stack, apply(1)).await;
    let until = world.installation.clock.now().plus(Duration::from_mins(20));
    world.during(async { world.request("shop.test").await.unwrap() }).await;
    world.wish(stack, Wish { awake_until: Some(until), ..Wish::default() }).await;
    for _ in 0..3 {
        world
            .during(async {
                world.pass(Duration::from_mins(5)).await;
                assert!(world.up(&["shop-web-1"]));
            })
            .await;
    }
    world
        .during(async {
            world.pass(Duration::from_mins(8)).await;
            assert!(!world.up(&BOTH), "the time is over");
        })
        .await;
}

#[tokio::test(start_paused = true)]
async fn a_service_waits_for_memory_and_another_one_that_nobody_uses_sleeps_for_it() {
    let two = "
services:
  web:
    image: web:1
    restart: always
    x-core-monitor: {on-demand: {hosts: [shop.test], port: 8080, idle-timeout: 1h, min-up: 0s}}
  big:
    image: web:1
    restart: always
    x-core-monitor: {on-demand: {hosts: [big.test], port: 8080, idle-timeout: 1h, min-up: 0s}}
";
    let world = World::new();
    let stack = world.installation.create(two).await;
    world.installation.carry_out(stack, apply(1)).await;
    // It is known to need 2 GiB.
    let mut experience = Experience::default();
    experience.peaks.record(2 << 30);
    let big = DoorKey { stack, service: "big".parse().unwrap() };
    let news = OnDemandNews { experience: vec![(big, experience)], ..OnDemandNews::default() };
    world.installation.database.on_demand_store().report(&news).await.unwrap();
    world.sleep_by_hand(stack, &["big"]).await;
    world.host.set_available(1 << 30);
    world
        .during(async {
            let door = world.door("big.test").await;
            let cause = PowerCause::request("big".parse().unwrap(), "big.test", "/");
            let held = door.wait(&cause, Duration::from_secs(30)).await;
            assert!(
                matches!(held, Err(NotLetIn::TooLong(Standing::Held { .. }))),
                "there is no memory for it: {held:?}"
            );
            world.host.set_available(6 << 30);
            world.request("big.test").await.unwrap();
        })
        .await;
}

impl World {
    /// Somebody puts services to sleep before any gateway runs.
    async fn sleep_by_hand(&self, stack: StackId, services: &[&str]) {
        let services = services.iter().map(|name| name.parse().unwrap()).collect();
        let cause = Some(PowerCause::Person { service: "big".parse().unwrap() });
        let change =
            PowerChange::Sleep(core_monitor_domain::command::SleepMode::Stop, PowerScope { services, cause });
        let now = self.installation.clock.now();
        let id = CommandId(self.ids.next_uuid());
        let command = NewCommand::power(id, stack, change, SystemPart::Gateway, None, now);
        self.installation.database.command_queue().enqueue(command).await.unwrap();
        let worker = self.installation.worker();
        let never = CancellationToken::new();
        tokio::select! {
            biased;
            () = self.until("it sleeps", async || !self.up(&["shop-big-1"])) => {}
            () = worker.run(&never) => unreachable!("nobody told it to end"),
        }
    }
}

/// A comparison in which a policy has won.
fn won_by(policy: Policy) -> Comparison {
    let line = |policy, verdict| Line { policy, earlier: Tally::default(), later: Tally::default(), verdict };
    let configured = line(Policy::Fixed(IDLE), Verdict::Configured);
    Comparison { lines: vec![configured, line(policy, Verdict::Adopted)], cold_start_worth: 10.0 }
}

#[tokio::test(start_paused = true)]
async fn a_policy_that_has_won_is_followed() {
    let world = World::new();
    let stack = world.installation.create(SHOP).await;
    world.installation.carry_out(stack, apply(1)).await;
    let now = world.installation.clock.now();
    let longer = won_by(Policy::Fixed(Duration::from_mins(10)));
    let mut experience = Experience { compared: Some((now, longer)), ..Experience::default() };
    experience.traffic.began(now, 0, false);
    experience.traffic.ended(now, now, 0);
    let news = OnDemandNews { experience: vec![(World::web(stack), experience)], ..OnDemandNews::default() };
    world.installation.database.on_demand_store().report(&news).await.unwrap();
    world
        .during(async {
            world.request("shop.test").await.unwrap();
            world.pass(Duration::from_mins(5)).await;
            assert!(world.up(&["shop-web-1"]), "the configured minute is over, and the policy says ten");
            world.pass(Duration::from_mins(6)).await;
            assert!(!world.up(&BOTH));
        })
        .await;
}

#[tokio::test(start_paused = true)]
async fn a_service_is_started_ahead_of_its_usual_time_and_what_came_of_it_is_told() {
    let world = World::new();
    let stack = world.installation.create(SHOP).await;
    world.installation.carry_out(stack, apply(1)).await;
    // It has been used at the same quarter of an hour every day for three weeks: two hours from now.
    let now = world.installation.clock.now();
    let mut experience = Experience {
        compared: Some((now, won_by(Policy::Calendar { percent: 40 }))),
        ..Experience::default()
    };
    let usual = now.plus(Duration::from_hours(2));
    for day in (1..=21).rev() {
        let at = usual.minus(Duration::from_hours(24 * day));
        experience.traffic.watched_until(at, 0);
        experience.traffic.began(at, 0, true);
        experience.traffic.ended(at, at.plus(Duration::from_secs(30)), 0);
    }
    let news = OnDemandNews { experience: vec![(World::web(stack), experience)], ..OnDemandNews::default() };
    world.installation.database.on_demand_store().report(&news).await.unwrap();
    world
        .during(async {
            world.until_asleep(&BOTH).await;
            world.pass(Duration::from_mins(100)).await;
            world.until("it is started before anybody asks", async || world.up(&["shop-web-1"])).await;
            assert!(world.installation.clock.now() < usual.plus(Duration::from_mins(15)));
            world.request("shop.test").await.unwrap();
            world.pass(Duration::from_secs(30)).await;
        })
        .await;
    let wakes = world.commands(stack, CommandKind::Wake).await;
    let CommandPayload::Wake(scope) = &wakes[0].payload else { panic!("no wake") };
    assert!(matches!(scope.cause, Some(PowerCause::Predicted { .. })), "{:?}", scope.cause);
    let told = world.experience(stack).await;
    assert_eq!(told.predictions.back().unwrap().outcome, Some(PredictionOutcome::Hit));
    assert_eq!(world.today(stack).await.hits, 1);
}

#[tokio::test(start_paused = true)]
async fn a_database_that_cannot_be_written_for_a_while_loses_nothing_that_was_learned() {
    let world = World::new();
    let stack = world.installation.create(SHOP).await;
    world.installation.carry_out(stack, apply(1)).await;
    world
        .during(async {
            world.until_asleep(&BOTH).await;
            for _ in 0..3 {
                world.installation.database.inject("OnDemandStore::report", StoreFault::Refused);
            }
            world.request("shop.test").await.unwrap();
            world.pass(Duration::from_mins(1)).await;
        })
        .await;
    assert_eq!(world.installation.database.pending_faults(), []);
    assert_eq!(world.experience(stack).await.recent.len(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_service_whose_host_another_one_has_says_so() {
    let world = World::new();
    let first = world.installation.create(SHOP).await;
    world.installation.carry_out(first, apply(1)).await;
    world.pass(Duration::from_secs(1)).await;
    let second = world.installation.create_named("second", SHOP, &[]).await;
    world.installation.carry_out(second, apply(1)).await;
    let told = "requests to `shop.test` go to `shop/web`, since that stack is older";
    let says_so = async || world.reason(second).await.as_deref() == Some(told);
    world.during(world.until("it says who gets its requests", says_so)).await;
    assert_eq!(world.reason(first).await, None);
}

#[tokio::test(start_paused = true)]
async fn a_service_that_nobody_can_start_says_so() {
    let world = World::new();
    let stack = world.installation.create(SHOP).await;
    world.installation.carry_out(stack, apply(1)).await;
    world.during(world.until_asleep(&BOTH)).await;
    *world.routes.lock().unwrap() = Arc::default();
    let never = CancellationToken::new();
    let visitor = async {
        let door = world.door("shop.test").await;
        let cause = PowerCause::request(door.key().service.clone(), "shop.test", "/");
        let waited = door.wait(&cause, Duration::from_mins(3)).await;
        assert!(waited.is_err(), "there is no worker");
    };
    let told = "no worker answers, so nothing can be started now";
    let began = world.installation.clock.elapsed();
    let says_so = async || world.reason(stack).await.as_deref() == Some(told);
    tokio::select! {
        biased;
        () = world.until("it says that there is no worker", says_so) => {}
        () = visitor => panic!("it never says so"),
        () = world.keeper().run(&never) => unreachable!("nobody told it to end"),
    }
    let after = world.installation.clock.elapsed().saturating_sub(began);
    assert!(
        after < Duration::from_secs(30),
        "long before the last look at the engine counts as old: {after:?}"
    );
}
