//! What a container uses, as the engine measures it.

use std::time::Duration;

use core_monitor_domain::ids::ContainerId;
use core_monitor_domain::ports::{EngineError, ReadingFeed};
use core_monitor_domain::statistics::Reading;

use crate::bench::{Bench, DEADLINE, idle};

/// Shorter than the engine's own interval, so that nothing is left out.
const EVERY: Duration = Duration::from_millis(100);

async fn running(bench: &Bench) -> ContainerId {
    let id = bench.make(bench.container("web", idle())).await;
    assert_eq!(bench.start(&id).await, "done");
    id
}

async fn measure(bench: &Bench, id: &ContainerId) -> ReadingFeed {
    bench.engine.measure(id, EVERY).await.unwrap()
}

/// The next reading, while time passes.
async fn next(bench: &Bench, readings: &mut ReadingFeed) -> Option<Reading> {
    let next = async {
        let mut reading = std::pin::pin!(readings.next());
        loop {
            tokio::select! {
                biased;
                reading = &mut reading => return reading.unwrap(),
                () = tokio::time::sleep(Duration::from_millis(20)) => bench.outside.measure().await,
            }
        }
    };
    tokio::time::timeout(DEADLINE, next).await.unwrap()
}

pub(crate) async fn a_running_container_is_measured_again_and_again(bench: &Bench) {
    let id = running(bench).await;
    let mut readings = measure(bench, &id).await;
    let first = next(bench, &mut readings).await.unwrap();
    let second = next(bench, &mut readings).await.unwrap();
    for reading in [first, second] {
        assert!(reading.cpus >= 1 && reading.pids >= 1, "{reading:?}");
        assert!(reading.memory.usage > 0 && reading.memory.used() <= reading.memory.limit, "{reading:?}");
    }
    assert!(second.cpu_ns >= first.cpu_ns && second.host_cpu_ns > first.host_cpu_ns, "{first:?} {second:?}");
    let share = second.cpu_since(&first).unwrap();
    assert!(share.percent() <= 100.0 * f64::from(second.cpus), "{share}");
}

pub(crate) async fn several_measure_the_same_container(bench: &Bench) {
    let id = running(bench).await;
    let (mut one, mut other) = (measure(bench, &id).await, measure(bench, &id).await);
    assert!(next(bench, &mut one).await.is_some() && next(bench, &mut other).await.is_some());
    drop(one);
    assert!(next(bench, &mut other).await.is_some());
}

pub(crate) async fn the_end_of_the_run_is_the_end(bench: &Bench) {
    let id = running(bench).await;
    let mut readings = measure(bench, &id).await;
    assert!(next(bench, &mut readings).await.is_some());
    bench.outside.kill(&id).await;
    while next(bench, &mut readings).await.is_some() {}
}

pub(crate) async fn a_removal_is_an_end(bench: &Bench) {
    let id = running(bench).await;
    let mut readings = measure(bench, &id).await;
    bench.outside.remove(&id).await;
    while next(bench, &mut readings).await.is_some() {}
}

pub(crate) async fn a_container_that_does_not_run_is_not_measured(bench: &Bench) {
    let fresh = bench.make(bench.container("fresh", idle())).await;
    assert_eq!(next(bench, &mut measure(bench, &fresh).await).await, None);
    let id = running(bench).await;
    assert_eq!(bench.stop(&id).await, "done");
    assert_eq!(next(bench, &mut measure(bench, &id).await).await, None);
}

pub(crate) async fn a_missing_container_is_not_found(bench: &Bench) {
    let missing = "0".repeat(64).as_str().into();
    let answer = bench.engine.measure(&missing, EVERY).await.err();
    assert!(matches!(answer, Some(EngineError::NotFound { .. })), "{answer:?}");
}

pub(crate) async fn the_engine_tells_where_its_data_is(bench: &Bench) {
    let root = bench.engine.data_root().await.unwrap();
    assert!(root.starts_with('/'), "{root}");
}

pub(crate) async fn an_engine_that_is_down_is_unavailable(bench: &Bench) {
    let container = "0".repeat(64).as_str().into();
    let answer = bench.down.measure(&container, EVERY).await.err();
    assert!(matches!(answer, Some(EngineError::Unavailable { .. })), "{answer:?}");
    assert!(matches!(bench.down.data_root().await, Err(EngineError::Unavailable { .. })));
}
