//! What an engine shows of a project, without what differs from one time to the next.

use std::collections::BTreeMap;
use std::path::Path;

use serde_json::{Map, Value, json};

use crate::harness::labelled;

/// Labels that say whose an object is. They are each tool's own.
const OWN: [&str; 2] = ["com.docker.compose.", "io.core-monitor."];

/// A label of the test images that changes with the script that makes them.
const IMAGE_SOURCE: &str = "core-monitor-test.source";

/// Lists whose order has a meaning.
const ORDERED: [&str; 8] = ["Args", "Cmd", "Dns", "DnsOptions", "DnsSearch", "Entrypoint", "OnBuild", "Test"];

/// Containers, networks and volumes of a project. `folder` is where its relative paths start.
pub(super) fn snapshot(project: &str, folder: &Path) -> Value {
    let label = format!("com.docker.compose.project={project}");
    let found = labelled("container", &label);
    let mut words: BTreeMap<String, String> = found.iter().map(|it| (text(&it["Id"]), role(it))).collect();
    words.insert(folder.display().to_string(), "{folder}".to_owned());
    let named = |objects: Vec<Value>, of: fn(&Value) -> Value| -> Map<String, Value> {
        objects.iter().map(|object| (text(&object["Name"]), tidy("", of(object), &words))).collect()
    };
    let containers: Map<String, Value> =
        found.iter().map(|it| (role(it), tidy("", container(it, &words), &words))).collect();
    json!({
        "containers": containers,
        "networks": named(labelled("network", &label), network),
        "volumes": named(labelled("volume", &label), volume),
    })
}

fn text(value: &Value) -> String {
    value.as_str().unwrap().to_owned()
}

/// `service#number`.
fn role(container: &Value) -> String {
    let label = |name: &str| text(&container["Config"]["Labels"][format!("com.docker.compose.{name}")]);
    format!("{}#{}", label("service"), label("container-number"))
}

fn container(it: &Value, words: &BTreeMap<String, String>) -> Value {
    let mut config = it["Config"].clone();
    let hostname = text(&config["Hostname"]);
    if words.keys().any(|id| !hostname.is_empty() && id.get(..12) == Some(&hostname)) {
        config["Hostname"] = Value::Null;
    }
    config["Labels"] = labels(&config["Labels"]);
    // The reference leaves `/tcp` away where the file does, which the engine reads as the same.
    let ports = config["ExposedPorts"].as_object().cloned().unwrap_or_default();
    let full = |port: String| if port.contains('/') { port } else { format!("{port}/tcp") };
    config["ExposedPorts"] = ports.into_iter().map(|(port, _)| (full(port), Value::from(true))).collect();
    let networks = it["NetworkSettings"]["Networks"].as_object().unwrap();
    json!({
        "Name": it["Name"],
        "Path": it["Path"],
        "Args": it["Args"],
        "Platform": it["Platform"],
        "Config": config,
        "HostConfig": without(&it["HostConfig"], &["ContainerIDFile", "ConsoleSize"]),
        "Mounts": it["Mounts"].as_array().unwrap().iter().map(mount).collect::<Vec<_>>(),
        "Networks": networks.iter().map(|(name, end)| (name.clone(), endpoint(it, end))).collect::<Map<_, _>>(),
        "Status": it["State"]["Status"],
        "ExitCode": it["State"]["ExitCode"],
    })
}

fn endpoint(container: &Value, end: &Value) -> Value {
    let id = text(&container["Id"]);
    let aliases = end["Aliases"].as_array().cloned().unwrap_or_default();
    let aliases: Vec<Value> = aliases.into_iter().filter(|alias| alias.as_str() != id.get(..12)).collect();
    json!({
        "Aliases": aliases,
        "DriverOpts": end["DriverOpts"],
        "IPAMConfig": end["IPAMConfig"],
        "Links": end["Links"],
    })
}

fn mount(it: &Value) -> Value {
    let mut mount = it.clone();
    if mount["Type"] == "volume" {
        mount["Source"] = Value::Null;
        if text(&mount["Name"]).len() == 64 {
            mount["Name"] = "{anonymous}".into();
        }
    }
    mount
}

fn network(it: &Value) -> Value {
    let written = |pool: &&Value| pool["Subnet"].as_str().is_some_and(|subnet| subnet.starts_with("10.253."));
    let pools: Vec<&Value> = it["IPAM"]["Config"].as_array().into_iter().flatten().filter(written).collect();
    json!({
        "Attachable": it["Attachable"],
        "Driver": it["Driver"],
        "EnableIPv6": it["EnableIPv6"],
        "Internal": it["Internal"],
        "Labels": labels(&it["Labels"]),
        "Options": it["Options"],
        "IPAM": { "Driver": it["IPAM"]["Driver"], "Options": it["IPAM"]["Options"], "Config": pools },
    })
}

fn volume(it: &Value) -> Value {
    json!({ "Driver": it["Driver"], "Labels": labels(&it["Labels"]), "Options": it["Options"] })
}

fn labels(written: &Value) -> Value {
    let written = written.as_object().cloned().unwrap_or_default();
    let kept = |name: &str| name != IMAGE_SOURCE && OWN.iter().all(|own| !name.starts_with(own));
    written.into_iter().filter(|(name, _)| kept(name)).collect()
}

fn without(object: &Value, keys: &[&str]) -> Value {
    let entries = object.as_object().unwrap().iter();
    entries
        .filter(|(key, _)| !keys.contains(&key.as_str()))
        .map(|(key, value)| (key.clone(), value.clone()))
        .collect()
}

/// Nothing and the empty are one; lists without an order are sorted; ids and paths become words.
fn tidy(key: &str, value: Value, words: &BTreeMap<String, String>) -> Value {
    match value {
        Value::String(text) => {
            words.iter().fold(text, |text, (word, instead)| text.replace(word, instead)).into()
        }
        Value::Array(items) => {
            let mut items: Vec<Value> = items.into_iter().map(|item| tidy("", item, words)).collect();
            if !ORDERED.contains(&key) {
                items.sort_by_key(ToString::to_string);
            }
            items.into()
        }
        Value::Object(entries) => {
            let tidied = entries.into_iter().map(|(key, value)| {
                let value = tidy(&key, value, words);
                (key, value)
            });
            tidied.filter(|(_, value)| !is_nothing(value)).collect()
        }
        other => other,
    }
}

fn is_nothing(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::String(text) => text.is_empty(),
        Value::Array(items) => items.is_empty(),
        Value::Object(entries) => entries.is_empty(),
        _ => false,
    }
}
