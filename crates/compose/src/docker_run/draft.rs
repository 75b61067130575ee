//! The service being built and the document around it.

use core_monitor_message::Message;
use std::collections::BTreeMap;
use std::ops::Range;

use indexmap::IndexMap;

use super::CommandError;
use super::networks::Networks;
use crate::document::{self, Item};
use crate::{LoadOptions, ProjectFiles, load};

/// Attributes in the order people write them; others follow in the order of the command.
const ORDER: [&str; 26] = [
    "image",
    "platform",
    "pull_policy",
    "container_name",
    "hostname",
    "domainname",
    "init",
    "entrypoint",
    "command",
    "working_dir",
    "user",
    "group_add",
    "env_file",
    "environment",
    "label_file",
    "labels",
    "ports",
    "expose",
    "network_mode",
    "networks",
    "external_links",
    "volumes",
    "volumes_from",
    "tmpfs",
    "healthcheck",
    "restart",
];

/// The service being built.
pub(super) struct Draft<'a> {
    line: &'a str,
    attributes: IndexMap<&'static str, Item>,
    /// The part of the line that each attribute comes from.
    places: BTreeMap<&'static str, Range<usize>>,
    pub(super) networks: Networks,
    /// Top-level volumes.
    pub(super) volumes: IndexMap<String, Item>,
    pub(super) notes: Vec<Message>,
    errors: Vec<CommandError>,
    /// The service.
    pub(super) name: Option<String>,
}

impl<'a> Draft<'a> {
    /// An empty draft.
    pub(super) fn new(line: &'a str, notes: Vec<Message>) -> Self {
        Self {
            line,
            attributes: IndexMap::new(),
            places: BTreeMap::new(),
            networks: Networks::default(),
            volumes: IndexMap::new(),
            notes,
            errors: Vec::new(),
            name: None,
        }
    }

    /// Sets an attribute.
    pub(super) fn put(&mut self, attribute: &'static str, value: Item, at: &Range<usize>) {
        self.attributes.insert(attribute, value);
        self.places.insert(attribute, at.clone());
    }

    /// Adds to a list.
    pub(super) fn push(&mut self, attribute: &'static str, value: Item, at: &Range<usize>) {
        self.places.insert(attribute, at.clone());
        if let Item::List(items) = self.attributes.entry(attribute).or_insert_with(|| Item::List(Vec::new()))
        {
            items.push(value);
        }
    }

    /// Sets an entry of a mapping.
    pub(super) fn set_entry(&mut self, attribute: &'static str, key: &str, value: Item, at: &Range<usize>) {
        self.places.insert(attribute, at.clone());
        if let Item::Map(entries) = self.attributes.entry(attribute).or_insert_with(|| Item::Map(Vec::new()))
        {
            match entries.iter_mut().find(|(known, _)| known == key) {
                Some(entry) => entry.1 = value,
                None => entries.push((key.to_owned(), value)),
            }
        }
    }

    /// An existing entry of a mapping.
    pub(super) fn entry(&mut self, attribute: &'static str, key: &str) -> Option<&mut Item> {
        let Item::Map(entries) = self.attributes.get_mut(attribute)? else { return None };
        entries.iter_mut().find(|(known, _)| known == key).map(|(_, value)| value)
    }

    pub(super) fn fail(&mut self, at: &Range<usize>, message: Message) {
        self.errors.push(CommandError::new(self.line, at.clone(), message));
    }

    pub(super) fn fail_with_hint(&mut self, at: &Range<usize>, message: Message, hint: Message) {
        self.errors.push(CommandError::new(self.line, at.clone(), message).hint(hint));
    }

    pub(super) fn note(&mut self, note: Message) {
        if !self.notes.contains(&note) {
            self.notes.push(note);
        }
    }

    /// Removes an attribute.
    pub(super) fn take(&mut self, attribute: &str) {
        self.attributes.shift_remove(attribute);
    }

    /// The draft, or its errors.
    pub(super) fn checked(mut self) -> Result<Self, Vec<CommandError>> {
        if self.errors.is_empty() {
            self.check();
        }
        if self.errors.is_empty() { Ok(self) } else { Err(self.errors) }
    }

    /// Loads the document; each error of the loader is reported for the flag that caused it.
    fn check(&mut self) {
        let text = document::print(&self.document());
        let lines: Vec<&str> = text.lines().collect();
        let mut files = ProjectFiles::single("compose.yml", text.clone());
        for attribute in ["env_file", "label_file"] {
            for file in self.files_of(attribute) {
                files.add(file, "");
            }
        }
        let options = LoadOptions { home: Some("/".to_owned()), ..LoadOptions::default() };
        let Err(rejected) = load(&files, &options) else { return };
        for error in rejected.errors {
            let line = error.span.as_ref().map_or(0, |span| span.line as usize);
            // Errors that depend on an unset variable can only be checked once it has a value.
            if line > 0 && lines.get(line - 1).is_some_and(|text| text.contains("${")) {
                continue;
            }
            let attribute = lines.iter().take(line).rev().find_map(|text| attribute_on(text));
            let place = attribute.and_then(|name| self.places.iter().find(|(known, _)| **known == name));
            let at = place.map_or(0..self.line.trim_end().len(), |(_, at)| at.clone());
            let mut problem = CommandError::new(self.line, at, error.message);
            problem.hint = error.hint.map(Box::new);
            self.errors.push(problem);
        }
    }

    fn files_of(&self, attribute: &str) -> Vec<String> {
        let Some(Item::List(items)) = self.attributes.get(attribute) else { return Vec::new() };
        let path = |item: &Item| match item {
            Item::Text(path) => Some(path.clone()),
            Item::Map(entries) => match entries.first() {
                Some((_, Item::Text(path))) => Some(path.clone()),
                _ => None,
            },
            _ => None,
        };
        items.iter().filter_map(path).collect()
    }

    fn document(&self) -> Vec<(String, Item)> {
        let name = self.name.as_deref().unwrap_or("app");
        let ordered = ORDER.iter().filter_map(|key| self.attributes.get_key_value(key));
        let rest = self.attributes.iter().filter(|(key, _)| !ORDER.contains(*key));
        let service = ordered.chain(rest).map(|(key, item)| ((*key).to_owned(), item.clone())).collect();
        let mut document = vec![
            ("name".to_owned(), Item::Text(project_name(name))),
            ("services".to_owned(), Item::Map(vec![(name.to_owned(), Item::Map(service))])),
        ];
        let networks = self.networks.declared();
        if !networks.is_empty() {
            document.push(("networks".to_owned(), Item::Map(networks)));
        }
        if !self.volumes.is_empty() {
            let volumes = self.volumes.iter().map(|(key, item)| (key.clone(), item.clone()));
            document.push(("volumes".to_owned(), Item::Map(volumes.collect())));
        }
        document
    }

    pub(super) fn into_document(self) -> Vec<(String, Item)> {
        self.document()
    }
}

/// The attribute that starts on a line of the printed service.
fn attribute_on(line: &str) -> Option<&str> {
    let text = line.strip_prefix("    ").filter(|text| !text.starts_with([' ', '-']))?;
    text.split(':').next()
}

/// Project names allow fewer characters than container names.
fn project_name(service: &str) -> String {
    let lower = service.to_ascii_lowercase().replace('.', "-");
    let name = lower.trim_start_matches(|c: char| !c.is_ascii_alphanumeric());
    let name: String = name.chars().take(63).collect();
    if name.is_empty() { "app".to_owned() } else { name }
}
