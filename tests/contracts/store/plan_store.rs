//! Stored plans.

use core_monitor_domain::ids::{PlanId, StackId, VersionNumber};
use core_monitor_domain::plan::{Impact, Plan};
use core_monitor_domain::ports::{StoreError, StoredPlan};

use crate::fixture::{Fixture, at};

contract!(a_plan_is_read_back_as_it_was_kept, a_plan_is_kept_once, a_plan_is_for_a_version_that_exists);

fn plan(f: &Fixture, stack: StackId) -> StoredPlan {
    let plan = Plan { notes: vec!["`db` has no health check".to_owned()], ..Plan::default() };
    StoredPlan {
        id: PlanId(f.id()),
        stack_id: stack,
        version: VersionNumber(1),
        author: "ann".to_owned(),
        created_at: at(3),
        observed_at: at(2),
        fingerprint: plan.fingerprint(),
        plan,
        impact: Impact::default(),
    }
}

async fn a_plan_is_read_back_as_it_was_kept(f: &Fixture) {
    let stack = f.stack("web").await.stack.id;
    let plan = plan(f, stack);
    f.plans.save(&plan).await.unwrap();
    assert_eq!(f.plans.find(plan.id).await.unwrap(), Some(plan));
    assert_eq!(f.plans.find(PlanId(f.id())).await.unwrap(), None);
}

async fn a_plan_is_kept_once(f: &Fixture) {
    let stack = f.stack("web").await.stack.id;
    let first = plan(f, stack);
    f.plans.save(&first).await.unwrap();
    let other = StoredPlan { author: "bob".to_owned(), ..first.clone() };
    assert!(matches!(f.plans.save(&other).await, Err(StoreError::Corrupt { .. })));
    assert_eq!(f.plans.find(first.id).await.unwrap(), Some(first));
}

async fn a_plan_is_for_a_version_that_exists(f: &Fixture) {
    let stack = f.stack("web").await.stack.id;
    let plan = StoredPlan { version: VersionNumber(2), ..plan(f, stack) };
    assert!(f.plans.save(&plan).await.is_err());
    assert_eq!(f.plans.find(plan.id).await.unwrap(), None);
}
