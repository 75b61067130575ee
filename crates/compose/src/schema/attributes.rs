//! The attribute table, one file per family.

mod build;
mod core_monitor;
mod deploy;
mod files;
mod lifecycle;
mod service;
mod top_level;

pub(super) use core_monitor::{EXTENSIONS, FILE_EXTENSIONS};
pub(super) use service::SERVICE;
pub(crate) use top_level::PROJECT;

use super::shape::{BOOL, Cast, INT, NULL, NUMBER, Names, Object, Rule, STR, Scalar, Shape};

const fn scalar(kinds: u8, cast: Option<Cast>, rule: Rule) -> Shape {
    Shape::Scalar(Scalar { kinds, cast, rule })
}

/// A string and nothing else.
const TEXT: Shape = scalar(STR, None, Rule::None);
/// A string or null.
const OPTIONAL_TEXT: Shape = scalar(STR | NULL, None, Rule::None);
/// A boolean, also as text.
const FLAG: Shape = scalar(BOOL | STR, Some(Cast::Bool), Rule::None);
/// A whole number, also as text.
const WHOLE: Shape = scalar(INT | STR, Some(Cast::Int), Rule::None);
/// A number that is read as an integer, also as text.
const WHOLE_NUMBER: Shape = scalar(NUMBER | STR, Some(Cast::Int), Rule::None);
/// A number, also as text.
const REAL: Shape = scalar(NUMBER | STR, Some(Cast::Float), Rule::None);
/// A whole number, or text that is parsed later.
const WHOLE_TEXT: Shape = scalar(INT | STR, None, Rule::None);
/// A size: a number of bytes, or text with a unit.
const SIZE: Shape = scalar(NUMBER | STR, None, Rule::None);
/// A number and nothing else.
const NUMBER_ONLY: Shape = scalar(NUMBER, None, Rule::None);

const ANY_SCALAR: Shape = scalar(STR | NUMBER | BOOL | NULL, None, Rule::None);
const TEXT_OR_NUMBER: Shape = scalar(STR | NUMBER, None, Rule::None);
/// Text, or a number written without a decimal point or exponent.
const TEXT_OR_WHOLE: Shape = scalar(STR | INT, None, Rule::Digits);

const fn one_of(words: &'static [&'static str]) -> Shape {
    scalar(STR, None, Rule::OneOf(words))
}

const fn map(value: &'static Shape) -> Shape {
    Shape::Map { value, names: Names::Any }
}

const fn named_pairs(value: &'static Shape) -> Shape {
    Shape::Map { value, names: Names::NotEmpty }
}

const fn named(value: &'static Shape) -> Shape {
    Shape::Map { value, names: Names::Identifier }
}

const fn list(item: &'static Shape) -> Shape {
    Shape::List { item, unique: false }
}

/// A list of unique strings.
const WORDS: Shape = Shape::List { item: &TEXT, unique: true };
/// A list of strings. If a name (the text before `=`) occurs twice, the last one wins.
const LAST_WORDS: Shape = list(&TEXT);
/// One string or a list of strings.
const WORD_OR_WORDS: Shape = Shape::Either(&[TEXT, WORDS]);
/// One string or a list of strings, where the last of each name wins.
const WORD_OR_LAST_WORDS: Shape = Shape::Either(&[TEXT, LAST_WORDS]);
/// `{KEY: value}` or `[KEY=value]`.
const LIST_OR_MAP: Shape = Shape::Either(&[named_pairs(&ANY_SCALAR), WORDS]);
/// `{KEY: value}` or `[KEY=value]`, where the last of each key wins.
const LAST_LIST_OR_MAP: Shape = Shape::Either(&[named_pairs(&ANY_SCALAR), LAST_WORDS]);
/// Driver options.
const OPTIONS: Shape = map(&TEXT_OR_NUMBER);
/// Null, a string to be split, or a list.
const COMMAND: Shape = Shape::Either(&[OPTIONAL_TEXT, list(&TEXT)]);
/// Addresses by host name, or `name=address` entries.
const EXTRA_HOSTS: Shape = Shape::Either(&[named_pairs(&Shape::Either(&[TEXT, list(&TEXT)])), WORDS]);
