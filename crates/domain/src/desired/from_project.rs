//! From the compose model to what the engine should have: names resolved, precedence between the old and the
//! `deploy` attributes decided, references between services kept as references.

use std::sync::Arc;

use core_monitor_compose::Project;
use core_monitor_compose::model::{self, Service};

use super::{
    BuildFiles, Condition, Dependency, DesiredStack, IpamPool, NetworkSpec, PullPolicy, ServiceSpec,
    SpecHash, VolumeSpec,
};
use crate::labels::RESERVED_PREFIXES;
use crate::names::{NameError, ServiceName};

mod build;
mod container;
mod files;
mod healthcheck;
mod hooks;
mod mounts;
mod network_mode;
mod resources;

/// Why a model cannot be carried out.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DesiredError {
    /// A name the engine or the labels cannot carry.
    #[error(transparent)]
    Name(#[from] NameError),
    /// A value that the loader lets through and that means nothing here.
    #[error("{attribute} of `{owner}`: {what}")]
    Value {
        /// The service, network or volume, by its key in the file.
        owner: String,
        /// The attribute.
        attribute: &'static str,
        /// What is wrong, one sentence.
        what: String,
    },
}

impl DesiredError {
    fn value(owner: &str, attribute: &'static str, what: impl Into<String>) -> Self {
        Self::Value { owner: owner.to_owned(), attribute, what: what.into() }
    }
}

impl DesiredStack {
    /// Resolves a normalized model into engine terms. One that builds images is refused: that takes its files, see
    /// [`with_files`](Self::with_files).
    pub fn from_project(project: &Project) -> Result<Self, DesiredError> {
        Self::with_files(project, &BuildFiles::default())
    }

    /// Resolves a normalized model into engine terms. `files` are those of its version, from which images are built.
    pub fn with_files(project: &Project, files: &BuildFiles) -> Result<Self, DesiredError> {
        let mut stack = Self::empty(project.name.parse()?);
        for (key, network) in &project.networks {
            stack.networks.push(network_spec(key, network)?);
        }
        for (key, volume) in &project.volumes {
            stack.volumes.push(volume_spec(key, volume)?);
        }
        // Nothing here calls another program to provide a service, which the loader has warned about.
        for (name, service) in project.services.iter().filter(|(_, service)| service.provider.is_none()) {
            stack.services.push(service_spec(project, files, name, service)?);
        }
        build::share(&mut stack.services)?;
        // Somebody waiting for its completion is what makes a service a job, and that is written at the other service.
        let awaited: Vec<ServiceName> = stack.awaited_jobs().into_iter().cloned().collect();
        for service in &mut stack.services {
            service.is_awaited = awaited.contains(&service.name);
            service.is_job |= service.is_awaited;
        }
        Ok(stack)
    }
}

fn service_spec(
    project: &Project,
    files: &BuildFiles,
    name: &str,
    service: &Service,
) -> Result<ServiceSpec, DesiredError> {
    refuse_reserved_labels(name, service.labels.keys())?;
    let provided = |other: &str| project.services.get(other).is_some_and(|other| other.provider.is_some());
    let depends_on =
        service.depends_on.iter().filter(|(other, _)| !provided(other)).map(|(other, dependency)| {
            Ok(Dependency {
                service: other.parse()?,
                condition: match dependency.condition {
                    model::Condition::Started => Condition::Started,
                    model::Condition::Healthy => Condition::Healthy,
                    model::Condition::CompletedSuccessfully => Condition::Completed,
                },
                restart: dependency.restart,
                required: dependency.required,
            })
        });
    let container = container::container_spec(project, name, service)?;
    Ok(ServiceSpec {
        name: name.parse()?,
        replicas: service.replicas(),
        container_name: service.container_name.clone(),
        pull_policy: pull_policy(name, service)?,
        build: build::build_spec(project, files, name, service)?,
        depends_on: depends_on.collect::<Result<_, NameError>>()?,
        is_job: service.restart.as_deref() == Some("no"),
        is_awaited: false,
        hash: SpecHash::of_container(service.container_name.as_deref(), &container),
        container: Arc::new(container),
    })
}

fn pull_policy(name: &str, service: &Service) -> Result<PullPolicy, DesiredError> {
    match service.pull_policy.as_deref() {
        // The version decides what is built; a registry has no say in it.
        _ if service.build.is_some() => Ok(PullPolicy::Missing),
        None | Some("missing" | "if_not_present") => Ok(PullPolicy::Missing),
        Some("always") => Ok(PullPolicy::Always),
        Some("never") => Ok(PullPolicy::Never),
        Some("build") => {
            Err(DesiredError::value(name, "pull_policy", "there is no `build` from which to build the image"))
        }
        Some(other) => Err(DesiredError::value(
            name,
            "pull_policy",
            format!("`{other}` is not supported yet, use always, missing or never"),
        )),
    }
}

fn network_spec(key: &str, network: &model::Network) -> Result<NetworkSpec, DesiredError> {
    refuse_reserved_labels(key, network.labels.keys())?;
    let pool = |pool: &model::IpamPool| IpamPool {
        subnet: pool.subnet.clone(),
        ip_range: pool.ip_range.clone(),
        gateway: pool.gateway.clone(),
        aux_addresses: pool.aux_addresses.clone().into_iter().collect(),
    };
    Ok(NetworkSpec {
        key: key.to_owned(),
        name: network.name.clone(),
        external: network.external,
        driver: network.driver.clone(),
        driver_opts: network.driver_opts.clone().into_iter().collect(),
        labels: network.labels.clone().into_iter().collect(),
        internal: network.internal,
        attachable: network.attachable,
        enable_ipv4: network.enable_ipv4,
        enable_ipv6: network.enable_ipv6,
        ipam_driver: network.ipam.driver.clone(),
        ipam_options: network.ipam.options.clone().into_iter().collect(),
        ipam_pools: network.ipam.config.iter().map(pool).collect(),
    })
}

fn volume_spec(key: &str, volume: &model::Volume) -> Result<VolumeSpec, DesiredError> {
    refuse_reserved_labels(key, volume.labels.keys())?;
    Ok(VolumeSpec {
        key: key.to_owned(),
        name: volume.name.clone(),
        external: volume.external,
        driver: volume.driver.clone(),
        driver_opts: volume.driver_opts.clone().into_iter().collect(),
        labels: volume.labels.clone().into_iter().collect(),
    })
}

/// Labels decide whose an object is; a definition that could write them could claim somebody else's.
fn refuse_reserved_labels<'a>(
    owner: &str,
    mut labels: impl Iterator<Item = &'a String>,
) -> Result<(), DesiredError> {
    let reserved = labels.find(|label| RESERVED_PREFIXES.iter().any(|prefix| label.starts_with(prefix)));
    reserved.map_or(Ok(()), |label| {
        let what = format!("`{label}` is reserved, choose another prefix");
        Err(DesiredError::value(owner, "labels", what))
    })
}

#[cfg(test)]
mod tests;
