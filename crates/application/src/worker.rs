//! The worker: takes commands from the head of the queue, one at a time, and makes the engine as they ask.
//!
//! A worker acts only while it holds the installation's lock and, within it, a lease that fences every write to the
//! database. `converge` holds the one rule that all else serves: a command is done when a plan made from a fresh look
//! at the engine is empty. Whatever a worker knows can be lost at any moment; the next one looks, plans and goes on.

use std::error::Error;
use std::sync::Arc;
use std::time::Duration;

use core_monitor_domain::ids::{InstanceId, WorkerId};
use core_monitor_domain::ports::{
    AdoptionStore, Claim, Clock, ContainerEngine, HeldLock, IdSource, Lease, LockAttempt, ObservationStore,
    PlanStore, QueueError, QueueWakeup, StackFolder, StackStore, WorkerLock, WorkerQueue,
};
use tokio_util::sync::CancellationToken;
use tracing::{error, info, warn};

mod activity;
mod backoff;
mod context;
mod converge;
mod execution;
#[cfg(test)]
mod fixture;
mod folder;
mod goal;
mod history;
mod journal;
mod link;
mod long_effect;
mod look;
mod observer;
mod pass;
mod perform;
mod release;
mod resolve;
mod schedule;
mod setback;
mod settings;
mod tenure;
mod unknown;
mod verdict;
mod wait;

pub use link::WorkerLink;
pub use settings::{Deadlines, WorkerSettings};

use activity::Activity;
use backoff::Backoff;
use context::Context;
use journal::Journal;
use look::Latest;
use observer::Observer;

use tenure::{Halt, Tenure};

/// Time between two attempts to get the lock, and two lines in the log while another worker has it.
const LOCK_POLL: Duration = Duration::from_millis(500);
const LOCK_LOG: Duration = Duration::from_secs(30);
/// Time between two attempts to get a lease that somebody else has.
const LEASE_POLL: Duration = Duration::from_millis(250);
/// Rest after a claim that found nothing. A wake-up that this worker's own writes set off must not keep it busy.
const BREATHER: Duration = Duration::from_millis(5);
/// Longest time without a look at the queue. Wake-ups make it shorter.
const QUEUE_POLL: Duration = Duration::from_secs(5);

/// Everything a worker needs from outside.
#[derive(Clone)]
pub struct WorkerPorts {
    /// The engine it works on.
    pub engine: Arc<dyn ContainerEngine>,
    /// Stacks, versions and releases.
    pub stacks: Arc<dyn StackStore>,
    /// Where the files of versions are put on the host.
    pub folders: Arc<dyn StackFolder>,
    /// What imported stacks took over.
    pub adoptions: Arc<dyn AdoptionStore>,
    /// The queue.
    pub queue: Arc<dyn WorkerQueue>,
    /// Tells when the queue may have changed.
    pub wakeup: Arc<dyn QueueWakeup>,
    /// Keeps other workers out.
    pub lock: Arc<dyn WorkerLock>,
    /// Plans that people confirmed.
    pub plans: Arc<dyn PlanStore>,
    /// Where others read what the engine has.
    pub observations: Arc<dyn ObservationStore>,
    /// Time.
    pub clock: Arc<dyn Clock>,
    /// Identities and jitter.
    pub ids: Arc<dyn IdSource>,
}

/// One run of a worker process.
pub struct Worker {
    ports: WorkerPorts,
    settings: WorkerSettings,
    instance: InstanceId,
    id: WorkerId,
    latest: Latest,
}

impl Worker {
    /// A new worker of the installation `instance`.
    pub fn new(ports: WorkerPorts, settings: WorkerSettings, instance: InstanceId) -> Self {
        let id = WorkerId(ports.ids.next_uuid());
        let latest = Latest::new(Arc::clone(&ports.observations));
        Self { ports, settings, instance, id, latest }
    }

    /// Works until `shutdown`. Then it waits for the engine call in flight, writes its outcome, gives the lease back and
    /// returns; the command stays `RUNNING` and the next worker goes on with it. Trouble with database or engine is
    /// waited for, never returned.
    pub async fn run(&self, shutdown: &CancellationToken) {
        let Some(_lock) = self.hold_lock(shutdown).await else { return };
        let activity = Activity::new();
        let observer =
            Observer::new(&self.ports, &self.settings, &activity, self.instance, self.latest.clone());
        tokio::select! {
            biased;
            () = self.serve(&observer, &activity, shutdown) => {}
            () = observer.run() => {}
        }
    }

    async fn hold_lock(&self, shutdown: &CancellationToken) -> Option<Box<dyn HeldLock>> {
        let mut said: Option<Duration> = None;
        while !shutdown.is_cancelled() {
            let now = self.ports.clock.elapsed();
            let due = said.is_none_or(|said| now.saturating_sub(said) >= LOCK_LOG);
            match self.ports.lock.try_hold().await {
                Ok(LockAttempt::Held(lock)) => {
                    info!(worker = %self.id, "this worker is at work");
                    return Some(lock);
                }
                Ok(LockAttempt::Busy { holder }) if due => {
                    said = Some(now);
                    warn!(%holder, "another worker is at work, this one waits until it ends");
                }
                Err(error) if due => {
                    said = Some(now);
                    warn!(error = %chain(&error), "the worker lock cannot be tried for now");
                }
                Ok(LockAttempt::Busy { .. }) | Err(_) => {}
            }
            self.pause(LOCK_POLL, shutdown).await;
        }
        None
    }

    /// One lease after the other. The first one is taken from whoever had it: the lock proves that its holder is dead.
    /// Later ones are not, because then there is a worker that the lock did not keep out.
    async fn serve(&self, observer: &Observer<'_>, activity: &Activity, shutdown: &CancellationToken) {
        let mut first = true;
        while let Some((lease, asked_at)) = self.lease(std::mem::take(&mut first), shutdown).await {
            let (queue, clock) = (&*self.ports.queue, &*self.ports.clock);
            let tenure = Tenure::new(queue, clock, &self.settings, lease, asked_at);
            let halt = tokio::select! {
                biased;
                halt = self.work(&tenure, observer, activity) => halt,
                () = tenure.keep(shutdown) => Halt::LeaseLost,
            };
            if halt == Halt::Shutdown {
                if let Err(error) = self.ports.queue.release(&tenure.lease(), self.ports.clock.now()).await {
                    warn!(error = %chain(&error), "the lease could not be given back, it will run out");
                }
                info!(worker = %self.id, "this worker ends");
                return;
            }
        }
    }

    /// The lease, and the elapsed time before it was asked for.
    async fn lease(&self, take_over: bool, shutdown: &CancellationToken) -> Option<(Lease, Duration)> {
        let mut backoff = Backoff::default();
        let mut said = false;
        while !shutdown.is_cancelled() {
            let asked_at = self.ports.clock.elapsed();
            let (now, ttl) = (self.ports.clock.now(), self.settings.lease_ttl);
            let asked = if take_over {
                self.ports.queue.take_over(self.id, now, ttl).await.map(Some)
            } else {
                self.ports.queue.acquire(self.id, now, ttl).await
            };
            let delay = match asked {
                Ok(Some(lease)) => {
                    info!(epoch = lease.epoch.0, "the lease is taken");
                    return Some((lease, asked_at));
                }
                Ok(None) => {
                    if !std::mem::replace(&mut said, true) {
                        warn!(
                            "another worker has the lease although this one has the lock; waiting until it runs out"
                        );
                    }
                    LEASE_POLL
                }
                Err(error) => {
                    warn!(error = %chain(&error), "the lease cannot be asked for now");
                    backoff.next(self.ports.ids.jitter())
                }
            };
            self.pause(delay, shutdown).await;
        }
        None
    }

    /// One command after the other, until this worker has to stop.
    async fn work(&self, tenure: &Tenure<'_>, observer: &Observer<'_>, activity: &Activity) -> Halt {
        let mut backoff = Backoff::default();
        loop {
            if let Some(halt) = tenure.halt() {
                return halt;
            }
            let delay = match self.ports.queue.claim(&tenure.lease(), self.ports.clock.now()).await {
                Ok(Some(claim)) => {
                    backoff.reset();
                    if let Err(halt) = self.carry_out(&claim, tenure, observer, activity).await {
                        return halt;
                    }
                    continue;
                }
                Ok(None) => {
                    backoff.reset();
                    None
                }
                Err(QueueError::LeaseLost) => return Halt::LeaseLost,
                Err(QueueError::Store(store_error)) => {
                    error!(error = %chain(&store_error), "the queue cannot be read for now");
                    Some(backoff.next(self.ports.ids.jitter()))
                }
            };
            tokio::select! {
                biased;
                halt = tenure.halted() => return halt,
                () = self.idle(delay) => {}
            }
        }
    }

    async fn idle(&self, delay: Option<Duration>) {
        if let Some(delay) = delay {
            return self.ports.clock.sleep(delay).await;
        }
        self.ports.clock.sleep(BREATHER).await;
        self.ports.wakeup.wait(QUEUE_POLL).await;
    }

    async fn carry_out(
        &self,
        claim: &Claim,
        tenure: &Tenure<'_>,
        observer: &Observer<'_>,
        activity: &Activity,
    ) -> Result<(), Halt> {
        let Claim { command, adopted } = claim;
        let (seq, kind, stack, attempt) =
            (command.seq.0, command.payload.kind(), command.stack_id, command.attempt);
        info!(seq, %kind, %stack, attempt, adopted, "command claimed");
        tenure.attend(command.seq);
        let (queue, clock, ids) = (&*self.ports.queue, &*self.ports.clock, &*self.ports.ids);
        let context = Context {
            ports: &self.ports,
            settings: &self.settings,
            instance: self.instance,
            activity,
            observer,
            tenure,
            journal: Journal::new(queue, clock, ids, tenure, command),
            command,
        };
        let ended = execution::execute(&context).await;
        tenure.leave();
        ended
    }

    async fn pause(&self, duration: Duration, shutdown: &CancellationToken) {
        tokio::select! {
            biased;
            () = shutdown.cancelled() => {}
            () = self.ports.clock.sleep(duration) => {}
        }
    }
}

/// An error and all its sources, for one line of the log.
fn chain(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(error) = source {
        text = format!("{text}: {error}");
        source = error.source();
    }
    text
}
