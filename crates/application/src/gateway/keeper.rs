//! Runs the house beside the database: tells it what happens, and does what it says.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use core_monitor_domain::actor::SystemPart;
use core_monitor_domain::command::{NewCommand, PowerChange, PowerScope, SleepMode};
use core_monitor_domain::ids::{CommandId, StackId};
use core_monitor_domain::on_demand::DoorKey;
use core_monitor_domain::on_demand::house::{
    Act, Asked, Event, House, HouseLimits, Moment, Now, StackUnits, Stage, StartFailure, Usage,
};
use core_monitor_domain::ports::{
    ChangeMarks, Clock, CommandQueue, Enqueued, IdSource, Marks, ObservationStore, QueueWakeup, ServiceProbe,
    StackStore, StoreError,
};
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;
use tracing::{debug, info, warn};

use super::declared::Declared;
use super::door::{Door, Face, Knock, KnockKind};
use super::experience::Experience;
use super::looks::{Looked, look};
use super::prober::Prober;
use super::routes::{Clash, Routes};
use super::standing::{Progress, Standing};

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
    /// What has changed.
    pub marks: Arc<dyn ChangeMarks>,
    /// When something has changed.
    pub wakeup: Arc<dyn QueueWakeup>,
    /// Whether a service answers.
    pub probe: Arc<dyn ServiceProbe>,
    /// Time.
    pub clock: Arc<dyn Clock>,
    /// Ids of commands.
    pub ids: Arc<dyn IdSource>,
}

/// Is told which requests are for whom.
pub type ShowRoutes = Box<dyn Fn(Routes) + Send + Sync>;

/// Runs the house.
pub struct Keeper {
    ports: GatewayPorts,
    house: House,
    doors: Doors,
    show_routes: ShowRoutes,
    declared: Declared,
    /// What is declared, the oldest stack first.
    stacks: Vec<StackUnits>,
    marks: Option<Marks>,
    experience: Experience,
    /// The last lines of containers whose start has failed.
    lines: BTreeMap<StackId, Vec<String>>,
    prober: Prober,
    knocks: mpsc::Receiver<Knock>,
    events: mpsc::Receiver<Event>,
}

/// The doors, as the house sees how people use them.
struct Doors {
    doors: BTreeMap<DoorKey, Arc<Door>>,
    knocks: mpsc::Sender<Knock>,
}

impl Usage for Doors {
    fn last_used(&self, door: &DoorKey) -> Option<Moment> {
        self.doors.get(door)?.last_used()
    }

    fn close_if_empty(&mut self, door: &DoorKey) -> bool {
        self.doors.get(door).is_none_or(|door| door.close_if_empty())
    }

    fn waiting(&self, door: &DoorKey) -> usize {
        self.doors.get(door).map_or(0, |door| door.waiting())
    }
}

impl Keeper {
    /// A keeper that has not begun. It calls `show_routes` once it knows which requests are for whom, and whenever that changes.
    pub fn new(ports: GatewayPorts, limits: HouseLimits, show_routes: ShowRoutes) -> Self {
        let (knock, knocks) = mpsc::channel(KNOCKS);
        let (event, events) = mpsc::channel(KNOCKS);
        let prober = Prober::new(Arc::clone(&ports.probe), Arc::clone(&ports.clock), event);
        Self {
            house: House::new(limits),
            doors: Doors { doors: BTreeMap::new(), knocks: knock },
            show_routes,
            declared: Declared::default(),
            stacks: Vec::new(),
            marks: None,
            experience: Experience::default(),
            lines: BTreeMap::new(),
            prober,
            knocks,
            events,
            ports,
        }
    }

    /// Runs until it is told to stop. Nothing is stopped by that: who comes next finds everything as it is.
    pub async fn run(mut self, stopping: &CancellationToken) {
        let mut healthy = true;
        while !stopping.is_cancelled() {
            match self.refresh().await {
                Ok(()) => healthy = true,
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
            tokio::select! {
                () = &mut committed => return,
                Some(knock) = self.knocks.recv() => self.knocked(knock).await,
                Some(event) = self.events.recv() => self.tell(event).await,
                () = clock.sleep(due.unwrap_or(LOOK_AT_MOST)) => self.tell(Event::Tick).await,
            }
        }
    }

    /// Reads what has changed in the database.
    async fn refresh(&mut self) -> Result<(), StoreError> {
        let marks = self.ports.marks.marks().await?;
        if self.marks.as_ref() == Some(&marks) {
            return Ok(());
        }
        if self.marks.as_ref().map(|before| before.event) != Some(marks.event)
            && let Some(stacks) = self.declared.read(&*self.ports.stacks).await?
        {
            info!(stacks = stacks.len(), "what wakes on demand has changed");
            self.stacks.clone_from(&stacks);
            self.tell(Event::Configured(stacks)).await;
            self.arrange();
        } else if self.marks.is_none() {
            self.arrange();
        }
        let stacks: Vec<StackId> = self.stacks.iter().map(|stack| stack.id).collect();
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
        let mut events = vec![event];
        while let Some(event) = events.pop() {
            let acts = self.house.handle(event, self.now(), &mut self.doors);
            for act in acts {
                events.extend(self.act(act).await);
            }
        }
        self.show();
    }

    async fn act(&mut self, act: Act) -> Option<Event> {
        match act {
            Act::Queue { stack, ticket, sleep, scope } => {
                Some(self.enqueue(stack, ticket, sleep, scope).await)
            }
            Act::Probe { door, start, up } => {
                if let Some(declared) = self.house.declared(&door) {
                    self.prober.begin(&door, declared, start, up);
                }
                None
            }
            Act::Open { door, start, up } => {
                self.prober.stop(&door);
                let port = self.house.declared(&door).map(|declared| declared.port)?;
                let upstreams = up.values().map(|address| SocketAddr::new(*address, port)).collect();
                info!(service = %door.service, stack = %door.stack, start, "awake");
                self.doors.doors.get(&door)?.open(start, upstreams);
                let last = self.house.unit(&door)?.last_start.as_ref().filter(|last| last.start == start)?;
                let learned = self.experience.record(&door, last)?;
                Some(Event::Learned { door, learned })
            }
            Act::Close { door } => {
                self.prober.stop(&door);
                self.doors.doors.get(&door)?.close();
                None
            }
        }
    }

    async fn enqueue(
        &self,
        stack: StackId,
        ticket: u64,
        sleep: Option<SleepMode>,
        scope: PowerScope,
    ) -> Event {
        debug!(%stack, sleeps = sleep.is_some(), ?scope, "asks the queue");
        let change = match sleep {
            Some(mode) => PowerChange::Sleep(mode, scope),
            None => PowerChange::Wake(scope),
        };
        let id = CommandId(self.ports.ids.next_uuid());
        let now = self.ports.clock.now();
        let command = NewCommand::power(id, stack, change, SystemPart::Gateway, None, now);
        let command = match self.ports.queue.enqueue(command).await {
            Ok(Enqueued::New(command) | Enqueued::Replayed(command)) => Ok(command.id),
            Err(error) => {
                warn!(%stack, %error, "the queue does not take a power change");
                Err(error.to_string())
            }
        };
        Event::Queued { stack, ticket, command }
    }

    /// Makes the doors and the routes what the house has.
    fn arrange(&mut self) {
        let declared: Vec<(DoorKey, Face)> = self
            .stacks
            .iter()
            .flat_map(|stack| {
                stack.doors.iter().map(|(service, declared)| {
                    let key = DoorKey { stack: stack.id, service: service.clone() };
                    (key, Face { stack: stack.name.clone(), declared: declared.clone() })
                })
            })
            .collect();
        self.doors.doors.retain(|door, _| declared.iter().any(|(known, _)| known == door));
        self.experience.keep_only(|door| declared.iter().any(|(known, _)| known == door));
        let mut ordered = Vec::with_capacity(declared.len());
        for (key, face) in declared {
            let door = self.doors.doors.entry(key.clone()).or_insert_with(|| {
                let clock = Arc::clone(&self.ports.clock);
                Arc::new(Door::new(key, face.clone(), self.doors.knocks.clone(), clock))
            });
            door.set_face(face);
            ordered.push(Arc::clone(door));
        }
        let (routes, clashes) = Routes::of(ordered);
        for Clash { host, path, taken_by, refused_to } in clashes {
            warn!(%host, path, taken_by, refused_to, "two services want the same requests");
        }
        (self.show_routes)(routes);
    }

    /// Shows those who wait how things stand.
    fn show(&self) {
        let now = self.now();
        for (key, door) in &self.doors.doors {
            let Some(unit) = self.house.unit(key) else { continue };
            door.stand(match &unit.stage {
                Stage::Asleep => Standing::Asleep,
                Stage::Held { why, .. } => Standing::held(why.clone()),
                Stage::Starting { start, since, running_since, .. } => Standing::Starting(Progress {
                    start: *start,
                    since: *since,
                    running: running_since.is_some(),
                    usual: self.experience.usual(key),
                }),
                Stage::Awake { .. } => Standing::Awake,
                Stage::FallingAsleep { .. } => Standing::FallingAsleep,
                Stage::Failed { until, .. } if *until <= now.elapsed => Standing::Asleep,
                Stage::Failed { why, until } => {
                    let told = matches!(why, StartFailure::Command(_));
                    let lines = self.lines.get(&key.stack).filter(|_| told).cloned().unwrap_or_default();
                    Standing::Failed { why: why.clone(), lines, until: *until }
                }
            });
        }
    }

    fn now(&self) -> Now {
        Now { elapsed: self.ports.clock.elapsed(), clock: self.ports.clock.now() }
    }
}
