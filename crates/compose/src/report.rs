//! Collects the diagnostics of all stages.

use crate::{Code, Diagnostic, Severity, Span};
use core_monitor_message::Message;
use std::cell::RefCell;
use std::collections::HashSet;

/// How long a text can be: it may quote one as long as the file.
const MAX_BYTES: usize = 400;

/// A position in a source file, small enough to keep in every node.
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

/// Help for fixing an error.
#[derive(Debug, Default)]
pub(crate) struct Advice {
    /// What is expected, such as `a boolean`.
    pub(crate) expected: Option<Message>,
    /// What to try.
    pub(crate) hint: Option<Message>,
}

impl Advice {
    /// Advice that names what is expected.
    pub(crate) fn expected(expected: Message) -> Self {
        Self { expected: Some(expected), hint: None }
    }

    /// Adds a hint.
    pub(crate) fn hint(self, hint: impl Into<Option<Message>>) -> Self {
        Self { hint: hint.into(), ..self }
    }
}

/// Collects diagnostics. Interior mutability lets stages share it by reference.
#[derive(Debug)]
pub(crate) struct Report {
    limit: usize,
    files: RefCell<Vec<String>>,
    errors: RefCell<Vec<(Option<Mark>, Diagnostic)>>,
    warnings: RefCell<Vec<(Option<Mark>, Diagnostic)>>,
    /// Positions of values that come from project variables.
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

    /// Registers a file that marks can refer to.
    pub(crate) fn add_file(&self, path: &str) -> u16 {
        let mut files = self.files.borrow_mut();
        files.push(path.to_owned());
        u16::try_from(files.len() - 1).unwrap_or(u16::MAX)
    }

    /// Records that the value at a mark is a variable or contains one.
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

    pub(crate) fn error(&self, code: Code, mark: impl Into<Option<Mark>>, message: Message) {
        self.push(Severity::Error, code, mark.into(), message, Advice::default());
    }

    pub(crate) fn error_with_hint(
        &self,
        code: Code,
        mark: impl Into<Option<Mark>>,
        message: Message,
        hint: impl Into<Option<Message>>,
    ) {
        let advice = Advice { hint: hint.into(), ..Advice::default() };
        self.push(Severity::Error, code, mark.into(), message, advice);
    }

    /// An error with advice.
    pub(crate) fn error_with_advice(
        &self,
        code: Code,
        mark: impl Into<Option<Mark>>,
        message: Message,
        advice: Advice,
    ) {
        self.push(Severity::Error, code, mark.into(), message, advice);
    }

    pub(crate) fn warning(&self, code: Code, mark: impl Into<Option<Mark>>, message: Message) {
        self.push(Severity::Warning, code, mark.into(), message, Advice::default());
    }

    pub(crate) fn warning_with_hint(
        &self,
        code: Code,
        mark: impl Into<Option<Mark>>,
        message: Message,
        hint: impl Into<Option<Message>>,
    ) {
        let advice = Advice { hint: hint.into(), ..Advice::default() };
        self.push(Severity::Warning, code, mark.into(), message, advice);
    }

    fn push(&self, severity: Severity, code: Code, mark: Option<Mark>, message: Message, advice: Advice) {
        let list = if severity == Severity::Error { &self.errors } else { &self.warnings };
        let mut list = list.borrow_mut();
        if list.len() >= self.limit {
            return;
        }
        let message = message.shortened(MAX_BYTES);
        // An alias or merge key used in many places would otherwise repeat the same message.
        let again = list.iter().any(|(_, known)| known.message == message && known.code == code);
        let span = mark.map(|mark| self.span(mark));
        if again && list.iter().any(|(_, known)| known.span == span) {
            return;
        }
        let short = |text: Option<Message>| text.map(|text| text.shortened(MAX_BYTES));
        let (expected, hint) = (short(advice.expected), short(advice.hint));
        list.push((mark, Diagnostic { code, severity, message, expected, hint, span }));
    }

    /// Whether further errors would be dropped, so that there is no point in looking for them.
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
