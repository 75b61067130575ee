//! The closed vocabulary of plans.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::target::{NetworkTarget, Target};
use crate::desired::{
    Attachment, BuildSpec, ContainerSpec, Hook, HookStage, InjectedFile, NetworkSpec, SpecHash, VolumeSpec,
};
use crate::ids::{ContainerId, NetworkId, Slot, StepId};
use crate::image::ImageRef;
use crate::labels::PlannedLabels;
use crate::names::ServiceName;

/// What a step does. Objects that exist are named by id: names are ambiguous and can change hands. Definitions are boxed:
/// a plan can have many thousands of steps, and few of them carry one.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "op", rename_all = "snake_case")]
pub enum Action {
    /// Fetch an image from its registry.
    PullImage {
        /// What to fetch.
        image: ImageRef,
        /// `os/arch[/variant]`; `None` is the engine's own.
        platform: Option<String>,
    },
    /// Make an image from the files of the version.
    BuildImage(Box<BuildImage>),
    /// Make a network.
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
    /// Make a volume.
    CreateVolume {
        /// Its definition.
        volume: Box<VolumeSpec>,
        /// All its labels.
        labels: PlannedLabels,
    },
    /// Remove a volume, and the data in it.
    RemoveVolume {
        /// Its name.
        name: String,
    },
    /// Make a container, stopped.
    CreateContainer(Box<CreateContainer>),
    /// Attach a container to a network.
    ConnectNetwork {
        /// The container.
        container: Target,
        /// The network; by name when an earlier step makes it.
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
    /// Put files into a container, over what is there.
    CopyFiles {
        /// Which.
        container: Target,
        /// The files.
        files: Vec<InjectedFile>,
    },
    /// Run a command in a container, beside its process.
    RunHook {
        /// Which.
        container: Target,
        /// When it runs.
        stage: HookStage,
        /// Its place among the hooks of this stage, from 0.
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
        /// Grace period; `None` is the one it was made with.
        grace_ms: Option<u64>,
    },
    /// Stop and start a container.
    RestartContainer {
        /// Which.
        container: Target,
        /// Grace period; `None` is the one it was made with.
        grace_ms: Option<u64>,
    },
    /// Let a frozen container go on.
    UnpauseContainer {
        /// Which.
        container: Target,
    },
    /// Give a container another name.
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
        /// Its anonymous volumes too, with the data in them.
        anonymous_volumes: bool,
    },
    /// Nothing by itself: all images are there and all new containers are made. Whatever interrupts something that
    /// runs comes after it, so a refused image or definition leaves everything as it was.
    Prepared,
    /// Wait until the health check passes.
    AwaitHealthy {
        /// Which.
        container: Target,
        /// `false`: when it fails, go on all the same (`required: false`).
        required: bool,
    },
    /// Wait until it ended with exit code 0.
    AwaitCompleted {
        /// Which.
        container: Target,
        /// `false`: when it fails, go on all the same (`required: false`).
        required: bool,
    },
    /// Wait until it has stayed up for the configured time.
    AwaitStable {
        /// Which.
        container: Target,
    },
}

/// An image to be made.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct BuildImage {
    /// Its name.
    pub image: ImageRef,
    /// Its definition.
    pub spec: Arc<BuildSpec>,
    /// All its labels, a person's and ours.
    pub labels: BTreeMap<String, String>,
}

/// A container to be made.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CreateContainer {
    /// Its name; an intermediate one while a predecessor still holds the final name.
    pub name: String,
    /// Its service.
    pub service: ServiceName,
    /// Its replica number.
    pub slot: Slot,
    /// What to make it from: the definition's image, or the pinned one of a release.
    pub image: ImageRef,
    /// Its definition.
    pub spec: Arc<ContainerSpec>,
    /// Hash of the definition.
    pub hash: SpecHash,
    /// All its labels, a person's and ours.
    pub labels: PlannedLabels,
    /// Networks that go into the create call, first one first; the others are attached by steps of their own.
    pub attachments: Vec<PlannedAttachment>,
    /// Anonymous volumes it takes over from its predecessor.
    pub inherited: Vec<InheritedVolume>,
    /// Containers whose namespaces it shares, by service.
    pub parents: BTreeMap<ServiceName, Target>,
}

/// A network a container is made with.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PlannedAttachment {
    /// The network; by step when an earlier step makes it.
    pub network: NetworkTarget,
    /// How.
    pub attachment: Attachment,
}

/// An anonymous volume that stays with the slot although the container is replaced.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct InheritedVolume {
    /// The engine's name of it.
    pub name: String,
    /// Where it is mounted.
    pub target: String,
}

impl Action {
    /// Whether it only waits and writes nothing.
    pub fn is_wait(&self) -> bool {
        matches!(
            self,
            Self::Prepared
                | Self::AwaitHealthy { .. }
                | Self::AwaitCompleted { .. }
                | Self::AwaitStable { .. }
        )
    }

    /// The word in journal, JSON and log.
    pub fn op(&self) -> &'static str {
        match self {
            Self::PullImage { .. } => "pull_image",
            Self::BuildImage(_) => "build_image",
            Self::CreateNetwork { .. } => "create_network",
            Self::RemoveNetwork { .. } => "remove_network",
            Self::CreateVolume { .. } => "create_volume",
            Self::RemoveVolume { .. } => "remove_volume",
            Self::CreateContainer(_) => "create_container",
            Self::ConnectNetwork { .. } => "connect_network",
            Self::DisconnectNetwork { .. } => "disconnect_network",
            Self::CopyFiles { .. } => "copy_files",
            Self::RunHook { stage, .. } => stage.as_str(),
            Self::StartContainer { .. } => "start_container",
            Self::StopContainer { .. } => "stop_container",
            Self::RestartContainer { .. } => "restart_container",
            Self::UnpauseContainer { .. } => "unpause_container",
            Self::RenameContainer { .. } => "rename_container",
            Self::RemoveContainer { .. } => "remove_container",
            Self::Prepared => "prepared",
            Self::AwaitHealthy { .. } => "await_healthy",
            Self::AwaitCompleted { .. } => "await_completed",
            Self::AwaitStable { .. } => "await_stable",
        }
    }

    /// What it is about, by name.
    pub fn subject(&self) -> &str {
        match self {
            Self::PullImage { image, .. } => image.as_str(),
            Self::BuildImage(build) => build.image.as_str(),
            Self::CreateNetwork { network, .. } => &network.name,
            Self::RemoveNetwork { name, .. } | Self::RemoveVolume { name } => name,
            Self::CreateVolume { volume, .. } => &volume.name,
            Self::Prepared => "",
            Self::CreateContainer(create) => &create.name,
            Self::ConnectNetwork { container, .. }
            | Self::DisconnectNetwork { container, .. }
            | Self::CopyFiles { container, .. }
            | Self::RunHook { container, .. }
            | Self::StartContainer { container }
            | Self::StopContainer { container, .. }
            | Self::RestartContainer { container, .. }
            | Self::UnpauseContainer { container }
            | Self::RenameContainer { container, .. }
            | Self::RemoveContainer { container, .. }
            | Self::AwaitHealthy { container, .. }
            | Self::AwaitCompleted { container, .. }
            | Self::AwaitStable { container } => container.name(),
        }
    }

    /// The existing container it is about, or the step that makes it.
    pub fn container(&self) -> Option<&Target> {
        match self {
            Self::ConnectNetwork { container, .. }
            | Self::DisconnectNetwork { container, .. }
            | Self::CopyFiles { container, .. }
            | Self::RunHook { container, .. }
            | Self::StartContainer { container }
            | Self::StopContainer { container, .. }
            | Self::RestartContainer { container, .. }
            | Self::UnpauseContainer { container }
            | Self::RenameContainer { container, .. }
            | Self::RemoveContainer { container, .. }
            | Self::AwaitHealthy { container, .. }
            | Self::AwaitCompleted { container, .. }
            | Self::AwaitStable { container } => Some(container),
            _ => None,
        }
    }
}

/// The id of a container, when it exists already.
impl Target {
    /// `None` while a step of the same plan still has to make it.
    pub fn existing(&self) -> Option<&ContainerId> {
        match self {
            Self::Existing { id, .. } => Some(id),
            Self::New { .. } => None,
        }
    }

    /// The step that makes it.
    pub fn made_by(&self) -> Option<StepId> {
        match self {
            Self::Existing { .. } => None,
            Self::New { step, .. } => Some(*step),
        }
    }
}
