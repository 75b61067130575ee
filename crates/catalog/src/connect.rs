//! What connections add to components.

use std::collections::BTreeMap;

use core_monitor_compose::document::Item;

use crate::entry::{Provision, Requirement};
use crate::option::Value;
use crate::part::{Part, Resolver};
use crate::problem::{Problem, pointer_key};
use crate::said;

/// A connection of one component to another.
#[derive(Debug)]
pub(crate) struct Connection {
    /// The names of the services that are connected.
    services: Vec<String>,
    environment: Vec<(String, Item)>,
    /// The service of the provider, and its condition.
    pub(crate) provider: String,
    condition: String,
    network: String,
}

/// The connections of every part. Their values are put into the scopes of the parts.
pub(crate) fn connect(resolver: &mut Resolver<'_>) -> Vec<Vec<Connection>> {
    let mut found = Vec::new();
    for index in 0..resolver.parts.len() {
        let mut connections = Vec::new();
        let part = &resolver.parts[index];
        let (pointer, entry) = (part.pointer.clone(), part.entry);
        for id in part.connect.keys().filter(|id| part.requirement(id).is_none()) {
            let place = format!("{pointer}/connect/{}", pointer_key(id));
            let shown: String = id.chars().take(60).collect();
            resolver.problems.push(Problem::new(place, said::wizard_requirement_unknown(shown)));
        }
        for requirement in &entry.requires {
            match offer(&resolver.parts, index, requirement) {
                Ok(Some((provider, provision))) => {
                    let values = values(&resolver.parts[provider], provision);
                    let connection =
                        connection(&mut resolver.parts, index, provider, (requirement, provision), &values);
                    connections.extend(connection);
                }
                Ok(None) => {}
                Err(message) => {
                    let place = format!("{pointer}/connect/{}", requirement.id);
                    resolver.problems.push(Problem::new(place, message));
                }
            }
        }
        found.push(connections);
    }
    found
}

/// Who offers what a part needs, and as what; `None` if it is not connected and need not be.
fn offer<'c>(
    parts: &[Part<'c>],
    index: usize,
    requirement: &Requirement,
) -> Result<Option<(usize, &'c Provision)>, core_monitor_message::Message> {
    let names: Vec<&str> = requirement.interfaces.iter().map(String::as_str).collect();
    let Some(name) = parts[index].connect.get(&requirement.id) else {
        return if requirement.optional {
            Ok(None)
        } else {
            Err(said::wizard_requirement_missing(crate::fields::listed(&names)))
        };
    };
    let shown: String = name.chars().take(60).collect();
    let at = parts.iter().position(|part| part.name == *name);
    let at = at.ok_or_else(|| said::wizard_target_unknown(&shown))?;
    if at == index {
        return Err(said::wizard_target_self());
    }
    let provides = &parts[at].entry.provides;
    let wanted = |name: &&str| provides.iter().find(|provision| provision.interface == **name);
    match names.iter().find_map(wanted) {
        Some(provision) => Ok(Some((at, provision))),
        None => Err(said::wizard_target_unfit(shown, crate::fields::listed(&names))),
    }
}

/// The values of an offer, as texts of a compose file.
fn values(provider: &Part<'_>, provision: &Provision) -> BTreeMap<String, Value> {
    let filled = provision.values.iter().filter_map(|(name, template)| {
        let value = match provider.scope.fill(template)? {
            Item::Number(number) => number.parse().map(Value::Number).ok()?,
            Item::Flag(flag) => Value::Flag(flag),
            Item::Text(text) => Value::Source(text),
            _ => return None,
        };
        Some((name.clone(), value))
    });
    let interface = ("interface".to_owned(), Value::Text(provision.interface.clone()));
    filled.chain([interface]).collect()
}

fn connection(
    parts: &mut [Part<'_>],
    index: usize,
    provider: usize,
    (requirement, provision): (&Requirement, &Provision),
    values: &BTreeMap<String, Value>,
) -> Option<Connection> {
    let mut scope = parts[index].scope.clone();
    let path = format!("connect.{}", requirement.id);
    let part = &mut parts[index];
    part.scope.set(path.clone(), Value::Flag(true));
    for (name, value) in values {
        part.scope.set(format!("{path}.{name}"), value.clone());
        scope.set(name.clone(), value.clone());
    }
    let own = requirement.by_interface.iter().find(|(name, _)| *name == provision.interface);
    let templates = requirement.environment.iter().chain(own.iter().flat_map(|(_, own)| own));
    let environment =
        templates.filter_map(|(name, value)| Some((name.clone(), scope.fill(value)?))).collect();
    let services = requirement.services.iter().filter_map(|service| scope.text_of(service)).collect();
    let offering = &parts[provider].scope;
    Some(Connection {
        services,
        environment,
        provider: offering.text_of(&provision.service)?,
        condition: provision.ready.clone(),
        network: offering.text_of(&provision.network)?,
    })
}

impl Connection {
    /// Adds the connection to a service, if it is one of those that are connected.
    pub(crate) fn apply(&self, name: &str, service: &mut Item) {
        let Item::Map(entries) = service else { return };
        if !self.services.iter().any(|connected| connected == name) {
            return;
        }
        if !self.environment.is_empty()
            && let Item::Map(environment) = entry(entries, "environment", || Item::Map(Vec::new()))
        {
            for (name, value) in &self.environment {
                match environment.iter_mut().find(|(known, _)| known == name) {
                    Some((_, known)) => *known = value.clone(),
                    None => environment.push((name.clone(), value.clone())),
                }
            }
        }
        self.depend(entry(entries, "depends_on", || Item::Map(Vec::new())));
        // Whoever names no network is in the default one.
        if self.network != "default" || entries.iter().any(|(key, _)| key == "networks") {
            self.join(entry(entries, "networks", || Item::Words(vec!["default".to_owned()])));
        }
    }

    fn depend(&self, dependencies: &mut Item) {
        // The short form is that with this condition.
        let short = |name: &str| {
            let started = Item::map([("condition", Some(Item::literal("service_started")))]);
            (name.to_owned(), started)
        };
        match dependencies {
            Item::Words(names) => *dependencies = Item::Map(names.iter().map(|name| short(name)).collect()),
            Item::List(names) => {
                let names = names.iter().filter_map(|name| match name {
                    Item::Text(name) => Some(short(name)),
                    _ => None,
                });
                *dependencies = Item::Map(names.collect());
            }
            _ => {}
        }
        if let Item::Map(known) = dependencies
            && !known.iter().any(|(name, _)| *name == self.provider)
        {
            let wait = Item::map([
                ("condition", Some(Item::literal(&self.condition))),
                ("restart", Some(Item::Flag(true))),
            ]);
            known.push((self.provider.clone(), wait));
        }
    }

    fn join(&self, networks: &mut Item) {
        match networks {
            Item::Words(names) if !names.contains(&self.network) => names.push(self.network.clone()),
            Item::List(names) => {
                let network = Item::literal(&self.network);
                if !names.contains(&network) {
                    names.push(network);
                }
            }
            Item::Map(names) if !names.iter().any(|(name, _)| *name == self.network) => {
                names.push((self.network.clone(), Item::Map(Vec::new())));
            }
            _ => {}
        }
    }
}

/// The value of a key, which is added if it is missing.
fn entry<'a>(entries: &'a mut Vec<(String, Item)>, key: &str, new: impl FnOnce() -> Item) -> &'a mut Item {
    let at = entries.iter().position(|(known, _)| known == key).unwrap_or_else(|| {
        entries.push((key.to_owned(), new()));
        entries.len() - 1
    });
    &mut entries[at].1
}
