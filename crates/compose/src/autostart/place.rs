//! Puts the declaration into a compose file.

use core_monitor_message::Message;
use serde_json::Value as Json;

use super::config::Service;
use super::{declaration, said};
use crate::Limits;
use crate::outline::{Content, Node, Patch};

/// The compose file with the declaration at the service that publishes the port, or at its only one.
pub(super) fn placed(
    text: &str,
    service: &Service,
    domain: Option<&str>,
    limits: &Limits,
) -> Result<String, Message> {
    let unreadable = |reason: String| said::autostart_compose_unreadable(reason);
    let root = Node::read("compose.yml", text, limits).map_err(|errors| {
        unreadable(errors.first().map_or_else(String::new, |error| error.message.to_string()))
    })?;
    let services = root.get("services").map(Node::entries).unwrap_or_default();
    let published = services.iter().find_map(|entry| Some((entry, inner(&entry.value, service.port)?)));
    let only = match services {
        [only] => Some((only, service.port)),
        _ => None,
    };
    let named = || services.iter().find(|entry| entry.key == service.name).map(|entry| (entry, service.port));
    let Some((entry, port)) = published.or(only).or_else(named) else {
        return Err(said::autostart_service_not_found(service.port));
    };
    if !matches!(entry.value.content, Content::Map(..)) {
        return Err(said::autostart_not_editable(&entry.key));
    }
    if entry.value.get("x-core-monitor").is_some() {
        return Err(said::autostart_declared_already(&entry.key));
    }
    let mut patch = Patch::new(text);
    let declared = ("x-core-monitor".to_owned(), declaration(service, port, domain));
    patch.insert(&entry.value, &[declared], &|_| String::new());
    Ok(patch.apply())
}

/// The port inside the container that is published as this port of the host.
fn inner(service: &Node, published: u16) -> Option<u16> {
    service.get("ports")?.items().iter().find_map(|item| match &item.content {
        Content::Scalar(Json::String(text)) => short(text, published),
        Content::Map(..) => {
            let number = |key: &str| match &item.get(key)?.content {
                Content::Scalar(Json::Number(number)) => u16::try_from(number.as_u64()?).ok(),
                Content::Scalar(Json::String(text)) => text.parse().ok(),
                _ => None,
            };
            number("target").filter(|_| number("published") == Some(published))
        }
        _ => None,
    })
}

/// `9500:80`, `127.0.0.1:9500:80/tcp`.
fn short(text: &str, published: u16) -> Option<u16> {
    let mut parts = text.split('/').next()?.rsplit(':');
    let target: u16 = parts.next()?.parse().ok()?;
    let host: u16 = parts.next()?.parse().ok()?;
    (host == published).then_some(target)
}
