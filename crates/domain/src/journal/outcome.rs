//! The result of an effect.

use core_monitor_message::Message;
use serde::{Deserialize, Serialize};

use super::EffectNumber;
use super::entry::Intent;
use super::sighting::Sighting;
use crate::ids::{ContainerId, ImageId, NetworkId};
use crate::placement::{Placed, SlotPlace};
use crate::plan::Operation;
use crate::text::Label;

/// Maximum number of warnings kept for an effect.
const WARNINGS: usize = 16;

/// The result of the effect with the same number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    /// The number of its intent.
    pub effect: EffectNumber,
    /// The kind of its intent.
    pub operation: Operation,
    /// The affected object, by name.
    pub target: Label,
    /// Milliseconds from request to answer; `None` if there was no answer.
    pub took_ms: Option<u64>,
    /// The answer.
    pub answer: Answer,
}

impl Outcome {
    /// The engine's answer to `intent` is unknown; this is what it shows now.
    pub fn seen(intent: &Intent, sighting: Sighting) -> Self {
        Self {
            effect: intent.effect,
            operation: intent.operation,
            target: intent.target.clone(),
            took_ms: None,
            answer: Answer::Seen(sighting),
        }
    }
}

/// The answer to an effect.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// Done.
    Succeeded {
        /// What it created.
        made: Made,
        /// Warnings of the engine.
        warnings: Vec<Message>,
    },
    /// Failed, or unknown: see [`ErrorClass::is_unknown`].
    Failed {
        /// The kind of error.
        class: ErrorClass,
        /// The engine's words.
        message: Message,
        /// The command continues anyway.
        tolerated: bool,
    },
    /// The engine's answer is unknown; this is its current state.
    Seen(Sighting),
}

impl Answer {
    /// Success, with the engine's warnings.
    pub fn succeeded(made: Made, warnings: &[String]) -> Self {
        let warnings = warnings.iter().take(WARNINGS).map(Message::foreign).collect();
        Self::Succeeded { made, warnings }
    }
}

/// What a successful effect created.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Made {
    /// Nothing with an id.
    Nothing,
    /// A container.
    Container(ContainerId),
    /// A network.
    Network(NetworkId),
    /// An image.
    Image(ImageId),
    /// Nothing, but an artifact is in a container now.
    Placed(Box<Placed>),
    /// Nothing, but an artifact in a container is active now.
    Activated(SlotPlace),
}

/// Kinds of errors, by their meaning for the effect. Each variant of [`EngineError`](crate::ports::EngineError) has one
/// of these.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ErrorClass {
    /// The engine cannot be reached.
    Unavailable,
    /// No answer within the deadline.
    Timeout,
    /// The object does not exist.
    NotFound,
    /// The object is in an unexpected state.
    Conflict,
    /// The name belongs to another object.
    NameTaken,
    /// A host port is in use.
    PortTaken,
    /// The image does not exist or may not be fetched.
    ImageUnavailable,
    /// The registry refused the credentials.
    RegistryDenied,
    /// A step of the build failed.
    BuildFailed,
    /// The container's process could not be started.
    StartRefused,
    /// The command in the container failed.
    CommandFailed,
    /// The engine failed without a known reason.
    Unexplained,
    /// The engine rejected the request.
    Refused,
    /// The worker aborted a pull or a build that is no longer needed, or did not send a request because it has to stop.
    BrokenOff,
}

impl ErrorClass {
    /// Every class.
    pub const ALL: [Self; 14] = [
        Self::Unavailable,
        Self::Timeout,
        Self::NotFound,
        Self::Conflict,
        Self::NameTaken,
        Self::PortTaken,
        Self::ImageUnavailable,
        Self::RegistryDenied,
        Self::BuildFailed,
        Self::StartRefused,
        Self::CommandFailed,
        Self::Unexplained,
        Self::Refused,
        Self::BrokenOff,
    ];

    /// Whether the same request would be refused again, as long as nobody changes anything.
    pub fn is_lasting(self) -> bool {
        match self {
            Self::PortTaken
            | Self::ImageUnavailable
            | Self::RegistryDenied
            | Self::BuildFailed
            | Self::StartRefused
            | Self::CommandFailed
            | Self::Refused => true,
            Self::Unavailable
            | Self::Timeout
            | Self::NotFound
            | Self::Conflict
            | Self::NameTaken
            | Self::Unexplained
            | Self::BrokenOff => false,
        }
    }

    /// Whether the effect may have happened anyway, so that the engine's state must be checked.
    pub fn is_unknown(self) -> bool {
        matches!(self, Self::Unavailable | Self::Timeout | Self::Unexplained)
    }
}
