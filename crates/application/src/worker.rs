//! The worker: takes commands from the heads of the queue's lanes and carries them out on the engine.
//!
//! A worker acts only while it holds the installation's lock and a lease that fences every write to the database. The
//! central rule is in `converge`: a command is done when a plan made from a fresh observation of the engine is empty. A
//! worker may crash at any moment; the next one observes the engine, plans and goes on.

use std::error::Error;
use std::sync::Arc;
use std::time::Duration;

use core_monitor_domain::ids::{InstanceId, WorkerId};
use core_monitor_domain::ports::{
    AdoptionStore, Clock, ContainerEngine, CreationStore, EngineInventory, HeldLock, HostMounts, HttpProbe,
    IdSource, Lease, ObservationStore, PlanStore, PolicyStore, QueueError, QueueWakeup, SecretVault,
    StackFolder, StackStore, TokenStore, UserStore, WorkerLock, WorkerQueue,
};
use tokio::sync::{Mutex, watch};
use tokio_util::sync::CancellationToken;
use tracing::{info, warn};

mod activity;
mod allowed;
mod backoff;
mod context;
mod converge;
mod endings;
mod execution;
mod finish;
#[cfg(test)]
pub(crate) mod fixture;
mod folder;
mod giving_up;
mod goal;
mod journal;
mod lanes;
mod last_look;
mod lease_keeper;
mod link;
mod long_effect;
mod look;
mod mailbox;
mod observer;
mod outage;
mod pass;
mod patient;
mod perform;
mod protection;
mod prune;
mod release;
mod resolve;
mod right;
mod rules;
pub(crate) mod said;
mod schedule;
mod setback;
mod settings;
mod settle;
mod standby;
mod statistics;
mod taken_back;
mod tenure;
mod verdict;
mod verify;
mod wait;

pub use link::{LinkReaders, WorkerLink};
pub use settings::{Deadlines, WorkerSettings};
pub use statistics::{StatisticsBudget, StatisticsPorts};

use activity::Activity;
use backoff::Backoff;
use lanes::Lanes;
use lease_keeper::LeaseKeeper;
use look::Latest;
use observer::Observer;
use patient::Patient;
use standby::Turn;
use statistics::Statistics;
use tenure::Halt;

use crate::grants::Granted;

/// Time between two attempts to get a lease that another worker holds.
const LEASE_POLL: Duration = Duration::from_millis(250);

/// The ports of a worker.
#[derive(Clone)]
pub struct WorkerPorts {
    /// The engine it works on.
    pub engine: Arc<dyn ContainerEngine>,
    /// What the host has, for PRUNE.
    pub inventory: Arc<dyn EngineInventory>,
    /// Stacks, versions and releases.
    pub stacks: Arc<dyn StackStore>,
    /// Where the files of versions are put on the host.
    pub folders: Arc<dyn StackFolder>,
    /// Where paths of the host lead that containers mount.
    pub host_mounts: Arc<dyn HostMounts>,
    /// The objects adopted by imported stacks.
    pub adoptions: Arc<dyn AdoptionStore>,
    /// The records of what commands created.
    pub creations: Arc<dyn CreationStore>,
    /// The queue.
    pub queue: Arc<dyn WorkerQueue>,
    /// Notifies of changes to the queue.
    pub wakeup: Arc<dyn QueueWakeup>,
    /// Keeps other workers out.
    pub lock: Arc<dyn WorkerLock>,
    /// Confirmed plans.
    pub plans: Arc<dyn PlanStore>,
    /// The tokens, with what was granted to their holders.
    pub tokens: Arc<dyn TokenStore>,
    /// The users, with what was granted to them.
    pub users: Arc<dyn UserStore>,
    /// The policy on what may run.
    pub policies: Arc<dyn PolicyStore>,
    /// Derives the key of plan fingerprints.
    pub vault: Arc<dyn SecretVault>,
    /// The shared observation.
    pub observations: Arc<dyn ObservationStore>,
    /// Asks containers over HTTP.
    pub probe: Arc<dyn HttpProbe>,
    /// The clock.
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
    /// Starts of containers with published port ranges take turns, whatever command they belong to.
    port_ranges: Mutex<()>,
    /// Whether this worker holds the lock of the installation.
    locked: watch::Sender<bool>,
    /// `None`: none are collected.
    statistics: Option<Statistics>,
}

impl WorkerPorts {
    /// What was granted to whom.
    pub(crate) fn granted(&self) -> Granted<'_> {
        Granted { tokens: &*self.tokens, users: &*self.users, clock: &*self.clock }
    }
}

impl Worker {
    /// A new worker of the installation `instance`.
    pub fn new(mut ports: WorkerPorts, settings: WorkerSettings, instance: InstanceId) -> Self {
        ports.engine = Arc::new(Patient::new(ports.engine, Arc::clone(&ports.clock)));
        let id = WorkerId(ports.ids.next_uuid());
        let latest = Latest::new(Arc::clone(&ports.observations));
        Self {
            ports,
            settings,
            instance,
            id,
            latest,
            port_ranges: Mutex::default(),
            locked: watch::Sender::new(false),
            statistics: None,
        }
    }

    /// The same worker, collecting what containers and the host use while it holds the lock.
    #[must_use]
    pub fn collecting(mut self, ports: StatisticsPorts, budget: StatisticsBudget) -> Self {
        self.statistics = Some(Statistics::new(ports, budget));
        self
    }

    /// Works until `shutdown`. Then it waits for the engine calls in flight, writes their outcomes, gives the lease
    /// back and returns; the commands stay `RUNNING` and the next worker continues them. Errors of the database or the
    /// engine are never returned: the worker waits until they are gone.
    pub async fn run(&self, shutdown: &CancellationToken) {
        while let Some(turn) = self.next_turn(shutdown).await {
            self.locked.send_replace(true);
            let activity = Activity::new();
            let observer =
                Observer::new(&self.ports, &self.settings, &activity, self.instance, self.latest.clone());
            let collecting =
                self.statistics.as_ref().map(|statistics| statistics.collect(self.latest.running()));
            let halt = tokio::select! {
                biased;
                halt = self.serve(turn, &observer, &activity, shutdown) => halt,
                never = observer.run() => match never {},
            };
            self.locked.send_replace(false);
            if halt == Halt::Shutdown {
                if let Some(collecting) = collecting {
                    collecting.finish().await;
                }
                return;
            }
            warn!(worker = %self.id, "another worker took over while this one was not running; waiting until it ends");
        }
    }

    /// Completes once this worker holds the lock: from then on it is the only one, and may answer for the engine.
    pub fn lock_held(&self) -> impl Future<Output = ()> + Send + 'static {
        self.lock_is(true)
    }

    /// Completes once another worker has displaced this one.
    pub fn lock_lost(&self) -> impl Future<Output = ()> + Send + 'static {
        self.lock_is(false)
    }

    fn lock_is(&self, held: bool) -> impl Future<Output = ()> + Send + 'static {
        let mut locked = self.locked.subscribe();
        async move {
            if locked.wait_for(|locked| *locked == held).await.is_err() {
                // The worker is gone, so it never will.
                std::future::pending::<()>().await;
            }
        }
    }

    /// Takes one lease after another, until it is told to stop or has been displaced. The first one may be taken from its
    /// holder if the lock proves that the holder is dead. Later ones are not, because then another worker is running
    /// despite the lock.
    async fn serve(
        &self,
        turn: Turn,
        observer: &Observer<'_>,
        activity: &Activity,
        shutdown: &CancellationToken,
    ) -> Halt {
        let Turn { lock, mut lease } = turn;
        let mut take_over = lease.is_none();
        loop {
            let taken = match lease.take() {
                Some(taken) => Some(taken),
                None => self.lease(std::mem::take(&mut take_over), &*lock, shutdown).await,
            };
            let Some((lease, asked_at)) = taken else {
                return if shutdown.is_cancelled() { Halt::Shutdown } else { Halt::LeaseLost };
            };
            if !self.declare_scope(&lease, shutdown).await {
                continue;
            }
            let (queue, clock) = (&*self.ports.queue, &*self.ports.clock);
            let keeper = LeaseKeeper::new(queue, clock, &self.settings, lease, asked_at);
            let lanes = Lanes { worker: self, keeper: &keeper, observer, activity };
            let halt = tokio::select! {
                biased;
                halt = lanes.serve() => halt,
                () = keeper.keep(shutdown) => Halt::LeaseLost,
            };
            if halt == Halt::Shutdown {
                if let Err(error) = self.ports.queue.release(&keeper.lease(), self.ports.clock.now()).await {
                    warn!(error = %chain(&error), "cannot release the lease; it will expire");
                }
                info!(worker = %self.id, "this worker has stopped");
                return Halt::Shutdown;
            }
        }
    }

    /// The lease, and the elapsed time before it was requested. `None` if this worker is to stop, or was displaced.
    async fn lease(
        &self,
        take_over: bool,
        lock: &dyn HeldLock,
        shutdown: &CancellationToken,
    ) -> Option<(Lease, Duration)> {
        let mut backoff = Backoff::default();
        let mut said = false;
        while !shutdown.is_cancelled() && lock.is_held() {
            let asked_at = self.ports.clock.elapsed();
            let (now, ttl) = (self.ports.clock.now(), self.settings.lease_ttl);
            let asked = if take_over {
                self.ports.queue.take_over(self.id, now, ttl).await.map(Some)
            } else {
                self.ports.queue.acquire(self.id, now, ttl).await
            };
            let delay = match asked {
                Ok(Some(lease)) => {
                    info!(epoch = lease.epoch.0, "took the lease");
                    return Some((lease, asked_at));
                }
                Ok(None) => {
                    if !std::mem::replace(&mut said, true) {
                        warn!(
                            "another worker holds the lease, although this one holds the lock; waiting until it expires"
                        );
                    }
                    LEASE_POLL
                }
                Err(error) => {
                    warn!(error = %chain(&error), "cannot take the lease, retrying");
                    backoff.next(self.ports.ids.jitter())
                }
            };
            self.pause(delay, shutdown).await;
        }
        None
    }

    /// Writes down what a failed write holds up, before the first claim. Returns whether the lease still holds.
    async fn declare_scope(&self, lease: &Lease, shutdown: &CancellationToken) -> bool {
        let mut backoff = Backoff::default();
        while !shutdown.is_cancelled() {
            let (queue, now) = (&*self.ports.queue, self.ports.clock.now());
            match queue.set_failure_scope(lease, self.settings.failure_scope, now).await {
                Ok(()) => return true,
                Err(QueueError::LeaseLost) => return false,
                Err(QueueError::Store(error)) => {
                    warn!(error = %chain(&error), "cannot write the failure scope down, retrying");
                    self.pause(backoff.next(self.ports.ids.jitter()), shutdown).await;
                }
            }
        }
        true
    }

    async fn pause(&self, duration: Duration, shutdown: &CancellationToken) {
        tokio::select! {
            biased;
            () = shutdown.cancelled() => {}
            () = self.ports.clock.sleep(duration) => {}
        }
    }
}

/// An error and all its sources, in one line.
fn chain(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(error) = source {
        text = format!("{text}: {error}");
        source = error.source();
    }
    text
}
