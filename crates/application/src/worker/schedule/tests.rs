use core_monitor_domain::ids::ContainerId;
use core_monitor_domain::plan::{Cause, StepAction, Target};

use super::*;

fn step(id: u32, after: &[u32], wait: bool) -> Step {
    let container = Target::Existing { id: ContainerId(format!("c{id}")), name: format!("c{id}") };
    Step {
        id: StepId(id),
        action: if wait {
            StepAction::AwaitHealthy { container, required: true }
        } else {
            StepAction::StartContainer { container }
        },
        cause: Cause::NotRunning,
        service: None,
        slot: None,
        after: after.iter().copied().map(StepId).collect(),
    }
}

fn plan(steps: Vec<Step>) -> Plan {
    Plan { steps, ..Plan::default() }
}

fn take(schedule: &mut Schedule<'_>) -> Vec<u32> {
    schedule.take_ready().iter().map(|step| step.id.0).collect()
}

#[test]
fn a_step_is_ready_as_soon_as_all_its_predecessors_succeeded() {
    let plan = plan(vec![
        step(1, &[], false),
        step(2, &[], false),
        step(3, &[1], false),
        step(4, &[2, 3, 3], false),
        step(5, &[1], true),
    ]);
    let mut schedule = Schedule::new(&plan, 8, |_| false);
    assert_eq!(take(&mut schedule), [1, 2]);
    assert_eq!(take(&mut schedule), [0; 0]);
    schedule.succeed(StepId(1));
    assert_eq!(take(&mut schedule), [3, 5]);
    schedule.succeed(StepId(3));
    assert_eq!(take(&mut schedule), [0; 0]);
    schedule.succeed(StepId(2));
    assert_eq!(take(&mut schedule), [4]);
}

#[test]
fn effects_are_bounded_and_waits_are_not() {
    let steps = (1..=5).map(|id| step(id, &[], false)).chain((6..=9).map(|id| step(id, &[], true)));
    let plan = plan(steps.collect());
    let mut schedule = Schedule::new(&plan, 2, |_| false);
    assert_eq!(take(&mut schedule), [1, 2, 6, 7, 8, 9]);
    schedule.succeed(StepId(2));
    assert_eq!(take(&mut schedule), [3]);
    schedule.abandon(StepId(1));
    schedule.succeed(StepId(3));
    assert_eq!(take(&mut schedule), [4, 5]);
}

#[test]
fn serial_steps_exclude_only_each_other() {
    let plan = plan((1..=4).map(|id| step(id, &[], false)).collect());
    let mut schedule = Schedule::new(&plan, 8, |step| step.id.0 % 2 == 1);
    assert_eq!(take(&mut schedule), [1, 2, 4]);
    assert_eq!(take(&mut schedule), [0; 0]);
    schedule.succeed(StepId(1));
    assert_eq!(take(&mut schedule), [3]);
}

#[test]
fn steps_after_a_failed_or_missing_step_never_begin() {
    let plan = plan(vec![step(1, &[], false), step(2, &[1], false), step(3, &[99], false)]);
    let mut schedule = Schedule::new(&plan, 8, |_| false);
    assert_eq!(take(&mut schedule), [1]);
    schedule.abandon(StepId(1));
    assert_eq!(take(&mut schedule), [0; 0]);
    let undone: Vec<_> = schedule.undone().iter().map(|step| step.id.0).collect();
    assert_eq!(undone, [1, 2, 3]);
}
