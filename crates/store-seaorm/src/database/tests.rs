//! Tests that need direct access to the connections, such as a disk that fills up.

use core_monitor_domain::actor::Actor;
use core_monitor_domain::build_policy::BuildPolicy;
use core_monitor_domain::command::{CommandPayload, LaneKind, OnFailure};
use core_monitor_domain::ids::{CommandId, Seq, StackId, WorkerId};
use core_monitor_domain::observation::{ApiVersion, EngineFacts, HostObservation, Observation};
use core_monitor_domain::ports::{
    EnqueueError, Enqueued, IfMatch, NewCommand, NewStack, NewVersion, QueueError, StoreError,
};
use core_monitor_domain::protection::Protected;
use core_monitor_domain::stack_version::Source;
use core_monitor_domain::time::Timestamp;
use core_monitor_simulation::runtime_clock::RuntimeClock;
use sea_orm::{ConnectionTrait, DbBackend, QueryFilter, QuerySelect, QueryTrait, Statement};
use uuid::Uuid;

use super::*;
use crate::entity::{command, command_event, stack};
use crate::statement::Query as _;

fn now() -> Timestamp {
    Timestamp::from_millis(1_800_000_000_000).unwrap()
}

/// More than any cache of a connection holds.
pub(super) const LARGE_SORT: &str = "CREATE TEMPORARY TABLE sorted AS
    WITH RECURSIVE number(value) AS (SELECT 1 UNION ALL SELECT value + 1 FROM number WHERE value < 40000)
    SELECT hex(randomblob(100)) AS text FROM number ORDER BY text;
    CREATE INDEX sorted_by_text ON sorted (text)";

/// The temporary files that SQLite has open in this process. They have no name in any folder.
pub(super) fn temporary_files() -> Vec<String> {
    let open = std::fs::read_dir("/proc/self/fd").unwrap();
    let targets = open.filter_map(|entry| std::fs::read_link(entry.unwrap().path()).ok());
    targets.map(|target| target.display().to_string()).filter(|target| target.contains("etilqs_")).collect()
}

#[tokio::test]
async fn a_sort_of_several_megabytes_needs_no_temporary_file() {
    let folder = tempfile::tempdir().unwrap();
    let (db, _) = with_a_stack(folder.path()).await;
    let tx = db.connections().write().await.unwrap();
    tx.execute_unprepared(LARGE_SORT).await.unwrap();
    assert_eq!(temporary_files(), [""; 0]);
    drop(tx);
    db.close().await;
}

pub(super) async fn with_a_stack(folder: &Path) -> (Database, StackId) {
    let db = connect(&default_url(folder), folder, Arc::new(RuntimeClock::new())).await.unwrap();
    let version = NewVersion {
        command_id: CommandId(Uuid::from_u128(1)),
        author: Actor::from_stored("ann"),
        comment: String::new(),
        source: Source::single("compose.yml", "services: {}"),
        secrets: Vec::new(),
        based_on: None,
        artifacts: std::collections::BTreeMap::new(),
        model: serde_json::from_str(r#"{"name": "web", "services": {}}"#).unwrap(),
        warnings: Vec::new(),
        idempotency: None,
        now: now(),
    };
    let id = StackId(Uuid::from_u128(2));
    let stack = NewStack { id, name: "web".parse().unwrap(), on_failure: OnFailure::Hold, version };
    db.stack_store().create(stack).await.unwrap();
    (db, id)
}

fn stop(stack_id: StackId, number: u128) -> NewCommand {
    NewCommand {
        id: CommandId(Uuid::from_u128(1_000 + number)),
        stack_id,
        payload: CommandPayload::Stop { service: None },
        leaves_on_failure: false,
        principal: Actor::from_stored(&"p".repeat(1_000)),
        idempotency: None,
        if_match: IfMatch::Any,
        now: now(),
    }
}

/// Limits the growth of the file to `pages`; `None` removes the limit.
async fn limit_growth(db: &Database, pages: Option<u32>) {
    let tx = db.connections().write().await.unwrap();
    let sql = match pages {
        Some(pages) => {
            let count = Statement::from_string(DbBackend::Sqlite, "SELECT page_count FROM pragma_page_count");
            let count = tx.query_one_raw(count).await.unwrap().unwrap();
            let count: i64 = count.try_get_by_index(0).unwrap();
            format!("PRAGMA max_page_count = {}", count + i64::from(pages))
        }
        None => "PRAGMA max_page_count = 1073741823".to_owned(),
    };
    tx.execute_unprepared(&sql).await.unwrap();
    tx.commit().await.unwrap();
}

#[tokio::test]
async fn a_full_disk_is_reported_and_leaves_nothing_half_written() {
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
async fn the_log_gives_back_the_space_of_a_large_commit() {
    let folder = tempfile::tempdir().unwrap();
    let (db, stack) = with_a_stack(folder.path()).await;
    let log = folder.path().join("core-monitor.db-wal");
    let size = || log.metadata().unwrap().len();
    let tx = db.connections().write().await.unwrap();
    let large = format!("INSERT INTO blob VALUES ('sha256:{}', zeroblob({}))", "0".repeat(64), 32 << 20);
    tx.execute_unprepared(&large).await.unwrap();
    tx.commit().await.unwrap();
    assert!(size() > 32 << 20, "the commit went elsewhere: {}", size());
    db.command_queue().enqueue(stop(stack, 0)).await.unwrap();
    assert!(size() <= 4 << 20, "{} bytes are left", size());
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
            stacks_dir: None,
            builds: BuildPolicy::default(),
            protected: Protected::default(),
            networks: Vec::new(),
            volumes: Vec::new(),
            images: Vec::new(),
            occupants: Vec::new(),
            spoofed: Vec::new(),
            edited_files: Vec::new(),
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

/// With some statements SQLite undoes the whole transaction when the disk is full. The driver's rollback then fails,
/// and it believes for ever that a transaction is open on this connection: every later one would be a savepoint, which
/// does not take the write lock at its beginning.
#[tokio::test]
async fn writes_hold_the_lock_even_after_sqlite_rolled_back_by_itself() {
    let folder = tempfile::tempdir().unwrap();
    let (db, stack) = with_a_stack(folder.path()).await;
    let impatient = Options {
        busy_timeout: Duration::from_millis(50),
        ..Options::new(default_url(folder.path()), folder.path())
    };
    let other = Database::open(impatient, Arc::new(RuntimeClock::new())).await.unwrap();

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

/// A worker that is woken up for nothing stays out of the way of those who write.
#[tokio::test]
async fn a_claim_that_finds_nothing_needs_no_write_lock() {
    let folder = tempfile::tempdir().unwrap();
    let (db, _) = with_a_stack(folder.path()).await;
    let (queue, now) = (db.worker_queue(), now());
    let lease = queue.take_over(WorkerId(Uuid::from_u128(9)), now, Duration::from_mins(1)).await.unwrap();
    let writing = db.connections().write().await.unwrap();
    for lanes in [LaneKind::Writes, LaneKind::Power] {
        let claim = queue.claim(&lease, lanes, now).await;
        assert!(matches!(claim, Ok(None)), "{lanes:?}: {claim:?}");
        let lost = queue.claim(&lease, lanes, lease.expires_at).await;
        assert!(matches!(lost, Err(QueueError::LeaseLost)), "{lanes:?}: {lost:?}");
    }
    drop(writing);
}

/// The history may be long; no query that runs all the time may walk through it.
#[tokio::test]
async fn hot_queries_use_an_index() {
    let folder = tempfile::tempdir().unwrap();
    let (db, _) = with_a_stack(folder.path()).await;
    let (seq, id, name) = (Seq(1), CommandId(Uuid::from_u128(1)), "web".parse().unwrap());
    let events = command_event::lines().filter(command_event::of_command(id)).limit(9);
    let expected = [
        (command::head().statement(DbBackend::Sqlite), "command_open"),
        (command::open_power().statement(DbBackend::Sqlite), "command_open_in_lane"),
        (command::pending().build(DbBackend::Sqlite), "command_open"),
        (command::cancel_requested().statement(DbBackend::Sqlite), "one_running"),
        (command::with_key(&Actor::worker(), "key").build(DbBackend::Sqlite), "command_idempotency"),
        (events.build(DbBackend::Sqlite), "command_event_of_command"),
        (command_event::journal(seq).build(DbBackend::Sqlite), "command_event_of_command"),
        (stack::live_by_name(&name).build(DbBackend::Sqlite), "stack_live_name"),
    ];
    for (query, index) in expected {
        let explain = format!("EXPLAIN QUERY PLAN {}", query.sql);
        let statement = Statement { sql: explain, ..query };
        let rows = db.connections().reader().query_all_raw(statement).await.unwrap();
        let plan: Vec<String> = rows.iter().map(|row| row.try_get("", "detail").unwrap()).collect();
        let plan = plan.join("; ");
        // The open power changes of all lanes are few, and sorted after they are found.
        let sorts = plan.contains("TEMP B-TREE") && index != "command_open_in_lane";
        assert!(plan.contains(index) && !sorts, "{index}: {plan}");
    }
}
