use std::sync::Arc;

use core_monitor_domain::ids::InstanceId;
use core_monitor_domain::ports::{Clock as _, IdSource as _};
use core_monitor_domain::session::SessionLimits;
use core_monitor_simulation::clock::ManualClock;
use core_monitor_simulation::ids::SeededIdSource;
use core_monitor_simulation::store::{SimDatabase, StoreFault};

use super::*;
use crate::server::{ADMINISTRATOR, SignInError, SignedIn, TokenSecret, Visitor, untouchable_ports};

/// A server with one token.
struct House {
    server: Server,
    database: SimDatabase,
    clock: Arc<ManualClock>,
    token: String,
}

impl House {
    async fn new() -> Self {
        let (database, clock) = (SimDatabase::new(), Arc::new(ManualClock::new()));
        let ids = Arc::new(SeededIdSource::new(1));
        let mut ports = untouchable_ports(InstanceId(ids.next_uuid()));
        ports.tokens = database.token_store();
        ports.sessions = database.session_store();
        ports.audit = database.audit_log();
        ports.clock = clock.clone();
        ports.ids = ids.clone();
        ports.session_limits =
            SessionLimits { idle: Duration::from_hours(1), age: Duration::from_hours(3), per_actor: 2 };
        let house = Self {
            server: Server::new(ports),
            database,
            clock,
            token: TokenSecret::random(&*ids).expose().to_owned(),
        };
        house.issue(&house.token).await;
        house
    }

    async fn issue(&self, token: &str) {
        let (name, token) = (ADMINISTRATOR.parse().unwrap(), TokenSecret::chosen(token));
        self.server.set_token(&Actor::server(), &name, &token).await.unwrap();
    }

    async fn sign_in(&self) -> SignedIn {
        self.server
            .sign_in(&self.token, None, Visitor::default())
            .await
            .unwrap_or_else(|error| panic!("{error}"))
    }

    async fn knows(&self, signed_in: &SignedIn) -> bool {
        self.server.authenticate_session(&signed_in.secret).await.unwrap().is_some()
    }
}

#[tokio::test]
async fn a_session_acts_as_its_token_until_it_is_idle_or_old() {
    let house = House::new().await;
    let session = house.sign_in().await;
    let found = house.server.authenticate_session(&session.secret).await.unwrap().unwrap();
    assert_eq!(found.session.actor.label(), ADMINISTRATOR);
    assert!(found.accepts(&session.csrf_token) && !found.accepts("") && !found.accepts(&session.secret));
    for _ in 0..3 {
        house.clock.advance(Duration::from_mins(59));
        assert!(house.knows(&session).await, "it is used");
    }
    house.clock.advance(Duration::from_mins(3));
    assert!(!house.knows(&session).await, "it is old");
    let session = house.sign_in().await;
    house.clock.advance(Duration::from_hours(1));
    assert!(!house.knows(&session).await, "it was not used");
}

#[tokio::test]
async fn a_replaced_token_takes_its_sessions_along() {
    let house = House::new().await;
    let (session, actor) = (house.sign_in().await, {
        let actor = house.server.authenticate(&house.token).await.unwrap();
        actor.unwrap()
    });
    let hash = session.shown.session.hash;
    assert!(house.server.still_stands(&actor, Some(&hash)).await.unwrap());
    assert!(house.server.still_stands(&actor, None).await.unwrap());
    house.issue("another secret, for the same name").await;
    assert!(!house.knows(&session).await);
    assert!(!house.server.still_stands(&actor, Some(&hash)).await.unwrap());
    assert!(!house.server.still_stands(&actor, None).await.unwrap(), "the token itself");
}

#[tokio::test]
async fn whoever_signs_in_once_too_often_loses_the_session_used_longest_ago() {
    let house = House::new().await;
    let (first, second) = (house.sign_in().await, house.sign_in().await);
    house.clock.advance(Duration::from_mins(2));
    assert!(house.knows(&first).await);
    let third = house.sign_in().await;
    assert!(house.knows(&first).await && house.knows(&third).await && !house.knows(&second).await);
}

#[tokio::test]
async fn a_use_is_written_once_a_minute_and_a_request_is_not_worse_if_it_cannot_be() {
    let house = House::new().await;
    let session = house.sign_in().await;
    let used = async || house.database.session_store().list().await.unwrap()[0].used_at;
    let begun = used().await;
    house.clock.advance(Duration::from_secs(59));
    house.knows(&session).await;
    assert_eq!(used().await, begun);
    house.clock.advance(Duration::from_secs(1));
    house.database.inject("SessionStore::touch", StoreFault::Refused);
    assert!(house.knows(&session).await);
    assert_eq!((house.database.pending_faults().len(), used().await), (0, begun));
    house.clock.advance(Duration::from_mins(1));
    house.database.inject("SessionStore::touch", StoreFault::ReplyLost);
    for _ in 0..3 {
        assert!(house.knows(&session).await);
    }
    assert_eq!(used().await, house.clock.now());
}

#[tokio::test]
async fn wrong_tokens_are_limited_and_right_ones_are_not() {
    let house = House::new().await;
    let visitor = || Visitor { client: String::new(), address: "10.0.0.1".parse().ok() };
    for _ in 0..20 {
        house.server.sign_in(&house.token, None, visitor()).await.map(|_| ()).unwrap();
    }
    for _ in 0..10 {
        let refused = house.server.sign_in("guess", None, visitor()).await.map(|_| ());
        assert!(matches!(refused, Err(SignInError::Token)), "{refused:?}");
    }
    let refused = house.server.sign_in(&house.token, None, visitor()).await.map(|_| ());
    assert!(matches!(refused, Err(SignInError::TooMany(_))), "{refused:?}");
    house.clock.advance(Duration::from_secs(6));
    house.server.sign_in(&house.token, None, visitor()).await.map(|_| ()).unwrap();
}
