//! Parses YAML into a tree with source positions.
//!
//! Scalars follow the rules of Go's YAML library, so that compose files mean what people are used to; no Rust library
//! implements them.

mod build;
mod explain;
mod merge_key;
pub(crate) mod said;
mod scalar;

pub(crate) use build::{Budget, parse};

use crate::report::{Mark, Report};
use core_monitor_message::Message;
use granit_parser::{ScalarStyle, ScanError};
use indexmap::IndexMap;
use std::rc::Rc;

/// One node. Children are shared, so that an alias costs a pointer until a stage changes what it points to.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Node {
    pub(crate) mark: Mark,
    pub(crate) value: Value,
    /// How the node affects the one it is merged over.
    pub(crate) edit: Option<Edit>,
}

/// Compose tags that control merging.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Edit {
    /// `!reset`: removes the earlier value.
    Reset,
    /// `!override`: replaces the earlier value instead of merging.
    Override,
}

/// The content of a node, with scalars resolved.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Value {
    Null,
    Bool(bool),
    /// Wide enough for every integer the reference reads, signed or not.
    Int(i128),
    Float(f64),
    /// An unquoted date: a separate type in Go's YAML, rejected wherever a string is required.
    Timestamp(String),
    String(String),
    Sequence(Vec<Rc<Node>>),
    Mapping(Mapping),
    /// An invalid value whose error has been reported; later stages ignore it.
    Invalid,
}

/// A mapping in the order of the file.
pub(crate) type Mapping = IndexMap<String, Entry>;

/// Value of a mapping with the place of its key.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Entry {
    pub(crate) key: Mark,
    pub(crate) value: Rc<Node>,
}

/// The value of a scalar without a tag.
pub(crate) fn plain_value(text: &str, style: ScalarStyle) -> serde_json::Value {
    match style {
        ScalarStyle::Plain => scalar::resolve_plain(text).to_json(),
        _ => serde_json::Value::String(text.to_owned()),
    }
}

/// Reports a syntax error in words for people.
pub(crate) fn explain_into(report: &Report, error: &ScanError, text: &str, file: u16) {
    let explain::Explained { mark, message, advice } = explain::explain(error, text, file);
    report.error_with_advice(crate::Code::Syntax, mark, message, advice);
}

/// Whether the parser reads this unquoted text as a string and not as a number, date, boolean or null.
pub(crate) fn is_plain_text(text: &str) -> bool {
    matches!(scalar::resolve_plain(text), Value::String(_))
}

/// The weight of a text in nodes: a long text counts as several, so that copies of it are not free.
fn text_weight(text: &str) -> usize {
    const BYTES_OF_A_NODE: usize = 32;
    1 + text.len() / BYTES_OF_A_NODE
}

impl Node {
    /// The cost of copying this node and everything below it.
    pub(crate) fn weight(&self) -> usize {
        match &self.value {
            Value::String(text) | Value::Timestamp(text) => text_weight(text),
            Value::Sequence(items) => items.iter().fold(1, |sum, item| sum + item.weight()),
            Value::Mapping(entries) => {
                entries.iter().fold(1, |sum, (key, entry)| sum + text_weight(key) + entry.value.weight())
            }
            _ => 1,
        }
    }

    pub(crate) fn as_mapping(&self) -> Option<&Mapping> {
        match &self.value {
            Value::Mapping(entries) => Some(entries),
            _ => None,
        }
    }
}

impl Value {
    /// The name of the type in words.
    pub(crate) fn kind(&self) -> Message {
        match self {
            Self::Null => crate::said::word_null(),
            Self::Bool(_) => crate::said::word_boolean(),
            Self::Int(_) | Self::Float(_) => crate::said::word_number(),
            Self::Timestamp(_) => crate::said::word_date(),
            Self::String(_) => crate::said::word_string(),
            Self::Sequence(_) => crate::said::word_list(),
            Self::Mapping(_) => crate::said::word_mapping(),
            Self::Invalid => crate::said::word_invalid(),
        }
    }

    /// Text of a scalar as Go prints it; `None` for null, lists and mappings.
    pub(crate) fn scalar_text(&self) -> Option<String> {
        match self {
            Self::Bool(flag) => Some(flag.to_string()),
            Self::Int(number) => Some(number.to_string()),
            Self::Float(number) => Some(scalar::print_float(*number)),
            Self::Timestamp(text) | Self::String(text) => Some(text.clone()),
            _ => None,
        }
    }

    /// The same value as JSON, for `x-*` keys.
    pub(crate) fn to_json(&self) -> serde_json::Value {
        use serde_json::Value as Json;
        match self {
            Self::Null | Self::Invalid => Json::Null,
            Self::Bool(flag) => Json::Bool(*flag),
            Self::Int(number) => i64::try_from(*number)
                .map(Json::from)
                .or_else(|_| u64::try_from(*number).map(Json::from))
                .unwrap_or_else(|_| Json::String(number.to_string())),
            Self::Float(number) => Json::from(*number),
            Self::Timestamp(text) | Self::String(text) => Json::String(text.clone()),
            Self::Sequence(items) => items.iter().map(|item| item.value.to_json()).collect(),
            Self::Mapping(entries) => {
                entries.iter().map(|(key, entry)| (key.clone(), entry.value.value.to_json())).collect()
            }
        }
    }
}

fn small(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}
