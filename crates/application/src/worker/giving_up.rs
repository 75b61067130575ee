//! Commands that only end: too many workers have died of them, or one died while it was ending them.

use core_monitor_domain::command::{Failure, FailureCode};
use core_monitor_domain::journal::{Deaths, Memory};

use super::said;

/// Number of consecutive worker crashes without a completed effect after which a command fails.
const CRASH_LIMIT: u32 = 5;
/// The same number while such a command brings back what it interrupted: then it ends without that.
const LAST_CRASH_LIMIT: u32 = 2 * CRASH_LIMIT;
/// The same for workers that only waited, for instance for a container to become healthy. That a worker dies then says
/// little about the command, but it must end some day.
const INTERRUPTED_WAIT_LIMIT: u32 = 100;

/// The failure of a command that does nothing any more but bring back what it has interrupted: the one that an earlier worker
/// was ending it with, or that too many workers have died of it.
pub(crate) fn ending(memory: &Memory) -> Option<Failure> {
    memory.settling().cloned().or_else(|| crash_loop(memory))
}

/// The failure of a command that does not even do that: workers die of it as well.
pub(crate) fn at_once(memory: &Memory) -> Option<Failure> {
    let failure = ending(memory).filter(|_| memory.crashes() >= LAST_CRASH_LIMIT)?;
    let died = memory.is_settling().then(|| said::not_brought_back(said::worker_crashed(memory.crashes())));
    Some(failure.and_all(died))
}

/// The failure of a command that workers have died of too often.
fn crash_loop(memory: &Memory) -> Option<Failure> {
    let Deaths { working, waiting } = memory.worst();
    if working < CRASH_LIMIT && waiting < INTERRUPTED_WAIT_LIMIT {
        return None;
    }
    let message = said::worker_crashed(working.max(waiting));
    let failure =
        Failure::new(FailureCode::WorkerCrashLoop, message).with_hint(said::check_worker_and_kernel_log());
    Some(match memory.rolling_back() {
        Some(first) => failure
            .and(said::was_rolling_back_after(first.code, first.message.clone()))
            .and_all(first.also.all()),
        None => failure,
    })
}
