//! What the engine reports.

use super::{Counters, CpuShare};

/// What the engine reports of a running container at one moment. Counters begin at zero with every run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Reading {
    /// CPU time of all its processes, in nanoseconds.
    pub cpu_ns: u64,
    /// Time of all CPUs of the host, idle or not, at the same moment, in nanoseconds.
    pub host_cpu_ns: u64,
    /// CPUs of the host.
    pub cpus: u32,
    /// Its memory.
    pub memory: MemoryReading,
    /// What it transferred.
    pub counters: Counters,
    /// Its processes and threads.
    pub pids: u32,
}

impl Reading {
    /// The CPU time it used since `earlier`, as `docker stats` computes it. `None` if it was started again in between, or no
    /// time has passed.
    pub fn cpu_since(&self, earlier: &Self) -> Option<CpuShare> {
        let used = self.cpu_ns.checked_sub(earlier.cpu_ns)?;
        let whole = self.host_cpu_ns.checked_sub(earlier.host_cpu_ns)?;
        CpuShare::of(used, whole, self.cpus)
    }
}

/// Memory of a container, in bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct MemoryReading {
    /// All of it, caches of files included.
    pub usage: u64,
    /// Caches of files that have not been used lately and are dropped when memory is needed: of the whole hierarchy on cgroup
    /// v1 (`total_inactive_file`); `None` on cgroup v2.
    pub total_inactive_file: Option<u64>,
    /// The same on cgroup v2 (`inactive_file`).
    pub inactive_file: Option<u64>,
    /// The limit: that of the container, else the memory of the host. 0 if the engine does not say.
    pub limit: u64,
}

impl MemoryReading {
    /// What `docker stats` shows as used: without the inactive caches. The rule is that of the command line client, function
    /// `calculateMemUsageUnixNoCache`.
    pub fn used(&self) -> u64 {
        let without =
            |cache: Option<u64>| cache.filter(|cache| *cache < self.usage).map(|cache| self.usage - cache);
        without(self.total_inactive_file).or_else(|| without(self.inactive_file)).unwrap_or(self.usage)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn used_memory_is_without_inactive_caches() {
        let used = |usage, total_inactive_file, inactive_file| {
            MemoryReading { usage, total_inactive_file, inactive_file, limit: 0 }.used()
        };
        assert_eq!(used(100, Some(30), Some(7)), 70, "cgroup v1");
        assert_eq!(used(100, None, Some(30)), 70, "cgroup v2");
        assert_eq!(used(100, None, None), 100);
        assert_eq!(used(100, Some(100), Some(30)), 70, "more cache than usage is not believed");
        assert_eq!(used(100, Some(200), Some(200)), 100);
    }

    #[test]
    fn cpu_time_is_compared_with_that_of_the_host() {
        let at = |cpu_ns, host_cpu_ns| Reading { cpu_ns, host_cpu_ns, cpus: 4, ..Reading::default() };
        assert_eq!(at(1_500, 14_000).cpu_since(&at(500, 10_000)), Some(CpuShare(10_000)));
        assert_eq!(at(500, 14_000).cpu_since(&at(500, 10_000)), Some(CpuShare(0)));
        assert_eq!(at(400, 14_000).cpu_since(&at(500, 10_000)), None, "it was started again");
        assert_eq!(at(600, 10_000).cpu_since(&at(500, 10_000)), None, "no time has passed");
        assert_eq!(at(600, 9_000).cpu_since(&at(500, 10_000)), None, "the host was started again");
    }
}
