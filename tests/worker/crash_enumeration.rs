//! Interrupted commands are resumed: every story, interrupted at every write by every fault, ends in the same state as
//! without interruption.
//!
//! The ordinary run takes a third of the faults at each write, others at the next one and at the other engine; `EVERY_WRITE=1`
//! takes all of them (`tests/enumerations.sh`).

use std::collections::BTreeSet;

use core_monitor_domain::command::{Command, CommandPayload, CommandStatus, FailureCode};
use core_monitor_domain::observation::ApiVersion;
use core_monitor_simulation::engine::{API_1_41, API_1_44, Fault};

use crate::installation::STRANGER;
use crate::stories::{self, Scene, Story};
use crate::{every_write, queue_text, runtime};

/// Every fault of a write that does not end a command.
pub(crate) const FAULTS: [Fault; 7] = [
    Fault::CrashBefore,
    Fault::CrashAfter,
    Fault::ReplyLost,
    Fault::Late { ticks: 3 },
    Fault::ErrorBefore,
    Fault::ErrorAfter,
    Fault::Twice,
];

/// The final state of a story.
struct Ending {
    /// Containers, networks, volumes, and images.
    world: String,
    writes: u64,
    /// Built images, without duplicates.
    built: BTreeSet<(String, String)>,
}

/// Runs the story with faults at the given writes of its command.
fn tell(story: &Story, api: ApiVersion, faults: &[(u64, Fault)]) -> Ending {
    runtime().block_on(async {
        let Scene { installation, stack, command, stranger } = story.begin(api).await;
        let engine = &installation.engine;
        let (before, built_before) = (engine.writes(), engine.builds().len());
        for (nth, fault) in faults {
            engine.fail_at(*nth, *fault);
        }
        let id = command;
        let mut command = installation.settle(id).await;
        if faults.iter().any(|(_, fault)| is_silent(*fault)) && is_given_up(&command) {
            installation.retry(id).await;
            command = installation.settle(id).await;
        }
        let writes = engine.writes() - before;
        let context = || format!("{} at API {api}, {faults:?}", story.name);
        let queue = queue_text::render(&installation).await;
        assert_eq!(command.status, CommandStatus::Done, "{}\n{queue}", context());
        assert_eq!(engine.container_named(STRANGER), Some(stranger), "{}", context());
        let stack = installation.stack(stack).await;
        let (is_deleted, is_left) = match &story.command {
            CommandPayload::Delete { what, .. } => (what.definition, !what.containers),
            _ => (false, true),
        };
        let left = engine.render().contains("shop-");
        assert_eq!((stack.deleted_at.is_some(), left), (is_deleted, is_left), "{}", context());
        assert!(is_left || is_deleted || stack.current_version.is_none(), "{}", context());
        let built = engine.builds().into_iter().skip(built_before);
        let (again, built): (Vec<_>, Vec<_>) = built.partition(|build| build.again);
        assert!(again.len() <= doubled(faults), "{}: built again: {again:?}", context());
        let world = engine.render() + &engine.render_images();
        Ending { world, writes, built: built.into_iter().map(|build| (build.image, build.hash)).collect() }
    })
}

/// Whether the worker waits for an answer until its deadline.
fn is_silent(fault: Fault) -> bool {
    matches!(fault, Fault::ReplyLost | Fault::Late { .. })
}

/// A build that exceeded its deadline needs a person who retries the command.
fn is_given_up(command: &Command) -> bool {
    command.failure.as_ref().is_some_and(|failure| failure.code == FailureCode::BuildFailed)
}

/// The number of faults that make the engine do something twice without the worker's knowledge.
fn doubled(faults: &[(u64, Fault)]) -> usize {
    faults.iter().filter(|(_, fault)| matches!(fault, Fault::Twice | Fault::Late { .. })).count()
}

/// How many histories were told of a story, and how many there are.
#[derive(Debug, Clone, Copy)]
struct Histories {
    told: u64,
    all: u64,
}

fn enumerate(story: &Story, api: ApiVersion) -> Histories {
    let undisturbed = tell(story, api, &[]);
    let mut histories = Histories { told: 0, all: 0 };
    for nth in 1..=undisturbed.writes {
        for (place, fault) in (nth + u64::from(api == API_1_44)..).zip(FAULTS) {
            histories.all += 1;
            if place % 3 != 0 && !every_write() {
                continue;
            }
            let ending = tell(story, api, &[(nth, fault)]);
            histories.told += 1;
            assert_eq!(
                ending.world, undisturbed.world,
                "`{}` at API {api} ends otherwise after {fault:?} at write {nth}",
                story.name
            );
            assert_eq!(ending.built, undisturbed.built, "`{}` with {fault:?} at write {nth}", story.name);
        }
    }
    histories
}

/// Every fourth story, from this one on, on both engines: the whole takes minutes of processor time, which tests of their own
/// share.
#[expect(clippy::print_stdout, reason = "the figures are what a reader of the run wants to see")]
fn a_quarter_survives(first: usize) {
    let (mut histories, mut all) = (0, 0);
    for api in [API_1_41, API_1_44] {
        for story in stories::all().into_iter().skip(first).step_by(4) {
            let its = enumerate(&story, api);
            println!("API {api} {:<36} {:>5} of {} histories", story.name, its.told, its.all);
            histories += its.told;
            all += its.all;
        }
    }
    println!("{histories} of {all} histories, none ended otherwise");
    assert!(all > 250, "only {all} histories: the stories have become too short to prove anything");
}

#[test]
fn every_story_survives_every_fault_at_every_write_1() {
    a_quarter_survives(0);
}

#[test]
fn every_story_survives_every_fault_at_every_write_2() {
    a_quarter_survives(1);
}

#[test]
fn every_story_survives_every_fault_at_every_write_3() {
    a_quarter_survives(2);
}

#[test]
fn every_story_survives_every_fault_at_every_write_4() {
    a_quarter_survives(3);
}

#[test]
fn every_deployment_survives_every_fault_at_every_write() {
    for api in [API_1_41, API_1_44] {
        for story in stories::deployments() {
            let histories = enumerate(&story, api);
            assert!(histories.all >= 7, "`{}` writes nothing", story.name);
        }
    }
}

#[test]
fn only_what_changed_is_built() {
    let ending = |name| {
        let story = stories::all().into_iter().find(|story| story.name == name).unwrap();
        let Ending { world, built, .. } = tell(&story, API_1_41, &[]);
        let images = world.lines().filter(|line| line.starts_with("image shop-")).count();
        (built.iter().map(|(image, _)| image.clone()).collect::<Vec<_>>(), images)
    };
    let both = ["shop-app:latest".to_owned(), "shop-base:latest".to_owned()];
    assert_eq!(ending("images built"), (both.to_vec(), 2));
    assert_eq!(ending("images built from a changed file"), (both[1..].to_vec(), 2));
    assert_eq!(ending("rolled back to images that were built"), (Vec::new(), 2));
}

#[test]
fn two_crashes_in_a_row_are_no_worse() {
    let mut histories = 0;
    for story in stories::all().into_iter().chain(stories::deployments()) {
        let undisturbed = tell(&story, API_1_41, &[]);
        for first in 1..=undisturbed.writes {
            // The second fault comes soon after the first, during the repair.
            for second in first + 1..=(first + 3) {
                // One of the three, at another distance each time.
                if (first + second) % 3 != 0 && !every_write() {
                    continue;
                }
                let faults = [(first, Fault::CrashAfter), (second, Fault::CrashBefore)];
                let ending = tell(&story, API_1_41, &faults);
                histories += 1;
                assert_eq!(
                    ending.world, undisturbed.world,
                    "`{}` ends otherwise after {faults:?}",
                    story.name
                );
            }
        }
    }
    println!("{histories} double crashes, none ended otherwise");
}
