//! What a person can set, and which values it takes.

use core_monitor_message::Message;
use regex_lite::Regex;
use serde_json::Value as Json;

use crate::entry::Text;
use crate::fields::listed;
use crate::words::words;
use crate::{quantity, said};

/// Longest text of an option, in characters.
const LONGEST: usize = 8_192;

words! {
    /// The type of an option.
    #[derive(Debug, Clone, Copy, PartialEq, Eq)]
    OptionKind {
        /// A text.
        String = "string",
        /// A whole number.
        Int = "int",
        /// Yes or no.
        Bool = "bool",
        /// One of several words.
        Enum = "enum",
        /// A size such as `512m`.
        Size = "size",
        /// A duration such as `90s`.
        Duration = "duration",
        /// A port inside a container.
        Port = "port",
        /// A port of the host.
        HostPort = "host_port",
        /// The reference of an image.
        Image = "image",
        /// A path.
        Path = "path",
        /// An address.
        Url = "url",
        /// A text that only secret variables keep.
        Secret = "secret",
    }
}

/// An option of an entry.
#[derive(Debug, Clone, PartialEq)]
pub struct EntryOption {
    /// Its id.
    pub id: String,
    /// Its type.
    pub kind: OptionKind,
    /// Its name.
    pub label: Text,
    /// What it does.
    pub help: Option<Text>,
    /// What it is if nothing is chosen.
    pub default: Option<Json>,
    /// Whether it may have no value.
    pub optional: bool,
    /// Whether most people leave it as it is.
    pub advanced: bool,
    /// What a text must match.
    pub pattern: Option<String>,
    /// The least, as the entry writes it.
    pub min: Option<Json>,
    /// The most, as the entry writes it.
    pub max: Option<Json>,
    /// The words of an `enum`.
    pub values: Vec<OptionValue>,
}

/// One of the words of an `enum`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OptionValue {
    /// The word.
    pub id: String,
    /// Its name.
    pub label: Text,
}

/// A value in a template.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Value {
    Flag(bool),
    Number(i64),
    /// A text of a person: its `$` mean nothing.
    Text(String),
    /// A text of an entry: `$` starts an interpolation.
    Source(String),
}

impl Value {
    /// Whether `$if` finds something.
    pub(crate) fn is_something(&self) -> bool {
        match self {
            Self::Flag(flag) => *flag,
            Self::Number(_) => true,
            Self::Text(text) | Self::Source(text) => !text.is_empty(),
        }
    }

    /// The text that a person sees.
    pub(crate) fn shown(&self) -> String {
        match self {
            Self::Flag(flag) => flag.to_string(),
            Self::Number(number) => number.to_string(),
            Self::Text(text) | Self::Source(text) => text.clone(),
        }
    }
}

impl EntryOption {
    /// The value for a template, or why it cannot be chosen. Never quotes the value: it may be a secret.
    pub(crate) fn check(&self, chosen: &Json) -> Result<Value, Message> {
        let value = self.typed(chosen).ok_or_else(|| said::wizard_value_type(self.wanted()))?;
        match &value {
            Value::Text(text) => self.check_text(text)?,
            Value::Number(number) => {
                self.check_range(i128::from(*number), |bound| bound.as_i64().map(i128::from))?;
            }
            _ => {}
        }
        match self.kind {
            OptionKind::Size => self.check_quantity(&value, quantity::bytes)?,
            OptionKind::Duration => self.check_quantity(&value, quantity::milliseconds)?,
            _ => {}
        }
        Ok(value)
    }

    fn typed(&self, chosen: &Json) -> Option<Value> {
        let text = || chosen.as_str().map(|text| Value::Text(text.to_owned()));
        let when = |fits: fn(&str) -> bool| chosen.as_str().is_some_and(fits).then(text).flatten();
        match self.kind {
            OptionKind::Bool => chosen.as_bool().map(Value::Flag),
            OptionKind::Int => chosen.as_i64().map(Value::Number),
            OptionKind::Port | OptionKind::HostPort => {
                chosen.as_i64().filter(|port| (1..=65_535).contains(port)).map(Value::Number)
            }
            OptionKind::String | OptionKind::Enum | OptionKind::Secret => text(),
            OptionKind::Size => when(|text| quantity::bytes(text).is_some()),
            OptionKind::Duration => when(|text| quantity::milliseconds(text).is_some()),
            OptionKind::Image => when(is_image),
            OptionKind::Path => when(|text| !text.is_empty() && !text.contains([':', '\n'])),
            OptionKind::Url => when(is_url),
        }
    }

    fn check_text(&self, text: &str) -> Result<(), Message> {
        if text.chars().count() > LONGEST {
            return Err(said::wizard_value_long(LONGEST));
        }
        let is_printable = |c: char| !c.is_control() || c == '\n' && self.kind == OptionKind::String;
        if !text.chars().all(is_printable) {
            return Err(said::wizard_value_control());
        }
        if self.kind == OptionKind::Enum && !self.values.iter().any(|value| value.id == text) {
            let known: Vec<&str> = self.values.iter().map(|value| value.id.as_str()).collect();
            return Err(said::wizard_value_choice(listed(&known)));
        }
        match &self.pattern {
            Some(pattern) if !Regex::new(pattern).is_ok_and(|regex| regex.is_match(text)) => {
                Err(said::wizard_value_pattern(pattern))
            }
            _ => Ok(()),
        }
    }

    fn check_quantity(&self, value: &Value, read: fn(&str) -> Option<u64>) -> Result<(), Message> {
        let Some(number) = read(&value.shown()) else { return Ok(()) };
        self.check_range(i128::from(number), |bound| bound.as_str().and_then(read).map(i128::from))
    }

    fn check_range(&self, number: i128, read: impl Fn(&Json) -> Option<i128>) -> Result<(), Message> {
        if let Some(min) = &self.min
            && read(min).is_some_and(|least| number < least)
        {
            return Err(said::wizard_value_least(plain(min)));
        }
        match &self.max {
            Some(max) if read(max).is_some_and(|most| number > most) => {
                Err(said::wizard_value_most(plain(max)))
            }
            _ => Ok(()),
        }
    }

    fn wanted(&self) -> Message {
        match self.kind {
            OptionKind::String | OptionKind::Enum | OptionKind::Secret => said::word_text(),
            OptionKind::Int => said::word_option_number(),
            OptionKind::Bool => said::word_true_or_false(),
            OptionKind::Size => said::word_size(),
            OptionKind::Duration => said::word_duration(),
            OptionKind::Port | OptionKind::HostPort => said::word_port(),
            OptionKind::Image => said::word_image(),
            OptionKind::Path => said::word_path(),
            OptionKind::Url => said::word_url(),
        }
    }
}

/// A bound as a person writes it.
fn plain(bound: &Json) -> String {
    bound.as_str().map_or_else(|| bound.to_string(), str::to_owned)
}

/// A name of at most 255 characters, a tag of 128 and a digest.
const LONGEST_IMAGE: usize = 512;

/// Whether this can be the reference of an image. What exactly is right, the definition says when it is read.
pub(crate) fn is_image(text: &str) -> bool {
    let starts_well = text.bytes().next().is_some_and(|byte| byte.is_ascii_alphanumeric());
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || b"._/:@-".contains(&byte);
    text.len() <= LONGEST_IMAGE && starts_well && text.bytes().all(fits) && !text.ends_with([':', '/', '@'])
}

fn is_url(text: &str) -> bool {
    let Some((scheme, rest)) = text.split_once("://") else { return false };
    let is_scheme =
        scheme.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'+');
    is_scheme
        && !scheme.is_empty()
        && !rest.is_empty()
        && !rest.contains(|c: char| c.is_whitespace() || c == '"')
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn option(kind: OptionKind) -> EntryOption {
        let text = Text { en: "x".to_owned(), fr: "x".to_owned() };
        EntryOption {
            id: "x".to_owned(),
            kind,
            label: text.clone(),
            help: None,
            default: None,
            optional: false,
            advanced: false,
            pattern: None,
            min: None,
            max: None,
            values: vec![OptionValue { id: "a".to_owned(), label: text }],
        }
    }

    fn check(option: &EntryOption, value: &Json, expected: &str) {
        let shown = match option.check(value) {
            Ok(value) => format!("{value:?}"),
            Err(message) => message.to_string(),
        };
        assert_eq!(shown, expected, "{value}");
    }

    #[test]
    fn values_have_the_type_of_their_option() {
        check(&option(OptionKind::Port), &json!(80), "Number(80)");
        check(&option(OptionKind::Port), &json!(65_536), "a port from 1 to 65535 is expected");
        check(&option(OptionKind::Port), &json!("80"), "a port from 1 to 65535 is expected");
        check(&option(OptionKind::Bool), &json!(true), "Flag(true)");
        check(&option(OptionKind::Enum), &json!("a"), "Text(\"a\")");
        check(&option(OptionKind::Enum), &json!("b"), "it must be one of `a`");
        check(&option(OptionKind::Image), &json!("nginx:1.29"), "Text(\"nginx:1.29\")");
        check(
            &option(OptionKind::Image),
            &json!("a b"),
            "the reference of an image such as `nginx:1.29` is expected",
        );
        check(&option(OptionKind::Path), &json!("/a:/b"), "a path without `:` is expected");
        check(&option(OptionKind::Url), &json!("https://example.com"), "Text(\"https://example.com\")");
        check(
            &option(OptionKind::Url),
            &json!("example.com"),
            "an address such as `https://example.com` is expected",
        );
        check(&option(OptionKind::Secret), &json!("a\u{7}"), "it has characters that cannot be printed");
    }

    #[test]
    fn values_stay_in_their_bounds() {
        let size =
            EntryOption { min: Some(json!("128m")), max: Some(json!("1g")), ..option(OptionKind::Size) };
        check(&size, &json!("512m"), "Text(\"512m\")");
        check(&size, &json!("64m"), "the least is 128m");
        check(&size, &json!("2048m"), "the most is 1g");
        let number = EntryOption { min: Some(json!(2)), ..option(OptionKind::Int) };
        check(&number, &json!(1), "the least is 2");
        let text = EntryOption { pattern: Some("^[a-z]+$".to_owned()), ..option(OptionKind::String) };
        check(&text, &json!("a1"), "the text must match `^[a-z]+$`");
    }
}
