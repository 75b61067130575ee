//! The closed vocabulary of plan steps.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::Serialize;

use super::operation::Operation;
use super::target::{NetworkTarget, Target};
use crate::artifact::{Activation, SlotContent, SlotName, Verification};
use crate::desired::{
    Attachment, BuildSpec, ContainerSpec, Hook, HookStage, InjectedFile, NetworkSpec, SpecHash, VolumeSpec,
};
use crate::ids::{ImageId, NetworkId, Slot};
use crate::image::ImageRef;
use crate::labels::PlannedLabels;
use crate::names::ServiceName;
use crate::time::Timestamp;

/// What a step does. Existing objects are identified by id: names are ambiguous and can be reassigned. Definitions are
/// boxed: a plan can have many thousands of steps, and few of them contain one.
///
/// An action deliberately has no serialized form: it contains values of variables, contents of files and build secrets.
/// The part that may be stored is [`RecordedStep`](super::RecordedStep).
#[derive(Debug, Clone, PartialEq)]
pub enum StepAction {
    /// Pull an image from its registry.
    PullImage {
        /// The image to pull.
        image: ImageRef,
        /// `os/arch[/variant]`; `None` means the engine's own.
        platform: Option<String>,
    },
    /// Build an image from the files of the version.
    BuildImage(Box<BuildImage>),
    /// Create a network.
    CreateNetwork {
        /// Its definition.
        network: Box<NetworkSpec>,
        /// All its labels.
        labels: PlannedLabels,
    },
    /// Remove a network.
    RemoveNetwork {
        /// Which.
        id: NetworkId,
        /// Its name.
        name: String,
    },
    /// Create a volume.
    CreateVolume {
        /// Its definition.
        volume: Box<VolumeSpec>,
        /// All its labels.
        labels: PlannedLabels,
    },
    /// Remove a volume and its data.
    RemoveVolume {
        /// Its name.
        name: String,
        /// When it was created, if another one of this name is to stay.
        created_at: Option<Timestamp>,
    },
    /// Create a container without starting it.
    CreateContainer(Box<CreateContainer>),
    /// Attach a container to a network.
    ConnectNetwork {
        /// The container.
        container: Target,
        /// The network; by name if an earlier step creates it.
        network: NetworkTarget,
        /// How.
        attachment: Box<Attachment>,
    },
    /// Detach a container from a network.
    DisconnectNetwork {
        /// The container.
        container: Target,
        /// The network's id, or its name when the engine has forgotten the id.
        network: String,
        /// The network's name.
        name: String,
    },
    /// Copy files into a container, overwriting existing ones.
    CopyFiles {
        /// Which.
        container: Target,
        /// The files.
        files: Vec<InjectedFile>,
    },
    /// Put an artifact into a container, over what is there.
    PutArtifact(Box<PutArtifact>),
    /// Make a running container take notice of an artifact: by a signal or by a program. A restart is a step of its own.
    ActivateArtifact {
        /// Which.
        container: Target,
        /// The slot.
        slot: SlotName,
        /// How.
        activation: Box<Activation>,
    },
    /// Run a command in a container, next to its main process.
    RunHook {
        /// Which.
        container: Target,
        /// When it runs.
        stage: HookStage,
        /// Its index among the hooks of this stage, from 0.
        index: u32,
        /// The command.
        hook: Box<Hook>,
    },
    /// Start a container.
    StartContainer {
        /// Which.
        container: Target,
    },
    /// Stop a container: signal, grace period, kill.
    StopContainer {
        /// Which.
        container: Target,
        /// Grace period; `None` means the one it was created with.
        grace_ms: Option<u64>,
    },
    /// Restart a container.
    RestartContainer {
        /// Which.
        container: Target,
        /// Grace period; `None` means the one it was created with.
        grace_ms: Option<u64>,
    },
    /// Pause a running container: it keeps its memory and uses no CPU.
    PauseContainer {
        /// Which.
        container: Target,
    },
    /// Unpause a container.
    UnpauseContainer {
        /// Which.
        container: Target,
    },
    /// Rename a container.
    RenameContainer {
        /// Which.
        container: Target,
        /// The new name.
        to: String,
    },
    /// Remove a stopped container.
    RemoveContainer {
        /// Which.
        container: Target,
        /// Also remove its anonymous volumes with their data.
        anonymous_volumes: bool,
    },
    /// Remove an image with its names. Without force: the engine refuses if a container uses it.
    RemoveImage {
        /// Which.
        id: ImageId,
        /// What people know it by.
        name: String,
        /// All its tags and digests.
        names: Vec<String>,
        /// Also the layers that it is made of and nothing else needs.
        layers: bool,
    },
    /// Remove what no build uses from the cache of builds.
    PruneBuildCache {
        /// Only what was not used for so many seconds.
        unused_for_s: Option<u64>,
    },
    /// A barrier without an effect: all images are available and all new containers are created. Every step that
    /// interrupts a running container comes after it, so a failed pull or a rejected definition leaves everything
    /// unchanged.
    Prepared,
    /// Wait until the health check passes.
    AwaitHealthy {
        /// Which.
        container: Target,
        /// `false`: continue if it fails (`required: false`).
        required: bool,
    },
    /// Wait until it exits with code 0.
    AwaitCompleted {
        /// Which.
        container: Target,
        /// `false`: continue if it fails (`required: false`).
        required: bool,
    },
    /// Wait until it has been up for the configured time.
    AwaitStable {
        /// Which.
        container: Target,
    },
    /// Wait until it shows that an artifact works.
    VerifyArtifact {
        /// Which.
        container: Target,
        /// The slot.
        slot: SlotName,
        /// How.
        verification: Box<Verification>,
        /// The time of the last line that the container had written before, if the artifact is in it already.
        log_from: Option<Timestamp>,
    },
}

/// An artifact to put into a container.
#[derive(Debug, Clone, PartialEq)]
pub struct PutArtifact {
    /// The container.
    pub container: Target,
    /// The slot.
    pub slot: SlotName,
    /// What is put in, and where.
    pub content: SlotContent,
    /// The name of the artifact, for people.
    pub file_name: String,
    /// Its size in bytes.
    pub size: u64,
    /// It is active as soon as it is there.
    pub active: bool,
    /// The container's log is looked at afterwards, so it has to be known where it ended before.
    pub marks_log: bool,
}

/// An image to build.
#[derive(Debug, Clone, PartialEq)]
pub struct BuildImage {
    /// Its name.
    pub image: ImageRef,
    /// Its definition.
    pub spec: Arc<BuildSpec>,
    /// All its labels: the user's and ours.
    pub labels: BTreeMap<String, String>,
}

/// A container to create.
#[derive(Debug, Clone, PartialEq)]
pub struct CreateContainer {
    /// Its name; a temporary one while a predecessor still has the final name.
    pub name: String,
    /// Its service.
    pub service: ServiceName,
    /// Its replica number.
    pub slot: Slot,
    /// The image to use: the one of the definition, or the pinned one of a release.
    pub image: ImageRef,
    /// Its definition.
    pub spec: Arc<ContainerSpec>,
    /// Hash of the definition.
    pub hash: SpecHash,
    /// All its labels: the user's and ours.
    pub labels: PlannedLabels,
    /// Networks of the create call, in order; separate steps connect the others.
    pub attachments: Vec<PlannedAttachment>,
    /// Anonymous volumes it takes over from its predecessor.
    pub inherited: Vec<InheritedVolume>,
    /// Containers whose namespaces it shares, by service.
    pub parents: BTreeMap<ServiceName, Target>,
}

/// A network that a container is created with.
#[derive(Debug, Clone, PartialEq)]
pub struct PlannedAttachment {
    /// The network; by step if an earlier step creates it.
    pub network: NetworkTarget,
    /// How.
    pub attachment: Attachment,
}

/// An anonymous volume that is kept for the slot when its container is replaced.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct InheritedVolume {
    /// Its name on the engine.
    pub name: String,
    /// Where it is mounted.
    pub target: String,
}

impl StepAction {
    /// Whether it only waits and writes nothing.
    pub fn is_wait(&self) -> bool {
        matches!(
            self,
            Self::Prepared
                | Self::AwaitHealthy { .. }
                | Self::AwaitCompleted { .. }
                | Self::AwaitStable { .. }
                | Self::VerifyArtifact { .. }
        )
    }

    /// What kind of step it is.
    pub fn op(&self) -> Operation {
        match self {
            Self::PullImage { .. } => Operation::PullImage,
            Self::BuildImage(_) => Operation::BuildImage,
            Self::CreateNetwork { .. } => Operation::CreateNetwork,
            Self::RemoveNetwork { .. } => Operation::RemoveNetwork,
            Self::CreateVolume { .. } => Operation::CreateVolume,
            Self::RemoveVolume { .. } => Operation::RemoveVolume,
            Self::CreateContainer(_) => Operation::CreateContainer,
            Self::ConnectNetwork { .. } => Operation::ConnectNetwork,
            Self::DisconnectNetwork { .. } => Operation::DisconnectNetwork,
            Self::CopyFiles { .. } => Operation::CopyFiles,
            Self::PutArtifact(_) => Operation::PutArtifact,
            Self::ActivateArtifact { .. } => Operation::ActivateArtifact,
            Self::RunHook { stage: HookStage::PostStart, .. } => Operation::PostStart,
            Self::RunHook { stage: HookStage::PreStop, .. } => Operation::PreStop,
            Self::StartContainer { .. } => Operation::StartContainer,
            Self::StopContainer { .. } => Operation::StopContainer,
            Self::RestartContainer { .. } => Operation::RestartContainer,
            Self::PauseContainer { .. } => Operation::PauseContainer,
            Self::UnpauseContainer { .. } => Operation::UnpauseContainer,
            Self::RenameContainer { .. } => Operation::RenameContainer,
            Self::RemoveContainer { .. } => Operation::RemoveContainer,
            Self::RemoveImage { .. } => Operation::RemoveImage,
            Self::PruneBuildCache { .. } => Operation::PruneBuildCache,
            Self::Prepared => Operation::Prepared,
            Self::AwaitHealthy { .. } => Operation::AwaitHealthy,
            Self::AwaitCompleted { .. } => Operation::AwaitCompleted,
            Self::AwaitStable { .. } => Operation::AwaitStable,
            Self::VerifyArtifact { .. } => Operation::VerifyArtifact,
        }
    }

    /// What it acts on, by name.
    pub fn subject(&self) -> &str {
        match self {
            Self::PullImage { image, .. } => image.as_str(),
            Self::BuildImage(build) => build.image.as_str(),
            Self::CreateNetwork { network, .. } => &network.name,
            Self::RemoveNetwork { name, .. }
            | Self::RemoveVolume { name, .. }
            | Self::RemoveImage { name, .. } => name,
            Self::CreateVolume { volume, .. } => &volume.name,
            Self::Prepared | Self::PruneBuildCache { .. } => "",
            Self::CreateContainer(create) => &create.name,
            Self::ConnectNetwork { container, .. }
            | Self::DisconnectNetwork { container, .. }
            | Self::CopyFiles { container, .. }
            | Self::RunHook { container, .. }
            | Self::StartContainer { container }
            | Self::StopContainer { container, .. }
            | Self::RestartContainer { container, .. }
            | Self::PauseContainer { container }
            | Self::UnpauseContainer { container }
            | Self::RenameContainer { container, .. }
            | Self::RemoveContainer { container, .. }
            | Self::AwaitHealthy { container, .. }
            | Self::AwaitCompleted { container, .. }
            | Self::ActivateArtifact { container, .. }
            | Self::VerifyArtifact { container, .. }
            | Self::AwaitStable { container } => container.name(),
            Self::PutArtifact(put) => put.container.name(),
        }
    }

    /// The existing container it acts on, or the step that creates it.
    pub fn container(&self) -> Option<&Target> {
        match self {
            Self::ConnectNetwork { container, .. }
            | Self::DisconnectNetwork { container, .. }
            | Self::CopyFiles { container, .. }
            | Self::RunHook { container, .. }
            | Self::StartContainer { container }
            | Self::StopContainer { container, .. }
            | Self::RestartContainer { container, .. }
            | Self::PauseContainer { container }
            | Self::UnpauseContainer { container }
            | Self::RenameContainer { container, .. }
            | Self::RemoveContainer { container, .. }
            | Self::AwaitHealthy { container, .. }
            | Self::AwaitCompleted { container, .. }
            | Self::ActivateArtifact { container, .. }
            | Self::VerifyArtifact { container, .. }
            | Self::AwaitStable { container } => Some(container),
            Self::PutArtifact(put) => Some(&put.container),
            _ => None,
        }
    }
}
