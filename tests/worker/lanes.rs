//! Writes and power changes in parallel: what waits for what, and that nothing else waits.

use std::collections::{BTreeMap, BTreeSet};
use std::pin::pin;
use std::time::Duration;

use core_monitor_application::worker::Worker;
use core_monitor_domain::command::{Command, CommandPayload, CommandStatus, Lane, SleepMode};
use core_monitor_domain::ids::{CommandId, StackId, VersionNumber};
use core_monitor_domain::journal::EventKind;
use core_monitor_domain::ports::{Clock as _, CommandFilter, EventFilter};
use core_monitor_simulation::engine::{API_1_41, Behaviour, SimImage};
use tokio_util::sync::CancellationToken;

use crate::installation::{Installation, apply};
use crate::stories::furnish;

const WEB: &str = "services: { web: { image: 'web:1', restart: always } }";
/// Takes 90 s to become healthy.
const SLOW: &str = r"
services:
  slow:
    image: slow:1
    restart: always
    healthcheck: { test: ready, interval: 5s }
";
const STOP: CommandPayload = CommandPayload::Stop { service: None };
const SLEEP: CommandPayload = CommandPayload::sleep(SleepMode::Stop);

fn installation() -> Installation {
    let installation = Installation::new(API_1_41);
    furnish(&installation);
    installation.engine.add_image(SimImage::new("slow:1").behaviour(Behaviour::healthy(450)));
    installation
}

/// Runs a worker until `story` has ended.
async fn with_worker<T>(installation: &Installation, story: impl Future<Output = T>) -> T {
    let (worker, shutdown) = (installation.worker(), CancellationToken::new());
    tokio::select! {
        biased;
        told = story => told,
        () = worker.run(&shutdown) => unreachable!("nobody told it to end"),
    }
}

/// Waits until a worker has started the command.
async fn begun(installation: &Installation, id: CommandId) {
    while installation.command(id).await.status == CommandStatus::Pending {
        installation.clock.sleep(Duration::from_millis(100)).await;
    }
}

fn why(command: &Command) -> (CommandStatus, Option<&str>) {
    (command.status, command.failure.as_ref().map(|failure| failure.code.as_str()))
}

#[tokio::test(start_paused = true)]
async fn a_stack_wakes_while_another_one_is_being_applied() {
    let installation = installation();
    let shop = installation.create(WEB).await;
    let slow = installation.create_named("slow", SLOW, &[]).await;
    installation.carry_out(shop, apply(1)).await;
    let before = installation.stack(shop).await;
    let awake = installation.engine.render();

    let slept = installation.carry_out(shop, SLEEP).await;
    assert_eq!(why(&slept), (CommandStatus::Done, None));
    let asleep = installation.stack(shop).await;
    assert_eq!(asleep.stopped_runs.len(), 1, "a run that was ended on purpose is known as such");
    assert_eq!(asleep.revision(), before.revision(), "it is no edit");
    assert_ne!(installation.engine.render(), awake);

    with_worker(&installation, async {
        let apply = installation.enqueue(slow, apply(1)).await;
        begun(&installation, apply).await;
        let asked = installation.clock.elapsed();
        let wake = installation.enqueue(shop, CommandPayload::wake()).await;
        assert_eq!(why(&installation.settled(wake).await), (CommandStatus::Done, None));
        let took = installation.clock.elapsed().saturating_sub(asked);
        assert!(took < Duration::from_secs(10), "{took:?}");
        assert_eq!(why(&installation.command(apply).await), (CommandStatus::Running, None));
        assert_eq!(installation.settled(apply).await.status, CommandStatus::Done);
    })
    .await;
    let woken = installation.stack(shop).await;
    assert_eq!((woken.stopped_runs.len(), woken.revision()), (0, before.revision()));
    assert_eq!(woken.current_version, Some(VersionNumber(1)));
}

#[tokio::test(start_paused = true)]
async fn a_paused_stack_continues_where_it_was() {
    let installation = installation();
    let stack = installation.create(WEB).await;
    installation.carry_out(stack, apply(1)).await;
    let awake = installation.engine.render();
    installation.carry_out(stack, CommandPayload::sleep(SleepMode::Pause)).await;
    assert!(installation.engine.render().contains("paused"), "{}", installation.engine.render());
    assert_eq!(installation.stack(stack).await.stopped_runs, [], "nothing was ended");
    installation.carry_out(stack, CommandPayload::wake()).await;
    assert_eq!(installation.engine.render(), awake);
}

#[tokio::test(start_paused = true)]
async fn a_write_makes_a_power_change_of_its_stack_stop_at_a_safe_point() {
    let installation = installation();
    let stack = installation.create(SLOW).await;
    installation.carry_out(stack, apply(1)).await;
    installation.carry_out(stack, SLEEP).await;
    with_worker(&installation, async {
        let wake = installation.enqueue(stack, CommandPayload::wake()).await;
        begun(&installation, wake).await;
        let asked = installation.clock.elapsed();
        let stop = installation.enqueue(stack, STOP).await;
        assert_eq!(why(&installation.settled(stop).await), (CommandStatus::Done, None));
        // The wake would have waited for health for much longer.
        let took = installation.clock.elapsed().saturating_sub(asked);
        assert!(took < Duration::from_secs(30), "{took:?}");
        assert_eq!(installation.command(wake).await.status, CommandStatus::Cancelled);
    })
    .await;
    check_order(&installation).await;
}

#[tokio::test(start_paused = true)]
async fn a_power_change_waits_for_the_write_of_its_stack_that_runs() {
    let installation = installation();
    let stack = installation.create(SLOW).await;
    with_worker(&installation, async {
        let earlier = installation.enqueue(stack, SLEEP).await;
        // It was accepted before the write starts, so it is superseded.
        let apply = installation.enqueue(stack, apply(1)).await;
        begun(&installation, apply).await;
        let later = installation.enqueue(stack, SLEEP).await;
        installation.clock.sleep(Duration::from_secs(20)).await;
        assert_eq!(installation.command(later).await.status, CommandStatus::Pending);
        assert_eq!(installation.settled(apply).await.status, CommandStatus::Done);
        assert_eq!(installation.settled(later).await.status, CommandStatus::Done);
        assert!(installation.command(earlier).await.status.releases_queue());
    })
    .await;
    let world = installation.engine.render();
    assert!(world.contains("container shop-slow-1 exited"), "{world}");
    check_order(&installation).await;
}

#[tokio::test(start_paused = true)]
async fn a_wake_that_fails_blocks_nobody() {
    let installation = installation();
    let stack = installation.create(WEB).await;
    let other = installation.create_named("slow", SLOW, &[]).await;
    installation.carry_out(stack, apply(1)).await;
    installation.carry_out(stack, SLEEP).await;
    let fail = async || {
        installation.engine.set_unplugged(true);
        let id = installation.enqueue(stack, CommandPayload::wake()).await;
        let failed = installation.settle(id).await;
        installation.engine.set_unplugged(false);
        assert_eq!(why(&failed), (CommandStatus::Failed, Some("ENGINE_UNAVAILABLE")));
        failed
    };
    // The next request supersedes it.
    let failed = fail().await;
    assert_eq!(why(&installation.carry_out(other, apply(1)).await), (CommandStatus::Done, None));
    assert_eq!(installation.command(failed.id).await.status, CommandStatus::Failed, "it is there to be read");
    assert_eq!(
        why(&installation.carry_out(stack, CommandPayload::wake()).await),
        (CommandStatus::Done, None)
    );
    let replaced = installation.command(failed.id).await;
    assert_eq!(why(&replaced), (CommandStatus::Cancelled, Some("ENGINE_UNAVAILABLE")));
    // So does a write.
    installation.carry_out(stack, SLEEP).await;
    let failed = fail().await;
    let start = installation.carry_out(stack, CommandPayload::Start { service: None }).await;
    assert_eq!(why(&start), (CommandStatus::Done, None));
    assert_eq!(installation.command(failed.id).await.status, CommandStatus::Cancelled);
    check_order(&installation).await;
}

#[tokio::test(start_paused = true)]
async fn a_deleted_stack_leaves_no_power_change_behind() {
    let installation = installation();
    let stack = installation.create(SLOW).await;
    installation.carry_out(stack, apply(1)).await;
    let delete = installation.enqueue(stack, CommandPayload::delete(false)).await;
    let wake = installation.enqueue(stack, CommandPayload::wake()).await;
    assert_eq!(installation.settle(delete).await.status, CommandStatus::Done);
    assert_eq!(installation.command(wake).await.status, CommandStatus::Cancelled);
}

/// A process that is paused for longer than its lease from time to time, like one on a swapping machine.
async fn with_pauses(worker: &Worker, works: Duration, rests: Duration, shutdown: &CancellationToken) {
    let mut run = pin!(worker.run(shutdown));
    loop {
        tokio::select! {
            biased;
            () = &mut run => return,
            () = tokio::time::sleep(works) => {}
        }
        tokio::time::sleep(rests).await;
    }
}

/// Two workers that take the lease from each other, while people and visitors send commands.
#[tokio::test(start_paused = true)]
async fn two_workers_that_pause_keep_order_and_exclusion_in_every_lane() {
    for seed in 0..6_u64 {
        let installation = installation();
        // Shorter than the time between two pauses, or every worker would lose the lease before doing anything.
        installation.engine.add_image(SimImage::new("slow:1").behaviour(Behaviour::healthy(20)));
        let shop = installation.create(WEB).await;
        let slow = installation.create_named("slow", SLOW, &[]).await;
        let (one, other) = (installation.unlocked_worker(), installation.unlocked_worker());
        let shutdown = CancellationToken::new();
        let (works, rests) =
            (Duration::from_millis(7_300 + seed * 411), Duration::from_millis(12_100 + seed * 97));
        let story = async {
            let ids = enqueue_at_random(&installation, [shop, slow], seed).await;
            for id in ids {
                let command = installation.settled(id).await;
                assert_ne!(command.status, CommandStatus::Failed, "seed {seed}: {:?}", command.failure);
            }
        };
        tokio::select! {
            biased;
            () = story => {}
            () = with_pauses(&one, works, rests, &shutdown) => unreachable!("nobody told it to end"),
            () = with_pauses(&other, rests, works, &shutdown) => unreachable!("nobody told it to end"),
            () = installation.clock.sleep(Duration::from_hours(10)) => {
                panic!("seed {seed} is not settled:\n{}", crate::queue_text::render(&installation).await)
            }
        }
        check_order(&installation).await;
        assert!(
            overtaken(&installation).await,
            "seed {seed}: nobody was ever overtaken: this tested nothing"
        );
    }
}

/// Commands for both stacks, some while others are running. The first two apply them.
async fn enqueue_at_random(installation: &Installation, stacks: [StackId; 2], seed: u64) -> Vec<CommandId> {
    let mut ids = Vec::new();
    for stack in stacks {
        ids.push(installation.enqueue(stack, apply(1)).await);
    }
    let mut state = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1;
    let mut draw = |below: u64| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state % below
    };
    for _ in 0..16 {
        let stack = stacks[usize::try_from(draw(2)).unwrap()];
        let payload = match draw(8) {
            0 => STOP,
            1 => CommandPayload::Start { service: None },
            2 => apply(1),
            3 => CommandPayload::sleep(SleepMode::Pause),
            4 | 5 => SLEEP,
            _ => CommandPayload::wake(),
        };
        ids.push(installation.enqueue(stack, payload).await);
        installation.clock.sleep(Duration::from_millis(draw(40_000))).await;
    }
    ids
}

async fn overtaken(installation: &Installation) -> bool {
    let filter = EventFilter { limit: 100_000, ..EventFilter::default() };
    let events = installation.database.command_queue().events(&filter).await.unwrap();
    events.iter().any(|event| event.line.kind() == EventKind::Adopted)
}

/// The invariants of every history: commands of a lane start in order, each after the previous ones have ended; at most
/// one command per lane and per stack is running at any time; and only the newest worker writes.
async fn check_order(installation: &Installation) {
    let queue = installation.database.command_queue();
    let commands =
        queue.list(&CommandFilter { limit: 1_000, ..CommandFilter::default() }).await.unwrap().items;
    let commands: BTreeMap<_, Command> = commands.into_iter().map(|command| (command.seq, command)).collect();
    let events = queue.events(&EventFilter { limit: 100_000, ..EventFilter::default() }).await.unwrap();
    let (mut running, mut over) = (BTreeSet::new(), BTreeSet::new());
    let mut newest = None;
    for event in &events {
        let command = &commands[&event.seq];
        assert!(
            event.line.epoch.is_none() || event.line.epoch >= newest,
            "an overtaken worker wrote {event:?}"
        );
        newest = newest.max(event.line.epoch);
        match event.line.kind() {
            EventKind::Claimed => {
                let open =
                    commands.values().filter(|other| other.seq < event.seq && !over.contains(&other.seq));
                let before: Vec<_> = open.filter(|other| other.lane() == command.lane()).collect();
                assert!(before.is_empty(), "{event:?} started before {before:?}");
                let same: Vec<_> =
                    running.iter().filter(|seq| commands[seq].stack_id == command.stack_id).collect();
                assert!(same.is_empty(), "{event:?} started while {same:?} ran for the same stack");
                running.insert(event.seq);
                let writes = running.iter().filter(|seq| commands[seq].lane() == Lane::Writes).count();
                assert!(writes <= 1, "{event:?} started while another write ran");
            }
            EventKind::Adopted => assert!(running.contains(&event.seq), "{event:?} was not running"),
            EventKind::Done | EventKind::Cancelled => {
                running.remove(&event.seq);
                over.insert(event.seq);
            }
            EventKind::Failed => {
                running.remove(&event.seq);
            }
            _ => {}
        }
    }
}
