//! What a plan and the result of a command say about it: how long stops may take, and how much was done.

use std::collections::BTreeMap;
use std::time::Duration;

use core_monitor_domain::command::{CommandPayload, CommandStatus};
use core_monitor_domain::journal::Entry;
use core_monitor_domain::ports::{Clock as _, EventFilter};
use core_monitor_simulation::engine::{API_1_41, Fault};

use crate::installation::{Installation, apply};
use crate::stories::{self, Scene};
use crate::{queue_text, runtime};

const GRACES: &str = "
services:
  slow: {image: 'web:1', restart: always, stop_grace_period: 42s, environment: {COLOR: red}}
  usual: {image: 'web:1', restart: always, environment: {COLOR: red}}
  pair: {image: 'web:1', restart: always, scale: 2, stop_grace_period: 1500ms, environment: {COLOR: red}}
";

#[tokio::test(start_paused = true)]
async fn a_stop_gets_the_grace_period_of_the_definition_that_runs_and_the_plan_says_so() {
    let installation = Installation::new(API_1_41);
    stories::furnish(&installation);
    let stack = installation.create(GRACES).await;
    // The new period is for the new container.
    installation.update(stack, &GRACES.replace("red", "blue").replace("42s", "5s")).await;
    installation.carry_out(stack, apply(1)).await;
    let id = installation.plan(stack, &apply(2)).await;
    let shown = installation.database.plan_store().find(id).await.unwrap().unwrap().plan;
    let graces: BTreeMap<_, _> =
        shown.impact.interrupted.iter().map(|r| (r.service.as_str(), r.stop_grace_ms)).collect();
    assert_eq!(graces, [("pair", 1_500), ("slow", 42_000), ("usual", 10_000)].into());

    let stops = async |payload: CommandPayload| {
        let before = installation.engine.stops().len();
        let command = installation.carry_out(stack, payload).await;
        assert_eq!(command.status, CommandStatus::Done, "{:?}", command.failure);
        let mut stops = installation.engine.stops().split_off(before);
        stops.sort();
        stops.into_iter().map(|(name, grace)| (name.replace("shop-", ""), grace)).collect::<Vec<_>>()
    };
    let expected = |slow| {
        [("pair-1", Some(1_500)), ("pair-2", Some(1_500)), ("slow-1", Some(slow)), ("usual-1", None)]
            .map(|(name, grace)| (name.to_owned(), grace))
    };
    assert_eq!(stops(apply(2)).await, expected(42_000));
    assert_eq!(stops(CommandPayload::delete(false)).await, expected(5_000));
}

#[tokio::test(start_paused = true)]
async fn the_notes_of_a_cancel_tell_the_container_that_came_back_from_the_one_that_did_not() {
    let yaml = "services: {queue: {image: 'web:1', restart: always, environment: {COLOR: red}}}";
    let installation = Installation::new(API_1_41);
    stories::furnish(&installation);
    let stack = installation.create(yaml).await;
    installation.update(stack, &yaml.replace("red", "blue")).await;
    installation.carry_out(stack, apply(1)).await;
    // The new container is created and the former one is stopped; then the engine fails for a while.
    for nth in 3..=20 {
        installation.engine.fail_at(nth, Fault::ErrorBefore);
    }
    let id = installation.enqueue(stack, apply(2)).await;
    let cancel = async {
        installation.clock.sleep(Duration::from_secs(5)).await;
        installation.cancel(id).await;
        // The worker hears of it when it renews its lease.
        installation.clock.sleep(Duration::from_secs(5)).await;
        installation.engine.clear_faults();
        std::future::pending::<()>().await;
    };
    let command = tokio::select! {
        biased;
        command = installation.settle(id) => command,
        () = cancel => unreachable!(),
    };
    assert_eq!(command.status, CommandStatus::Cancelled, "{:?}", command.failure);
    let notes = command.result.unwrap().notes;
    let said = |text: &str| notes.iter().any(|note| note.text() == text);
    assert!(said("started `shop-queue-1` again, which the command had interrupted"), "{notes:?}");
    assert!(!said("done: start shop-queue-1"), "it is said already: {notes:?}");
    assert!(said("not done: start shop-queue-1 (the new container)"), "{notes:?}");
    assert!(!said("not done: start shop-queue-1"), "{notes:?}");
}

/// The effects in the result of a story with a fault at the nth write, those that its journal says happened, and its writes.
async fn effects(story: &stories::Story, nth: u64, fault: Option<Fault>) -> (usize, usize, u64) {
    let Scene { installation, command, .. } = story.begin(API_1_41).await;
    let before = installation.engine.writes();
    if let Some(fault) = fault {
        installation.engine.fail_at(nth, fault);
    }
    let ended = installation.settle(command).await;
    let context = format!("`{}`, {fault:?} at write {nth}", story.name);
    let queue = queue_text::render(&installation).await;
    assert_eq!(ended.status, CommandStatus::Done, "{context}: {:?}\n{queue}", ended.failure);
    let filter = EventFilter { command_id: Some(command), limit: 100_000, ..EventFilter::default() };
    let events = installation.database.command_queue().events(&filter).await.unwrap();
    let intents = events.iter().filter_map(|event| match &event.line.entry {
        Entry::Intent(intent) => Some(intent),
        _ => None,
    });
    // What prepares the next step comes again; everything else happens once.
    let again = intents.clone().filter(|intent| intent.operation.prepares_the_next_step()).count();
    let kinds: std::collections::BTreeSet<_> = intents
        .filter(|intent| intent.operation.prepares_the_next_step())
        .map(|intent| intent.action.to_string())
        .collect();
    let result = usize::try_from(ended.result.unwrap().effects).unwrap();
    (result, again - kinds.len(), installation.engine.writes() - before)
}

#[test]
fn the_result_counts_each_effect_once_wherever_the_worker_dies() {
    let wanted = ["everything at once", "scaled down", "deleted with volumes", "restarted"];
    for story in stories::all().into_iter().filter(|story| wanted.contains(&story.name)) {
        let (undisturbed, _, writes) = runtime().block_on(effects(&story, 0, None));
        assert!(undisturbed > 1, "`{}`: {undisturbed} effects", story.name);
        for nth in 1..=writes {
            for fault in [Fault::CrashBefore, Fault::CrashAfter] {
                let (counted, again, _) = runtime().block_on(effects(&story, nth, Some(fault)));
                let range = undisturbed..=undisturbed + again;
                assert!(
                    range.contains(&counted),
                    "`{}` with {fault:?} at write {nth}: {counted} effects instead of {range:?}",
                    story.name
                );
            }
        }
    }
}
