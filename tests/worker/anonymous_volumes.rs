//! Anonymous volumes go with DELETE with volumes, also those of containers that were removed before, wherever workers die.
//! Those of others stay.

use core_monitor_domain::command::{CommandPayload, CommandStatus};
use core_monitor_domain::ids::StackId;
use core_monitor_simulation::engine::{API_1_41, Fault, ForeignContainer, SimImage};

use crate::installation::{Installation, apply};
use crate::{queue_text, runtime, stories};

const DELETE: CommandPayload = CommandPayload::delete(true);

/// A volume with a name like that of an anonymous one, which somebody created for a purpose.
const CHOSEN: &str = "cafe000000000000000000000000000000000000000000000000000000000000";

/// Every way to get a volume of the engine's own making, and the ones that only look like it: `borrower` has those of a
/// foreign container, and `user` one that is declared external.
fn yaml() -> String {
    format!(
        "
services:
  pair: {{image: 'db:1', restart: always, scale: 2}}
  old: {{image: 'app:1', restart: always, volumes: [/scratch]}}
  cache: {{image: 'app:1', restart: always, volumes: [/cache]}}
  borrower: {{image: 'db:1', restart: always, volumes_from: ['container:lender']}}
  user: {{image: 'web:1', restart: always, volumes: ['chosen:/data']}}
volumes: {{chosen: {{external: true, name: {CHOSEN}}}}}
"
    )
}

/// Fewer replicas, a service less, a container that does not take the volume over, and one that does.
fn later() -> String {
    let later = yaml().replace("scale: 2", "scale: 1, environment: {NEW: '1'}");
    let old = later.lines().find(|line| line.contains("old:")).unwrap().to_owned();
    later.replace(&format!("{old}\n"), "").replace("volumes: [/cache]", "tmpfs: [/cache]")
}

async fn prepared() -> (Installation, StackId) {
    let installation = Installation::new(API_1_41);
    stories::furnish(&installation);
    let engine = &installation.engine;
    engine.create_volume_by_hand(CHOSEN, [].into());
    engine.write_volume(CHOSEN, "chosen");
    engine.add_image(SimImage::new("lender:1").volume("/var/lib/db"));
    let lender = ForeignContainer {
        name: "lender".to_owned(),
        image: "lender:1".to_owned(),
        ..ForeignContainer::default()
    };
    engine.run_foreign(lender).unwrap();
    engine.write_mounted("lender", "/var/lib/db", "lent");
    let stack = installation.create(&yaml()).await;
    installation.update(stack, &later()).await;
    let applied = installation.carry_out(stack, apply(1)).await;
    assert_eq!(applied.status, CommandStatus::Done, "{:?}", applied.failure);
    (installation, stack)
}

/// The volumes that the engine named itself, and the one that looks like them, by what is in them.
fn unnamed(installation: &Installation) -> Vec<String> {
    let world = installation.engine.render();
    let volumes = world.lines().filter_map(|line| line.strip_prefix("volume (anonymous) local "));
    volumes.map(str::to_owned).collect()
}

const OF_OTHERS: [&str; 2] = ["\"chosen\"", "\"lent\""];

/// Updates, with `fault` at the nth write, then deletes with volumes, with `last` at its nth write. Returns the writes of both.
async fn told(nth: u64, fault: Option<Fault>, last: Option<Fault>) -> (u64, u64) {
    let (installation, stack) = prepared().await;
    let engine = &installation.engine;
    let before = engine.writes();
    if let Some(fault) = fault {
        engine.fail_at(nth, fault);
    }
    let updated = installation.carry_out(stack, apply(2)).await;
    assert_eq!(updated.status, CommandStatus::Done, "{:?}", updated.failure);
    assert_eq!(unnamed(&installation).len(), 2 + 4, "nothing is lost by an update\n{}", engine.render());
    let between = engine.writes();
    engine.clear_faults();
    if let Some(fault) = last {
        engine.fail_at(nth, fault);
    }
    let deleted = installation.carry_out(stack, DELETE).await;
    let queue = queue_text::render(&installation).await;
    assert_eq!(deleted.status, CommandStatus::Done, "{:?}\n{queue}", deleted.failure);
    assert_eq!(unnamed(&installation), OF_OTHERS, "{fault:?}, {last:?} at write {nth}\n{queue}");
    assert!(engine.render().contains("container lender running"));
    let left = installation.database.creation_store().list().await.unwrap().list;
    assert_eq!(left, [], "records of what is gone");
    (between - before, engine.writes() - between)
}

#[test]
fn volumes_of_removed_containers_go_with_the_stack_wherever_workers_die() {
    let tell = |nth, fault, last| runtime().block_on(told(nth, fault, last));
    let (updating, deleting) = tell(0, None, None);
    assert!(updating > 8 && deleting > 8, "{updating} and {deleting} writes");
    for fault in [Fault::CrashBefore, Fault::CrashAfter, Fault::Twice] {
        for nth in 1..=updating {
            tell(nth, Some(fault), None);
        }
        for nth in 1..=deleting {
            tell(nth, None, Some(fault));
        }
    }
}

#[tokio::test(start_paused = true)]
async fn without_volumes_they_stay() {
    let (installation, stack) = prepared().await;
    installation.carry_out(stack, apply(2)).await;
    let before = unnamed(&installation);
    let deleted = installation.carry_out(stack, CommandPayload::delete(false)).await;
    assert_eq!(deleted.status, CommandStatus::Done, "{:?}", deleted.failure);
    assert_eq!(unnamed(&installation), before);
}
