//! Converts one service to a container definition.

use core_monitor_compose::Project;
use core_monitor_compose::model::{self, Service};

use super::said;
use super::{DesiredError, build, files, healthcheck, hooks, mounts, network_mode, resources};
use crate::desired::{ContainerSpec, Device, Logging, NamespaceMode, Port, Protocol, RestartPolicy, Ulimit};
use crate::image::ImageRef;

pub(super) fn container_spec(
    project: &Project,
    name: &str,
    service: &Service,
) -> Result<ContainerSpec, DesiredError> {
    let Some(image) = build::image_name(project, name, service) else {
        return Err(DesiredError::value(name, "image", said::no_image_and_no_build()));
    };
    let files = files::files(project, name, service)?;
    let mut mounts = mounts::mounts(project, name, service)?;
    // If two have the same target, the later one wins; configs and secrets come last.
    mounts.retain(|mount| files.mounts.iter().all(|other| other.target != mount.target));
    mounts.extend(files.mounts);
    let ports = service.ports.iter().map(|written| port(name, written)).collect::<Result<_, _>>()?;
    Ok(ContainerSpec {
        image: ImageRef(image),
        platform: service.platform.clone(),
        command: service.command.clone(),
        entrypoint: service.entrypoint.clone(),
        environment: service.environment.clone().into_iter().collect(),
        labels: service.labels.clone().into_iter().collect(),
        user: service.user.clone(),
        group_add: service.group_add.clone(),
        working_dir: service.working_dir.clone(),
        hostname: service.hostname.clone(),
        domainname: service.domainname.clone(),
        tty: service.tty,
        stdin_open: service.stdin_open,
        read_only: service.read_only,
        privileged: service.privileged,
        init: service.init,
        cap_add: service.cap_add.clone(),
        cap_drop: service.cap_drop.clone(),
        security_opt: service.security_opt.clone(),
        devices: service.devices.iter().map(device).collect(),
        device_cgroup_rules: service.device_cgroup_rules.clone(),
        extra_hosts: service.extra_hosts.iter().map(|entry| extra_host(entry)).collect(),
        dns: service.dns.clone(),
        dns_search: service.dns_search.clone(),
        dns_opt: service.dns_opt.clone(),
        ulimits: service.ulimits.iter().map(|(name, limit)| (name.clone(), ulimit(*limit))).collect(),
        sysctls: service.sysctls.clone().into_iter().collect(),
        shm_size: service.shm_size.and_then(|size| u64::try_from(size.0).ok()),
        storage_opt: service.storage_opt.clone().into_iter().collect(),
        runtime: service.runtime.clone(),
        cgroup_parent: service.cgroup_parent.clone(),
        cgroup: service.cgroup.clone(),
        isolation: service.isolation.clone(),
        annotations: service.annotations.clone().into_iter().collect(),
        oom_kill_disable: service.oom_kill_disable,
        oom_score_adj: service.oom_score_adj.unwrap_or(0),
        mounts,
        files: files.injected,
        post_start: hooks::hooks(&service.post_start),
        pre_stop: hooks::hooks(&service.pre_stop),
        tmpfs: mounts::tmpfs(service),
        volumes_from: service.volumes_from.clone(),
        ports,
        expose: service.expose.clone(),
        healthcheck: service
            .healthcheck
            .as_ref()
            .map(|check| healthcheck::healthcheck(name, check))
            .transpose()?,
        restart: restart_policy(name, service)?,
        stop_signal: service.stop_signal.clone(),
        stop_grace_ms: service.stop_grace_period.map(millis),
        logging: service.logging.as_ref().map(|logging| Logging {
            driver: logging.driver.clone(),
            options: logging.options.clone().into_iter().collect(),
        }),
        resources: resources::resources(service),
        network_mode: network_mode::network_mode(project, name, service)?,
        pid: namespace(service.pid.as_deref())?,
        ipc: namespace(service.ipc.as_deref())?,
        uts: service.uts.clone(),
        userns: service.userns_mode.clone(),
        mac_address: service.mac_address.clone(),
    })
}

/// Whole milliseconds; a negative duration becomes zero.
pub(super) fn millis(duration: model::Duration) -> u64 {
    u64::try_from(duration.0 / 1_000_000).unwrap_or(0)
}

fn device(device: &model::Device) -> Device {
    Device {
        host: device.source.clone(),
        container: device.target.clone(),
        permissions: device.permissions.clone(),
    }
}

pub(super) fn ulimit(limit: model::Ulimit) -> Ulimit {
    match limit {
        model::Ulimit::Single(value) => Ulimit { soft: value, hard: value },
        model::Ulimit::Range { soft, hard } => Ulimit { soft, hard },
    }
}

/// The model has `name=address`, the engine expects `name:address`.
fn extra_host(entry: &str) -> String {
    entry.split_once('=').map_or_else(|| entry.to_owned(), |(name, address)| format!("{name}:{address}"))
}

fn port(service: &str, port: &model::Port) -> Result<Port, DesiredError> {
    let protocol = match port.protocol.as_str() {
        "" | "tcp" => Protocol::Tcp,
        "udp" => Protocol::Udp,
        "sctp" => Protocol::Sctp,
        other => {
            let what = said::port_protocol_unknown(other);
            return Err(DesiredError::value(service, "ports", what));
        }
    };
    Ok(Port {
        target: port.target,
        protocol,
        host_ip: port.host_ip.clone().filter(|ip| !ip.is_empty()),
        published: port.published.clone().filter(|published| !published.is_empty()),
    })
}

/// `deploy.restart_policy` takes precedence over `restart`, as in docker compose.
fn restart_policy(name: &str, service: &Service) -> Result<RestartPolicy, DesiredError> {
    if let Some(policy) = service.deploy.as_ref().and_then(|deploy| deploy.restart_policy.as_ref()) {
        return Ok(match policy.condition.as_deref() {
            Some("none") => RestartPolicy::No,
            Some("on-failure") => RestartPolicy::OnFailure {
                max: policy.max_attempts.and_then(|max| u32::try_from(max).ok()).unwrap_or(0),
            },
            _ => RestartPolicy::Always,
        });
    }
    let Some(written) = service.restart.as_deref() else { return Ok(RestartPolicy::Unset) };
    let (word, max) = written.split_once(':').map_or((written, None), |(word, max)| (word, Some(max)));
    match (word, max) {
        ("", None) => Ok(RestartPolicy::Unset),
        ("no", None) => Ok(RestartPolicy::No),
        ("always", None) => Ok(RestartPolicy::Always),
        ("unless-stopped", None) => Ok(RestartPolicy::UnlessStopped),
        ("on-failure", None) => Ok(RestartPolicy::OnFailure { max: 0 }),
        ("on-failure", Some(max)) => max
            .parse()
            .map(|max| RestartPolicy::OnFailure { max })
            .map_err(|_| DesiredError::value(name, "restart", said::restarts_not_a_number(max))),
        _ => Err(DesiredError::value(name, "restart", said::restart_policy_unknown(written))),
    }
}

fn namespace(written: Option<&str>) -> Result<NamespaceMode, DesiredError> {
    Ok(match written {
        None | Some("") => NamespaceMode::Default,
        Some(mode) => match mode.strip_prefix("service:") {
            Some(other) => NamespaceMode::Service { service: other.parse()? },
            None => NamespaceMode::Engine { mode: mode.to_owned() },
        },
    })
}
