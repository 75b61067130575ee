//! Tokens and the id of the installation.

use std::collections::BTreeSet;

use core_monitor_domain::access::{Grant, Permission, Role, Scope};
use core_monitor_domain::audit::AuditRecord;
use core_monitor_domain::ids::{InstanceId, TokenId};
use core_monitor_domain::ports::{AuditFilter, Token, TokenError};

use crate::fixture::{Fixture, ann, at};

contract!(
    a_token_replaces_the_one_of_its_name,
    a_token_is_added_under_a_free_name,
    a_revoked_token_is_gone_with_its_line,
    the_last_use_is_recorded,
    the_first_candidate_is_the_installation_for_ever,
);

fn token(f: &Fixture, name: &str, byte: u8) -> Token {
    Token {
        id: TokenId(f.id()),
        name: name.parse().unwrap(),
        hash: [byte; 32],
        grant: Grant::administrator(),
        created_at: at(i64::from(byte)),
        expires_at: None,
        used_at: None,
    }
}

async fn a_token_replaces_the_one_of_its_name(f: &Fixture) {
    assert_eq!(f.tokens.list().await.unwrap(), []);
    let (old, new, other) = (token(f, "admin", 1), token(f, "admin", 2), token(f, "ci", 3));
    for token in [&old, &other, &new] {
        f.tokens.replace(token, &ann()).await.unwrap();
    }
    assert_eq!(f.tokens.list().await.unwrap(), [new.clone(), other]);
    assert_eq!(f.tokens.find(new.id).await.unwrap(), Some(new));
    assert_eq!(f.tokens.find(old.id).await.unwrap(), None);
    for (hash, found) in [(1, false), (2, true), (3, true), (4, false)] {
        let token = f.tokens.of_hash(&[hash; 32]).await.unwrap();
        assert_eq!(token.is_some_and(|token| token.hash == [hash; 32]), found, "{hash}");
    }
}

async fn a_token_is_added_under_a_free_name(f: &Fixture) {
    let stacks = BTreeSet::from(["shop-*".parse().unwrap(), "web".parse().unwrap()]);
    let grant = Grant {
        role: Role::Deployer,
        permissions: BTreeSet::from([Permission::Files]),
        stacks: Scope::Stacks(stacks),
    };
    let ci = Token { grant, expires_at: Some(at(90)), ..token(f, "ci", 1) };
    f.tokens.add(&ci, 2, &ann()).await.unwrap();
    let same = f.tokens.add(&token(f, "ci", 2), 2, &ann()).await;
    assert!(matches!(same, Err(TokenError::NameTaken)), "{same:?}");
    let admin = token(f, "admin", 3);
    f.tokens.add(&admin, 2, &ann()).await.unwrap();
    let third = f.tokens.add(&token(f, "third", 4), 2, &ann()).await;
    assert!(matches!(third, Err(TokenError::TooMany { most: 2 })), "{third:?}");
    assert_eq!(f.tokens.list().await.unwrap(), [admin, ci]);
    assert_eq!(audit(f).await, ["issue_token token:admin created", "issue_token token:ci created"]);
}

async fn a_revoked_token_is_gone_with_its_line(f: &Fixture) {
    let (ci, admin) = (token(f, "ci", 1), token(f, "admin", 2));
    for token in [&ci, &admin] {
        f.tokens.add(token, 9, &ann()).await.unwrap();
    }
    f.tokens.revoke(&ci.name, &ann(), at(5)).await.unwrap();
    let again = f.tokens.revoke(&ci.name, &ann(), at(6)).await;
    assert!(matches!(again, Err(TokenError::NotFound)), "{again:?}");
    assert_eq!(f.tokens.list().await.unwrap(), [admin]);
    assert_eq!(f.tokens.find(ci.id).await.unwrap(), None);
    assert_eq!(audit(f).await[0], "revoke_token token:ci removed");
    assert_eq!(audit(f).await.len(), 3);
}

async fn the_last_use_is_recorded(f: &Fixture) {
    let (ci, admin) = (token(f, "ci", 1), token(f, "admin", 2));
    for token in [&ci, &admin] {
        f.tokens.add(token, 9, &ann()).await.unwrap();
    }
    f.tokens.touch(ci.id, at(70)).await.unwrap();
    f.tokens.touch(TokenId(f.id()), at(71)).await.unwrap();
    assert_eq!(f.tokens.list().await.unwrap(), [admin, Token { used_at: Some(at(70)), ..ci }]);
}

/// The lines of the audit, the newest first.
async fn audit(f: &Fixture) -> Vec<String> {
    let page = f.audit.list(&AuditFilter { limit: 9, ..AuditFilter::default() }).await.unwrap();
    let line = |record: AuditRecord| {
        let entry = record.entry;
        format!("{} {} {}", entry.action, entry.resource, entry.change)
    };
    page.items.into_iter().map(line).collect()
}

async fn the_first_candidate_is_the_installation_for_ever(f: &Fixture) {
    let candidates: Vec<_> = (0..8).map(|_| InstanceId(f.id())).collect();
    let asked = candidates.iter().map(|candidate| {
        let tokens = f.tokens.clone();
        let candidate = *candidate;
        tokio::spawn(async move { tokens.instance(candidate).await.unwrap() })
    });
    let mut answers = Vec::new();
    for task in asked.collect::<Vec<_>>() {
        answers.push(task.await.unwrap());
    }
    assert!(candidates.contains(&answers[0]));
    assert!(answers.iter().all(|answer| *answer == answers[0]), "{answers:?}");
    assert_eq!(f.tokens.instance(InstanceId(f.id())).await.unwrap(), answers[0]);
}
