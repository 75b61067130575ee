//! A disk that fills when a test says so.

use std::sync::atomic::{AtomicU64, Ordering};

use core_monitor_domain::doctor::SpaceFacts;
use core_monitor_domain::ports::DiskSpace;

/// A disk with as much space as it is told.
#[derive(Debug)]
pub struct SimDisk {
    free: AtomicU64,
}

impl Default for SimDisk {
    fn default() -> Self {
        Self { free: AtomicU64::new(1 << 40) }
    }
}

impl SimDisk {
    /// From now on this many bytes are free.
    pub fn set_free(&self, bytes: u64) {
        self.free.store(bytes, Ordering::Relaxed);
    }
}

impl DiskSpace for SimDisk {
    fn space(&self) -> Option<SpaceFacts> {
        Some(SpaceFacts { free: self.free.load(Ordering::Relaxed), free_files: None })
    }
}
