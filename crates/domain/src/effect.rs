//! Writes to the engine with all names resolved, and their results.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::artifact::SlotContent;
use crate::creation::CreationMark;
use crate::desired::{Attachment, BuildSpec, ContainerSpec, Hook, InjectedFile, NetworkSpec, VolumeSpec};
use crate::ids::{ContainerId, ImageId, NetworkId, StackId, VersionNumber};
use crate::image::ImageRef;
use crate::labels;
use crate::names::ServiceName;
use crate::plan::InheritedVolume;
use crate::time::Timestamp;

mod secrets;

pub(crate) use secrets::secrets_in;

/// A write with all names resolved.
#[derive(Debug, Clone, PartialEq)]
pub enum Effect {
    /// Pull an image. Succeeds only if the host has it afterwards.
    PullImage {
        /// The image to pull.
        image: ImageRef,
        /// `os/arch[/variant]`.
        platform: Option<String>,
    },
    /// Build an image. Succeeds only if the host has it under its name afterwards. Cancelling the wait aborts the
    /// build, and the name is not moved.
    BuildImage(Box<NewImage>),
    /// Create a network; fails if one of that name exists.
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
    /// Create a volume. An existing one is left unchanged: the caller compares it.
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
    /// Remove an image: each of its names, then what is left of it. Not by force: [`EngineError::Conflict`] if a container uses
    /// it. Names that point to another image by now stay.
    ///
    /// [`EngineError::Conflict`]: crate::ports::EngineError::Conflict
    RemoveImage {
        /// Which.
        id: ImageId,
        /// Its tags and digests.
        names: Vec<String>,
        /// Also the layers that it is made of and nothing else needs.
        layers: bool,
    },
    /// Remove what no build uses from the cache of builds.
    PruneBuildCache {
        /// Only what was not used for so many seconds.
        unused_for_s: Option<u64>,
    },
    /// Create a container without starting it.
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
    /// Detach from a network, by id or, if the network no longer exists, by name.
    DisconnectNetwork {
        /// The container.
        container: ContainerId,
        /// The network's id or name.
        network: String,
    },
    /// Copy files into a container, overwriting existing ones; missing folders are created.
    CopyFiles {
        /// Which.
        container: ContainerId,
        /// The files.
        files: Vec<InjectedFile>,
    },
    /// Put an artifact into a container, over what is there; missing folders are created. The bytes come from the store of
    /// artifacts.
    PutArtifact {
        /// Which.
        container: ContainerId,
        /// What, and where.
        content: SlotContent,
        /// Bytes of the artifact.
        size: u64,
        /// The modification time of the files.
        modified: Timestamp,
    },
    /// Send a signal to the main process of a running container.
    SignalContainer {
        /// Which.
        container: ContainerId,
        /// The name without `SIG`, or a number.
        signal: String,
    },
    /// Run a command in a running container and wait until it exits.
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
        /// Grace period; `None` means the one the container was created with.
        grace_ms: Option<u64>,
    },
    /// Restart.
    RestartContainer {
        /// Which.
        container: ContainerId,
        /// Grace period; `None` means the one the container was created with.
        grace_ms: Option<u64>,
    },
    /// Pause a running container.
    PauseContainer {
        /// Which.
        container: ContainerId,
    },
    /// Unpause.
    UnpauseContainer {
        /// Which.
        container: ContainerId,
    },
    /// Rename a container.
    RenameContainer {
        /// Which.
        container: ContainerId,
        /// The new name.
        to: String,
    },
    /// Remove a container that is not running. Returns when it is gone.
    RemoveContainer {
        /// Which.
        container: ContainerId,
        /// Also remove its anonymous volumes.
        anonymous_volumes: bool,
    },
}

impl Effect {
    /// The existing container that it is about.
    pub fn container(&self) -> Option<&ContainerId> {
        match self {
            Self::ConnectNetwork { container, .. }
            | Self::DisconnectNetwork { container, .. }
            | Self::CopyFiles { container, .. }
            | Self::PutArtifact { container, .. }
            | Self::SignalContainer { container, .. }
            | Self::RunHook { container, .. }
            | Self::StartContainer { container }
            | Self::StopContainer { container, .. }
            | Self::RestartContainer { container, .. }
            | Self::PauseContainer { container }
            | Self::UnpauseContainer { container }
            | Self::RenameContainer { container, .. }
            | Self::RemoveContainer { container, .. } => Some(container),
            Self::PullImage { .. }
            | Self::BuildImage(_)
            | Self::CreateNetwork { .. }
            | Self::RemoveNetwork { .. }
            | Self::CreateVolume { .. }
            | Self::RemoveVolume { .. }
            | Self::RemoveImage { .. }
            | Self::PruneBuildCache { .. }
            | Self::CreateContainer(_) => None,
        }
    }

    /// Writes the mark of its creation on what it creates, so that the object is found if the answer is lost.
    #[must_use]
    pub fn marked(mut self, mark: &CreationMark) -> Self {
        let labels = match &mut self {
            Self::CreateContainer(new) => &mut new.labels,
            Self::CreateNetwork { labels, .. } | Self::CreateVolume { labels, .. } => labels,
            _ => return self,
        };
        labels.insert(labels::CREATION.to_owned(), mark.text());
        self
    }
}

/// An image to build, and the source of its files.
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

/// A container to create, with all references resolved.
#[derive(Debug, Clone, PartialEq)]
pub struct NewContainer {
    /// Name.
    pub name: String,
    /// The image.
    pub image: ImageRef,
    /// Definition.
    pub spec: ContainerSpec,
    /// All labels.
    pub labels: BTreeMap<String, String>,
    /// Networks of the create call, in order: the network's id and the attachment.
    pub attachments: Vec<(NetworkId, Attachment)>,
    /// Anonymous volumes of the predecessor.
    pub inherited: Vec<InheritedVolume>,
    /// Containers behind `service:` references, by service.
    pub parents: BTreeMap<ServiceName, ContainerId>,
}

/// The result of a successful effect.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EffectOutcome {
    /// Done, or nothing had to be done.
    Done,
    /// A container was created.
    Container {
        /// Its id.
        id: ContainerId,
        /// Warnings of the engine.
        warnings: Vec<String>,
    },
    /// A network was created.
    Network {
        /// Its id.
        id: NetworkId,
    },
    /// An image is available.
    Image {
        /// Its id.
        id: ImageId,
    },
}
