//! Applies what choices change to a file that a person may have edited.
//!
//! Three texts meet: what the old choices rendered, what the new ones render, and the file. Only the difference of the first two is
//! applied, in place, so that comments, order and everything the wizard does not know stay as they are.

use std::collections::BTreeSet;

use core_monitor_compose::document::Item;
use core_monitor_compose::outline::{Content, Entry, Node, Patch, Style};
use serde_json::Value as Json;

use crate::fill::value_of;
use crate::mark;
use crate::print::lead;
use crate::problem::Problem;
use crate::read::SECTIONS;
use crate::render::{Object, Rendered};
use crate::said;

mod list;

/// A file and the changes of it.
pub(crate) struct Merge<'a> {
    outline: &'a Node,
    patch: Patch<'a>,
    old: &'a Rendered,
    new: &'a Rendered,
    /// Paths where the choice wins over a change by hand.
    overwrite: &'a BTreeSet<String>,
    problems: Vec<Problem>,
}

/// Entries of a mapping, by key.
type Entries = Vec<(String, Item)>;

/// A place in the file.
#[derive(Clone, Copy)]
struct Spot<'a> {
    path: &'a str,
    /// The request's component that changes it.
    pointer: &'a str,
    /// Whether it is between brackets.
    in_brackets: bool,
}

/// What is left of a mapping or list.
#[derive(PartialEq, Eq)]
enum Left {
    Something,
    Nothing,
}

impl<'a> Merge<'a> {
    pub(crate) fn new(
        text: &'a str,
        outline: &'a Node,
        old: &'a Rendered,
        new: &'a Rendered,
        overwrite: &'a BTreeSet<String>,
    ) -> Self {
        Self { outline, patch: Patch::new(text), old, new, overwrite, problems: Vec::new() }
    }

    /// The changed file, and where it was left as it is.
    pub(crate) fn run(mut self) -> (String, Vec<Problem>) {
        let mut added: Entries = Vec::new();
        for section in SECTIONS {
            self.section(section, &mut added);
        }
        let mark = (mark::KEY.to_owned(), self.new.mark.clone());
        match self.outline.entry(mark::KEY) {
            Some(known) if known.value.to_json() == Some(value_of(&mark.1)) => self.patch.append(&added),
            Some(known) => {
                added.push(mark);
                self.patch.replace_tail(known, added);
            }
            None if self.new.has_choices() => {
                added.push(mark);
                self.patch.append(&added);
            }
            None => self.patch.append(&added),
        }
        (self.patch.apply(), self.problems)
    }

    fn section(&mut self, section: &'static str, added: &mut Entries) {
        let new: Entries = self.new.section(section).map(pair).collect();
        let Some(entry) = self.outline.entry(section) else {
            let unknown = new.into_iter().filter(|(name, _)| self.was(section, name).is_none());
            let entries: Entries = unknown.collect();
            if !entries.is_empty() {
                added.push((section.to_owned(), Item::Map(entries)));
            }
            return;
        };
        match &entry.value.content {
            Content::Scalar(Json::Null) if !new.is_empty() => {
                self.patch.set(entry, &Item::Map(new), false);
            }
            Content::Map(known, _) if known.is_empty() && !new.is_empty() => {
                self.patch.set(entry, &Item::Map(new), false);
            }
            Content::Scalar(Json::Null) => {}
            Content::Map(..) => self.objects(section, entry),
            _ if self.old.section(section).map(pair).eq(self.new.section(section).map(pair)) => {}
            _ => self.problems.push(Problem::new("/base", said::wizard_section_form(section))),
        }
    }

    /// What the old choices rendered.
    fn was(&self, section: &str, name: &str) -> Option<&'a Object> {
        self.old.section(section).find(|object| object.name == name)
    }

    fn objects(&mut self, section: &'static str, entry: &'a Entry) {
        let map = &entry.value;
        let in_brackets = matches!(map.content, Content::Map(_, Style::Flow));
        let mut inserted: Entries = Vec::new();
        let new = self.new;
        for object in new.section(section) {
            let (path, pointer) =
                (format!("{section}.{}", object.name), format!("/components/{}", object.chosen));
            let spot = Spot { path: &path, pointer: &pointer, in_brackets };
            match (map.entry(&object.name), self.was(section, &object.name)) {
                (Some(known), Some(old)) if old.value != object.value => {
                    if self.value(spot, known, &old.value, &object.value) == Left::Nothing {
                        self.patch.set(known, &object.value, in_brackets);
                    }
                }
                (Some(known), None) if known.value.to_json() != Some(value_of(&object.value)) => {
                    self.taken(spot, known, object);
                }
                (Some(_), _) => {}
                (None, Some(old)) if old.value == object.value => {}
                (None, Some(_)) if !self.overwrite.contains(&path) => self.removed(spot),
                (None, _) => inserted.push(pair(object)),
            }
        }
        let gone: Vec<usize> = map
            .entries()
            .iter()
            .enumerate()
            .filter(|(_, known)| {
                let is_new = new.section(section).any(|object| object.name == known.key);
                !is_new && self.was(section, &known.key).is_some()
            })
            .map(|(index, _)| index)
            .collect();
        if gone.len() == map.entries().len() && section != "services" && inserted.is_empty() {
            let index = self.outline.entries().iter().position(|known| known.key == section);
            return index.into_iter().for_each(|index| self.patch.remove(self.outline, index, &|_| false));
        }
        if gone.len() == map.entries().len() {
            return self.patch.set(entry, &Item::Map(inserted), false);
        }
        let titles: BTreeSet<String> =
            self.old.objects.iter().filter_map(|object| object.comment.clone()).collect();
        for index in gone {
            self.patch.remove(map, index, &|line| titles.contains(line));
        }
        self.patch.insert(map, &inserted, &|name| {
            if section == "services" { lead(new, name, true) } else { String::new() }
        });
    }

    /// Changes the value of a key from `old` to `new`.
    fn value(&mut self, spot: Spot<'_>, known: &'a Entry, old: &Item, new: &Item) -> Left {
        match (&known.value.content, old, new) {
            (Content::Map(_, style), Item::Map(old), Item::Map(new)) => {
                let in_brackets = spot.in_brackets || *style == Style::Flow;
                self.map(Spot { in_brackets, ..spot }, &known.value, old, new)
            }
            (Content::List(..), Item::List(_) | Item::Words(_), Item::List(_) | Item::Words(_))
                if !list::is_ordered(&known.key) =>
            {
                self.list(spot, known, old, new)
            }
            _ => {
                self.leaf(spot, known, old, new);
                Left::Something
            }
        }
    }

    fn leaf(&mut self, spot: Spot<'_>, known: &'a Entry, old: &Item, new: &Item) {
        let written = known.value.to_json();
        if written == Some(value_of(new)) {
            return;
        }
        if written == Some(value_of(old)) || self.overwrite.contains(spot.path) {
            self.patch.set(known, new, spot.in_brackets);
        } else {
            self.edited(spot, known.at.line);
        }
    }

    fn map(&mut self, spot: Spot<'_>, map: &'a Node, old: &[(String, Item)], new: &[(String, Item)]) -> Left {
        let find = |entries: &[(String, Item)], key: &str| {
            entries.iter().find(|(known, _)| known == key).map(|(_, value)| value.clone())
        };
        let (mut inserted, mut removed): (Entries, Vec<usize>) = (Vec::new(), Vec::new());
        for (key, value) in new {
            let (path, was) = (format!("{}.{key}", spot.path), find(old, key));
            let spot = Spot { path: &path, ..spot };
            match (map.entry(key), was) {
                (_, Some(was)) if was == *value => {}
                (Some(known), was) => {
                    let was = was.unwrap_or_else(|| nothing_like(value));
                    if self.value(spot, known, &was, value) == Left::Nothing {
                        self.patch.set(known, value, spot.in_brackets);
                    }
                }
                (None, Some(_)) if !self.overwrite.contains(&path) => self.removed(spot),
                (None, _) => inserted.push((key.clone(), value.clone())),
            }
        }
        for (key, was) in old.iter().filter(|(key, _)| find(new, key).is_none()) {
            let path = format!("{}.{key}", spot.path);
            let Some(index) = map.entries().iter().position(|known| known.key == *key) else { continue };
            let known = &map.entries()[index];
            let spot = Spot { path: &path, ..spot };
            if known.value.to_json() == Some(value_of(was)) || self.overwrite.contains(&path) {
                removed.push(index);
            } else if matches!(was, Item::Map(_) | Item::List(_) | Item::Words(_)) {
                // Only what the wizard wrote goes.
                if self.value(spot, known, was, &nothing_like(was)) == Left::Nothing {
                    removed.push(index);
                }
            } else {
                self.edited(spot, known.at.line);
            }
        }
        let is_flow = matches!(map.content, Content::Map(_, Style::Flow));
        if removed.len() == map.entries().len() && (inserted.is_empty() || is_flow) {
            return Left::Nothing;
        }
        for index in removed {
            self.patch.remove(map, index, &|_| false);
        }
        self.patch.insert(map, &inserted, &|_| String::new());
        Left::Something
    }

    fn edited(&mut self, spot: Spot<'_>, line: u32) {
        let problem = Problem::new(spot.pointer, said::wizard_edited_by_hand(spot.path, line));
        self.problems.push(problem.hint(said::wizard_overwrite_hint(spot.path)));
    }

    fn removed(&mut self, spot: Spot<'_>) {
        let problem = Problem::new(spot.pointer, said::wizard_removed_by_hand(spot.path));
        self.problems.push(problem.hint(said::wizard_overwrite_hint(spot.path)));
    }

    /// An object of a new component that the file already has.
    fn taken(&mut self, spot: Spot<'_>, known: &Entry, object: &Object) {
        if self.overwrite.contains(spot.path) {
            return self.patch.set(known, &object.value, spot.in_brackets);
        }
        let problem = Problem::new(format!("{}/as", spot.pointer), said::wizard_name_in_file(spot.path));
        self.problems.push(problem.hint(said::wizard_choose_another_name()));
    }
}

fn pair(object: &Object) -> (String, Item) {
    (object.name.clone(), object.value.clone())
}

/// The empty value of the same kind.
fn nothing_like(value: &Item) -> Item {
    match value {
        Item::Map(_) => Item::Map(Vec::new()),
        Item::List(_) | Item::Words(_) => Item::List(Vec::new()),
        _ => Item::Null,
    }
}

/// Whether an object of the file is what was rendered.
pub(crate) fn is_as_rendered(outline: &Node, object: &Object) -> bool {
    let written = outline.get(object.section).and_then(|section| section.get(&object.name));
    written.is_none_or(|written| written.to_json() == Some(value_of(&object.value)))
}
