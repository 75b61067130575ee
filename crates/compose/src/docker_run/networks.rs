//! Network flags.

use super::draft::Draft;
use super::flags::Rule;
use super::invocation::Given;
use super::resources::csv;
use super::said;
use crate::document::Item;
use core_monitor_message::Message;

/// The networks of a command, in order.
#[derive(Default)]
pub(super) struct Networks {
    joined: Vec<Joined>,
    /// From separate flags that apply to the first network.
    aliases: Vec<String>,
    addresses: Vec<(&'static str, String)>,
    link_local: Vec<String>,
    linked: bool,
}

/// One network.
#[derive(Default, Clone)]
struct Joined {
    name: String,
    aliases: Vec<String>,
    link_local: Vec<String>,
    /// Attributes with one value.
    single: Vec<(&'static str, Item)>,
    driver_options: Vec<(String, Item)>,
}

pub(super) fn flag(draft: &mut Draft<'_>, rule: Rule, given: &Given) {
    let value = &given.value;
    match rule {
        Rule::NetworkAlias => draft.networks.aliases.push(value.clone()),
        Rule::Ip(key) => draft.networks.addresses.push((key, value.clone())),
        Rule::LinkLocalIp => draft.networks.link_local.push(value.clone()),
        Rule::Link => {
            draft.networks.linked = true;
            draft.push("external_links", Item::Text(value.clone()), &given.at);
        }
        _ => match joined(value) {
            Ok(joined) if mode(&joined.name) => {
                draft.put("network_mode", Item::Text(engine_word(&joined.name)), &given.at);
            }
            Ok(joined) => draft.networks.joined.push(joined),
            Err(problem) => draft.fail(&given.at, problem),
        },
    }
}

/// A name, or `name=...,alias=...,ip=...`.
fn joined(value: &str) -> Result<Joined, Message> {
    let mut joined = Joined::default();
    if !value.contains('=') {
        value.clone_into(&mut joined.name);
    }
    let fields = if value.contains('=') { csv(value) } else { Vec::new() };
    for field in fields {
        let Some((key, text)) = field.split_once('=') else {
            return Err(said::run_not_key_value(field));
        };
        let item = Item::Text(text.to_owned());
        match key {
            "name" => text.clone_into(&mut joined.name),
            "alias" => joined.aliases.push(text.to_owned()),
            "ip" => joined.single.push(("ipv4_address", item)),
            "ip6" => joined.single.push(("ipv6_address", item)),
            "mac-address" => joined.single.push(("mac_address", item)),
            "link-local-ip" => joined.link_local.push(text.to_owned()),
            "gw-priority" => joined.single.push(("gw_priority", Item::Number(text.to_owned()))),
            "driver-opt" => {
                let (key, value) = text.split_once('=').ok_or(said::run_driver_opt_form())?;
                joined.driver_options.push((key.to_owned(), Item::Text(value.to_owned())));
            }
            _ => return Err(said::run_network_field_unknown(key)),
        }
    }
    if joined.name.is_empty() {
        return Err(said::run_network_name_missing());
    }
    Ok(joined)
}

/// Network modes, which are not networks.
fn mode(name: &str) -> bool {
    matches!(name, "host" | "none" | "bridge" | "default")
        || name.starts_with("container:")
        || name.starts_with("ns:")
}

fn engine_word(name: &str) -> String {
    if name == "default" { "bridge".to_owned() } else { name.to_owned() }
}

impl Networks {
    /// Adds the networks to the service and keeps their names for the declaration.
    pub(super) fn join(mut self, draft: &mut Draft<'_>) {
        let apart = !self.aliases.is_empty() || !self.addresses.is_empty() || !self.link_local.is_empty();
        if apart && self.joined.is_empty() {
            self.joined.push(Joined { name: "default".to_owned(), ..Joined::default() });
        }
        if let Some(first) = self.joined.first_mut() {
            first.aliases.append(&mut self.aliases);
            first.link_local.append(&mut self.link_local);
            first.single.extend(self.addresses.drain(..).map(|(key, text)| (key, Item::Text(text))));
        }
        if self.linked {
            draft.note(said::run_linked_container());
        }
        let plain = self.joined.iter().all(Joined::is_plain);
        let everywhere = 0..0;
        for joined in &self.joined {
            if plain {
                draft.push("networks", Item::Text(joined.name.clone()), &everywhere);
            } else {
                draft.set_entry("networks", &joined.name, joined.item(), &everywhere);
            }
        }
        draft.networks = self;
    }

    /// Top-level networks, all external: `docker run` does not create networks.
    pub(super) fn declared(&self) -> Vec<(String, Item)> {
        let external = || Item::map([("external", Some(Item::Flag(true)))]);
        let named = self.joined.iter().filter(|joined| joined.name != "default");
        named.map(|joined| (joined.name.clone(), external())).collect()
    }
}

impl Joined {
    fn is_plain(&self) -> bool {
        self.aliases.is_empty()
            && self.link_local.is_empty()
            && self.single.is_empty()
            && self.driver_options.is_empty()
    }

    fn item(&self) -> Item {
        if self.is_plain() {
            return Item::Null;
        }
        let words = |list: &[String]| {
            let items = list.iter().cloned().map(Item::Text).collect();
            (!list.is_empty()).then_some(Item::List(items))
        };
        let options = (!self.driver_options.is_empty()).then(|| Item::Map(self.driver_options.clone()));
        let mut entries = vec![("aliases", words(&self.aliases))];
        entries.extend(self.single.iter().map(|(key, item)| (*key, Some(item.clone()))));
        entries.push(("link_local_ips", words(&self.link_local)));
        entries.push(("driver_opts", options));
        Item::map(entries)
    }
}
