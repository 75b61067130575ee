//! What all containers use now.

use serde::{Deserialize, Serialize};

use super::{Counters, HostFigures, Place, Sample};
use crate::ids::ContainerId;
use crate::time::Timestamp;

/// What is known about the host and its running containers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StatisticsSnapshot {
    /// When it was put together.
    pub taken_at: Timestamp,
    /// The host; `None` until it was read for the first time.
    pub host: Option<HostFigures>,
    /// The running containers: first those of stacks, by place, then the others, by name.
    pub containers: Vec<ContainerFigures>,
    /// Running containers beyond the most that are followed.
    pub left_out: usize,
}

/// A running container.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ContainerFigures {
    /// Engine id.
    pub container: ContainerId,
    /// Name without the leading slash.
    pub name: String,
    /// Where it stands; `None` for a container that belongs to no stack.
    pub place: Option<Place>,
    /// The last sample; `None` until there is one.
    pub sample: Option<Sample>,
    /// What it transfers in each second, in bytes, between the last two samples.
    pub per_second: Option<Rates>,
}

/// Bytes in each second.
pub type Rates = Counters;
