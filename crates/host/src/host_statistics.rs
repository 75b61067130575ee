//! [`HostStatistics`] from `/proc`, which shows those of the whole host also in a container.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use async_trait::async_trait;
use core_monitor_domain::ports::HostStatistics;
use core_monitor_domain::statistics::{DiskFigures, DiskPurpose, HostReading};
use rustix::fs::{stat, statvfs};

mod proc_files;

use proc_files::{CpuTimes, Memory};

/// The machine that this program runs on.
#[derive(Debug, Clone)]
pub struct ProcHost {
    proc: PathBuf,
    folders: Vec<(DiskPurpose, PathBuf)>,
    /// Whether a reading is going on: a disk that does not answer must not take one thread after the other.
    busy: Arc<AtomicBool>,
}

impl ProcHost {
    /// The machine, with the disks of an installation: that of its data folder, and that of its stacks.
    pub fn of_installation(data_dir: &Path) -> Self {
        let folders =
            vec![(DiskPurpose::Data, data_dir.to_owned()), (DiskPurpose::Stacks, data_dir.join("stacks"))];
        Self { proc: PathBuf::from("/proc"), folders, busy: Arc::default() }
    }

    /// Reads files of the system, which never waits, and asks for the space of disks, which can.
    fn read_now(&self, engine_root: Option<String>) -> Option<HostReading> {
        let file = |name: &str| std::fs::read_to_string(self.proc.join(name)).ok();
        let cpu = CpuTimes::parse(&file("stat")?)?;
        let memory = Memory::parse(&file("meminfo")?)?;
        let load = file("loadavg").and_then(|text| proc_files::load(&text)).unwrap_or_default();
        let engine = engine_root.map(|root| (DiskPurpose::Engine, PathBuf::from(root)));
        let folders = self.folders.iter().cloned().chain(engine);
        Some(HostReading {
            cpu_busy: cpu.busy,
            cpu_all: cpu.all,
            cpus: cpu.cpus,
            memory_total: memory.total,
            memory_available: memory.available,
            swap_total: memory.swap_total,
            swap_free: memory.swap_free,
            load,
            disks: disks(folders),
        })
    }
}

#[async_trait]
impl HostStatistics for ProcHost {
    async fn read(&self, engine_root: Option<String>) -> Option<HostReading> {
        if self.busy.swap(true, Ordering::Acquire) {
            return None;
        }
        let host = self.clone();
        let read = tokio::task::spawn_blocking(move || {
            let reading = host.read_now(engine_root);
            host.busy.store(false, Ordering::Release);
            reading
        });
        read.await.ok().flatten()
    }
}

/// The file systems that these folders are on, each once. A folder that cannot be seen is left out.
fn disks(folders: impl Iterator<Item = (DiskPurpose, PathBuf)>) -> Vec<DiskFigures> {
    let mut found: Vec<(u64, DiskFigures)> = Vec::new();
    for (purpose, folder) in folders {
        let (Ok(place), Ok(space)) = (stat(&folder), statvfs(&folder)) else { continue };
        if let Some((_, disk)) = found.iter_mut().find(|(device, _)| *device == place.st_dev) {
            disk.purposes.push(purpose);
            continue;
        }
        let disk = DiskFigures {
            purposes: vec![purpose],
            path: folder.display().to_string(),
            total: space.f_blocks.saturating_mul(space.f_frsize),
            available: space.f_bavail.saturating_mul(space.f_frsize),
        };
        found.push((place.st_dev, disk));
    }
    found.into_iter().map(|(_, disk)| disk).collect()
}

#[cfg(test)]
mod tests;
