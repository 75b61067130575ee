//! A moment of a start, as the page and the status document show it.

use std::time::Duration;

use crate::{Estimate, PhaseName};

/// How far a start has come.
#[derive(Debug, Clone, Copy)]
pub struct Progress<'a> {
    /// What is going on.
    pub phase: Phase<'a>,
    /// The number of the start, which grows with each. The page's script counts its reloads by it.
    pub generation: u64,
    /// How long ago the start began; zero while it is queued or held.
    pub elapsed: Duration,
    /// How long earlier starts took.
    pub estimate: Estimate,
}

/// What is going on with a service that is not ready.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Phase<'a> {
    /// It sleeps, and its start is next or waits for its turn.
    Queued,
    /// Its container is being started.
    Starting,
    /// Its container runs and does not answer yet.
    Waiting,
    /// It could not be started, and nobody tries at the moment.
    Failed {
        /// Why, in a sentence of the visitor's language; see [`crate::Failure::sentence`].
        reason: &'a str,
        /// What the engine said about it, in English; empty if that must not be shown.
        detail: &'a str,
        /// The last lines it wrote, oldest first; empty if they must not be shown.
        lines: &'a [String],
    },
    /// It may not be started now.
    Held(Hold<'a>),
}

/// Why a service may not be started now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Hold<'a> {
    /// It has opening hours. The text is the time of the next opening in the visitor's language, such as `08:00`; the pages put it
    /// after "It opens at".
    UntilOpening(&'a str),
    /// Only somebody who may wake it can, and has to do it elsewhere.
    ForPermission,
    /// The host has too little free memory.
    ForMemory,
    /// It must not run at the same time as the service of this name.
    ForAnother(&'a str),
}

impl Phase<'_> {
    /// The name of the phase in the status document.
    pub fn name(&self) -> PhaseName {
        match self {
            Self::Queued => PhaseName::Queued,
            Self::Starting => PhaseName::Starting,
            Self::Waiting => PhaseName::Waiting,
            Self::Failed { .. } => PhaseName::Failed,
            Self::Held(_) => PhaseName::Held,
        }
    }
}
