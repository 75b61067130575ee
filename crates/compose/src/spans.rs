//! Where every value was written.

use crate::Span;
use crate::report::{Mark, Report};
use crate::yaml::{Node, Value};
use std::collections::HashMap;

/// The place of every key and list item of a project, by path: `services.web.ports[0]`.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Spans {
    files: Vec<String>,
    marks: HashMap<String, Mark>,
}

impl Spans {
    pub(crate) fn collect(root: &Node, report: &Report) -> Self {
        let mut spans = Self { files: report.files(), marks: HashMap::new() };
        spans.walk(root, &mut String::new());
        spans
    }

    fn walk(&mut self, node: &Node, path: &mut String) {
        let length = path.len();
        match &node.value {
            Value::Mapping(entries) => {
                for (key, entry) in entries {
                    if length > 0 {
                        path.push('.');
                    }
                    path.push_str(key);
                    self.marks.insert(path.clone(), entry.key);
                    self.walk(&entry.value, path);
                    path.truncate(length);
                }
            }
            Value::Sequence(items) => {
                for (index, item) in items.iter().enumerate() {
                    path.push('[');
                    path.push_str(&index.to_string());
                    path.push(']');
                    self.marks.insert(path.clone(), item.mark);
                    self.walk(item, path);
                    path.truncate(length);
                }
            }
            _ => {}
        }
    }

    /// The place of a path; that of its key for a value in a mapping.
    pub fn get(&self, path: &str) -> Option<Span> {
        self.marks.get(path).map(|mark| self.span(*mark))
    }

    /// The place of a path, or of the nearest thing around it that was written.
    pub fn nearest(&self, path: &str) -> Option<Span> {
        self.nearest_mark(path).map(|mark| self.span(mark))
    }

    /// Whether something was written at a path.
    pub fn has(&self, path: &str) -> bool {
        self.marks.contains_key(path)
    }

    pub(crate) fn nearest_mark(&self, path: &str) -> Option<Mark> {
        let mut path = path;
        loop {
            if let Some(mark) = self.marks.get(path) {
                return Some(*mark);
            }
            path = &path[..path.rfind(['.', '['])?];
        }
    }

    fn span(&self, mark: Mark) -> Span {
        Span {
            file: self.files.get(usize::from(mark.file)).cloned().unwrap_or_default(),
            line: mark.line,
            column: mark.column,
            length: mark.length,
        }
    }
}
