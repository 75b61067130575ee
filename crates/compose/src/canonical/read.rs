//! Reading typed values out of a mapping.

use super::said;
use crate::Code;
use crate::cursor::Cursor;
use crate::model::{Bytes, Duration, Extensions, InvalidUnit};
use crate::report::Advice;
use crate::said as words;
use crate::yaml::Value;
use indexmap::IndexMap;

impl Cursor<'_> {
    /// Text of a key; an empty string counts as absent.
    pub(super) fn text_at(&self, key: &str) -> Option<String> {
        self.get(key)?.text().filter(|text| !text.is_empty()).map(str::to_owned)
    }

    /// Text of a key; numbers and booleans are converted to text.
    pub(super) fn scalar_at(&self, key: &str) -> Option<String> {
        self.get(key)?.node.value.scalar_text()
    }

    /// A boolean; `None` if the key is absent.
    pub(super) fn flag_at(&self, key: &str) -> Option<bool> {
        match &self.get(key)?.node.value {
            Value::Bool(flag) => Some(*flag),
            Value::String(text) => text.parse().ok(),
            _ => None,
        }
    }

    pub(super) fn is_on(&self, key: &str) -> bool {
        self.flag_at(key).unwrap_or(false)
    }

    /// A whole number, also if it is still text.
    pub(super) fn integer_at<T: TryFrom<i128>>(&self, key: &str) -> Option<T> {
        let value = self.get(key)?;
        let number = match &value.node.value {
            Value::Int(number) => Some(*number),
            #[expect(clippy::cast_possible_truncation, reason = "only whole numbers in range get here")]
            Value::Float(number) if number.fract() == 0.0 && number.abs() < 1e18 => Some(*number as i128),
            Value::String(text) => text.trim().parse().ok(),
            Value::Float(_) => None,
            _ => return None,
        };
        let fitting = number.and_then(|number| T::try_from(number).ok());
        if fitting.is_none() {
            let message = said::not_whole_or_out_of_range(value.describe());
            value.fail_with_advice(Code::InvalidValue, message, Advice::expected(words::word_whole_number()));
        }
        fitting
    }

    /// A whole number; 0 counts as absent.
    pub(super) fn count_at<T: TryFrom<i128> + Default + PartialEq>(&self, key: &str) -> Option<T> {
        self.integer_at(key).filter(|number| *number != T::default())
    }

    /// A number, also if it is still text; 0 counts as absent.
    pub(super) fn float_at(&self, key: &str) -> Option<f64> {
        let value = self.get(key)?;
        let number = match &value.node.value {
            #[expect(clippy::cast_precision_loss, reason = "a number of processors is small")]
            Value::Int(number) => Some(*number as f64),
            Value::Float(number) => Some(*number),
            Value::String(text) => crate::number::float(text),
            _ => return None,
        };
        let finite = number.filter(|number| number.is_finite());
        if finite.is_none() {
            let message = said::not_a_number(value.describe());
            value.fail_with_advice(Code::InvalidValue, message, Advice::expected(words::word_number()));
        }
        finite.filter(|number| *number != 0.0)
    }

    pub(super) fn duration_at(&self, key: &str) -> Option<Duration> {
        let value = self.get(key)?;
        match value.text()?.parse() {
            Ok(duration) => Some(duration),
            Err(error) => {
                let message = said::value_at(value.describe(), error.message());
                let hint = match &error {
                    InvalidUnit::MissingUnit(number) => words::write_duration_with_unit(number),
                    _ => said::write_duration_example(),
                };
                let advice = Advice::expected(said::a_duration()).hint(hint);
                value.fail_with_advice(Code::InvalidValue, message, advice);
                None
            }
        }
    }

    /// A size; 0 counts as absent. Text cannot be negative, but a number can: `-1` means no limit.
    pub(super) fn bytes_at(&self, key: &str) -> Option<Bytes> {
        let value = self.get(key)?;
        let text = value.node.value.scalar_text()?;
        let parsed = match &value.node.value {
            Value::Int(number) => i64::try_from(*number).ok().map(Bytes),
            #[expect(clippy::cast_possible_truncation, reason = "the range is checked on the line itself")]
            Value::Float(number) => (number.abs() < 9e18).then_some(Bytes(*number as i64)),
            Value::String(text) => text.parse().ok().filter(|bytes: &Bytes| bytes.0 >= 0),
            _ => None,
        };
        if parsed.is_none() {
            let message = said::value_at(value.describe(), words::not_a_size(text));
            let advice = Advice::expected(said::a_size()).hint(said::write_size_example());
            value.fail_with_advice(Code::InvalidValue, message, advice);
        }
        parsed.filter(|bytes| bytes.0 != 0)
    }

    /// Strings of a list.
    pub(super) fn strings(&self) -> Vec<String> {
        self.items().filter_map(|item| item.node.value.scalar_text()).collect()
    }

    pub(super) fn strings_at(&self, key: &str) -> Vec<String> {
        self.get(key).map(|value| value.strings()).unwrap_or_default()
    }

    /// Strings of a list. If a name (the text before `=`) occurs twice, the last value takes the position of the first.
    pub(super) fn last_strings_at(&self, key: &str) -> Vec<String> {
        let mut last: IndexMap<String, String> = IndexMap::new();
        for text in self.string_or_strings_at(key) {
            let name = text.split('=').next().unwrap_or(&text).to_owned();
            last.insert(name, text);
        }
        last.into_values().collect()
    }

    /// One string or a list of them.
    pub(super) fn string_or_strings_at(&self, key: &str) -> Vec<String> {
        let Some(value) = self.get(key) else { return Vec::new() };
        match value.text() {
            Some(text) => vec![text.to_owned()],
            None => value.strings(),
        }
    }

    /// `{KEY: value}` or `[KEY=value]`; `None` for a key without a value.
    pub(super) fn pairs_at(&self, key: &str) -> IndexMap<String, Option<String>> {
        let Some(value) = self.get(key) else { return IndexMap::new() };
        let mut pairs = IndexMap::new();
        for (key, entry) in value.entries() {
            pairs.insert(key.to_owned(), entry.node.value.scalar_text());
        }
        for item in value.items() {
            let Some(text) = item.text() else { continue };
            if text.is_empty() || text.starts_with('=') {
                let message = said::item_without_name(item.describe());
                let advice = Advice::expected(words::written_as("NAME=value"));
                item.fail_with_advice(Code::InvalidName, message, advice);
                continue;
            }
            match text.split_once('=') {
                Some((key, value)) => pairs.insert(key.to_owned(), Some(value.to_owned())),
                None => pairs.insert(text.to_owned(), None),
            };
        }
        pairs
    }

    /// `{KEY: value}` or `[KEY=value]`; a key without a value has an empty string.
    pub(super) fn labels_at(&self, key: &str) -> IndexMap<String, String> {
        let pairs = self.pairs_at(key);
        pairs.into_iter().map(|(key, value)| (key, value.unwrap_or_default())).collect()
    }

    /// `x-*` keys.
    pub(crate) fn extensions(&self) -> Extensions {
        self.entries()
            .filter(|(key, _)| key.starts_with("x-"))
            .map(|(key, value)| (key.to_owned(), value.node.value.to_json()))
            .collect()
    }
}
