//! Converts a container definition to the body of the create call, as docker compose v2.40.3 does, so that the same file
//! gives the same `docker inspect`. One file per family of attributes.

use std::collections::HashMap;

use bollard::models::{ContainerCreateBody, HostConfig, NetworkingConfig};
use core_monitor_domain::effect::NewContainer;
use core_monitor_domain::observation::ApiVersion;
use core_monitor_domain::ports::EngineError;
use serde_json::Value;

use crate::{network, path};

mod healthcheck;
mod host;
mod mounts;
mod namespaces;
mod ports;
mod resources;
#[cfg(test)]
mod restricted;
#[cfg(test)]
mod tests;

/// A create call, ready to be sent.
#[derive(Debug)]
pub(crate) struct CreateCall {
    /// Path and query.
    pub(crate) path: String,
    /// Contains values of environment variables: never log this.
    pub(crate) body: Value,
}

/// The call that creates `new`. Rejects attributes that the engine's version would silently ignore.
pub(crate) fn call(new: &NewContainer, api: ApiVersion) -> Result<CreateCall, EngineError> {
    let spec = &new.spec;
    let host_config = host_config(new)?;
    let body = ContainerCreateBody {
        hostname: spec.hostname.clone(),
        domainname: spec.domainname.clone(),
        user: spec.user.clone(),
        attach_stdin: Some(false),
        attach_stdout: Some(true),
        attach_stderr: Some(true),
        exposed_ports: ports::exposed(spec),
        tty: Some(spec.tty),
        open_stdin: Some(spec.stdin_open),
        stdin_once: Some(false),
        env: environment(new),
        cmd: spec.command.clone(),
        entrypoint: spec.entrypoint.clone(),
        healthcheck: spec.healthcheck.as_ref().map(|check| healthcheck::config(check, api)).transpose()?,
        image: Some(new.image.0.clone()),
        working_dir: spec.working_dir.clone(),
        labels: Some(new.labels.clone().into_iter().collect()),
        stop_signal: spec.stop_signal.clone(),
        // Truncated to whole seconds, as in docker compose.
        stop_timeout: spec.stop_grace_ms.map(|millis| i64::try_from(millis / 1000).unwrap_or(i64::MAX)),
        host_config: Some(host_config),
        networking_config: networking(new, api),
        ..ContainerCreateBody::default()
    };
    let mut body = serde_json::to_value(body).map_err(|error| not_serializable(&error))?;
    if let (Some(mac), Some(fields)) = (mac_address(new), body.as_object_mut())
        && api < ApiVersion::ALL_NETWORKS_IN_CREATE
    {
        fields.insert("MacAddress".to_owned(), Value::from(mac));
    }
    Ok(CreateCall { path: create_path(new), body })
}

fn create_path(new: &NewContainer) -> String {
    let mut out = format!("/containers/create?name={}", path::value(&new.name));
    if let Some(platform) = &new.spec.platform {
        out.push_str("&platform=");
        out.push_str(&path::value(platform));
    }
    out
}

fn host_config(new: &NewContainer) -> Result<HostConfig, EngineError> {
    let spec = &new.spec;
    let mut config = host::config(spec);
    mounts::apply(new, &mut config);
    namespaces::apply(new, &mut config)?;
    resources::apply(&spec.resources, &mut config);
    config.port_bindings = ports::bindings(spec);
    Ok(config)
}

/// `K=V`, or `K` alone to unset a variable of the image.
fn environment(new: &NewContainer) -> Option<Vec<String>> {
    let entry = |(key, value): (&String, &Option<String>)| match value {
        Some(value) => format!("{key}={value}"),
        None => key.clone(),
    };
    let environment = &new.spec.environment;
    (!environment.is_empty()).then(|| environment.iter().map(entry).collect())
}

fn networking(new: &NewContainer, api: ApiVersion) -> Option<NetworkingConfig> {
    let mut endpoints: HashMap<_, _> = HashMap::new();
    for (position, (id, attachment)) in new.attachments.iter().enumerate() {
        let mut endpoint = network::endpoint(id, attachment, api);
        if position == 0 && api >= ApiVersion::ALL_NETWORKS_IN_CREATE {
            endpoint.mac_address = mac_address(new).map(ToOwned::to_owned);
        }
        endpoints.insert(attachment.network.clone(), endpoint);
    }
    (!endpoints.is_empty()).then_some(NetworkingConfig { endpoints_config: Some(endpoints) })
}

/// The MAC address of the first network, or else of the container.
fn mac_address(new: &NewContainer) -> Option<&str> {
    let of_network = new.attachments.first().and_then(|(_, attachment)| attachment.mac_address.as_deref());
    of_network.or(new.spec.mac_address.as_deref())
}

fn not_serializable(error: &serde_json::Error) -> EngineError {
    EngineError::Refused { status: 400, message: format!("the definition cannot be serialized: {error}") }
}
