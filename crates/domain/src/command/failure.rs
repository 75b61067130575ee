//! Why a command failed, in a form that people and scripts can act on.

use std::fmt;

use core_monitor_message::Message;
use serde::{Deserialize, Serialize};

use super::said;
use super::sentences::Sentences;
use crate::text::{Label, Line};

/// A stored failure. Each part is limited when it is created, so that it can be stored completely.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Failure {
    /// Stable code.
    pub code: FailureCode,
    /// What happened, one sentence, including the engine's message if there is one.
    pub message: Message,
    /// What else there is to say: what else is in the way, how the rollback ended, which containers run again.
    #[serde(default, skip_serializing_if = "Sentences::is_empty")]
    pub also: Sentences,
    /// What to try.
    #[serde(default)]
    pub hint: Option<Message>,
    /// The affected container, network, volume, image or service, by name.
    #[serde(default)]
    pub subject: Option<Label>,
    /// The last lines of the container's or build's output, oldest first, at most [`Self::LINES`].
    #[serde(default)]
    pub logs: Vec<Line>,
}

impl Failure {
    /// How many of the last lines are kept.
    pub const LINES: usize = 50;

    /// A failure without hint and logs.
    pub fn new(code: FailureCode, message: Message) -> Self {
        Self { code, message, also: Sentences::default(), hint: None, subject: None, logs: Vec::new() }
    }

    /// Of a command that is stored in a form that this version cannot read.
    pub fn unreadable_command(reason: &str) -> Self {
        Self::new(FailureCode::CommandUnreadable, said::stored_command_unreadable(reason))
            .with_hint(said::cancel_what_is_unreadable())
    }

    /// Stands for a stored failure that this version cannot read.
    pub fn unreadable(reason: impl fmt::Display) -> Self {
        Self::new(FailureCode::CommandUnreadable, said::stored_failure_unreadable(reason))
    }

    /// Adds a hint what to try.
    #[must_use]
    pub fn with_hint(mut self, hint: Message) -> Self {
        self.hint = Some(hint);
        self
    }

    /// Adds the affected object.
    #[must_use]
    pub fn about(mut self, subject: impl Into<Label>) -> Self {
        self.subject = Some(subject.into());
        self
    }

    /// Adds the last lines of a container's or build's output.
    #[must_use]
    pub fn with_lines(mut self, lines: Vec<String>) -> Self {
        let skip = lines.len().saturating_sub(Self::LINES);
        self.logs = lines.into_iter().skip(skip).map(Line::new).collect();
        self
    }

    /// Adds a sentence.
    #[must_use]
    pub fn and(mut self, more: Message) -> Self {
        self.also.push(more);
        self
    }

    /// Adds sentences about one thing: the first ones, and how many more there are.
    #[must_use]
    pub fn and_all(mut self, more: impl IntoIterator<Item = Message>) -> Self {
        self.also.push_first(more);
        self
    }

    /// All of it as one text.
    pub fn text(&self) -> String {
        let mut text = self.message.to_string();
        for sentence in self.also.all() {
            text.push_str("; ");
            text.push_str(sentence.text());
        }
        text
    }
}

macro_rules! failure_codes {
    ($($(#[doc = $about:literal])+ $name:ident = $text:literal,)*) => {
        /// The stable codes of failed commands and of blockers of a plan.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        pub enum FailureCode {
            $($(#[doc = $about])+ #[serde(rename = $text)] $name,)*
        }

        impl FailureCode {
            /// Every code.
            pub const ALL: &'static [Self] = &[$(Self::$name,)*];

            /// The name in JSON and in the documentation.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$name => $text,)* }
            }

            /// What it means, for the documentation.
            pub fn about(self) -> &'static str {
                // Each line of a doc comment begins with a space.
                match self { $(Self::$name => concat!($($about),+).trim_ascii_start(),)* }
            }
        }
    };
}

failure_codes! {
    /// The artifact is in the container, but within the time of its slot it was not seen to work.
    DeployNotVerified = "DEPLOY_NOT_VERIFIED",
    /// What was to activate the artifact failed: the program ended with an error, or the signal could not be sent.
    ActivationFailed = "ACTIVATION_FAILED",
    /// The store has the artifact no longer, or not as it was sent.
    ArtifactUnavailable = "ARTIFACT_UNAVAILABLE",
    /// The image is neither on the host nor in its registry.
    ImageUnavailable = "IMAGE_UNAVAILABLE",
    /// The registry denied access to the image.
    RegistryDenied = "REGISTRY_DENIED",
    /// The image could not be built.
    BuildFailed = "BUILD_FAILED",
    /// The build may not do that: it would use a network that the settings do not allow, or move the name of an image that
    /// others use.
    BuildRefused = "BUILD_REFUSED",
    /// Another owner's container, network or volume has that name.
    NameForeign = "NAME_FOREIGN",
    /// Another container or process uses the host port.
    PortTaken = "PORT_TAKEN",
    /// The volume exists with a different driver or options; replacing it would delete its data.
    VolumeDiverged = "VOLUME_DIVERGED",
    /// A network or volume declared `external` does not exist.
    ExternalMissing = "EXTERNAL_MISSING",
    /// A foreign container is attached to a network that has to be replaced.
    NetworkInUse = "NETWORK_IN_USE",
    /// The engine rejected the addresses of the network.
    NetworkRefused = "NETWORK_REFUSED",
    /// A container that should run has exited, or a job failed.
    ServiceExited = "SERVICE_EXITED",
    /// A health check did not pass in time.
    ServiceUnhealthy = "SERVICE_UNHEALTHY",
    /// A lifecycle hook failed.
    HookFailed = "HOOK_FAILED",
    /// The engine refused to start the container.
    StartRefused = "START_REFUSED",
    /// The engine rejected the definition of a container.
    SpecRefused = "SPEC_REFUSED",
    /// A dependency cannot be met.
    DependencyFailed = "DEPENDENCY_FAILED",
    /// An engine operation exceeded its deadline.
    OperationTimeout = "OPERATION_TIMEOUT",
    /// The engine was unreachable for longer than the retry budget.
    EngineUnavailable = "ENGINE_UNAVAILABLE",
    /// The engine returned an unexpected answer.
    EngineRefused = "ENGINE_REFUSED",
    /// The confirmed plan no longer fits: the host has changed, or the plan is no longer stored. Nothing outside the plan
    /// was done.
    PlanStale = "PLAN_STALE",
    /// What the command needs was gone when it started: the stack or the version was deleted, or a deployment that it was made
    /// from did not take effect.
    Precondition = "PRECONDITION",
    /// Whoever requested the command may not do it any more: a role or a token was taken back. Nothing was done.
    NotPermitted = "NOT_PERMITTED",
    /// Repeated planning made no progress.
    NoProgress = "NO_PROGRESS",
    /// Workers crashed repeatedly while running this command.
    WorkerCrashLoop = "WORKER_CRASH_LOOP",
    /// The change would touch Core Monitor's own containers, or give a stack what no stack gets: the data and keys of this
    /// installation, or the engine's socket.
    SelfProtected = "SELF_PROTECTED",
    /// The policy on what may run does not allow it to whoever requested the command.
    RefusedByPolicy = "REFUSED_BY_POLICY",
    /// A named secret that the definition asks for does not exist, or is not for the stack.
    SecretUnavailable = "SECRET_UNAVAILABLE",
    /// The engine is too old for something the definition asks for.
    EngineTooOld = "ENGINE_TOO_OLD",
    /// A file of the version cannot be written to the stack's folder on the host.
    FolderBlocked = "FOLDER_BLOCKED",
    /// The stored definition can no longer be read.
    DefinitionUnreadable = "DEFINITION_UNREADABLE",
    /// The stored command cannot be read.
    CommandUnreadable = "COMMAND_UNREADABLE",
    /// An event of the command, written by an earlier worker, cannot be read.
    JournalUnreadable = "JOURNAL_UNREADABLE",
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
    fn every_code_serializes_as_its_name() {
        for code in FailureCode::ALL {
            assert_eq!(serde_json::to_value(code).unwrap(), code.as_str());
        }
        let mut words: Vec<_> = FailureCode::ALL.iter().map(|c| c.as_str()).collect();
        words.sort_unstable();
        words.dedup();
        assert_eq!(words.len(), FailureCode::ALL.len());
    }

    #[test]
    fn a_failure_with_very_many_sentences_can_be_stored_and_read() {
        let about = |number: u32| Message::foreign(format!("sentence {number}"));
        let mut failure = Failure::new(FailureCode::NameForeign, about(0)).and_all((1..=70).map(about));
        for number in 100..1_000 {
            failure = failure.and(about(number));
        }
        let stored = serde_json::to_string(&failure).unwrap();
        assert!(stored.len() < 32 << 10, "{}", stored.len());
        assert_eq!(serde_json::from_str::<Failure>(&stored).unwrap(), failure);
        let text = failure.text();
        assert!(text.starts_with("sentence 0; sentence 1; "), "{text}");
        assert!(text.contains("; sentence 10; and 60 more; sentence 100; "), "{text}");
        assert!(text.ends_with("; and 871 more"), "{text}");
    }

    #[test]
    fn a_failure_of_an_earlier_release_can_be_read() {
        // Each further sentence was put around the one before it.
        let mut message = serde_json::json!({"code": "first", "text": "0"});
        for number in 1..60 {
            let (code, text) = ("both", format!("0 to {number}"));
            message =
                serde_json::json!({"code": code, "params": {"one": message, "other": "x"}, "text": text});
        }
        let stored = serde_json::json!({"code": "NAME_FOREIGN", "message": message, "hint": null, "subject": null, "logs": []});
        let failure: Failure = serde_json::from_str(&stored.to_string()).unwrap();
        assert_eq!(failure.text(), "0 to 59");
        let again = serde_json::to_string(&failure.and(Message::foreign("more"))).unwrap();
        assert_eq!(serde_json::from_str::<Failure>(&again).unwrap().text(), "0 to 59; more");
    }

    #[test]
    fn every_code_is_explained_in_sentences() {
        for code in FailureCode::ALL {
            let about = code.about();
            assert!(about.starts_with(char::is_uppercase) && about.ends_with('.'), "{code}: {about}");
            assert!(!about.contains("  ") && !about.contains('|'), "{code}: {about}");
        }
    }
}
