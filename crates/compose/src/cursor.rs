//! A node together with its path, so that a diagnostic can name what it concerns.

use crate::Code;
use crate::report::{Advice, Report};
use crate::said;
use crate::suggest::is_meant_for;
use crate::yaml::{Mapping, Node, Value};
use core_monitor_message::Message;
use std::rc::Rc;

/// One step from a node to its child.
#[derive(Debug, Clone, Copy)]
enum Step<'a> {
    Root,
    Key(&'a str),
    Index(usize),
}

/// A node in its tree.
#[derive(Clone, Copy)]
pub(crate) struct Cursor<'a> {
    pub(crate) node: &'a Node,
    pub(crate) report: &'a Report,
    parent: Option<&'a Cursor<'a>>,
    step: Step<'a>,
}

impl<'a> Cursor<'a> {
    pub(crate) fn root(node: &'a Node, report: &'a Report) -> Self {
        Self { node, report, parent: None, step: Step::Root }
    }

    /// The child at `key`.
    pub(crate) fn child<'b>(&'b self, key: &'b str, node: &'b Node) -> Cursor<'b> {
        Cursor { node, report: self.report, parent: Some(self), step: Step::Key(key) }
    }

    /// The value of a key, null included.
    pub(crate) fn get<'b>(&'b self, key: &'b str) -> Option<Cursor<'b>> {
        self.mapping()?.get(key).map(|entry| self.child(key, &entry.value))
    }

    /// The value of a key unless it is null.
    pub(crate) fn present<'b>(&'b self, key: &'b str) -> Option<Cursor<'b>> {
        self.get(key).filter(|value| value.node.value != Value::Null)
    }

    pub(crate) fn mapping(&self) -> Option<&'a Mapping> {
        match &self.node.value {
            Value::Mapping(entries) => Some(entries),
            _ => None,
        }
    }

    pub(crate) fn sequence(&self) -> Option<&'a [Rc<Node>]> {
        match &self.node.value {
            Value::Sequence(items) => Some(items),
            _ => None,
        }
    }

    /// Items of a list; empty for other nodes.
    pub(crate) fn items(&self) -> impl Iterator<Item = Cursor<'_>> {
        self.sequence().unwrap_or_default().iter().enumerate().map(|(index, node)| Cursor {
            node,
            report: self.report,
            parent: Some(self),
            step: Step::Index(index),
        })
    }

    /// Entries of a mapping; empty for other nodes.
    pub(crate) fn entries(&self) -> impl Iterator<Item = (&str, Cursor<'_>)> {
        self.mapping().into_iter().flatten().map(|(key, entry)| (key.as_str(), self.child(key, &entry.value)))
    }

    /// Text of a string.
    pub(crate) fn text(&self) -> Option<&'a str> {
        match &self.node.value {
            Value::String(text) => Some(text),
            _ => None,
        }
    }

    /// Reports an error at this node.
    pub(crate) fn fail(&self, code: Code, message: Message) {
        self.report.error(code, self.node.mark, message);
    }

    /// Reports an error at this node with a hint.
    pub(crate) fn fail_with_hint(&self, code: Code, message: Message, hint: impl Into<Option<Message>>) {
        self.report.error_with_hint(code, self.node.mark, message, hint);
    }

    /// Reports an error at this node with advice.
    pub(crate) fn fail_with_advice(&self, code: Code, message: Message, advice: Advice) {
        self.report.error_with_advice(code, self.node.mark, message, advice);
    }

    /// Describes this node: `` `ports[0]` of service `web` ``.
    pub(crate) fn describe(&self) -> Message {
        let mut steps = self.steps();
        steps.reverse();
        let (owner, rest) = match steps.as_slice() {
            [Step::Root, Step::Key(section), Step::Key(name), rest @ ..] => (element(section, name), rest),
            [_, rest @ ..] => (None, rest),
            [] => (None, &steps[..]),
        };
        match (owner, rest) {
            (Some(owner), []) => owner,
            (Some(owner), rest) => said::place_in(join(rest), owner),
            (None, _) if steps.len() == 1 => said::place_file(),
            (None, _) => said::place_at(join(&steps)),
        }
    }

    /// The key of this node.
    pub(crate) fn key(&self) -> Option<&str> {
        match self.step {
            Step::Key(key) => Some(key),
            _ => None,
        }
    }

    /// Whether an unknown key is a likely misspelling of `attribute`; it then has its own error.
    pub(crate) fn misspells(&self, attribute: &str) -> bool {
        let mut keys = self.mapping().into_iter().flat_map(|entries| entries.keys());
        keys.any(|key| key != attribute && is_meant_for(key, attribute))
    }

    /// The service name, if this node is a service.
    pub(crate) fn service_name(&self) -> Option<&str> {
        let parent = self.parent?;
        let root = parent.parent?;
        match (self.step, parent.step, root.step) {
            (Step::Key(name), Step::Key("services"), Step::Root) => Some(name),
            _ => None,
        }
    }

    fn steps(&self) -> Vec<Step<'_>> {
        let mut steps = Vec::new();
        let mut cursor = Some(self);
        while let Some(here) = cursor {
            steps.push(here.step);
            cursor = here.parent;
        }
        steps
    }
}

fn join(steps: &[Step<'_>]) -> String {
    steps.iter().fold(String::new(), |path, step| match step {
        Step::Root => path,
        Step::Key(key) if path.is_empty() => (*key).to_owned(),
        Step::Key(key) => path + "." + key,
        Step::Index(index) => format!("{path}[{index}]"),
    })
}

/// A top-level element by its section.
fn element(section: &str, name: &str) -> Option<Message> {
    Some(match section {
        "services" => said::place_service(name),
        "networks" => said::place_network(name),
        "volumes" => said::place_volume(name),
        "configs" => said::place_config(name),
        "secrets" => said::place_secret(name),
        "models" => said::place_model(name),
        _ => return None,
    })
}
