//! The right to work on one command: lasts as long as the lease, until the command is cancelled or everything stops.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use core_monitor_domain::ids::Seq;
use core_monitor_domain::ports::Lease;

use super::lease_keeper::{LeaseKeeper, State};

/// Why the work on a command stops early. Later variants take precedence over earlier ones.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Halt {
    /// Cancellation was requested.
    Cancel,
    /// The process shuts down. The command stays `RUNNING` for the next worker.
    Shutdown,
    /// The lease is lost: another worker may be active, so nothing must be touched.
    LeaseLost,
}

/// One command's share of the lease. Dropping it ends the work on the command.
pub(crate) struct Tenure<'k> {
    keeper: &'k LeaseKeeper<'k>,
    seq: Seq,
    /// The command ends: a cancellation has nothing left to stop.
    concluding: AtomicBool,
}

impl<'k> Tenure<'k> {
    pub(super) fn new(keeper: &'k LeaseKeeper<'k>, seq: Seq) -> Self {
        Self { keeper, seq, concluding: AtomicBool::new(false) }
    }

    /// The command is about to end: from now on, only what stops the worker stops the work on it.
    pub(crate) fn conclude(&self) {
        self.concluding.store(true, Ordering::Relaxed);
    }

    fn reason(&self, state: &State) -> Option<Halt> {
        let halt = state.halt_of(self.seq);
        halt.filter(|halt| *halt != Halt::Cancel || !self.concluding.load(Ordering::Relaxed))
    }

    pub(crate) fn lease(&self) -> Lease {
        self.keeper.lease()
    }

    pub(crate) fn halt(&self) -> Option<Halt> {
        self.reason(&self.keeper.state.borrow())
    }

    /// Reports that a write found the lease taken by another worker: everything stops.
    pub(crate) fn lose(&self) {
        self.keeper.stop(Halt::LeaseLost);
    }

    /// Returns once there is a reason to stop.
    pub(crate) async fn halted(&self) -> Halt {
        self.keeper.until(|state| self.reason(state)).await
    }

    /// Sleeps, or returns early with the reason to stop.
    pub(crate) async fn sleep(&self, duration: Duration) -> Result<(), Halt> {
        tokio::select! {
            biased;
            halt = self.halted() => Err(halt),
            () = self.keeper.clock.sleep(duration) => Ok(()),
        }
    }

    /// Sleeps, or returns early if the worker stops. A cancellation ends the command, so it does not end what is needed to end
    /// it.
    pub(crate) async fn sleep_although_cancelled(&self, duration: Duration) -> Result<(), Halt> {
        tokio::select! {
            biased;
            halt = self.keeper.halted() => Err(halt),
            () = self.keeper.clock.sleep(duration) => Ok(()),
        }
    }

    /// Returns when an effect may be started: at once if enough time is left on the lease, otherwise after the next
    /// renewal. After the machine was suspended, this is where a worker notices that another one has taken over.
    pub(crate) async fn may_act(&self) -> Result<(), Halt> {
        let mut state = self.keeper.state.subscribe();
        loop {
            let (halt, valid_until) = {
                let state = state.borrow_and_update();
                (self.reason(&state), state.valid_until)
            };
            if let Some(halt) = halt {
                return Err(halt);
            }
            if self.keeper.clock.elapsed() + self.keeper.settings.lease_margin() <= valid_until {
                return Ok(());
            }
            if state.changed().await.is_err() {
                return Err(Halt::LeaseLost);
            }
        }
    }
}

impl Drop for Tenure<'_> {
    fn drop(&mut self) {
        self.keeper.leave(self.seq);
    }
}
