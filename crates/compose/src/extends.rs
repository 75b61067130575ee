//! `extends`: a service over another one, of the same file or of another file of the project.

use crate::cursor::Cursor;
use crate::merge::Merger;
use crate::report::{Mark, Report};
use crate::suggest::did_you_mean;
use crate::yaml::{Mapping, Node, Value};
use crate::{Code, documents, path, rebase, schema};
use std::collections::HashMap;
use std::rc::Rc;

/// Reads another file, by its path from the document's folder: its interpolated tree, or `None` where the report says what
/// is wrong with it. The mark is the place that asks for the file.
pub(crate) type ReadFile<'a> = dyn FnMut(&str, Mark) -> Option<Rc<Node>> + 'a;

/// A service by the file it stands in; the empty path is the document itself.
type Key = (String, String);

/// Resolves every `extends` of a document.
pub(crate) fn resolve(
    root: &mut Rc<Node>,
    merger: &mut Merger<'_>,
    report: &Report,
    read: &mut ReadFile<'_>,
) {
    let Some(services) = root.as_mapping().and_then(|entries| entries.get("services")) else { return };
    let Some(written) = services.value.as_mapping() else { return };
    if !written.values().any(|service| extends(&service.value).is_some()) {
        return;
    }
    refuse_malformed(root, report);
    let mut resolver = Resolver {
        documents: HashMap::from([(String::new(), Some(written.clone()))]),
        resolved: HashMap::new(),
        merger,
        report,
        read,
    };
    let mut services = (*services.value).clone();
    if let Value::Mapping(entries) = &mut services.value {
        for (name, entry) in entries.iter_mut() {
            entry.value = resolver.service((String::new(), name.clone()), &entry.value);
        }
    }
    if let Value::Mapping(entries) = &mut Rc::make_mut(root).value
        && let Some(entry) = entries.get_mut("services")
    {
        entry.value = Rc::new(services);
    }
}

/// The attribute is gone once it is resolved, so it is validated before.
fn refuse_malformed(root: &Node, report: &Report) {
    let root = Cursor::root(root, report);
    let Some(services) = root.get("services") else { return };
    for (name, service) in services.entries() {
        if let Some(extends) = service.get("extends") {
            let shape = documents::SHAPE.at_key("services").at_key(name).at_key("extends");
            schema::validate(&extends, shape);
        }
    }
}

struct Resolver<'a, 'r> {
    /// Services of every file in use; `None` for one that could not be read.
    documents: HashMap<String, Option<Mapping>>,
    resolved: HashMap<Key, Rc<Node>>,
    merger: &'a mut Merger<'r>,
    report: &'a Report,
    read: &'a mut ReadFile<'a>,
}

impl Resolver<'_, '_> {
    /// A service with everything it inherits. Walks down to the first service that extends nothing, then merges back up:
    /// a chain may be as long as a file, so there is no recursion.
    fn service(&mut self, key: Key, written: &Rc<Node>) -> Rc<Node> {
        let mut chain = vec![(key, Rc::clone(written))];
        let mut base: Option<Rc<Node>> = None;
        while let Some((key, node)) = chain.last().cloned() {
            if let Some(known) = self.resolved.get(&key) {
                base = Some(Rc::clone(known));
                chain.pop();
                break;
            }
            let Some(next) = extends(&node).and_then(|target| self.target(&key, &node, &target)) else {
                break;
            };
            if chain.iter().any(|(known, _)| *known == next.0) {
                self.circle(&chain, &next.0, &node);
                break;
            }
            chain.push(next);
        }
        while let Some((key, node)) = chain.pop() {
            // At the end of the chain `extends` is absent, or stays to show that it could not be resolved.
            let merged = match &base {
                Some(base) => self.merger.inherit(base, &without_extends(&node), &key.1),
                None => node,
            };
            self.resolved.insert(key, Rc::clone(&merged));
            base = Some(merged);
        }
        base.unwrap_or_else(|| Rc::clone(written))
    }

    /// The service that `node` extends.
    fn target(&mut self, (file, name): &Key, node: &Node, target: &Target) -> Option<(Key, Rc<Node>)> {
        let mark = extends_mark(node);
        let path = match &target.file {
            None => file.clone(),
            Some(path) => path::join(path::parent(file), path),
        };
        if !self.documents.contains_key(&path) {
            let services = (self.read)(&path, mark).map(|document| {
                let services = document.as_mapping().and_then(|entries| entries.get("services"));
                services.and_then(|services| services.value.as_mapping().cloned()).unwrap_or_default()
            });
            let services = services.map(|mut services: Mapping| {
                let folder = path::parent(&path);
                if !folder.is_empty() {
                    rebase::services(&mut services, folder);
                }
                services
            });
            self.documents.insert(path.clone(), services);
        }
        let services = self.documents.get(&path)?.as_ref()?;
        if let Some(entry) = services.get(&target.service) {
            let found = Rc::clone(&entry.value);
            return Some(((path, target.service.clone()), found));
        }
        let place = if path.is_empty() { String::new() } else { format!(" of `{path}`") };
        let message = format!("service `{name}` extends undefined service `{}`{place}", target.service);
        let known = services.keys().map(String::as_str).filter(|known| known != name);
        let hint = did_you_mean(&target.service, known);
        self.report.error_with_hint(Code::UndefinedReference, mark, message, hint);
        None
    }

    fn circle(&self, chain: &[(Key, Rc<Node>)], closing: &Key, node: &Node) {
        let from = chain.iter().position(|(key, _)| key == closing).unwrap_or(0);
        let names = chain[from..].iter().map(|(key, _)| key).chain([closing]);
        let path: Vec<String> = names.map(|(_, name)| format!("`{name}`")).collect();
        let message = format!("services extend each other: {}", path.join(" -> "));
        self.report.error(Code::ExtendsCycle, extends_mark(node), message);
    }
}

/// What `extends` asks for.
struct Target {
    service: String,
    file: Option<String>,
}

fn extends(node: &Node) -> Option<Target> {
    let text = |value: &Value| match value {
        Value::String(text) => Some(text.clone()),
        _ => None,
    };
    match &node.as_mapping()?.get("extends")?.value.value {
        Value::String(service) => Some(Target { service: service.clone(), file: None }),
        Value::Mapping(long) => Some(Target {
            service: text(&long.get("service")?.value.value)?,
            file: long.get("file").and_then(|file| text(&file.value.value)),
        }),
        _ => None,
    }
}

fn extends_mark(node: &Node) -> Mark {
    node.as_mapping().and_then(|service| service.get("extends")).map_or(node.mark, |entry| entry.value.mark)
}

/// The service itself. A malformed `extends` stays, for the validation to refuse.
fn without_extends(node: &Rc<Node>) -> Rc<Node> {
    if extends(node).is_none() {
        return Rc::clone(node);
    }
    let mut node = (**node).clone();
    if let Value::Mapping(service) = &mut node.value {
        service.shift_remove("extends");
    }
    Rc::new(node)
}
