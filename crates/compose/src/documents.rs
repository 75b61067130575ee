//! From files to one tree: parse, interpolate, extend, include, merge.

use crate::cursor::Cursor;
use crate::interpolate::{Variables, interpolate};
use crate::merge::{self, Merger};
use crate::model::Build;
use crate::report::{Mark, Report};
use crate::said;
use crate::schema::{self, PROJECT, Shape};
use crate::yaml::{self, Budget, Node, Value};
use crate::{Code, Limits, ProjectFiles, extends, include, path};
use std::rc::Rc;

/// The shape of a compose file.
pub(crate) const SHAPE: Shape = Shape::Object(&PROJECT);

/// Where documents come from and which variables they use.
#[derive(Clone, Copy)]
pub(crate) struct Source<'a> {
    pub(crate) files: &'a ProjectFiles,
    pub(crate) limits: &'a Limits,
    pub(crate) variables: &'a Variables<'a>,
    pub(crate) report: &'a Report,
    /// Base of the documents' relative paths, relative to the project folder; empty for the project folder itself.
    pub(crate) folder: &'a str,
    /// Files being read, each included by the one before it.
    pub(crate) chain: &'a [String],
}

/// The remaining budget for reading all files of a project.
pub(crate) struct Work<'a> {
    pub(crate) budget: Budget,
    pub(crate) merger: Merger<'a>,
    includes: usize,
}

impl<'a> Work<'a> {
    pub(crate) fn new(limits: &Limits, report: &'a Report) -> Self {
        let (budget, merger) = (Budget::new(limits), Merger::new(limits, report));
        Self { budget, merger, includes: limits.includes }
    }

    /// Charges for an included file; `false` if the limit is exceeded.
    pub(crate) fn may_include(&mut self) -> bool {
        self.includes.checked_sub(1).map(|left| self.includes = left).is_some()
    }
}

impl Source<'_> {
    /// Resolves a path named by a document relative to the project folder. Rejects paths outside it.
    pub(crate) fn locate(&self, path: &str, mark: Mark) -> Option<String> {
        if Build::is_remote(path) {
            let message = said::file_is_remote(path);
            let hint = said::add_file_to_project();
            self.report.error_with_hint(Code::Unsupported, mark, message, hint);
            return None;
        }
        let located = path::join(self.folder, path);
        if located.starts_with('/') || located == ".." || located.starts_with("../") {
            let message = said::file_is_outside(path);
            let hint = said::copy_file_into_project();
            self.report.error_with_hint(Code::ForbiddenPath, mark, message, hint);
            return None;
        }
        Some(located)
    }
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
        report.error(Code::EmptyProject, None, said::compose_file_empty());
    }
    documents
}

/// Merges all documents into one tree, later over earlier. `None` if there are none.
pub(crate) fn combine(
    documents: Vec<Rc<Node>>,
    source: &Source<'_>,
    work: &mut Work<'_>,
) -> Option<Rc<Node>> {
    let mut combined: Option<Rc<Node>> = None;
    for mut document in documents {
        interpolate(&mut document, &SHAPE, source.variables, source.report);
        let Work { budget, merger, .. } = work;
        let mut other = |path: &str, mark: Mark| extended_file(path, mark, source, budget);
        extends::resolve(&mut document, merger, source.report, &mut other);
        include::resolve(&mut document, source, work);
        let before = combined;
        let after = if let Some(base) = &before {
            work.merger.merge(base, &document, &[])
        } else {
            merge::drop_resets(&mut document);
            document
        };
        // Each document must be valid by itself: a later one cannot fix an earlier one.
        schema::validate_changes(&Cursor::root(&after, source.report), before.as_deref(), &SHAPE);
        combined = Some(after);
    }
    combined
}

/// A file that `extends` names, interpolated with the variables of the project.
fn extended_file(path: &str, mark: Mark, source: &Source<'_>, budget: &mut Budget) -> Option<Rc<Node>> {
    let path = source.locate(path, mark)?;
    let bytes = find(&path, mark, source)?;
    let mut document = read(&path, bytes, source.limits, budget, source.report).into_iter().next()?;
    interpolate(&mut document, &SHAPE, source.variables, source.report);
    Some(document)
}

/// The documents of a file that `include` names, by its path in the project.
pub(crate) fn read_other(
    path: &str,
    mark: Mark,
    source: &Source<'_>,
    work: &mut Work<'_>,
) -> Option<Vec<Rc<Node>>> {
    let bytes = find(path, mark, source)?;
    Some(read(path, bytes, source.limits, &mut work.budget, source.report))
}

/// The bytes of a file that is not YAML, by its path in the project.
pub(crate) fn file<'a>(path: &str, mark: Mark, source: &Source<'a>, work: &mut Work<'_>) -> Option<&'a [u8]> {
    let bytes = find(path, mark, source)?;
    if !work.budget.read(bytes.len()) {
        let message = said::files_too_large(source.limits.total_bytes);
        source.report.error(Code::LimitExceeded, mark, message);
        return None;
    }
    Some(bytes)
}

fn find<'a>(path: &str, mark: Mark, source: &Source<'a>) -> Option<&'a [u8]> {
    let found = source.files.get(path);
    if found.is_none() {
        let hint = said::add_file_to_project();
        source.report.error_with_hint(Code::MissingFile, mark, said::file_is_missing(path), hint);
    }
    found
}

/// The documents of one file that are mappings.
fn read(path: &str, bytes: &[u8], limits: &Limits, budget: &mut Budget, report: &Report) -> Vec<Rc<Node>> {
    let start = Mark { file: report.add_file(path), line: 1, column: 1, length: 1 };
    if bytes.len() > limits.bytes {
        let message = said::file_too_large(limits.bytes);
        report.error(Code::LimitExceeded, start, message);
        return Vec::new();
    }
    if !budget.read(bytes.len()) {
        let message = said::compose_files_too_large(limits.total_bytes);
        report.error(Code::LimitExceeded, start, message);
        return Vec::new();
    }
    let text = match std::str::from_utf8(bytes) {
        Ok(text) => text,
        Err(error) => {
            let mark = encoding_mark(&bytes[..error.valid_up_to()], start);
            report.error(Code::Encoding, mark, said::file_not_utf8());
            return Vec::new();
        }
    };
    let mut documents = yaml::parse(text, start.file, limits, budget, report);
    documents.retain(|document| match &document.value {
        Value::Mapping(_) => true,
        Value::Null => false,
        other => {
            let message = said::file_must_be_mapping(other.kind());
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
