//! Who decides which services are awake: one for all of them, so that a start and a stop, two starts that compete for memory, or
//! two services that share a third are never decided apart.
//!
//! It is told what happens and says what to do about it. It has no clock, waits for nothing and changes nothing itself; whoever
//! runs it carries out its [`Act`]s and tells it what came of them. Times are since some moment in the past that stays the same.

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;
use std::time::Duration;

use crate::command::{CommandStatus, PowerCause, PowerScope, SleepMode};
use crate::ids::{CommandId, StackId};
use crate::names::{ServiceName, StackName};
use crate::stack::RunId;
use crate::time::Timestamp;

use super::{DoorKey, Household, OnDemand};

mod aging;
mod asleep;
mod awake;
mod configure;
mod due;
mod falling_asleep;
mod limits;
mod look;
mod make_room;
mod obstacle;
mod queueing;
mod relations;
mod schedule;
mod starting;
mod unit;
mod usage;

use aging::Aging;
use queueing::Untold;
use relations::Relations;

pub use limits::HouseLimits;
pub use unit::{Asked, Held, LastStart, Learned, PolicyAdvice, Stage, StartFailure, Unit};
pub use usage::Usage;

/// The time since some moment in the past.
pub type Moment = Duration;

/// The time as the house is told it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Now {
    /// For everything that takes a while: it never goes back.
    pub elapsed: Moment,
    /// For schedules, which are about the time of the day.
    pub clock: Timestamp,
}

/// What the house is told about a stack that has services that wake on demand.
#[derive(Debug, Clone, PartialEq)]
pub struct StackUnits {
    /// The stack.
    pub id: StackId,
    /// Its name.
    pub name: StackName,
    /// Which of its services wake and sleep together.
    pub household: Household,
    /// Those that wake on demand.
    pub doors: BTreeMap<ServiceName, OnDemand>,
}

/// What runs of a service.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Seen {
    /// Its containers that run and are not paused, with the address at which the gateway reaches each.
    pub up: BTreeMap<RunId, IpAddr>,
    /// Containers of it exist.
    pub exists: bool,
    /// The health check of one of them fails; `Some(true)` if all of them say `healthy`.
    pub healthy: Option<bool>,
    /// The exit code of one that has ended: of one that ended by itself, if there is one.
    pub exit: Option<i64>,
    /// Somebody has stopped that one.
    pub stopped: bool,
    /// When the engine was looked at, by the clock of the worker.
    pub at: Option<Timestamp>,
}

/// A power change in the queue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SeenCommand {
    /// Which one.
    pub id: CommandId,
    /// Whether it wakes; it puts to sleep otherwise.
    pub wakes: bool,
    /// The services that it is about; all if empty.
    pub services: BTreeSet<ServiceName>,
    /// How far it is.
    pub status: CommandStatus,
    /// When the worker began it, by its clock.
    pub started_at: Option<Timestamp>,
    /// A person asked for it, so that nobody who is inside is asked.
    pub is_forced: bool,
    /// Why it failed, in one sentence; also if it was cancelled after that.
    pub failure: Option<String>,
}

/// What the database says about a stack.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct StackLook {
    /// What runs of its services: of those that wake on demand and of what they need. A service that is missing has no
    /// container. It must have been read after the commands, so that it shows what a command that is done has done.
    pub services: BTreeMap<ServiceName, Seen>,
    /// Its power changes that are open, and those that the house asked for, oldest first.
    pub commands: Vec<SeenCommand>,
    /// A write of somebody changes it or is the next to do so. One that waits behind a failed one does not count: nobody knows
    /// when its turn comes.
    pub writing: bool,
}

/// Something that happened.
#[derive(Debug, Clone, PartialEq)]
pub enum Event {
    /// What is configured has changed: these are all stacks.
    Configured(Vec<StackUnits>),
    /// The database says something new about these stacks.
    Looked(BTreeMap<StackId, StackLook>),
    /// Somebody wants a service who found it not awake.
    Knocked {
        /// The service.
        door: DoorKey,
        /// Why.
        cause: PowerCause,
        /// Whether it is somebody who asks for another try after a failure.
        again: bool,
    },
    /// Somebody will probably want a service soon. It starts unless that would cost another one something.
    PreWarm {
        /// The service.
        door: DoorKey,
    },
    /// Somebody wants a service to stay awake once it is, or does not want that any more. It does not wake because of that.
    KeepAwake {
        /// The service.
        door: DoorKey,
        /// Until when.
        until: Option<Timestamp>,
    },
    /// Earlier starts have taught something about a service.
    Learned {
        /// The service.
        door: DoorKey,
        /// What holds from now on.
        learned: Learned,
    },
    /// A power change was accepted by the queue, or was not.
    Queued {
        /// The stack.
        stack: StackId,
        /// The number of the [`Act::Queue`].
        ticket: u64,
        /// The command, or why there is none.
        command: Result<CommandId, String>,
    },
    /// The service answered as it should after a start.
    Ready {
        /// The service.
        door: DoorKey,
        /// The number of the [`Act::Probe`].
        start: u64,
        /// Which of its containers.
        up: BTreeMap<RunId, IpAddr>,
    },
    /// Nobody accepts connections at a service that was awake.
    Unreachable {
        /// The service.
        door: DoorKey,
        /// The start that its life began with.
        start: u64,
        /// The request that found out.
        cause: PowerCause,
    },
    /// Time has passed.
    Tick,
}

/// Something to do.
#[derive(Debug, Clone, PartialEq)]
pub enum Act {
    /// Ask for a power change. [`Event::Queued`] is the answer.
    Queue {
        /// The stack.
        stack: StackId,
        /// A number of its own.
        ticket: u64,
        /// Whether to wake or to sleep, and what is kept.
        sleep: Option<SleepMode>,
        /// What it is about, and why.
        scope: PowerScope,
    },
    /// Find out when the service answers. [`Event::Ready`] is the answer; an earlier search for the same service ends.
    Probe {
        /// The service.
        door: DoorKey,
        /// The number of the start.
        start: u64,
        /// Where.
        up: BTreeMap<RunId, IpAddr>,
    },
    /// Begin a life: let requests in.
    Open {
        /// The service.
        door: DoorKey,
        /// The number of the start.
        start: u64,
        /// Where.
        up: BTreeMap<RunId, IpAddr>,
    },
    /// End the life, whoever is inside: there is nothing behind it any more.
    Close {
        /// The service.
        door: DoorKey,
    },
}

/// All services that wake on demand.
#[derive(Debug, Clone, PartialEq)]
pub struct House {
    limits: HouseLimits,
    stacks: BTreeMap<StackId, StackUnits>,
    relations: Relations,
    looks: BTreeMap<StackId, StackLook>,
    units: BTreeMap<DoorKey, Unit>,
    /// What was asked of the queue and no look has told of.
    untold: BTreeMap<StackId, Untold>,
    /// How old services have become.
    aging: Aging,
    /// When a service was last seen to have stopped.
    gave_back_at: Option<Moment>,
    /// The number of the newest start.
    starts: u64,
    /// The number of the newest request to the queue.
    tickets: u64,
}

/// What is at hand while something that happened is dealt with.
struct Round<'r> {
    now: Now,
    usage: &'r mut dyn Usage,
    acts: Vec<Act>,
}

impl House {
    /// A house in which nothing is configured.
    pub fn new(limits: HouseLimits) -> Self {
        Self {
            limits,
            stacks: BTreeMap::new(),
            relations: Relations::default(),
            looks: BTreeMap::new(),
            units: BTreeMap::new(),
            untold: BTreeMap::new(),
            aging: Aging::default(),
            gave_back_at: None,
            starts: 0,
            tickets: 0,
        }
    }

    /// Says what to do about something that happened. The acts are to be carried out in this order.
    #[must_use]
    pub fn handle(&mut self, event: Event, now: Now, usage: &mut dyn Usage) -> Vec<Act> {
        let mut round = Round { now, usage, acts: Vec::new() };
        match event {
            Event::Configured(stacks) => self.configure(stacks, &mut round),
            Event::Looked(looks) => {
                self.looks.extend(looks);
                self.forget_what_is_told();
            }
            Event::Knocked { door, cause, again } => self.knocked(&door, &cause, again, &mut round),
            Event::PreWarm { door } => self.pre_warm(&door, &mut round),
            Event::KeepAwake { door, until } => self.keep_awake(&door, until),
            Event::Learned { door, learned } => self.learn(&door, learned),
            Event::Queued { stack, ticket, command } => self.queued(stack, ticket, &command, now),
            Event::Ready { door, start, up } => self.ready(&door, start, up, &mut round),
            Event::Unreachable { door, start, cause } => self.unreachable(&door, start, cause, &mut round),
            Event::Tick => {}
        }
        self.settle(&mut round);
        round.acts
    }

    /// How a service stands.
    pub fn unit(&self, door: &DoorKey) -> Option<&Unit> {
        self.units.get(door)
    }

    /// All services, and how they stand.
    pub fn units(&self) -> impl Iterator<Item = (&DoorKey, &Unit)> {
        self.units.iter()
    }

    /// What is declared for a service.
    pub fn declared(&self, door: &DoorKey) -> Option<&OnDemand> {
        self.stacks.get(&door.stack)?.doors.get(&door.service)
    }

    /// The name of a stack.
    pub fn stack_name(&self, stack: StackId) -> Option<&StackName> {
        self.stacks.get(&stack).map(|stack| &stack.name)
    }

    /// Goes over all services until nothing follows any more.
    fn settle(&mut self, round: &mut Round<'_>) {
        // What one does can let another go on: the last of two that share a third, or the one whose turn it is. No chain of them
        // is longer than there are services.
        for _ in 0..self.units.len() + 2 {
            let before: Vec<Stage> = self.units.values().map(|unit| unit.stage.clone()).collect();
            for door in self.in_turn() {
                self.heed_schedule(&door, round.now);
                match self.stage(&door) {
                    Stage::Asleep | Stage::Failed { .. } | Stage::Held { .. } => {
                        self.settle_asleep(&door, round);
                    }
                    Stage::Starting { .. } => self.settle_starting(&door, round),
                    Stage::Awake { .. } => self.settle_awake(&door, round),
                    Stage::FallingAsleep { .. } => self.settle_falling_asleep(&door, round),
                }
            }
            if self.units.values().map(|unit| &unit.stage).eq(&before) {
                return;
            }
        }
    }

    /// All services: first those that can give a turn away, then those that wait for one, in the order in which they came.
    fn in_turn(&self) -> Vec<DoorKey> {
        let rank = |stage: &Stage| match stage {
            Stage::Starting { .. } | Stage::Awake { .. } => (0, Moment::ZERO),
            Stage::Held { since, .. } => (1, *since),
            Stage::Asleep | Stage::Failed { .. } | Stage::FallingAsleep { .. } => (2, Moment::ZERO),
        };
        let mut doors: Vec<(&DoorKey, &Unit)> = self.units.iter().collect();
        doors.sort_by_key(|(_, unit)| rank(&unit.stage));
        doors.into_iter().map(|(door, _)| door.clone()).collect()
    }

    fn next_start(&mut self) -> u64 {
        self.starts += 1;
        self.starts
    }

    fn next_ticket(&mut self) -> u64 {
        self.tickets += 1;
        self.tickets
    }
}

#[cfg(test)]
mod tests;
