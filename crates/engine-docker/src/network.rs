//! Networks and the endpoints of containers.

use std::collections::BTreeMap;

use bollard::models::{EndpointIpamConfig, EndpointSettings, Ipam, IpamConfig, NetworkCreateRequest};
use core_monitor_domain::desired::{Attachment, IpamPool, NetworkSpec};
use core_monitor_domain::ids::NetworkId;
use core_monitor_domain::observation::ApiVersion;
use serde_json::Value;

/// The driver option that names an interface, supported since Engine 28.1.
const INTERFACE_NAME: &str = "com.docker.network.endpoint.ifname";

/// The body of a create call.
pub(crate) fn create_body(
    spec: &NetworkSpec,
    labels: &BTreeMap<String, String>,
    api: ApiVersion,
) -> serde_json::Result<Value> {
    let body = NetworkCreateRequest {
        name: spec.name.clone(),
        driver: spec.driver.clone(),
        internal: Some(spec.internal),
        attachable: Some(spec.attachable),
        ipam: ipam(spec),
        enable_ipv4: spec.enable_ipv4,
        enable_ipv6: spec.enable_ipv6,
        options: Some(spec.driver_opts.clone().into_iter().collect()),
        labels: Some(labels.clone().into_iter().collect()),
        ..NetworkCreateRequest::default()
    };
    let mut body = serde_json::to_value(body)?;
    // Without it, older engines create a second network of the same name; newer ones always reject that.
    if let (true, Some(fields)) = (api < ApiVersion::ALL_NETWORKS_IN_CREATE, body.as_object_mut()) {
        fields.insert("CheckDuplicate".to_owned(), Value::Bool(true));
    }
    Ok(body)
}

fn ipam(spec: &NetworkSpec) -> Option<Ipam> {
    let default = spec.ipam_driver.is_none() && spec.ipam_pools.is_empty() && spec.ipam_options.is_empty();
    (!default).then(|| Ipam {
        driver: spec.ipam_driver.clone(),
        config: Some(spec.ipam_pools.iter().map(pool).collect()),
        options: (!spec.ipam_options.is_empty()).then(|| spec.ipam_options.clone().into_iter().collect()),
    })
}

fn pool(pool: &IpamPool) -> IpamConfig {
    IpamConfig {
        subnet: pool.subnet.clone(),
        ip_range: pool.ip_range.clone(),
        gateway: pool.gateway.clone(),
        auxiliary_addresses: (!pool.aux_addresses.is_empty())
            .then(|| pool.aux_addresses.clone().into_iter().collect()),
    }
}

/// A container's endpoint in `network`. It includes the network id, so that the engine finds the network even if its name is
/// ambiguous, and so that the id is visible before the first start.
pub(crate) fn endpoint(network: &NetworkId, attachment: &Attachment, api: ApiVersion) -> EndpointSettings {
    let mut driver_opts = attachment.driver_opts.clone();
    if let Some(name) = &attachment.interface_name {
        driver_opts.insert(INTERFACE_NAME.to_owned(), name.clone());
    }
    EndpointSettings {
        network_id: Some(network.0.clone()),
        aliases: list(&attachment.aliases),
        links: list(&attachment.links),
        ipam_config: addresses(attachment),
        // Older engines take the address from the container configuration.
        mac_address: attachment.mac_address.clone().filter(|_| api >= ApiVersion::ALL_NETWORKS_IN_CREATE),
        driver_opts: (!driver_opts.is_empty()).then(|| driver_opts.into_iter().collect()),
        gw_priority: attachment.gw_priority,
        ..EndpointSettings::default()
    }
}

fn addresses(attachment: &Attachment) -> Option<EndpointIpamConfig> {
    let config = EndpointIpamConfig {
        ipv4_address: attachment.ipv4_address.clone(),
        ipv6_address: attachment.ipv6_address.clone(),
        link_local_ips: list(&attachment.link_local_ips),
    };
    (config != EndpointIpamConfig::default()).then_some(config)
}

fn list(items: &[String]) -> Option<Vec<String>> {
    (!items.is_empty()).then(|| items.to_vec())
}

#[cfg(test)]
mod tests {
    use super::*;

    const OLD: ApiVersion = ApiVersion { major: 1, minor: 41 };
    const NEW: ApiVersion = ApiVersion { major: 1, minor: 44 };

    #[test]
    fn only_older_engines_are_asked_to_check_for_duplicates() {
        let body = |api| create_body(&NetworkSpec::default(), &BTreeMap::new(), api).unwrap();
        assert_eq!(body(OLD).get("CheckDuplicate"), Some(&Value::Bool(true)));
        assert_eq!(body(NEW).get("CheckDuplicate"), None);
    }

    #[test]
    fn newer_engines_get_the_mac_address_in_the_endpoint() {
        let attachment =
            Attachment { mac_address: Some("02:42:00:00:00:01".into()), ..Attachment::default() };
        let mac = |api| endpoint(&NetworkId::from("n"), &attachment, api).mac_address;
        assert_eq!(mac(OLD), None);
        assert_eq!(mac(NEW).as_deref(), Some("02:42:00:00:00:01"));
    }

    #[test]
    fn without_addresses_there_is_no_ipam_section() {
        let plain = endpoint(&NetworkId::from("n"), &Attachment::default(), NEW);
        assert_eq!(plain.ipam_config, None);
    }
}
