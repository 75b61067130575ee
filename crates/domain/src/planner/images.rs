//! Which image the containers of a service use, and what has to be pulled or built for it.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Arc;

use super::said;
use crate::command::FailureCode;
use crate::desired::{BuildHash, BuildSpec, PullPolicy, ServiceSpec};
use crate::ids::{ImageId, StepId};
use crate::image::ImageRef;
use crate::names::ServiceName;
use crate::plan::{BuildImage, Cause, StepAction};
use crate::release::ImagePin;

use super::builder::{Builder, Scope};
use super::builds;
use super::index::Index;
use super::step_set::StepSet;
use super::{Facts, PlanningInput};

/// The image of one service.
#[derive(Clone)]
pub(super) struct ImageChoice<'a> {
    /// The reference in the create call.
    pub(super) reference: Cow<'a, ImageRef>,
    /// The image it currently resolves to on the host; `None` if the host does not have it.
    pub(super) id: Option<&'a ImageId>,
    /// Pull it although the host has it.
    refresh: bool,
    /// The host must already have it.
    local_only: bool,
    /// Build it from the files of the version if the host does not have it.
    build: Option<&'a Arc<BuildSpec>>,
}

impl<'a> ImageChoice<'a> {
    /// The exact image of an earlier release, if the host still has it.
    fn here(pin: &'a ImagePin) -> Self {
        let reference = Cow::Owned(ImageRef(pin.id.to_string()));
        Self { reference, id: Some(&pin.id), refresh: false, local_only: true, build: None }
    }

    /// The hash the image must be built from, while the host does not have such an image.
    pub(super) fn build_hash(&self) -> Option<&'a BuildHash> {
        self.build.filter(|_| self.id.is_none()).map(|build| &build.hash)
    }
}

/// Chooses the image. A pin of an earlier release takes precedence over the current meaning of the reference.
pub(super) fn choose<'a>(
    index: &Index<'a>,
    service: &'a ServiceSpec,
    pin: Option<&'a ImagePin>,
    facts: &Facts,
) -> ImageChoice<'a> {
    let written = service.image();
    if let Some(build) = &service.build {
        return choose_built(index, written, build, pin);
    }
    // One for another platform is none, until the right one was pulled.
    let useless = facts.other_platform.contains(written) && !facts.pulled.contains(written);
    let today = index.image(written).filter(|_| !useless);
    let Some(pin) = pin.filter(|pin| today != Some(&pin.id)) else {
        let pinned = pin.is_some();
        return ImageChoice {
            reference: Cow::Borrowed(written),
            id: today,
            refresh: !pinned && service.pull_policy == PullPolicy::Always && !facts.pulled.contains(written),
            local_only: service.pull_policy == PullPolicy::Never,
            build: None,
        };
    };
    let here = ImageRef(pin.id.to_string());
    if index.image(&here).is_some() {
        return ImageChoice::here(pin);
    }
    match &pin.digest {
        Some(digest) => {
            let reference = ImageRef(digest.clone());
            let id = index.image(&reference);
            ImageChoice {
                reference: Cow::Owned(reference),
                id,
                refresh: false,
                local_only: false,
                build: None,
            }
        }
        None => ImageChoice {
            reference: Cow::Owned(here),
            id: None,
            refresh: false,
            local_only: true,
            build: None,
        },
    }
}

/// For a service with `build`: the image of an earlier release if the host has it, else the image of that name if it
/// was built from the files of the version, else a new one.
fn choose_built<'a>(
    index: &Index<'a>,
    written: &'a ImageRef,
    build: &'a Arc<BuildSpec>,
    pin: Option<&'a ImagePin>,
) -> ImageChoice<'a> {
    let id = index.built(written, &build.hash);
    if let Some(pin) = pin
        && id != Some(&pin.id)
        && index.image(&ImageRef(pin.id.to_string())).is_some()
    {
        return ImageChoice::here(pin);
    }
    ImageChoice {
        reference: Cow::Borrowed(written),
        id,
        refresh: false,
        local_only: false,
        build: Some(build),
    }
}

/// The steps that pull or build images, one per image.
#[derive(Default)]
pub(super) struct Images {
    steps: BTreeMap<String, StepId>,
    builds: BTreeMap<ServiceName, StepId>,
}

impl Images {
    /// Pulls or builds the image of `service` if necessary. `creates`: a container will be created from it, so it must
    /// be available; an image that was untagged under a running container is not pulled just for that.
    pub(super) fn provide(
        &mut self,
        input: &PlanningInput<'_>,
        index: &Index<'_>,
        builder: &mut Builder,
        service: &ServiceSpec,
        image: &ImageChoice<'_>,
        creates: bool,
    ) {
        let missing = image.id.is_none() && creates;
        if missing && image.local_only {
            let message = said::image_not_on_host(&image.reference, &service.name);
            let hint = said::provide_image_or_pull();
            builder.blocker(FailureCode::ImageUnavailable, image.reference.as_str(), message, Some(hint));
            return;
        }
        let known = self.step(image);
        if !(missing || image.refresh) || known.is_some() {
            self.builds
                .extend(known.filter(|_| image.build.is_some()).map(|step| (service.name.clone(), step)));
            return;
        }
        let step = match image.build {
            Some(build) => self.build(input, index, builder, service, build),
            None => fetch(builder, service, image, missing),
        };
        self.steps.insert(image.reference.familiar(), step);
    }

    /// Runs after the builds of the services it depends on, as in docker compose: its base image may be one of theirs.
    fn build(
        &mut self,
        input: &PlanningInput<'_>,
        index: &Index<'_>,
        builder: &mut Builder,
        service: &ServiceSpec,
        build: &Arc<BuildSpec>,
    ) -> StepId {
        let network = builds::check(input, index, builder, service, build);
        let spec = match network {
            None => Arc::clone(build),
            Some(network) => Arc::new(BuildSpec { network: Some(network), ..build.as_ref().clone() }),
        };
        let image = service.image().clone();
        let cause = if index.image(&image).is_some() { Cause::BuildChanged } else { Cause::Missing };
        let labels = input.provenance.image_labels(&build.labels, &build.hash);
        let action = StepAction::BuildImage(Box::new(BuildImage { image, spec, labels }));
        let before = service.depends_on.iter().filter_map(|d| self.builds.get(&d.service).copied());
        let after: StepSet = before.collect();
        let step = builder.step(Scope { service: Some(&service.name), slot: None }, action, cause, &after);
        self.builds.insert(service.name.clone(), step);
        step
    }

    /// The step that pulls or builds this image.
    pub(super) fn step(&self, image: &ImageChoice<'_>) -> Option<StepId> {
        if self.steps.is_empty() {
            return None;
        }
        self.steps.get(&image.reference.familiar()).copied()
    }

    /// All of these steps.
    pub(super) fn all(&self) -> impl Iterator<Item = StepId> {
        self.steps.values().copied()
    }
}

fn fetch(builder: &mut Builder, service: &ServiceSpec, image: &ImageChoice<'_>, missing: bool) -> StepId {
    let cause = if missing { Cause::Missing } else { Cause::PullPolicy };
    let action = StepAction::PullImage {
        image: image.reference.clone().into_owned(),
        platform: service.container.platform.clone(),
    };
    builder.step(Scope { service: Some(&service.name), slot: None }, action, cause, &StepSet::default())
}
