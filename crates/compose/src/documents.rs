//! From files to one tree: parse, interpolate, extend, merge.

use crate::interpolate::{Variables, interpolate};
use crate::merge::{self, Merger};
use crate::report::{Mark, Report};
use crate::schema::{PROJECT, Shape};
use crate::yaml::{self, Budget, Node, Value};
use crate::{Code, Limits, ProjectFiles, extends};
use std::rc::Rc;

/// The shape of a compose file.
pub(crate) const SHAPE: Shape = Shape::Object(&PROJECT);

/// Where documents come from, and what they are interpolated with.
pub(crate) struct Source<'a> {
    pub(crate) files: &'a ProjectFiles,
    pub(crate) limits: &'a Limits,
    pub(crate) variables: &'a Variables<'a>,
    pub(crate) report: &'a Report,
}

/// Every document of every compose file, in the order they apply.
pub(crate) fn read_all(
    files: &ProjectFiles,
    limits: &Limits,
    budget: &mut Budget,
    report: &Report,
) -> Vec<Rc<Node>> {
    let mut documents = Vec::new();
    for path in files.compose_paths() {
        documents.extend(read(path, files.get(path).unwrap_or_default(), limits, budget, report));
    }
    if documents.is_empty() && !report.has_errors() {
        report.error(Code::EmptyProject, None, "there is nothing in the compose file");
    }
    documents
}

/// Makes one tree of all documents, later ones over earlier ones. `None` when there is none.
pub(crate) fn combine(
    documents: Vec<Rc<Node>>,
    source: &Source<'_>,
    budget: &mut Budget,
) -> Option<Rc<Node>> {
    let mut merger = Merger::new(source.limits, source.report);
    let mut combined: Option<Rc<Node>> = None;
    for mut document in documents {
        interpolate(&mut document, &SHAPE, source.variables, source.report);
        let mut other = |path: &str, mark: Mark| other_file(path, mark, source, budget);
        extends::resolve(&mut document, &mut merger, source.report, &mut other);
        combined = Some(match combined {
            Some(base) => merger.merge(&base, &document, &[]),
            None => document,
        });
    }
    let mut combined = combined?;
    merge::drop_resets(&mut combined);
    Some(combined)
}

/// A file that `extends` names, interpolated with the variables of the project.
fn other_file(path: &str, mark: Mark, source: &Source<'_>, budget: &mut Budget) -> Option<Rc<Node>> {
    let Some(bytes) = source.files.get(path) else {
        let hint = "add the file to the project".to_owned();
        source.report.error_with_hint(Code::MissingFile, mark, format!("file `{path}` is missing"), hint);
        return None;
    };
    let mut document = read(path, bytes, source.limits, budget, source.report).into_iter().next()?;
    interpolate(&mut document, &SHAPE, source.variables, source.report);
    Some(document)
}

/// The documents of one file that are mappings.
fn read(path: &str, bytes: &[u8], limits: &Limits, budget: &mut Budget, report: &Report) -> Vec<Rc<Node>> {
    let start = Mark { file: report.add_file(path), line: 1, column: 1, length: 1 };
    if bytes.len() > limits.bytes {
        let message = format!("the file is larger than {} bytes", limits.bytes);
        report.error(Code::LimitExceeded, start, message);
        return Vec::new();
    }
    if !budget.read(bytes.len()) {
        let message = format!("the compose files have more than {} bytes together", limits.total_bytes);
        report.error(Code::LimitExceeded, start, message);
        return Vec::new();
    }
    let text = match std::str::from_utf8(bytes) {
        Ok(text) => text,
        Err(error) => {
            let mark = encoding_mark(&bytes[..error.valid_up_to()], start);
            report.error(Code::Encoding, mark, "the file is not UTF-8");
            return Vec::new();
        }
    };
    let mut documents = yaml::parse(text, start.file, limits, budget, report);
    documents.retain(|document| match &document.value {
        Value::Mapping(_) => true,
        Value::Null => false,
        other => {
            let message = format!("the file must be a mapping, not {}", other.kind());
            report.error(Code::InvalidType, document.mark, message);
            false
        }
    });
    documents
}

fn encoding_mark(before: &[u8], start: Mark) -> Mark {
    let before = String::from_utf8_lossy(before);
    let line = before.matches('\n').count() + 1;
    let column = before.rsplit('\n').next().map_or(0, |line| line.chars().count()) + 1;
    let small = |number| u32::try_from(number).unwrap_or(u32::MAX);
    Mark { line: small(line), column: small(column), ..start }
}
