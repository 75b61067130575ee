//! Injected faults at chosen writes.

use std::collections::BTreeMap;

use super::SimContainerEngine;

/// A fault at one effect.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// The caller dies before the engine receives the request.
    CrashBefore,
    /// The caller dies after the engine has performed it.
    CrashAfter,
    /// The engine performs it, but the caller gets no answer until its deadline.
    ReplyLost,
    /// Like `ReplyLost`, but the engine performs it this many ticks later.
    Late {
        /// From now.
        ticks: u64,
    },
    /// The engine fails without performing it.
    ErrorBefore,
    /// The engine performs it but reports a failure.
    ErrorAfter,
    /// The engine refuses it, for a reason that does not go away by itself.
    Refused,
    /// The request arrives twice; the caller gets the second answer. Engines before API 1.44 make two networks then.
    Twice,
}

#[derive(Debug, Default)]
pub(super) struct Faults {
    planned: BTreeMap<u64, Fault>,
    writes: u64,
}

impl Faults {
    /// Counts a write and returns its fault.
    pub(super) fn next(&mut self) -> Option<Fault> {
        self.writes += 1;
        self.planned.remove(&self.writes)
    }
}

impl SimContainerEngine {
    /// Injects `fault` at the `nth` write from now; 1 is the next one.
    pub fn fail_at(&self, nth: u64, fault: Fault) {
        let mut faults = self.faults();
        let at = faults.writes + nth;
        faults.planned.insert(at, fault);
    }

    /// Removes pending faults.
    pub fn clear_faults(&self) {
        self.faults().planned.clear();
    }

    /// Effects requested so far, whatever their results.
    pub fn writes(&self) -> u64 {
        self.faults().writes
    }

    /// How many callers have died so far.
    pub fn crashes(&self) -> u64 {
        *self.crashed.borrow()
    }

    /// Returns when more than `seen` callers have died. The owner of the process then drops the caller.
    pub async fn crashed_since(&self, seen: u64) {
        let mut crashed = self.crashed.subscribe();
        // The sender lives in `self`, so the channel cannot close while this waits.
        let _ = crashed.wait_for(|crashes| *crashes > seen).await;
    }
}
