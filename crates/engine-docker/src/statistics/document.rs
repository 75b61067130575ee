//! A document of the engine's statistics: what is read of it.

use std::collections::HashMap;

use core_monitor_domain::statistics::{Counters, MemoryReading, Reading};
use core_monitor_domain::time::Timestamp;
use serde::Deserialize;
use serde::de::IgnoredAny;

/// The body of `GET /containers/{id}/stats`, API 1.41 to 1.53. Everything may be missing: of a container that has ended, the
/// engine sends only its name.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Document {
    read: String,
    cpu_stats: Cpu,
    memory_stats: Memory,
    pids_stats: Pids,
    blkio_stats: BlockIo,
    /// Missing with the network of the host or of another container.
    networks: Option<HashMap<String, Network>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Cpu {
    #[serde(rename = "cpu_usage")]
    usage: CpuUsage,
    #[serde(rename = "system_cpu_usage")]
    of_host: u64,
    online_cpus: u32,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct CpuUsage {
    total_usage: u64,
    /// Only on cgroup v1.
    percpu_usage: Option<Vec<IgnoredAny>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Memory {
    usage: u64,
    limit: u64,
    stats: MemoryDetails,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct MemoryDetails {
    total_inactive_file: Option<u64>,
    inactive_file: Option<u64>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Pids {
    current: u64,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct BlockIo {
    /// `null` on cgroup v2 until there was any.
    io_service_bytes_recursive: Option<Vec<BlockEntry>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct BlockEntry {
    op: String,
    value: u64,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Network {
    rx_bytes: u64,
    tx_bytes: u64,
}

impl Document {
    /// `None` if the container was not running.
    pub(super) fn reading(&self) -> Option<Reading> {
        // The time of an empty document is the year 1.
        Timestamp::parse(&self.read)?;
        let cpu = &self.cpu_stats;
        let listed = cpu.usage.percpu_usage.as_ref().map_or(0, Vec::len);
        let cpus =
            if cpu.online_cpus > 0 { cpu.online_cpus } else { u32::try_from(listed).unwrap_or(u32::MAX) };
        let memory = &self.memory_stats;
        Some(Reading {
            cpu_ns: cpu.usage.total_usage,
            host_cpu_ns: cpu.of_host,
            cpus,
            memory: MemoryReading {
                usage: memory.usage,
                total_inactive_file: memory.stats.total_inactive_file,
                inactive_file: memory.stats.inactive_file,
                limit: memory.limit,
            },
            counters: self.counters(),
            pids: u32::try_from(self.pids_stats.current).unwrap_or(u32::MAX),
        })
    }

    fn counters(&self) -> Counters {
        let mut counters = Counters::default();
        for network in self.networks.iter().flat_map(HashMap::values) {
            counters.network_received = counters.network_received.saturating_add(network.rx_bytes);
            counters.network_sent = counters.network_sent.saturating_add(network.tx_bytes);
        }
        for entry in self.blkio_stats.io_service_bytes_recursive.iter().flatten() {
            // `Read` on cgroup v1, `read` on v2; the others are sums of these.
            match entry.op.bytes().next() {
                Some(b'r' | b'R') => counters.block_read = counters.block_read.saturating_add(entry.value),
                Some(b'w' | b'W') => {
                    counters.block_written = counters.block_written.saturating_add(entry.value);
                }
                _ => {}
            }
        }
        counters
    }
}
