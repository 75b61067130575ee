//! The entries that can be chosen.

use std::collections::BTreeMap;
use std::sync::Arc;

use core_monitor_compose::Span;
use core_monitor_message::Message;

use crate::entry::{Entry, Origin};
use crate::problem::EntryError;
use crate::{read, said};

/// The files of `entries/`, by name.
const BUILT_IN: &[(&str, &str)] = include!(concat!(env!("OUT_DIR"), "/entries.rs"));

/// The entries by id.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Catalog {
    entries: BTreeMap<String, Arc<Entry>>,
}

/// How much a folder may have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Entries.
    pub entries: usize,
    /// Bytes of a file.
    pub file_bytes: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { entries: 500, file_bytes: 256 << 10 }
    }
}

impl Catalog {
    /// The built-in entries, and the errors of those that cannot be read: a test says that there are none.
    pub fn built_in() -> (Self, Vec<EntryError>) {
        let mut catalog = Self::default();
        let mut errors = Vec::new();
        for (file, text) in BUILT_IN {
            match read::read(file, text, Origin::BuiltIn) {
                Ok(entry) => drop(catalog.entries.insert(entry.id.clone(), Arc::new(entry))),
                Err(found) => errors.extend(found),
            }
        }
        (catalog, errors)
    }

    /// Adds the files of a folder, given as name and text. A file that cannot be read is left out, and its errors are
    /// returned; the others are added all the same.
    pub fn add_folder<'a>(
        &mut self,
        files: impl IntoIterator<Item = (&'a str, &'a str)>,
        limits: &Limits,
    ) -> Vec<EntryError> {
        let mut errors = Vec::new();
        let mut count = 0;
        for (file, text) in files {
            if text.len() > limits.file_bytes {
                errors.push(whole_file(file, said::catalog_file_large(limits.file_bytes)));
                continue;
            }
            match read::read(file, text, Origin::Folder) {
                Err(found) => errors.extend(found),
                Ok(entry) if self.entries.contains_key(&entry.id) => {
                    errors.push(whole_file(file, said::catalog_entry_is_built_in(&entry.id)));
                }
                Ok(_) if count == limits.entries => {
                    errors.push(whole_file(file, said::catalog_folder_full(limits.entries)));
                }
                Ok(entry) => {
                    count += 1;
                    self.entries.insert(entry.id.clone(), Arc::new(entry));
                }
            }
        }
        errors
    }

    /// The entries by category and name.
    pub fn entries(&self) -> Vec<&Entry> {
        let mut entries: Vec<&Entry> = self.entries.values().map(Arc::as_ref).collect();
        entries.sort_by_key(|entry| (entry.category, entry.name.to_lowercase(), &entry.id));
        entries
    }

    /// The entry with this id.
    pub fn entry(&self, id: &str) -> Option<&Entry> {
        self.entries.get(id).map(Arc::as_ref)
    }

    /// The entry whose offers are those of `entry`: its main component if it is an application.
    pub fn main_of<'c>(&'c self, entry: &'c Entry) -> &'c Entry {
        let components = entry.body.possible();
        let main = components.iter().find(|component| component.get("as").is_some_and(read::is_main));
        let id = main.and_then(|component| component.get("entry")).and_then(|id| match &id.form {
            crate::template::Form::Plain(id) => id.as_str(),
            _ => None,
        });
        id.and_then(|id| self.entry(id)).unwrap_or(entry)
    }
}

fn whole_file(file: &str, message: Message) -> EntryError {
    EntryError { span: Span { file: file.to_owned(), line: 1, column: 1, length: 1 }, message, hint: None }
}

#[cfg(test)]
mod tests;
