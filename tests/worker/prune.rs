//! PRUNE removes exactly what was confirmed, whatever interrupts it, and nothing that anything uses.

use core_monitor_domain::actor::Actor;
use core_monitor_domain::command::{Command, CommandPayload, CommandStatus, FailureCode};
use core_monitor_domain::ids::{InstanceId, PlanId, StackId, VersionNumber};
use core_monitor_domain::inventory::{HostNeeds, ImageChoice, PruneRequest, Stock};
use core_monitor_domain::plan::{PlanFor, PlanKey, PlanRetention};
use core_monitor_domain::planner;
use core_monitor_domain::ports::{Clock as _, EngineInventory as _, SecretVault as _, StoredPlan};
use core_monitor_domain::stack::Stack;
use core_monitor_simulation::engine::{API_1_41, Fault, ForeignContainer, SimImage};
use core_monitor_simulation::vault::SimVault;
use uuid::Uuid;

use crate::crash_enumeration::FAULTS;
use crate::installation::{Installation, apply};
use crate::{queue_text, runtime};

const WEB: &str = "services: {web: {image: 'web:1'}}";
const INSTANCE: InstanceId = InstanceId(Uuid::from_u128(1));

/// A host with a running stack, and something of everything that can be pruned.
async fn host() -> (Installation, StackId) {
    let installation = Installation::new(API_1_41);
    let engine = &installation.engine;
    engine.publish(SimImage::new("web:1"));
    let stack = installation.create(WEB).await;
    let applied = installation.carry_out(stack, apply(1)).await;
    assert_eq!(applied.status, CommandStatus::Done, "{applied:#?}");
    for tag in ["junk-a:1", "junk-b:1"] {
        engine.add_image(SimImage::new(tag));
        // The name moves on, and the earlier image stays without one.
        engine.add_image(SimImage::new(tag).generation(2));
    }
    engine.create_volume_by_hand("old-data", [].into());
    engine.add_image(SimImage::new("other:1"));
    let other =
        ForeignContainer { name: "other".into(), image: "other:1".into(), ..ForeignContainer::default() };
    let other = engine.run_foreign(other).unwrap();
    engine.stop_by_hand(&other);
    engine.leave_build_cache(5_000);
    (installation, stack)
}

/// Everything that may go.
fn everything() -> PruneRequest {
    PruneRequest {
        images: ImageChoice::Unused,
        containers: ["other".to_owned()].into(),
        volumes: ["old-data".to_owned()].into(),
        foreign: true,
        ..PruneRequest::default()
    }
}

/// The plan that the server shows, stored.
async fn planned(installation: &Installation, request: &PruneRequest) -> StoredPlan {
    let observed = installation.observe().await;
    let inventory = installation.engine.inventory(installation.clock.now(), true).await.unwrap();
    let mut needs = HostNeeds::default();
    for release in installation.database.stack_store().last_releases().await.unwrap() {
        needs.release(&release);
    }
    let stock = Stock::new(inventory, &observed.host, needs, INSTANCE);
    let key = PlanKey::new(SimVault::new("key").derive(PlanKey::PURPOSE));
    let mut plan = planner::prune(&stock, request).record(&key);
    plan.purpose = Some(PlanFor::Prune);
    let now = installation.clock.now();
    let stored = StoredPlan {
        id: PlanId(Uuid::from_u128(77)),
        stack_id: StackId::HOST,
        version: Stack::HOST_VERSION,
        author: Actor::from_stored("alice"),
        created_at: now,
        observed_at: now,
        plan,
    };
    installation.database.plan_store().save(&stored, PlanRetention::default()).await.unwrap();
    stored
}

async fn prune(installation: &Installation, plan: &StoredPlan) -> Command {
    installation.carry_out(StackId::HOST, CommandPayload::Prune { plan_id: plan.id }).await
}

fn world(installation: &Installation) -> String {
    installation.engine.render() + &installation.engine.render_images()
}

/// Prunes everything with a fault at the nth write. Returns what is left, and the number of writes.
fn tell(fault: Option<(u64, Fault)>) -> (String, u64) {
    runtime().block_on(async {
        let (installation, _) = host().await;
        let plan = planned(&installation, &everything()).await;
        let before = installation.engine.writes();
        if let Some((nth, fault)) = fault {
            installation.engine.fail_at(nth, fault);
        }
        let command = prune(&installation, &plan).await;
        let context = format!("{fault:?}\n{}", queue_text::render(&installation).await);
        assert_eq!(command.status, CommandStatus::Done, "{context}");
        (world(&installation), installation.engine.writes() - before)
    })
}

#[test]
fn every_fault_at_every_write_leaves_the_same() {
    let (undisturbed, writes) = tell(None);
    // The container, the volume, the two images without a name, the two with one, the image of the container, and the cache.
    assert_eq!(writes, 8, "{undisturbed}");
    for gone in ["junk", "old-data", "other"] {
        assert!(!undisturbed.contains(gone), "{gone} is left: {undisturbed}");
    }
    assert!(undisturbed.contains("shop-web-1") && undisturbed.contains("web:1"), "{undisturbed}");
    for nth in 1..=writes {
        for fault in FAULTS {
            let (left, _) = tell(Some((nth, fault)));
            assert_eq!(left, undisturbed, "{fault:?} at write {nth}");
        }
    }
}

#[test]
fn two_crashes_in_a_row_are_no_worse() {
    let (undisturbed, writes) = tell(None);
    for first in 1..=writes {
        let left = runtime().block_on(async {
            let (installation, _) = host().await;
            let plan = planned(&installation, &everything()).await;
            installation.engine.fail_at(first, Fault::CrashAfter);
            installation.engine.fail_at(first + 1, Fault::CrashBefore);
            assert_eq!(prune(&installation, &plan).await.status, CommandStatus::Done);
            world(&installation)
        });
        assert_eq!(left, undisturbed, "two crashes at write {first}");
    }
}

#[test]
fn the_default_leaves_what_somebody_may_want() {
    runtime().block_on(async {
        let (installation, _) = host().await;
        let plan = planned(&installation, &PruneRequest::default()).await;
        let command = prune(&installation, &plan).await;
        assert_eq!(command.result.unwrap().effects, 3, "two images and the cache");
        let left = world(&installation);
        for kept in ["junk-a:1", "junk-b:1", "old-data", "other", "web:1", "shop-web-1"] {
            assert!(left.contains(kept), "{kept} is gone: {left}");
        }
    });
}

#[test]
fn images_that_a_rollback_needs_stay() {
    runtime().block_on(async {
        let (installation, stack) = host().await;
        // The same tag gets another image, and the stack moves on to it.
        installation.engine.publish(SimImage::new("web:1").generation(2));
        let version =
            installation.update(stack, "services: {web: {image: 'web:1', pull_policy: always}}").await;
        assert_eq!(installation.carry_out(stack, apply(version.0)).await.status, CommandStatus::Done);
        let former = SimImage::new("web:1").id();
        let plan = planned(&installation, &everything()).await;
        assert_eq!(prune(&installation, &plan).await.status, CommandStatus::Done);
        let inventory = installation.engine.inventory(installation.clock.now(), false).await.unwrap();
        let left = inventory.images.iter().find(|image| image.id == former).unwrap();
        assert!(left.is_dangling(), "{left:?}");
        // And the rollback finds it, although the registry has another one by now.
        let back = CommandPayload::Rollback {
            version: VersionNumber(1),
            refresh_images: false,
            options: core_monitor_domain::command::ApplyOptions::default(),
        };
        assert_eq!(installation.carry_out(stack, back).await.status, CommandStatus::Done);
        let web =
            installation.observe().await.containers.into_iter().find(|c| c.name == "shop-web-1").unwrap();
        assert_eq!(web.image_id, former);
    });
}

#[test]
fn what_came_into_use_since_the_plan_stops_it_before_anything_is_removed() {
    runtime().block_on(async {
        let (installation, _) = host().await;
        let plan = planned(&installation, &everything()).await;
        let user =
            ForeignContainer { name: "user".into(), image: "junk-a:1".into(), ..ForeignContainer::default() };
        installation.engine.run_foreign(user).unwrap();
        let before = world(&installation);
        let command = prune(&installation, &plan).await;
        let failure = command.failure.unwrap();
        assert_eq!((command.status, failure.code), (CommandStatus::Failed, FailureCode::PlanStale));
        assert_eq!(
            failure.message.text(),
            "the image `junk-a:1` is now in use: the container `user` uses it"
        );
        assert_eq!(world(&installation), before);
    });
}

#[test]
fn what_is_gone_already_is_done() {
    runtime().block_on(async {
        let (installation, _) = host().await;
        let plan = planned(&installation, &everything()).await;
        installation.engine.remove_by_hand(&installation.engine.container_named("other").unwrap());
        installation.engine.forget_image("junk-a:1");
        let command = prune(&installation, &plan).await;
        assert_eq!((command.status, command.result.unwrap().effects), (CommandStatus::Done, 6));
    });
}

#[test]
fn a_prune_without_its_plan_is_stale() {
    runtime().block_on(async {
        let (installation, _) = host().await;
        let before = world(&installation);
        let payload = CommandPayload::Prune { plan_id: PlanId(Uuid::from_u128(78)) };
        let command = installation.carry_out(StackId::HOST, payload).await;
        assert_eq!(command.failure.unwrap().code, FailureCode::PlanStale);
        assert_eq!(world(&installation), before);
    });
}

#[test]
fn a_cancelled_prune_removes_nothing_more() {
    runtime().block_on(async {
        let (installation, _) = host().await;
        let plan = planned(&installation, &everything()).await;
        let before = world(&installation);
        let payload = CommandPayload::Prune { plan_id: plan.id };
        let id = installation.enqueue(StackId::HOST, payload).await;
        installation.cancel(id).await;
        assert_eq!(installation.settle(id).await.status, CommandStatus::Cancelled);
        assert_eq!(world(&installation), before);
    });
}
