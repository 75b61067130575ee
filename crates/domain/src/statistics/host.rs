//! What the host as a whole uses.

use serde::{Deserialize, Serialize};

use super::CpuShare;
use crate::time::Timestamp;

/// What the operating system reports at one moment.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct HostReading {
    /// Time of all CPUs since the start of the host in which they were neither idle nor waiting for a disk, in ticks.
    pub cpu_busy: u64,
    /// All of their time, in ticks.
    pub cpu_all: u64,
    /// CPUs.
    pub cpus: u32,
    /// Bytes of memory.
    pub memory_total: u64,
    /// Bytes that programs could still get without swapping.
    pub memory_available: u64,
    /// Bytes of swap space.
    pub swap_total: u64,
    /// Bytes of it that are free.
    pub swap_free: u64,
    /// Processes that run or wait for a disk, over the last 1, 5 and 15 minutes, in hundredths.
    pub load: [u32; 3],
    /// The disks that matter.
    pub disks: Vec<DiskFigures>,
}

/// The host at one moment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HostFigures {
    /// When, by the worker's clock.
    pub at: Timestamp,
    /// The share of the time of all CPUs together in which they were busy since the reading before: at most 100 %. `None` for
    /// the first one.
    pub cpu: Option<CpuShare>,
    /// CPUs.
    pub cpus: u32,
    /// Bytes of memory.
    pub memory_total: u64,
    /// Bytes that programs could still get without swapping.
    pub memory_available: u64,
    /// Bytes of swap space.
    pub swap_total: u64,
    /// Bytes of it that are free.
    pub swap_free: u64,
    /// Processes that run or wait for a disk, over the last 1, 5 and 15 minutes, in hundredths.
    pub load: [u32; 3],
    /// The disks that matter.
    pub disks: Vec<DiskFigures>,
}

impl HostFigures {
    /// The host at `at`, with what happened since an earlier reading.
    pub fn of(at: Timestamp, reading: HostReading, before: Option<&HostReading>) -> Self {
        let share = |before: &HostReading| {
            let busy = reading.cpu_busy.checked_sub(before.cpu_busy)?;
            CpuShare::of(busy, reading.cpu_all.checked_sub(before.cpu_all)?, 1)
        };
        Self {
            at,
            cpu: before.and_then(share),
            cpus: reading.cpus,
            memory_total: reading.memory_total,
            memory_available: reading.memory_available,
            swap_total: reading.swap_total,
            swap_free: reading.swap_free,
            load: reading.load,
            disks: reading.disks,
        }
    }
}

/// A file system.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DiskFigures {
    /// What it is for; several if they are on the same file system.
    pub purposes: Vec<DiskPurpose>,
    /// A folder on it.
    pub path: String,
    /// Its size in bytes.
    pub total: u64,
    /// Bytes that programs without privileges can still write.
    pub available: u64,
}

/// What a file system is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DiskPurpose {
    /// The data folder of Core Monitor.
    Data,
    /// The folders of stacks.
    Stacks,
    /// Images, volumes and containers of the engine.
    Engine,
}

impl DiskPurpose {
    /// Every purpose.
    pub const ALL: [Self; 3] = [Self::Data, Self::Stacks, Self::Engine];

    /// The name in JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Data => "data",
            Self::Stacks => "stacks",
            Self::Engine => "engine",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_share_of_a_busy_host_is_100_percent_whatever_its_cpus() {
        let reading =
            |cpu_busy, cpu_all| HostReading { cpu_busy, cpu_all, cpus: 4, ..HostReading::default() };
        let at = Timestamp::from_millis(1_000).unwrap();
        let share = |before: Option<&HostReading>| HostFigures::of(at, reading(500, 1_000), before).cpu;
        assert_eq!(share(None), None);
        assert_eq!(share(Some(&reading(100, 600))), Some(CpuShare(10_000)));
        assert_eq!(share(Some(&reading(400, 600))), Some(CpuShare(2_500)));
        assert_eq!(share(Some(&reading(600, 1_100))), None, "the host was started again");
    }
}
