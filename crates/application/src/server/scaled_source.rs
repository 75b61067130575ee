//! Changing how many containers a service has where a definition says it, and nothing else.

use core_monitor_compose::Limits;
use core_monitor_compose::document::Item;
use core_monitor_compose::outline::{Content, Entry, Node, Patch, Style};
use core_monitor_domain::stack_version::{Source, SourceFile};

/// Why the number cannot be changed in the files of a definition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NotInPlace {
    /// The service is not written in a compose file of the version, but comes from another one (`include`, `extends`).
    Elsewhere {
        /// The files among those of the version that have such a service; empty if none of them can be read as one.
        files: Vec<String>,
    },
    /// The number is a variable.
    Variable {
        /// The file.
        file: String,
        /// The line, from 1.
        line: u32,
        /// What is written there.
        written: String,
    },
    /// The service, or the number in it, is written with an anchor, an alias or a tag, so other places may share it.
    Shared {
        /// The file.
        file: String,
        /// The line, from 1.
        line: u32,
    },
}

/// Which of the two attributes a definition without the number gets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Attribute {
    /// `scale`.
    Scale,
    /// `deploy.replicas`.
    Replicas,
}

/// The source with another number of containers for a service: where a compose file has the number, it is replaced, and
/// otherwise `missing` is added to the last file that has the service. Comments and everything else stay as they are.
pub(super) fn scaled(
    source: &Source,
    service: &str,
    number: u32,
    missing: Attribute,
    limits: &Limits,
) -> Result<Source, NotInPlace> {
    let mut scaled = source.clone();
    let mut last = None;
    let mut is_replaced = false;
    for path in &source.compose_files {
        let Some((text, root)) = outline(source, path, limits) else { continue };
        let Some(found) = Found::of(&root, service) else { continue };
        let Some(map) = found.map() else { return Err(shared(path, found.node)) };
        let places = places(map).map_err(|node| shared(path, node))?;
        if places.is_empty() {
            last = Some(path);
            continue;
        }
        let mut patch = Patch::new(text);
        for entry in places {
            let written = text.get(entry.value.start.byte..entry.value.end).unwrap_or_default();
            if written.contains('$') {
                let (file, line) = (path.clone(), entry.value.start.line);
                return Err(NotInPlace::Variable { file, line, written: written.to_owned() });
            }
            if entry.value.content == Content::Opaque {
                return Err(shared(path, &entry.value));
            }
            patch.set(
                entry,
                &Item::Number(number.to_string()),
                found.in_brackets || entry_is_flow(map, entry),
            );
        }
        put(&mut scaled, path, patch.apply());
        is_replaced = true;
    }
    match (is_replaced, last) {
        (true, _) => Ok(scaled),
        (false, Some(path)) => {
            let added = add(source, path, service, number, missing, limits);
            put(&mut scaled, path, added.ok_or_else(|| elsewhere(source, service, limits))?);
            Ok(scaled)
        }
        (false, None) => Err(elsewhere(source, service, limits)),
    }
}

fn outline<'a>(source: &'a Source, path: &str, limits: &Limits) -> Option<(&'a str, Node)> {
    let text = source.files.get(path)?.text()?;
    Some((text, Node::read(path, text, limits).ok()?))
}

/// A service in a file.
struct Found<'a> {
    node: &'a Node,
    /// A mapping around it is in brackets.
    in_brackets: bool,
}

impl<'a> Found<'a> {
    fn of(root: &'a Node, service: &str) -> Option<Self> {
        let services = root.get("services")?;
        let node = services.get(service)?;
        Some(Self { node, in_brackets: [root, services].into_iter().any(is_flow) })
    }

    /// `None` if it is no plain mapping.
    fn map(&self) -> Option<&'a Node> {
        matches!(self.node.content, Content::Map(..)).then_some(self.node)
    }
}

fn is_flow(node: &Node) -> bool {
    matches!(node.content, Content::Map(_, Style::Flow))
}

/// Whether the entry is in a mapping in brackets: that of the service, or its `deploy`.
fn entry_is_flow(service: &Node, entry: &Entry) -> bool {
    let of_service = service.entries().iter().any(|own| std::ptr::eq(own, entry));
    is_flow(service) || (!of_service && service.get("deploy").is_some_and(is_flow))
}

/// Where a service says its number; an error with the value that cannot be looked into.
fn places(service: &Node) -> Result<Vec<&Entry>, &Node> {
    let mut places: Vec<&Entry> = service.entry("scale").into_iter().collect();
    match service.get("deploy") {
        Some(deploy) if deploy.content == Content::Opaque => return Err(deploy),
        Some(deploy) => places.extend(deploy.entry("replicas")),
        None => {}
    }
    Ok(places)
}

fn add(
    source: &Source,
    path: &str,
    service: &str,
    number: u32,
    missing: Attribute,
    limits: &Limits,
) -> Option<String> {
    let (text, root) = outline(source, path, limits)?;
    let map = Found::of(&root, service)?.map()?;
    let value = Item::Number(number.to_string());
    let mut edits = Patch::new(text);
    let no_lead = |_: &str| String::new();
    let deploy = map.get("deploy").filter(|deploy| !deploy.entries().is_empty());
    match (missing, deploy) {
        (Attribute::Scale, _) => edits.insert(map, &[("scale".to_owned(), value)], &no_lead),
        (Attribute::Replicas, Some(deploy)) => {
            edits.insert(deploy, &[("replicas".to_owned(), value)], &no_lead);
        }
        (Attribute::Replicas, None) => {
            let deploy = Item::Map(vec![("replicas".to_owned(), value)]);
            edits.insert(map, &[("deploy".to_owned(), deploy)], &no_lead);
        }
    }
    Some(edits.apply())
}

fn put(source: &mut Source, path: &str, text: String) {
    let is_executable = source.files.get(path).is_some_and(SourceFile::is_executable);
    source.files.insert(path.to_owned(), SourceFile::new(text.into_bytes(), is_executable));
}

fn shared(file: &str, node: &Node) -> NotInPlace {
    NotInPlace::Shared { file: file.to_owned(), line: node.start.line }
}

fn elsewhere(source: &Source, service: &str, limits: &Limits) -> NotInPlace {
    let others = source.files.keys().filter(|path| !source.compose_files.contains(path));
    let is_yaml = |path: &&String| [".yml", ".yaml"].iter().any(|end| path.ends_with(end));
    let has = |path: &&String| {
        outline(source, path, limits).is_some_and(|(_, root)| Found::of(&root, service).is_some())
    };
    NotInPlace::Elsewhere { files: others.filter(is_yaml).filter(has).cloned().collect() }
}

#[cfg(test)]
mod tests;
