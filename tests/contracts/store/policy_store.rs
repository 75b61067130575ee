//! The policy on what may run.

use std::collections::BTreeSet;

use core_monitor_domain::access::{Action, Role};
use core_monitor_domain::audit::Change;
use core_monitor_domain::policy::{Allowance, Policy, PolicyRule, Preset, Restricted};
use core_monitor_domain::ports::{AuditFilter, PolicyError, StoredPolicy};

use crate::fixture::{Fixture, ann, at};

contract!(
    a_policy_comes_with_the_program,
    a_policy_is_read_back_as_it_was_written,
    only_the_policy_that_is_there_is_replaced,
    of_two_who_replace_it_one_is_told,
    a_large_policy_is_kept_whole,
);

fn rule(preset: Preset, allow: Vec<Allowance>) -> PolicyRule {
    let stacks = BTreeSet::from(["shop-*".parse().unwrap()]);
    PolicyRule { roles: BTreeSet::from([Role::Deployer]), stacks, preset, allow }
}

fn ports(values: &[&str]) -> Allowance {
    let values = values.iter().map(|value| (*value).to_owned()).collect();
    Allowance { what: Restricted::Ports, values }
}

async fn audit(f: &Fixture) -> Vec<(Action, Change)> {
    let page = f.audit.list(&AuditFilter { limit: 9, ..AuditFilter::default() }).await.unwrap();
    page.items.into_iter().map(|record| (record.entry.action, record.entry.change)).collect()
}

async fn a_policy_comes_with_the_program(f: &Fixture) {
    assert_eq!(f.policies.current().await.unwrap(), StoredPolicy { revision: 0, policy: Policy::default() });
    assert_eq!(audit(f).await, []);
}

async fn a_policy_is_read_back_as_it_was_written(f: &Fixture) {
    let policy = Policy { rules: vec![rule(Preset::Careful, vec![ports(&["80", "443"])])] };
    assert_eq!(f.policies.replace(0, &policy, &ann(), at(1)).await.unwrap(), 1);
    assert_eq!(f.policies.current().await.unwrap(), StoredPolicy { revision: 1, policy });
    let nothing = Policy { rules: Vec::new() };
    assert_eq!(f.policies.replace(1, &nothing, &ann(), at(2)).await.unwrap(), 2);
    assert_eq!(f.policies.current().await.unwrap().policy, nothing);
    let entry = (Action::ReplacePolicy, Change::Replaced);
    assert_eq!(audit(f).await, [entry, entry]);
    let page = f.audit.list(&AuditFilter { limit: 1, ..AuditFilter::default() }).await.unwrap();
    assert_eq!((&page.items[0].entry.actor, page.items[0].entry.at), (&ann(), at(2)));
}

async fn only_the_policy_that_is_there_is_replaced(f: &Fixture) {
    let locked = Policy { rules: vec![rule(Preset::Locked, Vec::new())] };
    f.policies.replace(0, &locked, &ann(), at(1)).await.unwrap();
    for revision in [0, 2, u32::MAX] {
        let refused = f.policies.replace(revision, &Policy::default(), &ann(), at(2)).await;
        assert!(matches!(refused, Err(PolicyError::Changed { revision: 1 })), "{refused:?}");
    }
    assert_eq!(f.policies.current().await.unwrap().policy, locked);
    assert_eq!(audit(f).await.len(), 1);
}

async fn of_two_who_replace_it_one_is_told(f: &Fixture) {
    let (open, locked) = (rule(Preset::Open, Vec::new()), rule(Preset::Locked, Vec::new()));
    let (open, locked) = (Policy { rules: vec![open] }, Policy { rules: vec![locked] });
    let by = ann();
    let (one, other) =
        futures::join!(f.policies.replace(0, &open, &by, at(1)), f.policies.replace(0, &locked, &by, at(1)));
    assert!(one.is_ok() != other.is_ok(), "{one:?} {other:?}");
    let stored = f.policies.current().await.unwrap();
    assert_eq!(stored, StoredPolicy { revision: 1, policy: if one.is_ok() { open } else { locked } });
}

async fn a_large_policy_is_kept_whole(f: &Fixture) {
    let values =
        (0..Policy::MOST_VALUES).map(|number| format!("/srv/{number}/{}", "x".repeat(400))).collect();
    let allow = vec![Allowance { what: Restricted::Binds, values }];
    let policy = Policy { rules: vec![rule(Preset::Careful, allow); Policy::MOST_RULES] };
    let policy = policy.checked().unwrap();
    f.policies.replace(0, &policy, &ann(), at(1)).await.unwrap();
    assert_eq!(f.policies.current().await.unwrap().policy, policy);
}
