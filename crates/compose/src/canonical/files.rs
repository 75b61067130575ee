//! `configs` and `secrets`, of services and at top level.

use super::{Context, network, volume};
use crate::Code;
use crate::cursor::Cursor;
use crate::model::{Config, FileMode, FileReference, Secret};
use crate::yaml::Value;
use indexmap::IndexMap;

/// Where a secret appears that says nothing else.
pub(super) const SECRETS_FOLDER: &str = "/run/secrets/";

/// What a service or a build takes, in short or long form. With `folder`, one without a target gets a place in there. Of
/// several with one target the last wins.
pub(super) fn references(owner: &Cursor<'_>, key: &str, folder: Option<&str>) -> Vec<FileReference> {
    let Some(written) = owner.get(key) else { return Vec::new() };
    let mut references: IndexMap<String, FileReference> = IndexMap::new();
    for item in written.items() {
        if item.mapping().is_some_and(|long| !long.contains_key("source")) {
            item.fail(Code::MissingKey, format!("{} lacks `source`", item.describe()));
            continue;
        }
        let mut reference = match item.text() {
            Some(source) => FileReference { source: source.to_owned(), ..FileReference::default() },
            None if item.mapping().is_some() => long(&item),
            None => continue,
        };
        let unsaid = !item.mapping().is_some_and(|long| long.contains_key("target"));
        if let (true, Some(folder)) = (unsaid, folder) {
            reference.target = Some(format!("{folder}{}", reference.source));
        }
        let usual = || if unsaid { format!("/{}", reference.source) } else { String::new() };
        let target = reference.target.clone().unwrap_or_else(usual);
        references.insert(target, reference);
    }
    references.into_values().collect()
}

fn long(item: &Cursor<'_>) -> FileReference {
    FileReference {
        source: item.text_at("source").unwrap_or_default(),
        target: item.text_at("target"),
        uid: item.text_at("uid"),
        gid: item.text_at("gid"),
        mode: item.present("mode").and_then(|mode| self::mode(&mode)),
        extensions: item.extensions(),
    }
}

/// A number is taken as it is, so it should be written in octal; text is read as octal digits.
fn mode(cursor: &Cursor<'_>) -> Option<FileMode> {
    let mode = match &cursor.node.value {
        Value::Int(number) => u32::try_from(*number).ok().map(FileMode),
        Value::String(text) => FileMode::from_octal(text),
        _ => None,
    };
    if mode.is_none() {
        let message = format!("{} is not a file mode", cursor.describe());
        cursor.fail_with_hint(Code::InvalidValue, message, "write for example `0440`".to_owned());
    }
    mode
}

/// Top-level configs by key, names not yet given.
pub(crate) fn configs(root: &Cursor<'_>, context: &Context<'_>) -> IndexMap<String, Config> {
    let Some(section) = root.get("configs") else { return IndexMap::new() };
    section.entries().map(|(key, cursor)| (key.to_owned(), config(&cursor, context))).collect()
}

fn config(cursor: &Cursor<'_>, context: &Context<'_>) -> Config {
    let (external, old_name) = network::external_name(cursor);
    one_origin(cursor, &["file", "content", "environment"], external);
    let environment = cursor.text_at("environment");
    Config {
        name: cursor.text_at("name").or(old_name).unwrap_or_default(),
        file: file(cursor, context),
        value: value(environment.as_deref(), context),
        environment,
        content: cursor.text_at("content"),
        external,
        labels: cursor.labels_at("labels"),
        template_driver: cursor.text_at("template_driver"),
        extensions: cursor.extensions(),
    }
}

/// Top-level secrets by key, names not yet given.
pub(crate) fn secrets(root: &Cursor<'_>, context: &Context<'_>) -> IndexMap<String, Secret> {
    let Some(section) = root.get("secrets") else { return IndexMap::new() };
    section.entries().map(|(key, cursor)| (key.to_owned(), secret(&cursor, context))).collect()
}

fn secret(cursor: &Cursor<'_>, context: &Context<'_>) -> Secret {
    let (external, old_name) = network::external_name(cursor);
    one_origin(cursor, &["file", "environment"], external);
    let environment = cursor.text_at("environment");
    Secret {
        name: cursor.text_at("name").or(old_name).unwrap_or_default(),
        file: file(cursor, context),
        value: value(environment.as_deref(), context),
        environment,
        external,
        labels: cursor.labels_at("labels"),
        driver: cursor.text_at("driver"),
        driver_opts: cursor.labels_at("driver_opts"),
        template_driver: cursor.text_at("template_driver"),
        extensions: cursor.extensions(),
    }
}

fn file(cursor: &Cursor<'_>, context: &Context<'_>) -> Option<String> {
    let written = cursor.get("file")?;
    Some(volume::host_path(written.text()?, &written, context))
}

fn value(variable: Option<&str>, context: &Context<'_>) -> Option<String> {
    context.variables.get(variable?).map(str::to_owned)
}

/// What is made here says exactly once what it is made of.
fn one_origin(cursor: &Cursor<'_>, origins: &[&str], external: bool) {
    let Some(entries) = cursor.mapping() else { return };
    let written: Vec<&str> = origins.iter().copied().filter(|key| entries.contains_key(*key)).collect();
    let choices = || {
        let words: Vec<String> = origins.iter().map(|key| format!("`{key}`")).collect();
        words.join(" or ")
    };
    match written.as_slice() {
        [_] => {}
        [] if external => {}
        [] => cursor.fail_with_hint(
            Code::MissingKey,
            format!("{} says nothing about its content", cursor.describe()),
            format!("add {}, or `external: true`", choices()),
        ),
        [first, second, ..] => {
            let message = format!("{} has both `{first}` and `{second}`", cursor.describe());
            cursor.fail_with_hint(Code::Conflict, message, format!("keep one of {}", choices()));
        }
    }
}
