//! Converts `build:`.

use std::collections::BTreeMap;
use std::sync::Arc;

use core_monitor_compose::Project;
use core_monitor_compose::model::{Build, Service};
use core_monitor_message::Message;

use super::container::ulimit;
use super::said;
use super::{DesiredError, refuse_reserved_labels};
use crate::desired::build::fetches;
use crate::desired::{BuildFiles, BuildHash, BuildSpec, Dockerfile, ServiceSpec};

mod secrets;

/// The image of a service: the explicit name, or for a build the name docker compose generates.
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
    let refuse = |attribute, what: Message| Err(DesiredError::value(name, attribute, what));
    if let Some((attribute, what)) = beyond_the_builder(build) {
        return refuse(attribute, said::build_attribute_unsupported(what));
    }
    refuse_reserved_labels(name, "build.labels", build.labels.keys())?;
    let written = build.context.as_deref().unwrap_or(".");
    if Build::is_remote(written) {
        let what = said::build_context_is_remote(written);
        return refuse("build.context", what);
    }
    let Some(context) = files.within(written) else {
        let what = said::build_context_is_outside(written);
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
        inside: Vec::new(),
        hash: BuildHash(String::new()),
    };
    if let Some(network) = spec.named_network().filter(|_| !spec.secrets.is_empty()) {
        let what = said::build_network_without_secrets(network);
        return refuse("build.network", what);
    }
    let sent = files.sent_by(&spec).map_err(|error| {
        DesiredError::value(name, "build.context", said::dockerignore_line_invalid(error.line, error.text))
    })?;
    spec.hash = BuildHash::of(&spec, &sent);
    let text = match &spec.dockerfile {
        Dockerfile::Stored(path) => files.text(path).unwrap_or_default(),
        Dockerfile::Inline(text) => text,
    };
    spec.inside = fetches::inside(text, &spec.args);
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
    stored_dockerfile(files, build, context).map(Dockerfile::Stored).ok_or_else(|| {
        let what = said::dockerfile_missing(written_dockerfile(build));
        DesiredError::value(name, "build.dockerfile", what)
    })
}

fn written_dockerfile(build: &Build) -> &str {
    build.dockerfile.as_deref().filter(|path| !path.is_empty()).unwrap_or("Dockerfile")
}

/// The path of a Dockerfile that is a file of the version.
fn stored_dockerfile(files: &BuildFiles, build: &Build, context: &str) -> Option<String> {
    let written = written_dockerfile(build);
    let absolute = if written.starts_with('/') { written.to_owned() } else { format!("{context}/{written}") };
    files.within(&absolute).filter(|path| files.get(path).is_some())
}

impl BuildFiles {
    /// The files whose text must be provided with [`add_text`](Self::add_text) for the builds of `project`.
    pub fn wanted_by(&self, project: &Project) -> Vec<String> {
        let builds = project.services.values().filter_map(|service| service.build.as_ref());
        let dockerfiles = builds
            .filter_map(|build| stored_dockerfile(self, build, build.context.as_deref().unwrap_or(".")));
        let mut wanted: Vec<String> = self.wanted().into_iter().chain(dockerfiles).collect();
        wanted.sort();
        wanted.dedup();
        wanted
    }
}

/// Build features that an engine does not support through its own API, by attribute. They must not be ignored silently,
/// since the result would be a different image.
fn beyond_the_builder(build: &Build) -> Option<(&'static str, Message)> {
    let wanted =
        |value: &Option<String>| value.as_deref().is_some_and(|value| !matches!(value, "" | "false"));
    let attributes = [
        (build.platforms.len() > 1, "build.platforms", said::build_for_several_platforms()),
        (
            !build.additional_contexts.is_empty(),
            "build.additional_contexts",
            said::build_with_additional_contexts(),
        ),
        (!build.ssh.is_empty(), "build.ssh", said::build_with_ssh_agent()),
        (!build.cache_to.is_empty(), "build.cache_to", said::build_exports_cache()),
        (!build.entitlements.is_empty(), "build.entitlements", said::build_with_entitlements()),
        (build.privileged, "build.privileged", said::build_privileged()),
        (wanted(&build.provenance), "build.provenance", said::build_with_attestations()),
        (wanted(&build.sbom), "build.sbom", said::build_with_attestations()),
    ];
    attributes.into_iter().find(|(asked, ..)| *asked).map(|(_, attribute, what)| (attribute, what))
}

/// An image by name, or the `BuildKit` form for an image in a registry.
fn cache_image(name: &str, entry: &str) -> Result<String, DesiredError> {
    if !entry.contains('=') {
        return Ok(entry.to_owned());
    }
    let value = |key: &str| entry.split(',').find_map(|part| part.strip_prefix(key)?.strip_prefix('='));
    if let (Some("registry"), Some(image)) = (value("type"), value("ref")) {
        return Ok(image.to_owned());
    }
    let what = said::cache_source_unsupported(entry);
    Err(DesiredError::value(name, "build.cache_from", what))
}

/// Services with the same image use the same build, whichever of them defines it.
pub(super) fn share(services: &mut [ServiceSpec]) -> Result<(), DesiredError> {
    let mut builds: BTreeMap<String, (String, Arc<BuildSpec>)> = BTreeMap::new();
    for service in services.iter() {
        let Some(build) = &service.build else { continue };
        let image = service.image().familiar();
        match builds.get(&image) {
            Some((other, earlier)) if earlier.hash != build.hash => {
                let what = said::image_built_twice(image, other);
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
