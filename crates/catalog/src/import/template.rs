//! Writes the entry of one template.

use std::collections::BTreeSet;

use core_monitor_compose::document::{Item, print};
use serde_json::Value as Json;

use super::{free, image, list, slug, text};

/// The text of the entry; `None` if the template has no image.
pub(super) fn written(template: &Json, id: &str, title: &str) -> Option<String> {
    let image = image(template)?;
    let mut draft = Draft::default();
    let environment = list(template, "env").iter().filter_map(|variable| draft.variable(variable));
    let environment: Vec<_> = environment.collect();
    let ports: Vec<_> = list(template, "ports").iter().filter_map(|port| draft.port(port)).collect();
    let volumes: Vec<_> =
        list(template, "volumes").iter().filter_map(|volume| draft.volume(volume)).collect();
    let labels = list(template, "labels").iter().filter_map(|label| {
        Some((text(label, "name")?.to_owned(), Item::literal(text(label, "value").unwrap_or_default())))
    });
    let named: Vec<_> = draft.named.iter().map(|name| (name.clone(), Item::Map(Vec::new()))).collect();
    let restart = text(template, "restart_policy").unwrap_or("unless-stopped");
    let flag = |key: &str| template.get(key).and_then(Json::as_bool).filter(|flag| *flag).map(Item::Flag);
    let service = Item::map([
        ("image", Some(raw("{{version.image}}"))),
        ("command", text(template, "command").map(Item::literal)),
        ("restart", Some(Item::literal(restart))),
        ("environment", unless_empty(environment)),
        ("ports", (!ports.is_empty()).then_some(Item::List(ports))),
        ("volumes", (!volumes.is_empty()).then_some(Item::List(volumes))),
        ("labels", unless_empty(labels.collect())),
        ("hostname", text(template, "hostname").map(Item::literal)),
        ("privileged", flag("privileged")),
        ("stdin_open", flag("interactive")),
        ("tty", flag("interactive")),
    ]);
    let tag = image.rsplit_once(':').map_or("latest", |(_, tag)| tag);
    let tag = if tag.contains('/') { "latest" } else { tag };
    let version = Item::map([("id", Some(raw(tag))), ("image", Some(raw(&image)))]);
    let summary = text(template, "description").unwrap_or(title);
    let compose = Item::map([
        ("services", Some(Item::Map(vec![("{{as}}".to_owned(), service)]))),
        ("volumes", unless_empty(named)),
    ]);
    let entries = [
        ("catalog", Some(Item::Number("1".to_owned()))),
        ("id", Some(raw(id))),
        ("kind", Some(raw("component"))),
        ("category", Some(raw(category(template)))),
        ("name", Some(raw(title))),
        ("summary", Some(texts(summary))),
        ("versions", Some(Item::List(vec![version]))),
        ("options", (!draft.options.is_empty()).then_some(Item::List(draft.options))),
        ("secrets", (!draft.secrets.is_empty()).then_some(Item::List(draft.secrets))),
        ("compose", Some(compose)),
    ];
    let entries = entries.into_iter().filter_map(|(key, value)| Some((key.to_owned(), value?)));
    Some(print(&entries.collect::<Vec<_>>()))
}

/// What the parts of a template need.
#[derive(Default)]
struct Draft {
    options: Vec<Item>,
    secrets: Vec<Item>,
    /// Named volumes.
    named: Vec<String>,
    ids: BTreeSet<String>,
}

impl Draft {
    fn id(&mut self, wanted: &str) -> String {
        let id = free(&slug(wanted).replace('-', "_"), &self.ids);
        self.ids.insert(id.clone());
        id
    }

    fn option(
        &mut self,
        wanted: &str,
        kind: &str,
        label: &str,
        more: impl IntoIterator<Item = (&'static str, Item)>,
    ) -> String {
        let id = self.id(wanted);
        let mut option = vec![
            ("id".to_owned(), raw(&id)),
            ("type".to_owned(), raw(kind)),
            ("label".to_owned(), texts(label)),
        ];
        option.extend(more.into_iter().map(|(key, value)| (key.to_owned(), value)));
        self.options.push(Item::Map(option));
        id
    }

    /// A preset is a constant, an empty password is generated, and everything else can be chosen.
    fn variable(&mut self, variable: &Json) -> Option<(String, Item)> {
        let name = text(variable, "name")?.to_owned();
        let label = text(variable, "label").unwrap_or(&name).to_owned();
        let default = text(variable, "default").or(text(variable, "set"));
        if variable.get("preset").and_then(Json::as_bool).unwrap_or(variable.get("set").is_some()) {
            return Some((name, Item::literal(default.unwrap_or_default())));
        }
        let words = list(variable, "select");
        if !words.is_empty() {
            let value = |word: &Json| {
                Some(Item::map([
                    ("id", Some(raw(text(word, "value")?))),
                    ("label", Some(texts(text(word, "text").or(text(word, "value"))?))),
                ]))
            };
            let is_usual = |word: &&Json| word.get("default").and_then(Json::as_bool) == Some(true);
            let usual = words.iter().find(is_usual).or(words.first()).and_then(|word| text(word, "value"))?;
            let values = Item::List(words.iter().filter_map(value).collect());
            let id = self.option(&name, "enum", &label, [("default", raw(usual)), ("values", values)]);
            return Some((name, raw(&format!("{{{{options.{id}}}}}"))));
        }
        if default.is_none() && is_secret(&name) {
            let id = self.id(&name);
            let variable = format!("{{{{AS}}}}_{}", id.to_ascii_uppercase());
            self.secrets.push(Item::map([
                ("id", Some(raw(&id))),
                ("variable", Some(raw(&variable))),
                ("label", Some(texts(&label))),
            ]));
            return Some((name, raw(&format!("${{{{{{secrets.{id}}}}}}}"))));
        }
        let choice = default.map_or(("optional", Item::Flag(true)), |default| ("default", raw(default)));
        let is_optional = default.is_none();
        let id = self.option(&name, "string", &label, [choice]);
        Some((name, given(&format!("options.{id}"), &format!("{{{{options.{id}}}}}"), is_optional)))
    }

    /// `8080:80/tcp`; without a port of the host, nothing is published unless the user says so.
    fn port(&mut self, port: &Json) -> Option<Item> {
        let written = port.as_str()?;
        let (host, inside) = match written.rsplit_once(':') {
            Some((host, inside)) => (host.parse::<u16>().ok(), inside),
            None => (None, written),
        };
        let number = inside.split('/').next()?.parse::<u16>().ok()?;
        let choice = match host {
            Some(host) => ("default", Item::Number(host.to_string())),
            None => ("optional", Item::Flag(true)),
        };
        let id = self.option(&format!("port {number}"), "host_port", &format!("Port {number}"), [choice]);
        let value = format!("{{{{options.{id}}}}}:{inside}");
        Some(given(&format!("options.{id}"), &value, host.is_none()))
    }

    /// A folder of the host if the template names one, otherwise a named volume.
    fn volume(&mut self, volume: &Json) -> Option<Item> {
        let inside = volume.as_str().or(text(volume, "container"))?;
        let mode = if volume.get("readonly").and_then(Json::as_bool) == Some(true) { ":ro" } else { "" };
        if let Some(folder) = text(volume, "bind") {
            let default = ("default", raw(folder));
            let id =
                self.option(&format!("folder {inside}"), "path", &format!("Folder for {inside}"), [default]);
            return Some(raw(&format!("{{{{options.{id}}}}}:{inside}{mode}")));
        }
        let name = format!("{{{{as}}}}-{}", slug(inside));
        if !self.named.contains(&name) {
            self.named.push(name.clone());
        }
        Some(raw(&format!("{name}:{inside}{mode}")))
    }
}

/// A value, or nothing unless something is chosen.
fn given(path: &str, value: &str, is_optional: bool) -> Item {
    if is_optional { Item::map([("$if", Some(raw(path))), ("$then", Some(raw(value)))]) } else { raw(value) }
}

fn category(template: &Json) -> &'static str {
    let categories = list(template, "categories").iter().filter_map(Json::as_str);
    let known = categories.filter_map(|category| match category.to_ascii_lowercase().as_str() {
        "database" => Some("database"),
        "webserver" => Some("web"),
        "monitoring" => Some("monitoring"),
        "messaging" => Some("broker"),
        "storage" => Some("storage"),
        "cms" | "blog" | "forum" | "wiki" => Some("application"),
        _ => None,
    });
    known.into_iter().next().unwrap_or("tool")
}

pub(super) fn is_secret(name: &str) -> bool {
    let name = name.to_ascii_uppercase();
    ["PASSWORD", "PASSWD", "SECRET", "TOKEN", "_KEY", "PASS"].iter().any(|word| name.ends_with(word))
}

/// A text of the entry as it is: paths in braces are its own.
fn raw(text: &str) -> Item {
    Item::Text(text.to_owned())
}

/// The same text in every language: templates have one.
fn texts(text: &str) -> Item {
    Item::map([("en", Some(raw(text))), ("fr", Some(raw(text)))])
}

pub(super) fn unless_empty(entries: Vec<(String, Item)>) -> Option<Item> {
    (!entries.is_empty()).then_some(Item::Map(entries))
}
