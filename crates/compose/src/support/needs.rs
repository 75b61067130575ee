//! What a project asks for that only newer engines carry out. An older one would not refuse it but ignore it.

use std::cmp::Reverse;

use super::{EngineVersion, needed_engine};
use crate::model::{Mount, MountKind, NetworkAttachment, Project, Service};

/// The option of an endpoint that sets sysctls of its interface.
const ENDPOINT_SYSCTLS: &str = "com.docker.network.endpoint.sysctls";
/// Engines know that option from this version on.
const SYSCTLS_SINCE: EngineVersion = EngineVersion { api_minor: 46, release: "27.0" };

/// Something that only newer engines carry out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EngineNeed {
    /// `services` or `networks`.
    pub section: &'static str,
    /// The service or network that asks for it.
    pub owner: String,
    /// The attribute, as in the table: `*` stands for names.
    pub attribute: &'static str,
    /// The first engine that carries it out.
    pub since: EngineVersion,
}

/// All needs, in the order of the file. A service without containers needs nothing.
pub fn engine_needs(project: &Project) -> Vec<EngineNeed> {
    let mut found = Vec::new();
    for (name, service) in &project.services {
        if service.provider.is_none() && service.replicas() > 0 {
            of_service(service, &mut Needs { owner: name, found: &mut found });
        }
    }
    for (key, network) in project.networks.iter().filter(|(_, network)| !network.external) {
        let mut needs = Needs { owner: key, found: &mut found };
        needs.add(network.enable_ipv4 == Some(false), "networks.*.enable_ipv4");
    }
    found
}

/// Collects the needs of one owner.
struct Needs<'a> {
    owner: &'a str,
    found: &'a mut Vec<EngineNeed>,
}

impl Needs<'_> {
    /// `path` is in the table of all attributes; its first part is the section, and the rest follows the owner.
    fn add(&mut self, asked: bool, path: &'static str) {
        let (section, rest) = path.split_once('.').unwrap_or((path, ""));
        let attribute = rest.strip_prefix("*.").unwrap_or(rest);
        if let Some(since) = needed_engine(path).filter(|_| asked) {
            self.found.push(EngineNeed { section, owner: self.owner.to_owned(), attribute, since });
        }
    }
}

fn of_service(service: &Service, needs: &mut Needs<'_>) {
    needs.add(!service.annotations.is_empty(), "services.*.annotations");
    let interval = service.healthcheck.as_ref().and_then(|check| check.start_interval);
    needs.add(interval.is_some(), "services.*.healthcheck.start_interval");
    if service.network_mode.is_none() {
        of_networks(service, needs);
    }
    service.volumes.iter().for_each(|mount| of_mount(mount, needs));
}

fn of_networks(service: &Service, needs: &mut Needs<'_>) {
    let mut attachments: Vec<(&String, &NetworkAttachment)> =
        service.networks.iter().filter_map(|(key, entry)| Some((key, entry.as_ref()?))).collect();
    attachments.sort_by_key(|(key, entry)| (Reverse(entry.priority.unwrap_or(0)), *key));
    let first = service.networks.iter().map(|(key, entry)| {
        let priority = entry.as_ref().and_then(|entry| entry.priority).unwrap_or(0);
        (Reverse(priority), key)
    });
    let first = first.min().map(|(_, key)| key);
    for (key, entry) in attachments {
        // An older engine takes one address for the container, which it gives to the first network.
        let later = first != Some(key);
        needs.add(later && entry.mac_address.is_some(), "services.*.networks.*.mac_address");
        let gateway = entry.gw_priority.is_some_and(|priority| priority != 0);
        needs.add(gateway, "services.*.networks.*.gw_priority");
        needs.add(entry.interface_name.is_some(), "services.*.networks.*.interface_name");
        if entry.driver_opts.contains_key(ENDPOINT_SYSCTLS) {
            needs.found.push(EngineNeed {
                section: "services",
                owner: needs.owner.to_owned(),
                attribute: "networks.*.driver_opts",
                since: SYSCTLS_SINCE,
            });
        }
    }
}

fn of_mount(mount: &Mount, needs: &mut Needs<'_>) {
    if let Some(options) = mount.volume.as_ref().filter(|_| mount.kind == MountKind::Volume) {
        needs.add(options.subpath.is_some(), "services.*.volumes.volume.subpath");
    }
    if let Some(bind) = mount.bind.as_ref().filter(|_| mount.kind == MountKind::Bind) {
        let below = matches!(bind.recursive.as_deref(), Some("writable" | "readonly"));
        needs.add(below, "services.*.volumes.bind.recursive");
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::support::{ATTRIBUTES, Support};
    use crate::{LoadOptions, ProjectFiles, load};

    fn needs(text: &str) -> Vec<String> {
        let options = LoadOptions { project_name: Some("p".to_owned()), ..LoadOptions::default() };
        let project = load(&ProjectFiles::single("compose.yml", text), &options).unwrap().project;
        engine_needs(&project).iter().map(|need| format!("{}.*.{}", need.section, need.attribute)).collect()
    }

    /// Everything that only newer engines carry out.
    const DEMANDING: &str = "
services:
  web:
    image: app
    annotations: {a: b}
    healthcheck: {test: x, start_interval: 1s}
    networks:
      a: {mac_address: '02:42:00:00:00:01'}
      b:
        mac_address: '02:42:00:00:00:02'
        gw_priority: 1
        interface_name: lan
        driver_opts: {com.docker.network.endpoint.sysctls: net.ipv4.conf.IFNAME.log_martians=1}
    volumes:
      - {type: volume, source: data, target: /v, volume: {subpath: s}}
      - {type: bind, source: /h, target: /h, read_only: true, bind: {recursive: readonly}}
networks: {a: {}, b: {enable_ipv4: false}}
volumes: {data: {}}
";

    #[test]
    fn everything_an_engine_may_be_too_old_for_is_noticed() {
        let noticed: BTreeSet<_> = needs(DEMANDING).into_iter().collect();
        let listed = ATTRIBUTES.iter().filter(|(support, _)| matches!(support, Support::Since(_)));
        for path in listed.flat_map(|(_, paths)| *paths) {
            assert!(noticed.contains(*path), "{path} is not noticed");
        }
        assert!(noticed.contains("services.*.networks.*.driver_opts"));
        let addresses = needs(DEMANDING).into_iter().filter(|path| path.ends_with("mac_address"));
        assert_eq!(addresses.count(), 1, "the first network can have one on every engine");
    }

    #[test]
    fn a_usual_definition_needs_no_newer_engine() {
        let usual = "
services:
  web:
    image: app
    healthcheck: {test: x, interval: 1s}
    networks: {a: {mac_address: '02:42:00:00:00:01', gw_priority: 0}}
    volumes:
      - {type: volume, source: data, target: /v, volume: {nocopy: true}}
      - {type: bind, source: /h, target: /h, bind: {create_host_path: true, propagation: rslave}}
      - {type: bind, source: /p, target: /p, bind: {create_host_path: false, propagation: rslave}}
networks: {a: {enable_ipv4: true}}
volumes: {data: {}}
";
        assert_eq!(needs(usual), Vec::<String>::new());
        assert_eq!(needs("services: {a: {image: x, scale: 0, annotations: {a: b}}}"), Vec::<String>::new());
    }
}
