use uuid::Uuid;

use super::*;
use crate::ids::TokenId;

const HOUR: Duration = Duration::from_hours(1);

fn at(hours: u32) -> Timestamp {
    Timestamp::from_millis(1_800_000_000_000).unwrap().plus(HOUR * hours)
}

fn actor(number: u128) -> Actor {
    Actor::token(TokenId(Uuid::from_u128(number)), "ann".parse().unwrap())
}

fn session(id: u128, created: u32, used: u32) -> Session {
    Session {
        id: SessionId(Uuid::from_u128(id)),
        actor: actor(1),
        hash: [0; 32],
        created_at: at(created),
        used_at: at(used),
        client: String::new(),
        address: None,
    }
}

#[test]
fn a_session_ends_when_it_is_idle_or_old() {
    let limits = SessionLimits { idle: HOUR * 12, age: HOUR * 48, per_actor: 3 };
    let check = |used: u32, now: u32, over: bool| {
        assert_eq!(limits.is_over(&session(1, 0, used), at(now)), over, "used {used}, now {now}");
    };
    check(0, 0, false);
    check(0, 11, false);
    check(0, 12, true);
    check(20, 31, false);
    check(20, 32, true);
    // Used all the time.
    check(47, 47, false);
    check(47, 48, true);
    assert_eq!(limits.idle_expires_at(&session(1, 0, 40)), at(48), "never later than the other one");
}

#[test]
fn who_begins_one_too_many_loses_the_one_not_used_for_longest() {
    let limits = SessionLimits { idle: HOUR * 12, age: HOUR * 48, per_actor: 3 };
    let other = Session { actor: actor(2), ..session(9, 1, 1) };
    let stored = [session(1, 0, 9), session(2, 1, 5), session(3, 2, 8), session(4, 0, 0), other];
    let leaving = limits.leaving(&stored, &session(5, 12, 12));
    assert_eq!(leaving.over, [session(4, 0, 0).id]);
    assert_eq!(leaving.crowded_out, [session(2, 1, 5).id]);
    assert_eq!(limits.leaving(&stored[..2], &session(5, 9, 9)), Leaving::default());
}

#[test]
fn a_use_is_written_once_a_minute() {
    let used = session(1, 0, 0);
    assert!(!used.use_is_due(at(0).plus(Duration::from_millis(59_999))));
    assert!(used.use_is_due(at(0).plus(Duration::from_mins(1))));
}

#[test]
fn the_csrf_token_tells_nothing_of_the_secret_and_is_its_own() {
    let (one, two) = (SessionSecret::new([1; 32]), SessionSecret::new([2; 32]));
    assert_eq!(one.csrf_token(), SessionSecret::new([1; 32]).csrf_token());
    assert_ne!(one.csrf_token(), two.csrf_token());
    assert_eq!(one.csrf_token().len(), 64);
    assert_ne!(
        one.csrf_token(),
        crate::stack_version::hex(&one.hash()),
        "what is stored does not give it away"
    );
}

#[test]
fn the_name_of_a_browser_is_short_and_on_one_line() {
    assert_eq!(Session::client_name(" Mozilla/5.0\n\u{1b}[31m "), "Mozilla/5.0  [31m");
    assert_eq!(Session::client_name(&"a".repeat(9_999)).chars().count(), Session::LONGEST_CLIENT);
}
