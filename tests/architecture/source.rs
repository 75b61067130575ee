//! Rust source as a flat list of tokens, without comments and without the content of strings.

use proc_macro2::{Delimiter, TokenStream, TokenTree};

/// A token. Brackets are separate tokens; a literal is `"`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Token {
    /// As written.
    pub(crate) text: String,
    /// Line number, from 1.
    pub(crate) line: usize,
}

/// Parses a file.
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

/// The tokens without the items under `#[cfg(test)]`, and the number of lines of those items.
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

/// Index of the last token of the item that starts with the attribute at `start`: its closing brace, or the semicolon
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

/// Whether the tokens start with these texts.
pub(crate) fn starts_with(tokens: &[Token], texts: &[&str]) -> bool {
    tokens.len() >= texts.len() && tokens.iter().zip(texts).all(|(token, text)| token.text == *text)
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
}
