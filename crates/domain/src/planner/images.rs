//! Which image a service's containers are made from, and what has to be fetched for it.

use std::collections::{BTreeMap, BTreeSet};

use crate::command::FailureCode;
use crate::desired::{PullPolicy, ServiceSpec};
use crate::ids::{ImageId, StepId};
use crate::image::ImageRef;
use crate::plan::{Action, Cause};
use crate::release::ImagePin;

use super::Facts;
use super::builder::{Builder, For};
use super::index::Index;

/// The image of one service.
#[derive(Clone)]
pub(super) struct ImageChoice {
    /// What a create call names.
    pub(super) reference: ImageRef,
    /// What that means on the host now; `None` while the host does not have it.
    pub(super) id: Option<ImageId>,
    /// Ask the registry although the host has it.
    refresh: bool,
    /// The host must have it.
    local_only: bool,
}

/// Decides the image. A pin of an earlier release wins over what the reference means today.
pub(super) fn choose(
    index: &Index<'_>,
    service: &ServiceSpec,
    pin: Option<&ImagePin>,
    facts: &Facts,
) -> ImageChoice {
    let written = service.image();
    let today = index.image(written);
    let Some(pin) = pin.filter(|pin| today != Some(&pin.id)) else {
        let pinned = pin.is_some();
        return ImageChoice {
            reference: written.clone(),
            id: today.cloned(),
            refresh: !pinned && service.pull_policy == PullPolicy::Always && !facts.pulled.contains(written),
            local_only: service.pull_policy == PullPolicy::Never,
        };
    };
    let here = ImageRef(pin.id.to_string());
    if index.image(&here).is_some() {
        return ImageChoice { reference: here, id: Some(pin.id.clone()), refresh: false, local_only: true };
    }
    match &pin.digest {
        Some(digest) => {
            let reference = ImageRef(digest.clone());
            let id = index.image(&reference).cloned();
            ImageChoice { reference, id, refresh: false, local_only: false }
        }
        None => ImageChoice { reference: here, id: None, refresh: false, local_only: true },
    }
}

/// The steps that fetch images, one per image.
#[derive(Default)]
pub(super) struct Pulls {
    steps: BTreeMap<ImageRef, StepId>,
}

impl Pulls {
    /// Fetches the image of `service` if that is needed. `creates`: a container has to be made from it, so it must
    /// be there; an image that was untagged under a running container is not fetched for its own sake.
    pub(super) fn fetch(
        &mut self,
        builder: &mut Builder,
        service: &ServiceSpec,
        image: &ImageChoice,
        creates: bool,
    ) {
        let missing = image.id.is_none() && creates;
        if missing && image.local_only {
            let message =
                format!("the image `{}` of service `{}` is not on the host", image.reference, service.name);
            let hint = "load or build it there, or let the service pull it".to_owned();
            builder.problem(FailureCode::ImageUnavailable, image.reference.as_str(), message, Some(hint));
            return;
        }
        if !(missing || image.refresh) || self.steps.contains_key(&image.reference) {
            return;
        }
        let cause = if missing { Cause::Missing } else { Cause::PullPolicy };
        let action = Action::PullImage {
            image: image.reference.clone(),
            platform: service.container.platform.clone(),
        };
        let step =
            builder.step(For { service: Some(&service.name), slot: None }, action, cause, &BTreeSet::new());
        self.steps.insert(image.reference.clone(), step);
    }

    /// The step that fetches this image.
    pub(super) fn step(&self, image: &ImageChoice) -> Option<StepId> {
        self.steps.get(&image.reference).copied()
    }

    /// All of them.
    pub(super) fn all(&self) -> impl Iterator<Item = StepId> {
        self.steps.values().copied()
    }
}
