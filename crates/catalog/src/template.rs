//! A part of an entry that becomes a part of a compose file.

use core_monitor_compose::outline::{Content, Node, Place, Style};
use serde_json::Value as Json;

use crate::fields::Reading;
use crate::said;
use crate::token::{Piece, pieces};

/// A template with its place in the file.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Template {
    pub(crate) at: Place,
    pub(crate) form: Form,
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Form {
    /// A value without paths.
    Plain(Json),
    /// A text with at least one path.
    Text(Vec<Piece>),
    /// A list; whether it is written on one line.
    List(Vec<Template>, bool),
    /// A mapping; keys may have paths.
    Map(Vec<(Vec<Piece>, Template)>),
    /// `$if`.
    When(Box<When>),
}

/// `{ $if: PATH, $is: TEXT, $then: A, $else: B }`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct When {
    pub(crate) path: String,
    pub(crate) is: Option<String>,
    pub(crate) then: Template,
    pub(crate) otherwise: Option<Template>,
}

impl Template {
    /// Reads a template; what is wrong is reported and read as null.
    pub(crate) fn read(node: &Node, reading: &Reading<'_>) -> Self {
        let form = match &node.content {
            Content::Scalar(Json::String(text)) => {
                let pieces = split(text, node.start, reading);
                let has_path = pieces.iter().any(|piece| matches!(piece, Piece::Path(_)));
                if has_path { Form::Text(pieces) } else { Form::Plain(Json::String(text.clone())) }
            }
            Content::Scalar(value) => Form::Plain(value.clone()),
            Content::List(items, style) => {
                let read = items.iter().map(|item| Self::read(item, reading)).collect();
                Form::List(read, *style == Style::Flow)
            }
            Content::Map(entries, _) if entries.iter().any(|entry| entry.key == "$if") => {
                when(node, reading).map_or(Form::Plain(Json::Null), |when| Form::When(Box::new(when)))
            }
            Content::Map(entries, _) => Form::Map(
                entries
                    .iter()
                    .map(|entry| (split(&entry.key, entry.at, reading), Self::read(&entry.value, reading)))
                    .collect(),
            ),
            Content::Opaque => {
                reading.error(node.start, said::catalog_yaml_feature());
                Form::Plain(Json::Null)
            }
        };
        Self { at: node.start, form }
    }

    /// The entries of a mapping with their keys as they are written.
    pub(crate) fn entries(&self) -> impl Iterator<Item = (String, &Self)> {
        let entries = match &self.form {
            Form::Map(entries) => entries.as_slice(),
            _ => &[],
        };
        entries.iter().map(|(key, value)| (written(key), value))
    }

    /// The value of an entry by its key as it is written.
    pub(crate) fn get(&self, key: &str) -> Option<&Self> {
        self.entries().find(|(known, _)| known == key).map(|(_, value)| value)
    }

    /// All values that a list or a value may become, with both sides of every `$if`.
    pub(crate) fn possible(&self) -> Vec<&Self> {
        match &self.form {
            Form::List(items, _) => items.iter().flat_map(Self::possible).collect(),
            Form::When(when) => {
                let otherwise = when.otherwise.iter().flat_map(Self::possible);
                when.then.possible().into_iter().chain(otherwise).collect()
            }
            _ => vec![self],
        }
    }
}

/// Pieces as they are written.
pub(crate) fn written(pieces: &[Piece]) -> String {
    let written = pieces.iter().map(|piece| match piece {
        Piece::Words(words) => words.clone(),
        Piece::Path(path) => format!("{{{{{path}}}}}"),
    });
    written.collect()
}

pub(crate) fn split(text: &str, at: Place, reading: &Reading<'_>) -> Vec<Piece> {
    pieces(text).unwrap_or_else(|error| {
        reading.error(at, error);
        vec![Piece::Words(text.to_owned())]
    })
}

fn when(node: &Node, reading: &Reading<'_>) -> Option<When> {
    let fields = reading.map(node, &["$if", "$is", "$then", "$else"])?;
    let path = fields.text("$if")?;
    let is = match fields.node("$is") {
        Some(node) => Some(scalar_text(node, reading)?),
        None => None,
    };
    let then = Template::read(fields.required("$then")?, reading);
    let otherwise = fields.node("$else").map(|node| Template::read(node, reading));
    Some(When { path, is, then, otherwise })
}

/// A scalar as text, so that `$is: 8` and `$is: "8"` are the same.
fn scalar_text(node: &Node, reading: &Reading<'_>) -> Option<String> {
    match &node.content {
        Content::Scalar(Json::String(text)) => Some(text.clone()),
        Content::Scalar(other) if !other.is_null() => Some(other.to_string()),
        _ => {
            reading.error(node.start, said::catalog_not_a_text());
            None
        }
    }
}
