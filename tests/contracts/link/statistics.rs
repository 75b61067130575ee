//! What containers and the host use.

use core_monitor_domain::ids::{ContainerId, Slot, StackId};
use core_monitor_domain::ports::LinkError;
use core_monitor_domain::statistics::{
    ContainerFigures, Counters, CpuShare, DiskFigures, DiskPurpose, History, HostFigures, Place, Point,
    Sample, Series, StatisticsSnapshot, Step,
};
use core_monitor_domain::time::Timestamp;
use core_monitor_simulation::link::SimStatistics;
use uuid::Uuid;

use crate::bench::Bench;

contract! {
    a_snapshot_arrives_as_it_was_taken,
    the_last_hour_arrives_as_it_was_asked_for,
    a_worker_that_collects_nothing_says_so,
    without_a_worker_there_are_no_statistics,
}

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_millis((1_769_421_600 + seconds) * 1000).unwrap()
}

fn place(stack: u128, service: &str) -> Place {
    Place { stack: StackId(Uuid::from_u128(stack)), service: service.parse().unwrap(), slot: Slot(2) }
}

fn point(seconds: i64) -> Point {
    Point {
        start: at(seconds),
        samples: 1,
        covered_ms: 5_001,
        cpu_work: u64::MAX,
        cpu_max: CpuShare(u32::MAX),
        memory_sum: u64::MAX,
        memory_max: 7,
        transferred: Counters::from_array([u64::MAX, 1, 2, 3]),
        pids_max: 4,
    }
}

fn collected() -> SimStatistics {
    let sample = Sample {
        at: at(7),
        cpu_ns: u64::MAX,
        cpu: Some(CpuShare(12_345)),
        memory: 1 << 40,
        memory_limit: None,
        counters: Counters::from_array([1, 2, 3, u64::MAX]),
        pids: 5,
    };
    let figures = ContainerFigures {
        container: ContainerId("c0".into()),
        name: "shop-web-2".into(),
        place: Some(place(1, "web")),
        sample: Some(sample),
        per_second: Some(Counters::from_array([9; 4])),
    };
    let foreign = ContainerFigures {
        place: None,
        sample: None,
        per_second: None,
        name: "db".into(),
        ..figures.clone()
    };
    let disk = DiskFigures {
        purposes: vec![DiskPurpose::Data, DiskPurpose::Stacks, DiskPurpose::Engine],
        path: "/data".into(),
        total: u64::MAX,
        available: 1,
    };
    let host = HostFigures {
        at: at(8),
        cpu: Some(CpuShare(10_000)),
        cpus: 64,
        memory_total: 1 << 41,
        memory_available: 1 << 40,
        swap_total: 0,
        swap_free: 0,
        load: [1, 2, 3],
        disks: vec![disk],
    };
    let snapshot = StatisticsSnapshot {
        taken_at: at(9),
        host: Some(host),
        containers: vec![figures, foreign],
        left_out: 3,
    };
    let series = |stack, service| Series {
        place: place(stack, service),
        points: vec![point(0), point(5), point(305)],
    };
    SimStatistics {
        snapshot: Some(snapshot),
        recent: vec![series(1, "db"), series(1, "web"), series(2, "web")],
    }
}

async fn a_snapshot_arrives_as_it_was_taken(bench: &mut Bench) {
    bench.worker.set_statistics(collected());
    assert_eq!(bench.link.statistics().await.unwrap(), collected().snapshot.unwrap());
}

async fn the_last_hour_arrives_as_it_was_asked_for(bench: &mut Bench) {
    bench.worker.set_statistics(collected());
    let stack = StackId(Uuid::from_u128(1));
    let all = bench.link.recent_statistics(stack, None, at(0), at(1_000), Step::ALL[0]).await.unwrap();
    let points = vec![point(0), point(5), point(305)];
    let series = |service| Series { place: place(1, service), points: points.clone() };
    assert_eq!(all, History { step: Step::ALL[0], series: vec![series("db"), series("web")] });
    let web = Some("web".parse().unwrap());
    let part = bench.link.recent_statistics(stack, web, at(5), at(305), Step::STORED).await.unwrap();
    assert_eq!((part.step, part.series.len(), part.series[0].points.len()), (Step::STORED, 1, 1));
    let nobody = StackId(Uuid::from_u128(9));
    let none = bench.link.recent_statistics(nobody, None, at(0), at(1_000), Step::STORED).await.unwrap();
    assert_eq!(none.series, []);
}

async fn a_worker_that_collects_nothing_says_so(bench: &mut Bench) {
    let answer = bench.link.statistics().await.err();
    assert!(matches!(answer, Some(LinkError::Refused { .. })), "{answer:?}");
}

async fn without_a_worker_there_are_no_statistics(bench: &mut Bench) {
    bench.worker.set_statistics(collected());
    bench.end_worker().await;
    let stack = StackId(Uuid::from_u128(1));
    let answers = [
        bench.link.statistics().await.err(),
        bench.link.recent_statistics(stack, None, at(0), at(9), Step::STORED).await.err(),
    ];
    for answer in answers {
        assert!(matches!(answer, Some(LinkError::WorkerAway { .. })), "{answer:?}");
    }
    bench.start_worker();
    assert!(bench.link.statistics().await.is_ok());
}
