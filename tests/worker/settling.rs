//! What a command that fails or is cancelled does before it ends, while the engine, the database and the workers give
//! trouble: it keeps its reason, tries nothing for ever, and says what it brought back.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::time::Duration;

use core_monitor_domain::command::{
    ApplyOptions, Command, CommandPayload, CommandStatus, Failure, FailureCode, OnFailure,
};
use core_monitor_domain::ids::{CommandId, StackId, VersionNumber};
use core_monitor_domain::journal::{Answer, Entry, Sighting};
use core_monitor_domain::plan::Operation;
use core_monitor_domain::ports::{Clock as _, EventFilter};
use core_monitor_simulation::engine::{API_1_41, API_1_44, Behaviour, Fault, ForeignContainer, SimImage};
use core_monitor_simulation::store::StoreFault;
use tokio_util::sync::CancellationToken;

use crate::crash_enumeration::FAULTS;
use crate::installation::{Installation, apply};
use crate::{queue_text, runtime, stories};

/// Names of the services' replicas that are up: `web-2`.
async fn up(installation: &Installation, stack: StackId) -> BTreeSet<String> {
    let observed = installation.observe().await.narrowed(stack);
    let up = observed.containers.iter().filter(|container| container.state.is_up());
    up.filter_map(|container| Some(format!("{}-{}", container.service()?, container.slot()?))).collect()
}

/// `queue` and `mail` take `hooks` steps to stop, and `api` is independent of them.
fn neighbours(color: &str, api: &str, hooks: usize) -> String {
    let drain = vec!["{ command: drain }"; hooks].join(", ");
    let slow = |name| {
        format!(
            "  {name}:
    image: web:1
    restart: unless-stopped
    environment: {{ COLOR: {color} }}
    pre_stop: [{drain}]
"
        )
    };
    let api = format!(
        "  api:
    image: {api}
    restart: \"no\"
    environment: {{ COLOR: {color} }}
"
    );
    format!("services:\n{}{}{api}", slow("queue"), slow("mail"))
}

/// An update of all three services.
#[derive(Debug, Clone, Copy)]
struct Update {
    /// Of `api`.
    image: &'static str,
    hooks: usize,
    confirmed: bool,
    on_failure: OnFailure,
    /// The image of version 1 is gone, so that nothing leads back.
    stranded: bool,
}

impl Update {
    fn new(image: &'static str, hooks: usize) -> Self {
        Self { image, hooks, confirmed: false, on_failure: OnFailure::Hold, stranded: false }
    }

    fn confirmed(self) -> Self {
        Self { confirmed: true, ..self }
    }

    fn rolled_back(self) -> Self {
        Self { on_failure: OnFailure::Rollback, ..self }
    }

    /// Version 1 runs, and the update waits.
    async fn begin(&self) -> (Installation, StackId, CommandId) {
        let installation = Installation::new(API_1_41);
        stories::furnish(&installation);
        let engine = &installation.engine;
        engine.add_image(SimImage::new("broken:1").behaviour(Behaviour::exits(1, 9)));
        engine.add_image(SimImage::new("unstartable:1").behaviour(Behaviour::missing()));
        let stack = installation.create(&neighbours("red", "app:1", self.hooks)).await;
        installation.update(stack, &neighbours("blue", self.image, self.hooks)).await;
        installation.carry_out(stack, apply(1)).await;
        if self.stranded {
            engine.forget_image("app:1");
        }
        let plan_id = if self.confirmed { Some(installation.plan(stack, &apply(2)).await) } else { None };
        let options = ApplyOptions { plan_id, on_failure: self.on_failure, ..ApplyOptions::default() };
        let payload = CommandPayload::Apply { version: VersionNumber(2), options };
        let id = installation.enqueue(stack, payload).await;
        (installation, stack, id)
    }

    /// Carries it out with these faults, which it fails with or without. What ran before runs afterwards, unless the engine
    /// refused to start it, and the failure says what was started again.
    async fn fail(&self, faults: &[(u64, Fault)]) -> Ending {
        let (installation, stack, id) = self.begin().await;
        for (nth, fault) in faults {
            installation.engine.fail_at(*nth, *fault);
        }
        let before = installation.engine.writes();
        let command = installation.settle(id).await;
        let writes = installation.engine.writes() - before;
        let story = format!(
            "{self:?}, {faults:?}\n{}\n{}",
            queue_text::render(&installation).await,
            installation.engine.render()
        );
        assert_eq!(command.status, CommandStatus::Failed, "{story}");
        let failure = command.failure.unwrap();
        let (refused, brought_back) = refused_and_brought_back(&installation, id).await;
        let up = up(&installation, stack).await;
        for service in ["queue-1", "mail-1"] {
            let refused = refused.iter().any(|name| name.contains(service));
            assert!(up.contains(service) || refused, "{service} is down: {story}");
        }
        for name in brought_back {
            assert!(failure.text().contains(&format!("started `{name}` again")), "{name}: {story}");
        }
        Ending { code: failure.code, text: failure.text(), writes, story }
    }
}

/// How a failed update ended.
struct Ending {
    code: FailureCode,
    /// What it says.
    text: String,
    writes: u64,
    /// For messages.
    story: String,
}

/// What the engine refused to start or, while the command was ending, to do for a container, by name; and the containers that
/// the command had stopped and started again while it was ending.
async fn refused_and_brought_back(
    installation: &Installation,
    id: CommandId,
) -> (BTreeSet<String>, BTreeSet<String>) {
    let filter = EventFilter { command_id: Some(id), limit: 10_000, ..EventFilter::default() };
    let events = installation.database.command_queue().events(&filter).await.unwrap();
    let answer = |effect| {
        events.iter().rev().find_map(|event| match &event.line.entry {
            Entry::Outcome(outcome) if outcome.effect == effect => Some(&outcome.answer),
            _ => None,
        })
    };
    let (mut refused, mut stopped, mut back, mut ending) =
        (BTreeSet::new(), BTreeSet::new(), BTreeSet::new(), false);
    for event in &events {
        match &event.line.entry {
            Entry::Settling { .. } => ending = true,
            Entry::Intent(intent) => {
                let (starts, name) =
                    (intent.operation == Operation::StartContainer, intent.target.to_string());
                let stops = intent.operation == Operation::StopContainer;
                assert!(!(stops && ending), "it stops something while it is ending: {}", intent.action);
                match answer(intent.effect) {
                    Some(Answer::Failed { .. }) if starts || ending => drop(refused.insert(name)),
                    Some(Answer::Succeeded { .. } | Answer::Seen(Sighting::Running))
                        if starts && ending && stopped.contains(&name) =>
                    {
                        back.insert(name);
                    }
                    _ if stops => drop(stopped.insert(name)),
                    _ => {}
                }
            }
            _ => {}
        }
    }
    (refused, back)
}

/// Lets workers run until one of them dies.
async fn run_until_crash(installation: &Installation) {
    let (worker, shutdown, crashes) =
        (installation.worker(), CancellationToken::new(), installation.engine.crashes());
    tokio::select! {
        biased;
        () = installation.engine.crashed_since(crashes) => {}
        () = worker.run(&shutdown) => unreachable!("nobody told it to end"),
        () = installation.clock.sleep(Duration::from_hours(1)) => panic!("the write did not come"),
    }
}

/// What a worker reads from the database before it converges, or when it goes back.
const READS: [&str; 6] = [
    "StackStore::find_with_deleted",
    "StackStore::find_version",
    "StackStore::predecessors",
    "StackStore::last_release",
    "PlanStore::find",
    "WorkerQueue::journal",
];

#[test]
fn a_cancel_while_the_database_does_not_answer_is_carried_out() {
    let mut struck = 0;
    for update in [Update::new("broken:1", 1).rolled_back(), Update::new("app:1", 1).confirmed()] {
        for read in READS {
            // Late enough for the first one to be going back, at the end.
            for nth in [1, 4, 8] {
                struck += u32::from(runtime().block_on(async {
                    let (installation, stack, id) = update.begin().await;
                    installation.engine.fail_at(nth, Fault::CrashAfter);
                    run_until_crash(&installation).await;
                    installation.cancel(id).await;
                    installation.database.inject(read, StoreFault::Refused);
                    installation.database.inject(read, StoreFault::Refused);
                    let command = installation.settle(id).await;
                    let struck = installation.database.pending_faults().is_empty();
                    assert_eq!(command.status, CommandStatus::Cancelled, "{update:?}, write {nth}, {read}");
                    // The queue goes on.
                    let next = installation.carry_out(stack, apply(1)).await;
                    assert_eq!(next.status, CommandStatus::Done, "{update:?}, write {nth}, {read}");
                    struck
                }));
            }
        }
    }
    assert!(struck > 20, "only {struck} faults happened");
}

/// The update fails with the same code wherever workers die and whatever goes wrong once.
#[expect(clippy::print_stdout, reason = "the figure is what a reader of the run wants to see")]
fn ends_alike(update: Update) {
    let tell = |faults: &[_]| runtime().block_on(update.fail(faults));
    let undisturbed = tell(&[]);
    for nth in 1..=undisturbed.writes {
        for fault in FAULTS {
            let ending = tell(&[(nth, fault)]);
            assert_eq!(ending.code, undisturbed.code, "{}", ending.story);
            // The way back leads to an image that is gone.
            let complete = update.stranded || !ending.text.contains("could not bring back");
            assert!(complete, "{}", ending.story);
        }
        // The next worker dies as well.
        let ending = tell(&[(nth, Fault::CrashAfter), (nth + 2, Fault::CrashBefore)]);
        assert_eq!(ending.code, undisturbed.code, "{}", ending.story);
    }
    println!("{} writes, none ended the update otherwise", undisturbed.writes);
    assert!(undisturbed.writes > 10, "the update has become too short to prove anything");
}

#[test]
fn an_update_that_fails_ends_alike_wherever_it_is_interrupted() {
    ends_alike(Update::new("broken:1", 0));
    ends_alike(Update::new("unstartable:1", 3));
}

#[test]
fn a_confirmed_update_that_fails_ends_alike_wherever_it_is_interrupted() {
    ends_alike(Update::new("broken:1", 1).confirmed());
    ends_alike(Update::new("unstartable:1", 2).confirmed());
}

#[test]
fn an_update_that_cannot_even_go_back_ends_alike_wherever_it_is_interrupted() {
    ends_alike(Update { stranded: true, ..Update::new("unstartable:1", 1).rolled_back() });
}

#[test]
fn what_the_engine_refuses_is_left_out_and_the_rest_comes_back() {
    for hooks in [0, 2] {
        for confirmed in [false, true] {
            let update = Update { confirmed, ..Update::new("broken:1", hooks) };
            let undisturbed = runtime().block_on(update.fail(&[]));
            for nth in 1..=undisturbed.writes {
                for refusals in [1, 4] {
                    let faults: Vec<_> = (nth..nth + refusals).map(|at| (at, Fault::Refused)).collect();
                    let ending = runtime().block_on(update.fail(&faults));
                    assert!(
                        ending.writes < undisturbed.writes + 15,
                        "{} writes: {}",
                        ending.writes,
                        ending.story
                    );
                }
            }
        }
    }
}

/// `web-1` is updated, and from its `nth` write on the engine does not do what it is asked for, `times` in a row.
async fn single(nth: u64, times: u64, fault: Fault) -> Option<(Command, Installation, bool, u64)> {
    let installation = Installation::new(API_1_44);
    stories::furnish(&installation);
    let web = "services: { web: { image: 'web:1', restart: always, environment: { COLOR: red } } }";
    let stack = installation.create(web).await;
    installation.update(stack, &web.replace("red", "blue")).await;
    installation.carry_out(stack, apply(1)).await;
    for at in nth..nth + times {
        installation.engine.fail_at(at, fault);
    }
    let before = installation.engine.writes();
    let command = installation.carry_out(stack, apply(2)).await;
    let writes = installation.engine.writes() - before;
    let is_up = up(&installation, stack).await.contains("web-1");
    (writes >= nth).then_some((command, installation, is_up, writes))
}

#[test]
fn a_removal_that_keeps_failing_does_not_keep_the_former_container_down() {
    let mut points = 0;
    for nth in 1.. {
        let Some((command, installation, is_up, writes)) =
            runtime().block_on(single(nth, 9, Fault::ErrorBefore))
        else {
            break;
        };
        points += 1;
        let story = runtime().block_on(queue_text::render(&installation));
        let failure = command.failure.unwrap();
        assert_eq!(failure.code, FailureCode::EngineRefused, "{story}");
        assert!(is_up && writes < nth + 15, "{writes} writes from {nth} on: {story}");
        // From here on it refuses everything, for ever.
        let refused = runtime().block_on(single(nth, 1_000, Fault::Refused)).unwrap();
        let (command, installation, _, writes) = refused;
        let story = runtime().block_on(queue_text::render(&installation));
        assert_eq!(command.status, CommandStatus::Failed, "{story}");
        let notes = command.failure.unwrap().also.all().len();
        assert!(writes < nth + 5 && notes < 4, "{writes} writes and {notes} notes from {nth} on: {story}");
    }
    assert!(points > 3, "only {points} writes");
}

#[tokio::test(start_paused = true)]
async fn a_restart_that_was_cut_short_is_finished_before_a_cancelled_command_ends() {
    let yaml = "
services:
  db: { image: 'web:1', restart: always, environment: { COLOR: red } }
  web:
    image: 'web:1'
    restart: always
    depends_on: { db: { condition: service_started, restart: true } }
";
    let update = async || {
        let installation = Installation::new(API_1_41);
        stories::furnish(&installation);
        let stack = installation.create(yaml).await;
        installation.update(stack, &yaml.replace("red", "blue")).await;
        installation.carry_out(stack, apply(1)).await;
        let id = installation.enqueue(stack, apply(2)).await;
        (installation, stack, id)
    };
    let (installation, _, id) = update().await;
    installation.settle(id).await;
    let filter = EventFilter { command_id: Some(id), limit: 10_000, ..EventFilter::default() };
    let events = installation.database.command_queue().events(&filter).await.unwrap();
    let restart = events.iter().find_map(|event| match &event.line.entry {
        Entry::Intent(intent) if intent.operation == Operation::RestartContainer => Some(intent.effect.0),
        _ => None,
    });

    let (installation, stack, id) = update().await;
    installation.engine.fail_at(restart.unwrap(), Fault::CrashBefore);
    run_until_crash(&installation).await;
    // The engine got as far as stopping it.
    installation.engine.stop_by_hand(&installation.engine.container_named("shop-web-1").unwrap());
    installation.cancel(id).await;
    let command = installation.settle(id).await;
    assert_eq!(command.status, CommandStatus::Cancelled);
    let notes = command.result.unwrap().notes;
    assert!(notes.iter().any(|note| note.text().starts_with("started `shop-web-1` again")), "{notes:?}");
    assert!(up(&installation, stack).await.contains("web-1"), "{}", installation.engine.render());
}

#[tokio::test(start_paused = true)]
async fn a_failure_with_very_many_reasons_names_the_first_ones() {
    let installation = Installation::new(API_1_41);
    stories::furnish(&installation);
    let mut yaml = String::from("services:\n");
    for number in 0..70 {
        writeln!(yaml, "  s{number:02}: {{ image: 'web:1', restart: always }}").unwrap();
        let (name, image) = (format!("shop-s{number:02}-1"), "stranger:1".to_owned());
        let foreign = ForeignContainer { name, image, ..ForeignContainer::default() };
        installation.engine.run_foreign(foreign).unwrap();
    }
    let stack = installation.create(&yaml).await;
    let failure = installation.carry_out(stack, apply(1)).await.failure.unwrap();
    assert_eq!(failure.code, FailureCode::NameForeign);
    let also = failure.also.all();
    assert_eq!(also.len(), 11, "{}", failure.text());
    assert!(also[0].text().starts_with("also NAME_FOREIGN: "), "{}", also[0]);
    assert_eq!(also[10].text(), "and 59 more");
    // It is stored as JSON.
    let stored = serde_json::to_string(&failure).unwrap();
    assert_eq!(serde_json::from_str::<Failure>(&stored).unwrap(), failure);
}
