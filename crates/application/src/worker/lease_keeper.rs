//! Renews the lease of this worker while commands run under it.

use std::collections::BTreeMap;
use std::time::Duration;

use core_monitor_domain::ids::Seq;
use core_monitor_domain::ports::{Clock, Lease, QueueError, WorkerQueue};
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;
use tracing::{info, warn};

use super::settings::WorkerSettings;
use super::tenure::{Halt, Tenure};

/// The state shared by everything that works under the lease.
#[derive(Debug, Clone)]
pub(super) struct State {
    pub(super) lease: Lease,
    /// By [`Clock::elapsed`], read before the renewal was sent, so that it errs on the safe side.
    pub(super) valid_until: Duration,
    /// Why everything stops.
    pub(super) halt: Option<Halt>,
    /// The running commands, and whether their cancellation was requested.
    running: BTreeMap<Seq, bool>,
}

impl State {
    /// Why the work on one command stops.
    pub(super) fn halt_of(&self, seq: Seq) -> Option<Halt> {
        self.halt.or_else(|| self.running.get(&seq).is_some_and(|cancel| *cancel).then_some(Halt::Cancel))
    }

    fn running(&self) -> Vec<Seq> {
        self.running.keys().copied().collect()
    }
}

/// A held lease, kept alive by [`keep`](Self::keep).
pub(crate) struct LeaseKeeper<'w> {
    queue: &'w dyn WorkerQueue,
    pub(super) clock: &'w dyn Clock,
    pub(super) settings: &'w WorkerSettings,
    pub(super) state: watch::Sender<State>,
}

impl<'w> LeaseKeeper<'w> {
    /// `asked_at` is the elapsed time before the lease was requested.
    pub(crate) fn new(
        queue: &'w dyn WorkerQueue,
        clock: &'w dyn Clock,
        settings: &'w WorkerSettings,
        lease: Lease,
        asked_at: Duration,
    ) -> Self {
        let valid_until = asked_at + settings.lease_ttl;
        let state = State { lease, valid_until, halt: None, running: BTreeMap::new() };
        Self { queue, clock, settings, state: watch::Sender::new(state) }
    }

    pub(crate) fn lease(&self) -> Lease {
        self.state.borrow().lease.clone()
    }

    /// Begins the work on a command; from now on, its cancellation is noticed. `cancelled` says whether it was requested
    /// before, while another worker had the command.
    pub(crate) fn attend(&self, seq: Seq, cancelled: bool) -> Tenure<'_> {
        self.state.send_modify(|state| {
            state.running.insert(seq, cancelled);
        });
        Tenure::new(self, seq)
    }

    /// Ends the work on the command and forgets a requested cancellation.
    pub(super) fn leave(&self, seq: Seq) {
        self.state.send_modify(|state| {
            state.running.remove(&seq);
        });
    }

    /// Why everything must stop, if it must.
    pub(crate) fn halt(&self) -> Option<Halt> {
        self.state.borrow().halt
    }

    /// Returns once there is a reason to stop everything.
    pub(crate) async fn halted(&self) -> Halt {
        self.until(|state| state.halt).await
    }

    /// Returns once `reason` returns one.
    pub(super) async fn until(&self, reason: impl Fn(&State) -> Option<Halt>) -> Halt {
        let mut state = self.state.subscribe();
        match state.wait_for(|state| reason(state).is_some()).await.map(|state| reason(&state)) {
            Ok(Some(halt)) => halt,
            // The sender is in `self`, so the channel outlives this wait.
            _ => Halt::LeaseLost,
        }
    }

    pub(super) fn stop(&self, halt: Halt) {
        self.state.send_if_modified(|state| {
            let outranks = state.halt.is_none_or(|current| halt > current);
            if outranks {
                state.halt = Some(halt);
            }
            outranks
        });
    }

    /// Renews the lease until it is lost and publishes the result. Never returns: run it alongside the work.
    pub(crate) async fn keep(&self, shutdown: &CancellationToken) {
        let mut state = self.state.subscribe();
        let mut failing = false;
        loop {
            let idle = state.borrow_and_update().running.is_empty();
            let began = self.clock.elapsed();
            let interval = self.settings.renew_every(!idle);
            tokio::select! {
                biased;
                () = shutdown.cancelled(), if self.halt().is_none_or(|halt| halt < Halt::Shutdown) => {
                    self.stop(Halt::Shutdown);
                    continue;
                }
                // A command that begins shortens the interval.
                _ = state.wait_for(|state| !state.running.is_empty()), if idle => {}
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
            (state.lease.clone(), state.running())
        };
        let asked_at = self.clock.elapsed();
        match self.queue.renew(&lease, &running, self.clock.now(), self.settings.lease_ttl).await {
            Ok(renewal) => {
                if std::mem::take(failing) {
                    info!("renewed the lease again");
                }
                self.state.send_modify(|state| {
                    state.lease.expires_at = renewal.expires_at;
                    state.valid_until = asked_at + self.settings.lease_ttl;
                    // The command may have ended in the meantime.
                    for seq in renewal.cancel_requested {
                        state.running.entry(seq).and_modify(|cancel| *cancel = true);
                    }
                });
            }
            Err(QueueError::LeaseLost) => {
                warn!("lost the lease: it expired, or another worker took it");
                self.stop(Halt::LeaseLost);
            }
            Err(QueueError::Store(error)) => {
                if !std::mem::replace(failing, true) {
                    warn!(error = %super::chain(&error), "cannot renew the lease, retrying");
                }
            }
        }
    }
}
