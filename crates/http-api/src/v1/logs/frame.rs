//! The frames of logs.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use core_monitor_application::server::{LogEnd, LogFrame, LogMarker, LogSource};
use core_monitor_domain::logs::{LogPiece, LogText};
use core_monitor_message::Message;
use serde::Serialize;
use utoipa::ToSchema;

use super::said;
use crate::problem::{Problem, ProblemBody};
use crate::streaming::Interruption;
use crate::v1::message::MessageBody;

/// One frame of logs.
#[derive(Debug, Serialize, ToSchema)]
#[serde(tag = "kind", rename_all = "SCREAMING_SNAKE_CASE")]
#[schema(as = LogFrame)]
pub(crate) enum LogFrameBody {
    /// A line, or a part of at most 16 KiB of a longer one.
    Line {
        #[schema(inline = false)]
        line: LogLineBody,
    },
    /// The container joins, or its next run has begun.
    Started {
        #[schema(inline = false)]
        container: LogContainerBody,
        #[schema(inline = false)]
        message: MessageBody,
    },
    /// The container has taken the place of another one, and is read instead.
    Replaced {
        #[schema(inline = false)]
        container: LogContainerBody,
        /// The one before it.
        #[schema(inline = false)]
        former: LogContainerBody,
        #[schema(inline = false)]
        message: MessageBody,
    },
    /// The container is gone.
    Ended {
        #[schema(inline = false)]
        container: LogContainerBody,
        #[schema(inline = false)]
        message: MessageBody,
    },
    /// Lines of the container may be missing here: the engine no longer has the line after which to go on.
    Gap {
        #[schema(inline = false)]
        container: LogContainerBody,
        #[schema(inline = false)]
        message: MessageBody,
    },
    /// The container's log driver keeps nothing that the engine could read. Other containers are read.
    Unreadable {
        #[schema(inline = false)]
        container: LogContainerBody,
        /// The log driver.
        #[schema(example = "none")]
        driver: String,
        #[schema(inline = false)]
        message: MessageBody,
    },
    /// The engine fails to read the container's log. Other containers are read.
    Failed {
        #[schema(inline = false)]
        container: LogContainerBody,
        #[schema(inline = false)]
        message: MessageBody,
    },
    /// Nothing has come for a while, and the stream still stands. Only in NDJSON.
    Idle {},
    /// The last frame.
    End {
        /// `complete`: that was all. `stack_deleted`: the stack is gone. `problem`: it cannot go on now, see `problem`.
        /// `old`: the stream is as old as the server allows. `stopping`: the server stops. After the last three, the lines
        /// go on after the last one.
        #[schema(value_type = LogEndWord, example = "complete")]
        reason: &'static str,
        #[schema(inline = false)]
        message: MessageBody,
        /// Why it cannot go on.
        #[schema(value_type = Option<ProblemBody>)]
        problem: Option<serde_json::Value>,
    },
}

/// A line.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = LogLine)]
pub(crate) struct LogLineBody {
    /// The container's id on the engine.
    #[schema(example = "3f4e1a7b9c0d3f4e1a7b9c0d3f4e1a7b9c0d3f4e1a7b9c0d3f4e1a7b9c0d3f4e")]
    container_id: String,
    /// The container's name.
    #[schema(example = "shop-web-1")]
    container: String,
    /// The service; null if the container's label cannot be read.
    #[schema(example = "web")]
    service: Option<String>,
    /// The replica number, from 1.
    #[schema(example = 1)]
    slot: Option<u32>,
    /// When it was written, to the nanosecond.
    #[schema(value_type = String, format = DateTime, example = "2026-01-26T10:00:00.123456789Z")]
    at: String,
    /// Where it was written to.
    #[schema(value_type = LogStreamWord, example = "stdout")]
    stream: &'static str,
    /// The text, without the line end.
    #[schema(example = "listening on port 80")]
    text: String,
    /// What was written, if raw output was asked for and it is not UTF-8; `text` then has replacement characters. Null else.
    base64: Option<String>,
    /// Whether it goes on with the line before it of the same container and stream.
    #[schema(example = false)]
    continued: bool,
    /// Whether the line goes on with the next one of the same container and stream.
    #[schema(example = false)]
    unfinished: bool,
    /// Send it as `after` to continue after this line. Null in events, whose id it is.
    #[schema(example = "fdfya0owokwlc~3f4e1a7b9c0d-odfya0owokwlc")]
    after: Option<String>,
}

/// A container whose lines are read.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = LogContainer)]
pub(crate) struct LogContainerBody {
    /// The container's id on the engine.
    #[schema(example = "3f4e1a7b9c0d3f4e1a7b9c0d3f4e1a7b9c0d3f4e1a7b9c0d3f4e1a7b9c0d3f4e")]
    container_id: String,
    /// Its name.
    #[schema(example = "shop-web-1")]
    container: String,
    /// Its service; null if the container's label cannot be read.
    #[schema(example = "web")]
    service: Option<String>,
    /// The replica number, from 1.
    #[schema(example = 1)]
    slot: Option<u32>,
}

/// Where a line was written to.
#[derive(ToSchema)]
#[schema(rename_all = "snake_case")]
#[expect(dead_code, reason = "only its description is used")]
pub(crate) enum LogStreamWord {
    Stdout,
    Stderr,
}

/// Why nothing more comes.
#[derive(ToSchema)]
#[schema(rename_all = "snake_case")]
#[expect(dead_code, reason = "only its description is used")]
pub(crate) enum LogEndWord {
    Complete,
    StackDeleted,
    Problem,
    Old,
    Stopping,
}

impl From<&LogSource> for LogContainerBody {
    fn from(source: &LogSource) -> Self {
        Self {
            container_id: source.container.to_string(),
            container: source.name.clone(),
            service: source.service.as_ref().map(ToString::to_string),
            slot: source.slot.map(|slot| slot.0),
        }
    }
}

impl LogLineBody {
    fn new(source: &LogSource, piece: LogPiece, after: Option<String>) -> Self {
        let LogContainerBody { container_id, container, service, slot } = source.into();
        let (text, base64) = match piece.text {
            LogText::Text(text) => (text, None),
            LogText::Bytes(bytes) => {
                (String::from_utf8_lossy(&bytes).into_owned(), Some(STANDARD.encode(bytes)))
            }
        };
        Self {
            container_id,
            container,
            service,
            slot,
            at: piece.at.to_string(),
            stream: piece.stream.as_str(),
            text,
            base64,
            continued: piece.continued,
            unfinished: piece.unfinished,
            after,
        }
    }
}

impl LogFrameBody {
    /// The frame; `after` is where one goes on behind it.
    pub(super) fn new(frame: LogFrame, after: Option<String>) -> Self {
        match frame {
            LogFrame::Line { source, piece } => Self::Line { line: LogLineBody::new(&source, piece, after) },
            LogFrame::Marker { source, marker } => {
                let (container, message) = (LogContainerBody::from(&*source), words(&source, &marker).into());
                match marker {
                    LogMarker::Started => Self::Started { container, message },
                    LogMarker::Replaced { former } => {
                        Self::Replaced { container, former: LogContainerBody::from(&*former), message }
                    }
                    LogMarker::Ended => Self::Ended { container, message },
                    LogMarker::Gap => Self::Gap { container, message },
                    LogMarker::Unreadable { driver } => Self::Unreadable { container, driver, message },
                    LogMarker::Failed { .. } => Self::Failed { container, message },
                }
            }
            LogFrame::End(end) => {
                let (reason, message, problem) = last_words(end);
                let problem = problem.and_then(|problem| serde_json::to_value(problem.body()).ok());
                Self::End { reason, message: message.into(), problem }
            }
        }
    }

    /// The last frame of a stream that could go on.
    pub(super) fn interrupted(why: Interruption) -> Self {
        let (reason, message) = interruption(why);
        Self::End { reason, message: message.into(), problem: None }
    }
}

/// What happened to a container.
pub(super) fn words(source: &LogSource, marker: &LogMarker) -> Message {
    let name = &source.name;
    match marker {
        LogMarker::Started => said::started(name),
        LogMarker::Replaced { former } => said::replaced(name, former.container.short()),
        LogMarker::Ended => said::ended(name),
        LogMarker::Gap => said::gap(name),
        LogMarker::Unreadable { driver } => said::unreadable(name, driver),
        LogMarker::Failed { error } => said::failed(name, error),
    }
}

/// Why nothing more comes.
pub(super) fn last_words(end: LogEnd) -> (&'static str, Message, Option<Problem>) {
    match end {
        LogEnd::Complete => ("complete", said::complete(), None),
        LogEnd::StackDeleted => ("stack_deleted", said::stack_deleted(), None),
        LogEnd::Failed(error) => {
            let problem = Problem::from(error);
            ("problem", said::broken(), Some(problem))
        }
    }
}

pub(super) fn interruption(why: Interruption) -> (&'static str, Message) {
    match why {
        Interruption::Old => (why.as_str(), said::old()),
        Interruption::Stopping => (why.as_str(), said::stopping()),
    }
}
