//! A command with a large memory: nothing of it is lost when a worker dies at any point.

use std::time::Duration;

use core_monitor_domain::command::{
    ApplyOptions, Command, CommandPayload, CommandStatus, FailureCode, OnFailure,
};
use core_monitor_domain::ids::{StackId, VersionNumber};
use core_monitor_domain::ports::Clock as _;
use core_monitor_simulation::engine::{API_1_44, Behaviour, Fault, SimImage};

use crate::installation::{Installation, apply};
use crate::{every_write, queue_text, runtime};

/// How a command ended, and the final state of the engine.
struct Ending {
    command: Command,
    world: String,
    writes: u64,
}

/// Runs `payload` with a fault at one of its writes.
async fn carry_out(
    installation: &Installation,
    stack: StackId,
    payload: CommandPayload,
    fault: Option<(u64, Fault)>,
) -> Ending {
    let before = installation.engine.writes();
    if let Some((nth, fault)) = fault {
        installation.engine.fail_at(nth, fault);
    }
    let command = installation.carry_out(stack, payload).await;
    let writes = installation.engine.writes() - before;
    Ending { command, world: installation.engine.render(), writes }
}

const FALLS_OVER: &str = r"
services:
  db: { image: db:1, restart: always }
  web: { image: web:1, restart: always, depends_on: [db] }
";

/// An update whose new version writes 50 lines of 4 KiB and fails, and which then rolls back.
fn rolls_back(fault: Option<(u64, Fault)>) -> Ending {
    runtime().block_on(async {
        let installation = Installation::new(API_1_44);
        let engine = &installation.engine;
        engine.add_image(SimImage::new("db:1"));
        engine.add_image(SimImage::new("db:2").generation(2));
        engine.add_image(SimImage::new("web:1"));
        let lines: Vec<_> = (0..50).map(|line| format!("{line:02} {}", "x".repeat(4_093))).collect();
        let lines: Vec<_> = lines.iter().map(String::as_str).collect();
        let broken = Behaviour::exits(1, 1).saying(&lines);
        engine.add_image(SimImage::new("web:2").generation(2).behaviour(broken));
        let stack = installation.create(FALLS_OVER).await;
        let second = FALLS_OVER.replace("web:1, restart: always", "web:2").replace("db:1", "db:2");
        installation.update(stack, &second).await;
        let first = installation.carry_out(stack, apply(1)).await;
        assert_eq!(first.status, CommandStatus::Done, "{:?}", first.failure);
        let options = ApplyOptions { on_failure: OnFailure::Rollback, ..ApplyOptions::default() };
        let payload = CommandPayload::Apply { version: VersionNumber(2), options };
        let ending = carry_out(&installation, stack, payload, fault).await;
        let queue = queue_text::render(&installation).await;
        assert_eq!(ending.command.status, CommandStatus::Cancelled, "{fault:?}\n{queue}");
        let current = installation.stack(stack).await.current_version;
        assert_eq!(current, Some(VersionNumber(1)), "{fault:?}: it went forward to the version that failed");
        ending
    })
}

#[test]
fn a_rollback_with_200_kib_of_output_completes_wherever_the_worker_dies() {
    let undisturbed = rolls_back(None);
    let failure = undisturbed.command.failure.unwrap();
    assert_eq!((failure.code, failure.logs.len()), (FailureCode::ServiceExited, 50));
    assert!(failure.logs.iter().all(|line| line.len() == 4_096));
    assert!(undisturbed.world.contains("web:1") && !undisturbed.world.contains("web:2"));
    let mut histories = 0;
    for nth in 1..=undisturbed.writes {
        for fault in [Fault::CrashBefore, Fault::CrashAfter] {
            let ending = rolls_back(Some((nth, fault)));
            assert_eq!(ending.world, undisturbed.world, "{fault:?} at write {nth}");
            assert_eq!(ending.command.failure.as_ref(), Some(&failure), "{fault:?} at write {nth}");
            histories += 1;
        }
    }
    println!("{histories} histories of a rollback, all went back and kept their failure");
    assert!(histories >= 20, "only {histories}: the story has become too short");
}

/// Containers of the restarted stack: a list of their runs is twice as large as a journal line may be.
const MANY: u32 = 300;

fn restarts(fault: Option<(u64, Fault)>) -> Ending {
    runtime().block_on(async {
        let installation = Installation::new(API_1_44);
        installation.engine.add_image(SimImage::new("web:1"));
        let yaml = format!("services: {{web: {{image: web:1, restart: always, scale: {MANY}}}}}");
        let stack = installation.create(&yaml).await;
        let first = installation.carry_out(stack, apply(1)).await;
        assert_eq!(first.status, CommandStatus::Done, "{:?}", first.failure);
        let before = installation.engine.starts();
        installation.clock.sleep(Duration::from_secs(10)).await;
        let ending = carry_out(&installation, stack, CommandPayload::Restart { service: None }, fault).await;
        assert_eq!(ending.command.status, CommandStatus::Done, "{fault:?}: {:?}", ending.command.failure);
        let after = installation.engine.starts();
        let again = after.iter().filter(|(id, starts)| before.get(*id).is_some_and(|old| **starts > old + 1));
        // The interrupted write may be repeated; every other container restarts exactly once.
        assert!(again.count() <= 1, "{fault:?}: containers were restarted twice");
        let missed = before.iter().filter(|(id, old)| after.get(*id).is_none_or(|starts| starts <= *old));
        assert_eq!(missed.count(), 0, "{fault:?}: containers were not restarted");
        ending
    })
}

/// The worker dies at every n-th write: a sample, or every write with `EVERY_WRITE=1` (`tests/enumerations.sh`).
fn stride() -> usize {
    if every_write() { 1 } else { 25 }
}

#[test]
fn a_restart_of_300_containers_ends_each_run_once_wherever_the_worker_dies() {
    let undisturbed = restarts(None);
    assert_eq!(undisturbed.writes, u64::from(MANY));
    let mut histories = 0;
    for nth in (1..=undisturbed.writes).step_by(stride()) {
        for fault in [Fault::CrashBefore, Fault::CrashAfter] {
            let ending = restarts(Some((nth, fault)));
            assert_eq!(ending.world, undisturbed.world, "{fault:?} at write {nth}");
            histories += 1;
        }
    }
    println!("{histories} histories of a restart of {MANY} containers, each run ended once");
}
