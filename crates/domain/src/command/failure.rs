//! Why a command failed, in a form a person and a script can both act on.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A failure as stored with the command.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Failure {
    /// Stable code.
    pub code: FailureCode,
    /// What happened, one sentence, with the engine's own words where it spoke.
    pub message: String,
    /// What to try.
    #[serde(default)]
    pub hint: Option<String>,
    /// What it happened to: a container, network, volume, image or service, by name.
    #[serde(default)]
    pub subject: Option<String>,
    /// The last lines that the container or the build wrote, oldest first, at most 50.
    #[serde(default)]
    pub logs: Vec<String>,
}

impl Failure {
    /// A failure with neither hint nor logs.
    pub fn new(code: FailureCode, message: impl Into<String>) -> Self {
        Self { code, message: message.into(), hint: None, subject: None, logs: Vec::new() }
    }

    /// Adds what to try.
    #[must_use]
    pub fn with_hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// Adds what it happened to.
    #[must_use]
    pub fn about(mut self, subject: impl Into<String>) -> Self {
        self.subject = Some(subject.into());
        self
    }
}

macro_rules! failure_codes {
    ($($(#[$doc:meta])* $name:ident = $text:literal,)*) => {
        /// The stable codes of failed commands and of problems in a plan.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        pub enum FailureCode {
            $($(#[$doc])* #[serde(rename = $text)] $name,)*
        }

        impl FailureCode {
            /// Every code.
            pub const ALL: &'static [Self] = &[$(Self::$name,)*];

            /// The word in the JSON and the documentation.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$name => $text,)* }
            }
        }
    };
}

failure_codes! {
    /// The image is neither on the host nor at its registry.
    ImageUnavailable = "IMAGE_UNAVAILABLE",
    /// The registry did not let us fetch the image.
    RegistryDenied = "REGISTRY_DENIED",
    /// The image could not be built.
    BuildFailed = "BUILD_FAILED",
    /// A container, network or volume of that name belongs to somebody else.
    NameForeign = "NAME_FOREIGN",
    /// The host port is taken by another container or process.
    PortTaken = "PORT_TAKEN",
    /// The volume exists with another driver or other options; its data would have to go.
    VolumeDiverged = "VOLUME_DIVERGED",
    /// A network or volume declared `external` does not exist.
    ExternalMissing = "EXTERNAL_MISSING",
    /// A foreign container is attached to a network that has to be replaced.
    NetworkInUse = "NETWORK_IN_USE",
    /// The engine refused the network's addresses.
    NetworkRefused = "NETWORK_REFUSED",
    /// A container ended with an error although it should run, or a job did not succeed.
    ServiceExited = "SERVICE_EXITED",
    /// A health check did not turn healthy in time.
    ServiceUnhealthy = "SERVICE_UNHEALTHY",
    /// A lifecycle hook ended with an error.
    HookFailed = "HOOK_FAILED",
    /// The engine refused to start the container.
    StartRefused = "START_REFUSED",
    /// The engine refused the definition of a container.
    SpecRefused = "SPEC_REFUSED",
    /// A dependency can never be met as things are.
    DependencyFailed = "DEPENDENCY_FAILED",
    /// A single engine operation did not end before its deadline.
    OperationTimeout = "OPERATION_TIMEOUT",
    /// The engine could not be reached for longer than the retry budget.
    EngineUnavailable = "ENGINE_UNAVAILABLE",
    /// The engine answered in a way that nothing here expects.
    EngineRefused = "ENGINE_REFUSED",
    /// The host is no longer as it was when the plan was confirmed.
    PlanStale = "PLAN_STALE",
    /// The stack was deleted, or the version is gone, before the command's turn came.
    Precondition = "PRECONDITION",
    /// Convergence went round without getting nearer.
    NoProgress = "NO_PROGRESS",
    /// Workers kept dying at this command.
    WorkerCrashLoop = "WORKER_CRASH_LOOP",
    /// The change would touch Core Monitor's own containers.
    SelfProtected = "SELF_PROTECTED",
    /// The engine is too old for something the definition asks for.
    EngineTooOld = "ENGINE_TOO_OLD",
    /// A file of the version cannot be put into the stack's folder on the host.
    FolderBlocked = "FOLDER_BLOCKED",
    /// The stored definition can no longer be read.
    DefinitionUnreadable = "DEFINITION_UNREADABLE",
}

impl fmt::Display for FailureCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_is_its_own_word_in_json() {
        for code in FailureCode::ALL {
            assert_eq!(serde_json::to_value(code).unwrap(), code.as_str());
        }
        let mut words: Vec<_> = FailureCode::ALL.iter().map(|c| c.as_str()).collect();
        words.sort_unstable();
        words.dedup();
        assert_eq!(words.len(), FailureCode::ALL.len());
    }
}
