//! Failures on demand, at a chosen write.

use std::collections::BTreeMap;

use super::SimContainerEngine;

/// What goes wrong around one effect.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// The caller dies before the engine hears of it.
    CrashBefore,
    /// The caller dies after the engine has done it.
    CrashAfter,
    /// The engine does it, the caller hears nothing until its deadline.
    ReplyLost,
    /// As `ReplyLost`, but the engine gets to it only so many ticks later.
    Late {
        /// From now.
        ticks: u64,
    },
    /// The engine fails without having done it.
    ErrorBefore,
    /// The engine does it and answers with a failure all the same.
    ErrorAfter,
    /// The request arrives twice; the caller sees the second answer.
    Twice,
}

#[derive(Debug, Default)]
pub(super) struct Faults {
    planned: BTreeMap<u64, Fault>,
    writes: u64,
}

impl Faults {
    /// Counts a write and returns what happens to it.
    pub(super) fn next(&mut self) -> Option<Fault> {
        self.writes += 1;
        self.planned.remove(&self.writes)
    }
}

impl SimContainerEngine {
    /// Lets `fault` happen at the `nth` write from now, the first being 1.
    pub fn fail_at(&self, nth: u64, fault: Fault) {
        let mut faults = self.faults();
        let at = faults.writes + nth;
        faults.planned.insert(at, fault);
    }

    /// Forgets faults that have not happened yet.
    pub fn clear_faults(&self) {
        self.faults().planned.clear();
    }

    /// Effects asked for so far, whatever became of them.
    pub fn writes(&self) -> u64 {
        self.faults().writes
    }

    /// How many callers have died so far.
    pub fn crashes(&self) -> u64 {
        *self.crashed.borrow()
    }

    /// Returns when more than `seen` callers have died. Whoever plays the process drops the caller then.
    pub async fn crashed_since(&self, seen: u64) {
        let mut crashed = self.crashed.subscribe();
        // The sender lives in `self`, so the channel cannot close while this waits.
        let _ = crashed.wait_for(|crashes| *crashes > seen).await;
    }
}
