//! Text that others wrote, made safe to show: in HTML, in the text of a script, and as a line.

use std::fmt::{self, Write as _};

/// How many of the last log lines are shown.
const LINES: usize = 20;
/// How many characters of a line, or of a reason, are shown.
const LENGTH: usize = 300;

/// Text as the content of an element or the value of a quoted attribute.
pub(crate) struct Html<'a>(pub(crate) &'a str);

impl fmt::Display for Html<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for letter in self.0.chars() {
            match letter {
                '&' => f.write_str("&amp;")?,
                '<' => f.write_str("&lt;")?,
                '>' => f.write_str("&gt;")?,
                '"' => f.write_str("&quot;")?,
                '\'' => f.write_str("&#39;")?,
                letter if is_deceptive(letter) => f.write_char(char::REPLACEMENT_CHARACTER)?,
                letter => f.write_char(letter)?,
            }
        }
        Ok(())
    }
}

/// Text inside a string of a script, whatever its quotes. Every character that is not a letter or a digit of ASCII becomes
/// an escape, so that the text can neither end the string, nor the script, nor be an expression of a template string.
pub(crate) struct ScriptText<'a>(pub(crate) &'a str);

impl fmt::Display for ScriptText<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut units = [0; 2];
        for letter in self.0.chars() {
            if letter.is_ascii_alphanumeric() || letter == ' ' {
                f.write_char(letter)?;
            } else {
                for unit in letter.encode_utf16(&mut units) {
                    write!(f, "\\u{unit:04x}")?;
                }
            }
        }
        Ok(())
    }
}

/// One line of limited length, without control characters and colours of terminals.
pub(crate) fn line(text: &str) -> String {
    let mut kept = String::new();
    let mut letters = text.trim_end().chars();
    let mut count = 0;
    while let Some(letter) = letters.next() {
        if letter == '\u{1b}' {
            skip_sequence(&mut letters);
            continue;
        }
        if count == LENGTH {
            kept.push('…');
            break;
        }
        count += 1;
        kept.push(match letter {
            '\t' | '\n' | '\r' => ' ',
            letter if is_deceptive(letter) => char::REPLACEMENT_CHARACTER,
            letter => letter,
        });
    }
    kept
}

/// The last lines, oldest first.
pub(crate) fn last_lines(lines: &[String]) -> Vec<String> {
    lines[lines.len().saturating_sub(LINES)..].iter().map(|text| line(text)).collect()
}

/// Skips what follows an escape character: `[31m` and the like. Anything but a control sequence is one character long.
fn skip_sequence(letters: &mut std::str::Chars<'_>) {
    if letters.next() == Some('[') {
        letters.find(|letter| ('@'..='~').contains(letter));
    }
}

/// Characters that are invisible and change how others are read: controls, and those that turn the direction of writing.
fn is_deceptive(letter: char) -> bool {
    let is_control = letter.is_control() && !matches!(letter, '\n' | '\t');
    is_control || matches!(letter, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn html_cannot_be_left() {
        let text = Html("</script><img src=x onerror='a()'>&\"").to_string();
        assert_eq!(text, "&lt;/script&gt;&lt;img src=x onerror=&#39;a()&#39;&gt;&amp;&quot;");
    }

    #[test]
    fn a_string_of_a_script_cannot_be_left() {
        let text = ScriptText("a\\`${b}</script>\n'\"é😀").to_string();
        assert!(
            text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'\\' || byte == b' '),
            "{text}"
        );
        assert_eq!(ScriptText("'😀").to_string(), "\\u0027\\ud83d\\ude00");
    }

    #[test]
    fn colours_of_terminals_are_left_out_of_lines() {
        assert_eq!(line("\u{1b}[31;1merror\u{1b}[0m: disk\tfull\n"), "error: disk full");
    }

    #[test]
    fn text_that_runs_backwards_does_not() {
        assert_eq!(line("a\u{202e}b\u{0}c"), "a\u{fffd}b\u{fffd}c");
        assert_eq!(Html("a\u{202e}b").to_string(), "a\u{fffd}b");
    }

    #[test]
    fn only_the_last_lines_are_shown_and_each_is_limited() {
        let lines: Vec<_> = (0..50).map(|number| format!("{number}{}", "x".repeat(1000))).collect();
        let shown = last_lines(&lines);
        assert_eq!(shown.len(), LINES);
        assert!(shown[0].starts_with("30x"));
        assert!(shown.iter().all(|line| line.chars().count() == LENGTH + 1));
    }
}
