//! Which services a power change of the system is about, and why it happens.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::CommandPayload;
use crate::names::{ServiceName, StackName};

/// What a sleeping stack keeps.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SleepMode {
    /// Only its disk: the containers are stopped.
    #[default]
    Stop,
    /// Its memory too: the containers are paused, and wake within milliseconds.
    Pause,
}

/// What a WAKE or SLEEP is about.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct PowerScope {
    /// The services; the whole stack if empty.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub services: BTreeSet<ServiceName>,
    /// Why; `None` in records of releases that did not say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cause: Option<PowerCause>,
}

impl PowerScope {
    /// The whole stack, for no reason that is known.
    pub const WHOLE: Self = Self { services: BTreeSet::new(), cause: None };
}

/// Why a service wakes or goes to sleep.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "why", rename_all = "snake_case")]
pub enum PowerCause {
    /// A request came for it.
    Request {
        /// The service.
        service: ServiceName,
        /// The host of the request.
        host: String,
        /// Its path, without the query, at most [`PATH_SHOWN`](Self::PATH_SHOWN) bytes.
        path: String,
    },
    /// Nobody has used it.
    Idle {
        /// The service.
        service: ServiceName,
        /// For so many seconds.
        seconds: u64,
    },
    /// Its schedule says so.
    Schedule {
        /// The service.
        service: ServiceName,
    },
    /// It is expected to be used soon.
    Predicted {
        /// The service.
        service: ServiceName,
    },
    /// A service of another stack needs it.
    NeededBy {
        /// The service.
        service: ServiceName,
        /// The other stack.
        stack: StackName,
        /// Its service.
        by: ServiceName,
    },
    /// Another service needs its memory, or must not run beside it.
    Yields {
        /// The service.
        service: ServiceName,
        /// The stack of the other one.
        stack: StackName,
        /// The other one.
        to: ServiceName,
    },
    /// Somebody asked for it.
    Person {
        /// The service.
        service: ServiceName,
    },
}

impl PowerCause {
    /// How much of a path is kept.
    pub const PATH_SHOWN: usize = 200;

    /// A request, of which nothing is kept that could be a secret.
    pub fn request(service: ServiceName, host: &str, target: &str) -> Self {
        let path = target.split(['?', '#']).next().unwrap_or_default();
        let mut end = path.len().min(Self::PATH_SHOWN);
        while !path.is_char_boundary(end) {
            end -= 1;
        }
        Self::Request { service, host: host.to_owned(), path: path[..end].to_owned() }
    }

    /// The service that it is about.
    pub fn service(&self) -> &ServiceName {
        match self {
            Self::Request { service, .. }
            | Self::Idle { service, .. }
            | Self::Schedule { service }
            | Self::Predicted { service }
            | Self::NeededBy { service, .. }
            | Self::Yields { service, .. }
            | Self::Person { service } => service,
        }
    }

    /// The kind of cause in one word, as in JSON.
    pub const fn word(&self) -> &'static str {
        match self {
            Self::Request { .. } => "request",
            Self::Idle { .. } => "idle",
            Self::Schedule { .. } => "schedule",
            Self::Predicted { .. } => "predicted",
            Self::NeededBy { .. } => "needed_by",
            Self::Yields { .. } => "yields",
            Self::Person { .. } => "person",
        }
    }
}

/// A power change that the system makes by itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PowerChange {
    /// Start what sleeps.
    Wake(PowerScope),
    /// Put what is idle to sleep.
    Sleep(SleepMode, PowerScope),
}

impl PowerChange {
    /// Start all of a stack.
    pub const fn wake() -> Self {
        Self::Wake(PowerScope::WHOLE)
    }

    /// Put all of a stack to sleep.
    pub const fn sleep(mode: SleepMode) -> Self {
        Self::Sleep(mode, PowerScope::WHOLE)
    }
}

impl CommandPayload {
    /// The WAKE of a whole stack.
    pub const fn wake() -> Self {
        Self::Wake(PowerScope::WHOLE)
    }

    /// The SLEEP of a whole stack.
    pub const fn sleep(mode: SleepMode) -> Self {
        Self::Sleep { mode, scope: PowerScope::WHOLE }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::command::CommandPayload;

    #[test]
    fn nothing_of_a_request_is_kept_that_could_be_a_secret() {
        let cause = PowerCause::request("web".parse().unwrap(), "shop.example.org", "/reset/é?token=abc#x");
        let PowerCause::Request { path, .. } = cause else { panic!("not a request") };
        assert_eq!(path, "/reset/é");
        let long = format!("/{}", "é".repeat(300));
        let PowerCause::Request { path, .. } = PowerCause::request("web".parse().unwrap(), "h", &long) else {
            panic!("not a request")
        };
        assert_eq!(path.len(), 199, "cut between two characters");
    }

    #[test]
    fn what_earlier_releases_stored_is_about_the_whole_stack() {
        let wake: CommandPayload = serde_json::from_str(r#"{"kind":"WAKE"}"#).unwrap();
        assert_eq!(wake, CommandPayload::Wake(PowerScope::WHOLE));
        let sleep: CommandPayload = serde_json::from_str(r#"{"kind":"SLEEP","mode":"pause"}"#).unwrap();
        assert_eq!(sleep, CommandPayload::Sleep { mode: SleepMode::Pause, scope: PowerScope::WHOLE });
    }

    #[test]
    fn a_cause_is_stored_with_the_command() {
        let services = BTreeSet::from(["web".parse().unwrap()]);
        let cause = Some(PowerCause::Idle { service: "web".parse().unwrap(), seconds: 180 });
        let sleep = CommandPayload::Sleep { mode: SleepMode::Stop, scope: PowerScope { services, cause } };
        let stored = serde_json::to_string(&sleep).unwrap();
        assert_eq!(serde_json::from_str::<CommandPayload>(&stored).unwrap(), sleep, "{stored}");
    }
}
