//! Reads an entry from its file.

mod connections;
mod options;

use core_monitor_compose::outline::{Content, Node, Place};
use serde_json::Value as Json;

use crate::condition::Paths;
use crate::entry::{Category, Entry, Kind, Origin, Version};
use crate::fields::{Fields, Reading};
use crate::option::OptionKind;
use crate::problem::EntryError;
use crate::said;
use crate::template::{Form, Template};

const KEYS: &[&str] = &[
    "catalog",
    "id",
    "kind",
    "category",
    "name",
    "summary",
    "icon",
    "versions",
    "options",
    "secrets",
    "provides",
    "requires",
    "compose",
    "components",
];

/// What an application leaves to its components.
const OF_COMPONENTS: &[&str] = &["versions", "secrets", "provides", "requires", "compose"];

/// The sections that a component may write.
pub(crate) const SECTIONS: &[&str] = &["services", "networks", "volumes", "configs", "secrets"];

/// Reads the text of an entry; `file` is the name for errors, such as `postgres.yaml`.
pub(crate) fn read(file: &str, text: &str, origin: Origin) -> Result<Entry, Vec<EntryError>> {
    let limits = core_monitor_compose::Limits { depth: 40, ..Default::default() };
    let root = Node::read(file, text, &limits).map_err(|errors| {
        let errors = errors.into_iter().filter_map(|error| {
            Some(EntryError { span: error.span?, message: error.message, hint: error.hint })
        });
        errors.collect::<Vec<_>>()
    })?;
    let reading = Reading::new(file);
    let entry = entry(&root, &reading, origin);
    if let Some(entry) = &entry
        && file.rsplit('/').next() != Some(&format!("{}.yaml", entry.id))
    {
        reading.error(Place { byte: 0, line: 1, column: 1 }, said::catalog_file_name(&entry.id));
    }
    let errors = reading.finish();
    match entry {
        Some(entry) if errors.is_empty() => Ok(entry),
        _ => Err(errors),
    }
}

fn entry(root: &Node, reading: &Reading<'_>, origin: Origin) -> Option<Entry> {
    let fields = reading.map(root, KEYS)?;
    if root.get("catalog").map(|node| &node.content) != Some(&Content::Scalar(Json::from(1))) {
        reading.error(root.start, said::catalog_format_unknown());
        return None;
    }
    let is_application = fields.word("kind", &["component", "application"])? == "application";
    let options = options::read(&fields, reading);
    let secrets = options::secrets(&fields, reading);
    let requires = connections::requires(&fields, reading);
    let entry = Entry {
        id: fields.id("id")?,
        kind: if is_application { Kind::Application } else { Kind::Component },
        category: Category::of(&fields.word("category", Category::NAMES)?)?,
        name: fields.text("name")?,
        summary: fields.texts("summary")?,
        icon: fields.optional_text("icon"),
        origin,
        versions: versions(&fields, reading),
        options,
        secrets,
        provides: connections::provides(&fields, reading),
        requires,
        body: Template::read(
            fields.required(if is_application { "components" } else { "compose" })?,
            reading,
        ),
    };
    if is_application {
        for key in OF_COMPONENTS.iter().filter(|key| fields.node(key).is_some()) {
            reading.error(fields.at(), said::catalog_application_has(key));
        }
        check_components(&entry, reading);
    } else {
        if fields.node("components").is_some() {
            reading.error(fields.at(), said::catalog_component_has());
        }
        check_sections(&entry, reading);
        connections::check(&entry, &paths(&entry), reading);
    }
    paths(&entry).check(&entry.body, reading);
    Some(entry)
}

/// Every path that the templates of an entry can use.
fn paths(entry: &Entry) -> Paths {
    let mut paths = Paths::names();
    if !entry.versions.is_empty() {
        paths.add("version.id", false);
        paths.add("version.image", false);
    }
    for option in &entry.options {
        paths.add(format!("options.{}", option.id), option.optional && option.kind != OptionKind::Bool);
    }
    for secret in &entry.secrets {
        paths.add(format!("secrets.{}", secret.id), false);
    }
    for requirement in &entry.requires {
        let place = format!("connect.{}", requirement.id);
        for value in connections::values_of(requirement) {
            paths.add(format!("{place}.{value}"), requirement.optional);
        }
        paths.add(place, requirement.optional);
    }
    paths
}

fn versions(fields: &Fields<'_>, reading: &Reading<'_>) -> Vec<Version> {
    let Some(node) = fields.node("versions") else { return Vec::new() };
    let mut found: Vec<Version> = Vec::new();
    for item in reading.list(node) {
        let Some(version) = reading
            .map(item, &["id", "image"])
            .and_then(|fields| Some(Version { id: fields.text("id")?, image: fields.text("image")? }))
        else {
            continue;
        };
        if found.iter().any(|known| known.id == version.id) {
            reading.error(item.start, said::catalog_id_twice(&version.id));
        }
        found.push(version);
    }
    found
}

/// A component writes sections, and has at least one service.
fn check_sections(entry: &Entry, reading: &Reading<'_>) {
    if !matches!(entry.body.form, Form::Map(_)) {
        reading.error(entry.body.at, said::catalog_not_a_mapping());
    }
    for (section, template) in entry.body.entries() {
        if !SECTIONS.contains(&section.as_str()) {
            reading.error(template.at, said::catalog_section_unknown(&section));
        }
        if !matches!(template.form, Form::Map(_)) {
            reading.error(template.at, said::catalog_not_a_mapping());
        }
    }
    if entry.services().next().is_none() {
        reading.error(entry.body.at, said::catalog_key_missing("services"));
    }
}

/// The keys of a component of an application.
const COMPONENT: &[&str] = &["entry", "as", "version", "options", "connect"];

fn check_components(entry: &Entry, reading: &Reading<'_>) {
    if !matches!(entry.body.form, Form::List(..)) {
        return reading.error(entry.body.at, said::catalog_not_a_list());
    }
    let components = entry.body.possible();
    for component in &components {
        for (key, value) in component.entries().filter(|(key, _)| !COMPONENT.contains(&key.as_str())) {
            reading.error(value.at, said::catalog_key_unknown(key, crate::fields::listed(COMPONENT)));
        }
        for key in ["entry", "as"].into_iter().filter(|key| component.get(key).is_none()) {
            reading.error(component.at, said::catalog_key_missing(key));
        }
    }
    if !components.iter().any(|component| component.get("as").is_some_and(is_main)) {
        reading.error(entry.body.at, said::catalog_no_main_component());
    }
}

/// Whether a name is that of the main component.
pub(crate) fn is_main(name: &Template) -> bool {
    matches!(&name.form, Form::Text(pieces) if crate::template::written(pieces) == "{{as}}")
}

#[cfg(test)]
mod tests;
