//! An alert as it is told.

use std::fmt;

use core_monitor_message::Message;
use serde::{Deserialize, Serialize};

use super::{AlertKind, AlertSeverity, StackRef, said};
use crate::time::Timestamp;

/// What is wrong, by kind and subject: the same for as long as the same thing is wrong, and each time that it is wrong again.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct AlertKey(String);

impl AlertKey {
    /// The key of a kind that can be the case only once.
    pub(super) fn of(kind: AlertKind) -> Self {
        Self(kind.as_str().to_owned())
    }

    /// The key of a kind about one subject. What comes from the engine is limited, since it may be as long as it likes.
    pub(super) fn about(kind: AlertKind, subject: &[&dyn fmt::Display]) -> Self {
        let mut key = kind.as_str().to_owned();
        for part in subject {
            key.push(':');
            key.extend(part.to_string().chars().take(256));
        }
        Self(key)
    }

    /// The text, such as `disk-low:/var/lib/docker`.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for AlertKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// What an alert says about its fact.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Phase {
    /// It is the case.
    Began,
    /// It is the case no more. Only told of what was told to have begun.
    Resolved,
    /// It is still the case, or has become worse.
    Reminder,
}

impl Phase {
    /// Every phase.
    pub const ALL: [Self; 3] = [Self::Began, Self::Resolved, Self::Reminder];

    /// The word in JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Began => "began",
            Self::Resolved => "resolved",
            Self::Reminder => "reminder",
        }
    }
}

impl fmt::Display for Phase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// What an alert is about; empty for the installation as a whole.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Subject {
    /// The stack.
    pub stack: Option<StackRef>,
    /// The service of it.
    pub service: Option<String>,
}

/// An alert. It can be stored until it is sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Alert {
    /// What it is about. Together with `since` it names one story with a beginning and an end.
    pub id_key: AlertKey,
    /// Its kind.
    pub kind: AlertKind,
    /// How bad it is.
    pub severity: AlertSeverity,
    /// Whether it begins, goes on or is over.
    pub phase: Phase,
    /// What it is about.
    pub subject: Subject,
    /// A heading, short enough for a telephone.
    pub title: Message,
    /// What is the case and what to try.
    pub sentence: Message,
    /// Since when it is the case. All alerts of one story have the same.
    pub since: Timestamp,
    /// When this was decided.
    pub at: Timestamp,
    /// The page of the web UI that shows more, e.g. `/commands/018f…`.
    pub link_path: String,
}

impl Alert {
    /// One that says only that alerts arrive.
    pub fn test(at: Timestamp) -> Self {
        let kind = AlertKind::Test;
        Self {
            id_key: AlertKey::of(kind),
            kind,
            severity: AlertSeverity::Warning,
            phase: Phase::Began,
            subject: Subject::default(),
            title: said::alert_test(),
            sentence: said::alert_test_arrived(),
            since: at,
            at,
            link_path: "/".to_owned(),
        }
    }
}
