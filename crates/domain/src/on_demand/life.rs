//! One life of a service, from the moment it is ready until it stops or is given up, and who uses it meanwhile.
//!
//! Who may still come in and whether it may be stopped are one word, so that they cannot contradict each other: either a request
//! was counted before the stop, which then does not happen, or the stop came first, and the request waits for the next life. No
//! lock is held and nobody is asked while a request passes.

use std::sync::atomic::{AtomicU64, Ordering};

/// Whether a life takes requests.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Gate {
    /// It takes requests.
    Open,
    /// It takes none any more, and ends when those under way have ended; until then it can be opened again.
    Draining,
    /// It is over: no request ever comes in again.
    Shut,
}

/// A word in memory that several threads change.
pub trait Word: Send + Sync {
    /// A word with this value.
    fn new(value: u64) -> Self;
    /// Its value.
    fn load(&self) -> u64;
    /// Changes it from one value to another; the value that it has instead if it is not the expected one.
    fn exchange(&self, from: u64, to: u64) -> Result<u64, u64>;
    /// Subtracts, and returns the value before.
    fn subtract(&self, less: u64) -> u64;
}

impl Word for AtomicU64 {
    fn new(value: u64) -> Self {
        Self::new(value)
    }

    fn load(&self) -> u64 {
        self.load(Ordering::Acquire)
    }

    fn exchange(&self, from: u64, to: u64) -> Result<u64, u64> {
        self.compare_exchange_weak(from, to, Ordering::AcqRel, Ordering::Acquire)
    }

    fn subtract(&self, less: u64) -> u64 {
        self.fetch_sub(less, Ordering::AcqRel)
    }
}

/// The gate of a life and how many are inside: the gate in the two highest bits, the number in the rest.
#[derive(Debug, Default)]
pub struct InFlight<W: Word = AtomicU64>(W);

const SHUT: u64 = 2 << 62;
const DRAINING: u64 = 1 << 62;
const GATE: u64 = 3 << 62;

impl<W: Word> InFlight<W> {
    /// An open life with nobody inside.
    pub fn open() -> Self {
        Self(W::new(0))
    }

    /// Counts one in, unless the gate is not open. Whoever was counted in calls [`leave`](Self::leave) once.
    #[must_use]
    pub fn enter(&self) -> bool {
        let mut word = self.0.load();
        while word & GATE == 0 {
            match self.0.exchange(word, word + 1) {
                Ok(_) => return true,
                Err(other) => word = other,
            }
        }
        false
    }

    /// Counts one out. Whether nobody is left and the gate is draining: then somebody waits for it.
    pub fn leave(&self) -> bool {
        self.0.subtract(1) == DRAINING + 1
    }

    /// Shuts the gate if nobody is inside; whether it is shut now.
    #[must_use]
    pub fn shut_if_empty(&self) -> bool {
        let mut word = self.0.load();
        loop {
            if word & GATE == SHUT {
                return true;
            }
            if word & !GATE != 0 {
                return false;
            }
            match self.0.exchange(word, SHUT) {
                Ok(_) => return true,
                Err(other) => word = other,
            }
        }
    }

    /// Takes nobody in any more. Whoever is inside stays.
    pub fn drain(&self) {
        self.change(DRAINING, |gate| gate == 0);
    }

    /// Takes requests again, unless the life is over; whether it does.
    #[must_use]
    pub fn reopen(&self) -> bool {
        self.change(0, |gate| gate == DRAINING);
        self.0.load() & GATE == 0
    }

    /// Ends the life whoever is inside: what they use is gone.
    pub fn shut(&self) {
        self.change(SHUT, |gate| gate != SHUT);
    }

    /// The gate and how many are inside.
    pub fn now(&self) -> (Gate, u64) {
        let word = self.0.load();
        let gate = match word & GATE {
            0 => Gate::Open,
            DRAINING => Gate::Draining,
            _ => Gate::Shut,
        };
        (gate, word & !GATE)
    }

    fn change(&self, gate: u64, from: impl Fn(u64) -> bool) {
        let mut word = self.0.load();
        while from(word & GATE) {
            match self.0.exchange(word, (word & !GATE) | gate) {
                Ok(_) => return,
                Err(other) => word = other,
            }
        }
    }
}

#[cfg(test)]
mod tests;
