//! A request that arrives twice can make two networks: the second is the stack's too, and goes.

use core_monitor_domain::command::{ApplyOptions, CommandPayload, CommandStatus};
use core_monitor_domain::ids::{NetworkId, StackId};
use core_monitor_simulation::engine::{API_1_41, Fault};

use crate::installation::{Installation, apply};
use crate::{queue_text, runtime, stories};

const YAML: &str = "
services:
  web: {image: 'web:1', restart: always, networks: [front, back]}
networks: {front: {}, back: {}}
";

/// Its networks, by name.
async fn networks(installation: &Installation, stack: StackId) -> Vec<(String, NetworkId)> {
    let observed = installation.observe().await.narrowed(stack);
    let ours = observed.host.networks.into_iter().filter(|network| network.name.starts_with("shop_"));
    ours.map(|network| (network.name, network.id)).collect()
}

/// Applies with these faults, with and without a confirmed plan, then deletes.
async fn told(faults: &[(u64, Fault)], confirmed: bool) {
    let context = format!("{faults:?}, confirmed: {confirmed}");
    let installation = Installation::new(API_1_41);
    stories::furnish(&installation);
    let stack = installation.create(YAML).await;
    let mut payload = apply(1);
    if confirmed {
        let plan_id = Some(installation.plan(stack, &payload).await);
        let options = ApplyOptions { plan_id, ..ApplyOptions::default() };
        let CommandPayload::Apply { version, .. } = payload else { unreachable!("it is an apply") };
        payload = CommandPayload::Apply { version, options };
    }
    for (nth, fault) in faults {
        installation.engine.fail_at(*nth, *fault);
    }
    let applied = installation.carry_out(stack, payload).await;
    let queue = queue_text::render(&installation).await;
    assert_eq!(applied.status, CommandStatus::Done, "{context}: {:?}\n{queue}", applied.failure);
    let names: Vec<_> = networks(&installation, stack).await.into_iter().map(|(name, _)| name).collect();
    assert_eq!(names, ["shop_back", "shop_front"], "{context}\n{queue}");
    let notes = applied.result.unwrap().notes;
    assert!(notes.is_empty(), "{context}: {notes:?}");
    let deleted = installation.carry_out(stack, CommandPayload::delete(true)).await;
    assert_eq!(deleted.status, CommandStatus::Done, "{context}: {:?}", deleted.failure);
    assert_eq!(networks(&installation, stack).await, [], "{context}");
    assert_eq!(installation.database.creation_store().list().await.unwrap().list, [], "{context}");
}

#[test]
fn a_network_that_was_made_twice_goes_wherever_workers_die() {
    for confirmed in [false, true] {
        for nth in 1..=2 {
            let tell = |faults: &[(u64, Fault)]| runtime().block_on(told(faults, confirmed));
            tell(&[(nth, Fault::Twice)]);
            for other in nth + 1..=8 {
                for fault in [Fault::CrashBefore, Fault::CrashAfter, Fault::ReplyLost] {
                    tell(&[(nth, Fault::Twice), (other, fault)]);
                }
            }
        }
        runtime().block_on(told(&[(1, Fault::Twice), (2, Fault::Twice)], confirmed));
    }
}

#[tokio::test(start_paused = true)]
async fn once_the_command_has_ended_a_network_with_its_labels_is_foreign() {
    let installation = Installation::new(API_1_41);
    stories::furnish(&installation);
    let stack = installation.create(YAML).await;
    installation.carry_out(stack, apply(1)).await;
    let own = networks(&installation, stack).await;
    installation.engine.copy_network(&own[0].1);
    assert_eq!(networks(&installation, stack).await.len(), 3);
    let again = installation.carry_out(stack, apply(1)).await;
    assert_eq!((again.status, again.result.unwrap().effects), (CommandStatus::Done, 0));
    let deleted = installation.carry_out(stack, CommandPayload::delete(true)).await;
    assert_eq!(deleted.status, CommandStatus::Done, "{:?}", deleted.failure);
    assert_eq!(networks(&installation, stack).await.len(), 1, "the copy stays");
}
