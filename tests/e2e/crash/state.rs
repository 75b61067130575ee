//! The objects of a stack on an engine, without what differs in every run.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use crate::harness::Stack;

/// Labels that differ in every run.
const OF_THE_RUN: [&str; 3] =
    ["io.core-monitor.command", "io.core-monitor.creation", "io.core-monitor.epoch"];

/// Everything that a person, another tool or the next plan can see of the stack, with ids replaced by names.
pub(crate) fn state(stack: &Stack) -> Value {
    let networks = stack.networks();
    let containers = stack.containers();
    let mut text = json!({
        "containers": containers.iter().map(|(name, it)| (name.clone(), container(it))).collect::<Map<_, _>>(),
        "networks": networks.iter().map(network).collect::<Vec<_>>(),
        "volumes": stack.volumes().iter().map(volume).collect::<Vec<_>>(),
    })
    .to_string();
    for network in &networks {
        // An id that is left afterwards belongs to a network that is no longer there.
        text = text.replace(network["Id"].as_str().unwrap(), network["Name"].as_str().unwrap());
    }
    for mount in containers.values().flat_map(|container| container["Mounts"].as_array().unwrap()) {
        let (name, target) = (mount["Name"].as_str().unwrap(), mount["Destination"].as_str().unwrap());
        if name.len() == 64 {
            text = text.replace(name, &format!("anonymous at {target}"));
        }
    }
    serde_json::from_str(&text.replace(&stack.id, "STACK-ID").replace(&stack.name, "STACK")).unwrap()
}

fn container(it: &Value) -> Value {
    let id = it["Id"].as_str().unwrap();
    let networks = it["NetworkSettings"]["Networks"].as_object().unwrap().iter().map(|(name, attached)| {
        let aliases = attached["Aliases"].as_array().unwrap().iter().map(|alias| alias.as_str().unwrap());
        // The engine adds the first twelve digits of the container's own id. Exactly those: a shorter beginning may be
        // a name, as the service `db` is for every container whose id begins with `db`.
        let aliases: BTreeSet<_> = aliases.filter(|alias| *alias != &id[..12]).collect();
        (name.clone(), json!({"aliases": aliases, "network": attached["NetworkID"], "address": attached["IPAddress"] != ""}))
    });
    let mut mounts: Vec<_> = it["Mounts"].as_array().unwrap().clone();
    mounts.sort_by_key(|mount| mount["Destination"].to_string());
    let mounts: Vec<_> = mounts
        .iter()
        .map(|mount| json!([mount["Type"], mount["Destination"], mount["Name"], mount["RW"]]))
        .collect();
    let mut host = it["HostConfig"].clone();
    // The order in which an engine lists mounts means nothing.
    host["Mounts"]
        .as_array_mut()
        .into_iter()
        .for_each(|mounts| mounts.sort_by_key(|mount| mount["Target"].to_string()));
    json!({
        "image": [it["Config"]["Image"], it["Image"]],
        "command": it["Config"]["Cmd"],
        "environment": it["Config"]["Env"],
        "healthcheck": it["Config"]["Healthcheck"],
        "labels": labels(&it["Config"]["Labels"]),
        "running": it["State"]["Running"],
        "networks": networks.collect::<Map<_, _>>(),
        "mounts": mounts,
        "host": host,
    })
}

fn network(it: &Value) -> Value {
    json!([it["Name"], it["Driver"], it["Internal"], it["Options"], labels(&it["Labels"])])
}

fn volume(it: &Value) -> Value {
    json!([it["Name"], it["Driver"], it["Options"], labels(&it["Labels"])])
}

fn labels(it: &Value) -> Value {
    let mut labels = it.as_object().unwrap().clone();
    labels.retain(|name, _| !OF_THE_RUN.contains(&name.as_str()));
    labels.into()
}

/// The differences between two states, one per line.
pub(crate) fn difference(expected: &Value, actual: &Value) -> Vec<String> {
    let mut found = Vec::new();
    compare("", expected, actual, &mut found);
    found
}

fn compare(path: &str, expected: &Value, actual: &Value, found: &mut Vec<String>) {
    match (expected, actual) {
        (Value::Object(one), Value::Object(other)) => {
            let names: BTreeSet<_> = one.keys().chain(other.keys()).collect();
            for name in names {
                let side = |object: &Map<String, Value>| object.get(name).cloned().unwrap_or_default();
                compare(&format!("{path}/{name}"), &side(one), &side(other), found);
            }
        }
        (one, other) if one == other => {}
        (one, other) => found.push(format!("{path} is {other}, not {one}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_place_that_differs_is_named() {
        let expected = json!({"a": {"x": 1, "y": [1, 2]}, "b": true});
        assert_eq!(difference(&expected, &expected.clone()), [""; 0]);
        assert_eq!(
            difference(&expected, &json!({"a": {"x": 1, "y": [2]}, "c": 3})),
            ["/a/y is [2], not [1,2]", "/b is null, not true", "/c is 3, not null"]
        );
    }
}
