//! An object with the step that removes it.

use std::collections::BTreeSet;
use std::fmt;

use crate::ids::{ContainerId, StepId};
use crate::inventory::{
    Belongs, InventoryContainer, InventoryImage, InventoryNetwork, InventoryVolume, Prunable, Standing, Stock,
};
use crate::plan::{Cause, ConfirmedObject, Operation, Step, StepAction, Target};
use crate::time::Timestamp;

/// What it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Container,
    Network,
    Volume,
    Image,
    BuildCache,
}

/// The word in sentences.
impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Container => "container",
            Self::Network => "network",
            Self::Volume => "volume",
            Self::Image => "image",
            Self::BuildCache => "cache",
        })
    }
}

/// An object with the step that removes it, whether or not it may be removed.
pub(super) struct Candidate {
    pub(super) kind: Kind,
    pub(super) name: String,
    pub(super) standing: Standing,
    pub(super) created_at: Option<Timestamp>,
    /// What removing it frees, in bytes, if the engine has added it up.
    pub(super) size: Option<u64>,
    /// Its number and its predecessors are not known yet.
    pub(super) step: Step,
}

impl Candidate {
    pub(super) fn container(stock: &Stock, container: &InventoryContainer) -> Self {
        let size = stock.inventory().sizes.as_ref();
        let size = size.and_then(|sizes| sizes.containers.get(&container.id).copied());
        Self {
            kind: Kind::Container,
            name: container.name.clone(),
            standing: stock.of_container(container),
            created_at: container.created_at,
            size,
            step: step(
                StepAction::RemoveContainer {
                    container: Target::Existing { id: container.id.clone(), name: container.name.clone() },
                    // Its data stays until somebody names it.
                    anonymous_volumes: false,
                },
                Cause::Unused { size },
            ),
        }
    }

    pub(super) fn network(stock: &Stock, network: &InventoryNetwork, doomed: &BTreeSet<ContainerId>) -> Self {
        let action = StepAction::RemoveNetwork { id: network.id.clone(), name: network.name.clone() };
        Self {
            kind: Kind::Network,
            name: network.name.clone(),
            standing: stock.network(network, doomed),
            created_at: network.created_at,
            size: None,
            step: step(action, Cause::Unused { size: None }),
        }
    }

    pub(super) fn volume(stock: &Stock, volume: &InventoryVolume, doomed: &BTreeSet<ContainerId>) -> Self {
        let size = stock.inventory().sizes.as_ref();
        let size = size.and_then(|sizes| sizes.volumes.get(&volume.name).copied());
        Self {
            kind: Kind::Volume,
            name: volume.name.clone(),
            standing: stock.volume(volume, doomed),
            created_at: volume.created_at,
            size,
            step: step(
                // By its name alone, another one that was created since would be taken for it.
                StepAction::RemoveVolume { name: volume.name.clone(), created_at: volume.created_at },
                Cause::Unused { size },
            ),
        }
    }

    pub(super) fn image(stock: &Stock, image: &InventoryImage, doomed: &BTreeSet<ContainerId>) -> Self {
        let size = stock.inventory().sizes.as_ref().and_then(|sizes| sizes.image(image));
        let cause = if image.is_dangling() { Cause::Untagged { size } } else { Cause::Unused { size } };
        // A rollback may need what the image is made of.
        let layers = !image.layers.iter().any(|layer| stock.needs().needs(layer));
        let names = image.tags.iter().chain(&image.digests).cloned().collect();
        Self {
            kind: Kind::Image,
            name: image.name().to_owned(),
            standing: stock.image(image, doomed),
            created_at: image.created_at,
            size,
            step: step(
                StepAction::RemoveImage {
                    id: image.id.clone(),
                    name: image.name().to_owned(),
                    names,
                    layers,
                },
                cause,
            ),
        }
    }

    pub(super) fn build_cache(stock: &Stock, unused_for_s: Option<u64>) -> Self {
        let size = stock.inventory().sizes.as_ref().map(|sizes| sizes.build_cache.unused);
        // How much of it is older, the engine does not tell.
        let size = size.filter(|_| unused_for_s.is_none());
        Self {
            kind: Kind::BuildCache,
            name: String::new(),
            standing: Standing { belongs: Belongs::Engine, users: Vec::new(), prunable: Prunable::Freely },
            created_at: None,
            size,
            step: step(StepAction::PruneBuildCache { unused_for_s }, Cause::Unused { size }),
        }
    }

    /// The object of a confirmed plan; `None` if it is gone.
    pub(super) fn confirmed(
        stock: &Stock,
        object: &ConfirmedObject,
        doomed: &BTreeSet<ContainerId>,
    ) -> Option<Self> {
        let all = stock.inventory();
        let id = object.id.as_str();
        match object.operation {
            Operation::RemoveContainer => {
                let found = all.containers.iter().find(|container| container.id.as_str() == id);
                found.map(|found| Self::container(stock, found))
            }
            Operation::RemoveNetwork => {
                let found = all.networks.iter().find(|network| network.id.as_str() == id);
                found.map(|found| Self::network(stock, found, doomed))
            }
            Operation::RemoveVolume => {
                let found = all.volumes.iter().find(|volume| volume.name == id);
                found.map(|found| Self::volume(stock, found, doomed))
            }
            Operation::RemoveImage => {
                let found = all.images.iter().find(|image| image.id.as_str() == id);
                found.map(|found| Self::image(stock, found, doomed))
            }
            Operation::PruneBuildCache => Some(Self::build_cache(stock, id.parse().ok())),
            _ => None,
        }
    }

    /// What has to go before it: the containers, which may use it.
    pub(super) fn after(&self, before: &[Step]) -> Vec<StepId> {
        if matches!(self.kind, Kind::Container | Kind::BuildCache) {
            return Vec::new();
        }
        let containers = before.iter().filter(|step| step.action.container().is_some());
        containers.map(|step| step.id).collect()
    }
}

fn step(action: StepAction, cause: Cause) -> Step {
    Step { id: StepId(0), action, cause, service: None, slot: None, after: Vec::new() }
}
