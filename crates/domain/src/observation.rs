//! What the engine was last seen to have.

use serde::{Deserialize, Serialize};

use crate::ids::{ContainerId, StackId};

mod container;
mod host;

pub use container::{ContainerState, Health, ObservedContainer, ObservedEndpoint, ObservedMount};
pub use host::{
    ApiVersion, EngineFacts, HostObservation, ObservedImage, ObservedNetwork, ObservedVolume, Occupant,
    PublishedPort,
};

/// One look at the engine: the host as a whole, and the containers this installation made.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Observation {
    /// What all stacks share.
    pub host: HostObservation,
    /// Our containers; of one stack or of all, as asked.
    pub containers: Vec<ObservedContainer>,
}

impl Observation {
    /// The same look with the containers of one stack only.
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
