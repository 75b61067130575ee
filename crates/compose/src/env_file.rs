//! The syntax of `.env` and `env_file`: neither shell nor YAML, with its own rules for quotes, comments, `export` and
//! variables.

use crate::interpolate::{Expansion, expand};
use crate::said;
use core_monitor_message::Message;
use std::collections::HashMap;

/// A syntax error and its position.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct SyntaxError {
    pub(crate) line: u32,
    pub(crate) column: u32,
    pub(crate) message: Message,
}

/// The content of a file: its variables in order, and the names of variables it uses that are not set.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Parsed {
    pub(crate) variables: Vec<(String, String)>,
    pub(crate) unset: Vec<String>,
}

/// Parses a file. A variable in a value is looked up with `lookup`, then among the variables above it, then in `earlier`
/// files. A key without `=` takes its value from `lookup` and is dropped if that has none. All values together may have
/// at most `max_bytes` bytes.
pub(crate) fn parse(
    text: &str,
    max_bytes: usize,
    lookup: &dyn Fn(&str) -> Option<String>,
    earlier: &dyn Fn(&str) -> Option<String>,
) -> Result<Parsed, SyntaxError> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text).replace("\r\n", "\n");
    let mut scanner = Scanner {
        text: &text,
        at: 0,
        lookup,
        earlier,
        left: max_bytes,
        parsed: Parsed::default(),
        known: HashMap::new(),
    };
    while scanner.statement()? {}
    Ok(scanner.parsed)
}

/// Parses a file with `format: raw`: everything after the first `=` is the value.
pub(crate) fn parse_raw(text: &str, lookup: &dyn Fn(&str) -> Option<String>) -> Result<Parsed, SyntaxError> {
    let mut parsed = Parsed::default();
    for (line, number) in text.lines().zip(1..) {
        let line = line.trim_end_matches('\r');
        if line.trim().is_empty() || line.starts_with('#') {
            continue;
        }
        match line.split_once('=') {
            Some((key, _)) if key.is_empty() || key.contains(' ') => {
                let message = said::variable_name_invalid(key);
                return Err(SyntaxError { line: number, column: 1, message });
            }
            Some((key, value)) => parsed.variables.push((key.to_owned(), value.to_owned())),
            None => parsed.variables.extend(lookup(line).map(|value| (line.to_owned(), value))),
        }
    }
    Ok(parsed)
}

struct Scanner<'a> {
    text: &'a str,
    at: usize,
    lookup: &'a dyn Fn(&str) -> Option<String>,
    earlier: &'a dyn Fn(&str) -> Option<String>,
    parsed: Parsed,
    /// The latest value of each name.
    known: HashMap<String, String>,
    /// Remaining bytes that values may expand to.
    left: usize,
}

impl Scanner<'_> {
    fn rest(&self) -> &str {
        &self.text[self.at..]
    }

    fn problem(&self, at: usize, message: Message) -> SyntaxError {
        let before = &self.text[..at];
        let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
        SyntaxError {
            line: small(before.matches('\n').count() + 1),
            column: small(self.text[line_start..at].chars().count() + 1),
            message,
        }
    }

    fn skip(&mut self, skipped: impl Fn(char) -> bool) {
        let rest = self.rest();
        self.at += rest.find(|c: char| !skipped(c)).unwrap_or(rest.len());
    }

    /// Parses one statement; `false` at the end of the file.
    fn statement(&mut self) -> Result<bool, SyntaxError> {
        self.skip(char::is_whitespace);
        while self.rest().starts_with('#') {
            self.skip(|c| c != '\n');
            self.skip(char::is_whitespace);
        }
        if self.rest().is_empty() {
            return Ok(false);
        }
        let after_export = self.rest().strip_prefix("export").map_or(0, |after| {
            let spaces = after.len() - after.trim_start_matches(is_space).len();
            if spaces == 0 { 0 } else { "export".len() + spaces }
        });
        self.at += after_export;
        let start = self.at;
        let (key, ending) = self.key()?;
        if key.contains(is_space) {
            return Err(self.problem(start, said::variable_name_with_space()));
        }
        if ending.is_none_or(|ending| ending == '\n') {
            if let Some(value) = (self.lookup)(&key) {
                self.set(key, value);
            }
            return Ok(true);
        }
        self.skip(is_space);
        let value = self.value()?;
        self.set(key, value);
        Ok(true)
    }

    fn set(&mut self, key: String, value: String) {
        self.known.insert(key.clone(), value.clone());
        self.parsed.variables.push((key, value));
    }

    /// The name and the character that ended it, which is consumed.
    fn key(&mut self) -> Result<(String, Option<char>), SyntaxError> {
        let start = self.at;
        let mut ending = None;
        for (offset, c) in self.text[start..].char_indices() {
            self.at = start + offset;
            match c {
                '=' | ':' | '\n' => {
                    ending = Some(c);
                    break;
                }
                '_' | '.' | '-' | '[' | ']' => {}
                c if is_space(c) || c.is_alphanumeric() => {}
                c => {
                    return Err(self.problem(self.at, said::variable_name_character(c)));
                }
            }
        }
        let end = if ending.is_some() { self.at } else { self.text.len() };
        let key = self.text[start..end].trim_end().to_owned();
        self.at = (end + 1).min(self.text.len());
        if key.is_empty() {
            return Err(self.problem(start, said::variable_name_missing()));
        }
        Ok((key, ending))
    }

    fn value(&mut self) -> Result<String, SyntaxError> {
        match self.rest().as_bytes().first() {
            Some(b'"') => self.quoted('"'),
            Some(b'\'') => self.quoted('\''),
            _ => {
                let start = self.at;
                self.skip(|c| c != '\n');
                let line = &self.text[start..self.at];
                let uncommented = match line.find(" #") {
                    Some(comment) => &line[..comment],
                    None => line,
                };
                self.expand(start, uncommented.trim_end())
            }
        }
    }

    fn quoted(&mut self, quote: char) -> Result<String, SyntaxError> {
        let start = self.at;
        let mut value = String::new();
        let mut escaped = false;
        for (offset, c) in self.text[start + 1..].char_indices() {
            if c == quote && !escaped {
                self.at = start + 1 + offset + 1;
                return if quote == '"' { self.expand(start, &unescape(&value)) } else { Ok(value) };
            }
            if c == '\\' && !escaped {
                escaped = true;
                continue;
            }
            if escaped && c != quote {
                value.push('\\');
            }
            escaped = false;
            value.push(c);
        }
        Err(self.problem(start, said::quoted_value_not_closed()))
    }

    fn expand(&mut self, at: usize, text: &str) -> Result<String, SyntaxError> {
        let known = |name: &str| self.known.get(name).cloned().or_else(|| (self.earlier)(name));
        let lookup = |name: &str| (self.lookup)(name).or_else(|| known(name));
        match expand(text, self.left, &lookup) {
            Ok(expanded) => {
                self.left = self.left.saturating_sub(expanded.text.len());
                self.parsed.unset.extend(expanded.unset);
                Ok(expanded.text)
            }
            // The text may contain a secret, so the message names only the kind of problem.
            Err(Expansion::Required { name, .. }) => {
                Err(self.problem(at, said::required_variable_unset(name)))
            }
            Err(Expansion::TooLong) => Err(self.problem(at, said::variables_too_long())),
            Err(_) => Err(self.problem(at, said::interpolation_invalid())),
        }
    }
}

/// Shell escapes of a double-quoted value. `\$` becomes `$$`, which the expansion that follows turns into `$`.
fn unescape(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some(at) = rest.find('\\') {
        out.push_str(&rest[..at]);
        let mut chars = rest[at + 1..].chars();
        let escaped = chars.next();
        match escaped {
            Some('a') => out.push('\u{7}'),
            Some('b') => out.push('\u{8}'),
            Some('f') => out.push('\u{c}'),
            Some('n') => out.push('\n'),
            Some('r') => out.push('\r'),
            Some('t') => out.push('\t'),
            Some('v') => out.push('\u{b}'),
            Some('$') => out.push_str("$$"),
            Some(c @ ('"' | '\\')) => out.push(c),
            Some(c) => {
                out.push('\\');
                out.push(c);
            }
            None => out.push('\\'),
        }
        rest = chars.as_str();
    }
    out.push_str(rest);
    out
}

fn is_space(c: char) -> bool {
    matches!(c, ' ' | '\t' | '\u{b}' | '\u{c}' | '\r' | '\u{85}' | '\u{a0}')
}

fn small(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lookup(name: &str) -> Option<String> {
        (name == "OUT").then(|| "outer".to_owned())
    }

    fn check(text: &str) -> String {
        match parse(text, 1000, &lookup, &|name| (name == "BEFORE").then(|| "earlier".to_owned())) {
            Ok(parsed) => {
                let lines: Vec<String> =
                    parsed.variables.iter().map(|(key, value)| format!("{key}={value:?}")).collect();
                lines.join(" ")
            }
            Err(problem) => format!("{}:{}: {}", problem.line, problem.column, problem.message),
        }
    }

    #[test]
    fn plain_values_end_at_a_space_and_a_hash() {
        assert_eq!(
            check("A=1\nB= two words  # note\nC=a#b\n\n# skipped\nD=#x"),
            r##"A="1" B="two words" C="a#b" D="#x""##
        );
        assert_eq!(check("export A=1\nexportB=2\nC: yaml"), r#"A="1" exportB="2" C="yaml""#);
        assert_eq!(check("A=1\r\nB=2\r\n"), r#"A="1" B="2""#);
    }

    #[test]
    fn quotes_control_escapes_and_variables() {
        assert_eq!(check(r#"A="x\ny\tz \"q\"""#), r#"A="x\ny\tz \"q\"""#);
        assert_eq!(check(r"A='x\ny $OUT'"), r#"A="x\\ny $OUT""#);
        assert_eq!(check("A=\"$OUT \\$OUT ${NOPE:-d}\""), r#"A="outer $OUT d""#);
        assert_eq!(check("A=\"two\nlines\" # note\nB=1"), r#"A="two\nlines" B="1""#);
    }

    #[test]
    fn values_see_the_variables_above() {
        assert_eq!(check("A=1\nB=${A}-x\nC=$OUT"), r#"A="1" B="1-x" C="outer""#);
    }

    #[test]
    fn earlier_files_are_seen_last() {
        assert_eq!(check("A=$BEFORE\nBEFORE=1\nB=$BEFORE\nBEFORE"), r#"A="earlier" BEFORE="1" B="1""#);
    }

    #[test]
    fn keys_without_a_value_are_inherited() {
        assert_eq!(check("OUT\nNOPE\nA=1\nOUT"), r#"OUT="outer" A="1" OUT="outer""#);
    }

    #[test]
    fn errors_have_a_position_and_no_value() {
        assert_eq!(check("A=1\nB{=2"), "2:2: unexpected character `{` in a variable name");
        assert_eq!(check("A B=1"), "1:1: a variable name cannot contain a space");
        assert_eq!(check("=secret"), "1:1: missing variable name");
        assert_eq!(check("A=\"secret"), "1:3: a quoted value is never closed");
        assert_eq!(check("A=${secret"), "1:3: invalid interpolation");
        assert_eq!(check("A=${NOPE:?secret}"), "1:3: required variable `NOPE` has no value");
    }

    #[test]
    fn values_cannot_grow_without_limit() {
        let doubling: Vec<String> = (0..40).map(|n| format!("A{}=$A{n}$A{n}", n + 1)).collect();
        let text = format!("A0=x\n{}", doubling.join("\n"));
        assert_eq!(check(&text), "10:4: the expanded variables exceed the size limit");
    }

    #[test]
    fn raw_values_are_not_interpreted() {
        let parsed = parse_raw("A='$OUT' # x\n# note\nOUT\nNOPE\n", &lookup).unwrap();
        assert_eq!(
            parsed.variables,
            [("A".to_owned(), "'$OUT' # x".to_owned()), ("OUT".to_owned(), "outer".to_owned())]
        );
        assert!(parse_raw("A B=1", &lookup).is_err());
    }
}
