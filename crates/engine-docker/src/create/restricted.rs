//! No definition gets a field past the policy that it does not allow: whatever a specification asks, either the policy refuses it,
//! or what the engine gets is harmless. The request is judged by its JSON alone, by somebody who knows nothing of the policy.

use core_monitor_domain::desired::ContainerSpec;
use core_monitor_domain::ids::{ContainerId, NetworkId};
use core_monitor_domain::image::ImageRef;
use core_monitor_domain::policy::{Own, Preset, Rules, of_container};
use serde_json::{Map, json};

use super::*;

const FOLDER: &str = "/data/stacks/1";
const API: ApiVersion = ApiVersion { major: 1, minor: 44 };
/// What a container has anyway.
const USUAL: &str = "AUDIT_WRITE CHOWN DAC_OVERRIDE FOWNER FSETID KILL MKNOD NET_BIND_SERVICE NET_RAW SETFCAP SETGID SETPCAP SETUID \
                     SYS_CHROOT";
/// Fields of `HostConfig` that give a container nothing of the host or of others, whatever their value is.
const HARMLESS: &[&str] = &[
    "AutoRemove",
    "BlkioWeight",
    "CapDrop",
    "CpuCount",
    "CpuPercent",
    "CpuPeriod",
    "CpuQuota",
    "CpuRealtimePeriod",
    "CpuRealtimeRuntime",
    "CpuShares",
    "CpusetCpus",
    "Dns",
    "DnsOptions",
    "DnsSearch",
    "ExtraHosts",
    "GroupAdd",
    "Init",
    "Isolation",
    "Links",
    "LogConfig",
    "Memory",
    "MemoryReservation",
    "MemorySwap",
    "MemorySwappiness",
    "NanoCpus",
    "OomKillDisable",
    "OomScoreAdj",
    "PidsLimit",
    "ReadonlyRootfs",
    "RestartPolicy",
    "ShmSize",
    "StorageOpt",
    "Tmpfs",
    "Ulimits",
    "Annotations",
    "BlkioWeightDevice",
    "BlkioDeviceReadBps",
    "BlkioDeviceReadIOps",
    "BlkioDeviceWriteBps",
    "BlkioDeviceWriteIOps",
];

/// Values for fields of a specification, harmless ones among them. A field may occur more than once.
fn choices() -> Vec<(&'static str, Value)> {
    let bind = |source: &str| {
        json!([{"target": "/x", "read_only": false, "kind": {"type": "bind", "source": source, "create_host_path": true,
                "propagation": null, "selinux": null, "recursive": null}}])
    };
    let volume = |name: Option<&str>| {
        json!([{"target": "/v", "read_only": false, "kind": {"type": "volume", "name": name, "nocopy": false, "subpath": null,
                "labels": {}}}])
    };
    let port = |host: Option<&str>, published: Option<&str>| json!([{"target": 80, "protocol": "tcp", "host_ip": host, "published": published}]);
    let hook = |privileged: bool| json!([{"command": ["a"], "user": null, "privileged": privileged, "working_dir": null, "environment": {}}]);
    let attached = |network: &str| json!({"kind": "networks", "attachments": [{"network": network}]});
    let engine = |mode: &str| json!({"kind": "engine", "mode": mode});
    let mut all = vec![
        ("privileged", json!(true)),
        ("post_start", hook(true)),
        ("post_start", hook(false)),
        ("devices", json!([{"host": "/dev/kvm", "container": "/dev/kvm", "permissions": "rwm"}])),
        ("device_cgroup_rules", json!(["c 1:3 mr"])),
        ("resources", json!({"device_requests": [{"Count": -1, "Capabilities": [["gpu"]]}]})),
        ("resources", json!({"memory": 1_000_000, "pids": 9})),
        ("volumes_from", json!(["container:other:ro"])),
        ("network_mode", json!({"kind": "host"})),
        ("network_mode", json!({"kind": "none"})),
        ("network_mode", json!({"kind": "container", "container": "other"})),
        ("network_mode", json!({"kind": "other", "name": "host"})),
        ("network_mode", json!({"kind": "other", "name": "container:other"})),
        ("network_mode", json!({"kind": "other", "name": "bridge"})),
        ("network_mode", attached("host")),
        ("network_mode", attached("shop_default")),
        ("ports", port(None, None)),
        ("ports", port(None, Some("80"))),
        ("ports", port(Some("127.0.0.1"), Some("8080"))),
        ("ports", port(None, Some("1000-2000"))),
        ("mounts", volume(None)),
        ("mounts", volume(Some("shop_data"))),
        ("mounts", volume(Some("other_data"))),
        (
            "mounts",
            json!([{"target": "/t", "read_only": false, "kind": {"type": "tmpfs", "size": null, "mode": null}}]),
        ),
        (
            "mounts",
            json!([{"target": "/p", "read_only": false, "kind": {"type": "named_pipe", "source": "//./pipe/docker"}}]),
        ),
        ("sysctls", json!({"kernel.msgmax": "1"})),
        ("sysctls", json!({"net.core.somaxconn": "1"})),
        ("runtime", json!("runsc")),
        ("cgroup_parent", json!("/system.slice")),
        ("cgroup", json!("host")),
        ("cgroup", json!("private")),
        ("uts", json!("host")),
        ("userns", json!("host")),
        ("read_only", json!(true)),
        ("init", json!(true)),
        ("shm_size", json!(1_000_000)),
        ("extra_hosts", json!(["a:10.0.0.1"])),
        ("group_add", json!(["0"])),
        ("oom_score_adj", json!(-1000)),
        ("tmpfs", json!({"/t": "size=1m"})),
    ];
    let paths = [
        "/",
        "/etc",
        "/etc/localtime",
        "/etc/localtime/..",
        "/data/stacks/1/conf",
        "/data/stacks/1/../2",
        "/proc",
        "/data/stacks/12",
    ];
    all.extend(paths.map(|path| ("mounts", bind(path))));
    let capabilities = ["ALL", "cap_sys_admin", "NET_ADMIN", "CHOWN", "cap_kill", " SYS_PTRACE"];
    all.extend(capabilities.map(|name| ("cap_add", json!([name]))));
    let options = [
        "seccomp=unconfined",
        "seccomp:unconfined",
        "label:disable",
        "apparmor=unconfined",
        "no-new-privileges:true",
        "systempaths=unconfined",
        "no-new-privileges",
    ];
    all.extend(options.map(|option| ("security_opt", json!([option]))));
    for field in ["pid", "ipc"] {
        all.extend(["host", "private", "shareable", "container:other", ""].map(|mode| (field, engine(mode))));
    }
    all
}

/// A specification with these fields; the last value of a field counts.
fn new(fields: &[&(&str, Value)]) -> NewContainer {
    let object: Map<String, Value> =
        fields.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect();
    let spec: ContainerSpec = serde_json::from_value(Value::Object(object)).unwrap();
    let attachments = spec.network_mode.attachments().iter();
    let attachments = attachments.map(|one| (NetworkId::from(one.network.as_str()), one.clone())).collect();
    NewContainer {
        name: "web-1".into(),
        image: ImageRef::from("app:1"),
        spec,
        labels: [].into(),
        attachments,
        inherited: Vec::new(),
        parents: std::collections::BTreeMap::<_, ContainerId>::new(),
    }
}

/// What in a request gives a container something of the host or of others.
fn dangers(body: &Value) -> Vec<String> {
    let host = body["HostConfig"].as_object().unwrap();
    let mut dangers: Vec<String> = host
        .iter()
        .filter(|(name, value)| !HARMLESS.contains(&name.as_str()) && !is_harmless(name, value))
        .map(|(name, value)| format!("{name}: {value}"))
        .collect();
    let endpoints = body["NetworkingConfig"]["EndpointsConfig"].as_object();
    dangers.extend(endpoints.filter(|all| all.contains_key("host")).map(|_| "the network `host`".to_owned()));
    dangers
}

fn is_harmless(name: &str, value: &Value) -> bool {
    let is_empty = match value {
        Value::Null => true,
        Value::Bool(is) => !is,
        Value::String(text) => text.is_empty(),
        Value::Array(items) => items.is_empty(),
        Value::Object(fields) => fields.is_empty(),
        Value::Number(_) => false,
    };
    // An empty list is what takes the masks away.
    if matches!(name, "MaskedPaths" | "ReadonlyPaths") {
        return value.is_null();
    }
    let texts = || value.as_array().into_iter().flatten().filter_map(Value::as_str);
    let text = value.as_str().unwrap_or_default();
    is_empty
        || match name {
            "CapAdd" => texts().all(|name| {
                let name = name.trim().to_ascii_uppercase();
                USUAL.split_whitespace().any(|usual| usual == name.trim_start_matches("CAP_"))
            }),
            "SecurityOpt" => texts().all(|option| option.starts_with("no-new-privileges")),
            "Sysctls" => value.as_object().unwrap().keys().all(|name| name.starts_with("net.")),
            "NetworkMode" => text != "host" && !text.starts_with("container:"),
            "PidMode" | "CgroupnsMode" => text == "private",
            "IpcMode" => matches!(text, "private" | "shareable" | "none"),
            "Binds" => texts().all(|bind| is_source(bind.split(':').next().unwrap_or_default())),
            "Mounts" => value.as_array().unwrap().iter().all(|mount| {
                let source = mount["Source"].as_str().unwrap_or_default();
                mount["Type"] == "tmpfs" || is_source(source)
            }),
            "PortBindings" => {
                let bindings =
                    value.as_object().unwrap().values().flat_map(|all| all.as_array().unwrap().iter());
                let ports = bindings.map(|binding| binding["HostPort"].as_str().unwrap_or_default());
                ports
                    .flat_map(|port| port.split('-'))
                    .all(|port| port.parse().map_or(true, |port: u32| port == 0 || port > 1023))
            }
            _ => false,
        }
}

/// Whether a source of a mount is the stack's own: its folder, its volume, an anonymous one, or the time.
fn is_source(source: &str) -> bool {
    let is_own = source.starts_with("/data/stacks/1/") || source == FOLDER;
    let is_allowed = is_own || matches!(source, "" | "/etc/localtime" | "/etc/timezone" | "shop_data");
    // Short syntax: a name alone is the path in the container.
    let is_anonymous = source.starts_with("/v") && source.len() == 2;
    (is_allowed && !source.contains("..")) || is_anonymous
}

/// The request of a specification that the preset allows; `None` if it refuses it.
fn allowed(rules: &Rules, new: &NewContainer) -> Option<Value> {
    let own = Own {
        volumes: ["shop_data"].into(),
        networks: ["shop_default"].into(),
        folder: FOLDER,
        ..Own::default()
    };
    let findings = rules.findings(of_container("web", &new.spec, &own));
    // What the engine's version cannot do is refused, too.
    findings.is_empty().then(|| call(new, API).ok()).flatten().map(|call| call.body)
}

#[test]
fn nothing_gets_past_the_policy_that_it_does_not_allow() {
    let choices = choices();
    let rules = Rules::of(Preset::Careful, &[]);
    let (mut passed, mut refused) = (0, 0);
    for one in &choices {
        for other in &choices {
            let new = new(&[one, other]);
            match allowed(&rules, &new) {
                Some(body) => {
                    passed += 1;
                    let dangers = dangers(&body);
                    assert!(dangers.is_empty(), "{one:?} and {other:?} give a container {dangers:?}");
                }
                None => refused += 1,
            }
        }
    }
    assert!(passed > 500 && refused > 3_000, "{passed} passed, {refused} refused");
}

#[test]
fn who_judges_sees_what_is_dangerous() {
    let rules = Rules::Everything;
    let careful = Rules::of(Preset::Careful, &[]);
    let mut seen = 0;
    for choice in &choices() {
        let new = new(&[choice]);
        let Some(body) = allowed(&rules, &new) else { continue };
        // Hooks and their rights are requests of their own.
        if allowed(&careful, &new).is_none() && choice.0 != "post_start" {
            assert!(!dangers(&body).is_empty(), "{choice:?} is refused for nothing: {body:#}");
            seen += 1;
        }
    }
    assert!(seen > 30, "{seen}");
}
