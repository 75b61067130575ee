//! The tree of a YAML text with the place of every value, for programs that read a format of their own or change a file and
//! leave the rest of it as it is.
//!
//! Nothing is merged, interpolated or validated. An alias stays an alias, and a key that occurs twice is an error.

mod patch;
mod read;

use serde_json::Value as Json;

use crate::{Diagnostic, Limits};

pub use patch::Patch;

/// A value and where it is written.
#[derive(Debug, Clone, PartialEq)]
pub struct Node {
    /// Where it starts: for a block, at its first key or dash.
    pub start: Place,
    /// The byte behind it: for a block, behind the last value in it.
    pub end: usize,
    /// The value.
    pub content: Content,
}

/// A place in the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Place {
    /// Offset in bytes.
    pub byte: usize,
    /// Line, from 1.
    pub line: u32,
    /// Column in characters, from 1.
    pub column: u32,
}

/// What a node is.
#[derive(Debug, Clone, PartialEq)]
pub enum Content {
    /// A text, number, boolean or null, read as the loader reads it. Dates are texts.
    Scalar(Json),
    /// A list.
    List(Vec<Node>, Style),
    /// A mapping in the order of the text.
    Map(Vec<Entry>, Style),
    /// `*name`, a value with a tag or an anchor: what it means depends on more than its text.
    Opaque,
}

/// How a list or mapping is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Style {
    /// By indentation, an entry per line.
    Block,
    /// In brackets.
    Flow,
}

/// An entry of a mapping.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    /// The key.
    pub key: String,
    /// Where the key starts.
    pub at: Place,
    /// The value.
    pub value: Node,
}

impl Node {
    /// Reads the first document of `text`; an empty text is null. Files larger or deeper than the limits are refused.
    pub fn read(file: &str, text: &str, limits: &Limits) -> Result<Self, Vec<Diagnostic>> {
        read::read(file, text, limits)
    }

    /// The entries of a mapping; of everything else none.
    pub fn entries(&self) -> &[Entry] {
        match &self.content {
            Content::Map(entries, _) => entries,
            _ => &[],
        }
    }

    /// The items of a list; of everything else none.
    pub fn items(&self) -> &[Self] {
        match &self.content {
            Content::List(items, _) => items,
            _ => &[],
        }
    }

    /// The entry with this key.
    pub fn entry(&self, key: &str) -> Option<&Entry> {
        self.entries().iter().find(|entry| entry.key == key)
    }

    /// The value with this key.
    pub fn get(&self, key: &str) -> Option<&Self> {
        self.entry(key).map(|entry| &entry.value)
    }

    /// The value at the end of these keys.
    pub fn walk<'a>(&self, keys: impl IntoIterator<Item = &'a str>) -> Option<&Self> {
        keys.into_iter().try_fold(self, |node, key| node.get(key))
    }

    /// A scalar that is a text.
    pub fn text(&self) -> Option<&str> {
        match &self.content {
            Content::Scalar(Json::String(text)) => Some(text),
            _ => None,
        }
    }

    /// Whether it is null.
    pub fn is_null(&self) -> bool {
        self.content == Content::Scalar(Json::Null)
    }

    /// The value without places; `None` if something in it is opaque.
    pub fn to_json(&self) -> Option<Json> {
        match &self.content {
            Content::Scalar(value) => Some(value.clone()),
            Content::List(items, _) => {
                items.iter().map(Self::to_json).collect::<Option<_>>().map(Json::Array)
            }
            Content::Map(entries, _) => {
                let pairs = entries.iter().map(|entry| Some((entry.key.clone(), entry.value.to_json()?)));
                pairs.collect::<Option<_>>().map(Json::Object)
            }
            Content::Opaque => None,
        }
    }
}

#[cfg(test)]
mod tests;
