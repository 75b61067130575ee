//! How a service stands, as the gateway reports it to everybody else.

use std::net::SocketAddr;
use std::time::Duration;

use core_monitor_message::Message;
use serde::{Deserialize, Serialize};

use crate::time::Timestamp;

use super::house::{Held, Moment, Now, Stage, StartFailure, Unit};
use super::{HostPattern, said};

/// After how long without a word from it the gateway is taken to be gone. It speaks every [`SPEAKS`].
pub const SILENT: Duration = Duration::from_secs(30);
/// How often the gateway says that it runs.
pub const SPEAKS: Duration = Duration::from_secs(10);

/// How a service stands, in one word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OnDemandState {
    /// Nothing of it runs.
    Asleep,
    /// Somebody wants it, and it may not start yet.
    Held,
    /// It is on the way.
    Starting,
    /// It takes requests.
    Awake,
    /// It is being stopped.
    FallingAsleep,
    /// A start has failed.
    Failed,
}

impl OnDemandState {
    /// Every state.
    pub const ALL: [Self; 6] =
        [Self::Asleep, Self::Held, Self::Starting, Self::Awake, Self::FallingAsleep, Self::Failed];

    /// The word in JSON and in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Asleep => "asleep",
            Self::Held => "held",
            Self::Starting => "starting",
            Self::Awake => "awake",
            Self::FallingAsleep => "falling_asleep",
            Self::Failed => "failed",
        }
    }

    /// Whether its containers run or may run.
    pub const fn is_up(self) -> bool {
        matches!(self, Self::Starting | Self::Awake)
    }
}

/// How a service stands, and what will happen next.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Reported {
    /// In one word.
    pub state: OnDemandState,
    /// Since when.
    pub since: Timestamp,
    /// How many starts in a row have failed.
    #[serde(default)]
    pub failures: u32,
    /// What it waits for, or why it failed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<Message>,
    /// When that ends, if it is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Timestamp>,
    /// When somebody last used it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_used: Option<Timestamp>,
    /// When it goes to sleep if nobody uses it until then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sleeps_at: Option<Timestamp>,
    /// When it is started although nobody has asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub wakes_at: Option<Timestamp>,
    /// Requests and connections inside it.
    #[serde(default)]
    pub in_flight: u64,
    /// Requests that wait for it.
    #[serde(default)]
    pub waiting: u64,
    /// Bytes of memory that it and what wakes with it use, if it is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub memory: Option<u64>,
}

/// The gateway as a whole.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct GatewayReport {
    /// Since when it runs.
    pub started_at: Timestamp,
    /// When it last said so.
    pub seen_at: Timestamp,
    /// Where it takes HTTP.
    pub http: Option<SocketAddr>,
    /// Where it takes HTTPS.
    pub https: Option<SocketAddr>,
    /// Bytes of memory that programs could still get.
    pub memory_free: Option<u64>,
    /// Bytes of memory of the host.
    pub memory_total: Option<u64>,
}

impl GatewayReport {
    /// Whether it runs, as far as can be told.
    pub fn is_alive(&self, now: Timestamp) -> bool {
        now.since(self.seen_at) < SILENT
    }
}

impl Reported {
    /// Of a unit of the house. `since` is what was reported before, if the state is still the same.
    pub fn of(unit: &Unit, before: Option<&Self>, now: Now) -> Self {
        let (state, began, reason, until) = read(&unit.stage, now);
        let same = before.filter(|before| before.state == state);
        let since = began.map(|began| wall(began, now)).or_else(|| same.map(|same| same.since));
        Self {
            state,
            since: since.unwrap_or(now.clock),
            failures: unit.failures,
            reason,
            until,
            last_used: before.and_then(|before| before.last_used),
            sleeps_at: None,
            wakes_at: None,
            in_flight: 0,
            waiting: 0,
            memory: before.and_then(|before| before.memory),
        }
    }
}

fn read(stage: &Stage, now: Now) -> (OnDemandState, Option<Moment>, Option<Message>, Option<Timestamp>) {
    match stage {
        Stage::Asleep => (OnDemandState::Asleep, None, None, None),
        Stage::Held { why, since, .. } => {
            let until = if let Held::Closed(opens) = why { Some(*opens) } else { None };
            (OnDemandState::Held, Some(*since), Some(held(why)), until)
        }
        Stage::Starting { since, .. } => (OnDemandState::Starting, Some(*since), None, None),
        Stage::Awake { since, .. } => (OnDemandState::Awake, Some(*since), None, None),
        Stage::FallingAsleep { since, .. } => (OnDemandState::FallingAsleep, Some(*since), None, None),
        Stage::Failed { why, until } => {
            (OnDemandState::Failed, None, Some(failed(why)), Some(wall(*until, now)))
        }
    }
}

/// A moment of the house as the time of the day.
pub fn wall(moment: Moment, now: Now) -> Timestamp {
    if moment >= now.elapsed {
        now.clock.plus(moment.saturating_sub(now.elapsed))
    } else {
        now.clock.minus(now.elapsed.saturating_sub(moment))
    }
}

/// What a service waits for.
pub fn held(why: &Held) -> Message {
    match why {
        Held::Closed(opens) => said::held_closed(opens),
        Held::Turn => said::held_turn(),
        Held::Needs(stack, service) => said::held_needs(stack, service),
        Held::Beside(stack, service) => said::held_beside(stack, service),
        Held::Memory(needed, free) => said::held_memory(needed >> 20, free >> 20),
    }
}

/// Why a start has failed.
pub fn failed(why: &StartFailure) -> Message {
    match why {
        StartFailure::Command(sentence) => said::start_command_failed(sentence),
        StartFailure::Queue(sentence) => said::start_not_queued(sentence),
        StartFailure::Ended(code) => said::start_ended(code),
        StartFailure::NoContainer => said::start_without_container(),
        StartFailure::Silent(limit) => said::start_silent(limit.as_secs()),
        StartFailure::Unhealthy => said::start_unhealthy(),
    }
}

/// Why a start has failed of which only the kind is known any more.
pub fn failed_as(word: &str) -> Message {
    said::start_failed_as(word)
}

/// That nothing can be started, since no worker answers.
pub fn nobody_starts() -> Message {
    said::nobody_starts()
}

/// That another service gets the requests.
pub fn host_taken(host: &HostPattern, other: &str) -> Message {
    said::host_taken(host, other)
}

impl StartFailure {
    /// The kind of failure in one word, for counting.
    pub const fn word(&self) -> &'static str {
        match self {
            Self::Command(_) => "command",
            Self::Queue(_) => "queue",
            Self::Ended(_) => "ended",
            Self::NoContainer => "no_container",
            Self::Silent(_) => "silent",
            Self::Unhealthy => "unhealthy",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn now() -> Now {
        let clock = Timestamp::beginning().plus(Duration::from_hours(1_000));
        Now { elapsed: Duration::from_secs(100), clock }
    }

    #[test]
    fn a_state_lasts_since_it_began() {
        let asleep = Unit::default();
        let first = Reported::of(&asleep, None, now());
        assert_eq!((first.state, first.since), (OnDemandState::Asleep, now().clock));
        let later =
            Now { elapsed: Duration::from_secs(160), clock: now().clock.plus(Duration::from_mins(1)) };
        assert_eq!(Reported::of(&asleep, Some(&first), later).since, now().clock, "it still sleeps");
        let stage = Stage::Held {
            cause: crate::command::PowerCause::Schedule { service: "web".parse().unwrap() },
            why: Held::Memory(3 << 30, 1 << 30),
            since: Duration::from_secs(40),
        };
        let held = Reported::of(&Unit { stage, ..Unit::default() }, Some(&first), now());
        assert_eq!(
            (held.state, held.since),
            (OnDemandState::Held, now().clock.minus(Duration::from_mins(1)))
        );
        assert_eq!(
            held.reason.unwrap().to_string(),
            "waits for memory: it needs about 3072 MiB, and 1024 MiB are free"
        );
    }

    #[test]
    fn a_moment_is_a_time_of_the_day_before_and_after_now() {
        assert_eq!(wall(Duration::from_secs(130), now()), now().clock.plus(Duration::from_secs(30)));
        assert_eq!(wall(Duration::from_secs(70), now()), now().clock.minus(Duration::from_secs(30)));
    }

    #[test]
    fn a_gateway_that_is_silent_is_gone() {
        let at = now().clock;
        let report = GatewayReport {
            started_at: at,
            seen_at: at,
            http: None,
            https: None,
            memory_free: None,
            memory_total: None,
        };
        assert!(report.is_alive(at.plus(SPEAKS)));
        assert!(!report.is_alive(at.plus(SILENT)));
    }
}
