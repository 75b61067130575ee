//! Wake-ups by commits.

use std::time::Duration;

use tokio::time::timeout;

use crate::fixture::Fixture;

contract!(
    a_commit_wakes_whoever_waits,
    a_commit_between_two_waits_is_not_missed,
    every_waiter_is_woken,
    without_a_commit_the_wait_ends_when_its_time_is_up,
);

/// Much longer than any wake-up takes, much shorter than a person waits.
const LONG: Duration = Duration::from_secs(20);

async fn a_commit_wakes_whoever_waits(f: &Fixture) {
    let wakeup = f.wakeup();
    let waiting = tokio::spawn(async move { wakeup.wait(Duration::MAX).await });
    tokio::task::yield_now().await;
    f.stack("web").await;
    timeout(LONG, waiting).await.expect("woken").unwrap();
}

async fn a_commit_between_two_waits_is_not_missed(f: &Fixture) {
    let wakeup = f.wakeup();
    for name in ["a", "b", "c"] {
        f.stack(name).await;
        timeout(LONG, wakeup.wait(Duration::MAX)).await.expect("woken by what had happened before");
    }
}

async fn every_waiter_is_woken(f: &Fixture) {
    let waiters: Vec<_> = (0..4)
        .map(|_| {
            let wakeup = f.wakeup();
            tokio::spawn(async move { wakeup.wait(Duration::MAX).await })
        })
        .collect();
    f.stack("web").await;
    for waiter in waiters {
        timeout(LONG, waiter).await.expect("woken").unwrap();
    }
}

async fn without_a_commit_the_wait_ends_when_its_time_is_up(f: &Fixture) {
    let wakeup = f.wakeup();
    // Reading is not a commit.
    f.queue().await;
    let waited = wakeup.wait(Duration::from_millis(50));
    assert!(timeout(Duration::from_millis(10), waited).await.is_err(), "woken by nothing");
    timeout(LONG, wakeup.wait(Duration::from_millis(50))).await.expect("its time was up");
}
