//! Whose statistics are kept.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::ids::{ContainerId, Slot, StackId};
use crate::names::ServiceName;
use crate::observation::{Observation, ObservedContainer};
use crate::time::Timestamp;

/// Most containers that are followed at the same time.
pub const MAX_FOLLOWED: usize = 1_000;

/// Where a container stands in a stack. It stays when the container is replaced, so its history goes on.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Place {
    /// The stack.
    pub stack: StackId,
    /// The service.
    pub service: ServiceName,
    /// The number of the replica.
    pub slot: Slot,
}

/// A running container.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Subject {
    /// Engine id.
    pub container: ContainerId,
    /// Name without the leading slash.
    pub name: String,
    /// Where it stands; `None` for a container that belongs to no stack.
    pub place: Option<Place>,
    /// When its run started, if that is known.
    pub started_at: Option<Timestamp>,
}

impl Subject {
    fn of(container: &ObservedContainer) -> Self {
        let place = container.stack_id().zip(container.service()).zip(container.slot());
        Self {
            container: container.id.clone(),
            name: container.name.clone(),
            place: place.map(|((stack, service), slot)| Place { stack, service, slot }),
            started_at: container.started_at,
        }
    }
}

/// The running containers of a host.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Running {
    /// Those to follow: first those of stacks, then the others, each by name.
    pub subjects: Vec<Subject>,
    /// How many there are beyond [`MAX_FOLLOWED`].
    pub left_out: usize,
}

impl Running {
    /// The running containers of an observation of the whole host.
    pub fn of(observed: &Observation) -> Self {
        let ours = observed.containers.iter().filter(|container| container.state.is_up()).map(Subject::of);
        let mut subjects: Vec<Subject> = ours.collect();
        subjects.sort_by(|a, b| (a.place.is_none(), &a.name).cmp(&(b.place.is_none(), &b.name)));
        let known: BTreeSet<&ContainerId> =
            observed.containers.iter().map(|container| &container.id).collect();
        let foreign =
            observed.host.occupants.iter().filter(|occupant| occupant.up && !known.contains(&occupant.id));
        subjects.extend(foreign.map(|occupant| Subject {
            container: occupant.id.clone(),
            name: occupant.name.clone(),
            place: None,
            started_at: None,
        }));
        let left_out = subjects.len().saturating_sub(MAX_FOLLOWED);
        subjects.truncate(MAX_FOLLOWED);
        Self { subjects, left_out }
    }
}
