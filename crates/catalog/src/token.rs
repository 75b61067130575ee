//! `{{path}}` in a text.

use core_monitor_message::Message;

use crate::said;

/// A part of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Piece {
    /// As it is written.
    Words(String),
    /// The path of a value.
    Path(String),
}

/// Splits a text. In `${{{secrets.id}}}`, the innermost braces are those of the path.
pub(crate) fn pieces(text: &str) -> Result<Vec<Piece>, Message> {
    let (mut found, mut rest) = (Vec::new(), text);
    while let Some(mut open) = rest.find("{{") {
        while rest[open + 2..].starts_with('{') {
            open += 1;
        }
        let inside = &rest[open + 2..];
        let close = inside.find("}}").ok_or_else(said::catalog_token_open)?;
        let path = &inside[..close];
        let is_path = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_');
        if path.is_empty() || !path.bytes().all(is_path) {
            return Err(said::catalog_token_invalid(path.chars().take(60).collect::<String>()));
        }
        if open > 0 {
            found.push(Piece::Words(rest[..open].to_owned()));
        }
        found.push(Piece::Path(path.to_owned()));
        rest = &inside[close + 2..];
    }
    if !rest.is_empty() || found.is_empty() {
        found.push(Piece::Words(rest.to_owned()));
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &str) {
        let shown = match pieces(text) {
            Ok(pieces) => pieces
                .into_iter()
                .map(|piece| match piece {
                    Piece::Words(words) => words,
                    Piece::Path(path) => format!("<{path}>"),
                })
                .collect(),
            Err(error) => error.to_string(),
        };
        assert_eq!(shown, expected, "{text}");
    }

    #[test]
    fn texts_are_split_at_paths() {
        check("", "");
        check("plain {x} ${Y}", "plain {x} ${Y}");
        check("{{as}}", "<as>");
        check("a-{{as}}:{{options.b}}-c", "a-<as>:<options.b>-c");
        check("${{{secrets.password}}}", "${<secrets.password>}");
        check("{{a}", "`{{` is not closed by `}}`");
        check("{{ as }}", "`{{ as }}` is no path: a path has letters, digits, `.`, `-` and `_`");
        check("{{.Name}}", "<.Name>");
        check("{{a|b}}", "`{{a|b}}` is no path: a path has letters, digits, `.`, `-` and `_`");
    }
}
