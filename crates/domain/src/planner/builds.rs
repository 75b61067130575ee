//! Whether a build is allowed on this host, see [`BuildPolicy`](crate::build_policy::BuildPolicy).

use super::builder::Builder;
use super::index::Index;
use super::{PlanningInput, said};
use crate::build_policy::ForeignTags;
use crate::command::FailureCode;
use crate::desired::{BuildSpec, ServiceSpec};
use crate::image::ImageRef;
use crate::observation::Occupant;

/// The network of the host, from which the engine fetches.
const HOST: &str = "host";

/// Blocks the build of `service`, or notes what it does. Returns the network of its steps if it is not the one of the
/// definition.
pub(super) fn check(
    input: &PlanningInput<'_>,
    index: &Index<'_>,
    builder: &mut Builder,
    service: &ServiceSpec,
    build: &BuildSpec,
) -> Option<String> {
    let policy = &input.observed.host.builds;
    if let Some(network) = build.network.as_deref().filter(|network| !policy.networks.allow(network)) {
        let message = said::build_network_not_allowed(&service.name, network);
        let hint = said::allow_the_build_network(network);
        builder.blocker(FailureCode::BuildRefused, service.name.as_str(), message, Some(hint));
    }
    if !build.inside.is_empty() && !policy.networks.allow(HOST) {
        let message = said::build_fetches_inside(&service.name, build.inside.join("`, `"));
        builder.blocker(
            FailureCode::BuildRefused,
            service.name.as_str(),
            message,
            Some(said::fetch_from_outside()),
        );
    }
    let tags = build.tags.iter().map(|tag| ImageRef::from(tag.as_str()));
    for image in tags.chain([service.image().clone()]) {
        let Some(user) = foreign_user(input, index, &image) else { continue };
        match policy.foreign_tags {
            ForeignTags::Refuse => {
                let message = said::build_would_move_tag(&service.name, &image, &user.name);
                let hint = said::give_the_image_another_name();
                builder.blocker(FailureCode::BuildRefused, image.as_str(), message, Some(hint));
            }
            ForeignTags::Warn => builder.note(said::build_moves_tag(&image, &user.name)),
        }
    }
    policy.networks.usual().filter(|_| build.network.is_none()).map(str::to_owned)
}

/// A container outside this stack that was created from an image under this name, if the host has such an image.
fn foreign_user<'a>(input: &PlanningInput<'a>, index: &Index<'a>, image: &ImageRef) -> Option<&'a Occupant> {
    index.image(image)?;
    let name = image.familiar();
    let mut others = input.observed.host.occupants.iter().filter(|occupant| !index.owns(&occupant.id));
    others.find(|occupant| ImageRef::from(occupant.image.as_str()).familiar() == name)
}
