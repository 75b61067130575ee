//! Everything that was read about a project, organised for the derivation.

use std::collections::{BTreeMap, HashMap};

use bollard::models::{ContainerConfig, EndpointSettings, HostConfig, Network, Volume};
use core_monitor_domain::ids::ContainerId;
use core_monitor_domain::labels::RESERVED_PREFIXES;
use core_monitor_domain::names::{ServiceName, StackName};
use core_monitor_message::Message;
use serde::Deserialize;
use serde_json::Value;

use super::said;
use super::{NUMBER, ONEOFF, SERVICE};

/// One container.
#[derive(Debug)]
pub(super) struct Found {
    pub(super) id: ContainerId,
    pub(super) name: String,
    pub(super) image_id: String,
    pub(super) config: ContainerConfig,
    pub(super) host: HostConfig,
    pub(super) endpoints: BTreeMap<String, EndpointSettings>,
    /// The container's MAC address, on engines before 25.
    pub(super) mac_address: Option<String>,
    /// The inspect as the engine sent it.
    pub(super) inspect: Value,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Parts {
    id: String,
    name: String,
    image: String,
    config: ContainerConfig,
    host_config: HostConfig,
    #[serde(default)]
    network_settings: Networks,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
struct Networks {
    networks: Option<BTreeMap<String, EndpointSettings>>,
}

impl Found {
    /// Reads an inspect.
    pub(super) fn read(inspect: Value) -> serde_json::Result<Self> {
        let parts = Parts::deserialize(&inspect)?;
        let mac = inspect.pointer("/Config/MacAddress").and_then(Value::as_str);
        Ok(Self {
            id: ContainerId(parts.id),
            name: parts.name.trim_start_matches('/').to_owned(),
            image_id: parts.image,
            config: parts.config,
            host: parts.host_config,
            endpoints: parts.network_settings.networks.unwrap_or_default(),
            mac_address: mac.filter(|mac| !mac.is_empty()).map(str::to_owned),
            inspect,
        })
    }

    /// One of its labels.
    pub(super) fn label(&self, key: &str) -> Option<&str> {
        self.config.labels.as_ref()?.get(key).map(String::as_str)
    }

    /// Its number within the service, from the label.
    pub(super) fn number(&self) -> u32 {
        self.label(NUMBER).and_then(|number| number.parse().ok()).unwrap_or(u32::MAX)
    }
}

/// Everything that was read.
#[derive(Debug)]
pub(super) struct Scene {
    pub(super) stack: StackName,
    pub(super) containers: Vec<Found>,
    pub(super) networks: Vec<Network>,
    pub(super) volumes: Vec<Volume>,
    pub(super) default_runtime: String,
    pub(super) default_log_driver: String,
    /// `host` or `private`, depending on the cgroup version.
    pub(super) default_cgroup: &'static str,
    pub(super) host_name: String,
    images: HashMap<String, ContainerConfig>,
    nothing: ContainerConfig,
}

impl Scene {
    pub(super) fn new(
        stack: StackName,
        containers: Vec<Found>,
        images: HashMap<String, ContainerConfig>,
        info: &Value,
        networks: Vec<Network>,
        volumes: Vec<Volume>,
    ) -> Self {
        let text = |key: &str| info.get(key).and_then(Value::as_str).unwrap_or_default().to_owned();
        Self {
            stack,
            containers,
            networks,
            volumes,
            default_runtime: text("DefaultRuntime"),
            default_log_driver: text("LoggingDriver"),
            default_cgroup: if text("CgroupVersion") == "2" { "private" } else { "host" },
            host_name: text("Name"),
            images,
            nothing: ContainerConfig::default(),
        }
    }

    /// The configuration of the image that a container was created from.
    pub(super) fn image(&self, found: &Found) -> &ContainerConfig {
        self.images.get(&found.image_id).unwrap_or(&self.nothing)
    }

    /// The containers by service, sorted by number, without those of `docker compose run`.
    pub(super) fn services(&self, notes: &mut Vec<Message>) -> BTreeMap<ServiceName, Vec<&Found>> {
        let mut services: BTreeMap<ServiceName, Vec<&Found>> = BTreeMap::new();
        for found in &self.containers {
            let service = found.label(SERVICE).and_then(|name| name.parse().ok());
            match service {
                Some(_) if found.label(ONEOFF).is_some_and(|word| word.eq_ignore_ascii_case("true")) => {
                    notes.push(said::run_container_not_imported(&found.name));
                }
                Some(service) => services.entry(service).or_default().push(found),
                None => notes.push(said::container_without_service_not_imported(&found.name)),
            }
        }
        for members in services.values_mut() {
            members.sort_by_key(|found| (found.number(), found.name.clone()));
        }
        services
    }

    /// The service of a container, by its id or name.
    pub(super) fn service_of(&self, container: &str) -> Option<ServiceName> {
        let is_it = |found: &&Found| found.id.as_str() == container || found.name == container;
        self.containers.iter().find(is_it)?.label(SERVICE)?.parse().ok()
    }

    /// A network by name; prefers the project's own if there are several.
    pub(super) fn network(&self, name: &str) -> Option<&Network> {
        let named = || self.networks.iter().filter(|network| network.name.as_deref() == Some(name));
        named().find(|network| self.owns(network.labels.as_ref())).or_else(|| named().next())
    }

    /// Whether the labels mark an object of the project.
    pub(super) fn owns(&self, labels: Option<&HashMap<String, String>>) -> bool {
        labels.and_then(|labels| labels.get(super::PROJECT)).is_some_and(|name| name == self.stack.as_str())
    }
}

/// The configured labels, without those of docker compose and, on what a stack has left when it was forgotten, our own.
pub(super) fn written(labels: Option<&HashMap<String, String>>) -> BTreeMap<String, String> {
    let labels = labels.into_iter().flatten();
    labels
        .filter(|(key, _)| RESERVED_PREFIXES.iter().all(|prefix| !key.starts_with(prefix)))
        .map(|(key, value)| (key.clone(), value.clone()))
        .collect()
}

/// A non-empty text.
pub(super) fn non_empty(text: Option<&String>) -> Option<String> {
    text.filter(|text| !text.is_empty()).cloned()
}

/// A number other than zero.
pub(super) fn non_zero(number: Option<i64>) -> Option<i64> {
    number.filter(|number| *number != 0)
}
