//! Refuses unknown keys, wrong types and values outside their set.

use super::attributes::SERVICE;
use super::shape::{Names, Object, Rule, Scalar, Shape};
use crate::Code;
use crate::cursor::Cursor;
use crate::report::Advice;
use crate::suggest::{did_you_mean, did_you_mean_attribute, is_meant_for};
use crate::yaml::{Mapping, Node, Value};
use std::collections::HashSet;

/// Checks a node and everything below it.
pub(crate) fn validate(cursor: &Cursor<'_>, shape: &Shape) {
    validate_changes(cursor, None, shape);
}

/// Checks a node and everything below it, except for what it shares with a node that was checked before: documents over
/// documents would otherwise cost the square of their number.
pub(crate) fn validate_changes(cursor: &Cursor<'_>, before: Option<&Node>, shape: &Shape) {
    if before.is_some_and(|before| std::ptr::eq(before, cursor.node)) {
        return;
    }
    let value = &cursor.node.value;
    if matches!(value, Value::Invalid) {
        return;
    }
    match (shape.pick(value), value) {
        (Shape::Any, _) => {}
        (Shape::Scalar(scalar), _) if scalar.accepts(value) => rule(cursor, scalar),
        (Shape::List { item, unique }, Value::Sequence(_)) => {
            let before = before.map_or(&[][..], |before| match &before.value {
                Value::Sequence(items) => items,
                _ => &[],
            });
            for (index, entry) in cursor.items().enumerate() {
                validate_changes(&entry, before.get(index).map(AsRef::as_ref), item);
            }
            if *unique {
                refuse_duplicates(cursor);
            }
        }
        (Shape::Map { value, names }, Value::Mapping(entries)) => {
            names_fit(cursor, entries, *names);
            for (key, entry) in cursor.entries().filter(|(key, _)| names.governs(key)) {
                validate_changes(&entry, at_key(before, key), value);
            }
        }
        (Shape::Object(known), Value::Mapping(entries)) => object(cursor, before, known, entries),
        (Shape::Object(known), Value::Null) if known.nullable => {}
        (_, found) => {
            let expected = shape.expected();
            let message = format!("{} must be {expected}, not {}", cursor.describe(), found.kind());
            let advice = Advice::expected(expected).hint(type_hint(cursor, shape, found));
            cursor.fail_with_advice(Code::InvalidType, message, advice);
        }
    }
}

fn type_hint(cursor: &Cursor<'_>, shape: &Shape, found: &Value) -> Option<String> {
    let wants_text = shape.pick(&Value::String(String::new())).expected().contains("a string");
    if let Some(attribute) = cursor.service_name().filter(|name| SERVICE.get(name).is_some()) {
        return Some(format!("`{attribute}` is an attribute: indent it below the name of its service"));
    }
    match found {
        Value::Null if cursor.service_name().is_some() => {
            Some("indent the attributes of the service below its name".to_owned())
        }
        Value::Null => Some("remove the key or give it a value".to_owned()),
        Value::String(text) => forgotten_blank(text).or_else(|| {
            let wants_list = matches!(shape.pick(&Value::Sequence(Vec::new())), Shape::List { .. });
            wants_list.then(|| "begin every item with `- `, on a line of its own".to_owned())
        }),
        Value::Int(number) if wants_text && cursor.key().is_some_and(|key| DURATIONS.contains(&key)) => {
            Some(format!("write `{number}s` for seconds, `{number}m` for minutes"))
        }
        Value::Int(_) | Value::Float(_) | Value::Bool(_) | Value::Timestamp(_) if wants_text => {
            found.scalar_text().map(|text| format!("put it in quotes: \"{text}\""))
        }
        _ => None,
    }
}

/// Attributes that take a duration, which is text to the attribute table.
const DURATIONS: &[&str] = &[
    "delay",
    "interval",
    "monitor",
    "start_interval",
    "start_period",
    "stop_grace_period",
    "timeout",
    "window",
];

/// What makes a word of something that was meant to be more.
fn forgotten_blank(text: &str) -> Option<String> {
    if text.starts_with('-') && !text.starts_with("--") {
        return Some("write a blank after `-`".to_owned());
    }
    let (key, value) = text.split_once(':')?;
    let is_key = key.starts_with(|c: char| c.is_ascii_alphabetic())
        && key.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_-".contains(&byte));
    (is_key && !value.is_empty() && !value.starts_with([' ', '/']))
        .then(|| format!("write a blank after the colon: `{key}: ...`"))
}

/// What stood at a key of a node.
fn at_key<'a>(node: Option<&'a Node>, key: &str) -> Option<&'a Node> {
    node?.as_mapping()?.get(key).map(|entry| &*entry.value)
}

fn object(cursor: &Cursor<'_>, before: Option<&Node>, known: &Object, entries: &Mapping) {
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
            let hint = did_you_mean_attribute(key, known.attributes.iter().map(|(name, _)| *name));
            cursor.report.error_with_hint(Code::UnknownKey, entry.key, message, hint);
            continue;
        };
        validate_changes(&cursor.child(key, &entry.value), at_key(before, key), shape);
    }
    for key in known.required {
        let misspelt = |word: &String| known.get(word).is_none() && is_meant_for(word, key);
        if !entries.contains_key(*key) && !entries.keys().any(misspelt) {
            let advice = Advice::expected(format!("`{key}`"));
            cursor.fail_with_advice(Code::MissingKey, format!("{} lacks `{key}`", cursor.describe()), advice);
        }
    }
}

fn names_fit(cursor: &Cursor<'_>, entries: &Mapping, names: Names) {
    for (key, entry) in entries {
        if !names.accepts(key) {
            let message = format!("invalid name `{key}` in {}", cursor.describe());
            let hint = match names {
                Names::NotEmpty => "give it a name",
                _ => "use letters, digits, `.`, `_` and `-`",
            };
            cursor.report.error_with_hint(Code::InvalidName, entry.key, message, hint.to_owned());
        }
    }
}

fn refuse_duplicates(cursor: &Cursor<'_>) {
    let mut seen = HashSet::new();
    for item in cursor.items() {
        let Some(text) = item.node.value.scalar_text() else { continue };
        if !seen.insert(text.clone()) {
            // What follows `=` may be a secret.
            let shown = text.split('=').next().unwrap_or(&text);
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
            let choices = choices.join(", ");
            let hint =
                did_you_mean(text, words.iter().copied()).unwrap_or_else(|| format!("use one of {choices}"));
            let expected = if words.len() == 1 { choices } else { format!("one of {choices}") };
            cursor.fail_with_advice(Code::InvalidValue, message, Advice::expected(expected).hint(hint));
        }
        (Rule::Range(low, high), Value::Int(number)) if !(low..=high).contains(&number) => {
            let message = format!("{} must be between {low} and {high}", cursor.describe());
            let advice = Advice::expected(format!("a number from {low} to {high}"));
            cursor.fail_with_advice(Code::InvalidValue, message, advice);
        }
        (Rule::Range(low, high), Value::Float(number)) if !in_range(*number, *low, *high) => {
            let message = format!("{} must be between {low} and {high}", cursor.describe());
            let advice = Advice::expected(format!("a number from {low} to {high}"));
            cursor.fail_with_advice(Code::InvalidValue, message, advice);
        }
        (Rule::Digits, Value::Float(_)) => {
            let message =
                format!("{} must be a whole number without a point or an exponent", cursor.describe());
            let hint = cursor.node.value.scalar_text().map(|text| format!("put it in quotes: \"{text}\""));
            cursor.fail_with_advice(
                Code::InvalidType,
                message,
                Advice::expected("a whole number").hint(hint),
            );
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

#[expect(clippy::cast_precision_loss, reason = "limits of attributes are small, or the largest there is")]
fn in_range(number: f64, low: i128, high: i128) -> bool {
    (low as f64..=high as f64).contains(&number)
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
