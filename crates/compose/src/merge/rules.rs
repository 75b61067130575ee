//! Attributes that do not merge the plain way.

use crate::yaml::{Entry, Mapping, Node, Value};
use std::rc::Rc;

/// How two values of one attribute become one.
pub(super) enum Rule {
    /// Mappings by key, lists appended, anything else replaced.
    Deep,
    /// The later value stands alone.
    Replace,
    /// Lists are read as mappings first, then merged by key.
    Keyed(FromList),
    /// A word is a list of one.
    Words,
    /// Options merge for one driver and are replaced with another.
    Logging,
}

/// What an item of a list is as an entry of a mapping.
#[derive(Clone, Copy)]
pub(super) enum FromList {
    /// `KEY=value`.
    Pair,
    /// A name alone.
    Name,
    /// A name that stands for `{condition: service_started}`.
    Dependency,
}

/// The rule for a path such as `services.web.environment`.
pub(super) fn rule(path: &[&str]) -> Rule {
    match path {
        ["services", _, attribute] => match *attribute {
            "command" | "entrypoint" => Rule::Replace,
            "environment" | "labels" | "annotations" | "sysctls" => Rule::Keyed(FromList::Pair),
            "depends_on" => Rule::Keyed(FromList::Dependency),
            "networks" => Rule::Keyed(FromList::Name),
            "dns" | "dns_opt" | "dns_search" | "env_file" | "label_file" | "tmpfs" => Rule::Words,
            "logging" => Rule::Logging,
            _ => Rule::Deep,
        },
        ["services", _, "healthcheck", "test"] => Rule::Replace,
        ["services", _, "deploy", "labels"] | ["networks" | "volumes", _, "labels"] => {
            Rule::Keyed(FromList::Pair)
        }
        _ => Rule::Deep,
    }
}

/// Whether a null over a value is a value of its own at this path.
pub(super) fn null_counts(path: &[&str]) -> bool {
    matches!(path, ["services", _, "environment"])
}

/// A list as a mapping; anything else as it is.
pub(super) fn keyed(node: &Rc<Node>, from: FromList) -> Rc<Node> {
    let Value::Sequence(items) = &node.value else { return Rc::clone(node) };
    let mut entries = Mapping::new();
    for item in items {
        let Value::String(text) = &item.value else { return Rc::clone(node) };
        let at = |value| Rc::new(Node { mark: item.mark, value, edit: None });
        let (key, value) = match from {
            FromList::Name => (text.as_str(), Value::Null),
            FromList::Pair => match text.split_once('=') {
                Some((key, value)) => (key, Value::String(value.to_owned())),
                None => (text.as_str(), Value::Null),
            },
            FromList::Dependency => {
                let condition = at(Value::String("service_started".to_owned()));
                let entry = Entry { key: item.mark, value: condition };
                (text.as_str(), Value::Mapping(Mapping::from([("condition".to_owned(), entry)])))
            }
        };
        entries.insert(key.to_owned(), Entry { key: item.mark, value: at(value) });
    }
    Rc::new(Node { mark: node.mark, value: Value::Mapping(entries), edit: node.edit })
}

/// A word as a list of one; anything else as it is.
pub(super) fn listed(node: &Rc<Node>) -> Rc<Node> {
    match &node.value {
        Value::String(_) => {
            Rc::new(Node { mark: node.mark, value: Value::Sequence(vec![Rc::clone(node)]), edit: node.edit })
        }
        _ => Rc::clone(node),
    }
}

/// Whether two `logging` values are about one driver: the same, or one of them names none.
pub(super) fn same_driver(base: &Node, over: &Node) -> bool {
    let driver = |node: &Node| {
        node.as_mapping().and_then(|logging| logging.get("driver")).map(|entry| entry.value.value.clone())
    };
    match (driver(base), driver(over)) {
        (Some(base), Some(over)) => base == over,
        _ => true,
    }
}
