//! The types that the attribute table is made of.

use crate::said;
use crate::yaml::Value;
use core_monitor_message::Message;

/// What is allowed at a path.
#[derive(Debug)]
pub(crate) enum Shape {
    /// Anything at all.
    Any,
    /// A scalar.
    Scalar(Scalar),
    /// A list of one kind of item.
    List { item: &'static Shape, unique: bool },
    /// A mapping with free keys.
    Map { value: &'static Shape, names: Names },
    /// A mapping with known keys.
    Object(&'static Object),
    /// Alternatives, chosen by the type of the value.
    Either(&'static [Shape]),
}

/// Rule for free keys.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Names {
    /// Any key.
    Any,
    /// Any key; values of keys with characters other than letters, digits, `.`, `_` and `-` are not checked.
    Others,
    /// Any key except the empty one.
    NotEmpty,
    /// Letters, digits, `.`, `_` and `-`.
    Identifier,
}

impl Names {
    /// Whether the value of a key is checked against the mapping's value shape.
    pub(super) fn governs(self, name: &str) -> bool {
        !matches!(self, Self::Others) || Self::Identifier.accepts(name)
    }

    pub(super) fn accepts(self, name: &str) -> bool {
        match self {
            Self::Any | Self::Others => true,
            Self::NotEmpty => !name.is_empty(),
            Self::Identifier => {
                !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b"._-".contains(&b))
            }
        }
    }
}

/// A scalar: its allowed types, and how text is cast.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Scalar {
    pub(super) kinds: u8,
    pub(crate) cast: Option<Cast>,
    pub(super) rule: Rule,
}

/// An additional rule for a scalar.
#[derive(Debug, Clone, Copy)]
pub(super) enum Rule {
    None,
    /// One of these words.
    OneOf(&'static [&'static str]),
    /// Not a number with a decimal point or exponent, even if it is whole.
    Digits,
    /// A number in this range.
    Range(i128, i128),
    /// A container name.
    ContainerName,
    /// A pull policy.
    PullPolicy,
}

/// The type that text is cast to after interpolation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Cast {
    Bool,
    Int,
    Float,
}

/// A mapping with known keys.
#[derive(Debug)]
pub(crate) struct Object {
    /// What it is called in the texts about its attributes.
    pub(super) section: &'static str,
    pub(crate) attributes: &'static [(&'static str, Shape)],
    pub(super) required: &'static [&'static str],
    /// Whether `x-*` keys are allowed.
    pub(super) extensible: bool,
    pub(super) nullable: bool,
}

pub(super) const STR: u8 = 1;
pub(super) const INT: u8 = 2;
pub(super) const FLOAT: u8 = 4;
pub(super) const BOOL: u8 = 8;
pub(super) const NULL: u8 = 16;
pub(super) const NUMBER: u8 = INT | FLOAT;

impl Scalar {
    pub(super) fn accepts(&self, value: &Value) -> bool {
        let kind = match value {
            Value::String(_) => STR,
            Value::Int(_) => INT,
            // JSON schema counts a whole float as an integer.
            Value::Float(number) if number.fract() == 0.0 => NUMBER,
            Value::Float(_) => FLOAT,
            Value::Bool(_) => BOOL,
            Value::Null => NULL,
            _ => 0,
        };
        self.kinds & kind != 0
    }

    fn expected(&self) -> impl Iterator<Item = Message> {
        let words = [
            (STR, said::word_string()),
            (INT, if self.kinds & FLOAT == 0 { said::word_integer() } else { said::word_number() }),
            (BOOL, said::word_boolean()),
            (NULL, said::word_null()),
        ];
        // Text is accepted only to be cast.
        let text = if self.cast.is_some() { STR } else { 0 };
        let kinds = self.kinds & !text;
        words.into_iter().filter(move |(kind, _)| kinds & kind != 0).map(|(_, word)| word)
    }
}

/// `a, b or c`.
fn alternatives(words: Vec<Message>) -> Message {
    let mut words = words.into_iter().rev();
    let Some(last) = words.next() else { return said::word_anything() };
    let Some(before) = words.next() else { return last };
    words.fold(said::alternatives_last(before, last), |rest, word| said::alternatives_more(word, rest))
}

impl Shape {
    /// The alternative that matches the type of `value`, or this shape itself.
    pub(crate) fn pick(&self, value: &Value) -> &Self {
        match self {
            Self::Either(alternatives) => {
                alternatives.iter().find(|alternative| alternative.takes(value)).unwrap_or(self)
            }
            _ => self,
        }
    }

    fn takes(&self, value: &Value) -> bool {
        match self {
            Self::Any => true,
            Self::Scalar(scalar) => scalar.accepts(value),
            Self::List { .. } => matches!(value, Value::Sequence(_)),
            Self::Map { .. } => matches!(value, Value::Mapping(_)),
            Self::Object(object) => {
                matches!(value, Value::Mapping(_)) || object.nullable && *value == Value::Null
            }
            Self::Either(alternatives) => alternatives.iter().any(|alternative| alternative.takes(value)),
        }
    }

    /// Describes what is allowed.
    pub(super) fn expected(&self) -> Message {
        let mut words = Vec::new();
        self.add_words(&mut words);
        alternatives(words)
    }

    fn add_words(&self, words: &mut Vec<Message>) {
        let mut add = |word| {
            if !words.contains(&word) {
                words.push(word);
            }
        };
        match self {
            Self::Any => add(said::word_anything()),
            Self::Scalar(scalar) => scalar.expected().for_each(add),
            Self::List { .. } => add(said::word_list()),
            Self::Map { .. } | Self::Object(_) => add(said::word_mapping()),
            Self::Either(alternatives) => alternatives.iter().for_each(|shape| shape.add_words(words)),
        }
    }

    /// The shape of the value of `key` in a mapping.
    pub(crate) fn at_key(&self, key: &str) -> &Self {
        match self {
            Self::Map { value, .. } => value,
            Self::Object(object) => object.get(key).unwrap_or(&Self::Any),
            _ => &Self::Any,
        }
    }

    /// The shape of the items of a list.
    pub(crate) fn at_item(&self) -> &Self {
        match self {
            Self::List { item, .. } => item,
            _ => &Self::Any,
        }
    }
}

impl Object {
    /// An object that allows `x-*` keys but not null.
    pub(super) const fn new(section: &'static str, attributes: &'static [(&'static str, Shape)]) -> Self {
        Self { section, attributes, required: &[], extensible: true, nullable: false }
    }

    pub(super) const fn requiring(self, required: &'static [&'static str]) -> Self {
        Self { required, ..self }
    }

    pub(super) const fn or_null(self) -> Self {
        Self { nullable: true, ..self }
    }

    /// Disallows `x-*` keys.
    pub(super) const fn closed(self) -> Self {
        Self { extensible: false, ..self }
    }

    pub(crate) fn get(&self, key: &str) -> Option<&'static Shape> {
        self.attributes.iter().find(|(name, _)| *name == key).map(|(_, shape)| shape)
    }
}
