//! How one service stands.

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::time::Duration;

use crate::command::PowerCause;
use crate::ids::CommandId;
use crate::names::{ServiceName, StackName};
use crate::stack::RunId;
use crate::time::Timestamp;

use super::Moment;

/// How a service stands, and what is remembered of how it got there.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Unit {
    /// How it stands.
    pub stage: Stage,
    /// How many starts in a row have failed.
    pub failures: u32,
    /// Until when somebody wants it to stay awake.
    pub awake_until: Option<Timestamp>,
    /// How long a start may take, and how long it stays awake at least, by experience.
    pub learned: Learned,
    /// Why somebody wanted it last.
    pub last_cause: Option<PowerCause>,
    /// When that was.
    pub knocked_at: Option<Moment>,
    /// When another service that needs it was last up during its life.
    pub leased_at: Option<Moment>,
    /// Since when what it needs runs for nobody.
    pub left_since: Option<Moment>,
    /// How its last start that succeeded went.
    pub last_start: Option<LastStart>,
    /// Whether the hours in which its schedule keeps it awake have begun and it was awake since; `None` before the first look.
    pub scheduled: Option<bool>,
}

/// How a start went.
#[derive(Debug, Clone, PartialEq)]
pub struct LastStart {
    /// The number of the start.
    pub start: u64,
    /// Why it started; `None` if it was found running.
    pub cause: Option<PowerCause>,
    /// From when the worker began it, or from the wish if that is not known, until its containers ran.
    pub until_running: Duration,
    /// From then until it answered.
    pub until_ready: Duration,
}

/// What earlier starts have taught.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Learned {
    /// How long a start may take.
    pub start_timeout: Option<Duration>,
    /// How long the service stays awake at least.
    pub min_up: Option<Duration>,
    /// When it sleeps, if that is not left to the configured time.
    pub policy: Option<PolicyAdvice>,
}

/// What a policy says about a service at this moment, see [`policy`](crate::on_demand::policy).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PolicyAdvice {
    /// How long nobody must have used it before it sleeps.
    pub idle: Duration,
    /// Until when it stays awake in any case.
    pub stays_until: Option<Timestamp>,
}

/// How a service stands.
#[derive(Debug, Clone, PartialEq, Default)]
pub enum Stage {
    /// Nothing of it runs, and nobody wants it.
    #[default]
    Asleep,
    /// Somebody wants it, and it may not start yet.
    Held {
        /// Why it is wanted.
        cause: PowerCause,
        /// What it waits for.
        why: Held,
        /// Since when.
        since: Moment,
    },
    /// It is on the way.
    Starting {
        /// The number of the start.
        start: u64,
        /// Why it starts; `None` if it was found running.
        cause: Option<PowerCause>,
        /// What was asked of the queue.
        asked: Asked,
        /// Since when.
        since: Moment,
        /// When its containers were first seen running.
        running_since: Option<Moment>,
        /// When it is given up.
        deadline: Moment,
        /// The containers of which it is being found out whether they answer.
        probed: Option<BTreeMap<RunId, IpAddr>>,
    },
    /// It takes requests.
    Awake {
        /// The number of the start that its life began with.
        start: u64,
        /// Since when.
        since: Moment,
        /// Its containers.
        up: BTreeMap<RunId, IpAddr>,
    },
    /// It takes no requests any more and is being stopped.
    FallingAsleep {
        /// What was asked of the queue.
        asked: Asked,
        /// Since when.
        since: Moment,
        /// Its containers when it was decided.
        up: BTreeMap<RunId, IpAddr>,
        /// Somebody wants it meanwhile.
        wanted: Option<PowerCause>,
    },
    /// A start has failed. It is tried again when somebody asks after the rest, or asks for another try.
    Failed {
        /// Why.
        why: StartFailure,
        /// Until when it rests.
        until: Moment,
    },
}

/// What a service waits for that is wanted and may not start yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Held {
    /// Its schedule: it opens then.
    Closed(Timestamp),
    /// Its turn: others are starting.
    Turn,
    /// A service of another stack that it needs.
    Needs(StackName, ServiceName),
    /// A service that must not run beside it.
    Beside(StackName, ServiceName),
    /// Memory: so many bytes are needed, and so many can be had.
    Memory(u64, u64),
}

/// Why a start has failed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StartFailure {
    /// The command failed, with this sentence.
    Command(String),
    /// The queue did not take it.
    Queue(String),
    /// Its container ended, with this exit code.
    Ended(i64),
    /// There is no container to start: the stack was never applied, or somebody has removed it.
    NoContainer,
    /// It did not answer in time.
    Silent(Duration),
    /// Its health check fails.
    Unhealthy,
}

/// What was asked of the queue.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Asked {
    /// Nothing: the containers were found like this.
    Nothing,
    /// The queue has not answered yet.
    Ticket(u64),
    /// This command.
    Command(CommandId),
}

impl Stage {
    /// Whether its containers run or may run.
    pub fn is_up(&self) -> bool {
        matches!(self, Self::Starting { .. } | Self::Awake { .. })
    }

    /// Whether something is about to change its containers.
    pub fn is_moving(&self) -> bool {
        matches!(self, Self::Starting { .. } | Self::FallingAsleep { .. })
    }
}
