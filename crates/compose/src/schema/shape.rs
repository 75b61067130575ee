//! The words the attribute table is written in.

use crate::yaml::Value;

/// What may stand at a place.
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
    /// Several shapes, told apart by the type of the value.
    Either(&'static [Shape]),
}

/// Rule for free keys.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Names {
    /// Any key.
    Any,
    /// Any key; what stands at others than letters, digits, `.`, `_` and `-` is not looked at.
    Others,
    /// Any key but the empty one.
    NotEmpty,
    /// Letters, digits, `.`, `_` and `-`.
    Identifier,
}

impl Names {
    /// Whether what stands at a key has the shape of the mapping.
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

/// A scalar: which types it may have, and what text becomes.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Scalar {
    pub(super) kinds: u8,
    pub(crate) cast: Option<Cast>,
    pub(super) rule: Rule,
}

/// A further condition on a scalar.
#[derive(Debug, Clone, Copy)]
pub(super) enum Rule {
    None,
    /// One of these words.
    OneOf(&'static [&'static str]),
    /// Not a number with a point or an exponent, even where it is whole.
    Digits,
    /// A number in this range.
    Range(i128, i128),
    /// Two characters of a container name in a row somewhere.
    ContainerName,
    /// A pull policy.
    PullPolicy,
}

/// What text is turned into after interpolation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Cast {
    Bool,
    Int,
    Float,
}

/// A mapping with known keys.
#[derive(Debug)]
pub(crate) struct Object {
    pub(crate) attributes: &'static [(&'static str, Shape)],
    pub(super) required: &'static [&'static str],
    /// Whether `x-*` keys may stand here.
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
            // A whole float is an integer to JSON schema.
            Value::Float(number) if number.fract() == 0.0 => NUMBER,
            Value::Float(_) => FLOAT,
            Value::Bool(_) => BOOL,
            Value::Null => NULL,
            _ => 0,
        };
        self.kinds & kind != 0
    }

    fn expected(&self) -> impl Iterator<Item = &'static str> {
        let words = [
            (STR, "a string"),
            (INT, if self.kinds & FLOAT == 0 { "an integer" } else { "a number" }),
            (BOOL, "a boolean"),
            (NULL, "null"),
        ];
        // Text is only a detour to the type it is cast to.
        let text = if self.cast.is_some() { STR } else { 0 };
        let kinds = self.kinds & !text;
        words.into_iter().filter(move |(kind, _)| kinds & kind != 0).map(|(_, word)| word)
    }
}

/// `a, b or c`.
fn alternatives(words: &[&str]) -> String {
    match words.split_last() {
        Some((last, [])) => (*last).to_owned(),
        Some((last, others)) => format!("{} or {last}", others.join(", ")),
        None => String::new(),
    }
}

impl Shape {
    /// The alternative that fits the type of `value`, or this shape itself.
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

    /// What may stand here, in words.
    pub(super) fn expected(&self) -> String {
        let mut words = Vec::new();
        self.add_words(&mut words);
        alternatives(&words)
    }

    fn add_words(&self, words: &mut Vec<&'static str>) {
        let mut add = |word| {
            if !words.contains(&word) {
                words.push(word);
            }
        };
        match self {
            Self::Any => add("anything"),
            Self::Scalar(scalar) => scalar.expected().for_each(add),
            Self::List { .. } => add("a list"),
            Self::Map { .. } | Self::Object(_) => add("a mapping"),
            Self::Either(alternatives) => alternatives.iter().for_each(|shape| shape.add_words(words)),
        }
    }

    /// The shape of what stands at `key` of a mapping.
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
    /// An object that may have `x-*` keys and may not be null.
    pub(super) const fn new(attributes: &'static [(&'static str, Shape)]) -> Self {
        Self { attributes, required: &[], extensible: true, nullable: false }
    }

    pub(super) const fn requiring(self, required: &'static [&'static str]) -> Self {
        Self { required, ..self }
    }

    pub(super) const fn or_null(self) -> Self {
        Self { nullable: true, ..self }
    }

    /// Without `x-*` keys.
    pub(super) const fn closed(self) -> Self {
        Self { extensible: false, ..self }
    }

    pub(crate) fn get(&self, key: &str) -> Option<&'static Shape> {
        self.attributes.iter().find(|(name, _)| *name == key).map(|(_, shape)| shape)
    }
}
