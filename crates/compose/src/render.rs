//! Renders a diagnostic for a terminal: the source line, with carets under the position.
//!
//! The source line is printed as written, secrets included: this is for the author's terminal, never for a log.

mod cells;

use crate::{Diagnostic, Finding, ProjectFiles, Severity, Span};
use cells::Cells;
use core_monitor_message::{Message, harmless};
use std::collections::HashMap;
use std::fmt::Write;

/// Renders several lines, each ending with a line feed:
///
/// ```text
/// error[invalid-type]: `ports` of service `web` must be a list, not a string
///  --> compose.yml:4:12
///   |
/// 4 |     ports: "80"
///   |            ^^^^ expected a list
///   = hint: ...
/// ```
///
/// The source lines are omitted if `files` lacks the file or the file lacks the line.
pub fn render(files: &ProjectFiles, diagnostic: &Diagnostic) -> String {
    Renderer::new(files).diagnostic(diagnostic)
}

/// Renders many diagnostics of the same files; each file is split into lines only once.
#[derive(Debug)]
pub struct Renderer<'a> {
    files: &'a ProjectFiles,
    lines: HashMap<String, Vec<&'a str>>,
}

impl<'a> Renderer<'a> {
    /// Creates a renderer that shows lines of `files`.
    pub fn new(files: &'a ProjectFiles) -> Self {
        Self { files, lines: HashMap::new() }
    }

    /// Renders a diagnostic like [`render`].
    pub fn diagnostic(&mut self, diagnostic: &Diagnostic) -> String {
        let Diagnostic { code, severity, message, expected, hint, span } = diagnostic;
        let report = Report {
            severity: *severity,
            code: code.as_str(),
            message: message.text(),
            expected: expected.as_ref().map(Message::text),
            hint: hint.as_ref().map(Message::text),
            span: span.as_ref(),
        };
        report.render(self.line(span.as_ref()))
    }

    /// Renders a lint finding in the same way.
    pub fn finding(&mut self, finding: &Finding) -> String {
        let report = Report {
            severity: finding.severity,
            code: finding.code,
            message: finding.message.text(),
            expected: None,
            hint: Some(finding.hint.text()),
            span: finding.span.as_ref(),
        };
        report.render(self.line(finding.span.as_ref()))
    }

    fn line(&mut self, span: Option<&Span>) -> Option<&'a str> {
        let span = span?;
        if !self.lines.contains_key(&span.file) {
            let lines = self.files.get(&span.file).map(lines).unwrap_or_default();
            self.lines.insert(span.file.clone(), lines);
        }
        let index = usize::try_from(span.line).ok()?.checked_sub(1)?;
        self.lines.get(&span.file)?.get(index).copied()
    }
}

struct Report<'a> {
    severity: Severity,
    code: &'a str,
    message: &'a str,
    expected: Option<&'a str>,
    hint: Option<&'a str>,
    span: Option<&'a Span>,
}

impl Report<'_> {
    /// `line` is the source line of the span.
    fn render(&self, line: Option<&str>) -> String {
        let mut text = format!("{}[{}]: {}\n", self.severity, self.code, harmless(self.message));
        let mut notes = vec![("hint", self.hint)];
        let mut margin = 1;
        if let Some(span) = self.span {
            let number = span.line.to_string();
            margin = number.len();
            // Writing to a String cannot fail.
            let _ = writeln!(text, "{:margin$}--> {}", "", harmless(&span.to_string()));
            match line {
                Some(line) => self.show(&mut text, line, &number, span),
                None => notes.insert(0, ("expected", self.expected)),
            }
        } else {
            notes.insert(0, ("expected", self.expected));
        }
        for (word, note) in notes {
            if let Some(note) = note {
                let _ = writeln!(text, "{:margin$} = {word}: {}", "", harmless(note));
            }
        }
        text
    }

    fn show(&self, text: &mut String, line: &str, number: &str, span: &Span) {
        let margin = number.len();
        let Cells { shown, before, marked } = Cells::around(line, span.column, span.length);
        let label = self.expected.map(|expected| format!(" expected {}", harmless(expected)));
        let (blank, carets) = (" ".repeat(before), "^".repeat(marked));
        let _ = writeln!(text, "{:margin$} |", "");
        let _ = writeln!(text, "{number} | {shown}");
        let _ = writeln!(text, "{:margin$} | {blank}{carets}{}", "", label.unwrap_or_default());
    }
}

/// Splits a file into lines. A byte order mark has no column, and YAML also ends lines at a lone carriage return.
fn lines(bytes: &[u8]) -> Vec<&str> {
    let text = readable(bytes);
    let mut rest = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut lines = Vec::new();
    while let Some(end) = rest.find(['\n', '\r']) {
        lines.push(&rest[..end]);
        rest = &rest[end..];
        rest = rest.strip_prefix("\r\n").unwrap_or_else(|| &rest[1..]);
    }
    if !rest.is_empty() {
        lines.push(rest);
    }
    lines
}

/// The text up to the first byte that is not UTF-8, which is where such a file has its error.
fn readable(bytes: &[u8]) -> &str {
    match std::str::from_utf8(bytes) {
        Ok(text) => text,
        Err(error) => std::str::from_utf8(&bytes[..error.valid_up_to()]).unwrap_or_default(),
    }
}

#[cfg(test)]
mod tests;
