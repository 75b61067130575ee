//! How a service stands, for those who wait for it.

use std::time::Duration;

use core_monitor_domain::on_demand::house::{Held, StartFailure};
use core_monitor_domain::time::Timestamp;

/// How a service stands, and how it is going.
#[derive(Debug, Clone, PartialEq)]
pub enum Standing {
    /// It sleeps, and nobody has asked for it yet.
    Asleep,
    /// It waits for something before it may start.
    Held {
        /// What it waits for.
        why: Held,
        /// When that ends, if it is known.
        until: Option<Timestamp>,
    },
    /// It is on the way.
    Starting(Progress),
    /// It takes requests.
    Awake,
    /// It is being stopped, and starts again afterwards if somebody wants it.
    FallingAsleep,
    /// Nothing declares it any more: nobody will come to it.
    Gone,
    /// A start has failed.
    Failed {
        /// Why.
        why: StartFailure,
        /// The last lines of its log, the newest last.
        lines: Vec<String>,
        /// For how long it is not tried again unless somebody asks for it, on the clock of the gateway.
        until: Duration,
    },
}

/// How far a start is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    /// The number of the start.
    pub start: u64,
    /// When somebody began to wait, on the clock of the gateway.
    pub since: Duration,
    /// Whether the worker has begun it.
    pub begun: bool,
    /// Whether its containers run already.
    pub running: bool,
    /// How long half of its starts take, and nine of ten.
    pub usual: Option<(Duration, Duration)>,
}

impl Standing {
    /// A service that waits for something.
    pub(super) fn held(why: Held) -> Self {
        let until = match &why {
            Held::Closed(opens) => Some(*opens),
            _ => None,
        };
        Self::Held { why, until }
    }
}
