//! A service.

use core_monitor_compose::document::{Item, literal};
use core_monitor_compose::model::Duration;

use super::super::{
    Condition, ContainerSpec, Dependency, Healthcheck, HealthcheckTest, NamespaceMode, Port, PullPolicy,
    RestartPolicy, ServiceSpec,
};
use super::{DesiredStack, flag, list, map, mounts, networks, number, resources, text};

pub(super) fn service(stack: &DesiredStack, service: &ServiceSpec) -> Item {
    let spec = &*service.container;
    let mut entries = vec![
        ("image", Some(Item::literal(spec.image.as_str()))),
        ("platform", text(spec.platform.as_ref())),
        ("pull_policy", pull_policy(service.pull_policy)),
        ("container_name", text(service.container_name.as_ref())),
        ("scale", (service.replicas != 1).then(|| Item::Number(service.replicas.to_string()))),
        ("hostname", text(spec.hostname.as_ref())),
        ("domainname", text(spec.domainname.as_ref())),
        ("init", spec.init.map(Item::Flag)),
        ("entrypoint", words(spec.entrypoint.as_ref())),
        ("command", words(spec.command.as_ref())),
        ("working_dir", text(spec.working_dir.as_ref())),
        ("user", text(spec.user.as_ref())),
        ("group_add", list(&spec.group_add)),
        ("environment", environment(spec)),
        ("labels", map(&spec.labels)),
        ("annotations", map(&spec.annotations)),
        ("depends_on", depends_on(&service.depends_on)),
        ("ports", ports(&spec.ports)),
        ("expose", list(&spec.expose)),
    ];
    entries.extend(networks::networks(stack, spec));
    entries.extend(mounts::mounts(stack, spec));
    entries.push(("healthcheck", spec.healthcheck.as_ref().map(healthcheck)));
    entries.push(("restart", restart(spec.restart)));
    entries.push(("stop_signal", text(spec.stop_signal.as_ref())));
    entries.push(("stop_grace_period", spec.stop_grace_ms.map(duration)));
    entries.extend(privileges(spec));
    entries.extend(resources::resources(spec));
    entries.push(("tty", flag(spec.tty)));
    entries.push(("stdin_open", flag(spec.stdin_open)));
    Item::map(entries)
}

fn privileges(spec: &ContainerSpec) -> [(&'static str, Option<Item>); 20] {
    let extra_hosts: Vec<String> = spec.extra_hosts.iter().map(|entry| entry.replacen(':', "=", 1)).collect();
    let devices: Vec<String> = spec
        .devices
        .iter()
        .map(|device| format!("{}:{}:{}", device.host, device.container, device.permissions))
        .collect();
    [
        ("privileged", flag(spec.privileged)),
        ("read_only", flag(spec.read_only)),
        ("cap_add", list(&spec.cap_add)),
        ("cap_drop", list(&spec.cap_drop)),
        ("security_opt", list(&spec.security_opt)),
        ("devices", list(&devices)),
        ("device_cgroup_rules", list(&spec.device_cgroup_rules)),
        ("extra_hosts", list(&extra_hosts)),
        ("dns", list(&spec.dns)),
        ("dns_search", list(&spec.dns_search)),
        ("dns_opt", list(&spec.dns_opt)),
        ("sysctls", map(&spec.sysctls)),
        ("storage_opt", map(&spec.storage_opt)),
        ("runtime", text(spec.runtime.as_ref())),
        ("cgroup", text(spec.cgroup.as_ref())),
        ("cgroup_parent", text(spec.cgroup_parent.as_ref())),
        ("isolation", text(spec.isolation.as_ref())),
        ("pid", namespace(&spec.pid)),
        ("ipc", namespace(&spec.ipc)),
        ("uts", text(spec.uts.as_ref())),
    ]
}

fn pull_policy(policy: PullPolicy) -> Option<Item> {
    match policy {
        PullPolicy::Always => Some(Item::literal("always")),
        PullPolicy::Never => Some(Item::literal("never")),
        PullPolicy::Missing => None,
    }
}

fn words(words: Option<&Vec<String>>) -> Option<Item> {
    words.map(|words| Item::Words(words.iter().map(|word| literal(word)).collect()))
}

fn environment(spec: &ContainerSpec) -> Option<Item> {
    let entry = |(name, value): (&String, &Option<String>)| {
        (name.clone(), value.as_ref().map_or(Item::Null, |value| Item::literal(value)))
    };
    let environment = &spec.environment;
    (!environment.is_empty()).then(|| Item::Map(environment.iter().map(entry).collect()))
}

/// A list of names if that form is sufficient.
fn depends_on(dependencies: &[Dependency]) -> Option<Item> {
    let plain = |d: &Dependency| d.condition == Condition::Started && !d.restart && d.required;
    if dependencies.is_empty() {
        return None;
    }
    if dependencies.iter().all(plain) {
        return Some(Item::List(dependencies.iter().map(|d| Item::literal(d.service.as_str())).collect()));
    }
    let entry = |d: &Dependency| {
        let condition = match d.condition {
            Condition::Started => "service_started",
            Condition::Healthy => "service_healthy",
            Condition::Completed => "service_completed_successfully",
        };
        let body = Item::map([
            ("condition", Some(Item::literal(condition))),
            ("restart", flag(d.restart)),
            ("required", (!d.required).then_some(Item::Flag(false))),
        ]);
        (d.service.to_string(), body)
    };
    Some(Item::Map(dependencies.iter().map(entry).collect()))
}

/// `[address:][published:]target[/protocol]`.
fn ports(ports: &[Port]) -> Option<Item> {
    let short = |port: &Port| {
        let address = port.host_ip.as_ref().map(|address| {
            if address.contains(':') { format!("[{address}]:") } else { format!("{address}:") }
        });
        let published = match (&port.published, &address) {
            (Some(published), _) => format!("{published}:"),
            (None, Some(_)) => ":".to_owned(),
            (None, None) => String::new(),
        };
        let protocol = match port.protocol.as_str() {
            "tcp" => String::new(),
            other => format!("/{other}"),
        };
        Item::literal(&format!("{}{published}{}{protocol}", address.unwrap_or_default(), port.target))
    };
    (!ports.is_empty()).then(|| Item::List(ports.iter().map(short).collect()))
}

fn healthcheck(check: &Healthcheck) -> Item {
    let test = match &check.test {
        HealthcheckTest::Inherit | HealthcheckTest::Disabled => None,
        HealthcheckTest::Exec(command) => {
            let words = std::iter::once("CMD".to_owned()).chain(command.iter().map(|word| literal(word)));
            Some(Item::Words(words.collect()))
        }
        HealthcheckTest::Shell(line) => Some(Item::literal(line)),
    };
    Item::map([
        ("disable", flag(check.test == HealthcheckTest::Disabled)),
        ("test", test),
        ("interval", check.interval_ms.map(duration)),
        ("timeout", check.timeout_ms.map(duration)),
        ("retries", number(check.retries)),
        ("start_period", check.start_period_ms.map(duration)),
        ("start_interval", check.start_interval_ms.map(duration)),
    ])
}

fn duration(millis: u64) -> Item {
    let nanos = i64::try_from(millis).unwrap_or(i64::MAX).saturating_mul(1_000_000);
    Item::literal(&Duration(nanos).to_string())
}

fn restart(policy: RestartPolicy) -> Option<Item> {
    match policy {
        RestartPolicy::Unset => None,
        RestartPolicy::No => Some(Item::literal("no")),
        RestartPolicy::Always => Some(Item::literal("always")),
        RestartPolicy::UnlessStopped => Some(Item::literal("unless-stopped")),
        RestartPolicy::OnFailure { max: 0 } => Some(Item::literal("on-failure")),
        RestartPolicy::OnFailure { max } => Some(Item::literal(&format!("on-failure:{max}"))),
    }
}

fn namespace(mode: &NamespaceMode) -> Option<Item> {
    match mode {
        NamespaceMode::Default => None,
        NamespaceMode::Service { service } => Some(Item::literal(&format!("service:{service}"))),
        NamespaceMode::Engine { mode } => Some(Item::literal(mode)),
    }
}
