//! A compose project that runs on the host without being a stack: made by docker compose, or by anything that labels
//! containers like it.

use serde::{Deserialize, Serialize};

use crate::desired::DesiredStack;
use crate::ids::{ContainerId, NetworkId, Slot, StackId};
use crate::names::ServiceName;
use crate::observation::Observation;

/// A project in a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProjectSummary {
    /// The project's name, from the containers' labels.
    pub name: String,
    /// Names of its services, sorted.
    pub services: Vec<String>,
    /// Its containers.
    pub containers: u32,
    /// Those of them that run.
    pub running: u32,
    /// Ids of its containers.
    pub ids: Vec<ContainerId>,
    /// The stack that made them, of whatever installation; `None` for a project of somebody else.
    pub made_by: Option<StackId>,
    /// Some of its containers are Core Monitor's own.
    pub component: bool,
}

/// A project in full, read back from its containers, networks and volumes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RunningProject {
    /// In the list.
    pub summary: ProjectSummary,
    /// What a definition would have to say to get the same containers.
    pub desired: DesiredStack,
    /// Its containers and their places.
    pub containers: Vec<FoundContainer>,
    /// Its own networks, not those it only uses.
    pub networks: Vec<FoundNetwork>,
    /// What no definition could say, and what a person should know. One sentence each, without values of variables.
    pub notes: Vec<String>,
    /// The host as it was, with the project's containers in full.
    pub observation: Observation,
}

/// A container of a project.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FoundContainer {
    /// Engine id.
    pub id: ContainerId,
    /// Its service.
    pub service: ServiceName,
    /// Its place among the containers of the service.
    pub slot: Slot,
    /// It is as `desired` says; `false` when it differs from the service's other containers.
    pub as_desired: bool,
}

/// A network of a project.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FoundNetwork {
    /// Engine id.
    pub id: NetworkId,
    /// Its key in the file.
    pub key: String,
}
