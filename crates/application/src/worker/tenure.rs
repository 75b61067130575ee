//! The time during which this worker may act: under one lease, until it is lost, given back, or told to stop.

use std::time::Duration;

use core_monitor_domain::ids::Seq;
use core_monitor_domain::ports::{Clock, Lease, QueueError, WorkerQueue};
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;
use tracing::{info, warn};

use super::settings::WorkerSettings;

/// Why work on a command stops before its end. The later ones outrank the earlier ones.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Halt {
    /// Somebody wants the command cancelled.
    Cancel,
    /// The process is to end. The command stays `RUNNING` for the next worker.
    Shutdown,
    /// Another worker may be at work: touch nothing.
    LeaseLost,
}

#[derive(Debug, Clone)]
struct State {
    lease: Lease,
    /// By [`Clock::elapsed`]; taken before the renewal was sent, so it errs on the safe side.
    valid_until: Duration,
    running: Option<Seq>,
    halt: Option<Halt>,
}

/// A held lease, kept alive by [`keep`](Self::keep).
pub(crate) struct Tenure<'w> {
    queue: &'w dyn WorkerQueue,
    clock: &'w dyn Clock,
    settings: &'w WorkerSettings,
    state: watch::Sender<State>,
}

impl<'w> Tenure<'w> {
    /// `asked_at` is the elapsed time before the lease was asked for.
    pub(crate) fn new(
        queue: &'w dyn WorkerQueue,
        clock: &'w dyn Clock,
        settings: &'w WorkerSettings,
        lease: Lease,
        asked_at: Duration,
    ) -> Self {
        let valid_until = asked_at + settings.lease_ttl;
        let state = watch::Sender::new(State { lease, valid_until, running: None, halt: None });
        Self { queue, clock, settings, state }
    }

    pub(crate) fn lease(&self) -> Lease {
        self.state.borrow().lease.clone()
    }

    /// Begins to ask for cancels of this command.
    pub(crate) fn attend(&self, seq: Seq) {
        self.state.send_modify(|state| state.running = Some(seq));
    }

    /// The command has ended; its cancel, if one was asked for, went with it.
    pub(crate) fn leave(&self) {
        self.state.send_modify(|state| {
            state.running = None;
            state.halt = state.halt.filter(|halt| *halt != Halt::Cancel);
        });
    }

    pub(crate) fn halt(&self) -> Option<Halt> {
        self.state.borrow().halt
    }

    pub(crate) fn lose(&self) {
        self.stop(Halt::LeaseLost);
    }

    fn stop(&self, halt: Halt) {
        self.state.send_if_modified(|state| {
            let outranks = state.halt.is_none_or(|current| halt > current);
            if outranks {
                state.halt = Some(halt);
            }
            outranks
        });
    }

    /// Returns once there is a reason to stop.
    pub(crate) async fn halted(&self) -> Halt {
        let mut state = self.state.subscribe();
        match state.wait_for(|state| state.halt.is_some()).await.map(|state| state.halt) {
            Ok(Some(halt)) => halt,
            // The sender lives in `self`, so the channel outlasts this wait.
            _ => Halt::LeaseLost,
        }
    }

    /// Sleeps, or returns early with the reason to stop.
    pub(crate) async fn sleep(&self, duration: Duration) -> Result<(), Halt> {
        tokio::select! {
            biased;
            halt = self.halted() => Err(halt),
            () = self.clock.sleep(duration) => Ok(()),
        }
    }

    /// Returns when an effect may be started: at once while enough is left of the lease, otherwise after the next
    /// renewal. After the machine slept, this is where a worker finds out that it was overtaken.
    pub(crate) async fn may_act(&self) -> Result<(), Halt> {
        let mut state = self.state.subscribe();
        loop {
            let (halt, valid_until) = {
                let state = state.borrow_and_update();
                (state.halt, state.valid_until)
            };
            if let Some(halt) = halt {
                return Err(halt);
            }
            if self.clock.elapsed() + self.settings.lease_margin() <= valid_until {
                return Ok(());
            }
            if state.changed().await.is_err() {
                return Err(Halt::LeaseLost);
            }
        }
    }

    /// Renews the lease until it is lost, and passes on what it learns. Never returns: run it beside the work.
    pub(crate) async fn keep(&self, shutdown: &CancellationToken) {
        let mut state = self.state.subscribe();
        let mut failing = false;
        loop {
            let running = state.borrow_and_update().running;
            let began = self.clock.elapsed();
            let interval = self.settings.renew_every(running.is_some());
            tokio::select! {
                biased;
                () = shutdown.cancelled(), if self.halt().is_none_or(|halt| halt < Halt::Shutdown) => {
                    self.stop(Halt::Shutdown);
                    continue;
                }
                // Beginning a command shortens the interval.
                _ = state.wait_for(|state| state.running.is_some()), if running.is_none() => {}
                () = self.clock.sleep(interval) => {}
            }
            if self.clock.elapsed().saturating_sub(began) >= interval {
                self.renew(&mut failing).await;
            }
            if self.halt() == Some(Halt::LeaseLost) {
                return std::future::pending().await;
            }
        }
    }

    async fn renew(&self, failing: &mut bool) {
        let (lease, running) = {
            let state = self.state.borrow();
            (state.lease.clone(), state.running)
        };
        let asked_at = self.clock.elapsed();
        match self.queue.renew(&lease, running, self.clock.now(), self.settings.lease_ttl).await {
            Ok(renewal) => {
                if std::mem::take(failing) {
                    info!("the lease is renewed again");
                }
                self.state.send_modify(|state| {
                    state.lease.expires_at = renewal.expires_at;
                    state.valid_until = asked_at + self.settings.lease_ttl;
                });
                // The answer is about the command that ran when it was asked for.
                if renewal.cancel_requested && running.is_some() && self.state.borrow().running == running {
                    self.stop(Halt::Cancel);
                }
            }
            Err(QueueError::LeaseLost) => {
                warn!("the lease is lost: it ran out, or another worker has it");
                self.lose();
            }
            Err(QueueError::Store(error)) => {
                if !std::mem::replace(failing, true) {
                    warn!(error = %super::chain(&error), "the lease cannot be renewed for now");
                }
            }
        }
    }
}
