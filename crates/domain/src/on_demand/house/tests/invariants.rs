//! What must hold whatever happens, and when.

use std::collections::BTreeSet;

use super::super::*;
use super::world::World;
use crate::command::CommandStatus;

/// After every step.
pub(super) fn hold(world: &World) {
    for (door, unit) in world.house.units() {
        match &unit.stage {
            Stage::Awake { up, start, .. } => {
                assert!(world.doors.is_open(door), "awake, and nobody can come in: {door:?}");
                assert_eq!(world.doors.all[door].life.as_ref().map(|life| life.start), Some(*start));
                assert_eq!(
                    world.house.seen(door).map(|seen| &seen.up),
                    Some(up),
                    "open for what does not run"
                );
            }
            stage => {
                assert!(!world.doors.is_open(door), "open and {stage:?}");
                let asked = match stage {
                    Stage::Starting { asked, .. } | Stage::FallingAsleep { asked, .. } => *asked,
                    _ => continue,
                };
                let backed = match asked {
                    Asked::Nothing => world.house.is_up(door),
                    Asked::Ticket(ticket) => world.answers.iter().any(|answer| {
                        matches!(answer, Event::Queued { ticket: answered, .. } if *answered == ticket)
                    }),
                    Asked::Command(_) => true,
                };
                // What has just been asked is answered after this step.
                assert!(backed, "nothing is behind {stage:?}");
            }
        }
    }
}

/// When the house asks the queue for something.
pub(super) fn may_be_asked(world: &World, stack: StackId, sleeps: bool, services: &BTreeSet<ServiceName>) {
    if !sleeps {
        return;
    }
    for service in services {
        unused(world, stack, service, "asked to sleep");
    }
    // A wake that waits would be lost.
    for (door, unit) in world.house.units().filter(|(door, _)| door.stack == stack) {
        let lost = matches!(unit.stage, Stage::Starting { asked: Asked::Ticket(_) | Asked::Command(_), .. });
        assert!(!lost, "the wake of {door:?} would be lost");
    }
}

/// When a sleep begins to stop a service.
pub(super) fn may_be_stopped(world: &World, stack: StackId, service: &ServiceName) {
    unused(world, stack, service, "stopped");
}

/// No door leads to a service, neither its own nor one that needs it.
fn unused(world: &World, stack: StackId, service: &ServiceName, what: &str) {
    for (door, _) in world.house.units() {
        let within = door.stack == stack
            && world
                .stacks
                .iter()
                .any(|known| known.id == stack && known.household.wakes(&door.service).contains(service));
        let own = DoorKey { stack, service: service.clone() };
        let across = world.house.relations.leases(door, &own);
        if within || across {
            assert!(!world.doors.is_open(door), "{service} is {what} although {door:?} is open");
            assert_eq!(world.doors.inside(door), 0, "{service} is {what} although somebody is at {door:?}");
        }
        if (within || across) && *door != own {
            let up = world.engine.is_up(door.stack, &door.service);
            let goes_too = world
                .queue
                .open(stack)
                .any(|command| command.sleeps() && command.services.contains(&door.service));
            // Or somebody has started it by hand since: then what it needs is started again.
            let asked = |door: &DoorKey| {
                let unit = world.house.unit(door);
                unit.is_some_and(
                    |unit| matches!(unit.stage, Stage::Starting { asked, .. } if asked != Asked::Nothing),
                )
            };
            let known = world.house.is_up(door) && !asked(door) && !asked(&own);
            assert!(!(up && known) || goes_too || what != "stopped", "{service} is {what} under {door:?}");
        }
    }
}

/// When nothing has happened for a long time.
pub(super) fn settled(world: &World) {
    for (door, unit) in world.house.units() {
        let waiting = world.doors.all.get(door).map_or(0, |entrance| entrance.waiting);
        match &unit.stage {
            Stage::Awake { .. } | Stage::Held { .. } => {}
            Stage::Failed { until, .. } => {
                let resting = *until > world.elapsed;
                assert!(resting || waiting == 0, "failed, rested and wanted: {}", world.stands());
            }
            Stage::Asleep => assert_eq!(waiting, 0, "somebody waits for nothing: {}", world.stands()),
            Stage::Starting { .. } | Stage::FallingAsleep { .. } => {
                panic!("not over: {} {:?}", world.stands(), unit.stage)
            }
        }
    }
    let open = world.ids().into_iter().flat_map(|stack| world.queue.open(stack));
    assert_eq!(open.filter(|command| command.status == CommandStatus::Pending).count(), 0);
}

/// When nobody has been there for longer than anything stays awake.
pub(super) fn asleep(world: &World) {
    settled(world);
    for (door, unit) in world.house.units() {
        assert!(
            matches!(unit.stage, Stage::Asleep | Stage::Failed { .. }),
            "nobody uses it: {}",
            world.stands()
        );
        assert!(!world.engine.is_up(door.stack, &door.service), "runs for nobody: {}", world.stands());
    }
}
