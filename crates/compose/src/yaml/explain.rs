//! Explains YAML syntax errors in plain words: what is wrong, where the mistake is rather than where the parser
//! noticed it, and what to try.

mod lines;

use super::said;
use crate::report::{Advice, Mark};
use core_monitor_message::Message;
use granit_parser::{ErrorKind, ScanError};
use lines::{Lines, content, indent, leads_with_dash};

/// A syntax error in words for people.
pub(super) struct Explained {
    pub(super) mark: Mark,
    pub(super) message: Message,
    pub(super) advice: Advice,
}

/// Explains the error that ended the reading of `text`. Never quotes a value: it may be a secret.
pub(super) fn explain(error: &ScanError, text: &str, file: u16) -> Explained {
    let marker = error.marker();
    let place = Place { line: marker.line().max(1), column: marker.col() + 1, length: 1 };
    let diagnosis = diagnose(error.kind(), &Lines::new(text), place).unwrap_or_else(|| Diagnosis {
        place,
        message: said::invalid_yaml(Message::foreign(error.info())),
        expected: None,
        hint: None,
    });
    let Diagnosis { place, message, expected, hint } = diagnosis;
    let mark = Mark {
        file,
        line: super::small(place.line),
        column: super::small(place.column),
        length: super::small(place.length),
    };
    Explained { mark, message, advice: Advice { expected, hint } }
}

#[derive(Debug, Clone, Copy)]
struct Place {
    /// From 1.
    line: usize,
    /// From 1, in characters.
    column: usize,
    length: usize,
}

struct Diagnosis {
    place: Place,
    message: Message,
    expected: Option<Message>,
    hint: Option<Message>,
}

impl Diagnosis {
    fn new(place: Place, message: Message, hint: Message) -> Self {
        Self { place, message, expected: None, hint: Some(hint) }
    }

    fn expecting(self, expected: Message) -> Self {
        Self { expected: Some(expected), ..self }
    }
}

/// `None` if the parser's own message is good enough.
fn diagnose(kind: &ErrorKind, lines: &Lines<'_>, at: Place) -> Option<Diagnosis> {
    if let Some(diagnosis) = conflict_marker(lines, at) {
        return Some(diagnosis);
    }
    let quotes = said::put_value_in_quotes;
    let diagnosis = match kind {
        ErrorKind::TabInBlockIndentation | ErrorKind::TabInIndentation | ErrorKind::TabNotAllowed => {
            return tab(lines, at);
        }
        ErrorKind::UnclosedQuotedScalar
        | ErrorKind::InvalidQuotedScalarIndent
        | ErrorKind::DocumentIndicatorInQuotedScalar => return quote(lines, at),
        ErrorKind::UnclosedFlowCollection { open } => open_bracket(at, *open),
        ErrorKind::ExpectedFlowMappingSeparator
        | ErrorKind::ExpectedFlowSequenceSeparator
        | ErrorKind::UnexpectedEofFlowMapping
        | ErrorKind::UnexpectedEofFlowSequence
        | ErrorKind::UnexpectedEofImplicitFlowMapping
        | ErrorKind::InvalidFlowScalarIndent
        | ErrorKind::BlockEntryInFlowCollection
        | ErrorKind::InvalidColonPlacement => return bracket(lines, at),
        ErrorKind::MismatchedFlowCollectionEnd { open, close } => {
            Diagnosis::new(at, said::bracket_mismatch(open, close), said::write_bracket(closing(*open)))
        }
        ErrorKind::MisplacedFlowCollectionEnd => {
            let sign = lines.char(at.line, at.column).unwrap_or(']');
            Diagnosis::new(at, said::bracket_unopened(sign), said::remove_or_quote())
        }
        ErrorKind::MappingValueNotAllowed | ErrorKind::InvalidMappingValueWhitespace => {
            mapping_value(lines, at)
        }
        ErrorKind::SimpleKeyExpected | ErrorKind::InvalidSimpleKey => missing_colon(lines, at.line)?,
        ErrorKind::ExpectedBlockMappingKey
        | ErrorKind::ExpectedBlockSequenceEntry
        | ErrorKind::BlockSequenceEntryNotAllowed
        | ErrorKind::InvalidIndentation => return indentation(lines, at),
        ErrorKind::UnexpectedCharacter { character } => {
            let shown = character.escape_debug();
            Diagnosis::new(at, said::value_start(shown), quotes())
        }
        ErrorKind::UnknownAnchor => {
            let name = lines.word(at.line, at.column);
            let bare = name.trim_start_matches('*');
            let hint = said::define_anchor_or_quote(bare);
            Diagnosis::new(
                Place { length: name.chars().count().max(1), ..at },
                said::unknown_alias(name),
                hint,
            )
        }
        ErrorKind::MissingAnchorOrAliasName => Diagnosis::new(at, said::anchor_without_name(), quotes()),
        ErrorKind::InvalidTrailingSingleQuotedScalar | ErrorKind::InvalidTrailingDoubleQuotedScalar => {
            Diagnosis::new(at, said::text_after_quote(), said::one_pair_of_quotes())
        }
        ErrorKind::UnknownQuotedScalarEscape
        | ErrorKind::InvalidQuotedScalarHexEscape
        | ErrorKind::InvalidUnicodeEscape => {
            Diagnosis::new(at, said::unknown_escape(), said::escape_backslash())
        }
        ErrorKind::InvalidBlockScalarHeader | ErrorKind::ZeroBlockScalarIndent => {
            Diagnosis::new(at, said::text_after_block_sign(), said::text_on_next_line())
        }
        ErrorKind::UnclosedVerbatimTag
        | ErrorKind::UndeclaredTagHandle
        | ErrorKind::InvalidTagTerminator
        | ErrorKind::InvalidGlobalTagCharacter
        | ErrorKind::MissingTagUri => Diagnosis::new(at, said::invalid_tag(), said::quote_exclamation_mark()),
        ErrorKind::CommentNotSeparated => {
            Diagnosis::new(at, said::space_before_hash_missing(), said::space_before_comment())
        }
        _ => return None,
    };
    Some(diagnosis)
}

/// A merge conflict marker that version control left in the file.
fn conflict_marker(lines: &Lines<'_>, at: Place) -> Option<Diagnosis> {
    const MARKERS: [&str; 3] = ["<<<<<<< ", "=======", ">>>>>>> "];
    let nearby = [at.line, at.line.saturating_sub(1)].into_iter();
    let line = nearby.filter(|line| *line > 0).find(|line| {
        lines.get(*line).is_some_and(|text| MARKERS.iter().any(|marker| text.starts_with(marker)))
    })?;
    let place = Place { line, column: 1, length: 7 };
    let hint = said::resolve_merge_conflict();
    Some(Diagnosis::new(place, said::merge_conflict(), hint))
}

fn tab(lines: &Lines<'_>, at: Place) -> Option<Diagnosis> {
    let line = lines.get(at.line)?;
    let before = line.chars().position(|c| c == '\t')?;
    let length = line.chars().skip(before).take_while(|c| *c == '\t').count();
    let place = Place { line: at.line, column: before + 1, length };
    let hint = said::spaces_instead_of_tabs();
    Some(Diagnosis::new(place, said::tab_as_indentation(), hint).expecting(said::word_spaces()))
}

/// The parser notices an open quote only at the next line that does not fit; the quote itself is further up.
fn quote(lines: &Lines<'_>, at: Place) -> Option<Diagnosis> {
    let is_quote = |c: &char| matches!(c, '"' | '\'');
    let (place, sign) = match lines.char(at.line, at.column).filter(is_quote) {
        Some(sign) => (at, sign),
        None => lines.above(at.line).find_map(|(number, line)| {
            let odd = |sign: char| line.matches(sign).count() % 2 == 1;
            let sign = ['"', '\''].into_iter().find(|sign| odd(*sign))?;
            let column = line.chars().enumerate().filter(|(_, c)| *c == sign).last()?.0 + 1;
            Some((Place { line: number, column, length: 1 }, sign))
        })?,
    };
    let hint = said::close_quote_at_end(sign);
    Some(Diagnosis::new(place, said::sign_not_closed(sign), hint).expecting(said::a_closing_sign(sign)))
}

fn closing(open: char) -> char {
    if open == '{' { '}' } else { ']' }
}

fn open_bracket(place: Place, open: char) -> Diagnosis {
    let close = closing(open);
    Diagnosis::new(place, said::sign_not_closed(open), said::close_after_last_item(close))
        .expecting(said::a_closing_sign(close))
}

/// A flow sequence or mapping that does not end: its bracket is open, or a comma is missing.
fn bracket(lines: &Lines<'_>, at: Place) -> Option<Diagnosis> {
    let (line, column, open) = lines.open_bracket(at.line, at.column)?;
    if line < at.line {
        return Some(open_bracket(Place { line, column, length: 1 }, open));
    }
    let close = closing(open);
    let hint = said::separate_items(close);
    Some(
        Diagnosis::new(at, said::comma_or_bracket_missing(close, open), hint)
            .expecting(said::comma_or_bracket(close)),
    )
}

/// A colon inside a value: the value contains one, or the line above is broken.
fn mapping_value(lines: &Lines<'_>, at: Place) -> Diagnosis {
    let line = lines.get(at.line).unwrap_or_default();
    let before: String = line.chars().take(at.column.saturating_sub(1)).collect();
    if before.contains(": ") {
        return Diagnosis::new(at, said::value_looks_like_key(), said::quote_whole_value());
    }
    if let Some((number, above)) = lines.above(at.line).next() {
        if let Some(key) = key_without_space(above) {
            let place = Place { line: number, column: indent(above) + key.chars().count() + 1, length: 1 };
            let hint = said::add_space_after_colon(key);
            return Diagnosis::new(place, said::space_after_colon_missing(key), hint);
        }
        if let Some(diagnosis) = missing_colon(lines, number) {
            return diagnosis;
        }
        if indent(line) > indent(above) {
            let place = Place {
                line: at.line,
                column: indent(line) + 1,
                length: before.trim().chars().count().max(1),
            };
            let message = said::indented_too_far();
            let column = indent(above) + offset(above);
            return Diagnosis::new(place, message, said::indent_it_by(spaces(column)));
        }
    }
    Diagnosis::new(at, said::unexpected_colon(), said::quote_value_with_colon())
}

/// Columns from the dash of a list item to its content.
fn offset(line: &str) -> usize {
    let content = content(line);
    if leads_with_dash(line) { content.len() - content[1..].trim_start().len() } else { 0 }
}

/// The key of `key:value`, which YAML reads as one word.
fn key_without_space(line: &str) -> Option<&str> {
    let (key, value) = content(line).split_once(':')?;
    let is_key = !key.is_empty() && key.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '-' | '.'));
    (is_key && !value.is_empty() && !value.starts_with([' ', '\t', '/'])).then_some(key)
}

/// A line that has a bare word in place of a key.
fn missing_colon(lines: &Lines<'_>, number: usize) -> Option<Diagnosis> {
    let line = lines.get(number)?;
    let text = content(line);
    if text.is_empty() || text.contains(':') || leads_with_dash(line) {
        return None;
    }
    let word = text.split_whitespace().next()?;
    let place = Place { line: number, column: indent(line) + 1, length: word.chars().count() };
    Some(
        Diagnosis::new(place, said::colon_missing(), said::write_key_value())
            .expecting(said::a_key_with_colon()),
    )
}

fn spaces(count: usize) -> Message {
    if count == 1 { said::one_space() } else { said::several_spaces(count) }
}

/// A line whose indentation matches no line above.
fn indentation(lines: &Lines<'_>, at: Place) -> Option<Diagnosis> {
    let line = lines.get(at.line)?;
    let (depth, dash) = (indent(line), leads_with_dash(line));
    let place = Place {
        line: at.line,
        column: depth + 1,
        length: lines.word(at.line, depth + 1).chars().count().max(1),
    };
    // Only blocks that may still be open count: a shallower line in between closes the deeper ones.
    let mut open = usize::MAX;
    for (_, above) in lines.above(at.line) {
        let here = indent(above);
        if here >= open {
            continue;
        }
        open = here;
        if dash && leads_with_dash(above) && here != depth {
            let message = said::item_indentation(spaces(depth), spaces(here));
            return Some(
                Diagnosis::new(place, message, said::indent_items_equally()).expecting(spaces(here)),
            );
        }
        if here == depth {
            let (message, hint) = if dash {
                (said::item_among_keys(), said::write_key_or_items())
            } else if leads_with_dash(above) {
                (said::key_among_items(), said::write_item_or_keys())
            } else {
                return None;
            };
            return Some(Diagnosis::new(place, message, hint));
        }
        if here < depth {
            break;
        }
    }
    let message = said::indentation_matches_nothing(spaces(depth));
    Some(Diagnosis::new(place, message, said::align_keys()))
}
