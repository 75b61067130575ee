//! What goes wrong around a command and must not end it: refusals without a reason, outages, deaths of workers that only
//! wait, workers that are suspended, and commands that have lost their object.

use std::collections::{BTreeMap, BTreeSet};
use std::pin::pin;
use std::time::Duration;

use core_monitor_domain::command::{Command, CommandPayload, CommandStatus, FailureCode, FailureScope};
use core_monitor_domain::ids::{CommandId, StackId};
use core_monitor_domain::journal::{Answer, Entry, EventKind, Sighting};
use core_monitor_domain::ports::{Clock as _, CommandFilter, EventFilter};
use core_monitor_simulation::engine::{API_1_41, API_1_44, Behaviour, Fault, SimImage};
use core_monitor_simulation::store::StoreFault;
use tokio_util::sync::CancellationToken;

use crate::installation::{Installation, apply};
use crate::stories::furnish;

const WEB: &str = "services: { web: { image: 'web:1', restart: always } }";
const SLOW: &str = r"
services:
  slow:
    image: slow:1
    restart: always
    healthcheck: { test: ready, interval: 5s }
";
const DELETE: CommandPayload = CommandPayload::delete(false);

fn installation() -> Installation {
    let installation = Installation::new(API_1_41);
    furnish(&installation);
    installation.engine.add_image(SimImage::new("slow:1").behaviour(Behaviour::healthy(450)));
    installation
}

fn ending(command: &Command) -> (CommandStatus, Option<FailureCode>) {
    (command.status, command.failure.as_ref().map(|failure| failure.code))
}

/// The effects of a command with a number of intents or outcomes other than one.
async fn unpaired(installation: &Installation, id: CommandId) -> Vec<String> {
    let filter = EventFilter { command_id: Some(id), limit: 10_000, ..EventFilter::default() };
    let events = installation.database.command_queue().events(&filter).await.unwrap();
    let mut pairs = BTreeMap::<u64, (u32, u32)>::new();
    for event in &events {
        match &event.line.entry {
            Entry::Intent(intent) => pairs.entry(intent.effect.0).or_default().0 += 1,
            Entry::Outcome(outcome) => pairs.entry(outcome.effect.0).or_default().1 += 1,
            _ => {}
        }
    }
    let odd = pairs.into_iter().filter(|(_, counts)| *counts != (1, 1));
    odd.map(|(effect, (intents, outcomes))| format!("{effect}: {intents} intents, {outcomes} outcomes"))
        .collect()
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

#[tokio::test(start_paused = true)]
async fn a_refusal_without_a_reason_at_any_write_is_looked_into_and_tried_again() {
    for api in [API_1_41, API_1_44] {
        let undisturbed = disturbed(api, 0, Fault::ErrorBefore).await;
        assert!(undisturbed.1 >= 15, "only {} writes", undisturbed.1);
        for nth in 1..=undisturbed.1 {
            for fault in [Fault::ErrorBefore, Fault::ErrorAfter] {
                assert_eq!(
                    disturbed(api, nth, fault).await.0,
                    undisturbed.0,
                    "{fault:?} at write {nth}, API {api}"
                );
            }
        }
    }
}

/// An apply, an update, a restart and a delete, with `fault` at the nth write; what is left after each, and the writes.
async fn disturbed(
    api: core_monitor_domain::observation::ApiVersion,
    nth: u64,
    fault: Fault,
) -> (Vec<String>, u64) {
    let installation = Installation::new(api);
    furnish(&installation);
    let two = "
services:
  db: {image: 'db:1', restart: always, volumes: ['data:/data'], networks: [default, back]}
  web: {image: 'web:1', restart: always, environment: {COLOR: red}, depends_on: [db]}
networks: {back: {}}
volumes: {data: {}}
";
    let stack = installation.create(two).await;
    installation
        .update(stack, &two.replace("red", "blue").replace("back: {}", "back: {internal: true}"))
        .await;
    if nth > 0 {
        installation.engine.fail_at(nth, fault);
    }
    let before = installation.engine.writes();
    let mut states = Vec::new();
    for payload in
        [apply(1), apply(2), CommandPayload::Restart { service: None }, CommandPayload::delete(true)]
    {
        let command = installation.carry_out(stack, payload).await;
        assert_eq!(ending(&command), (CommandStatus::Done, None), "{fault:?} at write {nth}");
        assert_eq!(unpaired(&installation, command.id).await, [""; 0], "{fault:?} at write {nth}");
        states.push(installation.engine.render());
    }
    (states, installation.engine.writes() - before)
}

#[tokio::test(start_paused = true)]
async fn an_engine_that_keeps_failing_is_quoted_and_not_called_something_else() {
    let installation = installation();
    let stack = installation.create(WEB).await;
    for nth in 2..60 {
        installation.engine.fail_at(nth, Fault::ErrorBefore);
    }
    let began = installation.clock.elapsed();
    let command = installation.carry_out(stack, apply(1)).await;
    let failure = command.failure.clone().unwrap();
    assert_eq!(failure.code, FailureCode::EngineRefused);
    assert!(failure.message.to_string().ends_with("injected failure"), "{}", failure.message);
    let took = installation.clock.elapsed().saturating_sub(began);
    assert!(took > Duration::from_secs(10) && took < Duration::from_mins(2), "{took:?}");
    assert_eq!(unpaired(&installation, command.id).await, [""; 0]);
}

#[tokio::test(start_paused = true)]
async fn a_command_goes_on_as_soon_as_the_engine_answers_again() {
    // Longer than the longest delay between two attempts, and not a multiple of it.
    for seconds in [3, 20, 61, 130, 250] {
        let installation = installation();
        let stack = installation.create(WEB).await;
        installation.engine.set_unplugged(true);
        let took = with_worker(&installation, async {
            let id = installation.enqueue(stack, apply(1)).await;
            installation.clock.sleep(Duration::from_secs(seconds)).await;
            installation.engine.set_unplugged(false);
            let back = installation.clock.elapsed();
            let first = async {
                while installation.engine.writes() == 0 {
                    installation.clock.sleep(Duration::from_millis(10)).await;
                }
            };
            first.await;
            let took = installation.clock.elapsed().saturating_sub(back);
            assert_eq!(ending(&installation.settled(id).await), (CommandStatus::Done, None));
            took
        })
        .await;
        assert!(took < Duration::from_secs(2), "{took:?} after an outage of {seconds} s");
    }
}

#[tokio::test(start_paused = true)]
async fn workers_that_die_while_a_command_only_waits_do_not_end_it() {
    let installation = installation();
    let stack = installation.create(SLOW).await;
    let id = installation.enqueue(stack, apply(1)).await;
    let waiting = async || {
        let filter = EventFilter { command_id: Some(id), limit: 10_000, ..EventFilter::default() };
        let events = installation.database.command_queue().events(&filter).await.unwrap();
        events.iter().filter(|event| event.line.kind() == EventKind::Progress).count()
    };
    for death in 1..=12 {
        let (worker, shutdown) = (installation.worker(), CancellationToken::new());
        tokio::select! {
            biased;
            () = worker.run(&shutdown) => unreachable!("nobody told it to end"),
            () = async { while waiting().await < death { installation.clock.sleep(Duration::from_millis(50)).await } } => {}
        }
    }
    let command = installation.settle(id).await;
    assert_eq!((ending(&command), command.attempt), ((CommandStatus::Done, None), 13));
    assert_eq!(unpaired(&installation, id).await, [""; 0]);
}

#[tokio::test(start_paused = true)]
async fn effects_that_were_open_at_the_end_have_an_outcome() {
    let installation = installation();
    let stack = installation.create(WEB).await;
    for nth in 1..=6 {
        installation.engine.fail_at(nth, Fault::CrashBefore);
    }
    let command = installation.carry_out(stack, apply(1)).await;
    assert_eq!(ending(&command), (CommandStatus::Failed, Some(FailureCode::WorkerCrashLoop)));
    assert_eq!(unpaired(&installation, command.id).await, [""; 0]);

    // The same while the engine cannot even be asked.
    let installation = self::installation();
    let stack = installation.create(WEB).await;
    let id = installation.enqueue(stack, apply(1)).await;
    installation.engine.fail_at(2, Fault::ReplyLost);
    let command = with_worker(&installation, async {
        while installation.engine.writes() < 2 {
            installation.clock.sleep(Duration::from_millis(10)).await;
        }
        installation.engine.set_unplugged(true);
        installation.settled(id).await
    })
    .await;
    assert_eq!(command.status, CommandStatus::Failed);
    assert_eq!(unpaired(&installation, id).await, [""; 0]);
    let filter = EventFilter { command_id: Some(id), limit: 10_000, ..EventFilter::default() };
    let events = installation.database.command_queue().events(&filter).await.unwrap();
    let unknown = |entry: &Entry| matches!(entry, Entry::Outcome(outcome) if outcome.answer == Answer::Seen(Sighting::NotChecked));
    assert_eq!(events.iter().filter(|event| unknown(&event.line.entry)).count(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_suspended_worker_is_replaced_and_does_nothing_when_it_goes_on() {
    let installation = installation();
    let stack = installation.create(SLOW).await;
    let id = installation.enqueue(stack, apply(1)).await;
    let (first, second, shutdown) = (installation.worker(), installation.worker(), CancellationToken::new());
    let mut suspended = pin!(first.run(&shutdown));
    tokio::select! {
        biased;
        () = &mut suspended => unreachable!("nobody told it to end"),
        () = installation.clock.sleep(Duration::from_secs(20)) => {}
    }
    assert_eq!(installation.command(id).await.status, CommandStatus::Running);

    // From here on nobody polls the first one: it holds its lock, and its lease runs out.
    let mut replacement = pin!(second.run(&shutdown));
    let began = installation.clock.elapsed();
    let adopted = async {
        while installation.command(id).await.attempt < 2 {
            installation.clock.sleep(Duration::from_millis(100)).await;
        }
    };
    tokio::select! {
        biased;
        () = &mut replacement => unreachable!("nobody told it to end"),
        () = adopted => {}
    }
    let took = installation.clock.elapsed().saturating_sub(began);
    assert!(took < 2 * installation.settings.lease_ttl, "{took:?}");

    // It goes on beside the one that replaced it, and steps back.
    let (world, done) = tokio::select! {
        biased;
        () = &mut suspended => unreachable!("nobody told it to end"),
        () = &mut replacement => unreachable!("nobody told it to end"),
        command = installation.settled(id) => (installation.engine.render(), command),
    };
    assert_eq!((ending(&done), done.attempt), ((CommandStatus::Done, None), 2));
    let names = installation.engine.container_names();
    assert_eq!(names.iter().filter(|name| name.starts_with("shop-")).count(), 1, "{world}");
    assert_eq!(unpaired(&installation, id).await, [""; 0]);

    // The replacement dies: nothing polls it from here on. The first one gets its turn again.
    let next = installation.enqueue(stack, CommandPayload::Stop { service: None }).await;
    tokio::select! {
        biased;
        () = &mut suspended => unreachable!("nobody told it to end"),
        command = installation.settled(next) => assert_eq!(ending(&command), (CommandStatus::Done, None)),
    }
}

/// Refuses this many renewals in a row to a worker that carries out a command, while another one waits. Returns in how many
/// attempts the command was done, and whether by the same worker.
async fn with_refused_renewals(refused: u32) -> (u32, bool) {
    let installation = installation();
    let stack = installation.create(SLOW).await;
    let id = installation.enqueue(stack, apply(1)).await;
    let (first, second, shutdown) = (installation.worker(), installation.worker(), CancellationToken::new());
    let mut both = pin!(async { tokio::join!(first.run(&shutdown), second.run(&shutdown)) });
    let story = async {
        installation.clock.sleep(Duration::from_secs(20)).await;
        let began = installation.command(id).await;
        for _ in 0..refused {
            installation.database.inject("WorkerQueue::renew", StoreFault::Refused);
        }
        let ended = installation.settled(id).await;
        assert_eq!(ending(&ended), (CommandStatus::Done, None));
        (ended.attempt, ended.claimed_by == began.claimed_by)
    };
    tokio::select! {
        biased;
        _ = &mut both => unreachable!("nobody told them to end"),
        told = story => told,
    }
}

#[tokio::test(start_paused = true)]
async fn a_worker_that_works_is_not_replaced() {
    // It renews its lease of 10 s every second.
    assert_eq!(with_refused_renewals(0).await, (1, true));
    assert_eq!(with_refused_renewals(8).await, (1, true));
    // The lease has run out, but the worker takes another before the waiting one believes that it has gone.
    for refused in [10, 14] {
        assert_eq!(with_refused_renewals(refused).await, (2, true), "{refused} renewals");
    }
}

#[tokio::test(start_paused = true)]
async fn commands_behind_a_delete_end_with_a_note_and_the_queue_goes_on() {
    let installation = installation();
    let stack = installation.create(WEB).await;
    let other = installation.create_named("other", WEB, &[]).await;
    installation.carry_out(stack, apply(1)).await;
    let pointless = [
        (DELETE, CommandStatus::Done),
        (CommandPayload::Stop { service: None }, CommandStatus::Done),
        (CommandPayload::Restart { service: None }, CommandStatus::Cancelled),
        (CommandPayload::Start { service: None }, CommandStatus::Cancelled),
        (apply(1), CommandStatus::Cancelled),
    ];
    let delete = installation.enqueue(stack, DELETE).await;
    let mut ids = Vec::new();
    for (payload, _) in &pointless {
        ids.push(installation.enqueue(stack, payload.clone()).await);
    }
    let behind = installation.enqueue(other, apply(1)).await;
    assert_eq!(ending(&installation.settle(behind).await), (CommandStatus::Done, None));
    assert_eq!(ending(&installation.command(delete).await), (CommandStatus::Done, None));
    for (id, (payload, expected)) in ids.into_iter().zip(pointless) {
        let command = installation.command(id).await;
        assert_eq!(ending(&command), (expected, None), "{payload:?}");
        let result = command.result.unwrap();
        assert!(result.notes[0].to_string().contains("deleted the stack"), "{:?}", result.notes);
        assert_eq!(result.effects, 0);
    }
    assert!(installation.stack(stack).await.deleted_at.is_some());
}

/// The commands by seq, with their status.
async fn queue(installation: &Installation) -> Vec<(i64, CommandStatus)> {
    let filter = CommandFilter { limit: 100, ..CommandFilter::default() };
    let mut items = installation.database.command_queue().list(&filter).await.unwrap().items;
    items.retain(|command| !command.payload.kind().is_immediate());
    items.sort_by_key(|command| command.seq);
    items.into_iter().map(|command| (command.seq.0, command.status)).collect()
}

/// Three stacks: `bad` fails, `near` uses its network, `far` shares nothing; one apply each, and three minutes.
async fn after_a_failure(scope: FailureScope) -> (Installation, [StackId; 3], Vec<CommandStatus>) {
    let mut installation = installation();
    installation.settings.failure_scope = scope;
    installation.engine.script("fail", Behaviour::exits(1, 3));
    let bad = installation
        .create_named("bad", "services: {job: {image: 'web:1', restart: 'no', command: [fail]}}", &[])
        .await;
    let near = "services: {web: {image: 'web:1', restart: always, networks: [theirs]}}\nnetworks: {theirs: {external: true, name: bad_default}}";
    let near = installation.create_named("near", near, &[]).await;
    let far = installation.create_named("far", WEB, &[]).await;
    for stack in [bad, near, far] {
        installation.enqueue(stack, apply(1)).await;
    }
    with_worker(&installation, installation.clock.sleep(Duration::from_mins(3))).await;
    let statuses = queue(&installation).await.into_iter().map(|(_, status)| status).collect();
    (installation, [bad, near, far], statuses)
}

#[tokio::test(start_paused = true)]
async fn a_failed_command_holds_every_stack_unless_the_installation_chose_otherwise() {
    use CommandStatus::{Done, Failed, Pending};
    let (_, _, statuses) = after_a_failure(FailureScope::Everything).await;
    assert_eq!(statuses, [Failed, Pending, Pending]);
    let (installation, [bad, near, _], statuses) = after_a_failure(FailureScope::Related).await;
    assert_eq!(
        statuses,
        [Failed, Pending, Done],
        "the stack that shares its network waits, the other one does not"
    );

    // What waits says what for, and goes on when a person has decided.
    let lane = installation.database.command_queue().write_lane().await.unwrap();
    let filter = CommandFilter { stack_id: Some(near), limit: 1, ..CommandFilter::default() };
    let waiting = installation.database.command_queue().list(&filter).await.unwrap().items.remove(0);
    let holder = lane.waits_behind(&waiting).unwrap();
    assert_eq!((holder.stack_id, holder.status), (bad, Failed));
    installation.cancel(holder.id).await;
    assert_eq!(ending(&installation.settle(waiting.id).await), (Done, None));
}

#[tokio::test(start_paused = true)]
async fn in_either_scope_commands_of_related_stacks_keep_their_order() {
    for scope in [FailureScope::Everything, FailureScope::Related] {
        for seed in 0..6_u64 {
            let mut installation = installation();
            installation.settings.failure_scope = scope;
            installation.engine.script("fail", Behaviour::exits(1, 3));
            let bad = "services: {job: {image: 'web:1', restart: 'no', command: [fail]}}";
            let mut stacks = Vec::new();
            for name in ["a", "b", "c"] {
                stacks.push(installation.create_named(name, WEB, &[]).await);
            }
            let failing = installation.create_named("bad", bad, &[]).await;
            let mut ids = Vec::new();
            for step in 0..10 {
                // A different mixture for each seed.
                let choice = (seed.wrapping_mul(2_654_435_761).wrapping_add(step * 40_503) >> 7) % 4;
                let stack = *stacks.get(usize::try_from(choice).unwrap()).unwrap_or(&failing);
                ids.push(installation.enqueue(stack, apply(1)).await);
            }
            with_worker(&installation, installation.clock.sleep(Duration::from_mins(3))).await;
            let mut started = BTreeSet::new();
            let mut blocked = BTreeSet::new();
            for id in ids {
                let command = installation.command(id).await;
                let holds = blocked.contains(&command.stack_id)
                    || (scope == FailureScope::Everything && !blocked.is_empty());
                assert_eq!(command.started_at.is_none(), holds, "{scope:?}, seed {seed}: #{}", command.seq);
                if let Some(at) = command.started_at {
                    assert!(started.insert((at, command.seq)), "started twice");
                }
                if matches!(command.status, CommandStatus::Failed | CommandStatus::Pending) {
                    blocked.insert(command.stack_id);
                }
            }
            let by_time: Vec<_> = started.iter().map(|(_, seq)| *seq).collect();
            assert!(by_time.is_sorted(), "{scope:?}, seed {seed}: {by_time:?}");
        }
    }
}
