//! `configs` and `secrets`, of services and at top level.

use super::said;
use super::{Context, network, volume};
use crate::Code;
use crate::cursor::Cursor;
use crate::model::{Config, FileMode, FileReference, Secret};
use crate::yaml::Value;
use indexmap::IndexMap;

/// Where a secret without a target is mounted.
pub(super) const SECRETS_FOLDER: &str = "/run/secrets/";

/// Configs or secrets of a service or build, in short or long form. With `folder`, an entry without a target is placed
/// there. If several entries share a target, the last one wins.
pub(super) fn references(owner: &Cursor<'_>, key: &str, folder: Option<&str>) -> Vec<FileReference> {
    let Some(written) = owner.get(key) else { return Vec::new() };
    let mut references: IndexMap<String, FileReference> = IndexMap::new();
    for item in written.items() {
        if item.mapping().is_some_and(|long| !long.contains_key("source")) {
            item.fail(Code::MissingKey, said::source_missing(item.describe()));
            continue;
        }
        let mut reference = match item.text() {
            Some(source) => FileReference { source: source.to_owned(), ..FileReference::default() },
            None if item.mapping().is_some() => long(&item),
            None => continue,
        };
        let unnamed = !item.mapping().is_some_and(|long| long.contains_key("target"));
        if let (true, Some(folder)) = (unnamed, folder) {
            reference.target = Some(format!("{folder}{}", reference.source));
        }
        let default_target = || if unnamed { format!("/{}", reference.source) } else { String::new() };
        let target = reference.target.clone().unwrap_or_else(default_target);
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

/// A number is used as it is, so it should be written in octal; a string is read as octal digits.
fn mode(cursor: &Cursor<'_>) -> Option<FileMode> {
    let mode = match &cursor.node.value {
        Value::Int(number) => u32::try_from(*number).ok().map(FileMode),
        Value::String(text) => FileMode::from_octal(text),
        _ => None,
    };
    if mode.is_none() {
        let message = said::not_a_file_mode(cursor.describe());
        cursor.fail_with_hint(Code::InvalidValue, message, said::write_octal_digits());
    }
    mode
}

/// Top-level configs by key; names are filled in later.
pub(crate) fn configs(root: &Cursor<'_>, context: &Context<'_>) -> IndexMap<String, Config> {
    let Some(section) = root.get("configs") else { return IndexMap::new() };
    section.entries().map(|(key, cursor)| (key.to_owned(), config(&cursor, context))).collect()
}

fn config(cursor: &Cursor<'_>, context: &Context<'_>) -> Config {
    let (external, old_name) = network::external_name(cursor);
    check_single_source(cursor, &["file", "content", "environment"], external);
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

/// Top-level secrets by key; names are filled in later.
pub(crate) fn secrets(root: &Cursor<'_>, context: &Context<'_>) -> IndexMap<String, Secret> {
    let Some(section) = root.get("secrets") else { return IndexMap::new() };
    section.entries().map(|(key, cursor)| (key.to_owned(), secret(&cursor, context))).collect()
}

fn secret(cursor: &Cursor<'_>, context: &Context<'_>) -> Secret {
    let (external, old_name) = network::external_name(cursor);
    check_single_source(cursor, &["file", "environment"], external);
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

/// A resource that is not external needs exactly one source of its content.
fn check_single_source(cursor: &Cursor<'_>, sources: &[&str], external: bool) {
    let Some(entries) = cursor.mapping() else { return };
    let written: Vec<&str> = sources.iter().copied().filter(|key| entries.contains_key(*key)).collect();
    let choices = || {
        let words: Vec<String> = sources.iter().map(|key| format!("`{key}`")).collect();
        words.join(" or ")
    };
    match written.as_slice() {
        [_] => {}
        [] if external => {}
        [] => cursor.fail_with_hint(
            Code::MissingKey,
            said::no_content(cursor.describe()),
            said::add_content_or_external(choices()),
        ),
        [first, second, ..] => {
            let message = said::two_contents(cursor.describe(), first, second);
            cursor.fail_with_hint(Code::Conflict, message, said::keep_one_of(choices()));
        }
    }
}
