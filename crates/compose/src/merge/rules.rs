//! Attributes with special merge rules.

use crate::yaml::{Entry, Mapping, Node, Value};
use std::collections::HashSet;
use std::rc::Rc;

/// How two values of an attribute are merged.
pub(super) enum Rule {
    /// Mappings merge by key, lists append, anything else is replaced.
    Deep,
    /// The later value replaces the earlier one.
    Replace,
    /// Lists are converted to mappings, then merged by key.
    Keyed(FromList),
    /// A single string counts as a list.
    Words,
    /// Merges if both have the same value at this key, otherwise the later one replaces the earlier.
    OfOneKind(&'static str),
    /// A mapping counts as a list of `KEY=value`.
    Pairs,
    /// A string counts as a mapping with that context.
    Build,
    /// Address pools: the later list, each pool merged over the one with the same subnet.
    Pools,
}

/// How a list item becomes a mapping entry.
#[derive(Clone, Copy)]
pub(super) enum FromList {
    /// `KEY=value`.
    Pair,
    /// The same, but a key without a value keeps the earlier value.
    Entry,
    /// A name.
    Name,
    /// A name, short for `{condition: service_started, required: true}`.
    Dependency,
}

/// The rule for a path such as `services.web.environment`.
pub(super) fn rule(path: &[&str]) -> Rule {
    match path {
        ["services", _, attribute] => match *attribute {
            "command" | "entrypoint" => Rule::Replace,
            "environment" | "labels" | "annotations" | "sysctls" => Rule::Keyed(FromList::Pair),
            "build" => Rule::Build,
            "depends_on" => Rule::Keyed(FromList::Dependency),
            "extra_hosts" => Rule::Pairs,
            "models" | "networks" => Rule::Keyed(FromList::Name),
            "dns" | "dns_opt" | "dns_search" | "env_file" | "label_file" | "tmpfs" => Rule::Words,
            "logging" => Rule::OfOneKind("driver"),
            _ => Rule::Deep,
        },
        ["services", _, "build", "args" | "labels" | "additional_contexts"]
        | ["services", _, "deploy", "labels"]
        | ["networks" | "volumes", _, "labels"] => Rule::Keyed(FromList::Pair),
        ["services", _, "build", "ssh"] => Rule::Keyed(FromList::Entry),
        ["services", _, "build", "extra_hosts"] => Rule::Pairs,
        ["services", _, "healthcheck", "test"] | ["services", _, "ulimits", _] => Rule::Replace,
        ["networks", _, "ipam", "config"] => Rule::Pools,
        _ => Rule::Deep,
    }
}

/// Whether null overrides a value at this path.
pub(super) fn null_counts(path: &[&str]) -> bool {
    matches!(rule(path), Rule::Keyed(FromList::Pair))
}

/// Converts a list to a mapping; other nodes are unchanged.
pub(super) fn keyed(node: &Rc<Node>, from: FromList) -> Rc<Node> {
    let Value::Sequence(items) = &node.value else { return Rc::clone(node) };
    let mut entries = Mapping::new();
    for item in items {
        let Value::String(text) = &item.value else { return Rc::clone(node) };
        let at = |value| Rc::new(Node { mark: item.mark, value, edit: None });
        let (key, value) = match from {
            FromList::Name => (text.as_str(), Value::Null),
            FromList::Pair | FromList::Entry => match text.split_once('=') {
                Some((key, value)) => (key, Value::String(value.to_owned())),
                None => (text.as_str(), Value::Null),
            },
            FromList::Dependency => {
                let entry = |value| Entry { key: item.mark, value: at(value) };
                let said = [
                    ("condition".to_owned(), entry(Value::String("service_started".to_owned()))),
                    ("required".to_owned(), entry(Value::Bool(true))),
                ];
                (text.as_str(), Value::Mapping(Mapping::from(said)))
            }
        };
        entries.insert(key.to_owned(), Entry { key: item.mark, value: at(value) });
    }
    Rc::new(Node { mark: node.mark, value: Value::Mapping(entries), edit: node.edit })
}

/// Converts a string to a list; other nodes are unchanged.
pub(super) fn listed(node: &Rc<Node>) -> Rc<Node> {
    match &node.value {
        Value::String(_) => {
            Rc::new(Node { mark: node.mark, value: Value::Sequence(vec![Rc::clone(node)]), edit: node.edit })
        }
        _ => Rc::clone(node),
    }
}

/// Converts a mapping to a list of `KEY=value`; other nodes are unchanged.
pub(super) fn paired(node: &Rc<Node>) -> Rc<Node> {
    let Value::Mapping(entries) = &node.value else { return Rc::clone(node) };
    let mut items = Vec::new();
    for (key, entry) in entries {
        let values = match &entry.value.value {
            Value::Sequence(values) => values.as_slice(),
            _ => std::slice::from_ref(&entry.value),
        };
        for value in values {
            let Some(text) = value.value.scalar_text() else { return Rc::clone(node) };
            let item = Node { mark: entry.key, value: Value::String(format!("{key}={text}")), edit: None };
            items.push(Rc::new(item));
        }
    }
    Rc::new(Node { mark: node.mark, value: Value::Sequence(items), edit: node.edit })
}

/// The items of a list that are not in `other`.
pub(super) fn without(list: &Rc<Node>, other: &Node) -> Rc<Node> {
    let (Value::Sequence(items), Value::Sequence(known)) = (&list.value, &other.value) else {
        return Rc::clone(list);
    };
    let known: HashSet<&str> = known.iter().filter_map(|item| text(item)).collect();
    let items = items.iter().filter(|item| !text(item).is_some_and(|text| known.contains(text)));
    Rc::new(Node { mark: list.mark, value: Value::Sequence(items.cloned().collect()), edit: list.edit })
}

fn text(node: &Node) -> Option<&str> {
    match &node.value {
        Value::String(text) => Some(text),
        _ => None,
    }
}

/// The subnet of an address pool.
pub(super) fn subnet(pool: &Node) -> Option<String> {
    pool.as_mapping()?.get("subnet")?.value.value.scalar_text()
}

/// Converts a `build` that is a string to a mapping; other nodes are unchanged.
pub(super) fn build(node: &Rc<Node>) -> Rc<Node> {
    let Value::String(_) = &node.value else { return Rc::clone(node) };
    let context = Entry { key: node.mark, value: Rc::clone(node) };
    let entries = Mapping::from([("context".to_owned(), context)]);
    Rc::new(Node { mark: node.mark, value: Value::Mapping(entries), edit: node.edit })
}

/// Whether two mappings have the same value at `key`, or at least one lacks the key.
pub(super) fn agree_on(base: &Node, over: &Node, key: &str) -> bool {
    let kind = |node: &Node| {
        node.as_mapping().and_then(|mapping| mapping.get(key)).map(|entry| entry.value.value.clone())
    };
    match (kind(base), kind(over)) {
        (Some(base), Some(over)) => base == over,
        _ => true,
    }
}
