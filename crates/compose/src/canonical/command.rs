//! `command` and `entrypoint`: a string is split as a shell would split it, but nothing is executed.

use super::said;
use crate::Code;
use crate::cursor::Cursor;
use core_monitor_message::Message;

/// `None` keeps the image's command; an empty list clears it.
pub(super) fn command(service: &Cursor<'_>, key: &str) -> Option<Vec<String>> {
    let value = service.present(key)?;
    if let Some(text) = value.text() {
        return match split(text) {
            Ok(words) => Some(words),
            Err(reason) => {
                let message = said::value_at(value.describe(), reason);
                value.fail_with_hint(Code::InvalidValue, message, said::write_list_not_split());
                None
            }
        };
    }
    value.sequence().map(|_| value.strings())
}

/// Splits at whitespace outside quotes. The first unquoted shell operator ends the command, since no shell interprets it.
/// `$(...)` and backquoted text are kept unchanged.
pub(crate) fn split(text: &str) -> Result<Vec<String>, Message> {
    let mut words = Vec::new();
    let mut word = String::new();
    let mut started = false;
    let (mut escaped, mut single, mut double, mut back) = (false, false, false, false);
    let mut substitution = false;
    for c in text.chars() {
        if escaped {
            word.push(c);
            (escaped, started) = (false, true);
            continue;
        }
        let quoted = single || double || back || substitution;
        match c {
            '\\' if !single => escaped = true,
            ' ' | '\t' | '\r' | '\n' if !quoted => {
                if started {
                    words.push(std::mem::take(&mut word));
                    started = false;
                }
            }
            '`' if !single && !double && !substitution => {
                word.push(c);
                (back, started) = (!back, true);
            }
            ')' if !single && !double && !back => {
                if !substitution {
                    return Err(said::parenthesis_unopened());
                }
                word.push(c);
                substitution = false;
            }
            '(' if !single && !double && !back => {
                if substitution || !word.ends_with('$') {
                    return Err(said::parenthesis_needs_shell());
                }
                word.push(c);
                substitution = true;
            }
            '"' if !single && !substitution => (double, started) = (!double, true),
            '\'' if !double && !substitution => (single, started) = (!single, true),
            ';' | '&' | '|' | '<' | '>' if !quoted => {
                // The `2` of `2>file` is not an argument.
                started &= !(c == '>' && word.starts_with(|first: char| first.is_ascii_digit()));
                break;
            }
            _ => {
                word.push(c);
                started = true;
            }
        }
    }
    if escaped || single || double || back || substitution {
        return Err(said::quote_or_bracket_open());
    }
    if started {
        words.push(word);
    }
    Ok(words)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str) -> String {
        split(text).map_or_else(|reason| format!("error: {reason}"), |words| format!("{words:?}"))
    }

    #[test]
    fn words_are_split_at_spaces_outside_quotes() {
        assert_eq!(check(r#"sh -c 'echo "a b" c' d\ e"#), r#"["sh", "-c", "echo \"a b\" c", "d e"]"#);
        assert_eq!(check(r#"thin --opt="x y" ''"#), r#"["thin", "--opt=x y", ""]"#);
        assert_eq!(check("a\nb  c\n"), r#"["a", "b", "c"]"#);
        assert_eq!(check(""), "[]");
        assert_eq!(check("echo *.txt # no comment"), r##"["echo", "*.txt", "#", "no", "comment"]"##);
    }

    #[test]
    fn the_first_operator_ends_the_command() {
        assert_eq!(check("echo a && echo b"), r#"["echo", "a"]"#);
        assert_eq!(check("run 2>log"), r#"["run"]"#);
        assert_eq!(check("a|b"), r#"["a"]"#);
        assert_eq!(check("echo 'a && b'"), r#"["echo", "a && b"]"#);
    }

    #[test]
    fn unbalanced_quotes_and_brackets_are_rejected() {
        assert_eq!(check("echo 'a"), "error: a quote or bracket is never closed");
        assert_eq!(check("(echo a)"), "error: `(` needs a shell");
        assert_eq!(check("echo a)"), "error: `)` has no matching `(`");
    }
}
