//! Values under `x-core-monitor` of a service, read with their places, so that every refusal says where.

use std::time::Duration;

use core_monitor_compose::model::{Duration as Written, Service};
use core_monitor_message::Message;
use serde_json::{Map, Value};

use super::{DesiredError, said};

/// The key of a service under which Core Monitor's own attributes are.
pub(super) const KEY: &str = "x-core-monitor";
/// What may be under it: everything else is an error, so that nothing that somebody has written is lost without a word.
const KNOWN: [&str; 2] = ["deploy", "on-demand"];
/// The longest time that an attribute of this kind may say.
const LONGEST_MS: i64 = 3_600_000;

/// What a service has under `x-core-monitor`, by this name.
pub(super) fn attribute<'a>(
    name: &'a str,
    service: &'a Service,
    key: &str,
) -> Result<Option<At<'a>>, DesiredError> {
    let Some(value) = service.extensions.get(KEY) else { return Ok(None) };
    let own = At { service: name, path: KEY.to_owned(), value };
    own.only(&KNOWN)?;
    own.get(key)
}

/// A value and where it is.
pub(super) struct At<'a> {
    pub(super) service: &'a str,
    pub(super) path: String,
    pub(super) value: &'a Value,
}

impl<'a> At<'a> {
    pub(super) fn refused(&self, what: Message) -> DesiredError {
        DesiredError::Extension { service: self.service.to_owned(), path: self.path.clone(), what }
    }

    pub(super) fn map(&self) -> Result<&'a Map<String, Value>, DesiredError> {
        self.value.as_object().ok_or_else(|| self.refused(said::not_a_mapping()))
    }

    /// Refuses every key but these.
    pub(super) fn only(&self, known: &[&str]) -> Result<(), DesiredError> {
        let unknown = self.map()?.keys().find(|key| !known.contains(&key.as_str()));
        unknown.map_or(Ok(()), |key| {
            let at = Self { service: self.service, path: format!("{}.{key}", self.path), value: self.value };
            Err(at.refused(said::key_unknown(key, known.join(", "))))
        })
    }

    /// A key that is there and says something.
    pub(super) fn get(&self, key: &str) -> Result<Option<At<'a>>, DesiredError> {
        let value = self.map()?.get(key).filter(|value| !value.is_null());
        Ok(value.map(|value| At { service: self.service, path: format!("{}.{key}", self.path), value }))
    }

    pub(super) fn text(&self) -> Result<String, DesiredError> {
        match self.value {
            Value::String(text) if !text.is_empty() && text.len() <= 1024 => Ok(text.clone()),
            _ => Err(self.refused(said::not_a_text())),
        }
    }

    pub(super) fn flag(&self) -> Result<bool, DesiredError> {
        match self.value {
            Value::Bool(flag) => Ok(*flag),
            Value::String(word) if word == "true" => Ok(true),
            Value::String(word) if word == "false" => Ok(false),
            _ => Err(self.refused(said::not_a_flag())),
        }
    }

    pub(super) fn number(&self, least: u16, most: u16) -> Result<u16, DesiredError> {
        let number = match self.value {
            Value::Number(number) => number.as_u64(),
            Value::String(text) => text.parse().ok(),
            _ => None,
        };
        let number = number.and_then(|number| u16::try_from(number).ok());
        let number = number.filter(|number| (least..=most).contains(number));
        number.ok_or_else(|| self.refused(said::not_a_number_between(least, most)))
    }

    pub(super) fn one_of<T>(
        &self,
        words: &[&str],
        named: impl Fn(&str) -> Option<T>,
    ) -> Result<T, DesiredError> {
        let word = self.value.as_str().unwrap_or_default();
        named(word).ok_or_else(|| self.refused(said::word_unknown(word, words.join(", "))))
    }

    /// The entries of a list; a single value is a list of one.
    pub(super) fn items(&self, most: usize) -> Result<Vec<At<'a>>, DesiredError> {
        let Some(list) = self.value.as_array() else {
            return Ok(vec![At { service: self.service, path: self.path.clone(), value: self.value }]);
        };
        if list.len() > most {
            return Err(self.refused(said::too_many_entries(most)));
        }
        let item =
            |(index, value)| At { service: self.service, path: format!("{}[{index}]", self.path), value };
        Ok(list.iter().enumerate().map(item).collect())
    }

    /// A duration as Compose writes it, e.g. `90s` or `1h30m`.
    pub(super) fn duration(&self, (least, most): (Duration, Duration)) -> Result<Duration, DesiredError> {
        let written = self.value.as_str().and_then(|text| text.parse::<Written>().ok());
        let nanos = written.and_then(|written| u64::try_from(written.0).ok());
        let duration = nanos.map(Duration::from_nanos);
        duration
            .filter(|duration| (least..=most).contains(duration))
            .ok_or_else(|| self.refused(said::duration_not_between(span(least), span(most))))
    }

    pub(super) fn milliseconds(&self) -> Result<u64, DesiredError> {
        let written = self.value.as_str().and_then(|text| text.parse::<Written>().ok());
        let milliseconds = written.map(|duration| duration.0 / 1_000_000);
        let usable = milliseconds.filter(|milliseconds| (1..=LONGEST_MS).contains(milliseconds));
        usable.and_then(|ms| u64::try_from(ms).ok()).ok_or_else(|| self.refused(said::within_unusable()))
    }

    pub(super) fn request_path(&self) -> Result<String, DesiredError> {
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

#[cfg(test)]
mod tests;
