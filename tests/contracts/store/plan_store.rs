//! Stored plans.

use std::time::Duration;

use core_monitor_domain::actor::Actor;
use core_monitor_domain::command::{ApplyOptions, CommandPayload};
use core_monitor_domain::ids::{PlanId, StackId, VersionNumber};
use core_monitor_domain::plan::{Plan, PlanKey, PlanRetention};
use core_monitor_domain::ports::{NewCommand, StackChange, StoreError, StoredPlan};
use core_monitor_message::Message;

use crate::fixture::{Fixture, accepted, at, done_with};

contract!(
    a_plan_is_read_back_as_it_was_kept,
    a_plan_is_kept_once,
    a_plan_is_for_a_version_that_exists,
    a_large_plan_is_read_back_as_it_was_kept,
    old_plans_are_removed_by_number_and_age,
    a_plan_that_a_waiting_command_confirmed_is_never_removed,
    plans_are_removed_with_their_stack,
);

const KEEP: PlanRetention = PlanRetention { per_stack: 2, age: Duration::from_secs(1_000) };

fn plan(f: &Fixture, stack: StackId) -> StoredPlan {
    let plan = Plan { notes: vec![Message::foreign("`db` has no health check")], ..Plan::default() };
    StoredPlan {
        id: PlanId(f.id()),
        stack_id: stack,
        version: VersionNumber(1),
        author: Actor::from_stored("ann"),
        created_at: at(3),
        observed_at: at(2),
        plan: plan.record(&PlanKey::new([1; 32])),
    }
}

async fn a_plan_is_read_back_as_it_was_kept(f: &Fixture) {
    let stack = f.stack("web").await.stack.id;
    let plan = plan(f, stack);
    f.plans.save(&plan, KEEP).await.unwrap();
    assert_eq!(f.plans.find(plan.id).await.unwrap(), Some(plan));
    assert_eq!(f.plans.find(PlanId(f.id())).await.unwrap(), None);
}

async fn a_plan_is_kept_once(f: &Fixture) {
    let stack = f.stack("web").await.stack.id;
    let first = plan(f, stack);
    f.plans.save(&first, KEEP).await.unwrap();
    let other = StoredPlan { author: Actor::from_stored("bob"), ..first.clone() };
    assert!(matches!(f.plans.save(&other, KEEP).await, Err(StoreError::Corrupt { .. })));
    assert_eq!(f.plans.find(first.id).await.unwrap(), Some(first));
}

async fn a_plan_is_for_a_version_that_exists(f: &Fixture) {
    let stack = f.stack("web").await.stack.id;
    let plan = StoredPlan { version: VersionNumber(2), ..plan(f, stack) };
    assert!(f.plans.save(&plan, KEEP).await.is_err());
    assert_eq!(f.plans.find(plan.id).await.unwrap(), None);
}

/// A plan made at `second`, saved.
async fn saved(f: &Fixture, stack: StackId, second: i64) -> PlanId {
    let plan = StoredPlan { created_at: at(second), ..plan(f, stack) };
    f.plans.save(&plan, KEEP).await.unwrap();
    plan.id
}

/// Which of the plans are there.
async fn kept(f: &Fixture, plans: &[PlanId]) -> Vec<bool> {
    let mut kept = Vec::new();
    for plan in plans {
        kept.push(f.plans.find(*plan).await.unwrap().is_some());
    }
    kept
}

async fn a_large_plan_is_read_back_as_it_was_kept(f: &Fixture) {
    let stack = f.stack("web").await.stack.id;
    let mut plan = plan(f, stack);
    let note = plan.plan.notes[0].clone();
    plan.plan.notes = vec![note; 20_000];
    f.plans.save(&plan, KEEP).await.unwrap();
    assert!(f.plans.find(plan.id).await.unwrap() == Some(plan));
}

async fn old_plans_are_removed_by_number_and_age(f: &Fixture) {
    let (stack, other) = (f.stack("web").await.stack.id, f.stack("other").await.stack.id);
    let plans = [saved(f, other, 1).await, saved(f, stack, 2).await, saved(f, stack, 3).await];
    assert_eq!(kept(f, &plans).await, [true, true, true]);
    saved(f, stack, 4).await;
    assert_eq!(kept(f, &plans).await, [true, false, true], "the oldest of three of one stack");
    saved(f, stack, 1_002).await;
    assert_eq!(kept(f, &plans).await, [false, false, false], "too old");
}

async fn a_plan_that_a_waiting_command_confirmed_is_never_removed(f: &Fixture) {
    let stack = f.stack("web").await.stack.id;
    let (confirmed, forgotten) = (saved(f, stack, 1).await, saved(f, stack, 2).await);
    let options = ApplyOptions { plan_id: Some(confirmed), ..ApplyOptions::default() };
    let payload = CommandPayload::Apply { version: VersionNumber(1), options };
    let command = accepted(f.queue.enqueue(NewCommand { payload, ..f.new_apply(stack) }).await);
    saved(f, stack, 5_000).await;
    saved(f, stack, 5_001).await;
    assert_eq!(kept(f, &[confirmed, forgotten]).await, [true, false]);

    let lease = f.lease(2).await;
    assert_eq!(f.claim(&lease, 2).await, command.seq);
    saved(f, stack, 5_002).await;
    assert_eq!(kept(f, &[confirmed]).await, [true], "it is running");
    f.worker.finish(&lease, command.seq, done_with(StackChange::default()), at(3)).await.unwrap();
    saved(f, stack, 5_003).await;
    assert_eq!(kept(f, &[confirmed]).await, [false], "it is over");
}

async fn plans_are_removed_with_their_stack(f: &Fixture) {
    let (stack, other) = (f.stack("web").await.stack.id, f.stack("other").await.stack.id);
    let plans = [saved(f, stack, 1).await, saved(f, other, 1).await];
    f.apply(stack).await;
    let lease = f.lease(2).await;
    let change = StackChange { deleted: true, ..StackChange::default() };
    f.run(&lease, 2, done_with(change)).await;
    assert_eq!(kept(f, &plans).await, [false, true]);
}
