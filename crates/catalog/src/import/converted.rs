//! Templates with parameters, from the same files: where an entry becomes a part of one stack, many instances are launched from a
//! template.

mod definition;

use std::collections::BTreeSet;

use core_monitor_message::Message;
use serde_json::Value as Json;

use self::definition::Written;
use super::{MOST, free, list, slug, text};
use crate::said;

/// Most bytes of a text of a declaration, with some to spare for what is escaped in it.
const LONGEST: usize = 1000;

/// Most variables, ports and volumes of a template. Each gets a name that is compared with those of the others.
const PARTS: usize = 500;

/// What a template of Portainer becomes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConvertedTemplate {
    /// A name for it. No other one of the file that can be saved has it.
    pub name: String,
    /// Its title.
    pub title: String,
    /// What it is for.
    pub description: Option<String>,
    /// The compose file; `None` if nothing can be made of it.
    pub compose: Option<String>,
    /// What differs from the original, and what to know before an instance is launched.
    pub notes: Vec<Message>,
    /// Why it cannot be saved as it is.
    pub problem: Option<Message>,
}

/// What the templates of a file become whose titles are wanted, in their order; `None` if the value has no list of them.
pub fn convert_templates(file: &Json, is_wanted: impl Fn(&str) -> bool) -> Option<Vec<ConvertedTemplate>> {
    let templates = file.get("templates").unwrap_or(file).as_array()?;
    let (mut converted, mut taken) = (Vec::new(), BTreeSet::new());
    let wanted = templates.iter().filter(|template| is_wanted(&title(template)));
    for (index, template) in wanted.enumerate() {
        let made = if index < MOST { made(template, &taken) } else { left_out(template) };
        if made.compose.is_some() {
            taken.insert(made.name.clone());
        }
        converted.push(made);
    }
    Some(converted)
}

fn made(template: &Json, taken: &BTreeSet<String>) -> ConvertedTemplate {
    let mut made = headed(template);
    made.name = free(&made.name, taken);
    match written(template, &made) {
        Ok(Written { compose, notes }) => ConvertedTemplate { compose: Some(compose), notes, ..made },
        Err(problem) => ConvertedTemplate { problem: Some(problem), ..made },
    }
}

fn left_out(template: &Json) -> ConvertedTemplate {
    ConvertedTemplate { problem: Some(said::import_too_many(MOST)), ..headed(template) }
}

/// Its title on one line; `?` if it has none.
fn title(template: &Json) -> String {
    let title = text(template, "title").map(line).filter(|title| !title.is_empty());
    title.as_deref().unwrap_or("?").chars().take(100).collect()
}

/// How it is called, without anything else.
fn headed(template: &Json) -> ConvertedTemplate {
    let title = title(template);
    ConvertedTemplate {
        name: slug(&title),
        title,
        description: text(template, "description").map(line).filter(|text| !text.is_empty()),
        compose: None,
        notes: Vec::new(),
        problem: None,
    }
}

fn written(template: &Json, head: &ConvertedTemplate) -> Result<Written, Message> {
    match template.get("type").and_then(Json::as_i64) {
        Some(1) => {}
        Some(2..=4) => return Err(elsewhere(template)),
        _ => return Err(said::import_type_unknown()),
    }
    if text(template, "platform") == Some("windows") {
        return Err(said::converted_for_windows());
    }
    if ["env", "ports", "volumes"].iter().any(|key| list(template, key).len() > PARTS) {
        return Err(said::converted_too_large(PARTS));
    }
    definition::written(template, head).ok_or_else(said::import_no_image)
}

/// Why a template of a whole stack is not converted: its file has only the address of the compose file.
fn elsewhere(template: &Json) -> Message {
    let (url, of) = match template.get("repository") {
        Some(repository) => (text(repository, "url"), repository),
        None => (None, template),
    };
    let address = [url, text(of, "stackfile")].into_iter().flatten().collect::<Vec<_>>().join(" ");
    let address = line(&address);
    if address.is_empty() { said::converted_file_missing() } else { said::converted_file_elsewhere(address) }
}

/// The text as one line that a declaration takes.
fn line(text: &str) -> String {
    let mut line = String::new();
    for c in text.split_whitespace().collect::<Vec<_>>().join(" ").chars() {
        if line.len() + c.len_utf8() > LONGEST {
            break;
        }
        line.push(c);
    }
    line
}

#[cfg(test)]
mod tests;
