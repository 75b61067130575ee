//! Files that would cost a naive reader minutes or gigabytes. Each is refused by a cap, with a position, in less than a
//! second and 100 MiB. In a process of its own, so that what is measured is the reading.

#![expect(clippy::expect_used, reason = "a test may fail loudly")]

#[path = "hostile/bombs.rs"]
mod bombs;

use bombs::{BOMBS, Bomb};
use core_monitor_compose::{Code, LoadOptions, load};
use std::time::{Duration, Instant};

/// A build without optimization is some ten times slower.
const LONGEST: Duration = Duration::from_secs(if cfg!(debug_assertions) { 10 } else { 1 });
const MOST_KIB: u64 = 100 << 10;

#[test]
fn each_is_refused_where_it_goes_too_far_and_at_little_cost() {
    let complaints: Vec<String> = BOMBS.iter().flat_map(check).collect();
    assert!(complaints.is_empty(), "\n{}", complaints.join("\n"));
}

/// What is wrong with the answer to a bomb.
#[expect(clippy::disallowed_methods, reason = "the time it takes is what is tested")]
fn check(bomb: &Bomb) -> Vec<String> {
    let files = (bomb.files)();
    let options = LoadOptions { project_name: Some("p".to_owned()), ..LoadOptions::default() };
    let before = memory::reset();
    let start = Instant::now();
    let rejected = load(&files, &options).expect_err("a hostile file is refused");
    let took = start.elapsed();
    let took_kib = memory::peak().saturating_sub(before);

    let caps = [Code::LimitExceeded, Code::InvalidEnvFile];
    let first =
        rejected.errors.iter().find(|error| caps.contains(&error.code)).unwrap_or(&rejected.errors[0]);
    let said = first.to_string();
    let mut complaints = Vec::new();
    if first.span.is_none() || !said.starts_with(bomb.begins) || !said.ends_with(bomb.ends) {
        complaints.push(format!("{}: {said}", bomb.name));
    }
    if took > LONGEST {
        complaints.push(format!("{}: {took:?}", bomb.name));
    }
    if took_kib > MOST_KIB {
        complaints.push(format!("{}: {took_kib} KiB", bomb.name));
    }
    complaints
}

/// The most memory that this process has had since it was last asked, in KiB. Linux keeps it.
#[cfg(target_os = "linux")]
mod memory {
    use std::fs;

    /// Forgets the peak, and tells what is in use.
    pub(crate) fn reset() -> u64 {
        // The kernel's word for "the peak is what is in use now".
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
