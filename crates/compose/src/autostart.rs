//! Converts the `config.json` of an autostart proxy to definitions.
//!
//! Such a proxy starts what a compose file in a folder describes when a request comes to a port. Here the same is declared in the
//! compose file itself, under `x-core-monitor.on-demand`. Whoever gives the compose file of a service gets it back with the
//! declaration in its place, and everything else as it was; otherwise the result is a file to be put beside it.

use std::collections::BTreeMap;

use core_monitor_message::Message;

use crate::Limits;
use crate::docker_run::CommandError;
use crate::document::{Item, print};

mod config;
mod place;
pub(crate) mod said;

use config::Service;

/// Longest configuration in bytes.
const MAX_BYTES: usize = 256 * 1024;

/// What to convert.
#[derive(Debug, Clone, Copy)]
pub struct Autostart<'a> {
    /// The text of `config.json`.
    pub config: &'a str,
    /// Compose files, by the names of the services in the configuration.
    pub compose: &'a BTreeMap<String, String>,
    /// The domain below which each service has a host of its own name, if any.
    pub domain: Option<&'a str>,
}

/// A definition that was made of a service.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConvertedService {
    /// Its name in the configuration.
    pub name: String,
    /// Where its compose file is.
    pub compose_dir: Option<String>,
    /// The compose file with the declaration, or a file with the declaration alone.
    pub compose: String,
    /// Whether it is the whole compose file.
    pub is_whole: bool,
    /// What is to be done by hand.
    pub notes: Vec<Message>,
}

/// Converts a configuration.
///
/// # Errors
/// Everything that is wrong with it, with its place.
pub fn convert(
    autostart: Autostart<'_>,
    limits: &Limits,
) -> Result<Vec<ConvertedService>, Vec<CommandError>> {
    let Autostart { config, compose, domain } = autostart;
    if config.len() > MAX_BYTES {
        let message = said::autostart_too_long(config.len(), MAX_BYTES);
        return Err(vec![CommandError::new(config, 0..0, message)]);
    }
    let services = config::read(config, limits)?;
    Ok(services
        .iter()
        .map(|service| converted(service, compose.get(&service.name), domain, limits))
        .collect())
}

fn converted(
    service: &Service,
    compose: Option<&String>,
    domain: Option<&str>,
    limits: &Limits,
) -> ConvertedService {
    let mut notes = service.notes.clone();
    if domain.is_none() {
        notes.push(said::autostart_hosts_missing(&service.name));
    }
    let placed = compose.map(|text| place::placed(text, service, domain, limits));
    let (text, is_whole) = match placed {
        Some(Ok(text)) => (text, true),
        Some(Err(reason)) => {
            notes.push(reason);
            (alone(service, domain), false)
        }
        None => {
            notes.push(said::autostart_compose_missing(&service.name));
            (alone(service, domain), false)
        }
    };
    ConvertedService {
        name: service.name.clone(),
        compose_dir: service.compose_dir.clone(),
        compose: text,
        is_whole,
        notes,
    }
}

/// The declaration as a file of its own, to be merged with the one that describes the service.
fn alone(service: &Service, domain: Option<&str>) -> String {
    let declared = Item::Map(vec![("x-core-monitor".to_owned(), declaration(service, service.port, domain))]);
    print(&[("services".to_owned(), Item::Map(vec![(service.name.clone(), declared)]))])
}

/// What `x-core-monitor` of the service says, which listens on this port in its container.
fn declaration(service: &Service, port: u16, domain: Option<&str>) -> Item {
    let hosts = domain.map(|domain| Item::Words(vec![format!("{}.{domain}", service.name)]));
    let theme = service.theme.as_ref().map(|theme| Item::literal(theme));
    let on_demand = Item::map([
        ("hosts", hosts),
        ("port", Some(Item::Number(port.to_string()))),
        ("mode", service.mode.as_ref().map(|mode| Item::literal(mode))),
        ("theme", theme),
        ("idle-timeout", service.idle_ms.map(|millis| Item::literal(&duration(millis)))),
    ]);
    Item::Map(vec![("on-demand".to_owned(), on_demand)])
}

/// `3m`, `90s`, `1500ms`.
fn duration(millis: u64) -> String {
    match millis {
        millis if millis > 0 && millis.is_multiple_of(60_000) => format!("{}m", millis / 60_000),
        millis if millis.is_multiple_of(1_000) => format!("{}s", millis / 1_000),
        millis => format!("{millis}ms"),
    }
}

#[cfg(test)]
mod tests;
