//! Writing to the container engine. The vocabulary is closed: a definition cannot cause a call that is not listed here.
//! [`EngineReader`] has the reads.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use core_monitor_message::Message;
use serde::{Deserialize, Serialize};

use super::EngineReader;
use crate::effect::{Effect, EffectOutcome};
use crate::ids::ContainerId;
use crate::journal::ErrorClass;
use crate::policy::Finding;
use crate::protection::Refusal;
use crate::registry::RegistryHost;
use crate::said;
use crate::secret_variable::OpenedSecrets;
use crate::terminal::NotStarted;

/// Changes a container engine on one host. Callers that only read get its [`EngineReader`].
#[async_trait]
pub trait ContainerEngine: EngineReader {
    /// Performs one effect. Returns when the engine has answered, or with [`EngineError::Timeout`] after `deadline`.
    /// The effect may still happen after the caller stops waiting. Long effects report to `progress`.
    async fn perform(
        &self,
        effect: &Effect,
        deadline: Duration,
        progress: Arc<dyn ProgressSink>,
    ) -> Result<EffectOutcome, EngineError>;
}

/// Receives progress of long effects.
pub trait ProgressSink: Send + Sync {
    /// Called often; must be quick.
    fn report(&self, progress: Progress);

    /// A line of build output, or the start of a build step. Other effects do not call it.
    fn line(&self, line: &str, begins_step: bool) {
        let _ = (line, begins_step);
    }
}

/// Progress of a long effect.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Progress {
    /// The current activity, in the engine's words: `Downloading`, `Extracting`.
    pub status: String,
    /// The part, e.g. a layer's id; empty for the whole.
    pub part: String,
    /// Bytes done so far.
    pub current: Option<u64>,
    /// Total bytes.
    pub total: Option<u64>,
}

/// Why the engine did not perform an effect, by what the caller can do.
#[derive(Debug, thiserror::Error)]
pub enum EngineError {
    /// Unreachable or shutting down: try again later.
    #[error("{}", self.message())]
    Unavailable {
        /// The reason.
        reason: String,
    },
    /// No answer within the deadline. The effect may still happen: observe the engine first.
    #[error("{}", self.message())]
    Timeout {
        /// The deadline.
        after: Duration,
    },
    /// The object does not exist: observe again.
    #[error("{message}")]
    NotFound {
        /// The engine's message.
        message: String,
    },
    /// The object is in an unexpected state, or another operation is in progress: observe again.
    #[error("{message}")]
    Conflict {
        /// The engine's message.
        message: String,
    },
    /// The name belongs to another object.
    #[error("{message}")]
    NameTaken {
        /// The engine's message.
        message: String,
        /// The object with that name, if the engine reports it.
        holder: Option<ContainerId>,
    },
    /// A host port is in use.
    #[error("{message}")]
    PortTaken {
        /// The engine's message.
        message: String,
    },
    /// The image does not exist, or may not be fetched.
    #[error("{message}")]
    ImageUnavailable {
        /// The engine's message.
        message: String,
    },
    /// The host has the image, but for another platform than the one asked for.
    #[error("{message}")]
    WrongPlatform {
        /// The engine's message.
        message: String,
    },
    /// The registry rejected the credentials, or requires some.
    #[error("{message}")]
    RegistryDenied {
        /// The registry.
        registry: RegistryHost,
        /// Whether credentials were sent.
        with_credentials: bool,
        /// The engine's message.
        message: String,
    },
    /// A build step failed.
    #[error("{message}")]
    BuildFailed {
        /// The engine's message.
        message: String,
        /// The last lines of the build output, oldest first.
        lines: Vec<String>,
    },
    /// The container's process could not be started. Retrying does not help until the definition or the host changes.
    #[error("{message}")]
    StartRefused {
        /// The engine's message.
        message: String,
    },
    /// The command in the container failed.
    #[error("{}", self.message())]
    CommandFailed {
        /// Its exit code.
        code: i64,
        /// Why it never ran, if it did not: the engine has written that in its place.
        not_started: Option<NotStarted>,
        /// The last lines of its output.
        lines: Vec<String>,
    },
    /// The engine failed and gave no reason that the adapter knows. The effect may have happened: observe the engine
    /// first, then try again.
    #[error("{message}")]
    Unexplained {
        /// HTTP status.
        status: u16,
        /// The engine's message.
        message: String,
    },
    /// Not sent to the engine: no stack may have what it asks for.
    #[error("{}", self.message())]
    Protected(Box<Refusal>),
    /// Not sent to the engine: the policy does not allow it.
    #[error("{}", self.message())]
    NotAllowed(Box<Finding>),
    /// The engine rejects this request permanently.
    #[error("{message}")]
    Refused {
        /// HTTP status.
        status: u16,
        /// The engine's message.
        message: String,
    },
}

#[cfg(feature = "mocks")]
mod mock {
    use std::collections::BTreeSet;

    use super::{
        Arc, ContainerEngine, ContainerId, Duration, Effect, EffectOutcome, EngineError, EngineReader,
        ProgressSink, async_trait,
    };
    use crate::ids::InstanceId;
    use crate::observation::{Observation, ObservedContainer};
    use crate::ports::{EngineChanges, LastCheck, LogLine};
    use crate::time::Timestamp;

    mockall::mock! {
        /// A mock [`ContainerEngine`].
        pub ContainerEngine {}

        #[async_trait]
        impl EngineReader for ContainerEngine {
            async fn observe(
                &self,
                instance: InstanceId,
                adopted: &BTreeSet<ContainerId>,
                now: Timestamp,
            ) -> Result<Observation, EngineError>;
            async fn inspect(&self, container: &ContainerId) -> Result<Option<ObservedContainer>, EngineError>;
            async fn tail_logs(&self, container: &ContainerId, lines: u32) -> Result<Vec<LogLine>, EngineError>;
            async fn last_check(&self, container: &ContainerId) -> Result<Option<LastCheck>, EngineError>;
            async fn changes(&self) -> Result<Box<dyn EngineChanges>, EngineError>;
        }

        #[async_trait]
        impl ContainerEngine for ContainerEngine {
            async fn perform(
                &self,
                effect: &Effect,
                deadline: Duration,
                progress: Arc<dyn ProgressSink>,
            ) -> Result<EffectOutcome, EngineError>;
        }
    }
}
#[cfg(feature = "mocks")]
pub use mock::MockContainerEngine;

impl EngineError {
    /// The kind of error, for the journal.
    pub fn class(&self) -> ErrorClass {
        match self {
            Self::Unavailable { .. } => ErrorClass::Unavailable,
            Self::Timeout { .. } => ErrorClass::Timeout,
            Self::NotFound { .. } => ErrorClass::NotFound,
            Self::Conflict { .. } => ErrorClass::Conflict,
            Self::NameTaken { .. } => ErrorClass::NameTaken,
            Self::PortTaken { .. } => ErrorClass::PortTaken,
            Self::ImageUnavailable { .. } | Self::WrongPlatform { .. } => ErrorClass::ImageUnavailable,
            Self::RegistryDenied { .. } => ErrorClass::RegistryDenied,
            Self::BuildFailed { .. } => ErrorClass::BuildFailed,
            Self::StartRefused { .. } => ErrorClass::StartRefused,
            Self::CommandFailed { .. } => ErrorClass::CommandFailed,
            Self::Unexplained { .. } => ErrorClass::Unexplained,
            Self::Refused { .. } | Self::Protected(_) | Self::NotAllowed(_) => ErrorClass::Refused,
        }
    }

    /// The sentence for people: the engine's words where it has some.
    pub fn message(&self) -> Message {
        match self {
            Self::Unavailable { reason } => said::engine_unreachable(reason),
            Self::Timeout { after } => said::engine_did_not_answer(after.as_secs()),
            Self::Protected(refusal) => refusal.message(),
            Self::NotAllowed(finding) => finding.message(),
            Self::CommandFailed { not_started: Some(why), .. } => why.message(),
            Self::CommandFailed { code, .. } => said::command_ended(code),
            Self::NotFound { message }
            | Self::Conflict { message }
            | Self::NameTaken { message, .. }
            | Self::PortTaken { message }
            | Self::ImageUnavailable { message }
            | Self::WrongPlatform { message }
            | Self::RegistryDenied { message, .. }
            | Self::BuildFailed { message, .. }
            | Self::StartRefused { message }
            | Self::Refused { message, .. }
            | Self::Unexplained { message, .. } => Message::foreign(message.as_str()),
        }
    }

    /// The error without secret values: engines quote what they refuse.
    #[must_use]
    pub fn redacted(mut self, secrets: &OpenedSecrets) -> Self {
        let redact = |text: &mut String| *text = secrets.redact(text).into_owned();
        let redact_line = |line: &mut String| *line = secrets.redact_line(line).into_owned();
        match &mut self {
            Self::Unavailable { reason: text }
            | Self::NotFound { message: text }
            | Self::Conflict { message: text }
            | Self::NameTaken { message: text, .. }
            | Self::PortTaken { message: text }
            | Self::ImageUnavailable { message: text }
            | Self::WrongPlatform { message: text }
            | Self::RegistryDenied { message: text, .. }
            | Self::Refused { message: text, .. }
            | Self::Unexplained { message: text, .. } => redact(text),
            Self::StartRefused { message } => *message = secrets.redact_quote(message).into_owned(),
            Self::BuildFailed { message, lines } => {
                redact(message);
                lines.iter_mut().for_each(redact_line);
            }
            Self::CommandFailed { lines, not_started, .. } => {
                lines.iter_mut().for_each(redact_line);
                if let Some(NotStarted::Refused { message }) = not_started {
                    *message = secrets.redact_quote(message).into_owned();
                }
            }
            // No secret can be in a path, in the name of a container, or in what a policy is about.
            Self::Timeout { .. } | Self::Protected(_) | Self::NotAllowed(_) => {}
        }
        self
    }
}
