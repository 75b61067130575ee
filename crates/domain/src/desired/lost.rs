//! What a definition that was written down says otherwise than the one it was written from.

use serde::Serialize;
use serde_json::Value;

use super::DesiredStack;

impl DesiredStack {
    /// The attributes in which `other`, made from this stack's own text, differs. Names only: values may be secret.
    pub fn lost_in(&self, other: &Self) -> Vec<String> {
        let mut lost = Vec::new();
        for service in &self.services {
            let Some(read) = other.service(&service.name) else {
                lost.push(format!("the service `{}`", service.name));
                continue;
            };
            for key in differing(&*service.container, &*read.container) {
                lost.push(format!("`{key}` of `{}`", service.name));
            }
            if service.container_name != read.container_name || service.replicas != read.replicas {
                lost.push(format!("the names or number of containers of `{}`", service.name));
            }
        }
        for network in &self.networks {
            let read = other.networks.iter().find(|read| read.name == network.name);
            if read != Some(network) {
                lost.push(format!("something of the network `{}`", network.name));
            }
        }
        for volume in &self.volumes {
            let read = other.volumes.iter().find(|read| read.name == volume.name);
            if read != Some(volume) {
                lost.push(format!("something of the volume `{}`", volume.name));
            }
        }
        lost
    }
}

fn differing(one: &impl Serialize, other: &impl Serialize) -> Vec<String> {
    let fields = |value: serde_json::Result<Value>| match value {
        Ok(Value::Object(fields)) => fields,
        _ => serde_json::Map::new(),
    };
    let (one, other) = (fields(serde_json::to_value(one)), fields(serde_json::to_value(other)));
    one.into_iter().filter(|(key, value)| other.get(key) != Some(value)).map(|(key, _)| key).collect()
}
