//! What a container asks of the host.

use super::demand::{Asker, Own};
use super::values::mount_of;
use super::{Demand, Restricted};
use crate::desired::{
    Attachment, ContainerSpec, DeviceRequest, Hook, Mount, MountKind, NamespaceMode, NetworkMode, Port,
};
use crate::protection::{is_read_only, shared_containers};

/// How the engine names another container in a mode.
const CONTAINER: &str = "container:";
/// The mode, and the network, that is the host's own.
const HOST: &str = "host";

/// Everything that a container of a service asks of the host, its image apart.
///
/// What is not known to be harmless is a demand, so that a new way to write something is refused before somebody knows it.
pub fn of_container(service: &str, spec: &ContainerSpec, own: &Own<'_>) -> Vec<Demand> {
    let asker = Asker { owner: service, path: format!("services.{service}") };
    let mut demands = privileges(&asker, spec);
    demands.extend(namespaces(&asker, spec));
    demands.extend(devices(&asker, spec));
    demands.extend(kernel(&asker, spec));
    demands.extend(mounts(&asker, spec, own));
    let is_service = |name: &str| own.services.contains(name);
    let shared = shared_containers(spec, is_service);
    demands.extend(shared.map(|name| asker.wants(Restricted::Containers, name, "network_mode")));
    demands.extend(networks(&asker, spec, own));
    demands.extend(spec.ports.iter().flat_map(|port| published(&asker, port)));
    demands
}

fn privileges(asker: &Asker<'_>, spec: &ContainerSpec) -> Vec<Demand> {
    let mut demands = Vec::new();
    if spec.privileged {
        demands.push(asker.wants(Restricted::Privileged, "container", "privileged"));
    }
    let stages = [("post_start", &spec.post_start), ("pre_stop", &spec.pre_stop)];
    let privileged = stages.into_iter().filter(|(_, hooks)| hooks.iter().any(|hook| hook.privileged));
    demands.extend(privileged.map(|(stage, _)| asker.wants(Restricted::Privileged, "hook", stage)));
    demands.extend(spec.cap_add.iter().map(|name| {
        let name = name.trim().to_ascii_uppercase();
        let name = name.strip_prefix("CAP_").unwrap_or(&name);
        asker.wants(Restricted::Capabilities, name, "cap_add")
    }));
    demands
}

/// What a hook asks that runs in a container of a service: it can be privileged where the container is not.
pub fn of_hook(service: &str, hook: &Hook) -> Option<Demand> {
    let asker = Asker { owner: service, path: format!("services.{service}") };
    hook.privileged.then(|| asker.wants(Restricted::Privileged, "hook", "post_start"))
}

fn namespaces(asker: &Asker<'_>, spec: &ContainerSpec) -> Vec<Demand> {
    let host_network = match &spec.network_mode {
        NetworkMode::Host => true,
        NetworkMode::Other { name } => name == HOST,
        // A network that is called so is the host's, too.
        NetworkMode::Networks { attachments } => attachments.iter().any(|one| one.network == HOST),
        _ => false,
    };
    let text = |mode: Option<&str>, harmless: &[&str]| mode.is_some_and(|mode| !harmless.contains(&mode));
    let modes = [
        ("network", "network_mode", host_network),
        ("pid", "pid", is_of_host(&spec.pid, &["", "private"])),
        ("ipc", "ipc", is_of_host(&spec.ipc, &["", "none", "private", "shareable"])),
        ("uts", "uts", text(spec.uts.as_deref(), &[""])),
        ("user", "userns_mode", text(spec.userns.as_deref(), &[""])),
        ("cgroup", "cgroup", text(spec.cgroup.as_deref(), &["", "private"])),
    ];
    let wanted = modes.into_iter().filter(|(.., is_wanted)| *is_wanted);
    wanted.map(|(name, attribute, _)| asker.wants(Restricted::Namespaces, name, attribute)).collect()
}

/// Whether a mode is neither harmless nor another container, which is asked for apart.
fn is_of_host(mode: &NamespaceMode, harmless: &[&str]) -> bool {
    match mode {
        NamespaceMode::Engine { mode } => !harmless.contains(&mode.as_str()) && !mode.starts_with(CONTAINER),
        NamespaceMode::Default | NamespaceMode::Service { .. } => false,
    }
}

fn devices(asker: &Asker<'_>, spec: &ContainerSpec) -> Vec<Demand> {
    let devices = spec.devices.iter().map(|device| (device.host.clone(), "devices"));
    let rules = spec.device_cgroup_rules.iter().map(|rule| (rule.clone(), "device_cgroup_rules"));
    let requests = spec.resources.device_requests.iter().map(|request| (requested(request), "gpus"));
    let all = devices.chain(rules).chain(requests);
    all.map(|(name, attribute)| asker.wants(Restricted::Devices, name, attribute)).collect()
}

/// The driver of a request, or else what the devices are to be capable of.
fn requested(request: &DeviceRequest) -> String {
    if !request.driver.is_empty() {
        return request.driver.clone();
    }
    let capabilities = request.capabilities.iter().flatten();
    capabilities.map(String::as_str).collect::<Vec<_>>().join(",")
}

/// What concerns the kernel and how it confines the container.
fn kernel(asker: &Asker<'_>, spec: &ContainerSpec) -> Vec<Demand> {
    // The engine takes `:` for `=`.
    let option = |text: &String| if text.contains('=') { text.clone() } else { text.replacen(':', "=", 1) };
    let options = spec.security_opt.iter().map(option).filter(|option| !restricts(option));
    let mut demands: Vec<Demand> =
        options.map(|option| asker.wants(Restricted::SecurityOptions, option, "security_opt")).collect();
    demands
        .extend(spec.sysctls.keys().map(|name| asker.wants(Restricted::Sysctls, name.as_str(), "sysctls")));
    let runtime = spec.runtime.iter().filter(|runtime| !runtime.is_empty());
    demands.extend(runtime.map(|runtime| asker.wants(Restricted::Runtimes, runtime.as_str(), "runtime")));
    let parent = spec.cgroup_parent.iter().filter(|parent| !parent.is_empty());
    demands.extend(
        parent.map(|parent| asker.wants(Restricted::CgroupParents, parent.as_str(), "cgroup_parent")),
    );
    let driver = spec.logging.as_ref().and_then(|logging| logging.driver.as_deref());
    let driver = driver.filter(|driver| !driver.is_empty());
    demands.extend(driver.map(|driver| asker.wants(Restricted::LogDrivers, driver, "logging.driver")));
    let protected = [("oom_score_adj", spec.oom_score_adj < 0), ("oom_kill_disable", spec.oom_kill_disable)];
    let protected = protected.into_iter().filter(|(_, is)| *is);
    demands.extend(protected.map(|(name, _)| asker.wants(Restricted::OomProtection, name, name)));
    let annotations = spec.annotations.keys();
    demands
        .extend(annotations.map(|name| asker.wants(Restricted::Annotations, name.as_str(), "annotations")));
    demands
}

/// Whether a security option only takes away.
fn restricts(option: &str) -> bool {
    matches!(option, "no-new-privileges" | "no-new-privileges=true" | "no-new-privileges=false")
}

fn mounts(asker: &Asker<'_>, spec: &ContainerSpec, own: &Own<'_>) -> Vec<Demand> {
    let demand = |(index, mount): (usize, &Mount)| {
        let attribute = format!("volumes[{index}]");
        match &mount.kind {
            MountKind::Bind { source, .. } if own.has(source) && !own.can_exchange(source) => None,
            MountKind::Bind { source, .. } | MountKind::NamedPipe { source } => {
                let demand =
                    asker.wants(Restricted::Binds, mount_of(source, is_read_only(mount)), &attribute);
                Some(Demand { is_exchangeable: own.has(source), ..demand })
            }
            // The engine takes such a name for a path.
            MountKind::Volume { name: Some(name), .. } if name.contains('/') => {
                Some(asker.wants(Restricted::Binds, mount_of(name, is_read_only(mount)), &attribute))
            }
            MountKind::Volume { name: Some(name), .. } if !own.volumes.contains(name.as_str()) => {
                Some(asker.wants(Restricted::Volumes, name.as_str(), &attribute))
            }
            MountKind::Volume { .. } | MountKind::Tmpfs { .. } => None,
        }
    };
    spec.mounts.iter().enumerate().filter_map(demand).collect()
}

/// Networks of others, with options of the endpoints in all of them. That of the host is a namespace.
fn networks(asker: &Asker<'_>, spec: &ContainerSpec, own: &Own<'_>) -> Vec<Demand> {
    let attachments = spec.network_mode.attachments().iter();
    let attached = attachments.flat_map(|attachment| attached(asker, attachment, own));
    let named: Vec<&str> = match &spec.network_mode {
        NetworkMode::Other { name } if !name.starts_with(CONTAINER) => vec![name],
        // The engine's own network has containers of everybody.
        NetworkMode::Bridge => vec!["bridge"],
        _ => Vec::new(),
    };
    let named = named.into_iter().filter_map(|name| foreign(asker, name, own));
    named.chain(attached).collect()
}

/// What a container asks of a network that it is attached to later.
pub fn of_attachment(service: &str, attachment: &Attachment, own: &Own<'_>) -> Vec<Demand> {
    let asker = Asker { owner: service, path: format!("services.{service}") };
    let host =
        (attachment.network == HOST).then(|| asker.wants(Restricted::Namespaces, "network", "networks"));
    host.into_iter().chain(attached(&asker, attachment, own)).collect()
}

fn attached(asker: &Asker<'_>, attachment: &Attachment, own: &Own<'_>) -> Vec<Demand> {
    let options = attachment.driver_opts.keys();
    let options = options.map(|name| asker.wants(Restricted::NetworkOptions, name.as_str(), "networks"));
    foreign(asker, &attachment.network, own).into_iter().chain(options).collect()
}

fn foreign(asker: &Asker<'_>, name: &str, own: &Own<'_>) -> Option<Demand> {
    let is_foreign = name != HOST && !own.networks.contains(name);
    is_foreign.then(|| asker.wants(Restricted::Networks, name, "networks"))
}

fn published(asker: &Asker<'_>, port: &Port) -> Vec<Demand> {
    let address = port.host_ip.as_deref().filter(|address| !address.is_empty()).unwrap_or("0.0.0.0");
    let fixed = port.published.as_deref().filter(|port| !matches!(*port, "" | "0"));
    let port = fixed.map(|port| asker.wants(Restricted::Ports, port, "ports"));
    port.into_iter().chain([asker.wants(Restricted::Addresses, address, "ports")]).collect()
}
