//! Published and exposed ports.

use std::collections::{BTreeSet, HashMap};

use bollard::models::{PortBinding, PortMap};
use core_monitor_domain::desired::{ContainerSpec, Port};

/// All ports of the container, published or not.
pub(super) fn exposed(spec: &ContainerSpec) -> Option<Vec<String>> {
    let ports: BTreeSet<String> = spec.ports.iter().map(key).chain(spec.expose.iter().cloned()).collect();
    (!ports.is_empty()).then(|| ports.into_iter().collect())
}

/// Host side of the published ports. A range is passed on, and the engine picks a port from it.
pub(super) fn bindings(spec: &ContainerSpec) -> Option<PortMap> {
    let mut bindings: PortMap = HashMap::new();
    for port in &spec.ports {
        let binding = PortBinding {
            host_ip: Some(port.host_ip.clone().unwrap_or_default()),
            host_port: Some(port.published.clone().unwrap_or_default()),
        };
        bindings.entry(key(port)).or_default().get_or_insert_default().push(binding);
    }
    (!bindings.is_empty()).then_some(bindings)
}

fn key(port: &Port) -> String {
    format!("{}/{}", port.target, port.protocol.as_str())
}
