//! Texts that a template makes from the values of an instance, such as `{key}.preview.localhost`.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A text in which `{name}` stands for a value: `{key}`, `{template}`, or the value of a parameter.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Braced(String);

impl Braced {
    /// Keeps `text`, whose names [`names`](Self::names) tells.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// As it was written.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What stands in braces, in order; `None` if a brace is left open or closes nothing.
    pub fn names(&self) -> Option<Vec<&str>> {
        let mut names = Vec::new();
        pieces(&self.0, |piece| {
            if let Piece::Name(name) = piece {
                names.push(name);
            }
            Some(())
        })?;
        Some(names)
    }

    /// The text with every name replaced by its value; `None` if one has no value.
    pub fn fill<'v>(&self, value: impl Fn(&str) -> Option<&'v str>) -> Option<String> {
        let mut filled = String::with_capacity(self.0.len());
        pieces(&self.0, |piece| {
            filled.push_str(match piece {
                Piece::Text(text) => text,
                Piece::Name(name) => value(name)?,
            });
            Some(())
        })?;
        Some(filled)
    }
}

enum Piece<'t> {
    Text(&'t str),
    Name(&'t str),
}

fn pieces<'t>(text: &'t str, mut each: impl FnMut(Piece<'t>) -> Option<()>) -> Option<()> {
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('{') {
        let (name, behind) = after.split_once('}')?;
        if before.contains('}') || name.contains('{') {
            return None;
        }
        each(Piece::Text(before))?;
        each(Piece::Name(name))?;
        rest = behind;
    }
    if rest.contains('}') {
        return None;
    }
    each(Piece::Text(rest))
}

impl fmt::Display for Braced {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_stand_for_values() {
        let text = Braced::new("http://{key}.example:{PORT}/");
        assert_eq!(text.names(), Some(vec!["key", "PORT"]));
        let value = |name: &str| match name {
            "key" => Some("shop"),
            "PORT" => Some("8002"),
            _ => None,
        };
        assert_eq!(text.fill(value).as_deref(), Some("http://shop.example:8002/"));
        assert_eq!(text.fill(|_| None), None);
    }

    #[test]
    fn values_are_not_read_again() {
        assert_eq!(Braced::new("{key}").fill(|_| Some("{PORT}")).as_deref(), Some("{PORT}"));
    }

    #[test]
    fn braces_come_in_pairs() {
        for text in ["{key", "key}", "a}b{key}", "{a{b}}"] {
            assert_eq!(Braced::new(text).names(), None, "{text}");
        }
    }
}
