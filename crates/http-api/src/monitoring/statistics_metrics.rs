//! What containers and the host use, for `GET /metrics`.
//!
//! The names are those of cAdvisor behind a prefix of our own, so that both can be scraped. There is one series for each place
//! in a stack: a container that is replaced goes on in it, with counters that begin again at zero.

use std::collections::BTreeMap;
use std::fmt::{Display, Write as _};

use core_monitor_application::server::MeasuredNumbers;
use core_monitor_domain::ids::StackId;
use core_monitor_domain::names::StackName;
use core_monitor_domain::statistics::{ContainerFigures, CpuShare, HostFigures, Place, Sample};

use super::metrics::family;
use crate::v1::statistics::seconds;

/// Writes what was measured; without a worker, only that there is nothing.
pub(super) fn write(out: &mut String, measured: Option<&MeasuredNumbers>) {
    let name = "core_monitor_statistics_up";
    family(out, name, "gauge", "Whether the worker answered with statistics: 1, or 0 and there are none.");
    // Writing to a String cannot fail.
    let _ = writeln!(out, "{name} {}", u8::from(measured.is_some()));
    let Some(MeasuredNumbers { snapshot, stacks }) = measured else { return };
    if let Some(figures) = &snapshot.host {
        host(out, figures);
    }
    containers(out, &snapshot.containers, stacks);
}

fn host(out: &mut String, figures: &HostFigures) {
    let mut gauge = |name: &str, help: &str, value: &dyn Display| {
        family(out, name, "gauge", help);
        let _ = writeln!(out, "{name} {value}");
    };
    if let Some(cpu) = figures.cpu {
        gauge(
            "core_monitor_host_cpu_busy_ratio",
            "How busy all CPUs together are, from 0 to 1.",
            &cpu.ratio(),
        );
    }
    gauge("core_monitor_host_cpus", "CPUs of the host.", &figures.cpus);
    gauge("core_monitor_host_memory_bytes", "Memory of the host.", &figures.memory_total);
    gauge(
        "core_monitor_host_memory_available_bytes",
        "Memory that programs can still get without swapping.",
        &figures.memory_available,
    );
    let load = f64::from(figures.load[0]) / 100.0;
    gauge("core_monitor_host_load1", "Processes that ran or waited for a disk, over the last minute.", &load);
    let mut disks =
        |name: &str, help: &str, value: fn(&core_monitor_domain::statistics::DiskFigures) -> u64| {
            family(out, name, "gauge", help);
            for disk in &figures.disks {
                for purpose in &disk.purposes {
                    let _ = writeln!(out, "{name}{{purpose=\"{}\"}} {}", purpose.as_str(), value(disk));
                }
            }
        };
    disks("core_monitor_host_disk_bytes", "Size of the disk with this purpose.", |disk| disk.total);
    disks("core_monitor_host_disk_available_bytes", "Free space on the disk with this purpose.", |disk| {
        disk.available
    });
}

/// A family of metrics of containers.
struct Family {
    name: &'static str,
    kind: &'static str,
    help: &'static str,
    value: fn(&Sample) -> Option<Box<dyn Display>>,
}

const FAMILIES: [Family; 9] = [
    Family {
        name: "cpu_usage_seconds_total",
        kind: "counter",
        help: "CPU time since the container was started.",
        value: |sample| Some(Box::new(seconds(sample.cpu_ns))),
    },
    Family {
        name: "cpu_usage_ratio",
        kind: "gauge",
        help: "CPU time in the last seconds, as a share of one CPU.",
        value: |sample| sample.cpu.map(|share: CpuShare| Box::new(share.ratio()) as Box<dyn Display>),
    },
    Family {
        name: "memory_working_set_bytes",
        kind: "gauge",
        help: "Used memory, without caches of files that nothing has used lately.",
        value: |sample| Some(Box::new(sample.memory)),
    },
    Family {
        name: "spec_memory_limit_bytes",
        kind: "gauge",
        help: "The limit of the memory: that of the container, else the memory of the host.",
        value: |sample| sample.memory_limit.map(|limit| Box::new(limit) as Box<dyn Display>),
    },
    Family {
        name: "network_receive_bytes_total",
        kind: "counter",
        help: "Received over all networks since the container was started.",
        value: |sample| Some(Box::new(sample.counters.network_received)),
    },
    Family {
        name: "network_transmit_bytes_total",
        kind: "counter",
        help: "Sent over all networks since the container was started.",
        value: |sample| Some(Box::new(sample.counters.network_sent)),
    },
    Family {
        name: "fs_reads_bytes_total",
        kind: "counter",
        help: "Read from disks since the container was started.",
        value: |sample| Some(Box::new(sample.counters.block_read)),
    },
    Family {
        name: "fs_writes_bytes_total",
        kind: "counter",
        help: "Written to disks since the container was started.",
        value: |sample| Some(Box::new(sample.counters.block_written)),
    },
    Family {
        name: "threads",
        kind: "gauge",
        help: "Processes and threads.",
        value: |sample| Some(Box::new(sample.pids)),
    },
];

fn containers(out: &mut String, containers: &[ContainerFigures], stacks: &BTreeMap<StackId, StackName>) {
    // While one container replaces another, both can be in the same place; a series has one value.
    let mut places: BTreeMap<&Place, Sample> = BTreeMap::new();
    for figures in containers {
        if let (Some(place), Some(sample)) = (&figures.place, figures.sample) {
            let newest = places.entry(place).or_insert(sample);
            if sample.at > newest.at {
                *newest = sample;
            }
        }
    }
    let labels: Vec<(String, Sample)> = places
        .into_iter()
        .filter_map(|(place, sample)| {
            // Names have no characters that would have to be escaped.
            let stack = stacks.get(&place.stack)?;
            let labels = format!("stack=\"{stack}\",service=\"{}\",slot=\"{}\"", place.service, place.slot);
            Some((labels, sample))
        })
        .collect();
    for Family { name, kind, help, value } in &FAMILIES {
        let name = format!("core_monitor_container_{name}");
        family(out, &name, kind, help);
        for (labels, sample) in &labels {
            if let Some(value) = value(sample) {
                let _ = writeln!(out, "{name}{{{labels}}} {value}");
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::World;
    use crate::testing::statistics::collected;

    #[actix_web::test]
    async fn containers_of_stacks_and_the_host_can_be_scraped() {
        let world = World::new().await;
        let shop = world.create_stack("shop").await;
        world.collect(collected(&shop));
        let text = world.send("GET", "/metrics", &[], "").await.text;
        let labels = "{stack=\"shop\",service=\"web\",slot=\"1\"}";
        for line in [
            "core_monitor_statistics_up 1".to_owned(),
            "# TYPE core_monitor_container_cpu_usage_seconds_total counter".to_owned(),
            format!("core_monitor_container_cpu_usage_seconds_total{labels} 301.25"),
            format!("core_monitor_container_cpu_usage_ratio{labels} 0.125"),
            format!("core_monitor_container_memory_working_set_bytes{labels} 50331648"),
            format!("core_monitor_container_spec_memory_limit_bytes{labels} 67108864"),
            format!("core_monitor_container_network_receive_bytes_total{labels} 1000"),
            format!("core_monitor_container_fs_writes_bytes_total{labels} 4000"),
            format!("core_monitor_container_threads{labels} 7"),
            "core_monitor_host_cpu_busy_ratio 0.5".to_owned(),
            "core_monitor_host_load1 0.25".to_owned(),
            "core_monitor_host_disk_available_bytes{purpose=\"engine\"} 400".to_owned(),
        ] {
            assert!(text.lines().any(|found| found == line), "{line} is not in\n{text}");
        }
        assert!(!text.contains("slot=\"2\""), "what was not measured yet is absent");
        assert!(!text.contains("foreign"), "only stacks are labels");
    }

    #[actix_web::test]
    async fn without_a_worker_only_that_is_said() {
        let world = World::new().await;
        world.create_stack("shop").await;
        let text = world.send("GET", "/metrics", &[], "").await.text;
        assert!(text.lines().any(|line| line == "core_monitor_statistics_up 0"), "{text}");
        assert!(!text.contains("core_monitor_container_") && !text.contains("core_monitor_host_"), "{text}");
        assert!(text.contains("core_monitor_queue_commands"), "everything else is there");
    }
}
