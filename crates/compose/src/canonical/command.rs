//! `command` and `entrypoint`: a string is split like a shell would, but nothing in it is run.

use crate::Code;
use crate::cursor::Cursor;

/// `None` keeps the image's; an empty list clears it.
pub(super) fn command(service: &Cursor<'_>, key: &str) -> Option<Vec<String>> {
    let value = service.present(key)?;
    if let Some(text) = value.text() {
        return match split(text) {
            Ok(words) => Some(words),
            Err(problem) => {
                let message = format!("{}: {problem}", value.describe());
                value.fail_with_hint(
                    Code::InvalidValue,
                    message,
                    "write a list to avoid splitting".to_owned(),
                );
                None
            }
        };
    }
    value.sequence().map(|_| value.strings())
}

/// Splits at blanks outside quotes. The first unquoted shell operator ends the command: there is no shell to understand
/// it. A `$(...)` or backquoted text is kept as it is.
pub(crate) fn split(text: &str) -> Result<Vec<String>, &'static str> {
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
                    return Err("`)` has no `(`");
                }
                word.push(c);
                substitution = false;
            }
            '(' if !single && !double && !back => {
                if substitution || !word.ends_with('$') {
                    return Err("`(` needs a shell");
                }
                word.push(c);
                substitution = true;
            }
            '"' if !single && !substitution => (double, started) = (!double, true),
            '\'' if !double && !substitution => (single, started) = (!single, true),
            ';' | '&' | '|' | '<' | '>' if !quoted => {
                // The `2` of `2>file` is no argument.
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
        return Err("a quote or bracket does not end");
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
        split(text).map_or_else(|problem| format!("error: {problem}"), |words| format!("{words:?}"))
    }

    #[test]
    fn words_are_split_at_blanks_outside_quotes() {
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
    fn what_does_not_end_is_refused() {
        assert_eq!(check("echo 'a"), "error: a quote or bracket does not end");
        assert_eq!(check("(echo a)"), "error: `(` needs a shell");
        assert_eq!(check("echo a)"), "error: `)` has no `(`");
    }
}
