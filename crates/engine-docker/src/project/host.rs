//! Privileges on the host, and namespaces.

use std::collections::{BTreeMap, HashMap};

use bollard::models::{HostConfig, RestartPolicyNameEnum};
use core_monitor_domain::desired::{ContainerSpec, Device, Logging, NamespaceMode, RestartPolicy, Ulimit};

use super::scene::non_empty;
use super::{Found, Scene};

/// The engine's default size of `/dev/shm`.
const DEFAULT_SHM: i64 = 64 << 20;

pub(super) fn derive(scene: &Scene, found: &Found, spec: &mut ContainerSpec) {
    let host = &found.host;
    spec.privileged = host.privileged == Some(true);
    spec.read_only = host.readonly_rootfs == Some(true);
    spec.init = host.init;
    spec.cap_add = capabilities(host.cap_add.as_ref());
    spec.cap_drop = capabilities(host.cap_drop.as_ref());
    spec.security_opt = security(host);
    spec.devices = devices(host);
    spec.device_cgroup_rules = list(host.device_cgroup_rules.as_ref());
    spec.extra_hosts = list(host.extra_hosts.as_ref());
    spec.dns = list(host.dns.as_ref());
    spec.dns_search = list(host.dns_search.as_ref());
    spec.dns_opt = list(host.dns_options.as_ref());
    spec.group_add = list(host.group_add.as_ref());
    spec.sysctls = map(host.sysctls.as_ref());
    spec.storage_opt = map(host.storage_opt.as_ref());
    spec.annotations = map(host.annotations.as_ref());
    spec.ulimits = ulimits(host);
    let shared =
        host.ipc_mode.as_deref().is_some_and(|mode| mode.starts_with("container:") || mode == "host");
    spec.shm_size = host
        .shm_size
        .filter(|size| *size != DEFAULT_SHM && *size != 0 && !shared)
        .and_then(|size| u64::try_from(size).ok());
    spec.runtime = non_empty(host.runtime.as_ref()).filter(|runtime| *runtime != scene.default_runtime);
    spec.cgroup_parent = non_empty(host.cgroup_parent.as_ref());
    let cgroup = host.cgroupns_mode.map(|mode| mode.to_string());
    spec.cgroup = cgroup.filter(|mode| !mode.is_empty() && mode != scene.default_cgroup);
    let isolation = host.isolation.map(|isolation| isolation.to_string());
    spec.isolation = isolation.filter(|isolation| !matches!(isolation.as_str(), "" | "default"));
    spec.oom_kill_disable = host.oom_kill_disable == Some(true);
    spec.oom_score_adj = host.oom_score_adj.unwrap_or(0);
    spec.restart = restart(host);
    spec.logging = logging(scene, host);
    spec.uts = non_empty(host.uts_mode.as_ref());
    spec.userns = non_empty(host.userns_mode.as_ref());
    spec.pid = namespace(scene, host.pid_mode.as_deref());
    // The engine reports one of the two by default.
    let ipc = host.ipc_mode.as_deref().filter(|mode| !matches!(*mode, "private" | "shareable"));
    spec.ipc = namespace(scene, ipc);
}

fn capabilities(names: Option<&Vec<String>>) -> Vec<String> {
    let short = |name: &String| name.strip_prefix("CAP_").unwrap_or(name).to_owned();
    names.into_iter().flatten().map(short).collect()
}

/// The engine adds `label=disable` to a container with host privileges or namespaces; it keeps no option for unmasked paths.
fn security(host: &HostConfig) -> Vec<String> {
    let of_host = |mode: Option<&String>| mode.is_some_and(|mode| mode == "host");
    let trusted =
        host.privileged == Some(true) || of_host(host.pid_mode.as_ref()) || of_host(host.ipc_mode.as_ref());
    let given = |option: &&String| trusted && *option == "label=disable";
    let mut options: Vec<String> =
        host.security_opt.iter().flatten().filter(|option| !given(option)).cloned().collect();
    if host.masked_paths.as_ref().is_some_and(Vec::is_empty) && host.privileged != Some(true) {
        options.push("systempaths=unconfined".to_owned());
    }
    options
}

fn devices(host: &HostConfig) -> Vec<Device> {
    let device = |device: &bollard::models::DeviceMapping| Device {
        host: device.path_on_host.clone().unwrap_or_default(),
        container: device.path_in_container.clone().unwrap_or_default(),
        permissions: device.cgroup_permissions.clone().unwrap_or_default(),
    };
    host.devices.iter().flatten().map(device).collect()
}

fn ulimits(host: &HostConfig) -> BTreeMap<String, Ulimit> {
    let limit = |limit: &bollard::models::ResourcesUlimits| {
        let soft = limit.soft.unwrap_or(0);
        (limit.name.clone().unwrap_or_default(), Ulimit { soft, hard: limit.hard.unwrap_or(soft) })
    };
    host.ulimits.iter().flatten().map(limit).collect()
}

fn restart(host: &HostConfig) -> RestartPolicy {
    let Some(policy) = &host.restart_policy else { return RestartPolicy::Unset };
    match policy.name {
        Some(RestartPolicyNameEnum::NO) => RestartPolicy::No,
        Some(RestartPolicyNameEnum::ALWAYS) => RestartPolicy::Always,
        Some(RestartPolicyNameEnum::UNLESS_STOPPED) => RestartPolicy::UnlessStopped,
        Some(RestartPolicyNameEnum::ON_FAILURE) => RestartPolicy::OnFailure {
            max: policy.maximum_retry_count.and_then(|max| u32::try_from(max).ok()).unwrap_or(0),
        },
        _ => RestartPolicy::Unset,
    }
}

fn logging(scene: &Scene, host: &HostConfig) -> Option<Logging> {
    let config = host.log_config.as_ref()?;
    let driver = non_empty(config.typ.as_ref()).filter(|driver| *driver != scene.default_log_driver);
    let options = map(config.config.as_ref());
    (driver.is_some() || !options.is_empty()).then_some(Logging { driver, options })
}

/// `container:ID` becomes a service if the container belongs to the project.
pub(super) fn namespace(scene: &Scene, mode: Option<&str>) -> NamespaceMode {
    let Some(mode) = mode.filter(|mode| !mode.is_empty()) else { return NamespaceMode::Default };
    match mode.strip_prefix("container:").and_then(|container| scene.service_of(container)) {
        Some(service) => NamespaceMode::Service { service },
        None => NamespaceMode::Engine { mode: mode.to_owned() },
    }
}

pub(super) fn list(items: Option<&Vec<String>>) -> Vec<String> {
    items.cloned().unwrap_or_default()
}

pub(super) fn map(items: Option<&HashMap<String, String>>) -> BTreeMap<String, String> {
    items.into_iter().flatten().map(|(key, value)| (key.clone(), value.clone())).collect()
}
