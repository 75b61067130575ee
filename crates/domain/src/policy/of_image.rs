//! Where images come from.

use super::demand::Asker;
use super::{Demand, Restricted};
use crate::desired::BuildSpec;
use crate::image::ImageRef;

/// The registry of references that name none.
const DOCKER_HUB: &str = "docker.io";

/// The image that a service takes.
pub fn of_image(service: &str, image: &ImageRef) -> Demand {
    asker(service).wants(Restricted::Images, with_registry(image), "image")
}

/// The build of a service. Which networks there are is a matter of the engine's host, see
/// [`BuildPolicy`](crate::build_policy::BuildPolicy).
pub fn of_build(service: &str, build: &BuildSpec) -> Demand {
    let network = build.network.as_deref().filter(|network| !network.is_empty()).unwrap_or("default");
    asker(service).wants(Restricted::Builds, network, "build")
}

fn asker(service: &str) -> Asker<'_> {
    Asker { owner: service, path: format!("services.{service}") }
}

/// The reference with its registry, and with its digest instead of its tag if it has one.
fn with_registry(image: &ImageRef) -> String {
    let familiar = image.familiar();
    // What comes before the first `/` is a registry only if it cannot be part of a name.
    match familiar.split_once('/') {
        Some((first, _)) if first.contains(['.', ':']) || first == "localhost" => familiar,
        Some(_) => format!("{DOCKER_HUB}/{familiar}"),
        None => format!("{DOCKER_HUB}/library/{familiar}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_image_has_its_registry() {
        let cases = [
            ("nginx", "docker.io/library/nginx:latest"),
            ("nginx:1.29", "docker.io/library/nginx:1.29"),
            ("docker.io/library/nginx", "docker.io/library/nginx:latest"),
            ("index.docker.io/team/app", "docker.io/team/app:latest"),
            ("team/app:2", "docker.io/team/app:2"),
            ("localhost/app", "localhost/app:latest"),
            ("registry:5000/app:2", "registry:5000/app:2"),
            ("ghcr.io/team/app:2@sha256:abc", "ghcr.io/team/app@sha256:abc"),
            // An image by its id has neither a registry nor a digest.
            ("sha256:abc", "docker.io/library/sha256:abc"),
        ];
        for (written, expected) in cases {
            assert_eq!(with_registry(&ImageRef(written.to_owned())), expected, "{written}");
        }
    }
}
