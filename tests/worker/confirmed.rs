//! Only confirmed effects happen: none outside the confirmed plan, whatever happens between two passes.
//!
//! The ordinary run takes a part of the faults and changes at each write, `EVERY_WRITE=1` all of them (`tests/enumerations.sh`).

use std::collections::{BTreeMap, BTreeSet};

use core_monitor_domain::command::{ApplyOptions, Command, CommandPayload, CommandStatus, FailureCode};
use core_monitor_domain::ids::{ContainerId, PlanId};
use core_monitor_domain::journal::{Answer, Entry};
use core_monitor_domain::observation::ApiVersion;
use core_monitor_domain::plan::{Cause, Operation};
use core_monitor_domain::ports::EventFilter;
use core_monitor_simulation::engine::{API_1_41, API_1_44, Fault, ForeignContainer, SimContainerEngine};

use crate::installation::{Installation, STRANGER, apply};
use crate::stories::{self, Prepared, Story};
use crate::{every_write, queue_text, runtime};

/// A foreign change on the host.
#[derive(Debug, Clone, Copy)]
enum Change {
    Kill(&'static str),
    Remove(&'static str),
    Pause(&'static str),
    Rename(&'static str),
    Break(&'static str),
    TakeName(&'static str),
    MakeNetwork(&'static str),
}

const CHANGES: [Change; 16] = [
    Change::Kill("shop-db-1"),
    Change::Remove("shop-web-1"),
    Change::Pause("shop-db-1"),
    Change::Rename("shop-web-2"),
    Change::Break("shop-app-1"),
    Change::TakeName("shop-web-3"),
    Change::MakeNetwork("shop_front"),
    Change::Kill("shop-app-1"),
    Change::Remove("shop-db-1"),
    Change::Pause("shop-web-1"),
    Change::Rename("shop-db-1"),
    Change::Break("shop-web-1"),
    Change::TakeName("shop-app-1"),
    Change::MakeNetwork("shop_back"),
    Change::Kill("shop-web-2"),
    Change::Remove("shop-migrate-1"),
];

impl Change {
    /// Makes the change if possible. Returns containers that it created.
    fn happen(self, engine: &SimContainerEngine) -> Option<ContainerId> {
        let named = |name| engine.container_named(name);
        match self {
            Self::Kill(name) => drop(named(name).map(|id| engine.kill(&id))),
            Self::Remove(name) => drop(named(name).map(|id| engine.remove_by_hand(&id))),
            Self::Pause(name) => drop(named(name).map(|id| engine.pause(&id))),
            Self::Rename(name) => drop(named(name).map(|id| engine.rename_by_hand(&id, "moved-away"))),
            Self::Break(name) => drop(named(name).map(|id| engine.mark_dead(&id))),
            Self::MakeNetwork(name) => drop(engine.create_network_by_hand(name)),
            Self::TakeName(name) => {
                let image = "stranger:1".to_owned();
                let foreign =
                    ForeignContainer { name: name.to_owned(), image, ..ForeignContainer::default() };
                return engine.run_foreign(foreign).ok();
            }
        }
        None
    }
}

/// The stories with a plan to confirm.
fn confirmable() -> Vec<Story> {
    let is_planned = |story: &Story| {
        story.command.options().is_some() || matches!(story.command, CommandPayload::Delete { .. })
    };
    stories::all().into_iter().filter(is_planned).collect()
}

fn confirming(payload: CommandPayload, plan_id: PlanId) -> CommandPayload {
    let options = ApplyOptions { plan_id: Some(plan_id), ..ApplyOptions::default() };
    match payload {
        CommandPayload::Apply { version, .. } => CommandPayload::Apply { version, options },
        CommandPayload::Rollback { version, refresh_images, .. } => {
            CommandPayload::Rollback { version, refresh_images, options }
        }
        CommandPayload::Delete { what, .. } => CommandPayload::Delete { what, plan_id: Some(plan_id) },
        other => other,
    }
}

/// How a story with a confirmed plan ended.
struct Ending {
    command: Command,
    world: String,
    writes: u64,
}

/// Runs the story with a confirmed plan. At each of the `crashes` the worker dies, and the change happens before the
/// next one observes the engine.
fn tell(story: &Story, api: ApiVersion, crashes: &[(u64, Fault, Option<Change>)]) -> Ending {
    runtime().block_on(async {
        let Prepared { installation, stack, stranger } = story.prepare(api).await;
        let engine = &installation.engine;
        let plan_id = installation.plan(stack, &story.command).await;
        // A stack that is deleted takes its plans with it.
        let shown = installation.database.plan_store().find(plan_id).await.unwrap().unwrap().plan;
        let existing = engine.names();
        let before = engine.writes();
        for (nth, fault, _) in crashes {
            engine.fail_at(*nth, *fault);
        }
        let id = installation.enqueue(stack, confirming(story.command.clone(), plan_id)).await;
        let mut changes = crashes.iter().filter_map(|(_, _, change)| *change);
        let mut foreign = BTreeSet::from([stranger.clone()]);
        let command = installation
            .settle_with(id, || foreign.extend(changes.next().and_then(|change| change.happen(engine))))
            .await;
        let queue = queue_text::render(&installation).await;

        // The oracle does not use fingerprints: it compares texts, and the objects that existed before.
        let sentences: BTreeSet<&str> = shown.steps.iter().map(|step| step.sentence.text()).collect();
        let filter = EventFilter { command_id: Some(id), limit: 100_000, ..EventFilter::default() };
        let events = installation.database.command_queue().events(&filter).await.unwrap();
        let mut done: BTreeMap<String, usize> = BTreeMap::new();
        for intent in events.iter().filter_map(|event| match &event.line.entry {
            Entry::Intent(intent) => Some(intent),
            _ => None,
        }) {
            let ours = |id: &ContainerId| !existing.contains_key(id) && !foreign.contains(id);
            let own = intent.container.as_ref().is_some_and(ours);
            // The container may have been renamed since; it is the same one.
            let shown_as = intent.container.as_ref().and_then(|id| existing.get(id));
            let action = shown_as.map(|name| intent.action.text().replace(intent.target.as_str(), name));
            let action = action.unwrap_or_else(|| intent.action.to_string());
            // Two things happen that nobody confirmed. A former container that the command has stopped is started again before
            // it fails, with its files and hooks as at every start, so that nothing stays down on its account; and of two
            // networks that one request made, one goes.
            let starting = [Operation::CopyFiles, Operation::StartContainer, Operation::PostStart];
            let restored = starting.contains(&intent.operation)
                && shown_as.is_some()
                && intent.cause == Cause::Restored.message();
            let surplus = intent.operation == Operation::RemoveNetwork
                && intent.cause == Cause::Duplicate.message()
                && crashes.iter().any(|(_, fault, _)| *fault == Fault::Twice);
            let unconfirmed = (restored && command.status == CommandStatus::Failed) || surplus;
            assert!(
                own || unconfirmed || sentences.contains(action.as_str()),
                "`{}`, {crashes:?}: `{}` is not in the confirmed plan\n{shown}\n{queue}",
                story.name,
                intent.action
            );
            let step = intent.step_id.and_then(|id| shown.steps.iter().find(|step| step.id == id));
            // So these two are all that names no step.
            assert!(
                (unconfirmed && intent.step_id.is_none())
                    || step.is_some_and(|step| step.op == intent.operation.as_str()),
                "`{}`, {crashes:?}: `{}` names step {:?}\n{shown}\n{queue}",
                story.name,
                intent.action,
                intent.step_id
            );
            let succeeded = events.iter().any(|event| match &event.line.entry {
                Entry::Outcome(outcome) => {
                    outcome.effect == intent.effect && matches!(outcome.answer, Answer::Succeeded { .. })
                }
                _ => false,
            });
            // These prepare the step after them, and come again when the command is interrupted in between.
            let prepares = [Operation::CopyFiles, Operation::PreStop].contains(&intent.operation);
            if succeeded && !prepares && !surplus {
                *done.entry(action).or_default() += 1;
            }
        }
        let twice: Vec<_> = done.iter().filter(|(_, times)| **times > 1).collect();
        assert_eq!(twice, [], "`{}`, {crashes:?}: done twice\n{shown}\n{queue}", story.name);
        assert_eq!(engine.container_named(STRANGER), Some(stranger), "{}", story.name);
        Ending { command, world: engine.render(), writes: engine.writes() - before }
    })
}

#[test]
fn a_confirmed_plan_completes_wherever_the_worker_dies() {
    let (mut histories, mut all) = (0, 0);
    for (place, story) in confirmable().into_iter().enumerate() {
        // Engines before 1.44 connect additional networks one by one, so there are more points to die at.
        let api = if place % 2 == 0 { API_1_41 } else { API_1_44 };
        let undisturbed = tell(&story, api, &[]);
        assert_eq!(undisturbed.command.status, CommandStatus::Done, "{:?}", undisturbed.command.failure);
        for nth in 1..=undisturbed.writes {
            // Each write gets a crash before and after it, and one of the other faults.
            let other = [Fault::ReplyLost, Fault::Late { ticks: 3 }, Fault::Twice, Fault::ErrorAfter];
            let other = other[usize::try_from(nth).unwrap() % other.len()];
            for (turn, fault) in (nth..).zip([Fault::CrashBefore, Fault::CrashAfter, other]) {
                all += 1;
                // Each fault at one of three writes in a row, and both crashes at the first and at the last one.
                let is_end = (nth == 1 || nth == undisturbed.writes) && fault != other;
                if turn % 3 != 0 && !is_end && !every_write() {
                    continue;
                }
                let ending = tell(&story, api, &[(nth, fault, None)]);
                let failure = &ending.command.failure;
                let patience =
                    failure.as_ref().is_some_and(|failure| failure.code == FailureCode::BuildFailed);
                assert!(
                    ending.command.status == CommandStatus::Done || patience,
                    "`{}` with {fault:?} at write {nth}: {failure:?}",
                    story.name
                );
                if !patience {
                    assert_eq!(ending.world, undisturbed.world, "`{}` with {fault:?} at {nth}", story.name);
                }
                histories += 1;
            }
        }
    }
    println!("{histories} of {all} histories of confirmed plans, all carried out");
    assert!(all > 300, "only {all}: the stories have become too short");
}

#[test]
fn no_effect_is_outside_the_confirmed_plan_when_the_host_changes_between_passes() {
    let (mut stale, mut done, mut next) = (0, 0, 0);
    let mut seen: BTreeMap<&'static str, u32> = BTreeMap::new();
    let changes = if every_write() { 3 } else { 2 };
    for story in confirmable() {
        let writes = tell(&story, API_1_41, &[]).writes;
        for nth in 1..=writes {
            // Each point gets some of the changes, and a story of eight writes gets all of them.
            for _ in 0..changes {
                next = (next + 1) % CHANGES.len();
                let change = CHANGES[next];
                let fault = if nth % 2 == 0 { Fault::CrashBefore } else { Fault::CrashAfter };
                let second = (nth + 3, Fault::CrashBefore, Some(CHANGES[(next * 7 + 3) % CHANGES.len()]));
                let Ending { command, .. } = tell(&story, API_1_41, &[(nth, fault, Some(change)), second]);
                match (command.status, command.failure.map(|failure| failure.code)) {
                    (CommandStatus::Done, _) => done += 1,
                    (CommandStatus::Failed, Some(FailureCode::PlanStale)) => stale += 1,
                    (CommandStatus::Failed, Some(code)) => *seen.entry(code.as_str()).or_default() += 1,
                    (status, _) => panic!("`{}` ended {status} after {change:?} at write {nth}", story.name),
                }
            }
        }
    }
    println!("{done} went through, {stale} stopped as stale, others: {seen:?}");
    assert!(done > 50 && stale > 50, "{done} went through and {stale} were stale: this proves little");
}

const BY_NAME: &str = "
services:
  side: {image: 'web:1', restart: always, network_mode: 'container:shop-vpn-1'}
  vpn: {image: 'app:1', restart: always, environment: {COLOR: red}}
";

/// Updates the container whose namespace another one shares by name, with a confirmed plan and `fault` at the nth write.
/// Returns the writes.
async fn replaced_by_name(nth: u64, fault: Option<Fault>) -> u64 {
    let installation = Installation::new(API_1_41);
    stories::furnish(&installation);
    let stack = installation.create(BY_NAME).await;
    installation.update(stack, &BY_NAME.replace("red", "blue")).await;
    let first = installation.carry_out(stack, apply(1)).await;
    assert_eq!(first.status, CommandStatus::Done, "{:?}", first.failure);
    let plan_id = installation.plan(stack, &apply(2)).await;
    let before = installation.engine.writes();
    if let Some(fault) = fault {
        installation.engine.fail_at(nth, fault);
    }
    let command = installation.carry_out(stack, confirming(apply(2), plan_id)).await;
    let queue = queue_text::render(&installation).await;
    let context = format!("{fault:?} at write {nth}");
    assert_eq!(command.status, CommandStatus::Done, "{context}: {:?}\n{queue}", command.failure);
    let world = installation.engine.render();
    assert!(world.contains("  mode container:shop-vpn-1\n"), "{context}\n{world}");
    let up = world.lines().filter(|line| line.starts_with("container shop-") && line.contains(" running "));
    assert_eq!(up.count(), 2, "{context}\n{world}");
    installation.engine.writes() - before
}

#[test]
fn who_shares_a_namespace_by_name_is_replaced_within_the_confirmed_plan() {
    let tell = |nth, fault| runtime().block_on(replaced_by_name(nth, fault));
    let writes = tell(0, None);
    for nth in 1..=writes {
        for fault in [Fault::CrashBefore, Fault::CrashAfter, Fault::ReplyLost] {
            tell(nth, Some(fault));
        }
    }
}

#[test]
fn a_retry_does_not_get_around_the_confirmation() {
    // What is left to do after the change is part of the plan, so only the comparison as a whole notices it.
    let story = confirmable().into_iter().find(|story| story.name == "service removed").unwrap();
    runtime().block_on(async {
        let Prepared { installation, stack, .. } = story.prepare(API_1_41).await;
        let plan_id = installation.plan(stack, &story.command).await;
        Change::Remove("shop-web-1").happen(&installation.engine);
        let (writes, world) = (installation.engine.writes(), installation.engine.render());
        let id = installation.enqueue(stack, confirming(story.command.clone(), plan_id)).await;
        for attempt in 1..=2 {
            let command = installation.settle(id).await;
            let code = command.failure.map(|failure| failure.code);
            assert_eq!(code, Some(FailureCode::PlanStale), "attempt {attempt}");
            installation.retry(id).await;
        }
        assert_eq!((installation.engine.writes(), installation.engine.render()), (writes, world));
    });
}
