//! Which attributes of a service differ, for people.

use crate::desired::{DesiredStack, ServiceSpec};

/// The names of the attributes that changed since `previous`; empty when it did not have the service.
pub(super) fn changed_attributes(previous: Option<&DesiredStack>, service: &ServiceSpec) -> Vec<String> {
    let Some(before) = previous.and_then(|stack| stack.service(&service.name)) else {
        return Vec::new();
    };
    if before.hash == service.hash {
        return Vec::new();
    }
    let (Ok(before_spec), Ok(after_spec)) =
        (serde_json::to_value(&before.container), serde_json::to_value(&service.container))
    else {
        return Vec::new();
    };
    let (Some(before_spec), Some(after_spec)) = (before_spec.as_object(), after_spec.as_object()) else {
        return Vec::new();
    };
    let mut changed: Vec<String> = after_spec
        .iter()
        .filter(|(key, value)| before_spec.get(*key) != Some(value))
        .map(|(key, _)| key.clone())
        .collect();
    if before.container_name != service.container_name {
        changed.push("container_name".to_owned());
    }
    changed.sort();
    changed
}
