//! Reads what a compose file declares under `x-core-monitor.template`.
//!
//! It is read from the text as it stands: before anything is interpolated, since it says which variables there are.

use std::collections::BTreeSet;

use core_monitor_compose::outline::{Content, Node, Place};
use core_monitor_compose::{Code, Diagnostic, Limits, Severity, Span};
use core_monitor_message::Message;
use serde_json::Value;

use super::{Braced, Declaration, KeyRule, Lifetime, Parameter, ParameterName, Pattern, said};
use crate::attribute::{At, Misread, said as read};
use crate::names::{NameError, ServiceName};

mod parameter;

/// The key under `x-core-monitor` at the top of a compose file.
const KEY: &str = "template";
/// The key at the top of a compose file.
const EXTENSION: &str = "x-core-monitor";
/// Variables that every instance has.
pub(super) const RESERVED: [&str; 2] = ["TEMPLATE_NAME", "INSTANCE"];

/// What the compose file called `file` declares; `None` if it declares no template. Errors have their places.
pub fn declared(file: &str, text: &str, limits: &Limits) -> Result<Option<Declaration>, Vec<Diagnostic>> {
    let root = Node::read(file, text, limits)?;
    let Some(node) = root.walk([EXTENSION, KEY]) else { return Ok(None) };
    let error = |place: Place, message| vec![diagnostic(file, place, message)];
    let Some(value) = node.to_json() else { return Err(error(opaque(node), said::template_alias())) };
    let at = At { owner: "", path: String::new(), value: &value };
    match declaration(&at).and_then(|declared| declared.checked(&at)) {
        Ok(mut declared) => {
            let written = node.get("parameters").map(Node::entries).unwrap_or_default();
            declared
                .parameters
                .sort_by_key(|one| written.iter().position(|entry| entry.key == one.name.as_str()));
            Ok(Some(declared))
        }
        Err(Misread { path, what, .. }) => Err(error(place(node, &path), what)),
    }
}

/// Where a compose file declares something of a template, such as `["parameters", "PORT"]`, for what is wrong with it.
pub fn place_of(file: &str, text: &str, limits: &Limits, path: &[&str]) -> Option<Span> {
    let root = Node::read(file, text, limits).ok()?;
    let (last, before) = path.split_last()?;
    let entry = root.walk([EXTENSION, KEY].into_iter().chain(before.iter().copied()))?.entry(last)?;
    Some(span(file, entry.at))
}

fn span(file: &str, at: Place) -> Span {
    Span { file: file.to_owned(), line: at.line, column: at.column, length: 1 }
}

fn diagnostic(file: &str, at: Place, message: Message) -> Diagnostic {
    Diagnostic {
        code: Code::InvalidValue,
        severity: Severity::Error,
        message,
        expected: None,
        hint: None,
        span: Some(span(file, at)),
    }
}

/// Where the first value is that cannot be read by itself.
fn opaque(node: &Node) -> Place {
    let mut children: Vec<&Node> = node.items().iter().collect();
    children.extend(node.entries().iter().map(|entry| &entry.value));
    children.into_iter().find(|child| child.to_json().is_none()).map_or(node.start, opaque)
}

/// Where a path such as `.parameters.PORT.range` or `.values[1]` leads, or the last part of it that is written.
fn place(node: &Node, path: &str) -> Place {
    let mut here = (node, node.start);
    for step in path.split('.').filter(|step| !step.is_empty()) {
        let (key, index) = step.split_once('[').unwrap_or((step, ""));
        let Some(entry) = here.0.entry(key) else { return here.1 };
        here = (&entry.value, entry.at);
        if let Ok(index) = index.trim_end_matches(']').parse::<usize>()
            && let Content::List(items, _) = &entry.value.content
            && let Some(item) = items.get(index)
        {
            here = (item, item.start);
        }
    }
    here.1
}

fn declaration(at: &At<'_>) -> Result<Declaration, Misread> {
    at.only(&["title", "description", "key", "url", "prefix", "build", "lifetime", "parameters"])?;
    let parameters = match at.get("parameters")? {
        Some(at) => parameters(&at)?,
        None => Vec::new(),
    };
    Ok(Declaration {
        title: text(at, "title")?,
        description: text(at, "description")?,
        key: at.get("key")?.map(|at| key_rule(&at)).transpose()?.unwrap_or_default(),
        url: at.get("url")?.map(|at| braced(&at)).transpose()?,
        prefix: at.get("prefix")?.map(|at| braced(&at)).transpose()?,
        build: at.get("build")?.map(|at| services(&at)).transpose()?.unwrap_or_default(),
        lifetime: at.get("lifetime")?.map(|at| lifetime(&at)).transpose()?.unwrap_or_default(),
        parameters,
    })
}

fn lifetime(at: &At<'_>) -> Result<Lifetime, Misread> {
    at.only(&["remove-after", "max-age", "grace"])?;
    let time = |key| at.get(key)?.map(|at| at.duration(Lifetime::BOUNDS)).transpose();
    Ok(Lifetime {
        remove_after: time("remove-after")?,
        max_age: time("max-age")?,
        grace: time("grace")?.unwrap_or(Lifetime::GRACE),
    })
}

/// One service or several.
fn services(at: &At<'_>) -> Result<BTreeSet<ServiceName>, Misread> {
    let name = |at: &At<'_>| {
        let text = at.text()?;
        text.parse().map_err(|error: NameError| at.refused(error.message()))
    };
    at.items(Declaration::BUILDS)?.iter().map(name).collect()
}

fn parameters(at: &At<'_>) -> Result<Vec<Parameter>, Misread> {
    let declared = at.map()?;
    if declared.len() > Declaration::PARAMETERS {
        return Err(at.refused(said::parameters_too_many(Declaration::PARAMETERS)));
    }
    let mut parameters = Vec::with_capacity(declared.len());
    for (key, value) in declared {
        let own = At { owner: at.owner, path: format!("{}.{key}", at.path), value };
        let name: ParameterName =
            key.parse().map_err(|_| own.refused(said::parameter_name_unusable(shown(key))))?;
        if RESERVED.contains(&key.as_str()) {
            return Err(own.refused(said::parameter_name_reserved(key)));
        }
        parameters.push(parameter::parameter(name, &own)?);
    }
    Ok(parameters)
}

/// The beginning of a text of somebody, for a sentence.
fn shown(text: &str) -> String {
    text.chars().take(60).collect()
}

/// Which keys are allowed: a pattern alone, or with an example.
fn key_rule(at: &At<'_>) -> Result<KeyRule, Misread> {
    if matches!(at.value, Value::String(_)) {
        return Ok(KeyRule { pattern: Some(pattern(at)?), example: None });
    }
    at.only(&["pattern", "example"])?;
    let example = at.get("example")?.map(|at| {
        let text = at.text()?;
        text.parse().map_err(|error: NameError| at.refused(error.message()))
    });
    let pattern = at.get("pattern")?.map(|at| pattern(&at)).transpose()?;
    Ok(KeyRule { pattern, example: example.transpose()? })
}

fn text(at: &At<'_>, key: &str) -> Result<Option<String>, Misread> {
    at.get(key)?.map(|at| at.text()).transpose()
}

fn pattern(at: &At<'_>) -> Result<Pattern, Misread> {
    // The compose file is interpolated when an instance is made, so `$` is written twice in it.
    let text = at.text()?.replace("$$", "$");
    Pattern::new(text).map_err(|_| at.refused(said::template_pattern_unusable(Pattern::LONGEST)))
}

fn braced(at: &At<'_>) -> Result<Braced, Misread> {
    let text = Braced::new(at.text()?);
    if text.names().is_none() {
        return Err(at.refused(said::braces_unpaired()));
    }
    Ok(text)
}

/// One of these words.
fn word<'a>(at: &At<'a>, words: &[&str]) -> Result<&'a str, Misread> {
    let word = at.value.as_str().unwrap_or_default();
    if words.contains(&word) {
        Ok(word)
    } else {
        Err(at.refused(read::word_unknown(shown(word), words.join(", "))))
    }
}

#[cfg(test)]
mod described;
#[cfg(test)]
mod tests;
