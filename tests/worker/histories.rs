//! The queue as people can read it afterwards, as text.

use std::time::Duration;

use core_monitor_domain::command::{ApplyOptions, CommandPayload, CommandStatus, OnFailure};
use core_monitor_domain::ids::VersionNumber;
use core_monitor_domain::ports::Clock as _;
use core_monitor_simulation::engine::{API_1_41, Behaviour, Fault, SimImage};
use core_monitor_simulation::store::StoreFault;
use tokio_util::sync::CancellationToken;

use crate::installation::{Installation, apply};
use crate::queue_text::render;
use crate::stories::furnish;

/// A database and a job that needs it.
const SMALL: &str = r#"
services:
  db:
    image: db:1
    restart: always
    healthcheck: { test: ready, interval: 5s }
  migrate:
    image: migrate:1
    restart: "no"
    command: [migrate]
    depends_on:
      db: { condition: service_healthy }
"#;

fn installation() -> Installation {
    let installation = Installation::new(API_1_41);
    furnish(&installation);
    // Long enough to show the wait for it.
    let slow = Behaviour::healthy(30);
    installation.engine.add_image(SimImage::new("db:1").volume("/var/lib/db").behaviour(slow));
    installation
}

fn apply_with(version: u32, on_failure: OnFailure) -> CommandPayload {
    let options = ApplyOptions { on_failure, ..ApplyOptions::default() };
    CommandPayload::Apply { version: VersionNumber(version), options }
}

#[tokio::test(start_paused = true)]
async fn a_second_apply_has_nothing_to_do() {
    let installation = installation();
    let stack = installation.create(SMALL).await;
    installation.carry_out(stack, apply(1)).await;
    let again = installation.carry_out(stack, apply(1)).await;
    assert_eq!(again.result.unwrap().effects, 0);
    insta::assert_snapshot!(render(&installation).await);
}

#[tokio::test(start_paused = true)]
async fn a_worker_dies_between_an_effect_and_its_outcome() {
    let installation = installation();
    let stack = installation.create(SMALL).await;
    installation.engine.fail_at(2, Fault::CrashAfter);
    installation.carry_out(stack, apply(1)).await;
    insta::assert_snapshot!(render(&installation).await);
}

#[tokio::test(start_paused = true)]
async fn a_lost_answer() {
    let installation = installation();
    let stack = installation.create(SMALL).await;
    installation.engine.fail_at(4, Fault::ReplyLost);
    installation.carry_out(stack, apply(1)).await;
    insta::assert_snapshot!(render(&installation).await);
}

#[tokio::test(start_paused = true)]
async fn a_failing_job_blocks_the_queue_until_it_is_retried() {
    let installation = installation();
    let stack = installation.create(SMALL).await;
    installation.engine.script("migrate", Behaviour::exits(2, 3).complaining(&["table `users` is missing"]));
    let failed = installation.carry_out(stack, apply(1)).await;
    assert_eq!(failed.status, CommandStatus::Failed);
    assert_eq!(installation.stack(stack).await.current_version, None);
    let blocked = installation.enqueue(stack, CommandPayload::Stop { service: None }).await;
    let (worker, shutdown) = (installation.worker(), CancellationToken::new());
    tokio::select! {
        biased;
        () = worker.run(&shutdown) => unreachable!("nobody told it to end"),
        () = installation.clock.sleep(Duration::from_hours(1)) => {}
    }
    assert_eq!(installation.command(blocked).await.status, CommandStatus::Pending);

    // Somebody fixes the job and removes its failed container.
    installation.engine.script("migrate", Behaviour::exits(2, 0));
    let broken = installation.engine.container_named("shop-migrate-1").unwrap();
    installation.engine.remove_by_hand(&broken);
    installation.retry(failed.id).await;
    assert_eq!(installation.settle(blocked).await.status, CommandStatus::Done);
    insta::assert_snapshot!(render(&installation).await);
}

#[tokio::test(start_paused = true)]
async fn a_failed_update_goes_back_to_the_earlier_release() {
    let installation = installation();
    let stack = installation.create(SMALL).await;
    installation.carry_out(stack, apply(1)).await;
    let before = installation.engine.render();
    installation.engine.add_image(
        SimImage::new("db:2").generation(2).volume("/var/lib/db").behaviour(Behaviour::unhealthy(2)),
    );
    installation.update(stack, &SMALL.replace("db:1", "db:2")).await;
    let command = installation.carry_out(stack, apply_with(2, OnFailure::Rollback)).await;
    assert_eq!(command.status, CommandStatus::Cancelled, "{:?}", command.failure);
    assert_eq!(installation.engine.render(), before);
    assert_eq!(installation.stack(stack).await.current_version, Some(VersionNumber(1)));
    insta::assert_snapshot!(render(&installation).await);
}

#[tokio::test(start_paused = true)]
async fn a_rollback_survives_a_crash() {
    let installation = installation();
    let stack = installation.create(SMALL).await;
    installation.carry_out(stack, apply(1)).await;
    let before = installation.engine.render();
    installation.engine.add_image(
        SimImage::new("db:2").generation(2).volume("/var/lib/db").behaviour(Behaviour::unhealthy(2)),
    );
    installation.update(stack, &SMALL.replace("db:1", "db:2")).await;
    let first = installation.engine.writes();
    // The update itself takes this many writes; the crash comes after them.
    installation.engine.fail_at(8, Fault::CrashBefore);
    let command = installation.carry_out(stack, apply_with(2, OnFailure::Rollback)).await;
    assert!(installation.engine.crashes() == 1 && installation.engine.writes() > first + 8);
    assert_eq!(command.status, CommandStatus::Cancelled);
    assert_eq!(installation.engine.render(), before);
}

#[tokio::test(start_paused = true)]
async fn a_cancel_while_waiting_for_health() {
    let installation = installation();
    let stack = installation.create(SMALL).await;
    installation
        .engine
        .add_image(SimImage::new("db:1").volume("/var/lib/db").behaviour(Behaviour::healthy(5_000)));
    let id = installation.enqueue(stack, apply(1)).await;
    let cancel = async {
        installation.clock.sleep(Duration::from_secs(30)).await;
        installation.cancel(id).await;
        std::future::pending::<()>().await;
    };
    let command = tokio::select! {
        biased;
        command = installation.settle(id) => command,
        () = cancel => unreachable!("it waits for ever"),
    };
    assert_eq!(command.status, CommandStatus::Cancelled);
    assert!(installation.clock.elapsed() < Duration::from_secs(33), "{:?}", installation.clock.elapsed());
    insta::assert_snapshot!(render(&installation).await);
}

#[tokio::test(start_paused = true)]
async fn an_engine_that_is_down_is_given_up_after_five_minutes() {
    let installation = installation();
    let stack = installation.create(SMALL).await;
    installation.engine.set_unplugged(true);
    let id = installation.enqueue(stack, apply(1)).await;
    let plug = async {
        installation.clock.sleep(Duration::from_mins(4)).await;
        installation.engine.set_unplugged(false);
        std::future::pending::<()>().await;
    };
    let command = tokio::select! {
        biased;
        command = installation.settle(id) => command,
        () = plug => unreachable!("it waits for ever"),
    };
    assert_eq!(command.status, CommandStatus::Done);

    installation.engine.set_unplugged(true);
    let command = installation.carry_out(stack, CommandPayload::Stop { service: None }).await;
    let failure = command.failure.unwrap();
    assert_eq!(failure.code.as_str(), "ENGINE_UNAVAILABLE");
    assert!(failure.message.text().contains("connection refused"), "{}", failure.message);
}

#[tokio::test(start_paused = true)]
async fn a_missing_image_leaves_running_containers_alone() {
    let installation = installation();
    let stack = installation.create(SMALL).await;
    installation.carry_out(stack, apply(1)).await;
    let before = installation.engine.render();
    installation.update(stack, &SMALL.replace("db:1", "db:9")).await;
    let command = installation.carry_out(stack, apply(2)).await;
    assert_eq!(command.failure.unwrap().code.as_str(), "IMAGE_UNAVAILABLE");
    assert_eq!(installation.engine.render(), before);
    assert_eq!(installation.stack(stack).await.current_version, Some(VersionNumber(1)));
}

#[tokio::test(start_paused = true)]
async fn a_worker_that_is_shut_down_hands_its_command_over_at_once() {
    let installation = installation();
    let stack = installation.create(SMALL).await;
    installation
        .engine
        .add_image(SimImage::new("db:1").volume("/var/lib/db").behaviour(Behaviour::healthy(40)));
    let id = installation.enqueue(stack, apply(1)).await;
    let shutdown = CancellationToken::new();
    let worker = installation.worker();
    let stop = async {
        installation.clock.sleep(Duration::from_secs(7)).await;
        shutdown.cancel();
    };
    tokio::join!(worker.run(&shutdown), stop);
    assert_eq!(installation.command(id).await.status, CommandStatus::Running);
    let ended = installation.clock.elapsed();
    assert!(ended < Duration::from_secs(8), "{ended:?}");
    let command = installation.settle(id).await;
    assert_eq!((command.status, command.attempt), (CommandStatus::Done, 2));
    insta::assert_snapshot!(render(&installation).await);
}

#[tokio::test(start_paused = true)]
async fn a_command_that_kills_its_workers_is_given_up() {
    let installation = installation();
    let stack = installation.create(SMALL).await;
    for nth in 1..=20 {
        installation.engine.fail_at(nth, Fault::CrashBefore);
    }
    let command = installation.carry_out(stack, apply(1)).await;
    assert_eq!(command.failure.unwrap().code.as_str(), "WORKER_CRASH_LOOP");
    assert_eq!(installation.engine.crashes(), 5);
}

#[tokio::test(start_paused = true)]
async fn a_database_that_fails_is_waited_for() {
    for method in [
        "WorkerQueue::take_over",
        "WorkerQueue::renew",
        "WorkerQueue::claim",
        "WorkerQueue::record",
        "WorkerQueue::journal",
        "StackStore::find_with_deleted",
        "StackStore::find_version",
        "ObservationStore::save",
    ] {
        let installation = installation();
        // Long enough for several lease renewals.
        let slow = Behaviour::healthy(100);
        installation.engine.add_image(SimImage::new("db:1").volume("/var/lib/db").behaviour(slow));
        let stack = installation.create(SMALL).await;
        installation.database.inject(method, StoreFault::Refused);
        installation.database.inject(method, StoreFault::Refused);
        let id = installation.enqueue(stack, apply(1)).await;
        let command = installation.settle(id).await;
        assert_eq!(command.status, CommandStatus::Done, "{method}");
        assert_eq!(installation.database.pending_faults(), [], "{method}");
    }
}

#[tokio::test(start_paused = true)]
async fn records_that_cannot_be_read_are_no_refusal_of_the_engine() {
    let installation = installation();
    let stack = installation.create(SMALL).await;
    // For longer than an engine may refuse.
    for _ in 0..100 {
        installation.database.inject("CreationStore::list", StoreFault::Refused);
    }
    let id = installation.enqueue(stack, apply(1)).await;
    let command = installation.settle(id).await;
    assert_eq!(command.status, CommandStatus::Done, "{:?}", command.failure);
    assert_eq!(installation.database.pending_faults(), []);
}

#[tokio::test(start_paused = true)]
async fn a_second_worker_waits_until_the_first_one_ends() {
    let installation = installation();
    let stack = installation.create(SMALL).await;
    let (first, second) = (installation.worker(), installation.worker());
    let (stop_first, stop_second) = (CancellationToken::new(), CancellationToken::new());
    let story = async {
        let id = installation.enqueue(stack, apply(1)).await;
        let by_first = installation.settled(id).await;
        stop_first.cancel();
        let id = installation.enqueue(stack, CommandPayload::Stop { service: None }).await;
        let by_second = installation.settled(id).await;
        stop_second.cancel();
        (by_first.claimed_by, by_second.claimed_by)
    };
    let ((), (), (by_first, by_second)) =
        tokio::join!(first.run(&stop_first), second.run(&stop_second), story);
    assert_ne!(by_first, by_second);
}

#[tokio::test(start_paused = true)]
async fn the_observation_follows_what_happens_to_the_engine() {
    let installation = installation();
    let stack = installation.create(SMALL).await;
    installation.carry_out(stack, apply(1)).await;
    let worker = installation.worker();
    let shutdown = CancellationToken::new();
    let observations = installation.database.observation_store();
    let story = async {
        installation.clock.sleep(Duration::from_secs(1)).await;
        let id = installation.engine.container_named("shop-db-1").unwrap();
        installation.engine.remove_by_hand(&id);
        installation.clock.sleep(Duration::from_secs(1)).await;
        let seen = observations.containers(stack).await.unwrap();
        shutdown.cancel();
        seen
    };
    let ((), seen) = tokio::join!(worker.run(&shutdown), story);
    let names: Vec<_> = seen.iter().map(|container| container.name.as_str()).collect();
    assert_eq!(names, ["shop-migrate-1"]);
}
