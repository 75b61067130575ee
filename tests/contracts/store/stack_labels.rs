//! The labels of a stack.

use core_monitor_domain::audit::{AuditDetail, Change};
use core_monitor_domain::ids::{StackId, VersionNumber};
use core_monitor_domain::ports::{AuditFilter, IfMatch, SaveError, StackChange, StackFilter};
use core_monitor_domain::stack::StackLabels;
use tokio::task::JoinSet;

use crate::fixture::{Fixture, ann, at, done_with};

contract!(
    a_stack_begins_without_labels,
    labels_are_replaced_as_a_whole_and_found_with_the_stack,
    every_change_is_audited_with_what_came_and_went,
    labels_that_are_there_already_are_neither_stored_nor_audited,
    only_who_has_seen_the_newest_state_replaces_them,
    of_two_who_replace_them_at_once_one_wins,
    versions_and_commands_leave_them_as_they_are,
    a_deleted_stack_keeps_its_labels_for_its_commands_and_gets_no_others,
);

fn labels(text: &str) -> StackLabels {
    serde_json::from_str(text).unwrap()
}

async fn set(f: &Fixture, stack: StackId, text: &str) {
    f.stacks.set_labels(stack, labels(text), IfMatch::Any, &ann(), at(5)).await.unwrap();
}

async fn audit(f: &Fixture) -> Vec<String> {
    let page = f.audit.list(&AuditFilter { limit: 10, ..AuditFilter::default() }).await.unwrap();
    let line = |entry: core_monitor_domain::audit::AuditEntry| {
        assert_eq!(entry.change, Change::Replaced);
        let AuditDetail { name, .. } = entry.detail.unwrap();
        format!("{} {} {} {}", entry.actor, entry.action, entry.resource, name.unwrap())
    };
    page.items.into_iter().map(|record| line(record.entry)).collect()
}

async fn a_stack_begins_without_labels(f: &Fixture) {
    let stack = f.stack("web").await.stack;
    assert_eq!(stack.labels, StackLabels::none());
    assert_eq!(f.stacks.find(stack.id).await.unwrap().unwrap().labels, StackLabels::none());
}

async fn labels_are_replaced_as_a_whole_and_found_with_the_stack(f: &Fixture) {
    let (before, other) = (f.stack("web").await.stack, f.stack("db").await.stack);
    let seen = IfMatch::Exactly(before.revision());
    let some = labels(r#"{"team":"payments","env":"","example.org/cost_centre":"A-1.2"}"#);
    let after = f.stacks.set_labels(before.id, some.clone(), seen, &ann(), at(5)).await.unwrap();
    assert_eq!((&after.labels, after.settings_changes), (&some, 1));
    assert_ne!(after.revision(), before.revision());
    assert_eq!(after.updated_at, before.updated_at, "neither definition nor applied version changed");
    let found = Some(after.clone());
    assert_eq!(f.stacks.find(before.id).await.unwrap(), found);
    assert_eq!(f.stacks.find_with_deleted(before.id).await.unwrap(), found);
    assert_eq!(f.stacks.find_by_name(&before.name).await.unwrap(), found);
    assert_eq!(f.stacks.find_all(&[before.id]).await.unwrap(), *std::slice::from_ref(&after));
    let listed = f.stacks.list(&StackFilter { limit: 9, ..StackFilter::default() }).await.unwrap();
    assert_eq!(listed.items, [other, after.clone()]);
    let fewer = labels(r#"{"team":"web"}"#);
    let again = f.stacks.set_labels(before.id, fewer.clone(), IfMatch::Any, &ann(), at(6)).await.unwrap();
    assert_eq!((again.labels, again.settings_changes), (fewer, 2));
    set(f, before.id, "{}").await;
    let stack = f.stacks.find(before.id).await.unwrap().unwrap();
    assert_eq!((stack.labels, stack.settings_changes), (StackLabels::none(), 3));
}

async fn every_change_is_audited_with_what_came_and_went(f: &Fixture) {
    let stack = f.stack("web").await.stack.id;
    for text in [r#"{"team":"web"}"#, r#"{"env":"prod","team":"payments"}"#, "{}"] {
        set(f, stack, text).await;
    }
    let line = |what: &str| format!("token:-:ann set_stack_labels stack:{stack} {what}");
    assert_eq!(
        audit(f).await,
        [line("-env=prod, -team=payments"), line("+env=prod, -team=web, +team=payments"), line("+team=web")]
    );
}

async fn labels_that_are_there_already_are_neither_stored_nor_audited(f: &Fixture) {
    let stack = f.stack("web").await.stack;
    let unseen = IfMatch::Exactly("v7.7".parse().unwrap());
    for if_match in [IfMatch::Any, unseen] {
        let answer = f.stacks.set_labels(stack.id, StackLabels::none(), if_match, &ann(), at(5)).await;
        assert_eq!(answer.unwrap(), stack);
    }
    assert!(audit(f).await.is_empty());
}

async fn only_who_has_seen_the_newest_state_replaces_them(f: &Fixture) {
    let before = f.stack("web").await.stack;
    let seen = IfMatch::Exactly(before.revision());
    let some = labels(r#"{"team":"payments"}"#);
    let after = f.stacks.set_labels(before.id, some, seen, &ann(), at(5)).await.unwrap();
    let other = labels(r#"{"team":"web"}"#);
    let late = f.stacks.set_labels(before.id, other, seen, &ann(), at(6)).await.unwrap_err();
    assert!(matches!(late, SaveError::PreconditionFailed { current } if current == after.revision()));
    assert_eq!(f.stacks.find(before.id).await.unwrap(), Some(after));
    assert_eq!(audit(f).await.len(), 1);
    // The same for other writes of somebody who has not seen the change.
    let version = f.stacks.add_version(before.id, seen, f.new_version()).await;
    assert!(matches!(version, Err(SaveError::PreconditionFailed { .. })));
}

async fn of_two_who_replace_them_at_once_one_wins(f: &Fixture) {
    let stack = f.stack("web").await.stack.id;
    for round in 0..10 {
        let seen = IfMatch::Exactly(f.stacks.find(stack).await.unwrap().unwrap().revision());
        let mut tasks = JoinSet::new();
        for number in 0..4 {
            let (stacks, labels) = (f.stacks.clone(), labels(&format!(r#"{{"by":"{round}-{number}"}}"#)));
            tasks.spawn(async move { stacks.set_labels(stack, labels, seen, &ann(), at(5)).await });
        }
        let answers = tasks.join_all().await;
        let lost = |answer: &&Result<_, _>| matches!(answer, Err(SaveError::PreconditionFailed { .. }));
        assert_eq!(answers.iter().filter(lost).count(), 3);
        let won: Vec<_> = answers.into_iter().filter_map(Result::ok).collect();
        assert_eq!(won, [f.stacks.find(stack).await.unwrap().unwrap()]);
    }
}

async fn versions_and_commands_leave_them_as_they_are(f: &Fixture) {
    let stack = f.stack("web").await.stack.id;
    set(f, stack, r#"{"team":"payments"}"#).await;
    let saved = f.stacks.add_version(stack, IfMatch::Any, f.new_version()).await.unwrap().stack;
    f.apply(stack).await;
    let applied = StackChange { current_version: Some(VersionNumber(1)), ..StackChange::default() };
    f.run(&f.lease(8).await, 8, done_with(applied)).await;
    let stack = f.stacks.find(stack).await.unwrap().unwrap();
    assert_eq!(stack.current_version, Some(VersionNumber(1)));
    for stack in [saved, stack] {
        assert_eq!((stack.labels, stack.settings_changes), (labels(r#"{"team":"payments"}"#), 1));
    }
}

async fn a_deleted_stack_keeps_its_labels_for_its_commands_and_gets_no_others(f: &Fixture) {
    let stack = f.stack("web").await.stack.id;
    set(f, stack, r#"{"team":"payments"}"#).await;
    f.apply(stack).await;
    let gone = StackChange { deleted: true, ..StackChange::default() };
    f.run(&f.lease(2).await, 2, done_with(gone)).await;
    for id in [stack, StackId(f.id())] {
        let answer = f.stacks.set_labels(id, StackLabels::none(), IfMatch::Any, &ann(), at(5)).await;
        assert!(matches!(answer, Err(SaveError::StackNotFound)));
    }
    let deleted = f.stacks.find_with_deleted(stack).await.unwrap().unwrap();
    assert_eq!(deleted.labels, labels(r#"{"team":"payments"}"#));
    assert_eq!(
        f.stack("web").await.stack.labels,
        StackLabels::none(),
        "another one of the same name has none"
    );
    assert_eq!(audit(f).await.len(), 1);
}
