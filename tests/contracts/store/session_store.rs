//! Sessions of browsers.

use std::time::Duration;

use core_monitor_domain::access::{Action, Grant};
use core_monitor_domain::actor::Actor;
use core_monitor_domain::ids::{SessionId, TokenId};
use core_monitor_domain::ports::{AuditFilter, Token};
use core_monitor_domain::session::{Session, SessionLimits};

use crate::fixture::{Fixture, ann, at};

contract!(
    a_session_is_found_by_its_hash_until_it_is_closed,
    a_use_only_moves_forward,
    whoever_begins_removes_what_is_over_and_what_is_too_many,
    a_session_ends_with_its_token,
    sessions_are_in_the_audit,
);

const LIMITS: SessionLimits =
    SessionLimits { idle: Duration::from_secs(100), age: Duration::from_secs(1_000), per_actor: 2 };

fn token(f: &Fixture, name: &str) -> Token {
    Token {
        id: TokenId(f.id()),
        name: name.parse().unwrap(),
        hash: [9; 32],
        grant: Grant::administrator(),
        created_at: at(0),
        expires_at: None,
        used_at: None,
    }
}

fn session(f: &Fixture, actor: &Actor, byte: u8, second: i64) -> Session {
    Session {
        id: SessionId(f.id()),
        actor: actor.clone(),
        hash: [byte; 32],
        created_at: at(second),
        used_at: at(second),
        client: "Mozilla/5.0 (é)".to_owned(),
        address: Some("2001:db8::1".parse().unwrap()),
    }
}

async fn open(f: &Fixture, actor: &Actor, byte: u8, second: i64) -> Session {
    let session = session(f, actor, byte, second);
    f.sessions.open(&session, &LIMITS).await.unwrap();
    session
}

async fn a_session_is_found_by_its_hash_until_it_is_closed(f: &Fixture) {
    let person: Actor = "user:00000000-0000-0000-0000-000000000001:ann".parse().unwrap();
    let first = open(f, &person, 1, 0).await;
    let second = Session { address: None, client: String::new(), ..session(f, &person, 2, 5) };
    f.sessions.open(&second, &LIMITS).await.unwrap();
    assert_eq!(f.sessions.find(&[1; 32]).await.unwrap(), Some(first.clone()));
    assert_eq!(f.sessions.find(&[3; 32]).await.unwrap(), None);
    assert_eq!(f.sessions.list().await.unwrap(), [second.clone(), first.clone()], "the newest first");
    for was_there in [true, false] {
        let closed = f.sessions.close(first.id, Action::SignOut, &person, at(6)).await.unwrap();
        assert_eq!(closed, was_there);
    }
    assert_eq!(f.sessions.find(&[1; 32]).await.unwrap(), None);
    assert_eq!(f.sessions.list().await.unwrap(), [second]);
}

async fn a_use_only_moves_forward(f: &Fixture) {
    let begun = open(f, &ann(), 1, 0).await;
    let used = async |second: i64, expected: i64| {
        f.sessions.touch(begun.id, at(second)).await.unwrap();
        let found = f.sessions.find(&[1; 32]).await.unwrap().unwrap();
        assert_eq!(found, Session { used_at: at(expected), ..begun.clone() });
    };
    used(60, 60).await;
    used(59, 60).await;
    used(61, 61).await;
    f.sessions.touch(SessionId(f.id()), at(70)).await.unwrap();
    assert_eq!(f.sessions.list().await.unwrap().len(), 1, "one that is gone stays gone");
}

async fn whoever_begins_removes_what_is_over_and_what_is_too_many(f: &Fixture) {
    let bob: Actor = "user:00000000-0000-0000-0000-000000000002:bob".parse().unwrap();
    let (old, of_bob) = (open(f, &ann(), 1, 0).await, open(f, &bob, 2, 50).await);
    let (first, second) = (open(f, &ann(), 3, 60).await, open(f, &ann(), 4, 110).await);
    let ids = async || f.sessions.list().await.unwrap().iter().map(|s| s.id).collect::<Vec<_>>();
    assert_eq!(ids().await, [second.id, first.id, of_bob.id], "{} was over", old.id);
    f.sessions.touch(first.id, at(120)).await.unwrap();
    let third = open(f, &ann(), 5, 121).await;
    assert_eq!(
        ids().await,
        [third.id, first.id, of_bob.id],
        "the one that was not used for longest made room"
    );
}

async fn a_session_ends_with_its_token(f: &Fixture) {
    let (admin, other) = (token(f, "admin"), token(f, "ci"));
    for token in [&admin, &other] {
        f.tokens.replace(token, &ann()).await.unwrap();
    }
    let of_admin = Actor::token(admin.id, admin.name.clone());
    let of_other = Actor::token(other.id, other.name.clone());
    let person: Actor = "user:00000000-0000-0000-0000-000000000002:admin".parse().unwrap();
    open(f, &of_admin, 1, 0).await;
    let kept = [open(f, &of_other, 2, 1).await, open(f, &person, 3, 2).await];
    f.tokens.replace(&token(f, "admin"), &ann()).await.unwrap();
    let left: Vec<_> = f.sessions.list().await.unwrap();
    assert_eq!(left, [kept[1].clone(), kept[0].clone()]);
}

async fn sessions_are_in_the_audit(f: &Fixture) {
    let (first, second) = (open(f, &ann(), 1, 0).await, open(f, &ann(), 2, 1).await);
    let third = open(f, &ann(), 3, 2).await;
    f.sessions.close(second.id, Action::RevokeSession, &ann(), at(3)).await.unwrap();
    let page = f.audit.list(&AuditFilter { limit: 10, ..AuditFilter::default() }).await.unwrap();
    let lines: Vec<_> = page
        .items
        .iter()
        .rev()
        .map(|record| format!("{} {} {}", record.entry.action, record.entry.change, record.entry.resource))
        .collect();
    assert_eq!(
        lines,
        [
            format!("sign_in created session:{}", first.id),
            format!("sign_in created session:{}", second.id),
            format!("sign_in removed session:{}", first.id),
            format!("sign_in created session:{}", third.id),
            format!("revoke_session removed session:{}", second.id),
        ]
    );
    let detail = page.items[0].entry.detail.clone();
    assert_eq!(detail, None);
    let opened = page.items.last().unwrap().entry.detail.clone().unwrap();
    assert_eq!(opened.address, first.address);
}
