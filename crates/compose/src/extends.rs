//! `extends`: a service over another one, of the same file or of another file of the project.

use crate::cursor::Cursor;
use crate::merge::Merger;
use crate::report::{Mark, Report};
use crate::said;
use crate::suggest::did_you_mean;
use crate::yaml::{Mapping, Node, Value};
use crate::{Code, documents, path, rebase, schema};
use std::collections::{HashMap, HashSet};
use std::rc::Rc;

/// Reads another file by its path relative to the document's folder. Returns its interpolated tree, or `None` after
/// reporting what is wrong with it. The mark is where the file is named.
pub(crate) type ReadFile<'a> = dyn FnMut(&str, Mark) -> Option<Rc<Node>> + 'a;

/// A service and the file that defines it; the empty path is the document itself.
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
    reject_malformed(root, report);
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

/// Resolving removes the attribute, so it is validated first.
fn reject_malformed(root: &Node, report: &Report) {
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
    /// A service with everything it inherits. Walks to the end of the chain and merges back up, without recursion: a
    /// chain may be as long as the file.
    fn service(&mut self, key: Key, written: &Rc<Node>) -> Rc<Node> {
        // A look through the chain at every step would take quadratic time.
        let mut on_chain = HashSet::from([key.clone()]);
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
            if !on_chain.insert(next.0.clone()) {
                self.report_cycle(&chain, &next.0, &node);
                break;
            }
            chain.push(next);
        }
        while let Some((key, node)) = chain.pop() {
            // At the end of the chain `extends` is absent, or kept because it could not be resolved.
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
        let message = if path.is_empty() {
            said::extends_undefined(name, &target.service)
        } else {
            said::extends_undefined_of(name, &target.service, &path)
        };
        let known = services.keys().map(String::as_str).filter(|known| known != name);
        let hint = did_you_mean(&target.service, known);
        self.report.error_with_hint(Code::UndefinedReference, mark, message, hint);
        None
    }

    fn report_cycle(&self, chain: &[(Key, Rc<Node>)], closing: &Key, node: &Node) {
        let from = chain.iter().position(|(key, _)| key == closing).unwrap_or(0);
        let names = chain[from..].iter().map(|(key, _)| key).chain([closing]);
        let path: Vec<String> = names.map(|(_, name)| format!("`{name}`")).collect();
        let message = said::circular_extends(path.join(" -> "));
        self.report.error(Code::ExtendsCycle, extends_mark(node), message);
    }
}

/// What `extends` names.
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

/// The service without `extends`. A malformed one is kept, and validation rejects it.
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
