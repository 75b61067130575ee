//! What the contract suites cannot test with a real store: injected faults.

use core_monitor_domain::command::LaneKind;
use core_monitor_domain::ids::{Epoch, WorkerId};
use core_monitor_domain::ports::{QueueError, StoreError};
use core_monitor_domain::time::Timestamp;
use std::time::Duration;
use uuid::Uuid;

use super::*;

const TTL: Duration = Duration::from_secs(10);

fn at(second: i64) -> Timestamp {
    Timestamp::from_millis(second * 1_000).unwrap()
}

#[tokio::test]
async fn a_refused_call_changes_nothing() {
    let db = SimDatabase::new();
    let worker = WorkerId(Uuid::from_u128(1));
    db.inject("WorkerQueue::acquire", StoreFault::Refused);
    let answer = db.worker_queue().acquire(worker, at(0), TTL).await;
    assert!(matches!(answer, Err(StoreError::Unavailable { .. })));
    assert_eq!(db.pending_faults(), []);
    let lease = db.worker_queue().acquire(worker, at(0), TTL).await.unwrap().unwrap();
    assert_eq!(lease.epoch, Epoch(1), "the refused call took nothing");
}

#[tokio::test]
async fn a_call_whose_reply_is_lost_has_its_effect() {
    let db = SimDatabase::new();
    let worker = WorkerId(Uuid::from_u128(1));
    db.inject("WorkerQueue::acquire", StoreFault::ReplyLost);
    assert!(db.worker_queue().acquire(worker, at(0), TTL).await.is_err());
    let lease = db.worker_queue().acquire(worker, at(0), TTL).await.unwrap().unwrap();
    assert_eq!(lease.epoch, Epoch(2), "the lost reply told of the first");
}

#[tokio::test]
async fn a_fault_waits_for_its_own_method() {
    let db = SimDatabase::new();
    db.inject("CommandQueue::overview", StoreFault::Refused);
    db.inject("CommandQueue::overview", StoreFault::Refused);
    assert_eq!(db.command_queue().last_event().await.unwrap(), 0);
    for _ in 0..2 {
        assert!(db.command_queue().overview().await.is_err());
    }
    assert_eq!(db.command_queue().overview().await.unwrap().pending, 0);
}

#[tokio::test]
async fn a_fault_is_reported_with_the_ports_message() {
    let db = SimDatabase::new();
    let lease = db.worker_queue().acquire(WorkerId(Uuid::from_u128(1)), at(0), TTL).await.unwrap().unwrap();
    db.inject("WorkerQueue::claim", StoreFault::Refused);
    let answer = db.worker_queue().claim(&lease, LaneKind::Writes, at(1)).await;
    assert!(matches!(answer, Err(QueueError::Store(StoreError::Unavailable { .. }))));
}
