//! Actors in a database of the first releases, which stored names.

use core_monitor_domain::actor::Actor;
use core_monitor_domain::ids::{CommandId, TokenId};
use core_monitor_domain::ports::{Enqueued, EventFilter, NewCommand};

use super::{run, shell};
use crate::fixture::{Fixture, at};

/// A stack, a command and a journal line as stored by those releases: a token's name, `worker` and `server`.
async fn old(f: &Fixture) -> core_monitor_domain::ids::StackId {
    let stack = f.stack("web").await.stack.id;
    let db = shell(f).await;
    for sql in [
        "INSERT INTO command (command_id, stack_id, lane, kind, payload, status, principal, idem_key, idem_fingerprint,
         created_at)
         SELECT '00000000-0000-0000-0000-00000000aaaa', stack_id, lane, 'STOP', '{\"kind\":\"STOP\",\"service\":null}',
         'PENDING', 'admin', 'key', 'sha256:0', created_at FROM command WHERE seq = 1",
        "INSERT INTO command_event (seq, at, kind, actor, attempt, op, target, detail)
         VALUES (2, 1, 'ENQUEUED', 'admin', 0, '', '', 'null'), (2, 2, 'CLAIMED', 'worker', 1, '', '', 'null'),
                (2, 3, 'CANCEL_REQUESTED', 'server', 1, '', '', 'null')",
    ] {
        run(&db, sql).await.unwrap();
    }
    stack
}

#[tokio::test]
async fn names_of_the_first_releases_read_as_actors() {
    let f = Fixture::sqlite().await;
    old(&f).await;
    let filter = EventFilter { limit: 100, ..EventFilter::default() };
    let events = f.queue.events(&filter).await.unwrap();
    let actors: Vec<_> =
        events.iter().filter(|event| event.seq.0 == 2).map(|event| event.line.actor.to_string()).collect();
    assert_eq!(actors, ["token:-:admin", "system:worker", "system:server"]);
    let command = f.queue.find(events.last().unwrap().command_id).await.unwrap().unwrap();
    assert_eq!(command.principal, Actor::from_stored("admin"));
    // Nothing was rewritten: the journal is append-only.
    let db = shell(&f).await;
    let kept = run(&db, "UPDATE command_event SET actor = 'system:worker' WHERE actor = 'worker'").await;
    assert!(kept.unwrap_err().contains("the record is append-only"));
}

#[tokio::test]
async fn a_request_that_is_repeated_across_the_upgrade_is_carried_out_once() {
    let f = Fixture::sqlite().await;
    let stack = old(&f).await;
    let by = |name: &str| Actor::token(TokenId(f.id()), name.parse().unwrap());
    let repeat = |principal| NewCommand {
        id: CommandId(f.id()),
        principal,
        idempotency: Some(f.idempotency("key")),
        now: at(9),
        ..f.new_apply(stack)
    };
    let answer = f.queue.enqueue(repeat(by("admin"))).await.unwrap();
    let Enqueued::Replayed(earlier) = answer else { panic!("made twice") };
    assert_eq!(earlier.seq.0, 2);
    assert!(matches!(f.queue.enqueue(repeat(by("other"))).await.unwrap(), Enqueued::New(_)));
}
