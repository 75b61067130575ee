//! A policy that was damaged, or that a newer release wrote, is not taken for one that allows something.

use core_monitor_domain::audit::Change;
use core_monitor_domain::policy::{Policy, Preset};
use core_monitor_domain::ports::{AuditFilter, PolicyError, StoreError, StoredPolicy};

use super::{run, shell};
use crate::fixture::{Fixture, ann, at};

#[tokio::test]
async fn a_policy_that_cannot_be_read_is_not_used_until_it_is_replaced() {
    let f = Fixture::sqlite().await;
    f.policies.replace(0, &Policy::default(), &ann(), at(1)).await.unwrap();
    let db = shell(&f).await;
    for document in [
        "",
        "{",
        "[]",
        r#"{"revision": 1}"#,
        r#"{"revision": -1, "policy": {"rules": []}}"#,
        // Words that this release does not know.
        r#"{"revision": 1, "policy": {"rules": [{"preset": "loose"}]}}"#,
        r#"{"revision": 1, "policy": {"rules": [{"preset": "open", "roles": ["root"]}]}}"#,
        r#"{"revision": 1, "policy": {"rules": [{"preset": "open", "stacks": ["A B"]}]}}"#,
        // It can be read, and is no policy.
        r#"{"revision": 1, "policy": {"rules": [{"preset": "open", "allow": [{"what": "ports", "values": ["http"]}]}]}}"#,
    ] {
        let damage = format!("UPDATE setting SET value = '{document}' WHERE name = 'policy'");
        assert_eq!(run(&db, &damage).await, Ok(1), "{document}");
        let read = f.policies.current().await;
        assert!(matches!(read, Err(StoreError::Corrupt { .. })), "{document}: {read:?}");
        // Whoever replaces it cannot know its revision.
        let replaced = f.policies.replace(7, &Policy::default(), &ann(), at(2)).await.unwrap();
        let expected = if document.starts_with(r#"{"revision": 1"#) { 2 } else { 8 };
        assert_eq!(replaced, expected, "{document}");
        let stored = StoredPolicy { revision: expected, policy: Policy::default() };
        assert_eq!(f.policies.current().await.unwrap(), stored, "{document}");
        let late = f.policies.replace(7, &Policy::default(), &ann(), at(3)).await;
        let is_late = matches!(late, Err(PolicyError::Changed { revision }) if revision == expected);
        assert!(is_late, "it can be read again: {late:?}");
    }
    let entries = f.audit.list(&AuditFilter { limit: 99, ..AuditFilter::default() }).await.unwrap().items;
    let changes: Vec<_> = entries.into_iter().map(|record| record.entry.change).collect();
    assert_eq!(changes, [Change::Replaced; 10], "only what was done is in the audit");
}

#[tokio::test]
async fn a_policy_is_stored_in_the_words_of_its_document() {
    let f = Fixture::sqlite().await;
    let db = shell(&f).await;
    let document = r#"{"revision": 7, "policy": {"rules": [{"preset": "locked"}]}}"#;
    let insert = format!("INSERT INTO setting (name, value) VALUES ('policy', '{document}')");
    assert_eq!(run(&db, &insert).await, Ok(1));
    let stored = f.policies.current().await.unwrap();
    let presets: Vec<_> = stored.policy.rules.iter().map(|rule| rule.preset).collect();
    assert_eq!((stored.revision, presets), (7, vec![Preset::Locked]));
    assert_eq!(f.policies.replace(7, &stored.policy, &ann(), at(1)).await.unwrap(), 8);
}
