//! The kinds of alerts.

use std::fmt;
use std::time::Duration;

use serde::{Deserialize, Serialize};

/// A kind of alert.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum AlertKind {
    /// No worker answers.
    WorkerSilent,
    /// A worker answers, but cannot observe the engine.
    EngineUnreachable,
    /// A failed command holds up others.
    QueueBlocked,
    /// A failed command waits for a person and holds up nothing.
    CommandFailed,
    /// A service is restarted again and again.
    ServiceCrashLooping,
    /// A service has ended with an error.
    ServiceFailed,
    /// The health check of a service fails.
    ServiceUnhealthy,
    /// A service that wakes on demand has failed to start several times in a row.
    StartFailing,
    /// A disk is nearly full.
    DiskLow,
    /// There were more alerts than are told within an hour.
    AlertsLeftOut,
    /// Somebody tries whether alerts arrive.
    Test,
}

impl AlertKind {
    /// Every kind.
    pub const ALL: [Self; 11] = [
        Self::WorkerSilent,
        Self::EngineUnreachable,
        Self::QueueBlocked,
        Self::CommandFailed,
        Self::ServiceCrashLooping,
        Self::ServiceFailed,
        Self::ServiceUnhealthy,
        Self::StartFailing,
        Self::DiskLow,
        Self::AlertsLeftOut,
        Self::Test,
    ];

    /// The word in JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::WorkerSilent => "worker-silent",
            Self::EngineUnreachable => "engine-unreachable",
            Self::QueueBlocked => "queue-blocked",
            Self::CommandFailed => "command-failed",
            Self::ServiceCrashLooping => "service-crash-looping",
            Self::ServiceFailed => "service-failed",
            Self::ServiceUnhealthy => "service-unhealthy",
            Self::StartFailing => "start-failing",
            Self::DiskLow => "disk-low",
            Self::AlertsLeftOut => "alerts-left-out",
            Self::Test => "test",
        }
    }

    /// For how long a fact must have been seen before it is told. A restart of a worker or a service must not wake anybody.
    pub fn patience(self) -> Duration {
        match self {
            Self::ServiceUnhealthy => Duration::from_mins(2),
            Self::WorkerSilent | Self::EngineUnreachable | Self::ServiceFailed => Duration::from_mins(1),
            // The others have already been counted or decided by whoever says so.
            Self::QueueBlocked
            | Self::CommandFailed
            | Self::ServiceCrashLooping
            | Self::StartFailing
            | Self::DiskLow
            | Self::AlertsLeftOut
            | Self::Test => Duration::ZERO,
        }
    }
}

impl fmt::Display for AlertKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kind_has_the_same_word_everywhere() {
        for kind in AlertKind::ALL {
            assert_eq!(serde_json::to_value(kind).unwrap(), kind.as_str());
            assert_eq!(serde_json::from_value::<AlertKind>(kind.as_str().into()).unwrap(), kind);
        }
    }
}
