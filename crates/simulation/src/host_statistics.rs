//! A host that uses what a test says.

use std::sync::{Mutex, PoisonError};

use async_trait::async_trait;
use core_monitor_domain::ports::HostStatistics;
use core_monitor_domain::statistics::{DiskFigures, DiskPurpose, HostReading};

/// A host with two CPUs, of which one is busy.
#[derive(Debug)]
pub struct SimHost {
    reading: Mutex<HostReading>,
}

impl SimHost {
    /// A host that was just started.
    pub fn new() -> Self {
        let disk = DiskFigures {
            purposes: vec![DiskPurpose::Data],
            path: "/var/lib/core-monitor".to_owned(),
            total: 100 << 30,
            available: 40 << 30,
        };
        let reading = HostReading {
            cpu_busy: 0,
            cpu_all: 0,
            cpus: 2,
            memory_total: 8 << 30,
            memory_available: 5 << 30,
            swap_total: 0,
            swap_free: 0,
            load: [125, 80, 50],
            disks: vec![disk],
        };
        Self { reading: Mutex::new(reading) }
    }

    /// From now on, programs could still get so many bytes of memory.
    pub fn set_available(&self, bytes: u64) {
        self.reading.lock().unwrap_or_else(PoisonError::into_inner).memory_available = bytes;
    }
}

impl Default for SimHost {
    fn default() -> Self {
        Self::new()
    }
}

#[async_trait]
impl HostStatistics for SimHost {
    async fn read(&self, engine_root: Option<String>) -> Option<HostReading> {
        let mut reading = self.reading.lock().unwrap_or_else(PoisonError::into_inner);
        reading.cpu_busy += 500;
        reading.cpu_all += 1_000;
        let mut read = reading.clone();
        if let Some(path) = engine_root {
            read.disks.push(DiskFigures {
                purposes: vec![DiskPurpose::Engine],
                path,
                total: 200 << 30,
                available: 150 << 30,
            });
        }
        Some(read)
    }
}
