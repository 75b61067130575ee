//! Effects whose result is unknown: their state is read from the engine.

use serde::{Deserialize, Serialize};

use super::entry::Intent;
use crate::ids::ContainerId;
use crate::observation::{ContainerState, Observation};
use crate::plan::Operation;

/// The current state of an effect's object on the engine.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Sighting {
    /// A network, volume, image or container of that name exists.
    #[serde(rename = "present")]
    Present,
    /// It does not exist.
    #[serde(rename = "absent")]
    Absent,
    /// The container was created and never started.
    #[serde(rename = "created")]
    Created,
    /// The container is running.
    #[serde(rename = "running")]
    Running,
    /// The container is paused.
    #[serde(rename = "paused")]
    Paused,
    /// The container has exited.
    #[serde(rename = "exited")]
    Exited,
    /// The engine did not finish removing the container.
    #[serde(rename = "half removed")]
    HalfRemoved,
    /// An observation does not show it, or the command ended while the engine could not be observed.
    #[serde(rename = "not checked")]
    NotChecked,
}

/// Determines the state of `intent`'s object.
pub fn sight(intent: &Intent, observed: &Observation) -> Sighting {
    let host = &observed.host;
    let present = |there: bool| if there { Sighting::Present } else { Sighting::Absent };
    let target = intent.target.as_str();
    let container = intent.container.as_ref().and_then(|id| observed.container(id));
    match intent.operation {
        Operation::CreateContainer => present(host.occupant_named(target).is_some()),
        Operation::CreateNetwork | Operation::RemoveNetwork => {
            present(host.networks_named(target).next().is_some())
        }
        Operation::CreateVolume | Operation::RemoveVolume => present(host.volume(target).is_some()),
        Operation::PullImage | Operation::BuildImage => present(host.image(&target.into()).is_some()),
        // Those of others are only listed.
        Operation::RemoveContainer => {
            let listed = |id: &ContainerId| host.occupants.iter().any(|occupant| occupant.id == *id);
            present(container.is_some() || intent.container.as_ref().is_some_and(listed))
        }
        // An observation lacks the images that nobody names, and says nothing about caches.
        Operation::RemoveImage | Operation::PruneBuildCache => Sighting::NotChecked,
        _ => container.map_or(Sighting::Absent, |container| container.state.into()),
    }
}

impl Sighting {
    /// Whether the object looks as if `operation` had been carried out, as far as its state tells. If it was not, the
    /// next plan has it again.
    pub(super) fn speaks_for(self, operation: Operation) -> bool {
        match operation {
            Operation::CreateContainer
            | Operation::CreateNetwork
            | Operation::CreateVolume
            | Operation::PullImage
            | Operation::BuildImage => self == Self::Present,
            Operation::RemoveContainer | Operation::RemoveNetwork | Operation::RemoveVolume => {
                self == Self::Absent
            }
            Operation::StartContainer | Operation::RestartContainer | Operation::UnpauseContainer => {
                self == Self::Running
            }
            Operation::StopContainer => matches!(self, Self::Exited | Self::Absent),
            Operation::PauseContainer => self == Self::Paused,
            _ => self != Self::Absent && self != Self::NotChecked,
        }
    }
}

impl From<ContainerState> for Sighting {
    fn from(state: ContainerState) -> Self {
        match state {
            ContainerState::Created => Self::Created,
            ContainerState::Running | ContainerState::Restarting => Self::Running,
            ContainerState::Paused => Self::Paused,
            ContainerState::Exited { .. } => Self::Exited,
            ContainerState::Removing | ContainerState::Dead => Self::HalfRemoved,
        }
    }
}
