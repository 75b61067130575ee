//! Interrupted means resumed: every story, broken off at every write in every way, ends as if nothing had happened.

use std::collections::BTreeSet;

use core_monitor_domain::command::{Command, CommandStatus, FailureCode};
use core_monitor_domain::observation::ApiVersion;
use core_monitor_simulation::engine::{API_1_41, API_1_44, Fault};

use crate::installation::STRANGER;
use crate::queue_text;
use crate::stories::{self, Scene, Story};

/// Everything that can happen around one write.
const FAULTS: [Fault; 7] = [
    Fault::CrashBefore,
    Fault::CrashAfter,
    Fault::ReplyLost,
    Fault::Late { ticks: 3 },
    Fault::ErrorBefore,
    Fault::ErrorAfter,
    Fault::Twice,
];

/// How a story ended.
struct Ending {
    /// Containers, networks, volumes, and images.
    world: String,
    writes: u64,
    /// What was built, each once.
    built: BTreeSet<(String, String)>,
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build().unwrap()
}

/// Tells the story with faults at the given writes of its command.
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
        assert_eq!(stack.deleted_at.is_some(), engine.render().find("shop-").is_none(), "{}", context());
        let built = engine.builds().into_iter().skip(built_before);
        let (again, built): (Vec<_>, Vec<_>) = built.partition(|build| build.again);
        assert!(again.len() <= doubled(faults), "{}: built again: {again:?}", context());
        let world = engine.render() + &engine.render_images();
        Ending { world, writes, built: built.into_iter().map(|build| (build.image, build.hash)).collect() }
    })
}

/// Whether the worker waits for an answer until its patience is at an end.
fn is_silent(fault: Fault) -> bool {
    matches!(fault, Fault::ReplyLost | Fault::Late { .. })
}

/// A build that took longer than it may is left to people: they retry the command.
fn is_given_up(command: &Command) -> bool {
    command.failure.as_ref().is_some_and(|failure| failure.code == FailureCode::BuildFailed)
}

/// Faults that make the engine do the same thing once more behind the worker's back.
fn doubled(faults: &[(u64, Fault)]) -> usize {
    faults.iter().filter(|(_, fault)| matches!(fault, Fault::Twice | Fault::Late { .. })).count()
}

fn enumerate(story: &Story, api: ApiVersion) -> u64 {
    let undisturbed = tell(story, api, &[]);
    let mut histories = 0;
    for nth in 1..=undisturbed.writes {
        for fault in FAULTS {
            let ending = tell(story, api, &[(nth, fault)]);
            histories += 1;
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

#[test]
fn every_story_survives_every_fault_at_every_write() {
    let mut histories = 0;
    for api in [API_1_41, API_1_44] {
        for story in stories::all() {
            let told = enumerate(&story, api);
            println!("API {api} {:<36} {told:>5} histories", story.name);
            histories += told;
        }
    }
    println!("{histories} histories, none ended otherwise");
    assert!(
        histories > 1_000,
        "only {histories} histories: the stories have become too short to prove anything"
    );
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
    for story in stories::all() {
        let undisturbed = tell(&story, API_1_41, &[]);
        for first in 1..=undisturbed.writes {
            // The second one hits soon after the first, where the repair is at work.
            for second in first + 1..=(first + 3) {
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
