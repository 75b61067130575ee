//! Files that would cost a naive loader minutes or gigabytes. Each is rejected by a limit, with a position, in less than a
//! second and 100 MiB. This test has its own process so that only loading is measured.

#![expect(clippy::expect_used, reason = "a test may fail loudly")]

#[path = "hostile/bombs.rs"]
mod bombs;

use bombs::{BOMBS, Bomb};
use core_monitor_compose::{Code, LoadOptions, load};
use std::time::Duration;

/// Time on a processor, so that other work on the machine does not count. An unoptimized build is about ten times slower.
const MAX_TIME: Duration = Duration::from_secs(if cfg!(debug_assertions) { 10 } else { 1 });
const MAX_KIB: u64 = 100 << 10;

#[test]
fn each_is_rejected_early_with_a_position() {
    let complaints: Vec<String> = BOMBS.iter().flat_map(check).collect();
    assert!(complaints.is_empty(), "\n{}", complaints.join("\n"));
}

/// Checks the result of a bomb and returns what is wrong.
fn check(bomb: &Bomb) -> Vec<String> {
    let files = (bomb.files)();
    let options = LoadOptions { project_name: Some("p".to_owned()), ..LoadOptions::default() };
    let (before, start) = (memory::reset(), processor_time());
    let rejected = load(&files, &options).expect_err("a hostile file is rejected");
    let took = processor_time().saturating_sub(start);
    let took_kib = memory::peak().saturating_sub(before);

    let caps = [Code::LimitExceeded, Code::InvalidEnvFile];
    let first =
        rejected.errors.iter().find(|error| caps.contains(&error.code)).unwrap_or(&rejected.errors[0]);
    let said = first.to_string();
    let mut complaints = Vec::new();
    if first.span.is_none() || !said.starts_with(bomb.starts) || !said.ends_with(bomb.ends) {
        complaints.push(format!("{}: {said}", bomb.name));
    }
    if took > MAX_TIME {
        complaints.push(format!("{}: {took:?}", bomb.name));
    }
    if took_kib > MAX_KIB {
        complaints.push(format!("{}: {took_kib} KiB", bomb.name));
    }
    complaints
}

/// The time that this thread has spent on a processor, as Linux counts it in hundredths of a second: the fields `utime`
/// and `stime`, counted behind the program's name, which ends with the last parenthesis (`proc_pid_stat(5)`).
#[cfg(target_os = "linux")]
fn processor_time() -> Duration {
    let stat = std::fs::read_to_string("/proc/thread-self/stat").expect("the kernel knows the thread");
    let (_, fields) = stat.rsplit_once(')').expect("the name has parentheses");
    let ticks = fields.split_whitespace().skip(11).take(2).map(|field| field.parse().unwrap_or(0));
    Duration::from_millis(10 * ticks.sum::<u64>())
}

#[cfg(not(target_os = "linux"))]
fn processor_time() -> Duration {
    Duration::ZERO
}

/// Peak memory of this process in KiB since the last reset, as kept by Linux.
#[cfg(target_os = "linux")]
mod memory {
    use std::fs;

    /// Resets the peak and returns the memory in use.
    pub(crate) fn reset() -> u64 {
        // Writing 5 resets the peak to the memory in use.
        fs::write("/proc/self/clear_refs", "5").expect("the kernel forgets the peak");
        peak()
    }

    pub(crate) fn peak() -> u64 {
        let status = fs::read_to_string("/proc/self/status").expect("the kernel knows the process");
        let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).expect("there is a peak");
        line.trim().trim_end_matches("kB").trim().parse().expect("it is a number")
    }
}

#[cfg(not(target_os = "linux"))]
mod memory {
    pub(crate) fn reset() -> u64 {
        0
    }

    pub(crate) fn peak() -> u64 {
        0
    }
}
