//! Converts the desired state back to a compose file, the inverse of [`DesiredStack::from_project`], in the form that a
//! person would write.

use core_monitor_compose::document::{self, Item};

use super::{DesiredStack, IpamPool, NetworkSpec, VolumeSpec};
use std::collections::BTreeMap;

mod mounts;
mod networks;
mod resources;
mod service;

impl DesiredStack {
    /// A compose file for this stack.
    pub fn to_compose(&self) -> String {
        let services =
            self.services.iter().map(|service| (service.name.to_string(), service::service(self, service)));
        let mut entries = vec![
            ("name".to_owned(), Item::literal(self.name.as_str())),
            ("services".to_owned(), Item::Map(services.collect())),
        ];
        let networks: Vec<_> = self.networks.iter().filter_map(|spec| self.network(spec)).collect();
        if !networks.is_empty() {
            entries.push(("networks".to_owned(), Item::Map(networks)));
        }
        let volumes: Vec<_> = self.volumes.iter().map(|spec| self.volume(spec)).collect();
        if !volumes.is_empty() {
            entries.push(("volumes".to_owned(), Item::Map(volumes)));
        }
        document::print(&entries)
    }

    /// `None` for a default network without any options.
    fn network(&self, spec: &NetworkSpec) -> Option<(String, Item)> {
        let body = if spec.external {
            external(&spec.key, &spec.name)
        } else {
            let entries = [
                ("name", self.chosen_name(&spec.key, &spec.name)),
                ("driver", text(spec.driver.as_ref())),
                ("driver_opts", map(&spec.driver_opts)),
                ("internal", flag(spec.internal)),
                ("attachable", flag(spec.attachable)),
                ("enable_ipv4", spec.enable_ipv4.map(Item::Flag)),
                ("enable_ipv6", spec.enable_ipv6.map(Item::Flag)),
                ("ipam", ipam(spec)),
                ("labels", map(&spec.labels)),
            ];
            bare(Item::map(entries))
        };
        (spec.key != "default" || body != Item::Null).then(|| (spec.key.clone(), body))
    }

    fn volume(&self, spec: &VolumeSpec) -> (String, Item) {
        let body = if spec.external {
            external(&spec.key, &spec.name)
        } else {
            bare(Item::map([
                ("name", self.chosen_name(&spec.key, &spec.name)),
                ("driver", text(spec.driver.as_ref())),
                ("driver_opts", map(&spec.driver_opts)),
                ("labels", map(&spec.labels)),
            ]))
        };
        (spec.key.clone(), body)
    }

    /// A name other than the generated one.
    fn chosen_name(&self, key: &str, name: &str) -> Option<Item> {
        (*name != format!("{}_{key}", self.name)).then(|| Item::literal(name))
    }
}

fn external(key: &str, name: &str) -> Item {
    Item::map([("name", (key != name).then(|| Item::literal(name))), ("external", Some(Item::Flag(true)))])
}

fn ipam(spec: &NetworkSpec) -> Option<Item> {
    let pool = |pool: &IpamPool| {
        Item::map([
            ("subnet", text(pool.subnet.as_ref())),
            ("ip_range", text(pool.ip_range.as_ref())),
            ("gateway", text(pool.gateway.as_ref())),
            ("aux_addresses", map(&pool.aux_addresses)),
        ])
    };
    let pools: Vec<Item> = spec.ipam_pools.iter().map(pool).collect();
    let ipam = Item::map([
        ("driver", text(spec.ipam_driver.as_ref())),
        ("config", (!pools.is_empty()).then_some(Item::List(pools))),
        ("options", map(&spec.ipam_options)),
    ]);
    Some(bare(ipam)).filter(|ipam| *ipam != Item::Null)
}

/// Turns an empty mapping into a key without a value.
fn bare(item: Item) -> Item {
    if item == Item::Map(Vec::new()) { Item::Null } else { item }
}

fn flag(on: bool) -> Option<Item> {
    on.then_some(Item::Flag(true))
}

fn text(text: Option<&String>) -> Option<Item> {
    text.map(|text| Item::literal(text))
}

fn number(number: Option<impl ToString>) -> Option<Item> {
    number.map(|number| Item::Number(number.to_string()))
}

fn list(items: &[String]) -> Option<Item> {
    (!items.is_empty()).then(|| Item::List(items.iter().map(|item| Item::literal(item)).collect()))
}

fn map(items: &BTreeMap<String, String>) -> Option<Item> {
    let entries = items.iter().map(|(key, value)| (key.clone(), Item::literal(value)));
    (!items.is_empty()).then(|| Item::Map(entries.collect()))
}

#[cfg(test)]
mod tests;
