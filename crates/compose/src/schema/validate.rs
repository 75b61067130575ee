//! Refuses unknown keys, wrong types and values outside their set.

use super::attributes::SERVICE;
use super::said;
use super::shape::{Names, Object, Rule, Scalar, Shape};
use crate::Code;
use crate::cursor::Cursor;
use crate::report::Advice;
use crate::said as words;
use crate::suggest::{did_you_mean, did_you_mean_attribute, is_meant_for};
use crate::yaml::{Mapping, Node, Value};
use core_monitor_message::Message;
use std::collections::HashSet;

/// Checks a node and everything below it.
pub(crate) fn validate(cursor: &Cursor<'_>, shape: &Shape) {
    validate_changes(cursor, None, shape);
}

/// Checks a node and everything below it, except what it shares with a node that was already checked: merging many
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
            check_names(cursor, entries, *names);
            for (key, entry) in cursor.entries().filter(|(key, _)| names.governs(key)) {
                validate_changes(&entry, at_key(before, key), value);
            }
        }
        (Shape::Object(known), Value::Mapping(entries)) => object(cursor, before, known, entries),
        (Shape::Object(known), Value::Null) if known.nullable => {}
        (_, found) => {
            let expected = shape.expected();
            let message = said::wrong_type(cursor.describe(), expected.clone(), found.kind());
            let advice = Advice::expected(expected).hint(type_hint(cursor, shape, found));
            cursor.fail_with_advice(Code::InvalidType, message, advice);
        }
    }
}

fn type_hint(cursor: &Cursor<'_>, shape: &Shape, found: &Value) -> Option<Message> {
    let wants_text = shape.pick(&Value::String(String::new())).expected().text().contains("a string");
    if let Some(attribute) = cursor.service_name().filter(|name| SERVICE.get(name).is_some()) {
        return Some(said::indent_under_service(attribute));
    }
    match found {
        Value::Null if cursor.service_name().is_some() => Some(said::indent_attributes()),
        Value::Null => Some(said::remove_key_or_give_value()),
        Value::String(text) => missing_space(text).or_else(|| {
            let wants_list = matches!(shape.pick(&Value::Sequence(Vec::new())), Shape::List { .. });
            wants_list.then(said::start_items_with_dash)
        }),
        Value::Int(number) if wants_text && cursor.key().is_some_and(|key| DURATIONS.contains(&key)) => {
            Some(words::write_duration_with_unit(number))
        }
        Value::Int(_) | Value::Float(_) | Value::Bool(_) | Value::Timestamp(_) if wants_text => {
            found.scalar_text().map(said::put_in_quotes)
        }
        _ => None,
    }
}

/// Attributes that take a duration; the attribute table knows them only as text.
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

/// A hint for text that a missing space turned from a list or mapping into a single word.
fn missing_space(text: &str) -> Option<Message> {
    if text.starts_with('-') && !text.starts_with("--") {
        return Some(said::space_after_dash());
    }
    let (key, value) = text.split_once(':')?;
    let is_key = key.starts_with(|c: char| c.is_ascii_alphabetic())
        && key.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_-".contains(&byte));
    (is_key && !value.is_empty() && !value.starts_with([' ', '/'])).then(|| said::space_after_colon(key))
}

/// The value of a key, if the node is a mapping that has it.
fn at_key<'a>(node: Option<&'a Node>, key: &str) -> Option<&'a Node> {
    node?.as_mapping()?.get(key).map(|entry| &*entry.value)
}

fn object(cursor: &Cursor<'_>, before: Option<&Node>, known: &Object, entries: &Mapping) {
    for (key, entry) in entries {
        if known.extensible && key.starts_with("x-") {
            continue;
        }
        let Some(shape) = known.get(key) else {
            // A suggestion is expensive to compute, and nobody would see it.
            if cursor.report.is_full() {
                continue;
            }
            let message = said::unknown_key(key, cursor.describe());
            let hint = did_you_mean_attribute(key, known.attributes.iter().map(|(name, _)| *name));
            cursor.report.error_with_hint(Code::UnknownKey, entry.key, message, hint);
            continue;
        };
        validate_changes(&cursor.child(key, &entry.value), at_key(before, key), shape);
    }
    for key in known.required {
        let misspelt = |word: &String| known.get(word).is_none() && is_meant_for(word, key);
        if !entries.contains_key(*key) && !entries.keys().any(misspelt) {
            let advice = Advice::expected(words::written_as(key));
            cursor.fail_with_advice(Code::MissingKey, said::key_missing(cursor.describe(), key), advice);
        }
    }
}

fn check_names(cursor: &Cursor<'_>, entries: &Mapping, names: Names) {
    for (key, entry) in entries {
        if !names.accepts(key) {
            let message = said::key_name_invalid(key, cursor.describe());
            let hint = match names {
                Names::NotEmpty => said::give_it_a_name(),
                _ => said::name_characters(),
            };
            cursor.report.error_with_hint(Code::InvalidName, entry.key, message, hint.clone());
        }
    }
}

fn refuse_duplicates(cursor: &Cursor<'_>) {
    let mut seen = HashSet::new();
    for item in cursor.items() {
        let Some(text) = item.node.value.scalar_text() else { continue };
        if !seen.insert(text.clone()) {
            // The text after `=` may be a secret.
            let shown = text.split('=').next().unwrap_or(&text);
            let message = said::duplicate_item(shown, cursor.describe());
            item.fail(Code::DuplicateItem, message);
        }
    }
}

fn rule(cursor: &Cursor<'_>, scalar: &Scalar) {
    match (&scalar.rule, &cursor.node.value) {
        (Rule::OneOf(words), Value::String(text)) if !words.contains(&text.as_str()) => {
            let choices: Vec<String> = words.iter().map(|word| format!("`{word}`")).collect();
            let message = said::value_not_allowed(cursor.describe(), text);
            let choices = choices.join(", ");
            let hint =
                did_you_mean(text, words.iter().copied()).unwrap_or_else(|| said::use_one_of(&choices));
            let expected =
                if words.len() == 1 { words::alternatives_of(choices) } else { said::one_of(choices) };
            cursor.fail_with_advice(Code::InvalidValue, message, Advice::expected(expected).hint(hint));
        }
        (Rule::Range(low, high), Value::Int(number)) if !(low..=high).contains(&number) => {
            let message = said::out_of_range(cursor.describe(), low, high);
            let advice = Advice::expected(said::number_in_range(low, high));
            cursor.fail_with_advice(Code::InvalidValue, message, advice);
        }
        (Rule::Range(low, high), Value::Float(number)) if !in_range(*number, *low, *high) => {
            let message = said::out_of_range(cursor.describe(), low, high);
            let advice = Advice::expected(said::number_in_range(low, high));
            cursor.fail_with_advice(Code::InvalidValue, message, advice);
        }
        (Rule::Digits, Value::Float(_)) => {
            let message = said::must_be_whole(cursor.describe());
            let hint = cursor.node.value.scalar_text().map(said::put_in_quotes);
            cursor.fail_with_advice(
                Code::InvalidType,
                message,
                Advice::expected(words::word_whole_number()).hint(hint),
            );
        }
        (Rule::ContainerName, Value::String(text)) if !container_name(text) => {
            let message = said::value_not_allowed(cursor.describe(), text);
            let hint = said::container_name_rule();
            cursor.fail_with_hint(Code::InvalidName, message, hint.clone());
        }
        (Rule::PullPolicy, Value::String(text)) if !pull_policy(text) => {
            let message = said::value_not_allowed(cursor.describe(), text);
            let hint = said::pull_policy_rule();
            cursor.fail_with_hint(Code::InvalidValue, message, hint.clone());
        }
        _ => {}
    }
}

#[expect(clippy::cast_precision_loss, reason = "limits of attributes are small, or the largest there is")]
fn in_range(number: f64, low: i128, high: i128) -> bool {
    (low as f64..=high as f64).contains(&number)
}

/// Stricter than the reference, whose pattern is not anchored: the engine rejects everything this rejects.
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
