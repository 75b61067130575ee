//! Opens and changes a file that exists.

use std::collections::BTreeSet;

use core_monitor_compose::Limits;
use core_monitor_compose::outline::{Entry, Node};

use crate::catalog::Catalog;
use crate::choice::Choices;
use crate::fill::value_of;
use crate::mark;
use crate::merge::{Merge, is_as_rendered};
use crate::problem::Problem;
use crate::read::SECTIONS;
use crate::render::{Rendered, render};
use crate::said;

/// A file with the choices applied.
#[derive(Debug, Clone, PartialEq)]
pub struct Edited {
    /// The changed file. Where a change by hand collides with a choice, it stays.
    pub text: String,
    /// What the choices render, with every problem.
    pub rendered: Rendered,
}

/// The choices of a file.
#[derive(Debug, Clone, PartialEq)]
pub struct Opened {
    /// The choices; none if the wizard did not write the file.
    pub choices: Choices,
    /// Whether the wizard can change the file. It cannot if the file, or the record in it, cannot be read.
    pub editable: bool,
    /// What the wizard did not write, or what differs from what it wrote: paths such as `services.web.labels`. It stays.
    pub unknown: Vec<String>,
}

/// Reads the choices of a file.
pub fn open(catalog: &Catalog, stack: &str, text: &str) -> Opened {
    let nothing = Opened { choices: Choices::default(), editable: false, unknown: Vec::new() };
    let Ok(outline) = Node::read("compose.yaml", text, &Limits::default()) else { return nothing };
    let Some(choices) = mark::read(&outline) else { return nothing };
    let editable = choices.components.iter().all(|choice| catalog.entry(&choice.entry).is_some());
    let rendered = render(catalog, stack, &choices, &|_| true);
    let unknown = unknown(&outline, &rendered);
    Opened { choices, editable, unknown }
}

/// Applies choices to a file: only what differs from the choices that the file records. `overwrite` lists paths where the choice
/// wins over a change by hand.
pub fn edit(
    catalog: &Catalog,
    stack: &str,
    text: &str,
    choices: &Choices,
    overwrite: &BTreeSet<String>,
    is_kept: &dyn Fn(&str) -> bool,
) -> Edited {
    let new = render(catalog, stack, choices, is_kept);
    let outline = match Node::read("compose.yaml", text, &Limits::default()) {
        Ok(outline) => outline,
        Err(errors) => {
            let line = errors.first().and_then(|error| error.span.as_ref()).map_or(1, |span| span.line);
            return unchanged(text, new, said::wizard_file_unreadable(line));
        }
    };
    let before = mark::read(&outline).unwrap_or_default();
    let old = render(catalog, stack, &before, &|_| true);
    let (kept, mut problems) = kept(&outline, &before, &old, choices, overwrite);
    let mut new = if kept.components.is_empty() {
        new
    } else {
        let components = choices.components.iter().chain(&kept.components).cloned().collect();
        render(catalog, stack, &Choices { components }, is_kept)
    };
    let (text, collisions) = Merge::new(text, &outline, &old, &new, overwrite).run();
    problems.extend(collisions);
    new.problems.append(&mut problems);
    Edited { text, rendered: new }
}

fn unchanged(text: &str, mut rendered: Rendered, why: core_monitor_message::Message) -> Edited {
    rendered.problems.push(Problem::new("/base", why));
    Edited { text: text.to_owned(), rendered }
}

/// The components that are no longer chosen but were changed by hand, so that they stay.
fn kept(
    outline: &Node,
    before: &Choices,
    old: &Rendered,
    choices: &Choices,
    overwrite: &BTreeSet<String>,
) -> (Choices, Vec<Problem>) {
    let (mut kept, mut problems) = (Choices::default(), Vec::new());
    for (index, choice) in before.components.iter().enumerate() {
        if choices.components.iter().any(|chosen| chosen.name == choice.name) {
            continue;
        }
        let written = old.objects.iter().filter(|object| object.chosen == index);
        let changed: Vec<(String, u32)> = written
            .filter(|object| !is_as_rendered(outline, object))
            .map(|object| {
                let entry = outline.get(object.section).and_then(|section| section.entry(&object.name));
                let line = entry.map_or(1, |entry| entry.at.line);
                (format!("{}.{}", object.section, object.name), line)
            })
            .filter(|(path, _)| !overwrite.contains(path))
            .collect();
        for (path, line) in &changed {
            let problem = Problem::new("/components", said::wizard_edited_by_hand(path, line));
            problems.push(problem.hint(said::wizard_overwrite_hint(path)));
        }
        if !changed.is_empty() {
            kept.components.push(choice.clone());
        }
    }
    (kept, problems)
}

/// Most paths that are listed.
const MOST: usize = 200;

/// What the file has besides what was rendered.
fn unknown(outline: &Node, rendered: &Rendered) -> Vec<String> {
    let mut found = Vec::new();
    for entry in outline.entries() {
        if !SECTIONS.contains(&entry.key.as_str()) {
            if !matches!(entry.key.as_str(), "name" | mark::KEY) {
                found.push(entry.key.clone());
            }
            continue;
        }
        for object in entry.value.entries() {
            let path = format!("{}.{}", entry.key, object.key);
            match rendered.section(&entry.key).find(|known| known.name == object.key) {
                None => found.push(path),
                Some(known) => differences(&path, object, &value_of(&known.value), &mut found),
            }
        }
    }
    found.truncate(MOST);
    found
}

/// The keys of an object that are not as they were rendered.
fn differences(path: &str, object: &Entry, rendered: &serde_json::Value, found: &mut Vec<String>) {
    if object.value.to_json().as_ref() == Some(rendered) {
        return;
    }
    let before = found.len();
    for entry in object.value.entries() {
        if entry.value.to_json().as_ref() != rendered.get(&entry.key) {
            found.push(format!("{path}.{}", entry.key));
        }
    }
    if found.len() == before {
        found.push(path.to_owned());
    }
}

#[cfg(test)]
mod tests;
