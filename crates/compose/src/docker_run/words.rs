//! Splits a command line into words as a POSIX shell does.
//!
//! The text of a word is already escaped for a compose file: a literal `$` is doubled, and a variable is written
//! `${NAME}`. Neither form contains a character that flags are split at.

use core_monitor_message::Message;
use std::iter::Peekable;
use std::ops::Range;
use std::str::CharIndices;

use super::CommandError;
use super::said;

/// A word and where it was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Word {
    pub(super) text: String,
    /// Bytes of the line.
    pub(super) at: Range<usize>,
}

/// A line, split.
#[derive(Debug)]
pub(super) struct Split {
    pub(super) words: Vec<Word>,
    pub(super) notes: Vec<Message>,
}

struct Splitter<'a> {
    line: &'a str,
    rest: Peekable<CharIndices<'a>>,
    words: Vec<Word>,
    notes: Vec<Message>,
    /// The word being read.
    open: Option<(usize, String)>,
}

/// Splits a line with a single command: `&&`, `|` or `>` have no equivalent in a stack.
pub(super) fn split(line: &str) -> Result<Split, CommandError> {
    if let Some(at) = line.find('\0') {
        return Err(CommandError::new(line, at..at + 1, said::run_nul_character()));
    }
    let mut splitter = Splitter {
        line,
        rest: line.char_indices().peekable(),
        words: Vec::new(),
        notes: Vec::new(),
        open: None,
    };
    splitter.run()?;
    Ok(Split { words: splitter.words, notes: splitter.notes })
}

impl Splitter<'_> {
    fn run(&mut self) -> Result<(), CommandError> {
        while let Some((at, c)) = self.rest.next() {
            match c {
                '\n' => {
                    self.close(at);
                    if self.words.is_empty() {
                        continue;
                    }
                    return self.nothing_more();
                }
                ' ' | '\t' | '\r' => self.close(at),
                '#' if self.open.is_none() => self.skip_comment(),
                '\\' => self.backslash(at),
                '\'' => self.single_quoted(at)?,
                '"' => self.double_quoted(at)?,
                '$' => self.dollar(at)?,
                '`' => self.backquoted(at)?,
                ';' | '&' | '|' | '<' | '>' | '(' | ')' => return Err(self.operator(at, c)),
                c => self.push(at, c),
            }
        }
        self.close(self.line.len());
        Ok(())
    }

    fn push(&mut self, at: usize, c: char) {
        self.word(at).push(c);
    }

    fn word(&mut self, at: usize) -> &mut String {
        &mut self.open.get_or_insert_with(|| (at, String::new())).1
    }

    fn close(&mut self, end: usize) {
        if let Some((start, text)) = self.open.take() {
            self.words.push(Word { text, at: start..end });
        }
    }

    /// Only whitespace and comments may follow the command.
    fn nothing_more(&mut self) -> Result<(), CommandError> {
        while let Some((at, c)) = self.rest.next() {
            match c {
                c if c.is_whitespace() => {}
                '#' => self.skip_comment(),
                _ => {
                    let message = said::run_more_text();
                    return Err(CommandError::new(self.line, at..at + c.len_utf8(), message)
                        .hint(said::run_continue_with_backslash()));
                }
            }
        }
        Ok(())
    }

    fn skip_comment(&mut self) {
        while self.rest.next_if(|(_, c)| *c != '\n').is_some() {}
    }

    fn backslash(&mut self, at: usize) {
        // Pasted lines may have spaces after the backslash, or Windows line ends.
        let rest = &self.line[at + 1..];
        let spaces = rest.len() - rest.trim_start_matches([' ', '\t', '\r']).len();
        if rest[spaces..].starts_with('\n') {
            while self.rest.next_if(|(next, _)| *next <= at + 1 + spaces).is_some() {}
            return;
        }
        match self.rest.next() {
            Some((_, '$')) => self.word(at).push_str("$$"),
            Some((_, c)) => self.push(at, c),
            None => {}
        }
    }

    fn single_quoted(&mut self, at: usize) -> Result<(), CommandError> {
        self.word(at);
        for (_, c) in self.rest.by_ref() {
            match c {
                '\'' => return Ok(()),
                '$' => {
                    if let Some((_, text)) = &mut self.open {
                        text.push_str("$$");
                    }
                }
                c => {
                    if let Some((_, text)) = &mut self.open {
                        text.push(c);
                    }
                }
            }
        }
        Err(self.unbalanced(at, '\''))
    }

    fn double_quoted(&mut self, at: usize) -> Result<(), CommandError> {
        self.word(at);
        while let Some((inside, c)) = self.rest.next() {
            match c {
                '"' => return Ok(()),
                '$' => self.dollar(inside)?,
                '`' => self.backquoted(inside)?,
                '\\' => match self.rest.next() {
                    Some((_, '\n')) => {}
                    Some((_, '$')) => self.word(at).push_str("$$"),
                    Some((_, c @ ('"' | '\\' | '`'))) => self.push(at, c),
                    Some((_, c)) => {
                        self.push(at, '\\');
                        self.push(at, c);
                    }
                    None => break,
                },
                c => self.push(at, c),
            }
        }
        Err(self.unbalanced(at, '"'))
    }

    /// `$NAME`, `${NAME}` and related forms are kept for the compose file; `$(command)` cannot be run.
    fn dollar(&mut self, at: usize) -> Result<(), CommandError> {
        let rest = &self.line[at + 1..];
        if rest.starts_with('(') {
            let end = closing(rest, '(', ')').ok_or_else(|| self.unbalanced(at, '('))?;
            let command = rest[1..end].to_owned();
            self.skip_to(at + 1 + end + 1);
            self.substitution(at, command.trim());
            return Ok(());
        }
        if rest.starts_with('{') {
            let end = closing(rest, '{', '}').ok_or_else(|| self.unbalanced(at, '{'))?;
            let inside = rest[1..end].to_owned();
            self.skip_to(at + 1 + end + 1);
            return self.braces(at, &inside);
        }
        let length = rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(rest.len());
        if length == 0 || rest.starts_with(|c: char| c.is_ascii_digit()) {
            self.word(at).push_str("$$");
            return Ok(());
        }
        let name = rest[..length].to_owned();
        self.skip_to(at + 1 + length);
        self.variable(at, &name);
        Ok(())
    }

    fn braces(&mut self, at: usize, inside: &str) -> Result<(), CommandError> {
        let length = inside.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(inside.len());
        let (name, form) = inside.split_at(length);
        if name.is_empty()
            || name.starts_with(|c: char| c.is_ascii_digit())
            || form.contains(['$', '`', '{', '}'])
        {
            let end = at + 3 + inside.len();
            return Err(CommandError::new(self.line, at..end, said::run_expansion_unsupported())
                .hint(said::run_write_its_value()));
        }
        match form.as_bytes() {
            [] => self.variable(at, name),
            [b'-' | b'?' | b'+', ..] | [b':', b'-' | b'?' | b'+', ..] => {
                // These forms have the same meaning in a compose file.
                let text = format!("${{{inside}}}");
                self.word(at).push_str(&text);
                self.note_variable(name);
            }
            _ => {
                let end = at + 3 + inside.len();
                return Err(CommandError::new(self.line, at..end, said::run_expansion_unsupported())
                    .hint(said::run_write_its_value()));
            }
        }
        Ok(())
    }

    fn variable(&mut self, at: usize, name: &str) {
        let text = format!("${{{name}}}");
        self.word(at).push_str(&text);
        if name != "PWD" {
            self.note_variable(name);
        }
    }

    fn note_variable(&mut self, name: &str) {
        let note = said::run_variable_of_shell(name);
        if !self.notes.contains(&note) {
            self.notes.push(note);
        }
    }

    fn backquoted(&mut self, at: usize) -> Result<(), CommandError> {
        let rest = &self.line[at + 1..];
        let end = rest.find('`').ok_or_else(|| self.unbalanced(at, '`'))?;
        let command = rest[..end].to_owned();
        self.skip_to(at + 1 + end + 1);
        self.substitution(at, command.trim());
        Ok(())
    }

    /// Three commands whose output has a conventional variable become that variable; others are kept as text.
    fn substitution(&mut self, at: usize, command: &str) {
        match command {
            "pwd" => self.variable(at, "PWD"),
            "id -u" => self.variable(at, "UID"),
            "id -g" => self.variable(at, "GID"),
            _ => {
                let text = format!("$$({})", command.replace('$', "$$"));
                self.word(at).push_str(&text);
                self.notes.push(said::run_substitution(command));
            }
        }
    }

    fn skip_to(&mut self, end: usize) {
        while self.rest.next_if(|(at, _)| *at < end).is_some() {}
    }

    fn operator(&self, at: usize, c: char) -> CommandError {
        let message = said::run_shell_operator(c);
        CommandError::new(self.line, at..at + 1, message).hint(said::run_remove_or_quote())
    }

    fn unbalanced(&self, at: usize, c: char) -> CommandError {
        CommandError::new(self.line, at..at + 1, said::run_not_closed(c))
    }
}

/// Where the bracket at the start of `text` is closed.
fn closing(text: &str, open: char, close: char) -> Option<usize> {
    let mut depth = 0_usize;
    for (at, c) in text.char_indices() {
        if c == open {
            depth += 1;
        } else if c == close {
            depth -= 1;
            if depth == 0 {
                return Some(at);
            }
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(line: &str, expected: &str) {
        let shown = match split(line) {
            Ok(split) => split.words.into_iter().map(|word| word.text).collect::<Vec<_>>().join("|"),
            Err(error) => error.to_string(),
        };
        assert_eq!(shown, expected, "{line}");
    }

    #[test]
    fn words_are_split_like_a_shell() {
        check("a  b\tc", "a|b|c");
        check("a \\\n  b \\  \r\n c\n", "a|b|c");
        check("-e 'A=1 2' --x=\"y z\"w a\\ b", "-e|A=1 2|--x=y zw|a b");
        check("'' \"\"", "|");
        check("\"a\\\"b\\n\" 'a\\b'", "a\"b\\n|a\\b");
        check("\n\n# hello\na # b\n# c\n", "a");
        check("é€ 😀", "é€|😀");
    }

    #[test]
    fn variables_become_compose_variables() {
        check("$A/b ${B:-c} '$A' \\$A \"$A\"", "${A}/b|${B:-c}|$$A|$$A|${A}");
        check("$(pwd)/x `pwd` \"$(id -u):$(id -g)\"", "${PWD}/x|${PWD}|${UID}:${GID}");
        check("$(cat $f) a$ $1", "$$(cat $$f)|a$$|$$1");
        check(
            "${A%%.*}",
            "1:1: this form of variable expansion cannot be converted (write its value instead)",
        );
    }

    #[test]
    fn unclosed_quotes_are_reported_where_they_open() {
        check("a \"b", "1:3: `\"` is never closed");
        check("a \\\n 'b", "2:2: `'` is never closed");
        check("a $(b", "1:3: `(` is never closed");
        check("a\0", "1:2: a command cannot contain a NUL character");
    }

    #[test]
    fn only_one_command_is_accepted() {
        let quoted = "remove the rest of the line, or quote the word if it is meant for the container";
        check(
            "a && b",
            &format!("1:3: `&` is a shell operator, and only a single command can be converted ({quoted})"),
        );
        check(
            "a\nb",
            "2:1: more text follows the end of the command (to continue the command on the next line, end the line with `\\`; convert one command at a time)",
        );
    }
}
