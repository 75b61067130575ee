//! What is lost when a definition is written as text and read again.

use core_monitor_message::Message;
use serde::Serialize;
use serde_json::Value;

use super::DesiredStack;
use super::said;

impl DesiredStack {
    /// The attributes that differ in `other`, which was read from this stack's own text. Only names, since values may
    /// be secret.
    pub fn lost_in(&self, other: &Self) -> Vec<Message> {
        let mut lost = Vec::new();
        for service in &self.services {
            let Some(read) = other.service(&service.name) else {
                lost.push(said::lost_service(&service.name));
                continue;
            };
            for key in differing(&*service.container, &*read.container) {
                lost.push(said::lost_attribute(key, &service.name));
            }
            if service.container_name != read.container_name || service.replicas != read.replicas {
                lost.push(said::lost_containers(&service.name));
            }
        }
        for network in &self.networks {
            let read = other.networks.iter().find(|read| read.name == network.name);
            if read != Some(network) {
                lost.push(said::lost_network(&network.name));
            }
        }
        for volume in &self.volumes {
            let read = other.volumes.iter().find(|read| read.name == volume.name);
            if read != Some(volume) {
                lost.push(said::lost_volume(&volume.name));
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
