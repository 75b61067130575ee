//! Finds what the derived definition does not reproduce, by comparing its create call with the inspect.

use std::collections::BTreeMap;

use core_monitor_domain::effect::NewContainer;
use core_monitor_domain::ids::NetworkId;
use core_monitor_domain::names::ServiceName;
use core_monitor_domain::observation::ApiVersion;
use serde_json::Value;

use super::{Found, Scene, ServiceSpec};
use crate::create;

/// Fields of `Config` that are not compared here.
const NOT_CONFIG: [&str; 12] = [
    // Mixed with the image's values, and handled by the derivation.
    "Cmd",
    "Entrypoint",
    "Env",
    "ExposedPorts",
    "Healthcheck",
    "Labels",
    "Volumes",
    // Not part of the container's definition: the last ones say what the client listened to when it was created.
    "Image",
    "OnBuild",
    "AttachStdin",
    "AttachStdout",
    "AttachStderr",
];
/// Fields of `HostConfig` that have several equivalent forms, and are handled by the derivation.
const NOT_HOST: [&str; 13] = [
    "Binds",
    "Mounts",
    "ConsoleSize",
    "ContainerIDFile",
    "LogConfig",
    "MaskedPaths",
    "ReadonlyPaths",
    "VolumesFrom",
    "RestartPolicy",
    "SecurityOpt",
    "MemorySwap",
    "ShmSize",
    "IpcMode",
];

/// The attributes that differ, by their names in the engine's API. Never their values, which may be secrets.
pub(super) fn differences(
    scene: &Scene,
    service: &ServiceSpec,
    found: &Found,
    api: ApiVersion,
) -> Vec<String> {
    let call = match create::call(&as_new(scene, service, found), api) {
        Ok(call) => call,
        Err(error) => return vec![error.to_string()],
    };
    let mut missed = Vec::new();
    let image = serde_json::to_value(scene.image(found)).unwrap_or_default();
    for (key, now) in fields(&found.inspect, "/Config", &NOT_CONFIG) {
        let asked = call.body.get(key);
        let given = image.get(key).filter(|_| is_nothing(asked));
        // By default the engine uses the container id as host name.
        let unasked = key == "Hostname" && is_nothing(asked);
        if !unasked && !same(now, given.or(asked)) {
            missed.push(format!("`Config.{key}`"));
        }
    }
    for (key, now) in fields(&found.inspect, "/HostConfig", &NOT_HOST) {
        let asked = call.body.pointer(&format!("/HostConfig/{key}"));
        let usual = match key {
            "Runtime" => Some(Value::from(scene.default_runtime.as_str())),
            "CgroupnsMode" => Some(Value::from(scene.default_cgroup)),
            _ => None,
        };
        let expected = usual.as_ref().filter(|_| is_nothing(asked)).or(asked);
        let both_bridge = key == "NetworkMode" && is_bridge(now) && expected.is_some_and(is_bridge);
        if !both_bridge && !same(now, expected) {
            missed.push(format!("`HostConfig.{key}`"));
        }
    }
    missed
}

/// The container as a plan would create it, with all references resolved to existing objects.
fn as_new(scene: &Scene, service: &ServiceSpec, found: &Found) -> NewContainer {
    let attachments = service.container.network_mode.attachments().iter().map(|attachment| {
        let id = scene.network(&attachment.network).and_then(|network| network.id.clone());
        (NetworkId(id.unwrap_or_default()), attachment.clone())
    });
    let parents: BTreeMap<ServiceName, _> = scene
        .containers
        .iter()
        .filter_map(|other| Some((scene.service_of(other.id.as_str())?, other.id.clone())))
        .rev()
        .collect();
    NewContainer {
        name: found.name.clone(),
        image: service.container.image.clone(),
        spec: (*service.container).clone(),
        labels: BTreeMap::new(),
        attachments: attachments.collect(),
        inherited: Vec::new(),
        parents,
    }
}

fn fields<'a>(inspect: &'a Value, part: &str, left_out: &[&str]) -> Vec<(&'a str, &'a Value)> {
    let fields = inspect.pointer(part).and_then(Value::as_object).into_iter().flatten();
    fields.map(|(key, value)| (key.as_str(), value)).filter(|(key, _)| !left_out.contains(key)).collect()
}

fn is_bridge(mode: &Value) -> bool {
    matches!(mode.as_str(), Some("default" | "bridge" | ""))
}

/// Whether a value means "not set", which the engine represents in many ways.
fn is_nothing(value: Option<&Value>) -> bool {
    match value {
        None | Some(Value::Null | Value::Bool(false)) => true,
        Some(Value::String(text)) => text.is_empty(),
        Some(Value::Number(number)) => number.as_i64() == Some(0),
        Some(Value::Array(list)) => list.is_empty(),
        Some(Value::Object(map)) => map.values().all(|value| is_nothing(Some(value))),
        Some(Value::Bool(true)) => false,
    }
}

/// Equality that ignores unset values and the order of lists that represent sets.
fn same(one: &Value, other: Option<&Value>) -> bool {
    if is_nothing(Some(one)) && is_nothing(other) {
        return true;
    }
    match (one, other) {
        (Value::Array(one), Some(Value::Array(other))) => {
            one.len() == other.len()
                && one.iter().all(|item| other.iter().any(|known| same(item, Some(known))))
        }
        (Value::Object(one), Some(Value::Object(other))) => {
            let keys = one.keys().chain(other.keys());
            keys.into_iter().all(|key| same(one.get(key).unwrap_or(&Value::Null), other.get(key)))
        }
        (one, other) => Some(one) == other,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn unset_values_are_recognised() {
        for nothing in
            [json!(null), json!(0), json!(""), json!([]), json!({}), json!(false), json!({"a": null})]
        {
            assert!(same(&nothing, None) && same(&nothing, Some(&json!(null))), "{nothing}");
            assert!(!same(&nothing, Some(&json!("x"))), "{nothing}");
        }
        assert!(same(&json!(["a", "b"]), Some(&json!(["b", "a"]))));
        assert!(!same(&json!(["a", "b"]), Some(&json!(["a", "c"]))));
        assert!(same(&json!({"a": 1, "b": ""}), Some(&json!({"a": 1}))));
        assert!(!same(&json!({"a": 1}), Some(&json!({"a": 2}))));
    }
}
