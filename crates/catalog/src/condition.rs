//! Which paths have a value, and where.

use std::collections::BTreeMap;

use crate::fields::Reading;
use crate::said;
use crate::template::{Form, Template};
use crate::token::Piece;

/// The paths that templates of an entry can use; whether each of them may be without a value.
#[derive(Debug, Clone, Default)]
pub(crate) struct Paths {
    /// `true` if it may be without a value.
    known: BTreeMap<String, bool>,
}

/// The paths that may stand in a key: their values are names.
const NAMES: &[&str] = &["as", "AS", "stack"];

impl Paths {
    /// The paths of names.
    pub(crate) fn names() -> Self {
        let mut paths = Self::default();
        for name in NAMES {
            paths.add(*name, false);
        }
        paths
    }

    pub(crate) fn add(&mut self, path: impl Into<String>, optional: bool) {
        self.known.insert(path.into(), optional);
    }

    /// Reports paths of `template` that do not exist, or have no value where they stand.
    pub(crate) fn check(&self, template: &Template, reading: &Reading<'_>) {
        self.walk(template, &mut Vec::new(), reading);
    }

    fn walk(&self, template: &Template, given: &mut Vec<String>, reading: &Reading<'_>) {
        match &template.form {
            Form::Plain(_) => {}
            Form::Text(pieces) => {
                for path in paths(pieces) {
                    self.check_path(path, template, given, reading);
                }
            }
            Form::List(items, _) => items.iter().for_each(|item| self.walk(item, given, reading)),
            Form::Map(entries) => {
                for (key, value) in entries {
                    for path in paths(key).filter(|path| !NAMES.contains(path)) {
                        reading.error(value.at, said::catalog_key_path(path));
                    }
                    self.walk(value, given, reading);
                }
            }
            Form::When(when) => {
                if !self.known.contains_key(&when.path) {
                    reading.error(template.at, said::catalog_path_unknown(&when.path));
                }
                given.push(when.path.clone());
                self.walk(&when.then, given, reading);
                given.pop();
                if let Some(otherwise) = &when.otherwise {
                    self.walk(otherwise, given, reading);
                }
            }
        }
    }

    fn check_path(&self, path: &str, template: &Template, given: &[String], reading: &Reading<'_>) {
        let is_given = |asked: &String| {
            path == asked || asked.starts_with("connect.") && path.starts_with(&format!("{asked}."))
        };
        match self.known.get(path) {
            None => reading.error(template.at, said::catalog_path_unknown(path)),
            Some(true) if !given.iter().any(is_given) => {
                // A requirement is asked for as a whole.
                let asked = match path.strip_prefix("connect.").and_then(|rest| rest.split_once('.')) {
                    Some((requirement, _)) => format!("connect.{requirement}"),
                    None => path.to_owned(),
                };
                let message = said::catalog_path_optional(path);
                reading.error_with_hint(template.at, message, said::catalog_put_in_if(asked));
            }
            Some(_) => {}
        }
    }
}

fn paths(pieces: &[Piece]) -> impl Iterator<Item = &str> {
    pieces.iter().filter_map(|piece| match piece {
        Piece::Path(path) => Some(path.as_str()),
        Piece::Words(_) => None,
    })
}
