//! What the store takes for what happens most: enqueue, claim and finish, and the pages of lists.
//!
//! `cargo run --release -p core-monitor-store-seaorm --example store_speed -- [FOLDER] [COUNT] [PART]`
//!
//! Prints microseconds per operation. With the name of one PART nothing else is measured, so that two runs of
//! `valgrind --tool=callgrind` with different COUNTs tell the instructions of that operation, however busy the machine is.
#![expect(clippy::print_stdout, reason = "a program that prints its result")]

use std::error::Error;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use core_monitor_domain::actor::Actor;
use core_monitor_domain::command::{CommandPayload, CommandResult, LaneKind, OnFailure};
use core_monitor_domain::ids::{CommandId, StackId, WorkerId};
use core_monitor_domain::ports::{
    CommandFilter, Finish, IfMatch, NewCommand, NewStack, NewVersion, StackChange, StackFilter,
};
use core_monitor_domain::stack_version::Source;
use core_monitor_domain::time::Timestamp;
use core_monitor_simulation::runtime_clock::RuntimeClock;
use core_monitor_store_seaorm::{Database, connect, default_url};
use uuid::Uuid;

/// Stacks in the database.
const STACKS: u32 = 1_000;
/// What a page of the API holds unless a client asks for another number.
const PAGE: u32 = 50;

type Outcome<T> = Result<T, Box<dyn Error>>;

#[tokio::main]
async fn main() -> Outcome<()> {
    let mut arguments = std::env::args().skip(1);
    let folder = arguments.next().map_or_else(std::env::temp_dir, PathBuf::from);
    let count: u32 = arguments.next().map_or(Ok(2_000), |count| count.parse())?;
    let part = arguments.next();
    let wanted = |name| part.as_deref().is_none_or(|part| part == name);

    let folder = tempfile::tempdir_in(folder)?;
    let db = connect(&default_url(folder.path()), folder.path(), Arc::new(RuntimeClock::new())).await?;
    for number in 0..STACKS {
        create(&db, number).await?;
    }
    if wanted("enqueue") {
        print("enqueue", enqueue(&db, 0, count).await?, count);
    }
    if wanted("claim") {
        enqueue(&db, count, count).await?;
        print("claim and finish", claim(&db, count).await?, count);
    }
    if wanted("stacks") {
        print("page of stacks", stacks(&db, count).await?, count);
    }
    if wanted("commands") {
        print("page of commands", commands(&db, count).await?, count);
    }
    Ok(())
}

fn print(what: &str, time: Duration, count: u32) {
    println!("{what:<18}{:9.1} us", time.as_secs_f64() * 1e6 / f64::from(count));
}

async fn create(db: &Database, number: u32) -> Outcome<()> {
    let version = NewVersion {
        command_id: CommandId(id(1, number)),
        author: Actor::from_stored("ann"),
        comment: "as it was".to_owned(),
        source: Source::single("compose.yml", "services: {}"),
        secrets: Vec::new(),
        based_on: None,
        artifacts: std::collections::BTreeMap::new(),
        model: serde_json::from_str(r#"{"name": "web", "services": {}}"#)?,
        warnings: Vec::new(),
        idempotency: None,
        now: now()?,
    };
    let name = format!("stack-{number:04}").parse()?;
    let new = NewStack { id: stack(number), name, on_failure: OnFailure::Hold, version };
    db.stack_store().create(new).await?;
    Ok(())
}

#[expect(clippy::disallowed_methods, reason = "a measurement needs the time itself")]
async fn enqueue(db: &Database, first: u32, count: u32) -> Outcome<Duration> {
    let queue = db.command_queue();
    let start = Instant::now();
    for number in first..first + count {
        let new = NewCommand {
            id: CommandId(id(2, number)),
            stack_id: stack(number % STACKS),
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

#[expect(clippy::disallowed_methods, reason = "a measurement needs the time itself")]
async fn claim(db: &Database, count: u32) -> Outcome<Duration> {
    let queue = db.worker_queue();
    let now = now()?;
    let lease = queue.take_over(WorkerId(id(3, 0)), now, Duration::from_mins(1)).await?;
    let start = Instant::now();
    for _ in 0..count {
        let claim = queue.claim(&lease, LaneKind::Writes, now).await?.ok_or("the queue is empty")?;
        let done =
            Finish::Done { result: CommandResult::default(), change: Box::new(StackChange::default()) };
        queue.finish(&lease, claim.command.seq, done, now).await?;
    }
    Ok(start.elapsed())
}

#[expect(clippy::disallowed_methods, reason = "a measurement needs the time itself")]
async fn stacks(db: &Database, count: u32) -> Outcome<Duration> {
    let store = db.stack_store();
    let mut filter = StackFilter { limit: PAGE, ..StackFilter::default() };
    let start = Instant::now();
    for _ in 0..count {
        let page = store.list(&filter).await?;
        filter.after = page.items.last().filter(|_| page.more).map(|last| last.name.clone());
    }
    Ok(start.elapsed())
}

#[expect(clippy::disallowed_methods, reason = "a measurement needs the time itself")]
async fn commands(db: &Database, count: u32) -> Outcome<Duration> {
    let queue = db.command_queue();
    let mut filter = CommandFilter { limit: PAGE, ..CommandFilter::default() };
    let start = Instant::now();
    for _ in 0..count {
        let page = queue.list(&filter).await?;
        filter.beyond = page.items.last().filter(|_| page.more).map(|last| last.seq);
    }
    Ok(start.elapsed())
}

fn stack(number: u32) -> StackId {
    StackId(id(4, number))
}

/// An id of its own for each number of a kind.
fn id(kind: u128, number: u32) -> Uuid {
    Uuid::from_u128(kind << 64 | u128::from(number))
}

fn now() -> Result<Timestamp, &'static str> {
    Timestamp::from_millis(1_800_000_000_000).ok_or("out of range")
}
