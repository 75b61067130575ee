//! Starts on demand that fail.

use core_monitor_message::Message;

use super::{Fact, StackRef};

/// How many starts in a row must have failed before it is worth an alert: the first tries again by itself are part of waking.
pub const FAILED_STARTS: u32 = 3;

impl Fact {
    /// That so many starts of a service in a row have failed, the last one for this reason; `None` if that is no news yet.
    pub fn of_starts(stack: StackRef, service: String, times: u32, why: Message) -> Option<Self> {
        (times >= FAILED_STARTS).then_some(Self::StartFailing { stack, service, times, why })
    }
}
