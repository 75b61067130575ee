//! Whether a service can have a number of containers.

use super::ServiceSpec;

/// Why a service cannot have so many containers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CannotScale {
    /// The definition gives its container a name, and no two containers have the same.
    Named {
        /// The name.
        name: String,
    },
    /// They would publish the same port of the host.
    SamePort {
        /// The port, or the range that is too narrow.
        published: String,
        /// How many containers there are ports for.
        most: u32,
    },
    /// They would have the same address on a network.
    SameAddress {
        /// The address.
        address: String,
    },
}

impl ServiceSpec {
    /// Whether it can have this number of containers.
    pub fn can_have(&self, number: u32) -> Result<(), CannotScale> {
        if number <= 1 {
            return Ok(());
        }
        if let Some(name) = &self.container_name {
            return Err(CannotScale::Named { name: name.clone() });
        }
        for published in self.container.ports.iter().filter_map(|port| port.published.as_ref()) {
            match ports_in(published) {
                Some(most) if most < number => {
                    return Err(CannotScale::SamePort { published: published.clone(), most });
                }
                _ => {}
            }
        }
        let attachments = self.container.network_mode.attachments().iter();
        let mut addresses = attachments.flat_map(|at| at.ipv4_address.iter().chain(&at.ipv6_address));
        match addresses.next() {
            Some(address) => Err(CannotScale::SameAddress { address: address.clone() }),
            None => Ok(()),
        }
    }
}

/// How many ports a published port or range has; `None` if the engine chooses.
fn ports_in(published: &str) -> Option<u32> {
    let (first, last) = published.split_once('-').unwrap_or((published, published));
    let (first, last): (u16, u16) = (first.parse().ok()?, last.parse().ok()?);
    (first != 0).then(|| u32::from(last.saturating_sub(first)).saturating_add(1))
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::desired::{Attachment, ContainerSpec, NetworkMode, Port, Protocol, PullPolicy, SpecHash};

    fn service(container: ContainerSpec) -> ServiceSpec {
        ServiceSpec {
            name: "web".parse().unwrap(),
            replicas: 1,
            container_name: None,
            pull_policy: PullPolicy::Missing,
            build: None,
            depends_on: Vec::new(),
            is_job: false,
            is_awaited: false,
            mounted: None,
            secrets: crate::desired::SecretVersions::default(),
            slots: Vec::new(),
            hash: SpecHash::of_container(None, &container),
            container: Arc::new(container),
        }
    }

    fn publishing(published: Option<&str>) -> ServiceSpec {
        let published = published.map(str::to_owned);
        let port = Port { target: 80, protocol: Protocol::Tcp, host_ip: None, published };
        service(ContainerSpec { ports: vec![port], ..ContainerSpec::default() })
    }

    #[test]
    fn a_name_a_host_port_and_an_address_are_for_one_container() {
        let named = ServiceSpec { container_name: Some("shop".to_owned()), ..publishing(None) };
        assert_eq!(named.can_have(2), Err(CannotScale::Named { name: "shop".to_owned() }));
        let too_few =
            |published: &str, most| Err(CannotScale::SamePort { published: published.to_owned(), most });
        assert_eq!(publishing(Some("8080")).can_have(2), too_few("8080", 1));
        assert_eq!(publishing(Some("8080-8081")).can_have(3), too_few("8080-8081", 2));
        let at = Attachment { ipv4_address: Some("10.0.0.2".to_owned()), ..Attachment::default() };
        let mode = NetworkMode::Networks { attachments: vec![at] };
        let fixed = service(ContainerSpec { network_mode: mode, ..ContainerSpec::default() });
        assert_eq!(fixed.can_have(2), Err(CannotScale::SameAddress { address: "10.0.0.2".to_owned() }));
        for one in [&named, &fixed, &publishing(Some("8080"))] {
            assert_eq!((one.can_have(1), one.can_have(0)), (Ok(()), Ok(())));
        }
        for many in [publishing(None), publishing(Some("0")), publishing(Some("8080-8082"))] {
            assert_eq!(many.can_have(3), Ok(()));
        }
    }
}
