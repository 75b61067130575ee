//! Interrupted means resumed: every story, broken off at every write in every way, ends as if nothing had happened.

use core_monitor_domain::command::CommandStatus;
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
    world: String,
    writes: u64,
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build().unwrap()
}

/// Tells the story with faults at the given writes of its command.
fn tell(story: &Story, api: ApiVersion, faults: &[(u64, Fault)]) -> Ending {
    runtime().block_on(async {
        let Scene { installation, stack, command, stranger } = story.begin(api).await;
        let engine = &installation.engine;
        let before = engine.writes();
        for (nth, fault) in faults {
            engine.fail_at(*nth, *fault);
        }
        let command = installation.settle(command).await;
        let writes = engine.writes() - before;
        let context = || format!("{} at API {api}, {faults:?}", story.name);
        let queue = queue_text::render(&installation).await;
        assert_eq!(command.status, CommandStatus::Done, "{}\n{queue}", context());
        assert_eq!(engine.container_named(STRANGER), Some(stranger), "{}", context());
        let stack = installation.stack(stack).await;
        assert_eq!(stack.deleted_at.is_some(), engine.render().find("shop-").is_none(), "{}", context());
        Ending { world: engine.render(), writes }
    })
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
