//! Reads the configuration.

use std::collections::BTreeSet;

use core_monitor_message::Message;
use serde_json::Value as Json;

use super::said;
use crate::docker_run::CommandError;
use crate::outline::{Content, Entry, Node};
use crate::{Code, Limits};

/// Most services.
const MOST: usize = 200;
/// The built-in themes, in all spellings.
const THEMES: [&str; 7] =
    ["plain", "matrix", "ghost", "shuffle", "hackerTerminal", "hacker-terminal", "hackerterminal"];

/// A service of the configuration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Service {
    pub(super) name: String,
    /// The port of the host on which it listens.
    pub(super) port: u16,
    pub(super) idle_ms: Option<u64>,
    pub(super) mode: Option<String>,
    pub(super) theme: Option<String>,
    pub(super) compose_dir: Option<String>,
    pub(super) notes: Vec<Message>,
}

/// The services of a configuration.
pub(super) fn read(text: &str, limits: &Limits) -> Result<Vec<Service>, Vec<CommandError>> {
    let root = Node::read("config.json", text, limits).map_err(|diagnostics| {
        let errors = diagnostics.into_iter().map(|found| {
            let at = found.span.as_ref().map_or(0, |span| span_start(text, span.line, span.column));
            if found.code != Code::Syntax {
                return CommandError::new(text, at..at, found.message);
            }
            let hint = found.hint.unwrap_or_else(said::autostart_give_the_text);
            CommandError::new(text, at..at, said::autostart_not_json(found.message)).hint(hint)
        });
        errors.collect::<Vec<_>>()
    })?;
    if !matches!(root.content, Content::Map(..)) {
        let at = root.start.byte.min(text.len());
        let message = if root.is_null() {
            said::autostart_empty()
        } else {
            said::autostart_not_json(said::autostart_object_expected())
        };
        return Err(vec![CommandError::new(text, at..at, message).hint(said::autostart_give_the_text())]);
    }
    let mut reader = Reader { text, errors: Vec::new() };
    let Some(list) = root.get("services").filter(|list| matches!(list.content, Content::List(..))) else {
        reader.error(&root, said::autostart_no_services());
        return Err(reader.errors);
    };
    if list.items().len() > MOST {
        reader.error(list, said::autostart_too_many(MOST));
        return Err(reader.errors);
    }
    let mut names = BTreeSet::new();
    let mut services = Vec::new();
    for item in list.items() {
        let Some(service) = reader.service(item) else { continue };
        if names.insert(service.name.clone()) {
            services.push(service);
        } else {
            reader.error(item, said::autostart_name_twice(&service.name));
        }
    }
    if reader.errors.is_empty() { Ok(services) } else { Err(reader.errors) }
}

/// The byte at which a line and column begin.
fn span_start(text: &str, line: u32, column: u32) -> usize {
    let skipped = usize::try_from(line.saturating_sub(1)).unwrap_or(0);
    let before: usize = text.split_inclusive('\n').take(skipped).map(str::len).sum();
    let rest = text.get(before..).unwrap_or_default();
    let characters = usize::try_from(column.saturating_sub(1)).unwrap_or(0);
    before + rest.chars().take(characters).map(char::len_utf8).sum::<usize>()
}

struct Reader<'a> {
    text: &'a str,
    errors: Vec<CommandError>,
}

impl Reader<'_> {
    fn error(&mut self, node: &Node, message: Message) {
        let at = node.start.byte.min(self.text.len())..node.end.min(self.text.len());
        self.errors.push(CommandError::new(self.text, at, message));
    }

    fn service(&mut self, item: &Node) -> Option<Service> {
        if !matches!(item.content, Content::Map(..)) {
            self.error(item, said::autostart_not_an_object());
            return None;
        }
        let name = self.text_of(item, "name", true);
        let port = self.port(item);
        let mode = self.text_of(item, "mode", false);
        let theme = self.text_of(item, "themeName", false);
        let compose_dir = self.text_of(item, "composeDir", false);
        let idle_ms = self.timeout(item);
        if let (Some(mode), Some(value)) = (&mode, item.get("mode"))
            && !["dynamic", "blocking"].contains(&mode.as_str())
        {
            self.error(value, said::autostart_mode_unknown(shown(mode)));
        }
        if let (Some(name), Some(value)) = (&name, item.get("name"))
            && !is_name(name)
        {
            self.error(value, said::autostart_name_invalid(shown(name)));
        }
        let notes = notes(item.entries(), theme.as_deref());
        Some(Service { name: name?, port: port?, idle_ms, mode, theme, compose_dir, notes })
    }

    fn text_of(&mut self, item: &Node, key: &str, required: bool) -> Option<String> {
        let Some(value) = item.get(key) else {
            if required {
                self.error(item, said::autostart_key_missing(key));
            }
            return None;
        };
        let text = value.text().map(str::to_owned);
        if text.is_none() {
            self.error(value, said::autostart_not_a_text(key));
        }
        text
    }

    fn port(&mut self, item: &Node) -> Option<u16> {
        let Some(value) = item.get("port") else {
            self.error(item, said::autostart_key_missing("port"));
            return None;
        };
        let port = number(value).and_then(|number| u16::try_from(number).ok()).filter(|port| *port > 0);
        if port.is_none() {
            self.error(value, said::autostart_port_invalid());
        }
        port
    }

    fn timeout(&mut self, item: &Node) -> Option<u64> {
        let value = item.get("timeout")?;
        let millis = number(value).filter(|millis| *millis >= 1_000);
        if millis.is_none() {
            self.error(value, said::autostart_timeout_invalid());
        }
        millis
    }
}

fn notes(entries: &[Entry], theme: Option<&str>) -> Vec<Message> {
    const KNOWN: [&str; 6] = ["name", "port", "timeout", "mode", "themeName", "composeDir"];
    let unknown = entries.iter().map(|entry| entry.key.as_str()).filter(|key| !KNOWN.contains(key));
    let mut notes: Vec<Message> = unknown.map(|key| said::autostart_key_unknown(shown(key))).collect();
    notes.extend(
        theme.filter(|theme| !THEMES.contains(theme)).map(|theme| said::autostart_theme_is_own(shown(theme))),
    );
    notes
}

fn number(node: &Node) -> Option<u64> {
    match &node.content {
        Content::Scalar(Json::Number(number)) => number.as_u64(),
        _ => None,
    }
}

/// Names of services, as compose files have them.
fn is_name(name: &str) -> bool {
    (1..=255).contains(&name.len())
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-'))
}

fn shown(text: &str) -> String {
    text.chars().take(60).collect()
}
