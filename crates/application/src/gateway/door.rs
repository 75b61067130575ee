//! One service as requests meet it.
//!
//! While the service is awake, a request is counted in by one atomic operation and nobody is asked. Otherwise it knocks and
//! waits, or is told how things stand.

use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::time::Duration;

use arc_swap::{ArcSwap, ArcSwapOption};
use core_monitor_domain::command::PowerCause;
use core_monitor_domain::names::StackName;
use core_monitor_domain::on_demand::life::{Gate, InFlight};
use core_monitor_domain::on_demand::{DoorKey, OnDemand};
use core_monitor_domain::ports::{Clock, within};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc, watch};

use super::Standing;

mod watching;

pub use watching::Watcher;

/// How many of those who waited are let in at once when a service has woken: a service that has just started must not meet all
/// of them in the same moment.
const AT_ONCE: usize = 32;
/// How many may wait for one service.
const WAITING: usize = 1024;
/// After how long somebody who waits knocks again.
const KNOCK_AGAIN: Duration = Duration::from_secs(1);

/// What is declared for a service, and what it is called.
#[derive(Debug, Clone, PartialEq)]
pub struct Face {
    /// The name of its stack.
    pub stack: StackName,
    /// What is declared.
    pub declared: OnDemand,
}

/// Somebody who found a service not awake.
#[derive(Debug, Clone, PartialEq)]
pub struct Knock {
    /// The service.
    pub door: DoorKey,
    /// Why.
    pub cause: PowerCause,
    /// What kind.
    pub kind: KnockKind,
}

/// What somebody wants who found a service not awake.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KnockKind {
    /// That it wakes.
    Wake,
    /// That it is tried again although it has just failed.
    Again,
    /// Nobody accepts connections there, although the life that began with this start has not ended.
    Unreachable(u64),
}

/// One service as requests meet it.
pub struct Door {
    key: DoorKey,
    face: ArcSwap<Face>,
    life: ArcSwapOption<Life>,
    standing: watch::Sender<Standing>,
    /// Those who wait, in the order in which they came; replaced at the end of every life.
    turnstile: ArcSwap<Semaphore>,
    waiting: AtomicUsize,
    pages: watching::Pages,
    /// When somebody last used it, in milliseconds on the clock; 0 if nobody has.
    last_used: AtomicU64,
    /// How many requests have used it.
    requests: AtomicU64,
    knocks: mpsc::Sender<Knock>,
    clock: Arc<dyn Clock>,
}

/// One life of a service: from the moment it is ready until it stops.
#[derive(Debug)]
pub struct Life {
    /// The number of the start that it began with; no two lives of an installation share one while the gateway runs.
    pub start: u64,
    /// Where it listens, one address for each replica; never empty.
    pub upstreams: Vec<SocketAddr>,
    /// When it began, on the clock.
    opened: Duration,
    in_flight: InFlight,
}

/// Why a request was not let in.
#[derive(Debug, Clone, PartialEq)]
pub enum NotLetIn {
    /// Too many wait already.
    Full,
    /// It took longer than the request could wait; how things stand now.
    TooLong(Standing),
    /// It will not wake for now: its start has failed, it is held for longer than a request can wait, or it is gone.
    Refused(Standing),
}

impl Door {
    /// A service that sleeps.
    pub fn new(key: DoorKey, face: Face, knocks: mpsc::Sender<Knock>, clock: Arc<dyn Clock>) -> Self {
        Self {
            key,
            face: ArcSwap::from_pointee(face),
            life: ArcSwapOption::empty(),
            standing: watch::Sender::new(Standing::Asleep),
            turnstile: ArcSwap::from_pointee(Semaphore::new(0)),
            waiting: AtomicUsize::new(0),
            pages: watching::Pages::default(),
            last_used: AtomicU64::new(0),
            requests: AtomicU64::new(0),
            knocks,
            clock,
        }
    }

    /// Which service.
    pub fn key(&self) -> &DoorKey {
        &self.key
    }

    /// What is declared for it now.
    pub fn face(&self) -> Arc<Face> {
        self.face.load_full()
    }

    /// How it stands, and what changes.
    pub fn standing(&self) -> watch::Receiver<Standing> {
        self.standing.subscribe()
    }

    /// Lets a request in if the service is awake. The request counts until the result is dropped.
    pub fn enter(self: &Arc<Self>) -> Option<Inside> {
        self.count_in(true)
    }

    /// The same for a request that is no use of the service, such as one of a monitor: it is not cut off, and it keeps nothing awake
    /// once it is over.
    pub fn look_in(self: &Arc<Self>) -> Option<Inside> {
        self.count_in(false)
    }

    fn count_in(self: &Arc<Self>, uses: bool) -> Option<Inside> {
        let life = self.life.load();
        let life = life.as_ref()?;
        if !life.in_flight.enter() {
            return None;
        }
        if uses {
            self.requests.fetch_add(1, Ordering::Relaxed);
        }
        Some(Inside { life: Arc::clone(life), door: Arc::clone(self), uses })
    }

    /// How many requests have used it so far.
    pub fn requests(&self) -> u64 {
        self.requests.load(Ordering::Relaxed)
    }

    /// How many are inside.
    pub fn inside(&self) -> u64 {
        self.life.load().as_ref().map_or(0, |life| life.in_flight.now().1)
    }

    /// Says that somebody wants the service, and does not wait for it.
    pub fn knock(&self, cause: PowerCause, kind: KnockKind) {
        // A full queue is full of others who want something; whoever waits knocks again.
        let _ = self.knocks.try_send(Knock { door: self.key.clone(), cause, kind });
    }

    /// Waits until the service is awake and it is this request's turn, for at most `budget`. The place in the line is given up when
    /// the future is dropped, and the start goes on.
    pub async fn wait(self: &Arc<Self>, cause: &PowerCause, budget: Duration) -> Result<LetIn, NotLetIn> {
        let _place = Place::take(self).ok_or(NotLetIn::Full)?;
        let waited = within(&*self.clock, budget, self.wait_in_line(cause)).await;
        waited.unwrap_or_else(|| Err(NotLetIn::TooLong(self.standing.borrow().clone())))
    }

    async fn wait_in_line(self: &Arc<Self>, cause: &PowerCause) -> Result<LetIn, NotLetIn> {
        let mut standing = self.standing.subscribe();
        loop {
            // The line is joined before anything else, so that it is in the order of arrival.
            let mut turn = pin!(self.turnstile.load_full().acquire_owned());
            loop {
                let now = standing.borrow_and_update().clone();
                if self.is_refused(&now) {
                    return Err(NotLetIn::Refused(now));
                }
                if !matches!(now, Standing::Awake) {
                    self.knock(cause.clone(), KnockKind::Wake);
                }
                tokio::select! {
                    biased;
                    turn = &mut turn => {
                        if let Ok(turn) = turn && let Some(inside) = self.enter() {
                            return Ok(LetIn { inside, turn });
                        }
                        break;
                    }
                    // A knock that came at the wrong moment, or met a full queue, is repeated.
                    _ = within(&*self.clock, KNOCK_AGAIN, standing.changed()) => {}
                }
            }
            // The life has just ended, and its line with it.
            tokio::task::yield_now().await;
        }
    }

    /// Whether waiting is in vain: what has failed is not tried again for a while, and what is held until a known time is not
    /// worth a request that is held as long.
    fn is_refused(&self, standing: &Standing) -> bool {
        match standing {
            Standing::Failed { until, .. } => *until > self.clock.elapsed(),
            Standing::Held { until, .. } => until.is_some(),
            Standing::Gone => true,
            Standing::Asleep | Standing::Starting(_) | Standing::Awake | Standing::FallingAsleep => false,
        }
    }
}

/// What moves a door. Only the keeper does.
impl Door {
    /// What is declared has changed.
    pub fn set_face(&self, face: Face) {
        if **self.face.load() != face {
            self.face.store(Arc::new(face));
        }
    }

    /// How it stands has changed.
    pub fn stand(&self, standing: Standing) {
        self.standing.send_if_modified(|now| {
            let changed = *now != standing;
            *now = standing;
            changed
        });
    }

    /// Begins a life: whoever waits comes in, in the order in which they came.
    pub fn open(&self, start: u64, upstreams: Vec<SocketAddr>) {
        self.end_life();
        let opened = self.clock.elapsed();
        self.last_used.store(millis(opened), Ordering::Relaxed);
        self.life.store(Some(Arc::new(Life { start, upstreams, opened, in_flight: InFlight::open() })));
        self.turnstile.load().add_permits(AT_ONCE);
    }

    /// Ends the life, whoever is inside.
    pub fn close(&self) {
        self.end_life();
    }

    /// Ends the life if nobody is inside, and nobody is about to come in from a waiting page; whether it is over.
    pub fn close_if_empty(&self) -> bool {
        let watching = self.watching() > 0;
        let over = self.life.load().as_ref().is_none_or(|life| !watching && life.in_flight.shut_if_empty());
        if over {
            self.end_life();
        }
        over
    }

    fn end_life(&self) {
        let Some(life) = self.life.swap(None) else { return };
        life.in_flight.shut();
        // Those who wait join a new line.
        self.turnstile.swap(Arc::new(Semaphore::new(0))).close();
    }

    /// When somebody last used it: now, if somebody is inside.
    pub fn last_used(&self) -> Option<Duration> {
        if self.life.load().as_ref().is_some_and(|life| life.in_flight.now().1 > 0) {
            return Some(self.clock.elapsed());
        }
        match self.last_used.load(Ordering::Relaxed) {
            0 => None,
            millis => Some(Duration::from_millis(millis)),
        }
    }

    /// How many wait for it.
    pub fn waiting(&self) -> usize {
        self.waiting.load(Ordering::Relaxed)
    }
}

/// A place among those who wait.
struct Place<'d>(&'d Door);

impl<'d> Place<'d> {
    fn take(door: &'d Door) -> Option<Self> {
        if door.waiting.fetch_add(1, Ordering::Relaxed) < WAITING {
            return Some(Self(door));
        }
        door.waiting.fetch_sub(1, Ordering::Relaxed);
        None
    }
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        self.0.waiting.fetch_sub(1, Ordering::Relaxed);
    }
}

/// Somebody who uses a service. As long as it exists, the service is not put to sleep.
#[derive(Debug)]
pub struct Inside {
    life: Arc<Life>,
    door: Arc<Door>,
    uses: bool,
}

impl Inside {
    /// The life that it is part of.
    pub fn life(&self) -> &Arc<Life> {
        &self.life
    }

    /// The service.
    pub fn door(&self) -> &Arc<Door> {
        &self.door
    }

    /// Whether the life has ended under whoever uses it.
    pub fn is_over(&self) -> bool {
        self.life.is_over()
    }
}

impl Life {
    /// Whether it has ended.
    pub fn is_over(&self) -> bool {
        self.in_flight.now().0 == Gate::Shut
    }
}

impl Drop for Inside {
    fn drop(&mut self) {
        // Before it leaves: whoever sees nobody inside sees when the last one was.
        if self.uses {
            self.door.last_used.store(millis(self.door.clock.elapsed()), Ordering::Relaxed);
        }
        self.life.in_flight.leave();
    }
}

/// A request that had to wait and is let in. Others wait behind it until it has its turn no longer.
#[derive(Debug)]
pub struct LetIn {
    /// It uses the service now.
    pub inside: Inside,
    /// To be dropped once the service has begun to answer: the next one is let in then.
    pub turn: OwnedSemaphorePermit,
}

impl std::fmt::Debug for Door {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Door").field("key", &self.key).finish_non_exhaustive()
    }
}

fn millis(at: Duration) -> u64 {
    u64::try_from(at.as_millis()).unwrap_or(u64::MAX).max(1)
}

#[cfg(test)]
mod tests;
