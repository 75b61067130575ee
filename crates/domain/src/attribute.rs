//! Values that somebody has written in a definition, read with their places, so that every refusal says where.

use std::time::Duration;

use core_monitor_compose::model::Duration as Written;
use core_monitor_message::Message;
use serde_json::{Map, Value};

pub(crate) mod said;

/// The longest time that [`At::milliseconds`] takes.
const LONGEST_MS: i64 = 3_600_000;

/// A value that cannot be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Misread {
    /// What the value belongs to, such as the name of a service.
    pub(crate) owner: String,
    /// Where it is, below its owner.
    pub(crate) path: String,
    /// What is wrong with it.
    pub(crate) what: Message,
}

/// A value and where it is.
pub(crate) struct At<'a> {
    pub(crate) owner: &'a str,
    pub(crate) path: String,
    pub(crate) value: &'a Value,
}

impl<'a> At<'a> {
    pub(crate) fn refused(&self, what: Message) -> Misread {
        Misread { owner: self.owner.to_owned(), path: self.path.clone(), what }
    }

    pub(crate) fn map(&self) -> Result<&'a Map<String, Value>, Misread> {
        self.value.as_object().ok_or_else(|| self.refused(said::not_a_mapping()))
    }

    /// Refuses every key but these.
    pub(crate) fn only(&self, known: &[&str]) -> Result<(), Misread> {
        let unknown = self.map()?.keys().find(|key| !known.contains(&key.as_str()));
        unknown.map_or(Ok(()), |key| {
            let at = Self { owner: self.owner, path: format!("{}.{key}", self.path), value: self.value };
            Err(at.refused(said::key_unknown(key, known.join(", "))))
        })
    }

    /// A key that is there and says something.
    pub(crate) fn get(&self, key: &str) -> Result<Option<At<'a>>, Misread> {
        let value = self.map()?.get(key).filter(|value| !value.is_null());
        Ok(value.map(|value| At { owner: self.owner, path: format!("{}.{key}", self.path), value }))
    }

    pub(crate) fn text(&self) -> Result<String, Misread> {
        match self.value {
            Value::String(text) if !text.is_empty() && text.len() <= 1024 => Ok(text.clone()),
            _ => Err(self.refused(said::not_a_text())),
        }
    }

    pub(crate) fn flag(&self) -> Result<bool, Misread> {
        match self.value {
            Value::Bool(flag) => Ok(*flag),
            Value::String(word) if word == "true" => Ok(true),
            Value::String(word) if word == "false" => Ok(false),
            _ => Err(self.refused(said::not_a_flag())),
        }
    }

    pub(crate) fn number(&self, least: u16, most: u16) -> Result<u16, Misread> {
        let number = match self.value {
            Value::Number(number) => number.as_u64(),
            Value::String(text) => text.parse().ok(),
            _ => None,
        };
        let number = number.and_then(|number| u16::try_from(number).ok());
        let number = number.filter(|number| (least..=most).contains(number));
        number.ok_or_else(|| self.refused(said::not_a_number_between(least, most)))
    }

    pub(crate) fn one_of<T>(&self, words: &[&str], named: impl Fn(&str) -> Option<T>) -> Result<T, Misread> {
        let word = self.value.as_str().unwrap_or_default();
        named(word).ok_or_else(|| self.refused(said::word_unknown(word, words.join(", "))))
    }

    /// The entries of a list; a single value is a list of one.
    pub(crate) fn items(&self, most: usize) -> Result<Vec<At<'a>>, Misread> {
        let Some(list) = self.value.as_array() else {
            return Ok(vec![At { owner: self.owner, path: self.path.clone(), value: self.value }]);
        };
        if list.len() > most {
            return Err(self.refused(said::too_many_entries(most)));
        }
        let item = |(index, value)| At { owner: self.owner, path: format!("{}[{index}]", self.path), value };
        Ok(list.iter().enumerate().map(item).collect())
    }

    /// A duration as Compose writes it, e.g. `90s` or `1h30m`.
    pub(crate) fn duration(&self, (least, most): (Duration, Duration)) -> Result<Duration, Misread> {
        let written = self.value.as_str().and_then(|text| text.parse::<Written>().ok());
        let nanos = written.and_then(|written| u64::try_from(written.0).ok());
        let duration = nanos.map(Duration::from_nanos);
        duration
            .filter(|duration| (least..=most).contains(duration))
            .ok_or_else(|| self.refused(said::duration_not_between(span(least), span(most))))
    }

    pub(crate) fn milliseconds(&self) -> Result<u64, Misread> {
        let written = self.value.as_str().and_then(|text| text.parse::<Written>().ok());
        let milliseconds = written.map(|duration| duration.0 / 1_000_000);
        let usable = milliseconds.filter(|milliseconds| (1..=LONGEST_MS).contains(milliseconds));
        usable.and_then(|ms| u64::try_from(ms).ok()).ok_or_else(|| self.refused(said::within_unusable()))
    }

    pub(crate) fn request_path(&self) -> Result<String, Misread> {
        let path = self.text()?;
        let plain = path.starts_with('/') && path.bytes().all(|byte| byte.is_ascii_graphic());
        if plain { Ok(path) } else { Err(self.refused(said::request_path_unusable())) }
    }
}

/// A duration in the largest unit that says it exactly.
fn span(duration: Duration) -> String {
    let seconds = duration.as_secs();
    match seconds {
        0 => "0s".to_owned(),
        _ if seconds.is_multiple_of(86_400) => format!("{} days", seconds / 86_400),
        _ if seconds.is_multiple_of(3_600) => format!("{}h", seconds / 3_600),
        _ => format!("{seconds}s"),
    }
}
