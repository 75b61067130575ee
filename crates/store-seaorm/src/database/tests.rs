//! What needs a hand on the connections themselves: a disk that fills up.

use core_monitor_domain::command::CommandPayload;
use core_monitor_domain::ids::{CommandId, StackId};
use core_monitor_domain::observation::{ApiVersion, EngineFacts, HostObservation, Observation};
use core_monitor_domain::ports::{
    EnqueueError, Enqueued, IfMatch, NewCommand, NewStack, NewVersion, StoreError,
};
use core_monitor_domain::stack_version::Source;
use core_monitor_domain::time::Timestamp;
use sea_orm::ConnectionTrait;
use uuid::Uuid;

use super::*;

fn now() -> Timestamp {
    Timestamp::from_millis(1_800_000_000_000).unwrap()
}

async fn with_a_stack(folder: &Path) -> (Database, StackId) {
    let db = connect(&default_url(folder), folder).await.unwrap();
    let version = NewVersion {
        command_id: CommandId(Uuid::from_u128(1)),
        author: "ann".to_owned(),
        comment: String::new(),
        source: Source::single("compose.yml", "services: {}"),
        model: serde_json::from_str(r#"{"name": "web", "services": {}}"#).unwrap(),
        warnings: Vec::new(),
        idempotency: None,
        now: now(),
    };
    let id = StackId(Uuid::from_u128(2));
    let stack = NewStack { id, name: "web".parse().unwrap(), version };
    db.stack_store().create(stack).await.unwrap();
    (db, id)
}

fn stop(stack_id: StackId, number: u128) -> NewCommand {
    NewCommand {
        id: CommandId(Uuid::from_u128(1_000 + number)),
        stack_id,
        payload: CommandPayload::Stop { service: None },
        principal: "p".repeat(1_000),
        idempotency: None,
        if_match: IfMatch::Any,
        now: now(),
    }
}

/// Lets the file grow by no more than `pages`; `None` takes the limit away.
async fn limit_growth(db: &Database, pages: Option<u32>) {
    let tx = db.connections().write().await.unwrap();
    let sql = match pages {
        Some(pages) => {
            let count = crate::sql::one::<crate::sql::Number>(
                &*tx,
                "SELECT page_count AS n FROM pragma_page_count",
                [],
            );
            format!("PRAGMA max_page_count = {}", count.await.unwrap().n + i64::from(pages))
        }
        None => "PRAGMA max_page_count = 1073741823".to_owned(),
    };
    tx.execute_unprepared(&sql).await.unwrap();
    tx.commit().await.unwrap();
}

#[tokio::test]
async fn a_full_disk_is_said_and_leaves_nothing_half_written() {
    let folder = tempfile::tempdir().unwrap();
    let (db, stack) = with_a_stack(folder.path()).await;
    let queue = db.command_queue();
    limit_growth(&db, Some(3)).await;
    let mut accepted = 0;
    let refusal = loop {
        match queue.enqueue(stop(stack, accepted)).await {
            Ok(Enqueued::New(_)) => accepted += 1,
            Ok(Enqueued::Replayed(command)) => panic!("{} was a replay", command.seq),
            Err(refusal) => break refusal,
        }
        assert!(accepted < 1_000, "the limit has no effect");
    };
    let EnqueueError::Store(StoreError::Unavailable { reason, .. }) = refusal else { panic!("{refusal:?}") };
    assert_eq!(reason, "the disk is full");

    assert_eq!(queue.overview().await.unwrap().pending, u64::try_from(accepted).unwrap());
    let events = queue.last_event().await.unwrap();
    assert_eq!(i128::from(events), i128::try_from(accepted).unwrap() + 2, "an event without its command");
    limit_growth(&db, None).await;
    let Enqueued::New(command) = queue.enqueue(stop(stack, accepted)).await.unwrap() else {
        panic!("a replay")
    };
    assert_eq!(i128::from(command.seq.0), i128::try_from(accepted).unwrap() + 2, "the order has a gap");
}

#[tokio::test]
async fn a_full_disk_at_any_write_of_an_observation_leaves_the_old_one() {
    let folder = tempfile::tempdir().unwrap();
    let (db, _) = with_a_stack(folder.path()).await;
    let look = |version: String| Observation {
        host: HostObservation {
            taken_at: now(),
            engine: EngineFacts {
                id: "engine".to_owned(),
                version,
                api: ApiVersion { major: 1, minor: 41 },
                os: "linux".to_owned(),
                arch: "amd64".to_owned(),
            },
            networks: Vec::new(),
            volumes: Vec::new(),
            images: Vec::new(),
            occupants: Vec::new(),
        },
        containers: Vec::new(),
    };
    let observations = db.observation_store();
    observations.save(&look("20".to_owned())).await.unwrap();
    limit_growth(&db, Some(1)).await;
    let refusal = observations.save(&look("x".repeat(100_000))).await.unwrap_err();
    assert_eq!(refusal.to_string(), "the database cannot be used right now: the disk is full");
    assert_eq!(observations.host().await.unwrap().unwrap().engine.version, "20");
    observations.save(&look("28".to_owned())).await.unwrap();
    assert_eq!(observations.host().await.unwrap().unwrap().engine.version, "28");
}

/// With some statements SQLite undoes the whole transaction when the disk is full. The driver's rollback then fails, and
/// it believes for ever that a transaction is open on this connection: every later one would be a savepoint, which
/// does not take the write lock at its beginning.
#[tokio::test]
async fn writes_hold_the_lock_even_after_sqlite_rolled_back_by_itself() {
    let folder = tempfile::tempdir().unwrap();
    let (db, stack) = with_a_stack(folder.path()).await;
    let impatient = Options {
        busy_timeout: Duration::from_millis(50),
        ..Options::new(default_url(folder.path()), folder.path())
    };
    let other = Database::open(impatient).await.unwrap();

    limit_growth(&db, Some(1)).await;
    let tx = db.connections().write().await.unwrap();
    tx.execute_unprepared("UPDATE stack SET last_seq = 99").await.unwrap();
    let too_much = "INSERT INTO setting (name, value) VALUES ('x', hex(zeroblob(100000)))";
    let refusal = tx.execute_unprepared(too_much).await.unwrap_err();
    assert!(refusal.to_string().contains("full"), "{refusal}");
    let undone = tx.execute_unprepared("ROLLBACK").await.unwrap_err();
    assert!(undone.to_string().contains("no transaction is active"), "this tests nothing: {undone}");
    drop(tx);

    let tx = db.connections().write().await.unwrap();
    let second = other.connections().write().await.map(|_| ());
    assert!(matches!(second, Err(StoreError::Unavailable { .. })), "two hold the write lock: {second:?}");
    drop(tx);
    let answer = db.command_queue().enqueue(stop(stack, 0)).await;
    assert!(matches!(&answer, Ok(Enqueued::New(command)) if command.seq.0 == 2), "{answer:?}");
}

#[tokio::test]
async fn readers_cannot_write() {
    let folder = tempfile::tempdir().unwrap();
    let (db, _) = with_a_stack(folder.path()).await;
    let refusal = db.connections().reader().execute_unprepared("DELETE FROM setting").await.unwrap_err();
    assert!(refusal.to_string().contains("readonly"), "{refusal}");
}

#[tokio::test]
async fn a_transaction_that_is_dropped_is_undone() {
    let folder = tempfile::tempdir().unwrap();
    let (db, _) = with_a_stack(folder.path()).await;
    for _ in 0..3 {
        let tx = db.connections().write().await.unwrap();
        tx.execute_unprepared("UPDATE stack SET last_seq = 99").await.unwrap();
        drop(tx);
    }
    let stack = db.stack_store().find_by_name(&"web".parse().unwrap()).await.unwrap().unwrap();
    assert_eq!(stack.last_seq.0, 1);
}

/// The history may be long; no query that runs all the time may walk through it.
#[tokio::test]
async fn hot_queries_use_an_index() {
    let folder = tempfile::tempdir().unwrap();
    let (db, _) = with_a_stack(folder.path()).await;
    let replay = crate::command_row::select_command!(" WHERE principal = $1 AND idem_key = $2");
    let events = format!(
        "{} WHERE e.seq = (SELECT seq FROM command WHERE command_id = $1) AND e.event_id > $2
         ORDER BY e.event_id LIMIT $3",
        crate::command_record::SELECT_EVENT
    );
    let name = crate::stack_row::select_stack!(" WHERE name = $1 AND deleted_at IS NULL");
    let expected = [
        (crate::command_queue::HEAD, "command_open"),
        (crate::command_queue::PENDING, "command_open"),
        (replay, "command_idempotency"),
        (events.as_str(), "command_event_of_command"),
        (name, "stack_live_name"),
    ];
    for (query, index) in expected {
        let explain = format!("EXPLAIN QUERY PLAN {query}");
        let statement =
            sea_orm::Statement::from_string(db.connections().reader().get_database_backend(), explain);
        let rows = db.connections().reader().query_all_raw(statement).await.unwrap();
        let plan: Vec<String> = rows.iter().map(|row| row.try_get("", "detail").unwrap()).collect();
        let plan = plan.join("; ");
        assert!(plan.contains(index) && !plan.contains("TEMP B-TREE"), "{query}: {plan}");
    }
}
