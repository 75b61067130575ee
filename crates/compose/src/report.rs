//! Where the stages put what they find.

use crate::{Code, Diagnostic, Severity, Span};
use std::cell::RefCell;
use std::collections::HashSet;

/// A place in a source file, small enough to stand in every node.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Mark {
    /// Index into the report's files.
    pub(crate) file: u16,
    /// Line, from 1.
    pub(crate) line: u32,
    /// Column in characters, from 1.
    pub(crate) column: u32,
    /// Length in characters.
    pub(crate) length: u32,
}

/// What helps to put an error right.
#[derive(Debug, Default)]
pub(crate) struct Advice {
    /// What should stand there, such as `a boolean`.
    pub(crate) expected: Option<String>,
    /// What to try.
    pub(crate) hint: Option<String>,
}

impl Advice {
    /// Says what should stand there.
    pub(crate) fn expected(expected: impl Into<String>) -> Self {
        Self { expected: Some(expected.into()), hint: None }
    }

    /// Adds what to try.
    pub(crate) fn hint(self, hint: impl Into<Option<String>>) -> Self {
        Self { hint: hint.into(), ..self }
    }
}

/// Collects diagnostics of all stages. Interior mutability keeps the stages' signatures free of it.
#[derive(Debug)]
pub(crate) struct Report {
    limit: usize,
    files: RefCell<Vec<String>>,
    errors: RefCell<Vec<(Option<Mark>, Diagnostic)>>,
    warnings: RefCell<Vec<(Option<Mark>, Diagnostic)>>,
    /// Places of values that come from variables of the project.
    interpolated: RefCell<HashSet<Mark>>,
}

impl Report {
    /// An empty report that keeps at most `limit` errors and as many warnings.
    pub(crate) fn new(limit: usize) -> Self {
        Self {
            limit: limit.max(1),
            files: RefCell::default(),
            errors: RefCell::default(),
            warnings: RefCell::default(),
            interpolated: RefCell::default(),
        }
    }

    /// Registers a file for marks.
    pub(crate) fn add_file(&self, path: &str) -> u16 {
        let mut files = self.files.borrow_mut();
        files.push(path.to_owned());
        u16::try_from(files.len() - 1).unwrap_or(u16::MAX)
    }

    /// Remembers that the value at a mark is that of a variable, or has one in it.
    pub(crate) fn note_interpolated(&self, mark: Mark) {
        self.interpolated.borrow_mut().insert(mark);
    }

    pub(crate) fn is_interpolated(&self, mark: Mark) -> bool {
        self.interpolated.borrow().contains(&mark)
    }

    /// The public form of a mark.
    pub(crate) fn span(&self, mark: Mark) -> Span {
        Span {
            file: self.files.borrow().get(usize::from(mark.file)).cloned().unwrap_or_default(),
            line: mark.line,
            column: mark.column,
            length: mark.length,
        }
    }

    pub(crate) fn error(&self, code: Code, mark: impl Into<Option<Mark>>, message: impl Into<String>) {
        self.push(Severity::Error, code, mark.into(), message.into(), Advice::default());
    }

    pub(crate) fn error_with_hint(
        &self,
        code: Code,
        mark: impl Into<Option<Mark>>,
        message: impl Into<String>,
        hint: impl Into<Option<String>>,
    ) {
        let advice = Advice { hint: hint.into(), ..Advice::default() };
        self.push(Severity::Error, code, mark.into(), message.into(), advice);
    }

    /// An error that says what should stand there.
    pub(crate) fn error_with_advice(
        &self,
        code: Code,
        mark: impl Into<Option<Mark>>,
        message: impl Into<String>,
        advice: Advice,
    ) {
        self.push(Severity::Error, code, mark.into(), message.into(), advice);
    }

    pub(crate) fn warning(&self, code: Code, mark: impl Into<Option<Mark>>, message: impl Into<String>) {
        self.push(Severity::Warning, code, mark.into(), message.into(), Advice::default());
    }

    pub(crate) fn warning_with_hint(
        &self,
        code: Code,
        mark: impl Into<Option<Mark>>,
        message: impl Into<String>,
        hint: impl Into<Option<String>>,
    ) {
        let advice = Advice { hint: hint.into(), ..Advice::default() };
        self.push(Severity::Warning, code, mark.into(), message.into(), advice);
    }

    fn push(&self, severity: Severity, code: Code, mark: Option<Mark>, message: String, advice: Advice) {
        let list = if severity == Severity::Error { &self.errors } else { &self.warnings };
        let mut list = list.borrow_mut();
        if list.len() >= self.limit {
            return;
        }
        let message = shorten(message);
        // The same alias or merge key used in many places would otherwise say the same thing many times.
        let again = list.iter().any(|(_, known)| known.message == message && known.code == code);
        let span = mark.map(|mark| self.span(mark));
        if again && list.iter().any(|(_, known)| known.span == span) {
            return;
        }
        let (expected, hint) = (advice.expected.map(shorten), advice.hint.map(shorten));
        list.push((mark, Diagnostic { code, severity, message, expected, hint, span }));
    }

    /// Whether further errors would be dropped, so that looking for them is in vain.
    pub(crate) fn is_full(&self) -> bool {
        self.errors.borrow().len() >= self.limit
    }

    pub(crate) fn has_errors(&self) -> bool {
        !self.errors.borrow().is_empty()
    }

    /// Names of the files, for the table of spans.
    pub(crate) fn files(&self) -> Vec<String> {
        self.files.borrow().clone()
    }

    /// Errors and warnings, each in the order of the files.
    pub(crate) fn finish(self) -> (Vec<Diagnostic>, Vec<Diagnostic>) {
        let sorted = |list: RefCell<Vec<(Option<Mark>, Diagnostic)>>| {
            let mut list = list.into_inner();
            list.sort_by_key(|(mark, _)| mark.map(|mark| (mark.file, mark.line, mark.column)));
            list.into_iter().map(|(_, diagnostic)| diagnostic).collect()
        };
        (sorted(self.errors), sorted(self.warnings))
    }
}

/// A message quotes the file, and what is quoted may be as long as the file.
fn shorten(mut message: String) -> String {
    const LONGEST: usize = 400;
    if let Some((end, _)) = message.char_indices().nth(LONGEST) {
        message.truncate(end);
        message.push_str("...");
    }
    message
}
