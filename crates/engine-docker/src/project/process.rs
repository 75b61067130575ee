//! Derives the process settings, which come from both the image and the definition.

use std::collections::{BTreeMap, BTreeSet};

use bollard::models::{ContainerConfig, HealthConfig};
use core_monitor_domain::desired::{ContainerSpec, Healthcheck, HealthcheckTest};

use super::scene::{non_empty, written};
use super::{Found, Scene};

pub(super) fn derive(scene: &Scene, found: &Found, spec: &mut ContainerSpec) {
    let (config, image) = (&found.config, scene.image(found));
    command(config, image, spec);
    spec.environment = environment(config, image);
    spec.labels = written(config.labels.as_ref());
    for (key, value) in image.labels.iter().flatten() {
        if spec.labels.get(key) == Some(value) {
            spec.labels.remove(key);
        }
    }
    spec.user = own(config.user.as_ref(), image.user.as_ref());
    spec.working_dir = own(config.working_dir.as_ref(), image.working_dir.as_ref());
    spec.stop_signal = own(config.stop_signal.as_ref(), image.stop_signal.as_ref());
    spec.stop_grace_ms = config
        .stop_timeout
        .and_then(|seconds| u64::try_from(seconds).ok())
        .map(|seconds| seconds.saturating_mul(1000));
    spec.hostname = non_empty(config.hostname.as_ref()).filter(|name| is_configured(scene, found, name));
    spec.domainname = non_empty(config.domainname.as_ref());
    spec.tty = config.tty == Some(true);
    spec.stdin_open = config.open_stdin == Some(true);
    spec.expose = expose(found, image);
    spec.healthcheck =
        config.healthcheck.as_ref().and_then(|check| healthcheck(check, image.healthcheck.as_ref()));
}

/// The value, unless it comes from the image.
fn own(value: Option<&String>, of_image: Option<&String>) -> Option<String> {
    non_empty(value).filter(|value| of_image != Some(value))
}

/// The engine takes both from the image, the command only if the entrypoint comes from the image too.
fn command(config: &ContainerConfig, image: &ContainerConfig, spec: &mut ContainerSpec) {
    let list = |list: &Option<Vec<String>>| list.clone().unwrap_or_default();
    let same_entrypoint = list(&config.entrypoint) == list(&image.entrypoint);
    let same_command = list(&config.cmd) == list(&image.cmd);
    if same_entrypoint && same_command {
        return;
    }
    if !same_entrypoint || (list(&config.cmd).is_empty() && !list(&image.cmd).is_empty()) {
        spec.entrypoint = Some(list(&config.entrypoint));
    }
    let nothing = list(&config.cmd).is_empty();
    spec.command = (!nothing).then(|| list(&config.cmd));
}

fn environment(config: &ContainerConfig, image: &ContainerConfig) -> BTreeMap<String, Option<String>> {
    let of_image: BTreeSet<&String> = image.env.iter().flatten().collect();
    let mut environment: BTreeMap<String, Option<String>> = BTreeMap::new();
    for entry in config.env.iter().flatten().filter(|entry| !of_image.contains(entry)) {
        let (name, value) = entry.split_once('=').map_or((entry.as_str(), None), |(n, v)| (n, Some(v)));
        environment.insert(name.to_owned(), value.map(str::to_owned));
    }
    // A variable of the image that the container lacks was unset.
    let has = |name: &str| config.env.iter().flatten().any(|entry| entry.split('=').next() == Some(name));
    for name in of_image.iter().filter_map(|entry| entry.split('=').next()).filter(|name| !has(name)) {
        environment.insert(name.to_owned(), None);
    }
    environment
}

/// Whether the host name was configured. By default it is the container id, or the host's name in host network mode.
fn is_configured(scene: &Scene, found: &Found, name: &str) -> bool {
    let mode = found.host.network_mode.as_deref().unwrap_or_default();
    let of_host = mode == "host" && name == scene.host_name;
    let shared = of_host || mode.starts_with("container:");
    !shared && !found.id.as_str().starts_with(name)
}

/// Exposed ports that are neither published nor from the image.
fn expose(found: &Found, image: &ContainerConfig) -> Vec<String> {
    let of_image = |port: &String| image.exposed_ports.iter().flatten().any(|known| known == port);
    let published = |port: &String| found.host.port_bindings.iter().flatten().any(|(known, _)| known == port);
    let mut expose: Vec<String> = found
        .config
        .exposed_ports
        .iter()
        .flatten()
        .filter(|port| !of_image(port) && !published(port))
        .cloned()
        .collect();
    expose.sort();
    expose
}

fn healthcheck(check: &HealthConfig, of_image: Option<&HealthConfig>) -> Option<Healthcheck> {
    let nothing = HealthConfig::default();
    let image = of_image.unwrap_or(&nothing);
    if check == image {
        return None;
    }
    let changed = |own: Option<i64>, image: Option<i64>| own.filter(|own| *own != 0 && Some(*own) != image);
    let millis = |own, image| changed(own, image).and_then(|nanos| u64::try_from(nanos / 1_000_000).ok());
    let test = match check.test.as_deref() {
        test if test == image.test.as_deref() => HealthcheckTest::Inherit,
        None | Some([]) => HealthcheckTest::Inherit,
        Some([none, ..]) if none == "NONE" => HealthcheckTest::Disabled,
        Some([shell, line]) if shell == "CMD-SHELL" => HealthcheckTest::Shell(line.clone()),
        Some([_, command @ ..]) => HealthcheckTest::Exec(command.to_vec()),
    };
    Some(Healthcheck {
        test,
        interval_ms: millis(check.interval, image.interval),
        timeout_ms: millis(check.timeout, image.timeout),
        start_period_ms: millis(check.start_period, image.start_period),
        start_interval_ms: millis(check.start_interval, image.start_interval),
        retries: changed(check.retries, image.retries).and_then(|retries| u32::try_from(retries).ok()),
    })
}
