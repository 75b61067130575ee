//! What a caller sees while another process holds the database, and that it recovers afterwards.

use std::sync::Arc;
use std::time::Duration;

use core_monitor_domain::ports::{EnqueueError, StoreError};
use core_monitor_host::SystemClock;
use core_monitor_store_seaorm::{Database, Options, default_url};

use super::{run, shell};
use crate::fixture::{Fixture, accepted};

#[tokio::test]
async fn a_locked_database_is_unavailable_for_writes_only_and_only_for_the_while() {
    let f = Fixture::sqlite().await;
    let stack = f.stack("web").await.stack.id;
    let folder = f.folder.as_ref().unwrap().path();
    let options =
        Options { busy_timeout: Duration::from_millis(100), ..Options::new(default_url(folder), folder) };
    let impatient = Fixture::over(&Database::open(options, Arc::new(SystemClock)).await.unwrap());

    let other = shell(&f).await;
    run(&other, "BEGIN IMMEDIATE").await.unwrap();
    let mut new = f.new_apply(stack);
    let refusal = impatient.queue.enqueue(new.clone()).await.unwrap_err();
    let EnqueueError::Store(StoreError::Unavailable { reason, source }) = refusal else {
        panic!("{refusal:?}")
    };
    assert_eq!(reason, "the database is locked by another process");
    assert!(source.is_some());
    assert_eq!(impatient.queue().await, "1 CREATE DONE\n", "reads go on");
    let refusal = impatient.queue.is_writable().await.unwrap_err();
    assert!(matches!(refusal, StoreError::Unavailable { .. }), "{refusal}");
    run(&other, "ROLLBACK").await.unwrap();
    impatient.queue.is_writable().await.unwrap();
    run(&other, "BEGIN IMMEDIATE").await.expect("the question does not keep what it took");
    run(&other, "ROLLBACK").await.unwrap();

    new.if_match = core_monitor_domain::ports::IfMatch::Any;
    assert_eq!(accepted(impatient.queue.enqueue(new).await).seq.0, 2);
}

#[tokio::test]
async fn a_write_waits_for_another_process_that_writes() {
    let f = Fixture::sqlite().await;
    let stack = f.stack("web").await.stack.id;
    let other = shell(&f).await;
    run(&other, "BEGIN IMMEDIATE").await.unwrap();
    let (queue, new) = (f.queue.clone(), f.new_apply(stack));
    let waiting = tokio::spawn(async move { accepted(queue.enqueue(new).await) });
    tokio::time::sleep(Duration::from_millis(50)).await;
    assert!(!waiting.is_finished(), "it did not wait");
    run(&other, "COMMIT").await.unwrap();
    assert_eq!(waiting.await.unwrap().seq.0, 2);
}

#[tokio::test]
async fn a_damaged_row_is_named() {
    let f = Fixture::sqlite().await;
    let stack = f.stack("web").await.stack;
    run(&shell(&f).await, "UPDATE stack SET stopped_runs = 'nonsense'").await.unwrap();
    let error = f.stacks.find(stack.id).await.unwrap_err();
    let expected = format!(
        "the database contains unexpected data: table `stack`, row `{}`, column `stopped_runs`",
        stack.id
    );
    assert_eq!(error.to_string(), expected);
}

#[tokio::test]
async fn another_process_is_woken() {
    let f = Fixture::sqlite().await;
    let folder = f.folder.as_ref().unwrap().path();
    let other =
        Database::open(Options::new(default_url(folder), folder), Arc::new(SystemClock)).await.unwrap();
    let wakeup = f.wakeup();
    for name in ["web", "db"] {
        Fixture::over(&other).stacks.create(f.new_stack(name)).await.unwrap();
        tokio::time::timeout(Duration::from_secs(20), wakeup.wait(Duration::MAX)).await.expect("woken");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn processes_that_start_at_once_do_not_trip_over_each_other() {
    for _ in 0..5 {
        let folder = tempfile::tempdir().unwrap();
        let mut tasks = tokio::task::JoinSet::new();
        for _ in 0..4 {
            let options = Options::new(default_url(folder.path()), folder.path());
            tasks.spawn(async move { Database::open(options, Arc::new(SystemClock)).await.map(|_| ()) });
        }
        for opened in tasks.join_all().await {
            opened.unwrap();
        }
    }
}

#[tokio::test]
async fn a_database_of_a_newer_release_is_left_alone() {
    let f = Fixture::sqlite().await;
    run(&shell(&f).await, "INSERT INTO seaql_migrations VALUES ('9999_later', 1)").await.unwrap();
    let folder = f.folder.as_ref().unwrap().path();
    let refusal =
        Database::open(Options::new(default_url(folder), folder), Arc::new(SystemClock)).await.unwrap_err();
    assert_eq!(refusal.to_string(), "cannot migrate the database schema");
    assert!(refusal.hint().unwrap().contains("the newer release"), "{refusal:?}");
}
