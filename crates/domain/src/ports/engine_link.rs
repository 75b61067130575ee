//! What the server reads from the engine through the worker, since the server has no access to the engine's socket.

use std::time::Duration;

mod files;
mod folders;
mod logs;
mod objects;
mod observation;
mod projects;
mod statistics;
mod terminals;

pub use files::FileLink;
pub use folders::FolderLink;
pub use logs::LogLink;
pub use objects::{Inspection, ObjectLink};
pub use observation::ObservationLink;
pub use projects::{ProjectLink, ProjectReader};
pub use statistics::StatisticsLink;
pub use terminals::TerminalLink;

#[cfg(feature = "mocks")]
pub use projects::MockProjectReader;

/// Everything that the worker answers. The vocabulary is closed, and each topic of it has a trait of its own.
pub trait EngineLink:
    ObservationLink + ProjectLink + LogLink + TerminalLink + FileLink + FolderLink + StatisticsLink + ObjectLink
{
}

impl<
    L: ObservationLink
        + ProjectLink
        + LogLink
        + TerminalLink
        + FileLink
        + FolderLink
        + StatisticsLink
        + ObjectLink,
> EngineLink for L
{
}

/// Why there is no answer, or why it was interrupted.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LinkError {
    /// No worker answers, or it disconnected during an answer: try again when one is running.
    #[error("the worker cannot be reached: {reason}")]
    WorkerAway {
        /// The reason.
        reason: String,
    },
    /// Server and worker use different protocol versions: run both programs from the same release.
    #[error("the worker (release {worker}) and the server (release {server}) speak different protocols")]
    OtherRelease {
        /// The worker's release.
        worker: String,
        /// The server's.
        server: String,
    },
    /// The worker did not answer in time.
    #[error("the worker did not answer within {} s", .after.as_secs_f32())]
    Timeout {
        /// The deadline.
        after: Duration,
    },
    /// The worker has reached its limit of streams: try again later.
    #[error("the worker is busy: {message}")]
    Busy {
        /// The worker's message.
        message: String,
    },
    /// The requested object does not exist.
    #[error("{message}")]
    NotFound {
        /// The worker's message.
        message: String,
    },
    /// The object is in a state in which this is not possible.
    #[error("{message}")]
    Conflict {
        /// The worker's message.
        message: String,
    },
    /// The worker cannot answer the request.
    #[error("the worker cannot answer: {message}")]
    Refused {
        /// The worker's message.
        message: String,
    },
}

#[cfg(feature = "mocks")]
mod mock;

#[cfg(feature = "mocks")]
pub use mock::MockEngineLink;
