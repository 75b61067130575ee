//! Serves the lanes of the queue in parallel under one lease.
//!
//! The lane of writes is served one command at a time. Several power lanes are served at once, so that a stack that
//! takes long to start does not delay other stacks. The queue decides which commands exclude each other.

use std::pin::pin;
use std::time::Duration;

use core_monitor_domain::command::LaneKind;
use core_monitor_domain::ports::{Claim, QueueError};
use futures::future::join;
use futures::stream::{FuturesUnordered, StreamExt as _};
use tokio::sync::watch;
use tracing::{error, info};

use super::activity::Activity;
use super::backoff::Backoff;
use super::context::Context;
use super::lease_keeper::LeaseKeeper;
use super::mailbox::Mailbox;
use super::observer::Observer;
use super::tenure::Halt;
use super::{Worker, chain, execution};

/// Pause after a claim that found nothing, so that wake-ups from this worker's own writes do not keep it busy.
const BREATHER: Duration = Duration::from_millis(5);
/// Longest time between two looks at the queue. Wake-ups trigger earlier ones.
const QUEUE_POLL: Duration = Duration::from_secs(5);
/// Maximum number of concurrent power changes. Starting everything at once would make all of it slow.
const POWER_CHANGES: usize = 4;

/// The lanes under one lease.
pub(super) struct Lanes<'w> {
    pub(super) worker: &'w Worker,
    pub(super) keeper: &'w LeaseKeeper<'w>,
    pub(super) observer: &'w Observer<'w>,
    pub(super) activity: &'w Activity,
}

impl Lanes<'_> {
    /// Serves all lanes until this worker has to stop.
    pub(super) async fn serve(&self) -> Halt {
        let bell = watch::Sender::new(());
        let served =
            join(self.lane(LaneKind::Writes, 1, &bell), self.lane(LaneKind::Power, POWER_CHANGES, &bell));
        tokio::select! {
            biased;
            (writes, power) = served => writes.max(power),
            () = self.ring(&bell) => Halt::LeaseLost,
        }
    }

    /// Forwards every wake-up to all lanes. Never returns.
    async fn ring(&self, bell: &watch::Sender<()>) {
        loop {
            self.worker.ports.wakeup.wait(QUEUE_POLL).await;
            bell.send_replace(());
        }
    }

    /// Carries out up to `at_once` commands of these lanes in parallel.
    async fn lane(&self, lanes: LaneKind, at_once: usize, bell: &watch::Sender<()>) -> Halt {
        let ports = &self.worker.ports;
        let mut bell = bell.subscribe();
        let mut backoff = Backoff::default();
        let mut running = FuturesUnordered::new();
        loop {
            if let Some(halt) = self.keeper.halt() {
                // The running commands end for the same reason, each at a safe point.
                while running.next().await.is_some() {}
                return halt;
            }
            // Before the claim, so that no commit after it is missed.
            bell.mark_unchanged();
            let room = running.len() < at_once;
            let mut delay = None;
            if room {
                match self.claim(lanes, &mut running).await {
                    Ok(Some(claim)) => {
                        backoff.reset();
                        running.push(self.carry_out(claim));
                        continue;
                    }
                    Ok(None) => backoff.reset(),
                    Err(QueueError::LeaseLost) => self.keeper.stop(Halt::LeaseLost),
                    Err(QueueError::Store(store_error)) => {
                        error!(error = %chain(&store_error), "cannot read the queue, retrying");
                        delay = Some(backoff.next(ports.ids.jitter()));
                    }
                }
            }
            tokio::select! {
                biased;
                Some(()) = running.next() => {}
                _ = self.keeper.halted() => {}
                () = self.idle(&mut bell, delay), if room => {}
            }
        }
    }

    /// Claims the next command while polling the running ones: one of them may hold the only write connection, and
    /// would hold it for ever if it were not polled while the claim waits. The claim itself is never dropped halfway,
    /// because the claimed command would then be lost.
    async fn claim(
        &self,
        lanes: LaneKind,
        running: &mut FuturesUnordered<impl Future<Output = ()>>,
    ) -> Result<Option<Claim>, QueueError> {
        let ports = &self.worker.ports;
        let lease = self.keeper.lease();
        let mut claim = pin!(ports.queue.claim(&lease, lanes, ports.clock.now()));
        loop {
            tokio::select! {
                biased;
                claimed = &mut claim => return claimed,
                Some(()) = running.next() => {}
            }
        }
    }

    async fn idle(&self, bell: &mut watch::Receiver<()>, delay: Option<Duration>) {
        let clock = &*self.worker.ports.clock;
        if let Some(delay) = delay {
            return clock.sleep(delay).await;
        }
        clock.sleep(BREATHER).await;
        // The sender outlives the lanes.
        let _ = bell.changed().await;
    }

    async fn carry_out(&self, claim: Claim) {
        let Claim { command, adopted } = claim;
        let (seq, kind, stack, attempt) =
            (command.seq.0, command.payload.kind(), command.stack_id, command.attempt);
        info!(seq, %kind, %stack, attempt, adopted, "command claimed");
        let tenure = self.keeper.attend(command.seq, command.cancel_requested_at.is_some());
        let context = Context {
            ports: &self.worker.ports,
            settings: &self.worker.settings,
            instance: self.worker.instance,
            activity: self.activity,
            observer: self.observer,
            tenure: &tenure,
            command: &command,
            mailbox: Mailbox::default(),
            port_ranges: &self.worker.port_ranges,
        };
        // Whatever else stopped the command has told the lease keeper why.
        let ended = execution::execute(&context).await;
        debug_assert_ne!(ended, Err(Halt::Cancel), "a cancellation ends the command");
        if ended == Err(Halt::Cancel) {
            // Nobody would touch the command again. Under the next lease it is taken over.
            error!(seq, "a cancelled command did not end");
            self.keeper.stop(Halt::LeaseLost);
        }
    }
}
