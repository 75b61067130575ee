//! One parameter.

use serde_json::Value;

use super::super::{Parameter, ParameterKind, ParameterName, said};
use super::{braced, pattern, text, word};
use crate::attribute::{At, Misread, said as read};
use crate::secret_variable::Recipe;

/// Most words of an `enum`.
const WORDS: usize = 64;

pub(super) fn parameter(name: ParameterName, at: &At<'_>) -> Result<Parameter, Misread> {
    let kind = at.get("type")?.ok_or_else(|| at.refused(read::attribute_missing("type")))?;
    let kind = word(&kind, &ParameterKind::TYPES)?;
    let own: &[&str] = match kind {
        "string" => &["default", "pattern", "example"],
        "int" => &["default", "min", "max"],
        "bool" => &["default"],
        "enum" => &["default", "values"],
        "secret" => &["generate"],
        "folder" | "file" => &["root", "path"],
        "host_port" => &["range"],
        _ => &["pattern"],
    };
    at.only(&[&["type", "label", "help", "optional"], own].concat())?;
    let optional = at.get("optional")?.map(|at| at.flag()).transpose()?.unwrap_or_default();
    if optional && at.get("default")?.is_some() {
        return Err(at.refused(said::parameter_is_optional_already()));
    }
    let kind = self::kind(kind, at)?;
    Ok(Parameter { name, label: text(at, "label")?, help: text(at, "help")?, optional, kind })
}

fn kind(word: &str, at: &At<'_>) -> Result<ParameterKind, Misread> {
    Ok(match word {
        "string" => ParameterKind::String {
            default: text(at, "default")?,
            pattern: at.get("pattern")?.map(|at| pattern(&at)).transpose()?,
            example: text(at, "example")?,
        },
        "int" => ParameterKind::Int {
            default: whole(at, "default")?,
            min: whole(at, "min")?,
            max: whole(at, "max")?,
        },
        "bool" => ParameterKind::Bool {
            default: at.get("default")?.map(|at| at.flag()).transpose()?.unwrap_or_default(),
        },
        "enum" => ParameterKind::Enum { default: text(at, "default")?, values: words(at)? },
        "secret" => ParameterKind::Secret { generate: length(at)? },
        "folder" => ParameterKind::Folder { root: root(at)?, path: path(at)? },
        "file" => ParameterKind::File { root: root(at)?, path: path(at)? },
        "host_port" => {
            let range = required(at, "range")?;
            // YAML reads a range of one port as a number.
            let text = range.value.as_u64().map_or_else(|| range.text(), |port| Ok(port.to_string()))?;
            let parsed = text.parse().map_err(|_| range.refused(said::template_port_range_unusable()))?;
            ParameterKind::HostPort { range: parsed }
        }
        _ => ParameterKind::Host { pattern: at.get("pattern")?.map(|at| braced(&at)).transpose()? },
    })
}

fn required<'a>(at: &At<'a>, key: &str) -> Result<At<'a>, Misread> {
    at.get(key)?.ok_or_else(|| at.refused(read::attribute_missing(key)))
}

fn whole(at: &At<'_>, key: &str) -> Result<Option<i64>, Misread> {
    let Some(at) = at.get(key)? else { return Ok(None) };
    at.value.as_i64().map(Some).ok_or_else(|| at.refused(said::template_number_unusable()))
}

fn words(at: &At<'_>) -> Result<Vec<String>, Misread> {
    let values = required(at, "values")?;
    let words: Vec<String> = values.items(WORDS)?.iter().map(At::text).collect::<Result<_, _>>()?;
    if words.is_empty() { Err(values.refused(read::attribute_missing("values"))) } else { Ok(words) }
}

/// How many characters are generated: `true` for the usual number.
fn length(at: &At<'_>) -> Result<Option<u16>, Misread> {
    let Some(at) = at.get("generate")? else { return Ok(None) };
    match at.value {
        Value::Bool(false) => Ok(None),
        Value::Bool(true) => Ok(Some(Recipe::USUAL)),
        _ => match at.number(Recipe::SHORTEST, Recipe::LONGEST) {
            Ok(length) => Ok(Some(length)),
            Err(_) => Err(at.refused(said::template_length_unusable(Recipe::SHORTEST, Recipe::LONGEST))),
        },
    }
}

fn root(at: &At<'_>) -> Result<String, Misread> {
    let at = required(at, "root")?;
    let name = at.text()?;
    let plain = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    if name.len() <= 64 && name.chars().all(plain) {
        Ok(name)
    } else {
        Err(at.refused(said::root_name_unusable()))
    }
}

fn path(at: &At<'_>) -> Result<Option<super::Braced>, Misread> {
    at.get("path")?.map(|at| braced(&at)).transpose()
}
