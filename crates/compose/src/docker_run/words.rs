//! A command line into words, as a POSIX shell splits it.
//!
//! A word's text is in the form of a compose file already: a `$` that the shell would have left alone is doubled, and
//! one that begins a variable is written `${NAME}`. Neither form has a character that flags are split at.

use std::iter::Peekable;
use std::ops::Range;
use std::str::CharIndices;

use super::CommandError;

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
    pub(super) notes: Vec<String>,
}

struct Splitter<'a> {
    line: &'a str,
    rest: Peekable<CharIndices<'a>>,
    words: Vec<Word>,
    notes: Vec<String>,
    /// The word being read.
    open: Option<(usize, String)>,
}

/// Splits a line. One command only: what a shell would do with `&&`, `|` or `>` cannot be part of a stack.
pub(super) fn split(line: &str) -> Result<Split, CommandError> {
    if let Some(at) = line.find('\0') {
        return Err(CommandError::new(line, at..at + 1, "a command cannot hold a NUL character"));
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

    /// Behind the end of the command only white space and comments may stand.
    fn nothing_more(&mut self) -> Result<(), CommandError> {
        while let Some((at, c)) = self.rest.next() {
            match c {
                c if c.is_whitespace() => {}
                '#' => self.skip_comment(),
                _ => {
                    let message = "the command ends with its line, and more text follows";
                    return Err(CommandError::new(self.line, at..at + c.len_utf8(), message).hint(
                        "end a line with `\\` to go on in the next one, and convert one command at a time",
                    ));
                }
            }
        }
        Ok(())
    }

    fn skip_comment(&mut self) {
        while self.rest.next_if(|(_, c)| *c != '\n').is_some() {}
    }

    fn backslash(&mut self, at: usize) {
        // Lines of a paste may end with spaces behind the backslash, or with the line ends of Windows.
        let rest = &self.line[at + 1..];
        let blanks = rest.len() - rest.trim_start_matches([' ', '\t', '\r']).len();
        if rest[blanks..].starts_with('\n') {
            while self.rest.next_if(|(next, _)| *next <= at + 1 + blanks).is_some() {}
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

    /// `$NAME`, `${NAME}` and forms of it become the same of the compose file; `$(command)` cannot be run here.
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
            return Err(CommandError::new(self.line, at..end, "this form of a variable cannot be converted")
                .hint("write its value instead"));
        }
        match form.as_bytes() {
            [] => self.variable(at, name),
            [b'-' | b'?' | b'+', ..] | [b':', b'-' | b'?' | b'+', ..] => {
                // The same forms mean the same in a compose file.
                let text = format!("${{{inside}}}");
                self.word(at).push_str(&text);
                self.note_variable(name);
            }
            _ => {
                let end = at + 3 + inside.len();
                return Err(CommandError::new(
                    self.line,
                    at..end,
                    "this form of a variable cannot be converted",
                )
                .hint("write its value instead"));
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
        let note =
            format!("`${name}` was the shell's: give the stack a variable `{name}`, or write its value");
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

    /// The three commands whose results have a usual name become variables; any other stays as it is written.
    fn substitution(&mut self, at: usize, command: &str) {
        match command {
            "pwd" => self.variable(at, "PWD"),
            "id -u" => self.variable(at, "UID"),
            "id -g" => self.variable(at, "GID"),
            _ => {
                let text = format!("$$({})", command.replace('$', "$$"));
                self.word(at).push_str(&text);
                self.notes.push(format!("`$({command})` is not run: write its result instead"));
            }
        }
    }

    fn skip_to(&mut self, end: usize) {
        while self.rest.next_if(|(at, _)| *at < end).is_some() {}
    }

    fn operator(&self, at: usize, c: char) -> CommandError {
        let message = format!("`{c}` belongs to the shell, and only one command can be converted");
        CommandError::new(self.line, at..at + 1, message).hint(
            "leave out the rest of the line, or put the word into quotes if it is meant for the container",
        )
    }

    fn unbalanced(&self, at: usize, c: char) -> CommandError {
        CommandError::new(self.line, at..at + 1, format!("`{c}` is opened here and never closed"))
    }
}

/// Where the bracket that `text` starts with is closed.
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
    fn words_are_those_of_a_shell() {
        check("a  b\tc", "a|b|c");
        check("a \\\n  b \\  \r\n c\n", "a|b|c");
        check("-e 'A=1 2' --x=\"y z\"w a\\ b", "-e|A=1 2|--x=y zw|a b");
        check("'' \"\"", "|");
        check("\"a\\\"b\\n\" 'a\\b'", "a\"b\\n|a\\b");
        check("\n\n# hello\na # b\n# c\n", "a");
        check("é€ 😀", "é€|😀");
    }

    #[test]
    fn variables_become_those_of_a_compose_file() {
        check("$A/b ${B:-c} '$A' \\$A \"$A\"", "${A}/b|${B:-c}|$$A|$$A|${A}");
        check("$(pwd)/x `pwd` \"$(id -u):$(id -g)\"", "${PWD}/x|${PWD}|${UID}:${GID}");
        check("$(cat $f) a$ $1", "$$(cat $$f)|a$$|$$1");
        check("${A%%.*}", "1:1: this form of a variable cannot be converted (write its value instead)");
    }

    #[test]
    fn what_is_open_is_said_where_it_opens() {
        check("a \"b", "1:3: `\"` is opened here and never closed");
        check("a \\\n 'b", "2:2: `'` is opened here and never closed");
        check("a $(b", "1:3: `(` is opened here and never closed");
        check("a\0", "1:2: a command cannot hold a NUL character");
    }

    #[test]
    fn one_command_only() {
        let quoted =
            "leave out the rest of the line, or put the word into quotes if it is meant for the container";
        check(
            "a && b",
            &format!("1:3: `&` belongs to the shell, and only one command can be converted ({quoted})"),
        );
        check(
            "a\nb",
            "2:1: the command ends with its line, and more text follows (end a line with `\\` to go on in the next one, and convert one command at a time)",
        );
    }
}
