//! Rust source as a flat list of tokens: comments are gone, and what a string says is not code.

use proc_macro2::{Delimiter, TokenStream, TokenTree};

/// One token. Brackets are tokens of their own; a literal is `"`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Token {
    /// As written.
    pub(crate) text: String,
    /// From 1.
    pub(crate) line: usize,
}

/// Reads a file.
pub(crate) fn tokens(path: &str, text: &str) -> Vec<Token> {
    let stream: TokenStream = text.parse().unwrap_or_else(|error| panic!("{path}: {error}"));
    let mut tokens = Vec::new();
    flatten(stream, &mut tokens);
    tokens
}

fn flatten(stream: TokenStream, tokens: &mut Vec<Token>) {
    for tree in stream {
        let mut push = |text: &str, line| tokens.push(Token { text: text.to_owned(), line });
        match tree {
            TokenTree::Ident(ident) => push(&ident.to_string(), ident.span().start().line),
            TokenTree::Punct(punct) => push(&punct.to_string(), punct.span().start().line),
            TokenTree::Literal(literal) => push("\"", literal.span().start().line),
            TokenTree::Group(group) => {
                let (open, close) = match group.delimiter() {
                    Delimiter::Parenthesis => ("(", ")"),
                    Delimiter::Brace => ("{", "}"),
                    Delimiter::Bracket => ("[", "]"),
                    Delimiter::None => ("", ""),
                };
                push(open, group.span_open().start().line);
                flatten(group.stream(), tokens);
                tokens.push(Token { text: close.to_owned(), line: group.span_close().start().line });
            }
        }
    }
}

/// The tokens without the items under `#[cfg(test)]`, and how many lines those items take.
pub(crate) fn without_tests(tokens: &[Token]) -> (Vec<Token>, usize) {
    let (mut kept, mut lines, mut at) = (Vec::new(), 0, 0);
    while at < tokens.len() {
        if is_test_attribute(&tokens[at..]) {
            let end = end_of_item(tokens, at);
            lines += tokens[end].line - tokens[at].line + 1;
            at = end + 1;
        } else {
            kept.push(tokens[at].clone());
            at += 1;
        }
    }
    (kept, lines)
}

fn is_test_attribute(tokens: &[Token]) -> bool {
    starts_with(tokens, &["#", "[", "cfg", "(", "test", ")", "]"])
        || starts_with(tokens, &["#", "[", "cfg", "(", "all", "(", "test", ","])
}

/// Index of the last token of the item that begins with the attribute at `start`: its closing brace, or the semicolon
/// of an item without a body.
fn end_of_item(tokens: &[Token], start: usize) -> usize {
    let mut depth = 0_usize;
    for (index, token) in tokens.iter().enumerate().skip(start) {
        match token.text.as_str() {
            "(" | "[" | "{" => depth += 1,
            ")" | "]" | "}" => {
                depth -= 1;
                if depth == 0 && token.text == "}" {
                    return index;
                }
            }
            ";" if depth == 0 => return index,
            _ => {}
        }
    }
    tokens.len() - 1
}

/// Whether the tokens begin with these texts.
pub(crate) fn starts_with(tokens: &[Token], texts: &[&str]) -> bool {
    tokens.len() >= texts.len() && tokens.iter().zip(texts).all(|(token, text)| token.text == *text)
}

/// Every path that begins with a place in a crate of this workspace (`crate`, `self`, `super`, `core_monitor_x`), with the
/// groups of `use` written out, and the line of its last segment.
pub(crate) fn paths(tokens: &[Token]) -> Vec<(Vec<String>, usize)> {
    let mut found = Vec::new();
    let mut at = 0;
    while at < tokens.len() {
        let first = tokens[at].text.as_str();
        let is_place = ["crate", "self", "super"].contains(&first) || first.starts_with("core_monitor_");
        if is_place && starts_with(&tokens[at + 1..], &[":", ":"]) {
            at += read_path(&tokens[at..], &[], &mut found);
        } else {
            at += 1;
        }
    }
    found
}

/// Reads one path, or a group of them behind `prefix`; returns how many tokens it took, one at least.
fn read_path(tokens: &[Token], prefix: &[String], found: &mut Vec<(Vec<String>, usize)>) -> usize {
    let mut segments = prefix.to_vec();
    let mut at = 0;
    loop {
        match tokens.get(at).map(|token| token.text.as_str()) {
            Some("{") => {
                at += 1;
                while at < tokens.len() && tokens[at].text != "}" {
                    at += if tokens[at].text == "," { 1 } else { read_path(&tokens[at..], &segments, found) };
                }
                return at + 1;
            }
            Some(segment) => segments.push(segment.to_owned()),
            None => return at,
        }
        if !starts_with(&tokens[at + 1..], &[":", ":"]) {
            found.push((segments, tokens[at].line));
            return at + 1;
        }
        at += 3;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(tokens: &[Token]) -> String {
        tokens.iter().map(|token| token.text.as_str()).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn comments_and_strings_are_not_code() {
        let tokens = tokens("a.rs", "/// ports::Clock\nfn f() { g(\"ports::Clock\") } // ports");
        assert_eq!(texts(&tokens), "# [ doc = \" ] fn f ( ) { g ( \" ) }");
        assert_eq!(tokens.last().map(|token| token.line), Some(2));
    }

    #[test]
    fn test_items_are_counted_and_left_out() {
        let text =
            "fn a() {}\n#[cfg(test)]\nuse x::Y;\n#[cfg(test)]\nmod tests {\n    fn b() {}\n}\nfn c() {}\n";
        let (kept, lines) = without_tests(&tokens("a.rs", text));
        assert_eq!(texts(&kept), "fn a ( ) { } fn c ( ) { }");
        assert_eq!(lines, 6);
    }

    #[test]
    fn code_for_anything_but_tests_stays() {
        let text = "#[cfg(not(test))]\nfn a() {}\n#[cfg(feature = \"mocks\")]\nfn b() {}\n";
        assert_eq!(without_tests(&tokens("a.rs", text)).1, 0);
    }

    #[test]
    fn groups_are_written_out() {
        let tokens = tokens("a.rs", "use crate::{a, b::{c, d as e}};\nfn f() -> super::g::H { i::j() }");
        let paths: Vec<_> = paths(&tokens).into_iter().map(|(path, line)| (path.join("::"), line)).collect();
        let expected = [("crate::a", 1), ("crate::b::c", 1), ("crate::b::d", 1), ("super::g::H", 2)];
        assert!(
            expected.iter().all(|(path, line)| paths.contains(&((*path).to_owned(), *line))),
            "{paths:?}"
        );
        assert!(!paths.iter().any(|(path, _)| path.contains('j')), "{paths:?}");
    }
}
