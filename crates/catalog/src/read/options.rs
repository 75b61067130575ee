//! Reads options and secrets.

use core_monitor_compose::outline::{Content, Node};
use regex_lite::Regex;
use serde_json::Value as Json;

use crate::condition::Paths;
use crate::entry::{Alphabet, Generate, Secret, Text};
use crate::fields::{Fields, Reading};
use crate::option::{EntryOption, OptionKind, OptionValue};
use crate::said;
use crate::template::Template;

const KEYS: &[&str] =
    &["id", "type", "label", "help", "default", "optional", "advanced", "pattern", "min", "max", "values"];

pub(super) fn read(fields: &Fields<'_>, reading: &Reading<'_>) -> Vec<EntryOption> {
    let Some(node) = fields.node("options") else { return Vec::new() };
    let mut found: Vec<EntryOption> = Vec::new();
    for item in reading.list(node) {
        let Some(option) = option(item, reading) else { continue };
        if found.iter().any(|known| known.id == option.id) {
            reading.error(item.start, said::catalog_id_twice(&option.id));
        }
        found.push(option);
    }
    found
}

fn option(node: &Node, reading: &Reading<'_>) -> Option<EntryOption> {
    let fields = reading.map(node, KEYS)?;
    let kind = OptionKind::of(&fields.word("type", OptionKind::NAMES)?)?;
    let scalar = |key: &str| match fields.node(key).map(|node| &node.content) {
        Some(Content::Scalar(value)) if !value.is_null() => Some(value.clone()),
        _ => None,
    };
    for (key, kinds) in [
        ("pattern", &[OptionKind::String, OptionKind::Secret][..]),
        ("min", BOUNDED),
        ("max", BOUNDED),
        ("values", &[OptionKind::Enum]),
    ] {
        if fields.node(key).is_some() && !kinds.contains(&kind) {
            reading.error(node.start, said::catalog_option_key(key, kind.as_str()));
        }
    }
    let option = EntryOption {
        id: fields.id("id")?,
        kind,
        label: fields.texts("label")?,
        help: fields.optional_texts("help"),
        default: scalar("default"),
        optional: fields.flag("optional"),
        advanced: fields.flag("advanced"),
        pattern: fields.optional_text("pattern"),
        min: scalar("min"),
        max: scalar("max"),
        values: if kind == OptionKind::Enum { values(&fields, reading) } else { Vec::new() },
    };
    check(&option, node, reading);
    Some(option)
}

const BOUNDED: &[OptionKind] =
    &[OptionKind::Int, OptionKind::Size, OptionKind::Duration, OptionKind::Port, OptionKind::HostPort];

/// What the keys say together.
fn check(option: &EntryOption, node: &Node, reading: &Reading<'_>) {
    if option.pattern.as_ref().is_some_and(|pattern| Regex::new(pattern).is_err()) {
        reading.error(node.start, said::catalog_pattern_invalid());
    }
    if option.optional && option.default.is_some() {
        reading.error(node.start, said::catalog_option_optional());
    }
    if let Some(Err(reason)) = option.default.as_ref().map(|default| option.check(default)) {
        let at = node.get("default").map_or(node.start, |node| node.start);
        reading.error(at, said::catalog_default_refused(reason));
    }
}

fn values(fields: &Fields<'_>, reading: &Reading<'_>) -> Vec<OptionValue> {
    let Some(node) = fields.required("values") else { return Vec::new() };
    let read = |item: &Node| {
        let fields = reading.map(item, &["id", "label"])?;
        let id = fields.text("id")?;
        // A word that is the same in every language needs no label.
        let label = fields.optional_texts("label");
        Some(OptionValue { label: label.unwrap_or_else(|| Text { en: id.clone(), fr: id.clone() }), id })
    };
    reading.list(node).iter().filter_map(read).collect()
}

pub(super) fn secrets(fields: &Fields<'_>, reading: &Reading<'_>) -> Vec<Secret> {
    let Some(node) = fields.node("secrets") else { return Vec::new() };
    let mut found: Vec<Secret> = Vec::new();
    for item in reading.list(node) {
        let Some(secret) = secret(item, reading) else { continue };
        if found.iter().any(|known| known.id == secret.id) {
            reading.error(item.start, said::catalog_id_twice(&secret.id));
        }
        found.push(secret);
    }
    found
}

fn secret(node: &Node, reading: &Reading<'_>) -> Option<Secret> {
    let fields = reading.map(node, &["id", "variable", "label", "generate"])?;
    let variable = fields.required("variable")?;
    let name = reading.text_of(variable)?;
    let fixed = name.replace("{{AS}}", "X");
    let fits = |byte: u8| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_';
    if fixed.is_empty() || !fixed.bytes().all(fits) || fixed.starts_with(|c: char| c.is_ascii_digit()) {
        reading.error(variable.start, said::catalog_variable_invalid(&name));
    }
    let template = Template::read(variable, reading);
    Paths::names().check(&template, reading);
    Some(Secret {
        id: fields.id("id")?,
        label: fields.texts("label")?,
        generate: match fields.node("generate") {
            Some(node) => generate(node, reading)?,
            None => Generate { length: Generate::USUAL, alphabet: Alphabet::Alphanumeric },
        },
        variable: template,
    })
}

const ALPHABETS: &[&str] = &["alphanumeric", "lower_alphanumeric", "url_safe", "hex", "digits"];

fn generate(node: &Node, reading: &Reading<'_>) -> Option<Generate> {
    let fields = reading.map(node, &["length", "alphabet"])?;
    let length = fields.number("length").unwrap_or_else(|| Generate::USUAL.into());
    let Some(length) =
        u16::try_from(length).ok().filter(|length| (Generate::SHORTEST..=Generate::LONGEST).contains(length))
    else {
        reading.error(node.start, said::catalog_length_range(Generate::SHORTEST, Generate::LONGEST));
        return None;
    };
    let alphabet = match fields.node("alphabet") {
        None => Alphabet::Alphanumeric,
        Some(node) if node.content == Content::Scalar(Json::Null) => Alphabet::Alphanumeric,
        Some(_) => match fields.word("alphabet", ALPHABETS)?.as_str() {
            "lower_alphanumeric" => Alphabet::LowerAlphanumeric,
            "url_safe" => Alphabet::UrlSafe,
            "hex" => Alphabet::Hex,
            "digits" => Alphabet::Digits,
            _ => Alphabet::Alphanumeric,
        },
    };
    Some(Generate { length, alphabet })
}
