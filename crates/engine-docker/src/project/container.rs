//! Derives the definition of one container.

use core_monitor_domain::desired::ContainerSpec;
use core_monitor_domain::image::ImageRef;
use core_monitor_domain::observation::Observation;

use super::{Found, Scene, connections, host, mounts, process, resources};

pub(super) fn derive(scene: &Scene, observation: &Observation, found: &Found) -> ContainerSpec {
    let mut spec = ContainerSpec { image: image(observation, found), ..ContainerSpec::default() };
    process::derive(scene, found, &mut spec);
    host::derive(scene, found, &mut spec);
    resources::derive(found, &mut spec);
    connections::derive(scene, found, &mut spec);
    mounts::derive(scene, found, &mut spec);
    spec
}

/// The reference it was created from if that still refers to the same image, else another reference that does.
fn image(observation: &Observation, found: &Found) -> ImageRef {
    let written = ImageRef(found.config.image.clone().unwrap_or_default());
    if is_same(observation, found, &written) {
        return written;
    }
    let image = observation.host.images.iter().find(|image| image.id.as_str() == found.image_id);
    let digest = image.and_then(|image| image.digests.first());
    ImageRef(digest.cloned().unwrap_or_else(|| found.image_id.clone()))
}

fn is_same(observation: &Observation, found: &Found, reference: &ImageRef) -> bool {
    let meant = observation.host.image(reference);
    // A reference to a missing image would be pulled, with an unknown result.
    meant.is_some_and(|image| image.id.as_str() == found.image_id)
}

/// A reference that now refers to a different image.
pub(super) fn moved_image(observation: &Observation, members: &[&Found]) -> Option<String> {
    let moved = |found: &&&Found| {
        let written = ImageRef(found.config.image.clone().unwrap_or_default());
        !is_same(observation, found, &written)
    };
    members.iter().find(moved).and_then(|found| found.config.image.clone())
}
