//! Builds the tree from the events of the parser.

use granit_parser::{Event, Parser, ScalarStyle, Span, StructureStyle};
use serde_json::Value as Json;

use super::{Content, Entry, Node, Place, Style};
use crate::report::{Mark, Report};
use crate::yaml::{explain_into, plain_value, said};
use crate::{Code, Diagnostic, Limits};

/// Bytes of a byte order mark, which the parser does not count.
const MARK: char = '\u{feff}';

pub(super) fn read(file: &str, text: &str, limits: &Limits) -> Result<Node, Vec<Diagnostic>> {
    let report = Report::new(limits.errors);
    let file = report.add_file(file);
    let skipped = if text.starts_with(MARK) { MARK.len_utf8() } else { 0 };
    let options = granit_parser::options! { emit_comments: false };
    let parser = Parser::new_from_str_with_options(&text[skipped..], options);
    let mut reader =
        Reader { parser, text: &text[skipped..], skipped, file, left: limits.nodes, limits, report: &report };
    let root = if text.len() > limits.total_bytes {
        reader.over(Place::default(), crate::said::file_too_large(limits.total_bytes))
    } else {
        reader.document()
    };
    let (errors, _) = report.finish();
    match root {
        Some(root) if errors.is_empty() => Ok(root),
        _ => Err(errors),
    }
}

/// Whether a scalar is a block of text under a header.
fn is_block(style: ScalarStyle) -> bool {
    matches!(style, ScalarStyle::Literal | ScalarStyle::Folded)
}

struct Reader<'a> {
    parser: Parser<'a, granit_parser::StrInput<'a>>,
    text: &'a str,
    skipped: usize,
    file: u16,
    /// How many more nodes are read.
    left: usize,
    limits: &'a Limits,
    report: &'a Report,
}

impl<'a> Reader<'a> {
    /// The first document; `None` if it cannot be read, which has been reported.
    fn document(&mut self) -> Option<Node> {
        loop {
            let (event, span) = self.next()?;
            match event {
                Event::StreamStart | Event::DocumentStart(..) => {}
                Event::StreamEnd | Event::DocumentEnd => {
                    let start = Place { byte: self.skipped, line: 1, column: 1 };
                    return Some(Node { start, end: start.byte, content: Content::Scalar(Json::Null) });
                }
                event => {
                    let root = self.node(event, span, 0)?;
                    return self.rest().map(|()| root);
                }
            }
        }
    }

    /// Reads to the end, so that an error anywhere is found.
    fn rest(&mut self) -> Option<()> {
        while !matches!(self.next()?.0, Event::StreamEnd) {}
        Some(())
    }

    fn next(&mut self) -> Option<(Event<'a>, Span)> {
        match self.parser.next() {
            Some(Ok(next)) => Some(next),
            Some(Err(error)) => {
                explain_into(self.report, &error, self.text, self.file);
                None
            }
            None => Some((Event::StreamEnd, Span::default())),
        }
    }

    fn node(&mut self, event: Event<'a>, span: Span, depth: usize) -> Option<Node> {
        let start = self.start(span);
        if depth > self.limits.depth {
            return self.over(start, said::nesting_too_deep(self.limits.depth));
        }
        let Some(left) = self.left.checked_sub(1) else {
            return self.over(start, said::too_many_values(self.limits.nodes));
        };
        self.left = left;
        let is_opaque = match &event {
            Event::Scalar(_, _, anchor, tag) => *anchor != 0 || tag.is_some(),
            Event::SequenceStart(_, anchor, tag) | Event::MappingStart(_, anchor, tag) => {
                *anchor != 0 || tag.is_some()
            }
            _ => true,
        };
        let (content, end) = match event {
            Event::Scalar(text, style, ..) => {
                let start = if is_block(style) { self.header(start) } else { start };
                let content =
                    if is_opaque { Content::Opaque } else { Content::Scalar(plain_value(&text, style)) };
                return Some(Node { start, end: self.scalar_end(span), content });
            }
            Event::SequenceStart(style, ..) => {
                let (content, end) = self.list(start, style, depth)?;
                let start = self.first_dash(start, &content);
                return Some(Node { start, end, content: if is_opaque { Content::Opaque } else { content } });
            }
            Event::MappingStart(style, ..) => self.map(start, style, depth)?,
            _ => (Content::Opaque, self.byte(span.end.byte_offset())),
        };
        Some(Node { start, end, content: if is_opaque { Content::Opaque } else { content } })
    }

    fn list(&mut self, start: Place, style: StructureStyle, depth: usize) -> Option<(Content, usize)> {
        let (mut items, mut end) = (Vec::new(), start.byte);
        loop {
            let (event, span) = self.next()?;
            if event == Event::SequenceEnd {
                let (style, end) = self.closed(style, span, end);
                return Some((Content::List(items, style), end));
            }
            let item = self.node(event, span, depth + 1)?;
            end = end.max(item.end);
            items.push(item);
        }
    }

    fn map(&mut self, start: Place, style: StructureStyle, depth: usize) -> Option<(Content, usize)> {
        let (mut entries, mut end): (Vec<Entry>, usize) = (Vec::new(), start.byte);
        loop {
            let (event, span) = self.next()?;
            if event == Event::MappingEnd {
                let (style, end) = self.closed(style, span, end);
                return Some((Content::Map(entries, style), end));
            }
            let key = self.node(event, span, depth + 1)?;
            let (event, span) = self.next()?;
            let value = self.node(event, span, depth + 1)?;
            end = end.max(key.end).max(value.end);
            let name = match &key.content {
                Content::Scalar(Json::String(name)) => name.clone(),
                Content::Scalar(Json::Null) | Content::Opaque | Content::List(..) | Content::Map(..) => {
                    let message = said::key_must_be_string(crate::said::word_invalid());
                    self.report.error(Code::InvalidKey, self.mark(key.start), message);
                    continue;
                }
                Content::Scalar(other) => other.to_string(),
            };
            if let Some(first) = entries.iter().find(|entry| entry.key == name) {
                let hint = said::first_defined_on(first.at.line);
                let message = said::duplicate_key(&name);
                self.report.error_with_hint(Code::DuplicateKey, self.mark(key.start), message, hint);
                continue;
            }
            entries.push(Entry { key: name, at: key.start, value });
        }
    }

    /// Where a list starts. The parser says its first item if the list is indented no further than the key before it.
    fn first_dash(&self, said: Place, content: &Content) -> Place {
        let Content::List(items, Style::Block) = content else { return said };
        let before = &self.text[..said.byte - self.skipped];
        let dash = items.first().filter(|item| item.start.byte == said.byte).and_then(|_| before.rfind('-'));
        dash.map_or(said, |dash| self.back(said, dash))
    }

    /// Where a block of text begins: at its `|` or `>`, which the parser does not count to it.
    fn header(&self, said: Place) -> Place {
        let before = self.text[..said.byte - self.skipped].trim_end();
        let line = before.rfind('\n').map_or(0, |at| at + 1);
        // A comment may follow, with any characters in it.
        let code = before[line..].find(" #").map_or(before, |comment| &before[..line + comment]);
        code[line..].rfind(['|', '>']).map_or(said, |at| self.back(said, line + at))
    }

    /// The place of the byte `at` of the text, which is before `said`.
    fn back(&self, said: Place, at: usize) -> Place {
        let line = self.text[..at].rfind('\n').map_or(0, |at| at + 1);
        let breaks = self.text[at..said.byte - self.skipped].matches('\n').count();
        Place {
            byte: self.skipped + at,
            line: said.line - u32::try_from(breaks).unwrap_or_default().min(said.line),
            column: u32::try_from(self.text[line..at].chars().count() + 1).unwrap_or(u32::MAX),
        }
    }

    /// The style, and the end: that of the bracket, or of the last value in a block.
    fn closed(&self, style: StructureStyle, span: Span, last: usize) -> (Style, usize) {
        match style {
            StructureStyle::Flow => (Style::Flow, self.byte(span.end.byte_offset())),
            StructureStyle::Block => (Style::Block, last),
        }
    }

    fn start(&self, span: Span) -> Place {
        Place {
            byte: self.byte(span.start.byte_offset()),
            line: u32::try_from(span.start.line().max(1)).unwrap_or(u32::MAX),
            column: u32::try_from(span.start.col() + 1).unwrap_or(u32::MAX),
        }
    }

    /// Where a scalar ends; the parser counts the line breaks behind a block of text to it.
    fn scalar_end(&self, span: Span) -> usize {
        let end = self.byte(span.end.byte_offset());
        let start = self.byte(span.start.byte_offset());
        let written = &self.text[start - self.skipped..end - self.skipped];
        start + written.trim_end().len()
    }

    fn byte(&self, offset: Option<usize>) -> usize {
        self.skipped + offset.unwrap_or_default().min(self.text.len())
    }

    fn mark(&self, place: Place) -> Mark {
        Mark { file: self.file, line: place.line.max(1), column: place.column.max(1), length: 1 }
    }

    fn over<T>(&self, place: Place, message: core_monitor_message::Message) -> Option<T> {
        self.report.error(Code::LimitExceeded, self.mark(place), message);
        None
    }
}
