//! What containers use.

use core_monitor_application::server::ShownStatistics;
use core_monitor_domain::ids::{ContainerId, StackId};
use core_monitor_domain::statistics::{ContainerFigures, Counters};
use core_monitor_domain::time::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;

use super::host::HostFiguresBody;

pub(crate) mod history;
pub(crate) mod show;
pub(crate) mod stack;
pub(crate) mod stream;

/// What containers and the host use now.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Statistics)]
pub(crate) struct StatisticsBody {
    /// When the worker put it together.
    #[schema(value_type = String, format = DateTime, example = "2026-01-26T10:05:00Z")]
    taken_at: Timestamp,
    /// The host; null until the worker has measured it for the first time.
    host: Option<HostFiguresBody>,
    /// The running containers: first those of stacks, by stack, service and slot, then the others by name.
    containers: Vec<ContainerStatisticsBody>,
    /// Running containers that are not measured, because there are more than 1,000.
    #[schema(example = 0)]
    left_out: usize,
}

impl From<&ShownStatistics> for StatisticsBody {
    fn from(shown: &ShownStatistics) -> Self {
        Self {
            taken_at: shown.snapshot.taken_at,
            host: shown.host().map(HostFiguresBody::from),
            containers: shown.containers().map(ContainerStatisticsBody::from).collect(),
            left_out: shown.snapshot.left_out,
        }
    }
}

/// What a running container uses. The numbers are those of `docker stats`, in bytes.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ContainerStatistics)]
pub(crate) struct ContainerStatisticsBody {
    /// The engine's id.
    #[schema(value_type = String, example = "3f4e1a7b9c0d3f4e1a7b9c0d3f4e1a7b9c0d3f4e1a7b9c0d3f4e1a7b9c0d3f4e")]
    container_id: ContainerId,
    #[schema(example = "shop-api-1")]
    name: String,
    /// The stack; null for a container that belongs to none.
    #[schema(value_type = Option<uuid::Uuid>, example = "0194f1c2-8e6a-7c11-b1d2-3f0c5a9e7d10")]
    stack_id: Option<StackId>,
    /// The service; null for a container that belongs to no stack.
    #[schema(example = "api")]
    service: Option<String>,
    /// The replica number, from 1.
    #[schema(example = 1)]
    slot: Option<u32>,
    /// The last measurement; null until there is one.
    usage: Option<UsageBody>,
}

/// One measurement of a container.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ContainerUsage)]
pub(crate) struct UsageBody {
    /// When it was measured.
    #[schema(value_type = String, format = DateTime, example = "2026-01-26T10:04:58Z")]
    at: Timestamp,
    /// CPU time since the measurement before, in percent of one CPU: more than 100 on several CPUs. Null for the first one.
    #[schema(example = 12.5)]
    cpu_percent: Option<f64>,
    /// CPU time since the container was started, in seconds.
    #[schema(example = 301.25)]
    cpu_seconds: f64,
    /// Used memory, without caches of files that nothing has used lately.
    #[schema(example = 48_500_736)]
    memory_bytes: u64,
    /// The limit: that of the container, else the memory of the host; null if the engine does not say.
    #[schema(example = 67_108_864)]
    memory_limit_bytes: Option<u64>,
    /// The used memory in percent of the limit.
    #[schema(example = 72.27)]
    memory_percent: Option<f64>,
    /// Received since the container was started, over all its networks.
    #[schema(example = 1_874)]
    network_received_bytes: u64,
    /// Sent since the container was started, over all its networks.
    #[schema(example = 1_050)]
    network_sent_bytes: u64,
    /// Read from disks since the container was started.
    #[schema(example = 8_192)]
    block_read_bytes: u64,
    /// Written to disks since the container was started.
    #[schema(example = 20_480)]
    block_written_bytes: u64,
    /// What it transfers in each second, between the last two measurements; null for the first one.
    per_second: Option<RatesBody>,
    /// Processes and threads.
    #[schema(example = 11)]
    pids: u32,
}

/// What is transferred in each second.
#[derive(Debug, Serialize, ToSchema)]
#[expect(clippy::struct_field_names, reason = "the names of the sums, with the unit")]
#[schema(as = TransferRates)]
pub(crate) struct RatesBody {
    #[schema(example = 120)]
    network_received_bytes: u64,
    #[schema(example = 80)]
    network_sent_bytes: u64,
    #[schema(example = 0)]
    block_read_bytes: u64,
    #[schema(example = 4_096)]
    block_written_bytes: u64,
}

impl From<Counters> for RatesBody {
    fn from(counters: Counters) -> Self {
        Self {
            network_received_bytes: counters.network_received,
            network_sent_bytes: counters.network_sent,
            block_read_bytes: counters.block_read,
            block_written_bytes: counters.block_written,
        }
    }
}

impl From<&ContainerFigures> for ContainerStatisticsBody {
    fn from(figures: &ContainerFigures) -> Self {
        let place = figures.place.as_ref();
        let usage = figures.sample.map(|sample| UsageBody {
            at: sample.at,
            cpu_percent: sample.cpu.map(core_monitor_domain::statistics::CpuShare::percent),
            cpu_seconds: seconds(sample.cpu_ns),
            memory_bytes: sample.memory,
            memory_limit_bytes: sample.memory_limit,
            memory_percent: sample.memory_limit.map(|limit| percent(sample.memory, limit)),
            network_received_bytes: sample.counters.network_received,
            network_sent_bytes: sample.counters.network_sent,
            block_read_bytes: sample.counters.block_read,
            block_written_bytes: sample.counters.block_written,
            per_second: figures.per_second.map(RatesBody::from),
            pids: sample.pids,
        });
        Self {
            container_id: figures.container.clone(),
            name: figures.name.clone(),
            stack_id: place.map(|place| place.stack),
            service: place.map(|place| place.service.to_string()),
            slot: place.map(|place| place.slot.0),
            usage,
        }
    }
}

/// Nanoseconds as seconds.
pub(crate) fn seconds(nanoseconds: u64) -> f64 {
    std::time::Duration::from_nanos(nanoseconds).as_secs_f64()
}

/// In percent, to two digits.
fn percent(part: u64, whole: u64) -> f64 {
    let share = u128::from(part) * 10_000 / u128::from(whole.max(1));
    f64::from(u32::try_from(share).unwrap_or(u32::MAX)) / 100.0
}
