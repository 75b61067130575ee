//! What a person should know when a file is not YAML: what is wrong in plain words, where it went wrong rather than
//! where the parser noticed, and what to try.

mod lines;

use crate::report::{Advice, Mark};
use granit_parser::{ErrorKind, ScanError};
use lines::{Lines, content, indent, leads_with_dash};

/// A syntax error, told to a person.
pub(super) struct Explained {
    pub(super) mark: Mark,
    pub(super) message: String,
    pub(super) advice: Advice,
}

/// Explains the error that ended the reading of `text`. Nothing of a value is quoted: it may be a secret.
pub(super) fn explain(error: &ScanError, text: &str, file: u16) -> Explained {
    let marker = error.marker();
    let place = Place { line: marker.line().max(1), column: marker.col() + 1, length: 1 };
    let told = tell(error.kind(), &Lines::new(text), place).unwrap_or_else(|| Told {
        place,
        message: format!("invalid YAML: {}", error.info()),
        expected: None,
        hint: None,
    });
    let Told { place, message, expected, hint } = told;
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

struct Told {
    place: Place,
    message: String,
    expected: Option<String>,
    hint: Option<String>,
}

impl Told {
    fn new(place: Place, message: impl Into<String>, hint: impl Into<String>) -> Self {
        Self { place, message: message.into(), expected: None, hint: Some(hint.into()) }
    }

    fn expecting(self, expected: impl Into<String>) -> Self {
        Self { expected: Some(expected.into()), ..self }
    }
}

/// `None` where the parser's own words are as good as any.
fn tell(kind: &ErrorKind, lines: &Lines<'_>, at: Place) -> Option<Told> {
    if let Some(told) = conflict_marker(lines, at) {
        return Some(told);
    }
    let quotes = "put the value in quotes";
    let told = match kind {
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
            Told::new(at, format!("`{open}` is closed by `{close}`"), format!("write `{}`", closing(*open)))
        }
        ErrorKind::MisplacedFlowCollectionEnd => {
            let sign = lines.char(at.line, at.column).unwrap_or(']');
            Told::new(at, format!("`{sign}` closes nothing"), "remove it, or put the value in quotes")
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
            Told::new(at, format!("a value cannot start with `{shown}`"), quotes)
        }
        ErrorKind::UnknownAnchor => {
            let name = lines.word(at.line, at.column);
            let bare = name.trim_start_matches('*');
            let hint = format!("define `&{bare}` further up, or put a value that starts with `*` in quotes");
            Told::new(
                Place { length: name.chars().count().max(1), ..at },
                format!("alias `{name}` has no anchor"),
                hint,
            )
        }
        ErrorKind::MissingAnchorOrAliasName => {
            Told::new(at, "`&` and `*` stand for anchors and aliases, and need a name", quotes)
        }
        ErrorKind::InvalidTrailingSingleQuotedScalar | ErrorKind::InvalidTrailingDoubleQuotedScalar => {
            Told::new(
                at,
                "something follows the closing quote",
                "put the whole value into one pair of quotes, or a `,` between two values",
            )
        }
        ErrorKind::UnknownQuotedScalarEscape
        | ErrorKind::InvalidQuotedScalarHexEscape
        | ErrorKind::InvalidUnicodeEscape => Told::new(
            at,
            "a backslash in double quotes begins something that does not exist",
            "write `\\\\` for a backslash, or use single quotes",
        ),
        ErrorKind::InvalidBlockScalarHeader | ErrorKind::ZeroBlockScalarIndent => Told::new(
            at,
            "something follows `|` or `>`",
            "start the text on the next line, indented; put a value that begins with `|` or `>` in quotes",
        ),
        ErrorKind::UnclosedVerbatimTag
        | ErrorKind::UndeclaredTagHandle
        | ErrorKind::InvalidTagTerminator
        | ErrorKind::InvalidGlobalTagCharacter
        | ErrorKind::MissingTagUri => {
            Told::new(at, "`!` begins a tag, and this is none", "put a value that starts with `!` in quotes")
        }
        ErrorKind::CommentNotSeparated => Told::new(
            at,
            "a blank is missing before `#`",
            "write a blank before a comment, or quotes around a value with `#`",
        ),
        _ => return None,
    };
    Some(told)
}

/// What version control leaves in a file that two people have changed.
fn conflict_marker(lines: &Lines<'_>, at: Place) -> Option<Told> {
    const MARKERS: [&str; 3] = ["<<<<<<< ", "=======", ">>>>>>> "];
    let nearby = [at.line, at.line.saturating_sub(1)].into_iter();
    let line = nearby.filter(|line| *line > 0).find(|line| {
        lines.get(*line).is_some_and(|text| MARKERS.iter().any(|marker| text.starts_with(marker)))
    })?;
    let place = Place { line, column: 1, length: 7 };
    let hint = "two changes were merged and one must be chosen: remove the lines with `<<<<<<<`, `=======` and `>>>>>>>`";
    Some(Told::new(place, "a merge conflict was left in the file", hint))
}

fn tab(lines: &Lines<'_>, at: Place) -> Option<Told> {
    let line = lines.get(at.line)?;
    let before = line.chars().position(|c| c == '\t')?;
    let length = line.chars().skip(before).take_while(|c| *c == '\t').count();
    let place = Place { line: at.line, column: before + 1, length };
    let hint = "YAML is indented with spaces: put two in place of every tab at the start of a line";
    Some(Told::new(place, "a tab stands in the indentation", hint).expecting("spaces"))
}

/// The parser notices that a quote is open where the next line does not fit; the quote itself stands further up.
fn quote(lines: &Lines<'_>, at: Place) -> Option<Told> {
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
    let hint = format!("add `{sign}` at the end of the value");
    Some(
        Told::new(place, format!("`{sign}` opens a text that is not closed"), hint)
            .expecting(format!("a closing `{sign}`")),
    )
}

fn closing(open: char) -> char {
    if open == '{' { '}' } else { ']' }
}

fn open_bracket(place: Place, open: char) -> Told {
    let close = closing(open);
    Told::new(place, format!("`{open}` is not closed"), format!("add `{close}` after the last item"))
        .expecting(format!("a closing `{close}`"))
}

/// A list or mapping in brackets that goes on where it should not: its bracket is open, or a comma is missing.
fn bracket(lines: &Lines<'_>, at: Place) -> Option<Told> {
    let (line, column, open) = lines.open_bracket(at.line, at.column)?;
    if line < at.line {
        return Some(open_bracket(Place { line, column, length: 1 }, open));
    }
    let close = closing(open);
    let hint = format!(
        "separate items by `,` and close with `{close}`; put a value with `:`, `,` or brackets in it in quotes"
    );
    Some(
        Told::new(at, format!("after `{open}` something is missing here"), hint)
            .expecting(format!("`,` or `{close}`")),
    )
}

/// A colon where a value is under way: the value has a colon, or the line above is not what it seems.
fn mapping_value(lines: &Lines<'_>, at: Place) -> Told {
    let line = lines.get(at.line).unwrap_or_default();
    let before: String = line.chars().take(at.column.saturating_sub(1)).collect();
    if before.contains(": ") {
        return Told::new(at, "a value with `: ` in it looks like a key", "put the whole value in quotes");
    }
    if let Some((number, above)) = lines.above(at.line).next() {
        if let Some(key) = key_without_blank(above) {
            let place = Place { line: number, column: indent(above) + key.chars().count() + 1, length: 1 };
            let hint = format!("write a blank after the colon: `{key}: ...`");
            return Told::new(place, format!("a blank is missing after `{key}:`"), hint);
        }
        if let Some(told) = missing_colon(lines, number) {
            return told;
        }
        if indent(line) > indent(above) {
            let place = Place {
                line: at.line,
                column: indent(line) + 1,
                length: before.trim().chars().count().max(1),
            };
            let message = "the line is indented deeper than the one above, which has its value already";
            let (column, blanks) = (indent(above) + offset(above), "space");
            let plural = if column == 1 { "" } else { "s" };
            return Told::new(place, message, format!("indent it by {column} {blanks}{plural}"));
        }
    }
    Told::new(at, "there cannot be a `:` here", "put a value with `: ` in it in quotes")
}

/// How far the content of a list item stands behind its dash.
fn offset(line: &str) -> usize {
    let content = content(line);
    if leads_with_dash(line) { content.len() - content[1..].trim_start().len() } else { 0 }
}

/// The key of `key:value`, which is one word to YAML.
fn key_without_blank(line: &str) -> Option<&str> {
    let (key, value) = content(line).split_once(':')?;
    let is_key = !key.is_empty() && key.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '-' | '.'));
    (is_key && !value.is_empty() && !value.starts_with([' ', '\t', '/'])).then_some(key)
}

/// A line that is one bare word where a key belongs.
fn missing_colon(lines: &Lines<'_>, number: usize) -> Option<Told> {
    let line = lines.get(number)?;
    let text = content(line);
    if text.is_empty() || text.contains(':') || leads_with_dash(line) {
        return None;
    }
    let word = text.split_whitespace().next()?;
    let place = Place { line: number, column: indent(line) + 1, length: word.chars().count() };
    Some(
        Told::new(place, "a `:` is missing after the key", "write `key: value`")
            .expecting("a key with a `:`"),
    )
}

/// A line that fits no line above.
fn indentation(lines: &Lines<'_>, at: Place) -> Option<Told> {
    let line = lines.get(at.line)?;
    let (depth, dash) = (indent(line), leads_with_dash(line));
    let place = Place {
        line: at.line,
        column: depth + 1,
        length: lines.word(at.line, depth + 1).chars().count().max(1),
    };
    let spaces = |count: usize| if count == 1 { "1 space".to_owned() } else { format!("{count} spaces") };
    // Only what may still be open counts: what stands deeper than a line in between is closed.
    let mut open = usize::MAX;
    for (_, above) in lines.above(at.line) {
        let here = indent(above);
        if here >= open {
            continue;
        }
        open = here;
        if dash && leads_with_dash(above) && here != depth {
            let message =
                format!("the list item is indented by {}, the one above by {}", spaces(depth), spaces(here));
            return Some(Told::new(place, message, "align the items of a list").expecting(spaces(here)));
        }
        if here == depth {
            let (message, hint) = if dash {
                (
                    "a list item stands among the keys of a mapping",
                    "write `key: value`, or begin every line with `- `",
                )
            } else if leads_with_dash(above) {
                (
                    "a key stands among the items of a list",
                    "begin it with `- `, or write `key: value` in every line",
                )
            } else {
                return None;
            };
            return Some(Told::new(place, message, hint));
        }
        if here < depth {
            break;
        }
    }
    let message = format!("an indentation of {} fits no line above", spaces(depth));
    Some(Told::new(place, message, "keys that belong together stand in one column, under the first of them"))
}
