//! Prints text as a scalar: plain if it reads back as the same text, quoted otherwise.

use std::fmt::Write as _;

use crate::yaml::is_plain_text;

/// Words that other YAML parsers read as booleans.
const BOOLEANS_ELSEWHERE: [&str; 8] = ["y", "n", "yes", "no", "on", "off", "true", "false"];

/// A key.
pub(super) fn key(text: &str) -> String {
    if may_be_plain(text) { text.to_owned() } else { quoted(text) }
}

/// A value after a colon or a dash.
pub(super) fn block(text: &str) -> String {
    if may_be_plain(text) { text.to_owned() } else { quoted(text) }
}

/// A value between brackets, where more characters mean something.
pub(super) fn in_brackets(text: &str) -> String {
    let is_plain = may_be_plain(text) && !text.contains([',', '[', ']', '{', '}']);
    if is_plain { text.to_owned() } else { quoted(text) }
}

/// Whether a text of several lines reads back from a `|` block as it is.
pub(super) fn fits_a_block(text: &str) -> bool {
    let body = text.strip_suffix('\n').unwrap_or(text);
    body.contains('\n')
        && !body.starts_with([' ', '\n'])
        && !body.ends_with('\n')
        && !body.chars().any(|c| c != '\n' && is_unprintable(c))
        && !body.lines().any(|line| line.ends_with(' '))
}

/// The text in double quotes.
pub(super) fn quoted(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            // Writing to a string cannot fail.
            c if is_unprintable(c) && u32::from(c) <= 0xffff => drop(write!(out, "\\u{:04x}", u32::from(c))),
            c if is_unprintable(c) => drop(write!(out, "\\U{:08x}", u32::from(c))),
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

/// Characters that YAML does not allow in text, and line breaks.
fn is_unprintable(c: char) -> bool {
    c.is_control() || matches!(c, '\u{2028}' | '\u{2029}' | '\u{feff}' | '\u{fffe}' | '\u{ffff}')
}

fn may_be_plain(text: &str) -> bool {
    let Some(first) = text.chars().next() else { return false };
    let starts_well = first.is_alphanumeric()
        || matches!(first, '/' | '.' | '_' | '$' | '~' | '+' | '(' | '<' | '=')
        || first == '-' && text.chars().nth(1).is_some_and(|c| !c.is_whitespace());
    // YAML 1.1 parsers read `22:22` as a base-60 number.
    let is_clock_like = text.contains(':') && text.chars().all(|c| c.is_ascii_digit() || ":.-/".contains(c));
    starts_well
        && !is_clock_like
        && !text.starts_with("---")
        && !text.starts_with("...")
        && !text.ends_with(|c: char| c.is_whitespace() || c == ':')
        && !text.contains(": ")
        && !text.contains(" #")
        && !text.contains(is_unprintable)
        && !BOOLEANS_ELSEWHERE.iter().any(|word| text.eq_ignore_ascii_case(word))
        && is_plain_text(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &str) {
        assert_eq!(block(text), expected);
    }

    #[test]
    fn unambiguous_text_is_plain() {
        for text in [
            "nginx:1.27",
            "/data",
            "./a b",
            "64m",
            "a=b",
            "${A:-x}",
            "-1h",
            "0-1",
            "10.0.0.7",
            "redis-server --port 1",
        ] {
            check(text, text);
        }
    }

    #[test]
    fn ambiguous_text_is_quoted() {
        check("", "\"\"");
        check("8080:80", "\"8080:80\"");
        check("1.5", "\"1.5\"");
        check("0x1F", "\"0x1F\"");
        check("2020-01-01", "\"2020-01-01\"");
        check("no", "\"no\"");
        check("null", "\"null\"");
        check("a: b", "\"a: b\"");
        check("a #b", "\"a #b\"");
        check("*a", "\"*a\"");
        check("{a}", "\"{a}\"");
        check("a\nb\"\\\u{7}", "\"a\\nb\\\"\\\\\\u0007\"");
        check("~", "\"~\"");
        check("- a", "\"- a\"");
        check("=", "=");
    }
}
