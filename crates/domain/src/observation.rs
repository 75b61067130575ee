//! The observed state of the engine.

use serde::{Deserialize, Serialize};

use crate::ids::{ContainerId, StackId};

mod container;
mod host;
mod host_port;
mod run_ending;

pub use container::{
    ContainerState, Health, ObservedContainer, ObservedEndpoint, ObservedMount, VolumeOrigin,
};
pub use host::{
    ApiVersion, EditedFile, EngineFacts, FileEdit, HostObservation, ObjectKind, ObservedImage,
    ObservedNetwork, ObservedVolume, Occupant, PublishedPort, SpoofedObject,
};
pub(crate) use host_port::everywhere;
pub use host_port::overlapping_addresses;
pub use run_ending::RunEnding;

/// One observation of the engine: the host as a whole, and the containers of this installation.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Observation {
    /// What all stacks share.
    pub host: HostObservation,
    /// Our containers, of one stack or of all, as requested.
    pub containers: Vec<ObservedContainer>,
}

impl Observation {
    /// The same observation with the containers of only one stack.
    #[must_use]
    pub fn narrowed(&self, stack_id: StackId) -> Self {
        let of_stack = |c: &&ObservedContainer| c.stack_id() == Some(stack_id);
        Self {
            host: self.host.clone(),
            containers: self.containers.iter().filter(of_stack).cloned().collect(),
        }
    }

    /// The container with this id.
    pub fn container(&self, id: &ContainerId) -> Option<&ObservedContainer> {
        self.containers.iter().find(|container| container.id == *id)
    }
}
