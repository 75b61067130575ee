//! `build:` to a build.

use std::collections::BTreeMap;
use std::sync::Arc;

use core_monitor_compose::Project;
use core_monitor_compose::model::{Build, Service};

use super::container::ulimit;
use super::{DesiredError, refuse_reserved_labels};
use crate::desired::{BuildFiles, BuildHash, BuildSpec, Dockerfile, ServiceSpec};

mod secrets;

/// What to do about a definition whose files did not come with it.
const SEND_ARCHIVE: &str = "send the project folder as an archive (tar, tar.gz or zip)";

/// The image a service is made from: the one it names, or for a build the one docker compose would call it.
pub(super) fn image_name(project: &Project, name: &str, service: &Service) -> Option<String> {
    let written = service.image.clone().filter(|image| !image.is_empty());
    written.or_else(|| service.build.as_ref().map(|_| format!("{}-{name}", project.name)))
}

/// The build of a service, hashed together with the files it sends.
pub(super) fn build_spec(
    project: &Project,
    files: &BuildFiles,
    name: &str,
    service: &Service,
) -> Result<Option<Arc<BuildSpec>>, DesiredError> {
    let Some(build) = &service.build else { return Ok(None) };
    let refuse = |attribute, what: String| Err(DesiredError::value(name, attribute, what));
    if let Some((attribute, what)) = beyond_the_builder(build) {
        return refuse(attribute, format!("{what}, which is not done here"));
    }
    refuse_reserved_labels(name, build.labels.keys())?;
    let written = build.context.as_deref().unwrap_or(".");
    if Build::is_remote(written) {
        let what = format!(
            "`{written}` is fetched from elsewhere, and only files of the version are built; {SEND_ARCHIVE}"
        );
        return refuse("build.context", what);
    }
    let Some(context) = files.within(written) else {
        let what = format!("`{written}` is not within the files of the version; {SEND_ARCHIVE}");
        return refuse("build.context", what);
    };
    let dockerfile = dockerfile(files, name, build, written)?;
    let mut spec = BuildSpec {
        context,
        dockerfile,
        args: build.args.clone().into_iter().collect(),
        labels: build.labels.clone().into_iter().collect(),
        target: build.target.clone().filter(|target| !target.is_empty()),
        network: build.network.clone().filter(|network| !network.is_empty()),
        extra_hosts: build.extra_hosts.iter().map(|entry| entry.replacen('=', ":", 1)).collect(),
        shm_size: build.shm_size.and_then(|size| u64::try_from(size.0).ok()),
        cache_from: build
            .cache_from
            .iter()
            .map(|entry| cache_image(name, entry))
            .collect::<Result<_, _>>()?,
        no_cache: build.no_cache,
        pull: build.pull,
        platform: build.platforms.first().or(service.platform.as_ref()).cloned(),
        isolation: build.isolation.clone(),
        ulimits: build.ulimits.iter().map(|(name, limit)| (name.clone(), ulimit(*limit))).collect(),
        tags: build.tags.clone(),
        secrets: secrets::secrets(project, files, build)
            .map_err(|what| DesiredError::value(name, "build.secrets", what))?,
        hash: BuildHash(String::new()),
    };
    if let Some(network) = spec.named_network().filter(|_| !spec.secrets.is_empty()) {
        let what = format!(
            "steps on the network `{network}` are left to the engine's classic builder, which mounts no secrets; use \
             `default`, `host` or `none`"
        );
        return refuse("build.network", what);
    }
    let sent = files
        .sent_by(&spec)
        .map_err(|error| DesiredError::value(name, "build.context", error.to_string()))?;
    spec.hash = BuildHash::of(&spec, &sent);
    Ok(Some(Arc::new(spec)))
}

fn dockerfile(
    files: &BuildFiles,
    name: &str,
    build: &Build,
    context: &str,
) -> Result<Dockerfile, DesiredError> {
    if let Some(text) = &build.dockerfile_inline {
        return Ok(Dockerfile::Inline(text.clone()));
    }
    let written = build.dockerfile.as_deref().filter(|path| !path.is_empty()).unwrap_or("Dockerfile");
    let absolute = if written.starts_with('/') { written.to_owned() } else { format!("{context}/{written}") };
    let stored = files.within(&absolute).filter(|path| files.get(path).is_some());
    stored.map(Dockerfile::Stored).ok_or_else(|| {
        let what = format!("the files of the version have no `{written}` in this folder; {SEND_ARCHIVE}");
        DesiredError::value(name, "build.dockerfile", what)
    })
}

/// What an engine does not do when it is asked for a build over its own API, with the attribute that asks for it. Nothing
/// of it may be left out in silence: an image without it would be another one.
fn beyond_the_builder(build: &Build) -> Option<(&'static str, &'static str)> {
    let wanted =
        |value: &Option<String>| value.as_deref().is_some_and(|value| !matches!(value, "" | "false"));
    let attributes = [
        (build.platforms.len() > 1, "build.platforms", "several platforms need one image for all of them"),
        (
            !build.additional_contexts.is_empty(),
            "build.additional_contexts",
            "further contexts need a client of `BuildKit` itself",
        ),
        (!build.ssh.is_empty(), "build.ssh", "steps would get the SSH agent of the worker"),
        (!build.cache_to.is_empty(), "build.cache_to", "the cache would be stored elsewhere"),
        (
            !build.entitlements.is_empty(),
            "build.entitlements",
            "steps would get more rights than a build has",
        ),
        (build.privileged, "build.privileged", "steps would get the rights of the host"),
        (wanted(&build.provenance), "build.provenance", "attestations need an image store that keeps them"),
        (wanted(&build.sbom), "build.sbom", "attestations need an image store that keeps them"),
    ];
    attributes.into_iter().find(|(asked, ..)| *asked).map(|(_, attribute, what)| (attribute, what))
}

/// An image by name, or in the words of `BuildKit` for one in a registry.
fn cache_image(name: &str, entry: &str) -> Result<String, DesiredError> {
    if !entry.contains('=') {
        return Ok(entry.to_owned());
    }
    let value = |key: &str| entry.split(',').find_map(|part| part.strip_prefix(key)?.strip_prefix('='));
    if let (Some("registry"), Some(image)) = (value("type"), value("ref")) {
        return Ok(image.to_owned());
    }
    let what = format!("`{entry}` is not read here; name an image, or `type=registry,ref=IMAGE`");
    Err(DesiredError::value(name, "build.cache_from", what))
}

/// Services with the same image are made from the same build, whichever of them writes it.
pub(super) fn share(services: &mut [ServiceSpec]) -> Result<(), DesiredError> {
    let mut builds: BTreeMap<String, (String, Arc<BuildSpec>)> = BTreeMap::new();
    for service in services.iter() {
        let Some(build) = &service.build else { continue };
        let image = service.image().familiar();
        match builds.get(&image) {
            Some((other, earlier)) if earlier.hash != build.hash => {
                let what = format!(
                    "`{image}` is also built by `{other}`, in another way; give each an `image` of its own"
                );
                return Err(DesiredError::value(service.name.as_str(), "build", what));
            }
            Some(_) => {}
            None => {
                builds.insert(image, (service.name.to_string(), Arc::clone(build)));
            }
        }
    }
    if builds.is_empty() {
        return Ok(());
    }
    for service in services.iter_mut() {
        service.build = builds.get(&service.image().familiar()).map(|(_, build)| Arc::clone(build));
    }
    Ok(())
}

#[cfg(test)]
mod tests;
