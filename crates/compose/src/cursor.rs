//! A node together with the way to it, so that a problem can name what it concerns.

use crate::Code;
use crate::report::{Advice, Report};
use crate::suggest::is_meant_for;
use crate::yaml::{Mapping, Node, Value};
use std::fmt;
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

    /// The child that stands at `key` of this node.
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

    /// Items of a list; nothing for anything else.
    pub(crate) fn items(&self) -> impl Iterator<Item = Cursor<'_>> {
        self.sequence().unwrap_or_default().iter().enumerate().map(|(index, node)| Cursor {
            node,
            report: self.report,
            parent: Some(self),
            step: Step::Index(index),
        })
    }

    /// Entries of a mapping; nothing for anything else.
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
    pub(crate) fn fail(&self, code: Code, message: impl Into<String>) {
        self.report.error(code, self.node.mark, message);
    }

    /// Reports an error at this node, with what to try.
    pub(crate) fn fail_with_hint(
        &self,
        code: Code,
        message: impl Into<String>,
        hint: impl Into<Option<String>>,
    ) {
        self.report.error_with_hint(code, self.node.mark, message, hint);
    }

    /// Reports an error at this node, with what should stand there.
    pub(crate) fn fail_with_advice(&self, code: Code, message: impl Into<String>, advice: Advice) {
        self.report.error_with_advice(code, self.node.mark, message, advice);
    }

    /// What this node is, in words: `` `ports[0]` of service `web` ``.
    pub(crate) fn describe(&self) -> Description<'_> {
        Description(self)
    }

    /// The key that this node stands at.
    pub(crate) fn key(&self) -> Option<&str> {
        match self.step {
            Step::Key(key) => Some(key),
            _ => None,
        }
    }

    /// Whether a key that nobody knows stands here for `attribute`; it has its own error then.
    pub(crate) fn misspells(&self, attribute: &str) -> bool {
        let mut keys = self.mapping().into_iter().flat_map(|entries| entries.keys());
        keys.any(|key| key != attribute && is_meant_for(key, attribute))
    }

    /// The name of the service that this node is; `None` for what is not a service itself.
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

/// Words for a node.
pub(crate) struct Description<'a>(&'a Cursor<'a>);

impl fmt::Display for Description<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut steps = self.0.steps();
        steps.reverse();
        let (owner, rest) = match steps.as_slice() {
            [Step::Root, Step::Key(section), Step::Key(name), rest @ ..] => (singular(section, name), rest),
            [_, rest @ ..] => (None, rest),
            [] => (None, &steps[..]),
        };
        match (owner, rest) {
            (Some(owner), []) => f.write_str(&owner),
            (Some(owner), rest) => write!(f, "`{}` of {owner}", join(rest)),
            (None, _) if steps.len() == 1 => f.write_str("the file"),
            (None, _) => write!(f, "`{}`", join(&steps)),
        }
    }
}

fn singular(section: &str, name: &str) -> Option<String> {
    let word = match section {
        "services" => "service",
        "networks" => "network",
        "volumes" => "volume",
        "configs" => "config",
        "secrets" => "secret",
        "models" => "model",
        _ => return None,
    };
    Some(format!("{word} `{name}`"))
}
