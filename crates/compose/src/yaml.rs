//! YAML text to a tree that knows where every node stands.
//!
//! The scalar rules are those of Go's YAML library, which is what makes a compose file mean what people are used to;
//! no Rust library has them.

mod build;
mod explain;
mod merge_key;
mod scalar;

pub(crate) use build::{Budget, parse};

use crate::report::Mark;
use indexmap::IndexMap;
use std::rc::Rc;

/// One node. Children are shared, so that an alias costs a pointer until a stage changes what it points to.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Node {
    pub(crate) mark: Mark,
    pub(crate) value: Value,
    /// What the node does to the one it is merged over.
    pub(crate) edit: Option<Edit>,
}

/// Tags of the Compose language that concern merging.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Edit {
    /// `!reset`: takes away what is there.
    Reset,
    /// `!override`: replaces what is there instead of merging.
    Override,
}

/// Content of a node after the scalar rules.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Value {
    Null,
    Bool(bool),
    /// Wide enough for every integer the reference reads, signed or not.
    Int(i128),
    Float(f64),
    /// An unquoted date: a type of its own in Go's YAML, and refused wherever the language wants a string.
    Timestamp(String),
    String(String),
    Sequence(Vec<Rc<Node>>),
    Mapping(Mapping),
    /// Something was wrong and has been reported; later stages keep quiet about it.
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

/// Whether the reader takes this text, unquoted, for a text and not for a number, a date, a boolean or null.
pub(crate) fn is_plain_text(text: &str) -> bool {
    matches!(scalar::resolve_plain(text), Value::String(_))
}

/// What a text costs in nodes: a long one counts as several, so that copies of it are not free.
fn text_weight(text: &str) -> usize {
    const BYTES_OF_A_NODE: usize = 32;
    1 + text.len() / BYTES_OF_A_NODE
}

impl Node {
    /// What a copy of this node and everything below it costs.
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
    /// The word a person would use for the type.
    pub(crate) fn kind(&self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Bool(_) => "a boolean",
            Self::Int(_) | Self::Float(_) => "a number",
            Self::Timestamp(_) => "a date",
            Self::String(_) => "a string",
            Self::Sequence(_) => "a list",
            Self::Mapping(_) => "a mapping",
            Self::Invalid => "invalid",
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
