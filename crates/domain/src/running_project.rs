//! A compose project that runs on the host without being a stack: created by docker compose, or by anything that sets
//! the same labels.

use core_monitor_message::Message;
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
    /// The number of running ones.
    pub running: u32,
    /// Ids of its containers.
    pub ids: Vec<ContainerId>,
    /// The stack that created them, of any installation; `None` for a foreign project.
    pub made_by: Option<StackId>,
    /// Some of its containers are Core Monitor's own.
    pub component: bool,
}

/// A project in full, reconstructed from its containers, networks and volumes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RunningProject {
    /// Its summary.
    pub summary: ProjectSummary,
    /// The definition that would create the same containers.
    pub desired: DesiredStack,
    /// Its containers and their places.
    pub containers: Vec<FoundContainer>,
    /// Its own networks, without those it only uses.
    pub networks: Vec<FoundNetwork>,
    /// What a definition cannot express, and what a person should know. One sentence each, without values of variables.
    pub notes: Vec<Message>,
    /// The host at that time, with the project's containers in full.
    pub observation: Observation,
}

/// A container of a project.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FoundContainer {
    /// Engine id.
    pub id: ContainerId,
    /// Its service.
    pub service: ServiceName,
    /// Its replica number within the service.
    pub slot: Slot,
    /// Whether it matches `desired`; `false` if it differs from the service's other containers.
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
