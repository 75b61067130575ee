//! Runs the house beside the database: tells it what happens, and does what it says.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use core_monitor_domain::ids::{CommandId, StackId};
use core_monitor_domain::on_demand::house::{Asked, Event, House, HouseLimits, Now, StackUnits, Stage};
use core_monitor_domain::on_demand::{DoorKey, Wish};
use core_monitor_domain::ports::{
    ChangeMarks, Clock, CommandQueue, HostStatistics, IdSource, Marks, ObservationStore, OnDemandStore,
    QueueWakeup, ServiceProbe, StackStore, StatisticsStore, StoreError,
};
use core_monitor_domain::time::Timestamp;
use core_monitor_message::Message;
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;
use tracing::{info, warn};

use super::book::Book;
use super::declared::{Declared, DeclaredStack};
use super::door::{Knock, KnockKind};
use super::ledger::Ledger;
use super::looks::{Looked, look};
use super::prober::Prober;
use super::routes::Routes;

mod acting;
mod arranging;
mod comparing;
mod doors;
mod noticing;
mod noting;
mod saving;

use doors::Doors;

/// How many knocks wait to be heard. Whoever finds it full knocks again.
const KNOCKS: usize = 256;
/// How long a change of the database goes unnoticed if its wake-up is lost.
const LOOK_AT_MOST: Duration = Duration::from_secs(5);
/// How long the database rests after it could not be read.
const REST: Duration = Duration::from_secs(1);

/// What the gateway needs from outside.
#[derive(Clone)]
pub struct GatewayPorts {
    /// The stacks and their versions.
    pub stacks: Arc<dyn StackStore>,
    /// The queue.
    pub queue: Arc<dyn CommandQueue>,
    /// What the worker has observed.
    pub observations: Arc<dyn ObservationStore>,
    /// What the gateway remembers, and what people want of it.
    pub on_demand: Arc<dyn OnDemandStore>,
    /// What containers used.
    pub statistics: Arc<dyn StatisticsStore>,
    /// What the host uses.
    pub host: Arc<dyn HostStatistics>,
    /// What has changed.
    pub marks: Arc<dyn ChangeMarks>,
    /// When something has changed.
    pub wakeup: Arc<dyn QueueWakeup>,
    /// Whether a service answers.
    pub probe: Arc<dyn ServiceProbe>,
    /// What the operator counts.
    pub ledger: Arc<dyn Ledger>,
    /// Time.
    pub clock: Arc<dyn Clock>,
    /// Ids of commands.
    pub ids: Arc<dyn IdSource>,
}

/// Where the gateway takes requests, for those who show it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Addresses {
    /// HTTP.
    pub http: Option<SocketAddr>,
    /// HTTPS.
    pub https: Option<SocketAddr>,
}

/// Who is told what the keeper has done.
pub struct Signals {
    /// Is told which requests are for whom, as soon as that is known and whenever it changes.
    pub routes: Box<dyn Fn(Routes) + Send + Sync>,
    /// Is told each time that the database was read, whether anything had changed or not, and whether the worker was seen to
    /// look at the engine lately: nothing wakes or sleeps without it.
    pub database_read: Box<dyn Fn(bool) + Send + Sync>,
}

/// Runs the house.
pub struct Keeper {
    ports: GatewayPorts,
    house: House,
    doors: Doors,
    signals: Signals,
    declared: Declared,
    /// What is declared, the oldest stack first.
    stacks: Vec<DeclaredStack>,
    /// What people want beside that; `None` before it was read.
    wishes: Option<BTreeMap<DoorKey, Wish>>,
    marks: Option<Marks>,
    /// What is known of each service; of those that are not declared any more too, until the gateway ends.
    books: BTreeMap<DoorKey, Book>,
    /// The last lines of containers whose start has failed.
    lines: BTreeMap<StackId, Vec<String>>,
    prober: Prober,
    knocks: mpsc::Receiver<Knock>,
    events: mpsc::Receiver<Event>,
    told: saving::Told,
    comparing: comparing::Comparing,
    noticed: noticing::Noticed,
    /// Services whose requests go to another one, and what there is to say about it.
    refused: BTreeMap<DoorKey, Message>,
}

impl Keeper {
    /// A keeper that has not begun.
    pub fn new(ports: GatewayPorts, limits: HouseLimits, addresses: Addresses, signals: Signals) -> Self {
        let (knock, knocks) = mpsc::channel(KNOCKS);
        let (event, events) = mpsc::channel(KNOCKS);
        let prober = Prober::new(Arc::clone(&ports.probe), Arc::clone(&ports.clock), event);
        Self {
            house: House::new(limits),
            doors: Doors::new(knock),
            signals,
            declared: Declared::default(),
            stacks: Vec::new(),
            wishes: None,
            marks: None,
            books: BTreeMap::new(),
            lines: BTreeMap::new(),
            prober,
            knocks,
            events,
            told: saving::Told::new(addresses, ports.clock.now()),
            comparing: comparing::Comparing::default(),
            noticed: noticing::Noticed::default(),
            refused: BTreeMap::new(),
            ports,
        }
    }

    /// Runs until it is told to stop. Nothing is stopped by that: who comes next finds everything as it is.
    pub async fn run(mut self, stopping: &CancellationToken) {
        let mut healthy = true;
        while !stopping.is_cancelled() {
            match self.refresh().await {
                Ok(()) => {
                    healthy = true;
                    (self.signals.database_read)(!self.is_worker_silent(self.now()));
                }
                Err(error) => {
                    if healthy {
                        warn!(%error, "cannot read the database; services that are awake stay awake");
                    }
                    healthy = false;
                }
            }
            tokio::select! {
                () = stopping.cancelled() => {}
                () = self.until_something_changes(healthy) => {}
            }
        }
        // What was learned since the last time is worth a moment.
        self.save().await;
    }

    /// Handles what happens until the database has something new.
    async fn until_something_changes(&mut self, healthy: bool) {
        let wakeup = Arc::clone(&self.ports.wakeup);
        let clock = Arc::clone(&self.ports.clock);
        let mut committed = std::pin::pin!(async move {
            if healthy {
                wakeup.wait(LOOK_AT_MOST).await;
            } else {
                clock.sleep(REST).await;
            }
        });
        loop {
            let now = self.now();
            let due = self.house.due(now, &self.doors).map(|due| due.saturating_sub(now.elapsed));
            let clock = Arc::clone(&self.ports.clock);
            let notice = self.notice_in(now);
            tokio::select! {
                () = &mut committed => return,
                Some(knock) = self.knocks.recv() => self.knocked(knock).await,
                Some(event) = self.events.recv() => self.tell(event).await,
                compared = self.comparing.next() => self.compared(compared),
                () = clock.sleep(notice) => self.notice().await,
                () = clock.sleep(due.unwrap_or(LOOK_AT_MOST)) => self.tell(Event::Tick).await,
            }
        }
    }

    /// Reads what has changed in the database.
    async fn refresh(&mut self) -> Result<(), StoreError> {
        let wishes_changed = self.read_wishes().await?;
        let marks = self.ports.marks.marks().await?;
        if self.marks.as_ref() == Some(&marks) && !wishes_changed {
            return Ok(());
        }
        let mut changed = wishes_changed;
        if self.marks.as_ref().map(|before| before.event) != Some(marks.event)
            && let Some(stacks) = self.declared.read(&*self.ports.stacks).await?
        {
            info!(stacks = stacks.len(), "what wakes on demand has changed");
            self.stacks = stacks;
            changed = true;
        }
        if changed {
            // Before anything happens to them: what was learned of them earlier is what is built on.
            self.open_books().await?;
            let units = self.stacks.iter().map(|stack| self.wished(&stack.units)).collect();
            self.tell(Event::Configured(units)).await;
            self.tell_wishes().await;
            self.arrange();
        } else if self.marks.is_none() {
            self.arrange();
        }
        let stacks: Vec<StackId> = self.stacks.iter().map(|stack| stack.units.id).collect();
        if !stacks.is_empty() {
            let asked = self.asked();
            let Looked { looks, lines } = look(&self.ports, &stacks, &asked, marks.observed_at).await?;
            self.lines.extend(lines);
            self.lines.retain(|stack, _| stacks.contains(stack));
            self.tell(Event::Looked(looks)).await;
        }
        self.marks = Some(marks);
        Ok(())
    }

    /// The power changes whose end somebody waits for.
    fn asked(&self) -> Vec<CommandId> {
        let asked = self.house.units().filter_map(|(_, unit)| match &unit.stage {
            Stage::Starting { asked: Asked::Command(id), .. }
            | Stage::FallingAsleep { asked: Asked::Command(id), .. } => Some(*id),
            _ => None,
        });
        asked.collect()
    }

    async fn knocked(&mut self, knock: Knock) {
        let Knock { door, cause, kind } = knock;
        let event = match kind {
            KnockKind::Wake => Event::Knocked { door, cause, again: false },
            KnockKind::Again => Event::Knocked { door, cause, again: true },
            KnockKind::Unreachable(start) => Event::Unreachable { door, start, cause },
        };
        self.tell(event).await;
    }

    /// Tells the house what happened, and does what it says until nothing follows any more.
    async fn tell(&mut self, event: Event) {
        self.measure_host().await;
        let mut events = vec![event];
        while let Some(event) = events.pop() {
            let before = self.stages();
            let acts = self.house.handle(event, self.now(), &mut self.doors);
            for act in acts {
                events.extend(self.act(act).await);
            }
            self.note(&before);
        }
        self.show();
    }

    /// The stack as it is declared, with what people want of it.
    fn wished(&self, declared: &StackUnits) -> StackUnits {
        let mut units = declared.clone();
        for (service, door) in &mut units.doors {
            let key = DoorKey { stack: declared.id, service: service.clone() };
            if let Some(wish) = self.wishes.as_ref().and_then(|wishes| wishes.get(&key)) {
                door.times = wish.times(door.times);
            }
        }
        units
    }

    /// Whether people want something else than before.
    async fn read_wishes(&mut self) -> Result<bool, StoreError> {
        let wishes = self.ports.on_demand.wishes().await?;
        let changed = self.wishes.as_ref() != Some(&wishes);
        self.wishes = Some(wishes);
        Ok(changed)
    }

    async fn tell_wishes(&mut self) {
        let doors: Vec<DoorKey> = self.house.units().map(|(door, _)| door.clone()).collect();
        for door in doors {
            let wish = self.wishes.as_ref().and_then(|wishes| wishes.get(&door));
            let until: Option<Timestamp> = wish.and_then(|wish| wish.awake_until);
            self.tell(Event::KeepAwake { door, until }).await;
        }
    }

    fn now(&self) -> Now {
        Now { elapsed: self.ports.clock.elapsed(), clock: self.ports.clock.now() }
    }
}
