//! Entries from the application templates of Portainer, versions 2 and 3.
//!
//! Only templates of one container have everything in the file. The others point to an address, which is not fetched.

mod converted;
mod template;

use std::collections::BTreeSet;

use core_monitor_message::Message;
use serde_json::Value as Json;

use crate::entry::Origin;
use crate::{read, said};

pub use converted::{ConvertedTemplate, convert_templates};

/// Most templates of a file.
const MOST: usize = 500;

/// What became of a file of templates.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Imported {
    /// The entries, to be put into the folder of the catalogue.
    pub entries: Vec<ImportedEntry>,
    /// The templates without an entry.
    pub skipped: Vec<SkippedTemplate>,
}

/// An entry made of a template.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImportedEntry {
    /// The name of its file.
    pub file: String,
    /// Its text.
    pub text: String,
}

/// A template without an entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SkippedTemplate {
    /// Its title.
    pub title: String,
    /// Why.
    pub why: Message,
}

/// Makes entries of templates; `None` if the value has none.
pub fn import(file: &Json) -> Option<Imported> {
    let templates = file.get("templates").unwrap_or(file).as_array()?;
    let (mut imported, mut taken) = (Imported::default(), BTreeSet::new());
    for template in templates.iter().take(MOST) {
        let title = text(template, "title").unwrap_or("?").chars().take(100).collect::<String>();
        match entry(template, &title, &mut taken) {
            Ok(entry) => imported.entries.push(entry),
            Err(why) => imported.skipped.push(SkippedTemplate { title, why }),
        }
    }
    for template in templates.iter().skip(MOST) {
        let title = text(template, "title").unwrap_or("?").chars().take(100).collect();
        imported.skipped.push(SkippedTemplate { title, why: said::import_too_many(MOST) });
    }
    Some(imported)
}

fn entry(template: &Json, title: &str, taken: &mut BTreeSet<String>) -> Result<ImportedEntry, Message> {
    match template.get("type").and_then(Json::as_i64) {
        Some(1) => {}
        Some(2 | 3) => return Err(said::import_paste_the_file()),
        _ => return Err(said::import_type_unknown()),
    }
    let id = free(&slug(title), taken);
    let text = template::written(template, &id, title).ok_or_else(said::import_no_image)?;
    let file = format!("{id}.yaml");
    // What a template says may be more than an entry can.
    if let Err(errors) = read::read(&file, &text, Origin::Folder) {
        let error = errors.into_iter().next().map_or_else(said::import_no_image, |error| error.message);
        return Err(said::import_unfit(error));
    }
    taken.insert(id);
    Ok(ImportedEntry { file, text })
}

/// An id that no other entry of the file has.
fn free(id: &str, taken: &BTreeSet<String>) -> String {
    let numbered = (2..).map(|number| format!("{id}-{number}"));
    let mut ids = std::iter::once(id.to_owned()).chain(numbered);
    ids.find(|id| !taken.contains(id)).unwrap_or_default()
}

/// Lower-case letters, digits and `-`.
fn slug(text: &str) -> String {
    let mut slug = String::new();
    for c in text.chars().take(34) {
        if c.is_ascii_alphanumeric() {
            slug.push(c.to_ascii_lowercase());
        } else if !slug.is_empty() && !slug.ends_with('-') {
            slug.push('-');
        }
    }
    let slug = slug.trim_end_matches('-');
    if slug.is_empty() { "template".to_owned() } else { slug.to_owned() }
}

/// The reference of the image.
fn image(template: &Json) -> Option<String> {
    let image = text(template, "image")?;
    Some(match text(template, "registry") {
        Some(registry) => format!("{registry}/{image}"),
        None => image.to_owned(),
    })
}

fn text<'a>(value: &'a Json, key: &str) -> Option<&'a str> {
    value.get(key).and_then(Json::as_str).filter(|text| !text.is_empty())
}

fn list<'a>(value: &'a Json, key: &str) -> &'a [Json] {
    value.get(key).and_then(Json::as_array).map(Vec::as_slice).unwrap_or_default()
}

#[cfg(test)]
mod tests;
