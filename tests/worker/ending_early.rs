//! A command that is cancelled or fails leaves nothing down that ran before it, wherever it is interrupted, and the next
//! apply brings everything up.

use std::collections::BTreeSet;
use std::time::Duration;

use core_monitor_domain::command::{CommandPayload, CommandStatus, FailureCode};
use core_monitor_domain::ids::StackId;
use core_monitor_domain::observation::ApiVersion;
use core_monitor_domain::ports::Clock as _;
use core_monitor_simulation::engine::{API_1_41, API_1_44, Behaviour, Fault, SimImage};
use tokio_util::sync::CancellationToken;

use crate::installation::{Installation, apply};
use crate::stories::{self, Scene, Story};
use crate::{queue_text, runtime};

/// Names of the services' replicas that are up: `web-2`.
async fn up(installation: &Installation, stack: StackId) -> BTreeSet<String> {
    let observed = installation.observe().await.narrowed(stack);
    let up = observed.containers.iter().filter(|container| container.state.is_up());
    up.filter_map(|container| Some(format!("{}-{}", container.service()?, container.slot()?))).collect()
}

/// Names of all replicas that have a container.
async fn existing(installation: &Installation, stack: StackId) -> BTreeSet<String> {
    let observed = installation.observe().await.narrowed(stack);
    observed.containers.iter().filter_map(|c| Some(format!("{}-{}", c.service()?, c.slot()?))).collect()
}

/// Lets workers run until one of them dies.
pub(crate) async fn run_until_crash(installation: &Installation) {
    let (worker, shutdown, crashes) =
        (installation.worker(), CancellationToken::new(), installation.engine.crashes());
    tokio::select! {
        biased;
        () = installation.engine.crashed_since(crashes) => {}
        () = worker.run(&shutdown) => unreachable!("nobody told it to end"),
        () = installation.clock.sleep(Duration::from_hours(1)) => panic!("the write did not come"),
    }
}

/// Interrupts the story's command at a write and cancels it. Returns whether it was cancelled.
async fn cancelled_at(story: &Story, api: ApiVersion, nth: u64, fault: Fault) -> bool {
    let Scene { installation, stack, command, .. } = story.begin(api).await;
    let before = up(&installation, stack).await;
    installation.engine.fail_at(nth, fault);
    run_until_crash(&installation).await;
    installation.cancel(command).await;
    let ended = installation.settle(command).await;
    let context = format!("`{}` at API {api}, cancelled at write {nth} ({fault:?})", story.name);
    if ended.status != CommandStatus::Cancelled {
        // The write was the last one.
        assert_eq!(ended.status, CommandStatus::Done, "{context}");
        return false;
    }
    let (after, there) = (up(&installation, stack).await, existing(&installation, stack).await);
    // What the new version does not have may be gone, but not lie there stopped.
    let down: Vec<_> = before.iter().filter(|name| !after.contains(*name) && there.contains(*name)).collect();
    let queue = queue_text::render(&installation).await;
    assert_eq!(down, Vec::<&String>::new(), "{context}: down\n{}\n{queue}", installation.engine.render());

    let again = installation.carry_out(stack, apply(1)).await;
    assert_eq!(again.status, CommandStatus::Done, "{context}: {:?}", again.failure);
    let up = up(&installation, stack).await;
    assert!(
        stories::UP_IN_V1.iter().all(|name| up.contains(*name)),
        "{context}: after the apply only {up:?}"
    );
    true
}

#[test]
fn a_cancel_at_any_write_leaves_nothing_down() {
    let (mut points, mut cancelled) = (0, 0);
    for (place, story) in stories::all().into_iter().filter(Story::updates_v1).enumerate() {
        // Engines before 1.44 connect additional networks one by one, so there are more points to be cancelled at.
        for api in if place % 3 == 0 { vec![API_1_41, API_1_44] } else { vec![API_1_41] } {
            let writes = runtime().block_on(async {
                let Scene { installation, command, .. } = story.begin(api).await;
                let before = installation.engine.writes();
                installation.settle(command).await;
                installation.engine.writes() - before
            });
            let after = (1..=writes).map(|nth| (nth, Fault::CrashAfter));
            for (nth, fault) in std::iter::once((1, Fault::CrashBefore)).chain(after) {
                points += 1;
                cancelled += u32::from(runtime().block_on(cancelled_at(&story, api, nth, fault)));
            }
        }
    }
    println!("{points} points, {cancelled} commands cancelled, none left anything down");
    assert!(cancelled > 100, "only {cancelled} commands were cancelled: the stories have become too short");
}

/// `queue` takes `hooks` steps to stop; `api` is independent of it.
fn neighbours(color: &str, api: &str, hooks: usize) -> String {
    let drain = vec!["{ command: drain }"; hooks].join(", ");
    format!(
        "services:
  queue:
    image: web:1
    restart: unless-stopped
    environment: {{ COLOR: {color} }}
    pre_stop: [{drain}]
  api:
    image: {api}
    restart: \"no\"
    environment: {{ COLOR: {color} }}
"
    )
}

/// Version 2 changes two independent services, and one of them fails.
async fn failed_beside(api: ApiVersion, image: &str, hooks: usize) -> FailureCode {
    let installation = Installation::new(api);
    stories::furnish(&installation);
    installation.engine.add_image(SimImage::new("broken:1").behaviour(Behaviour::exits(1, 9)));
    installation.engine.add_image(SimImage::new("unstartable:1").behaviour(Behaviour::missing()));
    let stack = installation.create(&neighbours("red", "app:1", hooks)).await;
    installation.update(stack, &neighbours("blue", image, hooks)).await;
    installation.carry_out(stack, apply(1)).await;
    let failed = installation.carry_out(stack, apply(2)).await;
    let context = format!("{image} beside a service with {hooks} hooks, API {api}");
    assert_eq!(failed.status, CommandStatus::Failed, "{context}");
    let up = up(&installation, stack).await;
    let world = installation.engine.render();
    assert!(
        up.contains("queue-1"),
        "{context}: only {up:?}\n{world}\n{}",
        queue_text::render(&installation).await
    );
    failed.failure.unwrap().code
}

#[test]
fn a_failure_leaves_no_neighbour_stopped() {
    for api in [API_1_41, API_1_44] {
        for hooks in 0..6 {
            let code = |image| runtime().block_on(failed_beside(api, image, hooks));
            assert_eq!(code("broken:1"), FailureCode::ServiceExited);
            assert_eq!(code("unstartable:1"), FailureCode::StartRefused);
        }
    }
}

/// Lets `deaths` workers in a row die at the writes of an update of both neighbours, from the nth on; `then` happens at the
/// write after that. Returns how many died and how the command ended.
async fn killed_at(nth: u64, deaths: u64, then: Option<Fault>) -> Option<(u64, Option<FailureCode>)> {
    let mut installation = Installation::new(API_1_41);
    // Each death costs one write.
    installation.settings.parallelism = 1;
    stories::furnish(&installation);
    let stack = installation.create(&neighbours("red", "app:1", 1)).await;
    installation.update(stack, &neighbours("blue", "app:1", 1)).await;
    installation.carry_out(stack, apply(1)).await;
    let (before, alive) = (installation.engine.writes(), installation.engine.crashes());
    for death in 0..deaths {
        installation.engine.fail_at(nth + death, Fault::CrashBefore);
    }
    if let Some(fault) = then {
        installation.engine.fail_at(nth + deaths, fault);
    }
    let ended = installation.carry_out(stack, apply(2)).await;
    if installation.engine.writes() - before < nth {
        return None;
    }
    let died = installation.engine.crashes() - alive;
    let (up, world) = (up(&installation, stack).await, installation.engine.render());
    let queue = queue_text::render(&installation).await;
    assert!(
        deaths > 5 || (up.contains("queue-1") && up.contains("api-1")),
        "{deaths} deaths from write {nth} on: only {up:?}\n{world}\n{queue}"
    );
    Some((died, ended.failure.map(|failure| failure.code)))
}

#[test]
fn a_command_that_kills_its_workers_brings_back_what_it_interrupted() {
    let lost = Some(FailureCode::WorkerCrashLoop);
    let mut points = 0;
    for nth in 1.. {
        let killed = |deaths, then| runtime().block_on(killed_at(nth, deaths, then));
        let Some(ending) = killed(5, None) else { break };
        points += 1;
        assert_eq!(ending, (5, lost), "write {nth}");
        // Once given up, it is not tried again, whatever has succeeded since.
        let (_, code) = killed(5, Some(Fault::CrashAfter)).unwrap();
        assert_eq!(code, lost, "write {nth}, and a death while bringing back");
        // What cannot even be ended properly ends all the same.
        let (died, code) = killed(100, None).unwrap();
        assert_eq!(code, lost, "write {nth}, workers die for ever");
        assert!(died == 5 || died == 10, "write {nth}: {died} died");
    }
    assert!(points > 6, "only {points} writes");
}

/// Applies one service, then does something to its container.
async fn with_service(
    attributes: &str,
    change: impl AsyncFnOnce(&Installation, StackId),
) -> (Installation, StackId) {
    let installation = Installation::new(API_1_41);
    stories::furnish(&installation);
    let yaml =
        format!("services:\n  web:\n    image: web:1\n    environment: {{ COLOR: red }}\n{attributes}");
    let stack = installation.create(&yaml).await;
    installation.update(stack, &yaml.replace("red", "blue")).await;
    let applied = installation.carry_out(stack, apply(1)).await;
    assert_eq!(applied.status, CommandStatus::Done, "{:?}", applied.failure);
    change(&installation, stack).await;
    (installation, stack)
}

#[tokio::test(start_paused = true)]
async fn a_service_that_somebody_stopped_is_started_by_the_next_apply() {
    for attributes in ["", "    restart: \"no\"\n", "    restart: on-failure\n", "    restart: always\n"] {
        for forgotten in [false, true] {
            let (installation, stack) = with_service(attributes, async |installation, _| {
                let id = installation.engine.container_named("shop-web-1").unwrap();
                installation.engine.stop_by_hand(&id);
                if forgotten {
                    // Nobody watched, and the engine was restarted since.
                    installation.engine.forget_endings();
                }
            })
            .await;
            let plan = installation.planned(stack, &apply(1)).await;
            assert!(plan.contains("start shop-web-1 (not running)"), "{attributes:?}: {plan}");
            let again = installation.carry_out(stack, apply(1)).await;
            assert_eq!(
                (again.status, again.result.unwrap().effects),
                (CommandStatus::Done, 1),
                "{attributes:?}"
            );
            assert!(up(&installation, stack).await.contains("web-1"), "{attributes:?}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_task_that_ended_by_itself_stays_done_also_after_a_restart_of_the_engine() {
    for attributes in ["    command: migrate\n", "    command: migrate\n    restart: \"no\"\n"] {
        let (installation, stack) = with_service(attributes, async |installation, _| {
            installation.watch(Duration::from_secs(30)).await;
            installation.engine.forget_endings();
        })
        .await;
        let again = installation.carry_out(stack, apply(1)).await;
        assert_eq!((again.status, again.result.unwrap().effects), (CommandStatus::Done, 0), "{attributes:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_service_that_is_stopped_while_it_must_become_stable_fails_the_command() {
    let (installation, stack) = with_service("", async |_, _| {}).await;
    let id = installation.enqueue(stack, apply(2)).await;
    let stop = async {
        installation.clock.sleep(Duration::from_secs(2)).await;
        let web = installation.engine.container_named("shop-web-1").unwrap();
        installation.engine.stop_by_hand(&web);
        std::future::pending::<()>().await;
    };
    let command = tokio::select! {
        biased;
        command = installation.settle(id) => command,
        () = stop => unreachable!(),
    };
    let failure = command.failure.unwrap();
    assert_eq!((command.status, failure.code), (CommandStatus::Failed, FailureCode::ServiceExited));
    assert!(failure.message.text().contains("somebody else stopped"), "{}", failure.message);
}

#[tokio::test(start_paused = true)]
async fn chosen_services_are_recreated_by_force_once() {
    let (installation, stack) = with_service("", async |_, _| {}).await;
    let first = installation.engine.container_named("shop-web-1").unwrap();
    let CommandPayload::Apply { version, mut options } = apply(1) else { unreachable!() };
    options.force_recreate = ["web".parse().unwrap()].into();
    let forced = CommandPayload::Apply { version, options };
    let plan = installation.planned(stack, &forced).await;
    assert!(plan.contains("remove shop-web-1 (asked for although nothing changed)"), "{plan}");
    let command = installation.carry_out(stack, forced).await;
    assert_eq!(command.status, CommandStatus::Done, "{:?}", command.failure);
    let second = installation.engine.container_named("shop-web-1").unwrap();
    assert_ne!(first, second);
    installation.carry_out(stack, apply(1)).await;
    assert_eq!(installation.engine.container_named("shop-web-1"), Some(second));
}
