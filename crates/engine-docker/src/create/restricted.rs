//! No definition gets a field past the policy that it does not allow: whatever a specification asks, either the policy refuses it,
//! or what the engine gets is harmless. The request is judged by its JSON alone, by somebody who knows nothing of the policy.

use core_monitor_domain::desired::{ContainerSpec, NetworkSpec};
use core_monitor_domain::ids::{ContainerId, NetworkId};
use core_monitor_domain::image::ImageRef;
use core_monitor_domain::policy::{Own, Preset, Rules, of_container, of_network};
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
    "Memory",
    "MemoryReservation",
    "MemorySwap",
    "MemorySwappiness",
    "NanoCpus",
    "PidsLimit",
    "ReadonlyRootfs",
    "RestartPolicy",
    "ShmSize",
    "StorageOpt",
    "Tmpfs",
    "Ulimits",
    "BlkioWeightDevice",
    "BlkioDeviceReadBps",
    "BlkioDeviceReadIOps",
    "BlkioDeviceWriteBps",
    "BlkioDeviceWriteIOps",
];

/// Options of networks that change nothing but how packets get out of them.
const USUAL_OPTIONS: &[&str] = &[
    "com.docker.network.bridge.enable_icc",
    "com.docker.network.bridge.enable_ip_masquerade",
    "com.docker.network.driver.mtu",
];

fn mount(source: &str, is_read: bool, label: Option<&str>) -> Value {
    json!([{"target": "/x", "read_only": is_read, "kind": {"type": "bind", "source": source, "create_host_path": true,
            "propagation": null, "selinux": label, "recursive": null}}])
}

/// Values for fields of a specification, harmless ones among them. A field may occur more than once.
fn choices() -> Vec<(&'static str, Value)> {
    let options = |name: &str| json!({"kind": "networks", "attachments": [{"network": "shop_default", "driver_opts": {name: "x"}}]});
    let logging = |driver: Option<&str>| json!({"driver": driver, "options": {"tag": "x"}});
    let volume = |name: Option<&str>| {
        json!([{"target": "/v", "read_only": false, "kind": {"type": "volume", "name": name, "nocopy": false, "subpath": null,
                "labels": {}}}])
    };
    let port = |host: Option<&str>, published: Option<&str>| json!([{"target": 80, "protocol": "tcp", "host_ip": host, "published": published}]);
    let hook = |privileged: bool| json!([{"command": ["a"], "user": null, "privileged": privileged, "working_dir": null, "environment": {}}]);
    let attached = |network: &str| json!({"kind": "networks", "attachments": [{"network": network}]});
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
        ("oom_score_adj", json!(500)),
        ("oom_kill_disable", json!(true)),
        ("annotations", json!({"run.oci.handler": "x"})),
        ("logging", logging(None)),
        ("logging", logging(Some("local"))),
        ("logging", logging(Some("syslog"))),
        ("network_mode", options("com.docker.network.endpoint.sysctls")),
        ("network_mode", options("com.docker.network.driver.mtu")),
        ("mounts", mount("/etc/localtime", true, None)),
        ("mounts", mount("/etc/localtime", true, Some("Z"))),
        ("mounts", mount("/etc", true, None)),
        ("mounts", volume(Some("/etc"))),
        ("tmpfs", json!({"/t": "size=1m"})),
    ];
    all.extend(mounted_and_named());
    all
}

/// Mounts, capabilities, security options and modes, one value of each.
fn mounted_and_named() -> Vec<(&'static str, Value)> {
    let bind = |source: &str| mount(source, false, None);
    let engine = |mode: &str| json!({"kind": "engine", "mode": mode});
    let mut all = Vec::new();
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
    let options = endpoints.into_iter().flat_map(Map::values).filter_map(|one| one["DriverOpts"].as_object());
    let options = options.flat_map(Map::keys).filter(|name| !USUAL_OPTIONS.contains(&name.as_str()));
    dangers.extend(options.cloned());
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
            "LogConfig" => matches!(value["Type"].as_str(), None | Some("" | "json-file" | "local" | "none")),
            "OomScoreAdj" => value.as_i64().unwrap() >= 0,
            "Binds" => texts().all(|bind| {
                let mut parts = bind.split(':');
                let (source, modes) = (parts.next().unwrap_or_default(), parts.nth(1).unwrap_or_default());
                let is_read = modes.split(',').any(|mode| mode == "ro");
                is_source(source, is_read && !modes.split(',').any(|mode| matches!(mode, "z" | "Z")))
            }),
            "Mounts" => value.as_array().unwrap().iter().all(|mount| {
                let source = mount["Source"].as_str().unwrap_or_default();
                mount["Type"] == "tmpfs" || is_source(source, mount["ReadOnly"] == true)
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

/// Whether a source of a mount is the stack's own: its folder, its volume, an anonymous one, or the time, which may only be read.
fn is_source(source: &str, is_read: bool) -> bool {
    let is_own = source.starts_with("/data/stacks/1/") || source == FOLDER;
    let is_time = is_read && matches!(source, "/etc/localtime" | "/etc/timezone");
    let is_allowed = is_own || is_time || matches!(source, "" | "shop_data");
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

#[test]
fn no_network_gets_past_the_policy_that_it_does_not_allow() {
    let names = ["com.docker.network.driver.mtu", "com.docker.network.bridge.name", "parent"];
    let option = |name: &str| json!({"driver_opts": {name: "x"}});
    let mut choices: Vec<Value> = names.map(option).into();
    choices.extend(["bridge", "overlay", "host", "macvlan", ""].map(|driver| json!({"driver": driver})));
    choices.extend(["default", "dhcp", ""].map(|driver| json!({"ipam_driver": driver})));
    choices.push(json!({"ipam_options": {"a": "b"}}));
    choices.extend(["10.9.0.0/16", "0.0.0.0/1"].map(|subnet| json!({"ipam_pools": [{"subnet": subnet}]})));
    choices.extend(["ip_range", "gateway"].map(|name| json!({"ipam_pools": [{name: "10.9.1.0/24"}]})));
    choices.extend([json!({"internal": true}), json!({"enable_ipv6": true}), json!({"attachable": true})]);
    let careful = Rules::of(Preset::Careful, &[]);
    let (mut passed, mut refused) = (0, 0);
    for one in &choices {
        for other in &choices {
            let mut fields = json!({"key": "n", "name": "shop_n", "external": false});
            fields.as_object_mut().unwrap().extend(one.as_object().unwrap().clone());
            fields.as_object_mut().unwrap().extend(other.as_object().unwrap().clone());
            let network: NetworkSpec = serde_json::from_value(fields).unwrap();
            let body = network::create_body(&network, &[].into(), API).unwrap();
            let is_harmless = is_harmless_network(&body);
            let is_allowed = careful.findings(of_network(&network)).is_empty();
            assert_eq!(is_allowed, is_harmless, "{body:#}");
            *(if is_allowed { &mut passed } else { &mut refused }) += 1;
        }
    }
    assert!(passed > 20 && refused > 100, "{passed} passed, {refused} refused");
}

/// Whether the request of a network gives it nothing of the host. A field that is not known is not harmless.
fn is_harmless_network(body: &Value) -> bool {
    let plain = ["Name", "Internal", "Attachable", "EnableIPv4", "EnableIPv6", "Labels", "CheckDuplicate"];
    let options = |value: &Value| {
        value.as_object().is_none_or(|all| all.keys().all(|name| USUAL_OPTIONS.contains(&name.as_str())))
    };
    body.as_object().unwrap().iter().all(|(name, value)| match name.as_str() {
        "Driver" => matches!(value.as_str(), None | Some("" | "bridge" | "overlay")),
        "Options" => options(value),
        "IPAM" => {
            matches!(value["Driver"].as_str(), None | Some("" | "default"))
                && options(&value["Options"])
                && value["Config"].as_array().is_none_or(Vec::is_empty)
        }
        name => plain.contains(&name) || value.is_null(),
    })
}
