//! Privileges on the host, and host settings that are passed on unchanged.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use bollard::models::{
    DeviceMapping, HostConfig, HostConfigCgroupnsModeEnum, HostConfigIsolationEnum, HostConfigLogConfig,
    ResourcesUlimits, RestartPolicy as EngineRestartPolicy, RestartPolicyNameEnum,
};
use core_monitor_domain::desired::{ContainerSpec, Device, Logging, RestartPolicy, Ulimit};

/// The option that unmasks parts of `/proc` and `/sys`. Clients apply it, not the engine.
const UNMASK: &str = "systempaths=unconfined";

pub(super) fn config(spec: &ContainerSpec) -> HostConfig {
    let unmasked = spec.security_opt.iter().any(|option| option == UNMASK);
    HostConfig {
        annotations: map(&spec.annotations),
        cap_add: capabilities(&spec.cap_add),
        cap_drop: capabilities(&spec.cap_drop),
        cgroup_parent: spec.cgroup_parent.clone(),
        cgroupns_mode: spec.cgroup.as_ref().and_then(|mode| mode.parse::<HostConfigCgroupnsModeEnum>().ok()),
        device_cgroup_rules: list(&spec.device_cgroup_rules),
        devices: some(spec.devices.iter().map(device).collect()),
        dns: list(&spec.dns),
        dns_options: list(&spec.dns_opt),
        dns_search: list(&spec.dns_search),
        extra_hosts: list(&spec.extra_hosts),
        group_add: list(&spec.group_add),
        init: spec.init,
        isolation: spec.isolation.as_ref().and_then(|mode| mode.parse::<HostConfigIsolationEnum>().ok()),
        log_config: spec.logging.as_ref().map(log_config),
        masked_paths: unmasked.then(Vec::new),
        readonly_paths: unmasked.then(Vec::new),
        oom_kill_disable: Some(spec.oom_kill_disable),
        oom_score_adj: Some(spec.oom_score_adj),
        privileged: Some(spec.privileged),
        readonly_rootfs: Some(spec.read_only),
        restart_policy: Some(restart_policy(spec.restart)),
        runtime: spec.runtime.clone(),
        security_opt: some(spec.security_opt.iter().filter(|option| *option != UNMASK).cloned().collect()),
        shm_size: spec.shm_size.map(|bytes| i64::try_from(bytes).unwrap_or(i64::MAX)),
        storage_opt: map(&spec.storage_opt),
        sysctls: map(&spec.sysctls),
        ulimits: some(spec.ulimits.iter().map(ulimit).collect()),
        userns_mode: spec.userns.clone(),
        uts_mode: spec.uts.clone(),
        ..HostConfig::default()
    }
}

/// `net_admin` and `CAP_NET_ADMIN` are the same; the engine accepts both and stores them unchanged.
fn capabilities(names: &[String]) -> Option<Vec<String>> {
    let full = |name: &String| {
        let name = name.trim().to_uppercase();
        if name == "ALL" || name.starts_with("CAP_") { name } else { format!("CAP_{name}") }
    };
    let names: BTreeSet<String> = names.iter().map(full).collect();
    some(names.into_iter().collect())
}

fn device(device: &Device) -> DeviceMapping {
    DeviceMapping {
        path_on_host: Some(device.host.clone()),
        path_in_container: Some(device.container.clone()),
        cgroup_permissions: Some(device.permissions.clone()),
    }
}

fn ulimit((name, limit): (&String, &Ulimit)) -> ResourcesUlimits {
    ResourcesUlimits { name: Some(name.clone()), soft: Some(limit.soft), hard: Some(limit.hard) }
}

fn log_config(logging: &Logging) -> HostConfigLogConfig {
    HostConfigLogConfig {
        typ: Some(logging.driver.clone().unwrap_or_default()),
        config: Some(logging.options.clone().into_iter().collect()),
    }
}

fn restart_policy(policy: RestartPolicy) -> EngineRestartPolicy {
    let (name, max) = match policy {
        // Both mean the same, and docker compose passes them on unchanged.
        RestartPolicy::Unset => (RestartPolicyNameEnum::EMPTY, 0),
        RestartPolicy::No => (RestartPolicyNameEnum::NO, 0),
        RestartPolicy::Always => (RestartPolicyNameEnum::ALWAYS, 0),
        RestartPolicy::UnlessStopped => (RestartPolicyNameEnum::UNLESS_STOPPED, 0),
        RestartPolicy::OnFailure { max } => (RestartPolicyNameEnum::ON_FAILURE, i64::from(max)),
    };
    EngineRestartPolicy { name: Some(name), maximum_retry_count: Some(max) }
}

fn list(items: &[String]) -> Option<Vec<String>> {
    some(items.to_vec())
}

fn some<T>(items: Vec<T>) -> Option<Vec<T>> {
    (!items.is_empty()).then_some(items)
}

fn map(items: &BTreeMap<String, String>) -> Option<HashMap<String, String>> {
    (!items.is_empty()).then(|| items.clone().into_iter().collect())
}
