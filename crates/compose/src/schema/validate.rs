//! Refuses unknown keys, wrong types and values outside their set.

use super::shape::{Names, Object, Rule, Scalar, Shape};
use crate::Code;
use crate::cursor::Cursor;
use crate::suggest::did_you_mean;
use crate::yaml::{Mapping, Value};
use std::collections::HashSet;

/// Checks a node and everything below it.
pub(crate) fn validate(cursor: &Cursor<'_>, shape: &Shape) {
    let value = &cursor.node.value;
    if matches!(value, Value::Invalid) {
        return;
    }
    match (shape.pick(value), value) {
        (Shape::Any, _) => {}
        (Shape::Scalar(scalar), _) if scalar.accepts(value) => rule(cursor, scalar),
        (Shape::List { item, unique }, Value::Sequence(_)) => {
            for entry in cursor.items() {
                validate(&entry, item);
            }
            if *unique {
                refuse_duplicates(cursor);
            }
        }
        (Shape::Map { value, names }, Value::Mapping(entries)) => {
            names_fit(cursor, entries, *names);
            for (_, entry) in cursor.entries() {
                validate(&entry, value);
            }
        }
        (Shape::Object(known), Value::Mapping(entries)) => object(cursor, known, entries),
        (Shape::Object(known), Value::Null) if known.nullable => {}
        (_, found) => {
            let message = format!("{} must be {}, not {}", cursor.describe(), shape.expected(), found.kind());
            cursor.fail_with_hint(Code::InvalidType, message, type_hint(shape, found));
        }
    }
}

fn type_hint(shape: &Shape, found: &Value) -> Option<String> {
    let wants_text = shape.pick(&Value::String(String::new())).expected().contains("a string");
    match found {
        Value::Null => Some("remove the key or give it a value".to_owned()),
        Value::Int(_) | Value::Float(_) | Value::Bool(_) | Value::Timestamp(_) if wants_text => {
            found.scalar_text().map(|text| format!("put it in quotes: \"{text}\""))
        }
        _ => None,
    }
}

fn object(cursor: &Cursor<'_>, known: &Object, entries: &Mapping) {
    for (key, entry) in entries {
        if known.extensible && key.starts_with("x-") {
            continue;
        }
        let Some(shape) = known.get(key) else {
            // A suggestion is dear, and nobody would see it.
            if cursor.report.is_full() {
                continue;
            }
            let message = format!("unknown key `{key}` in {}", cursor.describe());
            let hint = did_you_mean(key, known.attributes.iter().map(|(name, _)| *name));
            cursor.report.error_with_hint(Code::UnknownKey, entry.key, message, hint);
            continue;
        };
        validate(&cursor.child(key, &entry.value), shape);
    }
    for key in known.required {
        if !entries.contains_key(*key) {
            cursor.fail(Code::MissingKey, format!("{} lacks `{key}`", cursor.describe()));
        }
    }
}

fn names_fit(cursor: &Cursor<'_>, entries: &Mapping, names: Names) {
    for (key, entry) in entries {
        if !names.accepts(key) {
            let message = format!("invalid name `{key}` in {}", cursor.describe());
            let hint = match names {
                Names::LowerCase => "use lower-case letters",
                _ => "use letters, digits, `.`, `_` and `-`",
            };
            cursor.report.error_with_hint(Code::InvalidName, entry.key, message, hint.to_owned());
        }
    }
}

fn refuse_duplicates(cursor: &Cursor<'_>) {
    let mut seen = HashSet::new();
    for item in cursor.items() {
        // Mappings that repeat are found where they are read; here it is about words.
        let Some(text) = item.text() else { continue };
        if !seen.insert(text) {
            // What follows `=` may be a secret.
            let shown = text.split('=').next().unwrap_or(text);
            let message = format!("`{shown}` stands twice in {}", cursor.describe());
            item.fail(Code::DuplicateItem, message);
        }
    }
}

fn rule(cursor: &Cursor<'_>, scalar: &Scalar) {
    match (&scalar.rule, &cursor.node.value) {
        (Rule::OneOf(words), Value::String(text)) if !words.contains(&text.as_str()) => {
            let choices: Vec<String> = words.iter().map(|word| format!("`{word}`")).collect();
            let message = format!("{} cannot be `{text}`", cursor.describe());
            let hint = did_you_mean(text, words.iter().copied())
                .unwrap_or_else(|| format!("use one of {}", choices.join(", ")));
            cursor.fail_with_hint(Code::InvalidValue, message, hint);
        }
        (Rule::Range(low, high), Value::Int(number)) if !(low..=high).contains(&number) => {
            let message = format!("{} must be between {low} and {high}", cursor.describe());
            cursor.fail(Code::InvalidValue, message);
        }
        (Rule::ContainerName, Value::String(text)) if !container_name(text) => {
            let message = format!("{} cannot be `{text}`", cursor.describe());
            let hint = "use at least two letters, digits, `.`, `_` or `-`, a letter or digit first";
            cursor.fail_with_hint(Code::InvalidName, message, hint.to_owned());
        }
        (Rule::PullPolicy, Value::String(text)) if !pull_policy(text) => {
            let message = format!("{} cannot be `{text}`", cursor.describe());
            let hint = "use `always`, `missing`, `never`, `build`, `daily`, `weekly` or `every_<duration>`";
            cursor.fail_with_hint(Code::InvalidValue, message, hint.to_owned());
        }
        _ => {}
    }
}

/// Stricter than the reference, whose pattern is not anchored: the engine refuses what this refuses.
fn container_name(text: &str) -> bool {
    let mut bytes = text.bytes();
    bytes.next().is_some_and(|first| first.is_ascii_alphanumeric())
        && text.len() > 1
        && bytes.all(|byte| byte.is_ascii_alphanumeric() || b"_.-".contains(&byte))
}

fn pull_policy(text: &str) -> bool {
    const WORDS: &[&str] =
        &["always", "never", "build", "if_not_present", "missing", "refresh", "daily", "weekly"];
    WORDS.contains(&text)
        || text.strip_prefix("every_").is_some_and(|every| {
            let mut digits = false;
            let mut complete = false;
            for byte in every.bytes() {
                match byte {
                    b'0'..=b'9' => (digits, complete) = (true, false),
                    b'w' | b'd' | b'h' | b'm' | b's' if digits => (digits, complete) = (false, true),
                    _ => return false,
                }
            }
            complete
        })
}
