//! What a reader gets.

use std::pin::Pin;
use std::sync::Arc;

use core_monitor_domain::logs::{LogPiece, LogTime};
use core_monitor_domain::ports::LinkError;
use tokio::sync::mpsc;

use super::{LogSource, LogsError};

/// One thing that a reader gets.
#[derive(Debug)]
pub enum LogFrame {
    /// A line, or a part of a long one.
    Line {
        /// Whose.
        source: Arc<LogSource>,
        /// The line.
        piece: LogPiece,
    },
    /// Something that explains the lines.
    Marker {
        /// Which container it is about.
        source: Arc<LogSource>,
        /// What happened to it.
        marker: LogMarker,
    },
    /// The last frame: why nothing more comes.
    End(LogEnd),
}

/// What happened to a container.
#[derive(Debug)]
pub enum LogMarker {
    /// It joins, or its next run has begun.
    Started,
    /// It has taken the place of another one, and is read instead.
    Replaced {
        /// The one before it.
        former: Arc<LogSource>,
    },
    /// It is gone.
    Ended,
    /// Lines between the former one and the next one are missing: the engine no longer has them.
    Gap,
    /// Its log driver keeps nothing that the engine could read.
    Unreadable {
        /// The driver.
        driver: String,
    },
    /// The engine fails to read its log.
    Failed {
        /// In the engine's words.
        error: LinkError,
    },
}

/// Why nothing more comes.
#[derive(Debug)]
pub enum LogEnd {
    /// That was all.
    Complete,
    /// The stack was deleted.
    StackDeleted,
    /// It cannot go on.
    Failed(LogsError),
}

/// Frames, as fast as they are taken: while nobody takes any, the engine is not read either.
pub struct LogStream {
    /// Nothing earlier is wanted from containers that have delivered nothing.
    pub floor: Option<LogTime>,
    /// The name of the stack, or of the container.
    pub name: String,
    frames: mpsc::Receiver<Vec<LogFrame>>,
    /// What produces the frames, until it has ended.
    work: Option<Pin<Box<dyn Future<Output = ()> + Send>>>,
}

/// Where frames go.
pub(super) type Out = mpsc::Sender<Vec<LogFrame>>;

impl LogStream {
    pub(super) fn new<F>(name: String, floor: Option<LogTime>, work: impl FnOnce(Out) -> F) -> Self
    where
        F: Future<Output = ()> + Send + 'static,
    {
        // One batch is being sent while the next one is read.
        let (out, frames) = mpsc::channel(1);
        Self { floor, name, frames, work: Some(Box::pin(work(out))) }
    }

    /// The next frames; `None` behind the last one. Cancelling the wait loses nothing.
    pub async fn next(&mut self) -> Option<Vec<LogFrame>> {
        loop {
            let Some(work) = &mut self.work else { return self.frames.recv().await };
            tokio::select! {
                biased;
                frames = self.frames.recv() => return frames,
                () = work => self.work = None,
            }
        }
    }
}
