//! What the page's script reads: as a message of the events, and as the answer to a poll.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::harmless::{last_lines, line};
use crate::{Hold, Phase, Progress};

/// The state of a start as JSON.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StatusDocument {
    /// What is going on.
    pub phase: PhaseName,
    /// The number of the start.
    pub generation: u64,
    /// Milliseconds since the start began.
    pub elapsed_ms: u64,
    /// The median of earlier starts in milliseconds.
    pub p50_ms: Option<u64>,
    /// What nine starts out of ten stay under, in milliseconds.
    pub p90_ms: Option<u64>,
    /// Why it failed.
    pub reason: Option<String>,
    /// What the engine said about it, in English.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
    /// The last lines it wrote, oldest first.
    #[serde(default)]
    pub lines: Vec<String>,
    /// Why it may not be started now.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub held: Option<HeldStatus>,
}

/// A phase by its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum PhaseName {
    /// [`Phase::Queued`].
    Queued,
    /// [`Phase::Starting`].
    Starting,
    /// [`Phase::Waiting`].
    Waiting,
    /// The service answers: the page leaves. There is no page for it.
    Ready,
    /// [`Phase::Failed`].
    Failed,
    /// [`Phase::Held`].
    Held,
}

/// Why a service may not be started now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HeldStatus {
    /// What it waits for.
    pub cause: HoldCause,
    /// The time of the opening, or the other service.
    pub detail: Option<String>,
}

/// What a held service waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum HoldCause {
    /// [`Hold::UntilOpening`].
    Opening,
    /// [`Hold::ForPermission`].
    Permission,
    /// [`Hold::ForMemory`].
    Memory,
    /// [`Hold::ForAnother`].
    Another,
}

impl PhaseName {
    /// The name as it is sent.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Queued => "queued",
            Self::Starting => "starting",
            Self::Waiting => "waiting",
            Self::Ready => "ready",
            Self::Failed => "failed",
            Self::Held => "held",
        }
    }
}

impl HoldCause {
    /// The name as it is sent.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Opening => "opening",
            Self::Permission => "permission",
            Self::Memory => "memory",
            Self::Another => "another",
        }
    }
}

impl Hold<'_> {
    /// What it waits for.
    pub fn cause(&self) -> HoldCause {
        match self {
            Self::UntilOpening(_) => HoldCause::Opening,
            Self::ForPermission => HoldCause::Permission,
            Self::ForMemory => HoldCause::Memory,
            Self::ForAnother(_) => HoldCause::Another,
        }
    }

    /// The time of the opening, or the other service.
    pub fn detail(&self) -> Option<&str> {
        match self {
            Self::UntilOpening(detail) | Self::ForAnother(detail) => Some(detail),
            Self::ForPermission | Self::ForMemory => None,
        }
    }
}

impl StatusDocument {
    /// The document that makes the page leave.
    pub fn ready(generation: u64) -> Self {
        Self {
            phase: PhaseName::Ready,
            generation,
            elapsed_ms: 0,
            p50_ms: None,
            p90_ms: None,
            reason: None,
            detail: None,
            lines: Vec::new(),
            held: None,
        }
    }
}

/// Control characters and all but the last log lines are left out, as in the page.
impl From<&Progress<'_>> for StatusDocument {
    fn from(progress: &Progress<'_>) -> Self {
        let (mut reason, mut detail, mut lines, mut held) = (None, None, Vec::new(), None);
        match progress.phase {
            Phase::Failed { reason: why, detail: said, lines: written } => {
                reason = Some(line(why));
                detail = Some(line(said)).filter(|said| !said.is_empty());
                lines = last_lines(written);
            }
            Phase::Held(why) => {
                held = Some(HeldStatus { cause: why.cause(), detail: why.detail().map(line) });
            }
            Phase::Queued | Phase::Starting | Phase::Waiting => {}
        }
        Self {
            phase: progress.phase.name(),
            generation: progress.generation,
            elapsed_ms: milliseconds(progress.elapsed),
            p50_ms: progress.estimate.p50.map(milliseconds),
            p90_ms: progress.estimate.p90.map(milliseconds),
            reason,
            detail,
            lines,
            held,
        }
    }
}

fn milliseconds(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}
