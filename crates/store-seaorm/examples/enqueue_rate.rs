//! Measures how many commands the queue accepts per second, compared with the durable commits of plain SQLite.
//!
//! `cargo run --release -p core-monitor-store-seaorm --example enqueue_rate -- [FOLDER] [COUNT]`
//!
//! Both loops commit one transaction after another to the same folder with the same settings, so the ratio shows what
//! the checks, the events and the driver cost, independent of the disk.
#![expect(clippy::print_stdout, reason = "a program that prints its result")]

use std::error::Error;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use core_monitor_domain::actor::Actor;
use core_monitor_domain::command::{CommandPayload, OnFailure};
use core_monitor_domain::ids::{CommandId, StackId};
use core_monitor_domain::ports::{IfMatch, NewCommand, NewStack, NewVersion};
use core_monitor_domain::stack_version::Source;
use core_monitor_domain::time::Timestamp;
use core_monitor_simulation::runtime_clock::RuntimeClock;
use core_monitor_store_seaorm::{Database, connect, default_url};
use sea_orm::sqlx::sqlite::{SqliteConnectOptions, SqliteConnection, SqliteJournalMode, SqliteSynchronous};
use sea_orm::sqlx::{self, ConnectOptions as _};
use uuid::Uuid;

/// Commits before the measurement.
const WARM_UP: u32 = 1_000;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let folder = arguments.next().map_or_else(std::env::temp_dir, PathBuf::from);
    let count: u32 = arguments.next().map_or(Ok(2_000), |count| count.parse())?;
    let folder = tempfile::tempdir_in(folder)?;

    let mut bare = bare_table(&folder.path().join("bare.db")).await?;
    let db = connect(&default_url(folder.path()), folder.path(), Arc::new(RuntimeClock::new())).await?;
    let stack = stack(&db).await?;
    // Until the log of each has been folded back once: the file system takes longer to let a file grow than to write
    // over it, and a commit of the queue has more pages than a bare one.
    insert(&mut bare, WARM_UP).await?;
    enqueue(&db, stack, 0, WARM_UP).await?;
    // In turns, so that both meet the same disk.
    let (mut bare_time, mut queue_time) = (Duration::ZERO, Duration::ZERO);
    let rounds = 10;
    for round in 0..rounds {
        bare_time += insert(&mut bare, count / rounds).await?;
        queue_time += enqueue(&db, stack, WARM_UP + round * count, count / rounds).await?;
    }
    let done = f64::from(count / rounds * rounds);
    let (bare_rate, queue_rate) = (done / bare_time.as_secs_f64(), done / queue_time.as_secs_f64());
    println!("bare durable inserts  {bare_rate:8.0} /s");
    println!("enqueues              {queue_rate:8.0} /s");
    println!("ratio                 {:8.2}", queue_rate / bare_rate);
    Ok(())
}

async fn bare_table(path: &Path) -> Result<SqliteConnection, sqlx::Error> {
    let mut bare = SqliteConnectOptions::new()
        .filename(path)
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .connect()
        .await?;
    sqlx::query("CREATE TABLE t (seq INTEGER PRIMARY KEY AUTOINCREMENT, payload TEXT NOT NULL)")
        .execute(&mut bare)
        .await?;
    Ok(bare)
}

#[expect(clippy::disallowed_methods, reason = "a measurement needs the time itself")]
async fn insert(bare: &mut SqliteConnection, count: u32) -> Result<Duration, sqlx::Error> {
    let start = Instant::now();
    for _ in 0..count {
        sqlx::query("INSERT INTO t (payload) VALUES ($1)")
            .bind(r#"{"kind":"STOP","service":null}"#)
            .execute(&mut *bare)
            .await?;
    }
    Ok(start.elapsed())
}

#[expect(clippy::disallowed_methods, reason = "a measurement needs the time itself")]
async fn enqueue(
    db: &Database,
    stack_id: StackId,
    first: u32,
    count: u32,
) -> Result<Duration, Box<dyn Error>> {
    let queue = db.command_queue();
    let start = Instant::now();
    for number in first..first + count {
        let new = NewCommand {
            id: CommandId(Uuid::from_u128(u128::from(number) + 1_000)),
            stack_id,
            payload: CommandPayload::Stop { service: None },
            leaves_on_failure: false,
            principal: Actor::from_stored("ann"),
            idempotency: None,
            if_match: IfMatch::Any,
            now: now()?,
        };
        queue.enqueue(new).await?;
    }
    Ok(start.elapsed())
}

async fn stack(db: &Database) -> Result<StackId, Box<dyn Error>> {
    let version = NewVersion {
        command_id: CommandId(Uuid::from_u128(1)),
        author: Actor::from_stored("ann"),
        comment: String::new(),
        source: Source::single("compose.yml", "services: {}"),
        secrets: Vec::new(),
        based_on: None,
        artifacts: std::collections::BTreeMap::new(),
        model: serde_json::from_str(r#"{"name": "web", "services": {}}"#)?,
        warnings: Vec::new(),
        idempotency: None,
        now: now()?,
    };
    let id = StackId(Uuid::from_u128(2));
    db.stack_store()
        .create(NewStack { id, name: "web".parse()?, on_failure: OnFailure::Hold, version })
        .await?;
    Ok(id)
}

fn now() -> Result<Timestamp, &'static str> {
    Timestamp::from_millis(1_800_000_000_000).ok_or("out of range")
}
