//! What a worker has collected, for the tests of statistics.

use core_monitor_domain::ids::{ContainerId, Slot, StackId};
use core_monitor_domain::statistics::{
    ContainerFigures, Counters, CpuShare, DiskFigures, DiskPurpose, HostFigures, Place, Sample,
    StatisticsSnapshot,
};
use core_monitor_domain::time::Timestamp;
use core_monitor_simulation::link::SimStatistics;

use super::World;

impl World {
    /// A worker runs, and has collected this.
    pub(crate) fn collect(&self, statistics: SimStatistics) {
        self.link.collect(Some(statistics));
    }

    /// A worker runs, but collects nothing.
    pub(crate) fn collect_nothing(&self) {
        self.link.collect(Some(SimStatistics::default()));
    }

    /// No worker runs any more.
    pub(crate) fn lose_collector(&self) {
        self.link.collect(None);
    }
}

fn now() -> Timestamp {
    Timestamp::parse("2026-01-26T10:00:00Z").unwrap()
}

/// A stack called `shop` with two replicas, of which one was just started, and a foreign container.
pub(crate) fn collected(stack: &str) -> SimStatistics {
    let mut collected = collected_of(&[(stack, "shop")]);
    let snapshot = collected.snapshot.as_mut().unwrap();
    snapshot.containers.push(ContainerFigures { place: None, ..figures("foreign", None, 9) });
    collected
}

/// Stacks with two replicas each, of which one was just started.
pub(crate) fn collected_of(stacks: &[(&str, &str)]) -> SimStatistics {
    let mut containers = Vec::new();
    for (index, (stack, name)) in stacks.iter().enumerate() {
        let of = |slot: u32| {
            let place = Place {
                stack: StackId(stack.parse().unwrap()),
                service: "web".parse().unwrap(),
                slot: Slot(slot + 2 * u32::try_from(index).unwrap()),
            };
            figures(&format!("{name}-web-{slot}"), Some(place), slot)
        };
        containers.push(of(1));
        containers.push(ContainerFigures { sample: None, per_second: None, ..of(2) });
    }
    let snapshot = StatisticsSnapshot { taken_at: now(), host: Some(host()), containers, left_out: 0 };
    SimStatistics { snapshot: Some(snapshot), recent: Vec::new() }
}

fn figures(name: &str, place: Option<Place>, number: u32) -> ContainerFigures {
    ContainerFigures {
        container: ContainerId(format!("{number:064x}")),
        name: name.to_owned(),
        place,
        sample: Some(Sample {
            at: now(),
            cpu_ns: 301_250_000_000,
            cpu: Some(CpuShare(1_250)),
            memory: 48 << 20,
            memory_limit: Some(64 << 20),
            counters: Counters::from_array([1_000, 2_000, 3_000, 4_000]),
            pids: 7,
        }),
        per_second: Some(Counters::from_array([10, 20, 30, 40])),
    }
}

fn host() -> HostFigures {
    HostFigures {
        at: now(),
        cpu: Some(CpuShare(5_000)),
        cpus: 4,
        memory_total: 8 << 30,
        memory_available: 5 << 30,
        swap_total: 0,
        swap_free: 0,
        load: [25, 40, 1_235],
        disks: vec![DiskFigures {
            purposes: vec![DiskPurpose::Data, DiskPurpose::Engine],
            path: "/var/lib/core-monitor".to_owned(),
            total: 1_000,
            available: 400,
        }],
    }
}
