//! The audit: an entry for every write that is not a command, from the same transaction.

use core_monitor_application::server::walk_audit;
use core_monitor_domain::access::{Action, Grant, Resource};
use core_monitor_domain::actor::Actor;
use core_monitor_domain::audit::{
    AuditDetail, AuditEntry, AuditRecord, ChainHead, ChainPlace, Change, Verification,
};
use core_monitor_domain::command::OnFailure;
use core_monitor_domain::ids::TokenId;
use core_monitor_domain::ports::{AuditFilter, IfMatch, SealedSecret, StoredRegistry, Token};
use core_monitor_domain::stack::SettingsChange;

use crate::fixture::{Fixture, ann, at};

contract!(
    every_write_has_its_line,
    what_happens_in_containers_has_details,
    parts_of_the_audit_follow_each_other,
    every_entry_follows_the_one_before_it,
    entries_are_found_by_who_did_what_to_what_and_when
);

async fn verified(f: &Fixture) -> Verification {
    walk_audit(&*f.audit, &*f.records, ChainPlace::BEGINNING, u64::MAX).await.unwrap().found
}

fn registry(host: &str, second: i64) -> StoredRegistry {
    let sealed = SealedSecret { key_id: "key".to_owned(), bytes: b"canary".repeat(8) };
    StoredRegistry { host: host.parse().unwrap(), sealed, updated_at: at(second) }
}

fn line(record: &AuditRecord) -> String {
    let entry = &record.entry;
    let second = entry.at.since(at(0)).as_secs();
    format!("{} {second}s {} {} {} {}", record.id, entry.actor, entry.action, entry.resource, entry.change)
}

async fn lines(f: &Fixture, before: Option<i64>, limit: u32) -> (Vec<String>, bool) {
    let page = f.audit.list(&AuditFilter { before, limit, ..AuditFilter::default() }).await.unwrap();
    (page.items.iter().map(line).collect(), page.more)
}

async fn every_write_has_its_line(f: &Fixture) {
    assert_eq!(lines(f, None, 10).await, (Vec::new(), false));
    let hub = registry("docker.io", 1);
    let token = |byte: u8| Token {
        id: TokenId(f.id()),
        name: "ci".parse().unwrap(),
        hash: [byte; 32],
        grant: Grant::administrator(),
        created_at: at(i64::from(byte)),
        expires_at: None,
        used_at: None,
    };
    f.registries.put(&hub, &ann()).await.unwrap();
    f.tokens.replace(&token(2), &Actor::server()).await.unwrap();
    f.registries.put(&registry("docker.io", 3), &Actor::server()).await.unwrap();
    f.tokens.replace(&token(4), &ann()).await.unwrap();
    f.registries.remove(&hub.host, &ann(), at(5)).await.unwrap();
    f.registries.remove(&hub.host, &ann(), at(6)).await.unwrap();
    let stack = f.stack("web").await.stack.id;
    let change = SettingsChange { on_failure: Some(OnFailure::Rollback) };
    f.stacks.configure(stack, change, IfMatch::Any, &ann(), at(7)).await.unwrap();
    let (lines, more) = lines(f, None, 10).await;
    assert_eq!(
        lines,
        [
            format!("6 7s token:-:ann change_stack stack:{stack} replaced").as_str(),
            "5 5s token:-:ann remove_registry registry:docker.io removed",
            "4 4s token:-:ann issue_token token:ci replaced",
            "3 3s system:server store_registry registry:docker.io replaced",
            "2 2s system:server issue_token token:ci created",
            "1 1s token:-:ann store_registry registry:docker.io created",
        ]
    );
    assert!(!more);
}

async fn what_happens_in_containers_has_details(f: &Fixture) {
    let full = AuditDetail {
        name: Some("shop-web-1".into()),
        program: Some("sh \"\n\u{1b}".into()),
        arguments: Some(2),
        reason: Some("exited".into()),
        exit_code: Some(-1),
        seconds: Some(u64::from(u32::MAX)),
        path: AuditDetail::text(&"\u{1}".repeat(9_000)),
        bytes: Some(1 << 40),
        address: Some("192.0.2.7".parse().unwrap()),
    };
    let details = [None, Some(AuditDetail::default()), Some(full)];
    let changes = [Change::Started, Change::Ended, Change::Downloaded, Change::Uploaded];
    let mut expected = Vec::new();
    for (change, detail) in changes.into_iter().zip(details.into_iter().cycle()) {
        let resource = Resource::Container("c0".into());
        let entry =
            AuditEntry { at: at(1), actor: ann(), action: Action::OpenTerminal, resource, change, detail };
        f.audit.record(&entry).await.unwrap();
        expected.insert(0, entry);
    }
    let page = f.audit.list(&AuditFilter { limit: 10, ..AuditFilter::default() }).await.unwrap();
    assert_eq!(page.items.into_iter().map(|record| record.entry).collect::<Vec<_>>(), expected);
}

async fn parts_of_the_audit_follow_each_other(f: &Fixture) {
    for second in 1..=5 {
        f.registries.put(&registry("docker.io", second), &ann()).await.unwrap();
    }
    let ids = async |before, limit| {
        let page = f.audit.list(&AuditFilter { before, limit, ..AuditFilter::default() }).await.unwrap();
        (page.items.iter().map(|record| record.id).collect::<Vec<_>>(), page.more)
    };
    assert_eq!(ids(None, 2).await, (vec![5, 4], true));
    assert_eq!(ids(Some(4), 2).await, (vec![3, 2], true));
    assert_eq!(ids(Some(2), 2).await, (vec![1], false));
    assert_eq!(ids(Some(4), 3).await, (vec![3, 2, 1], false));
}

async fn every_entry_follows_the_one_before_it(f: &Fixture) {
    assert_eq!(f.audit.head().await.unwrap(), ChainHead::EMPTY);
    assert_eq!(verified(f).await.checked, 0);
    // What every kind of detail becomes in the store is what its value is over.
    what_happens_in_containers_has_details(f).await;
    for second in 1..=3 {
        f.registries.put(&registry("docker.io", second), &Actor::server()).await.unwrap();
    }
    let mut head = ChainHead::EMPTY;
    let filter = AuditFilter { oldest_first: true, limit: 100, ..AuditFilter::default() };
    for record in f.audit.list(&filter).await.unwrap().items {
        assert_eq!(record, head.next(record.entry.clone()));
        head = head.after(&record);
    }
    assert_eq!(f.audit.head().await.unwrap(), head);
    let found = verified(f).await;
    assert_eq!((found.checked, found.uncovered, found.gone, found.broken), (7, 0, 0, None));
    assert_eq!(found.place, ChainPlace { id: 7, value: head.value });
}

async fn entries_are_found_by_who_did_what_to_what_and_when(f: &Fixture) {
    for second in 1..=9 {
        let actor = if second % 3 == 0 { Actor::server() } else { ann() };
        let change = if second % 2 == 0 { Change::Replaced } else { Change::Removed };
        let entry = AuditEntry {
            // The clock goes back once.
            at: at(if second == 5 { 2 } else { second }),
            actor,
            action: if second > 6 { Action::RevokeToken } else { Action::IssueToken },
            resource: Resource::Token(format!("ci-{}", second % 2).parse().unwrap()),
            change,
            detail: None,
        };
        f.audit.record(&entry).await.unwrap();
    }
    let all = AuditFilter { limit: 100, ..AuditFilter::default() };
    let found = async |filter: AuditFilter| {
        let page = f.audit.list(&filter).await.unwrap();
        (page.items.iter().map(|record| record.id).collect::<Vec<_>>(), page.more)
    };
    let server = AuditFilter { actor: Some(Actor::server()), ..all.clone() };
    assert_eq!(found(server).await, (vec![9, 6, 3], false));
    let nobody = AuditFilter { actor: Some(Actor::worker()), ..all.clone() };
    assert_eq!(found(nobody).await, (Vec::new(), false));
    let revoked = AuditFilter { action: Some(Action::RevokeToken), ..all.clone() };
    assert_eq!(found(revoked).await, (vec![9, 8, 7], false));
    let even = AuditFilter { resource: Some(Resource::Token("ci-0".parse().unwrap())), ..all.clone() };
    assert_eq!(found(AuditFilter { oldest_first: true, ..even.clone() }).await, (vec![2, 4, 6, 8], false));
    let both = AuditFilter { actor: Some(Actor::server()), ..even.clone() };
    assert_eq!(found(both).await, (vec![6], false));
    let span = |since: Option<i64>, until: Option<i64>| AuditFilter {
        since: since.map(at),
        until: until.map(at),
        ..all.clone()
    };
    assert_eq!(found(span(Some(8), None)).await, (vec![9, 8], false));
    assert_eq!(found(span(None, Some(3))).await, (vec![5, 2, 1], false));
    assert_eq!(found(span(Some(2), Some(4))).await, (vec![5, 3, 2], false));
    assert_eq!(found(span(Some(20), None)).await, (Vec::new(), false));
    let some = AuditFilter { limit: 2, after: Some(3), ..even };
    assert_eq!(found(AuditFilter { oldest_first: true, ..some.clone() }).await, (vec![4, 6], true));
    assert_eq!(found(some.clone()).await, (vec![8, 6], true));
    assert_eq!(found(AuditFilter { before: Some(8), ..some }).await, (vec![6, 4], false));
    let late = AuditFilter { actor: Some(Actor::server()), ..span(Some(4), Some(9)) };
    assert_eq!(found(late).await, (vec![6], false));
}
