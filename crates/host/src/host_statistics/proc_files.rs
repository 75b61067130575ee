//! Files of `/proc`, see proc(5).

/// The first lines of `/proc/stat`, in ticks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct CpuTimes {
    /// Neither idle nor waiting for a disk.
    pub(super) busy: u64,
    /// Everything.
    pub(super) all: u64,
    pub(super) cpus: u32,
}

impl CpuTimes {
    /// `None` if it is another file.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let mut lines = text.lines();
        // user, nice, system, idle, iowait, irq, softirq, steal; guest times are contained in user and nice.
        let all: Vec<u64> = lines
            .next()?
            .strip_prefix("cpu ")?
            .split_whitespace()
            .take(8)
            .map(|ticks| ticks.parse().ok())
            .collect::<Option<_>>()?;
        let is_one = |line: &&str| {
            line.strip_prefix("cpu").is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()))
        };
        let cpus = lines.take_while(is_one).count();
        let idle = all.get(3)?.saturating_add(all.get(4).copied().unwrap_or(0));
        let sum: u64 = all.iter().fold(0, |sum, ticks| sum.saturating_add(*ticks));
        Some(Self { busy: sum.saturating_sub(idle), all: sum, cpus: u32::try_from(cpus).ok()?.max(1) })
    }
}

/// `/proc/meminfo`, in bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Memory {
    pub(super) total: u64,
    pub(super) available: u64,
    pub(super) swap_total: u64,
    pub(super) swap_free: u64,
}

impl Memory {
    /// `None` if it is another file.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let of = |name: &str| -> Option<u64> {
            let line = text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':'))?;
            let kib: u64 = line.split_whitespace().next()?.parse().ok()?;
            kib.checked_mul(1024)
        };
        Some(Self {
            total: of("MemTotal")?,
            available: of("MemAvailable")?,
            swap_total: of("SwapTotal").unwrap_or(0),
            swap_free: of("SwapFree").unwrap_or(0),
        })
    }
}

/// The three numbers of `/proc/loadavg`, in hundredths.
pub(super) fn load(text: &str) -> Option<[u32; 3]> {
    let mut numbers = text.split_whitespace();
    let mut next = || {
        let (whole, part) = numbers.next()?.split_once('.')?;
        let part: u32 = part.parse().ok().filter(|_| part.len() == 2)?;
        whole.parse::<u32>().ok()?.checked_mul(100)?.checked_add(part)
    };
    Some([next()?, next()?, next()?])
}
