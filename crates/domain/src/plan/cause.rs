//! Why a plan contains a step.

use std::fmt;

use core_monitor_message::Message;
use serde::{Deserialize, Serialize};

use super::said;
use crate::artifact::SlotName;
use crate::inventory::human_size;
use crate::names::ServiceName;

/// The reason for a step, in a form that can be shown, counted and tested.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Cause {
    /// It does not exist yet.
    Missing,
    /// Its definition changed.
    DefinitionChanged {
        /// The attributes that differ; empty if the earlier definition is not known.
        attributes: Vec<String>,
    },
    /// A file of the version that it mounts by itself has another content, or was changed by somebody else.
    FilesChanged {
        /// Their paths in the stack's folder; empty if the earlier definition is not known.
        files: Vec<String>,
    },
    /// Named secrets that it was created with have new versions.
    SecretsRenewed {
        /// Their names. Never empty.
        secrets: Vec<String>,
    },
    /// The reference points to another image now.
    ImageChanged,
    /// The image was built from another definition or from other files.
    BuildChanged,
    /// The definition pulls the image at every apply.
    PullPolicy,
    /// A container whose namespaces it shares was replaced.
    ParentReplaced {
        /// The other service.
        service: ServiceName,
    },
    /// The definition refers to a container by name, and another container has the name now.
    ContainerReplaced {
        /// The reference.
        container: String,
    },
    /// A container whose namespaces it shares was started again.
    ParentRestarted {
        /// That container.
        container: String,
    },
    /// A network it is attached to has to be recreated.
    NetworkReplaced {
        /// The network's name.
        network: String,
    },
    /// It is not attached to a required network, or only to a former network of that name.
    NetworkMissing {
        /// The network's name.
        network: String,
    },
    /// Its aliases on that network are wrong.
    AliasesChanged {
        /// The network's name.
        network: String,
    },
    /// It is attached to a network that its definition does not have.
    NetworkUnwanted {
        /// The network's name.
        network: String,
    },
    /// It has the wrong name: a replacement was interrupted.
    WrongName,
    /// It is not running although it should be.
    NotRunning,
    /// The command ends early, and it has interrupted what ran before.
    Restored,
    /// This command started the step and was interrupted.
    Interrupted,
    /// It is paused.
    Paused,
    /// A newer container takes its slot.
    Superseded,
    /// Several networks have the same name.
    Duplicate,
    /// The engine could not finish removing it.
    Dead,
    /// Its service is no longer in the definition.
    NotInDefinition,
    /// The number of replicas was reduced.
    ScaledDown,
    /// A dependency with `restart: true` was replaced.
    DependencyReplaced {
        /// The dependency.
        service: ServiceName,
    },
    /// A service that it has to follow is restarted.
    DependencyRestarted {
        /// That service.
        service: ServiceName,
    },
    /// Another service waits for it.
    DependencyCondition {
        /// The service that waits.
        service: ServiceName,
    },
    /// Running containers are touched only after everything new is prepared.
    Safety,
    /// It has a name or host port that another container needs.
    InTheWay,
    /// It has to be ready before the command is done.
    Readiness,
    /// A person requested it.
    Requested,
    /// Nothing uses it.
    Unused {
        /// What removing it frees, in bytes, if the engine has added it up.
        size: Option<u64>,
    },
    /// It is an image that nothing uses and that no tag points to.
    Untagged {
        /// As above.
        size: Option<u64>,
    },
    /// A person requested that it is replaced although it is right.
    Forced,
    /// The artifact of a slot is not in it.
    ArtifactMissing {
        /// The slot.
        slot: SlotName,
    },
    /// It has another artifact in the slot than the version.
    ArtifactChanged {
        /// The slot.
        slot: SlotName,
    },
    /// The artifact is in it and was not activated.
    ArtifactInactive {
        /// The slot.
        slot: SlotName,
    },
    /// The version has no artifact for the slot, or one that lacks files of the former: only a new container has none of
    /// them.
    ArtifactRemoved {
        /// The slot.
        slot: SlotName,
    },
    /// The artifact is active and was not seen to work.
    ArtifactUnverified {
        /// The slot.
        slot: SlotName,
    },
}

impl Cause {
    /// What the step frees, in bytes, if that is known.
    pub fn size(&self) -> Option<u64> {
        match self {
            Self::Unused { size } | Self::Untagged { size } => *size,
            _ => None,
        }
    }

    /// The reason as a phrase.
    pub fn message(&self) -> Message {
        match self {
            Self::Missing => said::cause_missing(),
            Self::DefinitionChanged { attributes } if attributes.is_empty() => {
                said::cause_definition_changed()
            }
            Self::DefinitionChanged { attributes } => said::cause_attributes_changed(attributes.join(", ")),
            Self::FilesChanged { files } => match files.as_slice() {
                [] => said::cause_a_file_changed(),
                [file] => said::cause_file_changed(file),
                files => said::cause_files_changed(files.join(", ")),
            },
            Self::SecretsRenewed { secrets } => match secrets.as_slice() {
                [secret] => said::cause_secret_renewed(secret),
                secrets => said::cause_secrets_renewed(secrets.join(", ")),
            },
            Self::ImageChanged => said::cause_image_changed(),
            Self::BuildChanged => said::cause_build_changed(),
            Self::PullPolicy => said::cause_pull_policy(),
            Self::ParentReplaced { service } => said::cause_parent_replaced(service),
            Self::ContainerReplaced { container } => said::cause_container_replaced(container),
            Self::ParentRestarted { container } => said::cause_parent_restarted(container),
            Self::NetworkReplaced { network } => said::cause_network_replaced(network),
            Self::NetworkMissing { network } => said::cause_network_missing(network),
            Self::AliasesChanged { network } => said::cause_aliases_changed(network),
            Self::NetworkUnwanted { network } => said::cause_network_unwanted(network),
            Self::WrongName => said::cause_wrong_name(),
            Self::NotRunning => said::cause_not_running(),
            Self::Restored => said::cause_restored(),
            Self::Interrupted => said::cause_interrupted(),
            Self::Paused => said::cause_paused(),
            Self::Superseded => said::cause_superseded(),
            Self::Duplicate => said::cause_duplicate_name(),
            Self::Dead => said::cause_dead(),
            Self::NotInDefinition => said::cause_not_in_definition(),
            Self::ScaledDown => said::cause_scaled_down(),
            Self::DependencyReplaced { service } => said::cause_dependency_replaced(service),
            Self::DependencyRestarted { service } => said::cause_dependency_restarted(service),
            Self::DependencyCondition { service } => said::cause_awaited(service),
            Self::Safety => said::cause_before_interruption(),
            Self::InTheWay => said::cause_in_the_way(),
            Self::Readiness => said::cause_readiness(),
            Self::Requested => said::cause_requested(),
            Self::Unused { size: None } => said::cause_unused(),
            Self::Unused { size: Some(size) } => said::cause_unused_of_size(human_size(*size)),
            Self::Untagged { size: None } => said::cause_untagged(),
            Self::Untagged { size: Some(size) } => said::cause_untagged_of_size(human_size(*size)),
            Self::Forced => said::cause_forced(),
            Self::ArtifactMissing { slot } => said::cause_artifact_missing(slot),
            Self::ArtifactChanged { slot } => said::cause_artifact_changed(slot),
            Self::ArtifactInactive { slot } => said::cause_artifact_inactive(slot),
            Self::ArtifactRemoved { slot } => said::cause_artifact_removed(slot),
            Self::ArtifactUnverified { slot } => said::cause_artifact_unverified(slot),
        }
    }
}

impl fmt::Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.message().fmt(f)
    }
}
