//! Everything a person reads is a `Message`, so that a client can say it in another language.
//!
//! The compiler does most of it: a `Message` is made from a declared sentence, there is no conversion from text, and what
//! is stored and sent has this type. What it cannot see is here: text that is passed off as words of somebody else, and
//! fields of the API that have the name of a sentence and the type of a text.

use crate::repository::{assert_none, read, rust_files};
use crate::source::{Token, starts_with, tokens, without_tests};

/// Where words of others come in, and whose they are.
const FOREIGN: &[(&str, &str)] = &[
    ("crates/application/src/worker/verdict.rs", "why the engine could not run a container"),
    ("crates/compose/src/yaml/explain.rs", "what the YAML parser says that is not explained"),
    ("crates/domain/src/journal/outcome.rs", "warnings of the engine"),
    ("crates/domain/src/ports/container_engine.rs", "answers of the engine and of registries"),
    ("crates/http-api/src/refusal.rs", "answers of the engine that the worker passes on"),
    ("crates/http-api/src/request/body.rs", "what the HTTP library says about a broken transfer"),
    ("crates/http-api/src/request/parser_words.rs", "what a parser says that is not known"),
];

/// Fields of the API whose text is no sentence, or stands beside one.
const TEXTS: &[(&str, &str)] = &[("crates/http-api/src/problem.rs", "detail")];

/// Names of fields that hold sentences.
const SENTENCES: &[&str] = &[
    "because", "cause", "detail", "expected", "hint", "message", "note", "notes", "warning", "warnings",
    "why",
];

/// Ways around the declaration of a sentence.
const UNDECLARED: &[&[&str]] = &[&["Message", ":", ":", "foreign"], &["Message", ":", ":", "of"]];

fn undeclared(path: &str, text: &str) -> Vec<String> {
    let (tokens, _) = without_tests(&tokens(path, text));
    let found = (0..tokens.len()).filter(|at| UNDECLARED.iter().any(|way| starts_with(&tokens[*at..], way)));
    found.map(|at| format!("{path}:{} has words that no client can translate", tokens[at].line)).collect()
}

/// The tokens of the type after a colon, up to the comma or bracket that ends the field.
fn type_after(tokens: &[Token]) -> &[Token] {
    let mut depth = 0_i32;
    let end = tokens.iter().position(|token| {
        match token.text.as_str() {
            "<" | "(" | "[" => depth += 1,
            ">" | ")" | "]" => depth -= 1,
            _ => {}
        }
        depth < 0 || depth == 0 && matches!(token.text.as_str(), "," | "}" | "{" | "=" | ";")
    });
    &tokens[..end.unwrap_or(tokens.len())]
}

/// Fields of structures and variants; what a pattern or an expression binds has no type after its colon.
fn texts(path: &str, text: &str) -> Vec<String> {
    let (tokens, _) = without_tests(&tokens(path, text));
    let is_text = |at: usize| {
        let [name, colon, rest @ ..] = &tokens[at..] else { return false };
        let is_field = SENTENCES.contains(&name.text.as_str()) && colon.text == ":";
        is_field
            && !starts_with(rest, &[":"])
            && type_after(rest).iter().any(|token| matches!(token.text.as_str(), "String" | "str"))
    };
    let listed = |name: &str| TEXTS.iter().any(|(file, field)| *file == path && *field == name);
    let found = (0..tokens.len()).filter(|at| is_text(*at) && !listed(&tokens[*at].text));
    found
        .map(|at| format!("{path}:{} `{}` is text, not a `Message`", tokens[at].line, tokens[at].text))
        .collect()
}

fn products() -> impl Iterator<Item = &'static str> {
    let is_product = |path: &&str| {
        !path.starts_with("crates/message/")
            && !path.starts_with("crates/simulation/")
            && !path.contains("/tests")
            && !path.contains("/testing")
            && !path.contains("/examples/")
    };
    rust_files("crates").chain(rust_files("apps")).filter(is_product)
}

#[test]
fn words_without_a_code_are_those_of_others() {
    let listed = |path: &str| FOREIGN.iter().any(|(file, _)| *file == path);
    let violations: Vec<_> =
        products().filter(|path| !listed(path)).flat_map(|path| undeclared(path, &read(path))).collect();
    assert_none(
        &violations,
        "Declare the sentence with `messages!` in the `said` module beside it. If somebody else wrote the words, such as \
         the engine, list the file with whose they are.",
    );
}

#[test]
fn listed_files_have_words_of_others() {
    let idle: Vec<_> = FOREIGN
        .iter()
        .filter(|(path, _)| undeclared(path, &read(path)).is_empty())
        .map(|(path, _)| format!("{path} has none"))
        .collect();
    assert_none(&idle, "Remove it from the list.");
}

#[test]
fn sentences_of_the_api_are_messages() {
    let bodies = products().filter(|path| path.starts_with("crates/http-api/src/"));
    let violations: Vec<_> = bodies.flat_map(|path| texts(path, &read(path))).collect();
    assert_none(&violations, "Give it the type `MessageBody`; if it is no sentence, call it something else.");
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, words: usize, fields: usize) {
        assert_eq!((undeclared("p.rs", text).len(), texts("p.rs", text).len()), (words, fields), "{text}");
    }

    #[test]
    fn words_without_a_code_are_found() {
        check("fn f() { Problem::new(code, Message::foreign(\"it is wrong\")) }", 1, 0);
        check("fn f() { words.map(Message::foreign) }", 1, 0);
        check("fn f() { Message::of(&template, params, text) }", 1, 0);
    }

    #[test]
    fn declared_sentences_and_tests_are_left_alone() {
        check("fn f() { Problem::new(code, said::it_is_wrong(name)) }", 0, 0);
        check("#[cfg(test)] mod tests { fn f() { Message::foreign(\"x\") } }", 0, 0);
    }

    #[test]
    fn texts_with_the_name_of_a_sentence_are_found() {
        check("struct Body { hint: Option<String>, notes: Vec<String> }", 0, 2);
        check("enum Kind { Failed { message: String }, Retrying { cause: &'static str } }", 0, 2);
    }

    #[test]
    fn messages_and_other_fields_are_left_alone() {
        check("struct Body { hint: Option<MessageBody>, name: String }", 0, 0);
        check("fn f() { Body { message: text, name: String::new() } }", 0, 0);
    }
}
