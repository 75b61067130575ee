//! The container engine: look, act, listen. Its vocabulary is closed, so nothing that a definition says can
//! become a call that is not listed here.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use serde::{Deserialize, Serialize};

use crate::desired::{Attachment, BuildSpec, ContainerSpec, Hook, InjectedFile, NetworkSpec, VolumeSpec};
use crate::ids::{ContainerId, ImageId, InstanceId, NetworkId, StackId, VersionNumber};
use crate::image::ImageRef;
use crate::names::ServiceName;
use crate::observation::{Observation, ObservedContainer};
use crate::plan::InheritedVolume;
use crate::registry::RegistryHost;
use crate::time::Timestamp;

/// A container engine on one host.
#[cfg_attr(feature = "mocks", mockall::automock)]
#[async_trait]
pub trait ContainerEngine: Send + Sync {
    /// Looks at the whole host. Containers with this `instance` label and the `adopted` ones come in full detail, the
    /// others as occupants of names and ports. Labels are reported as the engine has them. `taken_at` is set to `now`.
    async fn observe(
        &self,
        instance: InstanceId,
        adopted: &BTreeSet<ContainerId>,
        now: Timestamp,
    ) -> Result<Observation, EngineError>;

    /// Looks at one container; `None` when it does not exist.
    async fn inspect(&self, container: &ContainerId) -> Result<Option<ObservedContainer>, EngineError>;

    /// Does one thing. Returns when the engine has answered, or with [`EngineError::Timeout`] after `deadline`. A
    /// caller who stops waiting must expect the effect to happen all the same. Long effects report to `progress`.
    async fn perform(
        &self,
        effect: &Effect,
        deadline: Duration,
        progress: Arc<dyn ProgressSink>,
    ) -> Result<EffectOutcome, EngineError>;

    /// The last lines a container wrote, oldest first.
    async fn tail_logs(&self, container: &ContainerId, lines: u32) -> Result<Vec<LogLine>, EngineError>;

    /// Changes from now on. Ends with an error when the engine goes away.
    async fn changes(&self) -> Result<Box<dyn EngineChanges>, EngineError>;
}

/// A running subscription to the engine's events.
#[async_trait]
pub trait EngineChanges: Send {
    /// The next change. Cancelling the wait loses nothing.
    async fn next(&mut self) -> Result<EngineChange, EngineError>;
}

/// Something changed on the engine. Only a hint to look again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EngineChange {
    /// `container`, `network`, `volume`, `image`...
    pub kind: String,
    /// `start`, `die`, `health_status: healthy`...
    pub action: String,
    /// Id or name of the object.
    pub subject: String,
}

/// One write, with every name resolved.
#[derive(Debug, Clone, PartialEq)]
pub enum Effect {
    /// Fetch an image. Succeeds only when the host has it afterwards.
    PullImage {
        /// What to fetch.
        image: ImageRef,
        /// `os/arch[/variant]`.
        platform: Option<String>,
    },
    /// Make an image. Succeeds only when the host has it under its name afterwards. Giving up the wait ends the build, and
    /// the name stays where it was.
    BuildImage(Box<NewImage>),
    /// Make a network; refused when one of that name exists.
    CreateNetwork {
        /// Definition.
        network: NetworkSpec,
        /// All labels.
        labels: BTreeMap<String, String>,
    },
    /// Remove a network.
    RemoveNetwork {
        /// Which.
        id: NetworkId,
    },
    /// Make a volume. An existing one is left as it is: the caller compares.
    CreateVolume {
        /// Definition.
        volume: VolumeSpec,
        /// All labels.
        labels: BTreeMap<String, String>,
    },
    /// Remove a volume.
    RemoveVolume {
        /// Which.
        name: String,
    },
    /// Make a container, stopped.
    CreateContainer(Box<NewContainer>),
    /// Attach to a network.
    ConnectNetwork {
        /// The container.
        container: ContainerId,
        /// The network.
        network: NetworkId,
        /// Aliases, addresses.
        attachment: Attachment,
    },
    /// Detach from a network, by id or, for a network that is gone, by name.
    DisconnectNetwork {
        /// The container.
        container: ContainerId,
        /// The network's id or name.
        network: String,
    },
    /// Put files into a container, over what is there; missing folders are made.
    CopyFiles {
        /// Which.
        container: ContainerId,
        /// The files.
        files: Vec<InjectedFile>,
    },
    /// Run a command in a running container and wait for its end.
    RunHook {
        /// Which.
        container: ContainerId,
        /// The command.
        hook: Hook,
    },
    /// Start.
    StartContainer {
        /// Which.
        container: ContainerId,
    },
    /// Stop: signal, grace period, kill.
    StopContainer {
        /// Which.
        container: ContainerId,
        /// Grace period; `None` is the one the container was made with.
        grace_ms: Option<u64>,
    },
    /// Stop and start.
    RestartContainer {
        /// Which.
        container: ContainerId,
        /// Grace period; `None` is the one the container was made with.
        grace_ms: Option<u64>,
    },
    /// Unfreeze.
    UnpauseContainer {
        /// Which.
        container: ContainerId,
    },
    /// Give another name.
    RenameContainer {
        /// Which.
        container: ContainerId,
        /// The new name.
        to: String,
    },
    /// Remove a container that does not run. Returns when it is gone.
    RemoveContainer {
        /// Which.
        container: ContainerId,
        /// Its anonymous volumes too.
        anonymous_volumes: bool,
    },
}

/// An image to be made, and where its files are.
#[derive(Debug, Clone, PartialEq)]
pub struct NewImage {
    /// Name.
    pub image: ImageRef,
    /// Definition.
    pub spec: Arc<BuildSpec>,
    /// All labels.
    pub labels: BTreeMap<String, String>,
    /// The stack whose files are sent.
    pub stack_id: StackId,
    /// The version whose files are sent.
    pub version: VersionNumber,
}

/// A container to be made, every reference resolved.
#[derive(Debug, Clone, PartialEq)]
pub struct NewContainer {
    /// Name.
    pub name: String,
    /// What to make it from.
    pub image: ImageRef,
    /// Definition.
    pub spec: ContainerSpec,
    /// All labels.
    pub labels: BTreeMap<String, String>,
    /// Networks of the create call, first one first: the network's id beside the attachment.
    pub attachments: Vec<(NetworkId, Attachment)>,
    /// Anonymous volumes of the predecessor.
    pub inherited: Vec<InheritedVolume>,
    /// Containers behind `service:` references, by service.
    pub parents: BTreeMap<ServiceName, ContainerId>,
}

/// Receives progress of long effects.
pub trait ProgressSink: Send + Sync {
    /// Called often; must be quick.
    fn report(&self, progress: Progress);

    /// A build wrote a line, or began a step with it. Only who follows a build listens.
    fn line(&self, line: &str, begins_step: bool) {
        let _ = (line, begins_step);
    }
}

/// How far a long effect is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Progress {
    /// What is going on, in the engine's words: `Downloading`, `Extracting`.
    pub status: String,
    /// The part, e.g. a layer's id; empty for the whole.
    pub part: String,
    /// Done so far, in bytes.
    pub current: Option<u64>,
    /// Of so many.
    pub total: Option<u64>,
}

/// What a successful effect left.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EffectOutcome {
    /// Done, or already so.
    Done,
    /// A container was made.
    Container {
        /// Its id.
        id: ContainerId,
        /// What the engine warned about.
        warnings: Vec<String>,
    },
    /// A network was made.
    Network {
        /// Its id.
        id: NetworkId,
    },
    /// An image is there.
    Image {
        /// Its id.
        id: ImageId,
    },
}

/// A line of output.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LogLine {
    /// When it was written.
    pub at: Option<Timestamp>,
    /// Whether it went to standard error.
    pub stderr: bool,
    /// The text, without the line end.
    pub text: String,
}

/// Why the engine did not do it, by what the caller can do about it.
#[derive(Debug, thiserror::Error)]
pub enum EngineError {
    /// Cannot be reached, or is shutting down: try again later.
    #[error("the container engine cannot be reached: {reason}")]
    Unavailable {
        /// In short.
        reason: String,
    },
    /// No answer within the deadline. It may happen yet: look before doing anything else.
    #[error("the container engine did not answer within {} s", .after.as_secs())]
    Timeout {
        /// The deadline.
        after: Duration,
    },
    /// The object is gone: look again.
    #[error("{message}")]
    NotFound {
        /// The engine's words.
        message: String,
    },
    /// The state is not what the caller thought, or something is going on with the object: look again.
    #[error("{message}")]
    Conflict {
        /// The engine's words.
        message: String,
    },
    /// The name belongs to another object.
    #[error("{message}")]
    NameTaken {
        /// The engine's words.
        message: String,
        /// The holder, when the engine says it.
        holder: Option<ContainerId>,
    },
    /// A host port is in use.
    #[error("{message}")]
    PortTaken {
        /// The engine's words.
        message: String,
    },
    /// The image does not exist, or may not be fetched.
    #[error("{message}")]
    ImageUnavailable {
        /// The engine's words.
        message: String,
    },
    /// The registry did not accept the credentials, or asked for some.
    #[error("{message}")]
    RegistryDenied {
        /// The registry.
        registry: RegistryHost,
        /// Whether it was shown credentials.
        with_credentials: bool,
        /// The engine's words.
        message: String,
    },
    /// A step of a build did not work.
    #[error("{message}")]
    BuildFailed {
        /// The engine's words.
        message: String,
        /// The last lines of the build, oldest first.
        lines: Vec<String>,
    },
    /// The container's process could not be started; stays so until the definition or the host changes.
    #[error("{message}")]
    StartRefused {
        /// The engine's words.
        message: String,
    },
    /// The command in the container ended with an error.
    #[error("it ended with exit code {code}")]
    CommandFailed {
        /// The code it ended with.
        code: i64,
        /// The last lines it wrote.
        lines: Vec<String>,
    },
    /// The engine will not accept this request, now or later.
    #[error("{message}")]
    Refused {
        /// HTTP status.
        status: u16,
        /// The engine's words.
        message: String,
    },
}
