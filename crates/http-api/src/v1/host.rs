//! What the host uses.

use core_monitor_domain::statistics::{CpuShare, DiskFigures, DiskPurpose, HostFigures};
use core_monitor_domain::time::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;

use crate::v1::words::DiskPurposeWord;

pub(crate) mod disk_usage;
pub(crate) mod show;

/// The host at one moment, as its operating system reports it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = HostUsage)]
pub(crate) struct HostFiguresBody {
    /// When it was measured.
    #[schema(value_type = String, format = DateTime, example = "2026-01-26T10:05:00Z")]
    at: Timestamp,
    /// How busy all CPUs together were in the last seconds, from 0 to 100; null for the first measurement.
    #[schema(example = 37.5)]
    cpu_percent: Option<f64>,
    /// Number of CPUs.
    #[schema(example = 4)]
    cpus: u32,
    #[schema(example = 8_232_173_568_u64)]
    memory_total_bytes: u64,
    /// What programs could still get without swapping.
    #[schema(example = 4_096_000_000_u64)]
    memory_available_bytes: u64,
    #[schema(example = 1_073_741_824)]
    swap_total_bytes: u64,
    #[schema(example = 1_073_741_824)]
    swap_free_bytes: u64,
    /// Processes that ran or waited for a disk, over the last 1, 5 and 15 minutes.
    #[schema(example = json!([0.25, 0.4, 0.35]))]
    load: [f64; 3],
    /// The file systems of the data folder and of the engine, each once; without those that the worker cannot see.
    disks: Vec<DiskBody>,
}

/// A file system.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Disk)]
pub(crate) struct DiskBody {
    /// What is on it.
    #[schema(value_type = Vec<DiskPurposeWord>, example = json!(["data", "stacks"]))]
    purposes: Vec<DiskPurpose>,
    /// A folder on it.
    #[schema(example = "/var/lib/core-monitor")]
    path: String,
    #[schema(example = 107_374_182_400_u64)]
    total_bytes: u64,
    /// What programs without privileges can still write.
    #[schema(example = 42_949_672_960_u64)]
    available_bytes: u64,
}

impl From<&HostFigures> for HostFiguresBody {
    fn from(figures: &HostFigures) -> Self {
        Self {
            at: figures.at,
            cpu_percent: figures.cpu.map(CpuShare::percent),
            cpus: figures.cpus,
            memory_total_bytes: figures.memory_total,
            memory_available_bytes: figures.memory_available,
            swap_total_bytes: figures.swap_total,
            swap_free_bytes: figures.swap_free,
            load: figures.load.map(|hundredths| f64::from(hundredths) / 100.0),
            disks: figures.disks.iter().map(DiskBody::from).collect(),
        }
    }
}

impl From<&DiskFigures> for DiskBody {
    fn from(disk: &DiskFigures) -> Self {
        Self {
            purposes: disk.purposes.clone(),
            path: disk.path.clone(),
            total_bytes: disk.total,
            available_bytes: disk.available,
        }
    }
}
