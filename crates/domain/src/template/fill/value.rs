//! Single values.

use core_monitor_message::Message;
use serde_json::Value;

use super::super::{ParameterKind, said};
use crate::on_demand::HostPattern;

/// Most characters of a text.
const LONGEST: usize = 8_192;

/// The text of a value that depends on nothing else; `None` if there is none.
pub(crate) fn plain(kind: &ParameterKind, given: Option<&Value>) -> Result<Option<String>, Message> {
    match kind {
        ParameterKind::Int { default, min, max } => {
            let Some(number) = given.map(whole).transpose()?.or(*default) else { return Ok(None) };
            match (min, max) {
                (Some(min), _) if number < *min => Err(said::value_too_small(min)),
                (_, Some(max)) if number > *max => Err(said::value_too_large(max)),
                _ => Ok(Some(number.to_string())),
            }
        }
        ParameterKind::Bool { default } => {
            let flag = given.map(|given| given.as_bool().ok_or_else(said::value_not_a_flag)).transpose()?;
            Ok(Some(flag.unwrap_or(*default).to_string()))
        }
        ParameterKind::Enum { default, values } => {
            let word =
                given.map(text).transpose()?.or(default.as_deref()).or(values.first().map(String::as_str));
            match word {
                Some(word) if !values.iter().any(|known| known == word) => {
                    let words: Vec<String> = values.iter().map(|word| format!("`{word}`")).collect();
                    Err(said::value_not_a_word(words.join(", ")))
                }
                word => Ok(word.map(str::to_owned)),
            }
        }
        ParameterKind::String { default, pattern, .. } => {
            let value = given.map(text).transpose()?.or(default.as_deref());
            match (value, pattern) {
                (Some(value), Some(pattern)) if !pattern.matches(value) => {
                    Err(said::value_not_matching(pattern.as_str()))
                }
                _ => Ok(value.map(str::to_owned)),
            }
        }
        _ => Ok(None),
    }
}

/// The host that is given, or made from other values.
pub(crate) fn host(given: Option<&Value>, made: Option<String>) -> Result<Option<HostPattern>, Message> {
    let host = given.map(text).transpose()?.map(str::to_owned).or(made);
    host.map(|host| host.parse()).transpose()
}

/// The path below an allowed folder that is given, or made from other values.
pub(crate) fn path(given: Option<&Value>, made: Option<String>) -> Result<Option<String>, Message> {
    let Some(path) = given.map(text).transpose()?.map(str::to_owned).or(made) else { return Ok(None) };
    let parts = path.split('/').all(|part| !matches!(part, "" | "." | ".."));
    // A `:` ends the path in the short form of a mount.
    if parts && !path.contains(':') { Ok(Some(path)) } else { Err(said::value_path_unusable(shown(&path))) }
}

fn shown(text: &str) -> String {
    text.chars().take(100).collect()
}

fn text(value: &Value) -> Result<&str, Message> {
    let text = value.as_str().ok_or_else(said::value_not_a_text)?;
    if text.chars().count() > LONGEST {
        return Err(said::value_too_long(LONGEST));
    }
    // A line break in a value could end a line of a file that is made from it.
    if text.chars().any(char::is_control) { Err(said::value_has_control()) } else { Ok(text) }
}

fn whole(value: &Value) -> Result<i64, Message> {
    value.as_i64().ok_or_else(said::value_not_a_number)
}
