//! `Clock`: time never goes back, and sleeps last at least the requested time.

use std::sync::Arc;
use std::time::Duration;

use core_monitor_domain::ports::Clock;
use core_monitor_domain::time::Timestamp;
use core_monitor_host::SystemClock;
use core_monitor_simulation::clock::ManualClock;
use core_monitor_simulation::runtime_clock::RuntimeClock;

const NAP: Duration = Duration::from_millis(30);

async fn sleeps(clock: &dyn Clock) {
    let began = clock.elapsed();
    clock.sleep(NAP).await;
    let passed = clock.elapsed().saturating_sub(began);
    assert!(passed >= NAP, "{passed:?}");
}

fn reads(clock: &dyn Clock) {
    let times: Vec<Duration> = (0..1_000).map(|_| clock.elapsed()).collect();
    assert!(times.is_sorted());
    let now = clock.now();
    assert_eq!(Timestamp::from_millis(now.as_millis()), Some(now), "whole milliseconds");
}

#[tokio::test]
async fn of_the_system() {
    reads(&SystemClock);
    sleeps(&SystemClock).await;
}

#[tokio::test(start_paused = true)]
async fn of_the_runtime() {
    let clock = RuntimeClock::new();
    reads(&clock);
    sleeps(&clock).await;
}

#[tokio::test]
async fn moved_by_hand() {
    let clock = Arc::new(ManualClock::new());
    reads(clock.as_ref());
    let hand = Arc::clone(&clock);
    let moving = tokio::spawn(async move {
        while hand.finished_sleeps() == 0 {
            tokio::task::yield_now().await;
            hand.advance(Duration::from_millis(1));
        }
    });
    sleeps(clock.as_ref()).await;
    moving.await.unwrap();
}
