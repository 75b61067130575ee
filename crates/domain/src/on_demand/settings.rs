//! What a service declares under `x-core-monitor.on-demand`.

use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use core_monitor_compose::nearest;
use core_monitor_message::Message;
use serde::{Deserialize, Serialize};

use super::{Schedule, said};
use crate::command::SleepMode;
use crate::ids::StackId;
use crate::names::{ServiceName, StackName};
use crate::time::Timestamp;

/// Which service of which stack.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct DoorKey {
    /// The stack.
    pub stack: StackId,
    /// The service.
    pub service: ServiceName,
}

/// A service that wakes when it is asked for.
#[derive(Debug, Clone, PartialEq)]
pub struct OnDemand {
    /// The hosts whose requests are for it; empty for a service that only others need.
    pub hosts: Vec<HostPattern>,
    /// The beginnings of the paths whose requests are for it; every path if empty. The longest one that fits wins.
    pub paths: Vec<String>,
    /// The port on which it listens in its container.
    pub port: u16,
    /// What a browser gets while it wakes.
    pub mode: WaitMode,
    /// How the waiting page looks.
    pub theme: ThemeName,
    /// Whether a page about a failed start shows the last lines of the log to whoever asks.
    pub show_logs: bool,
    /// The times after which something happens.
    pub times: OnDemandTimes,
    /// When it counts as ready.
    pub readiness: Readiness,
    /// What it keeps while it sleeps.
    pub stop: SleepMode,
    /// When it may be woken, and when it is kept awake.
    pub schedule: Option<Schedule>,
    /// It never sleeps; requests still go through the gateway.
    pub always_on: bool,
    /// Who may wake it.
    pub wake: WakeBy,
    /// Parts of a `User-Agent`, in lower case, whose requests neither wake it nor keep it awake.
    pub ignore_user_agents: Vec<String>,
    /// Services of its stack that wake and sleep with it although it does not depend on them.
    pub companions: BTreeSet<ServiceName>,
    /// On-demand services of other stacks that are awake as long as it is.
    pub needs: BTreeSet<(StackName, ServiceName)>,
    /// On-demand services that are never awake at the same time.
    pub not_with: BTreeSet<(StackName, ServiceName)>,
    /// How many minutes of an idle container one avoided cold start is worth, in a comparison of policies; by its start time and
    /// memory if `None`.
    pub cold_start_worth: Option<Duration>,
}

impl OnDemand {
    /// The hosts and beginnings of paths whose requests are for it.
    pub fn claims(&self) -> impl Iterator<Item = (HostPattern, String)> {
        let paths = if self.paths.is_empty() { vec!["/".to_owned()] } else { self.paths.clone() };
        self.hosts.iter().flat_map(move |host| {
            let host = host.clone();
            paths.clone().into_iter().map(move |path| (host.clone(), path))
        })
    }

    /// By how many minutes its time is ahead of UTC: that of its schedule, if it has one.
    pub fn utc_offset(&self, at: Timestamp) -> i32 {
        self.schedule.as_ref().map_or(0, |schedule| schedule.utc_offset(at))
    }

    /// Whether requests with this `User-Agent` neither wake it nor keep it awake.
    pub fn ignores(&self, user_agent: &str) -> bool {
        if self.ignore_user_agents.is_empty() {
            return false;
        }
        let lower = user_agent.to_ascii_lowercase();
        self.ignore_user_agents.iter().any(|part| lower.contains(part.as_str()))
    }
}

/// The times after which something happens to an on-demand service.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OnDemandTimes {
    /// How long nobody must have used it before it sleeps.
    pub idle: Duration,
    /// How long a start may take; learned from earlier ones if `None`.
    pub start: Option<Duration>,
    /// How long a request that cannot be shown a page is held.
    pub block: Duration,
    /// How long it stays awake at least; learned from how long it takes to start if `None`.
    pub min_up: Option<Duration>,
    /// How long a WebSocket on which nothing is sent keeps it awake; zero for as long as it is open, four times
    /// [`idle`](Self::idle) if `None`.
    pub websocket_idle: Option<Duration>,
}

impl OnDemandTimes {
    /// What holds where nothing is said.
    pub const DEFAULT: Self = Self {
        idle: Duration::from_mins(10),
        start: None,
        block: Duration::from_mins(2),
        min_up: None,
        websocket_idle: None,
    };

    /// The shortest and the longest [`idle`](Self::idle) that can be asked for, in a definition or at run time.
    pub const IDLE: (Duration, Duration) = (Duration::from_secs(5), Duration::from_hours(30 * 24));
    /// The same of [`start`](Self::start) and [`block`](Self::block).
    pub const WAIT: (Duration, Duration) = (Duration::from_secs(1), Duration::from_hours(1));
    /// The same of [`min_up`](Self::min_up) and [`websocket_idle`](Self::websocket_idle); zero has a meaning of its own.
    pub const QUIET: (Duration, Duration) = (Duration::ZERO, Duration::from_hours(30 * 24));

    /// How long a silent WebSocket keeps the service awake; `None` for as long as it is open.
    pub fn silent_tunnel(&self) -> Option<Duration> {
        match self.websocket_idle {
            Some(Duration::ZERO) => None,
            Some(limit) => Some(limit),
            None => Some(self.idle.saturating_mul(4)),
        }
    }
}

/// What a browser gets while a service wakes. Programs always wait.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WaitMode {
    /// A page that shows how far it is.
    #[default]
    Dynamic,
    /// The answer of the service, later.
    Blocking,
}

impl WaitMode {
    /// Every mode.
    pub const ALL: [Self; 2] = [Self::Dynamic, Self::Blocking];

    /// The name in definitions and JSON.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Dynamic => "dynamic",
            Self::Blocking => "blocking",
        }
    }
}

/// Who may wake a service.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WakeBy {
    /// Every request for it.
    #[default]
    Anyone,
    /// Only somebody who signs in to Core Monitor, or a request with one of its tokens.
    Authenticated,
}

impl WakeBy {
    /// Every kind.
    pub const ALL: [Self; 2] = [Self::Anyone, Self::Authenticated];

    /// The name in definitions and JSON.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Anyone => "anyone",
            Self::Authenticated => "authenticated",
        }
    }
}

/// When a service that has been started gets its first request.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Readiness {
    /// What has to answer.
    pub gate: ReadinessGate,
    /// A pause after that, for services that answer before they can be used.
    pub after: Duration,
}

/// What has to answer before a service counts as ready.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ReadinessGate {
    /// Its port accepts connections.
    Tcp,
    /// A `GET` of this path gets an answer: one of these statuses, or any except 502, 503 and 504 if there are none.
    Http {
        /// The path, with a leading slash.
        path: String,
        /// The statuses that count.
        expect: Vec<u16>,
    },
    /// The health check of its container says `healthy`.
    Health,
}

impl Default for ReadinessGate {
    fn default() -> Self {
        Self::Http { path: "/".to_owned(), expect: Vec::new() }
    }
}

impl ReadinessGate {
    /// Whether this status of an answer means that the service can be used. A page that is not found and a redirect to a
    /// sign-in come from the application; a bad gateway comes from something in front of it that has nobody behind it yet.
    pub fn accepts(&self, status: u16) -> bool {
        match self {
            Self::Http { expect, .. } if !expect.is_empty() => expect.contains(&status),
            _ => !matches!(status, 502..=504),
        }
    }
}

/// The hosts of a request: one name, or every name one level below a domain. In lower case, without a dot at the end.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct HostPattern(String);

impl HostPattern {
    /// As it is written, with `*.` if it stands for what is below a domain.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The domain, if it stands for every name one level below it.
    pub fn wildcard(&self) -> Option<&str> {
        self.0.strip_prefix("*.")
    }
}

impl FromStr for HostPattern {
    type Err = Message;

    fn from_str(text: &str) -> Result<Self, Message> {
        let name = text.trim().trim_end_matches('.').to_ascii_lowercase();
        let domain = name.strip_prefix("*.").unwrap_or(&name);
        let label = |label: &str| {
            let inner = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
            (1..=63).contains(&label.len())
                && label.chars().all(inner)
                && !label.starts_with('-')
                && !label.ends_with('-')
        };
        let usable = name.len() <= 253 && !domain.is_empty() && domain.split('.').all(label);
        if usable { Ok(Self(name)) } else { Err(said::host_unusable(shortened(text))) }
    }
}

impl TryFrom<String> for HostPattern {
    type Error = Message;

    fn try_from(text: String) -> Result<Self, Message> {
        text.parse()
    }
}

impl From<HostPattern> for String {
    fn from(pattern: HostPattern) -> Self {
        pattern.0
    }
}

impl fmt::Display for HostPattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The name of a theme of waiting pages: one that is built in, or a folder of the operator. Whether it exists is known only to the
/// gateway, which falls back to `plain`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ThemeName(String);

impl ThemeName {
    /// The themes that are built in. The gateway takes them in any case, and with or without `-` and `_`.
    pub const BUILT_IN: [&'static str; 5] = ["plain", "matrix", "ghost", "shuffle", "hackerTerminal"];

    /// The built-in theme that is probably meant by a name that is nearly one.
    pub fn meant(&self) -> Option<&'static str> {
        let letters = |name: &str| name.replace(['-', '_'], "").to_ascii_lowercase();
        let own = letters(&self.0);
        let is_built_in = Self::BUILT_IN.iter().any(|known| letters(known) == own);
        if is_built_in { None } else { nearest(&self.0, Self::BUILT_IN) }
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Default for ThemeName {
    fn default() -> Self {
        Self("plain".to_owned())
    }
}

impl FromStr for ThemeName {
    type Err = Message;

    fn from_str(text: &str) -> Result<Self, Message> {
        let plain = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
        if (1..=64).contains(&text.len()) && text.chars().all(plain) {
            Ok(Self(text.to_owned()))
        } else {
            Err(said::theme_unusable(shortened(text)))
        }
    }
}

/// The beginning of the paths of requests, without a slash at the end unless it is only that.
pub fn path_prefix(text: &str) -> Result<String, Message> {
    let refused = || said::path_prefix_unusable(shortened(text));
    let rest = text.strip_prefix('/').ok_or_else(refused)?;
    let rest = rest.strip_suffix('/').unwrap_or(rest);
    let plain = rest.bytes().all(|byte| byte.is_ascii_graphic() && !matches!(byte, b'?' | b'#' | b'\\'));
    let parts = text == "/" || rest.split('/').all(|part| !matches!(part, "" | "." | ".."));
    if plain && parts && text.len() <= 256 { Ok(format!("/{rest}")) } else { Err(refused()) }
}

/// A wrong text, as much of it as a sentence holds.
fn shortened(text: &str) -> String {
    text.chars().take(80).collect()
}

#[cfg(test)]
mod tests;
