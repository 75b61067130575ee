//! Host ports.

use core_monitor_domain::desired::Port;
use core_monitor_domain::observation::PublishedPort;
use core_monitor_domain::ports::EngineError;

use super::world::World;

impl World {
    /// The host ports of a container that is about to start: all of them, or none.
    pub(super) fn allocate_ports(&mut self, wanted: &[Port]) -> Result<Vec<PublishedPort>, EngineError> {
        let mut allocated = Vec::new();
        for port in wanted {
            let number = match candidates(port) {
                Some(range) => range
                    .clone()
                    .find(|number| !self.is_held(port, *number) && !is_within(&allocated, port, *number))
                    .ok_or_else(|| taken(port, *range.start()))?,
                None => self.any_port(),
            };
            allocated.push(published(port, number));
        }
        Ok(allocated)
    }

    fn any_port(&mut self) -> u16 {
        let number = self.next_port;
        self.next_port = number.checked_add(1).unwrap_or(32_768);
        number
    }

    fn is_held(&self, port: &Port, number: u16) -> bool {
        self.occupied_ports.contains(&number)
            || self.containers.values().any(|container| is_within(&container.ports, port, number))
    }
}

/// The possible ports; `None` for any.
fn candidates(port: &Port) -> Option<std::ops::RangeInclusive<u16>> {
    let text = port.published.as_deref()?;
    let (first, last) = text.split_once('-').unwrap_or((text, text));
    let (first, last) = (first.parse().ok()?, last.parse().ok()?);
    (first != 0).then_some(first..=last)
}

/// Two equal ports conflict if their addresses are equal or one means all addresses.
fn is_within(held: &[PublishedPort], port: &Port, number: u16) -> bool {
    let address = address(port);
    held.iter().any(|other| {
        other.host_port == number
            && other.protocol == port.protocol.as_str()
            && (other.host_ip == address || other.host_ip == EVERY || address == EVERY)
    })
}

const EVERY: &str = "0.0.0.0";

fn address(port: &Port) -> &str {
    port.host_ip.as_deref().filter(|address| !address.is_empty()).unwrap_or(EVERY)
}

fn published(port: &Port, number: u16) -> PublishedPort {
    PublishedPort {
        host_ip: address(port).to_owned(),
        host_port: number,
        container_port: port.target,
        protocol: port.protocol.as_str().to_owned(),
    }
}

fn taken(port: &Port, number: u16) -> EngineError {
    let message = format!("Bind for {}:{number} failed: port is already allocated", address(port));
    EngineError::PortTaken { message }
}
