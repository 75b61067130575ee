//! Converts the compose model to the engine's terms: resolves names, decides precedence between the older and the
//! `deploy` attributes, and keeps references between services as references.

use std::sync::Arc;

use core_monitor_compose::Project;
use core_monitor_compose::model::{self, Service};
use core_monitor_compose::support::engine_needs;
use core_monitor_message::Message;

use super::{
    BuildFiles, Condition, Dependency, DesiredStack, IpamPool, NetworkSpec, PullPolicy, SecretVersions,
    ServiceSpec, SpecHash, VolumeSpec,
};
use crate::labels::RESERVED_PREFIXES;
use crate::names::{NameError, ServiceName};

mod build;
mod container;
mod deploy;
mod extension;
mod files;
mod healthcheck;
mod hooks;
mod mounts;
mod network_mode;
mod on_demand;
mod resources;
pub(crate) mod said;

pub use deploy::declared_slots;
pub use on_demand::{Caution, declared_on_demand, on_demand_cautions};

/// Why a model cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DesiredError {
    /// An invalid name for the engine or the labels.
    #[error("{}", .0.message())]
    Name(#[from] NameError),
    /// A value that the loader accepts but that cannot be used here.
    #[error("{}", self.message())]
    Value {
        /// The service, network or volume, by its key in the file.
        owner: String,
        /// The attribute.
        attribute: &'static str,
        /// What is wrong, in one sentence.
        what: Message,
    },
    /// A value under `x-core-monitor` of a service that cannot be used.
    #[error("{}", self.message())]
    Extension {
        /// The service.
        service: String,
        /// The path of the value within the service, with dots.
        path: String,
        /// What is wrong, in one sentence.
        what: Message,
    },
}

impl DesiredError {
    /// What is wrong, and where in the definition.
    pub fn message(&self) -> Message {
        match self {
            Self::Name(error) => error.message(),
            Self::Value { owner, attribute, what } => said::value_unusable(attribute, owner, what.clone()),
            Self::Extension { service, path, what } => said::value_unusable(path, service, what.clone()),
        }
    }

    fn value(owner: &str, attribute: &'static str, what: Message) -> Self {
        Self::Value { owner: owner.to_owned(), attribute, what }
    }
}

impl DesiredStack {
    /// Converts a normalized model. A model that builds images is rejected, since builds need files; see
    /// [`with_files`](Self::with_files).
    pub fn from_project(project: &Project) -> Result<Self, DesiredError> {
        Self::with_files(project, &BuildFiles::default())
    }

    /// Converts a normalized model. `files` are the files of its version, from which images are built.
    pub fn with_files(project: &Project, files: &BuildFiles) -> Result<Self, DesiredError> {
        let mut stack = Self { needs: engine_needs(project), ..Self::empty(project.name.parse()?) };
        for (key, network) in &project.networks {
            stack.networks.push(network_spec(key, network)?);
        }
        for (key, volume) in &project.volumes {
            stack.volumes.push(volume_spec(key, volume)?);
        }
        // External provider programs are not supported; the loader has warned about them.
        for (name, service) in project.services.iter().filter(|(_, service)| service.provider.is_none()) {
            stack.services.push(service_spec(project, files, name, service)?);
        }
        build::share(&mut stack.services)?;
        // Nothing of it is in a container: a change of it replaces none.
        declared_on_demand(project)?;
        // A service is a job if another service waits for its completion, and that is written at the other service.
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
    refuse_reserved_labels(name, "labels", service.labels.keys())?;
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
        mounted: None,
        secrets: SecretVersions::default(),
        slots: deploy::slots_beside(name, service, &container)?,
        hash: SpecHash::of_container(service.container_name.as_deref(), &container),
        container: Arc::new(container),
    })
}

fn pull_policy(name: &str, service: &Service) -> Result<PullPolicy, DesiredError> {
    match service.pull_policy.as_deref() {
        // The version decides what is built, independently of any registry.
        _ if service.build.is_some() => Ok(PullPolicy::Missing),
        None | Some("missing" | "if_not_present") => Ok(PullPolicy::Missing),
        Some("always") => Ok(PullPolicy::Always),
        Some("never") => Ok(PullPolicy::Never),
        Some("build") => Err(DesiredError::value(name, "pull_policy", said::pull_policy_needs_build())),
        Some(other) => Err(DesiredError::value(name, "pull_policy", said::pull_policy_unsupported(other))),
    }
}

fn network_spec(key: &str, network: &model::Network) -> Result<NetworkSpec, DesiredError> {
    refuse_reserved_labels(key, "labels", network.labels.keys())?;
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
    refuse_reserved_labels(key, "labels", volume.labels.keys())?;
    Ok(VolumeSpec {
        key: key.to_owned(),
        name: volume.name.clone(),
        external: volume.external,
        driver: volume.driver.clone(),
        driver_opts: volume.driver_opts.clone().into_iter().collect(),
        labels: volume.labels.clone().into_iter().collect(),
    })
}

/// Labels are no proof of ownership, but they are shown, and other tools go by them: no definition may claim the objects of
/// another owner.
fn refuse_reserved_labels<'a>(
    owner: &str,
    attribute: &'static str,
    mut labels: impl Iterator<Item = &'a String>,
) -> Result<(), DesiredError> {
    let reserved = labels.find(|label| RESERVED_PREFIXES.iter().any(|prefix| label.starts_with(prefix)));
    reserved.map_or(Ok(()), |label| {
        let what = said::label_is_reserved(label);
        Err(DesiredError::value(owner, attribute, what))
    })
}

#[cfg(test)]
mod tests;
