//! Puts values into templates.

use std::collections::BTreeMap;

use core_monitor_compose::document::{Item, literal};
use serde_json::Value as Json;

use crate::option::Value;
use crate::template::{Form, Template, When};
use crate::token::Piece;

/// The values of a component, by path.
#[derive(Debug, Clone, Default)]
pub(crate) struct Scope {
    values: BTreeMap<String, Value>,
}

impl Scope {
    /// The names of a component.
    pub(crate) fn new(stack: &str, name: &str) -> Self {
        let mut scope = Self::default();
        scope.set("stack", Value::Text(stack.to_owned()));
        scope.set("as", Value::Text(name.to_owned()));
        scope.set("AS", Value::Text(capitals(name)));
        scope
    }

    pub(crate) fn set(&mut self, path: impl Into<String>, value: Value) {
        self.values.insert(path.into(), value);
    }

    fn holds(&self, when: &When) -> bool {
        let value = self.values.get(&when.path);
        match &when.is {
            Some(wanted) => value.is_some_and(|value| value.shown() == *wanted),
            None => value.is_some_and(Value::is_something),
        }
    }

    /// The filled template; `None` if it stands for nothing. What has no value is left out: the caller has said so.
    pub(crate) fn fill(&self, template: &Template) -> Option<Item> {
        Some(match &template.form {
            Form::Plain(value) => plain(value),
            Form::Text(pieces) => self.text(pieces)?,
            Form::List(items, is_flow) => {
                let items: Vec<Item> = items.iter().filter_map(|item| self.fill(item)).collect();
                if *is_flow { on_one_line(items) } else { Item::List(items) }
            }
            Form::Map(entries) => {
                let entries = entries.iter().filter_map(|(key, template)| {
                    let value = self.fill(template)?;
                    // A list that has lost all its items is as good as none.
                    let is_left = !matches!(&value, Item::List(items) if items.is_empty())
                        || matches!(&template.form, Form::List(items, _) if items.is_empty());
                    is_left.then_some((self.name(key)?, value))
                });
                Item::Map(entries.collect())
            }
            Form::When(when) if self.holds(when) => return self.fill(&when.then),
            Form::When(when) => return self.fill(when.otherwise.as_ref()?),
        })
    }

    /// The text of a template that is a name.
    pub(crate) fn text_of(&self, template: &Template) -> Option<String> {
        match self.fill(template)? {
            Item::Text(text) | Item::Number(text) => Some(text),
            _ => None,
        }
    }

    fn text(&self, pieces: &[Piece]) -> Option<Item> {
        if let [Piece::Path(path)] = pieces {
            return self.values.get(path).map(|value| match value {
                Value::Flag(flag) => Item::Flag(*flag),
                Value::Number(number) => Item::Number(number.to_string()),
                Value::Text(text) => Item::literal(text),
                Value::Source(text) => Item::Text(text.clone()),
            });
        }
        let mut out = String::new();
        for piece in pieces {
            match piece {
                Piece::Words(words) => out.push_str(words),
                Piece::Path(path) => match self.values.get(path)? {
                    Value::Text(text) => out.push_str(&literal(text)),
                    other => out.push_str(&other.shown()),
                },
            }
        }
        Some(Item::Text(out))
    }

    /// A key, in which `$` means nothing.
    fn name(&self, pieces: &[Piece]) -> Option<String> {
        let parts = pieces.iter().map(|piece| match piece {
            Piece::Words(words) => Some(words.clone()),
            Piece::Path(path) => self.values.get(path).map(Value::shown),
        });
        parts.collect()
    }
}

/// A name in capitals, as variables are written.
pub(crate) fn capitals(name: &str) -> String {
    name.replace('-', "_").to_ascii_uppercase()
}

/// A value of an entry: its `$` start interpolations.
fn plain(value: &Json) -> Item {
    match value {
        Json::Null => Item::Null,
        Json::Bool(flag) => Item::Flag(*flag),
        Json::Number(number) => Item::Number(number.to_string()),
        Json::String(text) => Item::Text(text.clone()),
        Json::Array(items) => Item::List(items.iter().map(plain).collect()),
        Json::Object(entries) => {
            Item::Map(entries.iter().map(|(key, value)| (key.clone(), plain(value))).collect())
        }
    }
}

/// Texts on one line, if all of them are short texts.
fn on_one_line(items: Vec<Item>) -> Item {
    let words: Option<Vec<String>> = items
        .iter()
        .map(|item| match item {
            Item::Text(text) if !text.contains('\n') => Some(text.clone()),
            _ => None,
        })
        .collect();
    match words {
        Some(words) if !words.is_empty() && words.iter().map(String::len).sum::<usize>() < 80 => {
            Item::Words(words)
        }
        _ => Item::List(items),
    }
}

/// A value as a person chose it: `$` mean nothing.
pub(crate) fn chosen(value: &Json) -> Item {
    match plain(value) {
        Item::Text(text) => Item::literal(&text),
        Item::List(_) | Item::Map(_) => Item::Null,
        other => other,
    }
}

/// The value without the form it is printed in, to compare it with what a file says.
pub(crate) fn value_of(item: &Item) -> Json {
    match item {
        Item::Null => Json::Null,
        Item::Flag(flag) => Json::Bool(*flag),
        Item::Number(number) => number
            .parse::<i64>()
            .map(Json::from)
            .or_else(|_| number.parse::<f64>().map(Json::from))
            .unwrap_or_else(|_| Json::String(number.clone())),
        Item::Text(text) => Json::String(text.clone()),
        Item::Words(words) => words.iter().cloned().map(Json::String).collect(),
        Item::List(items) => items.iter().map(value_of).collect(),
        Item::Map(entries) => entries.iter().map(|(key, value)| (key.clone(), value_of(value))).collect(),
    }
}

/// The port inside the container that an item of `ports` publishes, if it is written as a number.
pub(crate) fn target_port(template: &Template) -> Option<u16> {
    let last = match &template.form {
        Form::Plain(value) => value.as_str().map_or_else(|| value.to_string(), str::to_owned),
        Form::Text(pieces) => match pieces.last()? {
            Piece::Words(words) => words.clone(),
            Piece::Path(_) => return None,
        },
        Form::Map(_) => return target_port(template.get("target")?),
        _ => return None,
    };
    let last = last.rsplit(':').next()?;
    last.split('/').next()?.parse().ok()
}

#[cfg(test)]
mod tests;
