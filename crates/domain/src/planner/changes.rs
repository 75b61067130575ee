//! Which attributes of a service changed, for people.

use std::collections::HashMap;

use crate::desired::{ContainerSpec, DesiredStack, MountedFiles, NetworkMode, ServiceSpec};
use crate::names::ServiceName;

/// The services of an earlier definition, for comparison.
pub(super) struct Changes<'a> {
    before: HashMap<&'a ServiceName, &'a ServiceSpec>,
}

impl<'a> Changes<'a> {
    pub(super) fn since(previous: Option<&'a DesiredStack>) -> Self {
        let services = previous.into_iter().flat_map(|stack| &stack.services);
        Self { before: services.map(|service| (&service.name, service)).collect() }
    }

    /// The names of the changed attributes; empty if the earlier definition did not have the service.
    pub(super) fn of(&self, service: &ServiceSpec) -> Vec<String> {
        let before = self.before.get(&service.name).filter(|before| before.hash != service.hash);
        let Some(before) = before else { return Vec::new() };
        let mut changed = changed_fields(&before.container, &service.container);
        name_networks(&mut changed, &before.container, &service.container);
        if before.container_name != service.container_name {
            changed.push("container_name");
        }
        changed.sort_unstable();
        changed.into_iter().map(str::to_owned).collect()
    }
}

impl Changes<'_> {
    /// The mounted files whose content changed; empty if the earlier definition did not have the service.
    pub(super) fn of_files(&self, service: &ServiceSpec) -> Vec<String> {
        let before = self.before.get(&service.name).and_then(|before| before.mounted.as_ref());
        let differing = |(before, after): (&MountedFiles, &MountedFiles)| before.differing(after);
        before.zip(service.mounted.as_ref()).map(differing).unwrap_or_default()
    }
}

/// How a service is connected is one field, and two attributes for people: `networks` with its addresses and aliases, and
/// `network_mode` if there are none.
fn name_networks(changed: &mut [&'static str], before: &ContainerSpec, after: &ContainerSpec) {
    let attached = |mode: &NetworkMode| matches!(mode, NetworkMode::Networks { .. });
    if attached(&before.network_mode) && attached(&after.network_mode) {
        changed.iter_mut().filter(|name| **name == "network_mode").for_each(|name| *name = "networks");
    }
}

/// Compares field by field. Every field is listed, so that none can be forgotten.
macro_rules! differing {
    ($before:expr, $after:expr, { $($field:ident),* $(,)? }) => {{
        let ContainerSpec { $($field),* } = $before;
        let mut names = Vec::new();
        $(if *$field != $after.$field {
            names.push(stringify!($field));
        })*
        names
    }};
}

fn changed_fields(before: &ContainerSpec, after: &ContainerSpec) -> Vec<&'static str> {
    differing!(before, after, {
        image, platform, command, entrypoint, environment, labels, user, group_add, working_dir,
        hostname, domainname, tty, stdin_open, read_only, privileged, init, cap_add, cap_drop,
        security_opt, devices, device_cgroup_rules, extra_hosts, dns, dns_search, dns_opt, ulimits,
        sysctls, shm_size, storage_opt, runtime, cgroup_parent, cgroup, isolation, annotations,
        oom_kill_disable, oom_score_adj, mounts, files, post_start, pre_stop, tmpfs, volumes_from,
        ports, expose, healthcheck, restart, stop_signal, stop_grace_ms, logging, resources,
        network_mode, pid, ipc, uts, userns, mac_address,
    })
}
