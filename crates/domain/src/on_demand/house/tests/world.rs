//! A small world around the house: an engine, a queue with a worker, people at the doors, and a clock that somebody else moves.
//!
//! - The engine is like the real one: a start during a stop does nothing, a stop takes its time, every start is another run.
//! - The queue orders as it is decided for power changes: the newest of a stack takes the place of those that wait, one runs at a
//!   time, and a write takes the place of earlier ones.
//! - Whatever would be wrong whatever else happens is asserted at the moment when it happens.

use std::collections::{BTreeMap, BTreeSet};
use std::net::{IpAddr, Ipv4Addr};
use std::time::Duration;

use core_monitor_compose::{LoadOptions, ProjectFiles, load};

use super::super::*;
use crate::desired::{DesiredStack, declared_on_demand};
use crate::on_demand::Household;
use crate::time::Timestamp;

mod doors;
mod engine;
mod people;
mod queue;

pub(super) use doors::Doors;
pub(super) use engine::{Engine, Power};
pub(super) use queue::{Command, Queue, Write};

/// A Monday, 08:00 in UTC.
const MONDAY: i64 = 1_767_600_000_000;

#[derive(Debug, Clone)]
pub(super) struct World {
    pub(super) elapsed: Duration,
    pub(super) house: House,
    pub(super) stacks: Vec<StackUnits>,
    pub(super) engine: Engine,
    pub(super) queue: Queue,
    pub(super) doors: Doors,
    /// Searches that go on.
    pub(super) probes: BTreeMap<DoorKey, (u64, BTreeMap<RunId, IpAddr>)>,
    /// What the queue has answered and nobody has been told.
    pub(super) answers: Vec<Event>,
    /// What was read of the commands of a stack, before its containers are.
    reading: BTreeMap<StackId, (Timestamp, Vec<SeenCommand>)>,
    /// The last look at each stack.
    looked: BTreeMap<StackId, StackLook>,
    /// The queue refuses everything.
    pub(super) refuses: bool,
    /// Nobody carries anything out.
    pub(super) worker_is_dead: bool,
    /// What was asked of the queue, in words.
    pub(super) asked: Vec<String>,
    limits: HouseLimits,
}

impl World {
    /// A house in which everything sleeps. Each text is the services of a stack, whose name is before the colon.
    pub(super) fn new(stacks: &[(&str, &str)]) -> Self {
        Self::with(HouseLimits::default(), stacks)
    }

    pub(super) fn with(limits: HouseLimits, stacks: &[(&str, &str)]) -> Self {
        let loaded = stacks.iter().enumerate().map(|(at, (name, services))| units(at, name, services));
        let (stacks, needs): (Vec<_>, Vec<_>) = loaded.unzip();
        let engine = Engine::of(stacks.iter().map(|stack| stack.id).zip(needs));
        let mut world = Self {
            elapsed: Duration::from_secs(1_000),
            house: House::new(limits),
            stacks,
            engine,
            queue: Queue::default(),
            doors: Doors::default(),
            probes: BTreeMap::new(),
            answers: Vec::new(),
            reading: BTreeMap::new(),
            looked: BTreeMap::new(),
            refuses: false,
            worker_is_dead: false,
            asked: Vec::new(),
            limits,
        };
        world.configure();
        world.look();
        world
    }

    /// Another gateway takes over: it knows nothing, and everybody who was connected is gone.
    pub(super) fn restart_the_gateway(&mut self) {
        self.house = House::new(self.limits);
        self.doors.forget_everything();
        self.probes.clear();
        self.answers.clear();
        self.reading.clear();
        self.looked.clear();
        self.configure();
        self.look();
    }

    /// So many may start at once from now on.
    pub(super) fn let_start(&mut self, starts: usize) {
        self.limits.starts = starts;
        self.house.limits.starts = starts;
    }

    pub(super) fn configure(&mut self) {
        self.tell(Event::Configured(self.stacks.clone()));
    }

    /// Tells the house, and does what it says.
    pub(super) fn tell(&mut self, event: Event) {
        self.doors.now = self.elapsed;
        let acts = self.house.handle(event, self.now(), &mut self.doors);
        assert!(acts.len() <= 8 * (self.house.units().count() + 1), "too much at once: {acts:?}");
        for act in acts {
            self.act(act);
        }
        super::invariants::hold(self);
    }

    fn act(&mut self, act: Act) {
        match act {
            Act::Queue { stack, ticket, sleep, scope } => {
                super::invariants::may_be_asked(self, stack, sleep.is_some(), &scope.services);
                let named: Vec<&str> = scope.services.iter().map(ServiceName::as_str).collect();
                let word = if sleep.is_some() { "sleep" } else { "wake" };
                self.asked.push(format!("{word} {}/{}", self.name(stack), named.join("+")));
                let command = if self.refuses {
                    Err("the disk is full".to_owned())
                } else {
                    Ok(self.queue.accept_power(stack, sleep, scope.services))
                };
                self.answers.push(Event::Queued { stack, ticket, command });
            }
            Act::Probe { door, start, up } => {
                self.probes.insert(door, (start, up));
            }
            Act::Open { door, start, up } => {
                self.probes.remove(&door);
                assert_eq!(self.doors.answered.remove(&door), Some((start, up)), "opened unasked: {door:?}");
                self.doors.open(&door, start);
            }
            Act::Close { door } => {
                self.probes.remove(&door);
                self.doors.close(&door);
            }
        }
    }

    pub(super) fn now(&self) -> Now {
        let millis = i64::try_from(self.elapsed.as_millis()).unwrap() - 1_000_000;
        Now { elapsed: self.elapsed, clock: Timestamp::from_millis(MONDAY + millis).unwrap() }
    }

    /// Reads the commands of a stack.
    pub(super) fn read_commands(&mut self, stack: StackId) {
        let commands = self.queue.told_of(stack, &self.asked_for());
        self.reading.insert(stack, (self.now().clock, commands));
    }

    /// The commands whose end the house waits for.
    pub(super) fn asked_for(&self) -> BTreeSet<CommandId> {
        let asked = self.house.units().filter_map(|(_, unit)| match unit.stage {
            Stage::Starting { asked: Asked::Command(id), .. }
            | Stage::FallingAsleep { asked: Asked::Command(id), .. } => Some(id),
            _ => None,
        });
        asked.collect()
    }

    /// Reads the containers of a stack, after its commands.
    pub(super) fn read_containers(&mut self, stack: StackId) {
        let Some((at, commands)) = self.reading.remove(&stack) else { return };
        let services = self.engine.seen(stack, at);
        let look = StackLook { services, commands, writing: self.queue.is_writing(stack) };
        self.looked.insert(stack, look.clone());
        self.tell(Event::Looked(BTreeMap::from([(stack, look)])));
    }

    /// The same once more.
    pub(super) fn repeat_the_look(&mut self, stack: StackId) {
        if let Some(look) = self.looked.get(&stack).cloned() {
            self.tell(Event::Looked(BTreeMap::from([(stack, look)])));
        }
    }

    pub(super) fn look(&mut self) {
        for stack in self.ids() {
            self.read_commands(stack);
            self.read_containers(stack);
        }
    }

    pub(super) fn answer_queue(&mut self) {
        if !self.answers.is_empty() {
            let answer = self.answers.remove(0);
            self.tell(answer);
        }
    }

    /// The search for a service ends if it answers.
    pub(super) fn probe(&mut self, door: &DoorKey) {
        let Some((start, up)) = self.probes.get(door).cloned() else { return };
        if self.engine.answers(door, &up, self.elapsed) {
            self.probes.remove(door);
            self.doors.answered.insert(door.clone(), (start, up.clone()));
            self.tell(Event::Ready { door: door.clone(), start, up });
            self.doors.answered.remove(door);
        }
    }

    /// Everything that can happen by itself happens, for as long as that.
    pub(super) fn run(&mut self, time: Duration) {
        let step = Duration::from_millis(if time > Duration::from_mins(10) { 1_000 } else { 100 });
        let end = self.elapsed + time;
        while self.elapsed < end {
            self.step(step);
        }
    }

    /// The same in steps of a second.
    pub(super) fn run_coarsely(&mut self, time: Duration) {
        for _ in 0..time.as_secs() {
            self.step(Duration::from_secs(1));
        }
    }

    /// The looks that have begun.
    pub(super) fn reading(&self) -> &BTreeMap<StackId, (Timestamp, Vec<SeenCommand>)> {
        &self.reading
    }

    pub(super) fn step(&mut self, step: Duration) {
        self.elapsed += step;
        self.engine.pass(self.elapsed);
        if !self.worker_is_dead {
            self.work();
        }
        while !self.answers.is_empty() {
            self.answer_queue();
        }
        self.look();
        for door in self.keys() {
            self.probe(&door);
            self.knock_again(&door);
        }
        while !self.answers.is_empty() {
            self.answer_queue();
        }
        if self.due().is_some_and(|due| due <= self.elapsed) {
            self.tell(Event::Tick);
        }
        let due = self.house.due(self.now(), &self.doors);
        assert!(due.is_none_or(|due| due > self.elapsed), "it would tick for ever");
        self.doors.due = due;
    }

    fn due(&self) -> Option<Duration> {
        self.doors.due
    }

    /// The worker does one thing, of each kind of lane and for each stack.
    pub(super) fn work(&mut self) {
        let clock = self.now().clock;
        for stack in self.ids() {
            let stopped = self.queue.work(stack, &mut self.engine, clock, self.elapsed);
            for service in stopped {
                super::invariants::may_be_stopped(self, stack, &service);
            }
        }
    }

    pub(super) fn ids(&self) -> Vec<StackId> {
        self.engine.stacks()
    }

    pub(super) fn keys(&self) -> Vec<DoorKey> {
        self.house.units().map(|(door, _)| door.clone()).collect()
    }

    pub(super) fn stage(&self, door: &DoorKey) -> &Stage {
        &self.house.unit(door).unwrap().stage
    }

    /// The door of `stack/service`.
    pub(super) fn door(&self, path: &str) -> DoorKey {
        let (stack, service) = path.split_once('/').unwrap();
        let id = self.stacks.iter().find(|known| known.name.as_str() == stack).unwrap().id;
        DoorKey { stack: id, service: service.parse().unwrap() }
    }

    fn name(&self, stack: StackId) -> &str {
        self.stacks.iter().find(|known| known.id == stack).map_or("gone", |stack| stack.name.as_str())
    }

    /// How all services stand, in words.
    pub(super) fn stands(&self) -> String {
        let words = self.house.units().map(|(door, unit)| {
            let word = match &unit.stage {
                Stage::Asleep => "asleep".to_owned(),
                Stage::Held { why, .. } => format!("held by {}", held(why)),
                Stage::Starting { .. } => "starting".to_owned(),
                Stage::Awake { .. } => "awake".to_owned(),
                Stage::FallingAsleep { .. } => "falling asleep".to_owned(),
                Stage::Failed { why, .. } => format!("failed: {why:?}"),
            };
            format!("{} {word}", door.service)
        });
        words.collect::<Vec<_>>().join(", ")
    }
}

fn held(why: &Held) -> String {
    match why {
        Held::Closed(_) => "its schedule".to_owned(),
        Held::Turn => "its turn".to_owned(),
        Held::Needs(stack, service) => format!("its need of {stack}/{service}"),
        Held::Beside(stack, service) => format!("{stack}/{service}"),
        Held::Memory(needed, free) => format!("memory, {needed} of {free}"),
    }
}

/// A stack, and what each of its services depends on, the ones without dependencies first.
fn units(at: usize, name: &str, services: &str) -> (StackUnits, Vec<ServiceName>) {
    let text = format!("name: {name}\nservices:\n{services}");
    let mut files = ProjectFiles::new();
    files.add_compose("compose.yaml", text.into_bytes());
    let options = LoadOptions { project_directory: "/x".to_owned(), ..LoadOptions::default() };
    let project = load(&files, &options).unwrap().project;
    let stack = DesiredStack::from_project(&project).unwrap();
    let doors = declared_on_demand(&project).unwrap();
    let household = Household::of(&stack, &doors);
    let mut order: Vec<ServiceName> = Vec::new();
    while order.len() < stack.services.len() {
        let ready = stack.services.iter().find(|service| {
            !order.contains(&service.name) && service.depends_on.iter().all(|on| order.contains(&on.service))
        });
        order.push(ready.unwrap().name.clone());
    }
    let id = StackId(uuid::Uuid::from_u128(at as u128 + 1));
    let units = StackUnits { id, name: name.parse().unwrap(), household, doors: doors.into_iter().collect() };
    (units, order)
}

/// The services of a stack from texts like those of [`World::new`], instead of what it has.
pub(super) fn redeclared(world: &mut World, name: &str, services: &str) {
    let at = world.stacks.iter().position(|stack| stack.name.as_str() == name).unwrap();
    let (changed, order) = units(at, name, services);
    world.engine.reorder(changed.id, order);
    world.stacks[at] = changed;
}

pub(super) const fn address() -> IpAddr {
    IpAddr::V4(Ipv4Addr::LOCALHOST)
}
