//! Compares what tests receive with the `OpenAPI` document.
//!
//! Every answer goes through [`check`]: a body, and each frame of a stream, must be what its operation documents for the
//! status, see `schemas.rs`. Every problem a test receives goes through [`check`]: the operation must document its code. The other direction,
//! that every documented code is really returned, is known only after all tests have run; for that,
//! [`seen_by_all_tests`] runs this test program once more and collects what was seen.

use std::collections::BTreeSet;
use std::process::Command;
use std::sync::OnceLock;

use serde_json::Value;

use super::Answer;
use crate::document::openapi;

pub(crate) mod schemas;

/// Environment variable set for the collecting run; its value is the prefix of the lines to collect.
const GATHERING: &str = "CORE_MONITOR_TESTS_WITNESS";

/// An operation by its id, and the code of a problem.
pub(crate) type Pair = (String, String);

/// One operation of the document.
#[derive(Debug, Clone)]
pub(crate) struct Operation {
    pub(crate) id: String,
    /// In upper case.
    pub(crate) method: String,
    /// With parameters in braces.
    pub(crate) path: String,
    /// Of its problems.
    pub(crate) codes: BTreeSet<String>,
    /// Of the document.
    pub(crate) value: Value,
}

/// Every operation that the document has.
pub(crate) fn operations() -> &'static [Operation] {
    static OPERATIONS: OnceLock<Vec<Operation>> = OnceLock::new();
    OPERATIONS.get_or_init(|| {
        let document = serde_json::to_value(openapi()).unwrap();
        let paths = document["paths"].as_object().unwrap().iter();
        let all =
            paths.flat_map(|(path, item)| item.as_object().unwrap().iter().map(move |(m, o)| (path, m, o)));
        all.map(|(path, method, operation)| Operation {
            id: operation["operationId"].as_str().unwrap().to_owned(),
            method: method.to_uppercase(),
            path: path.clone(),
            codes: codes(operation),
            value: operation.clone(),
        })
        .collect()
    })
}

fn codes(operation: &Value) -> BTreeSet<String> {
    let answers = operation["responses"].as_object().unwrap().values();
    let examples =
        answers.filter_map(|answer| answer["content"]["application/problem+json"]["examples"].as_object());
    examples.flat_map(|examples| examples.keys().cloned()).collect()
}

/// The operation at an address.
fn operation_at(method: &str, address: &str) -> Option<&'static Operation> {
    // Every GET also supports HEAD, see `head_as_get`.
    let method = if method == "HEAD" { "GET" } else { method };
    let path = address.split('?').next().unwrap_or(address);
    let fitting = operations().iter().filter(|operation| fits(&operation.path, path));
    // A literal segment takes precedence over a parameter, and a parameter over the rest of a path.
    let nearest = fitting
        .min_by_key(|operation| (operation.path.ends_with("{path}"), operation.path.matches('{').count()))?;
    operations().iter().find(|operation| operation.method == method && operation.path == nearest.path)
}

/// A final `{path}` matches the rest of the path.
fn fits(pattern: &str, path: &str) -> bool {
    let (mut wanted, mut given) = (pattern.split('/'), path.split('/'));
    loop {
        match (wanted.next(), given.next()) {
            (None, None) => return true,
            (Some("{path}"), Some(_)) => return wanted.next().is_none(),
            (Some(wanted), Some(given))
                if wanted == given || (wanted.starts_with('{') && !given.is_empty()) => {}
            _ => return false,
        }
    }
}

/// Panics if the answer is not what its operation documents.
pub(crate) fn check(method: &str, address: &str, answer: &Answer) {
    if let Some(operation) = operation_at(method, address).filter(|_| method != "HEAD") {
        schemas::check(operation, answer);
    }
    if answer.header("content-type") != Some("application/problem+json") {
        return;
    }
    let code = answer.code();
    let Some(operation) = operation_at(method, address) else {
        let is_no_route = ["not-found", "method-not-allowed", "unauthorized", "cross-site"].contains(&&*code);
        assert!(is_no_route, "{method} {address} is no operation, and answers `{code}`: {}", answer.text);
        return;
    };
    assert!(
        operation.codes.contains(&code),
        "`{}` returned `{code}`, which it does not document: add the code to its `answers!`\n{}",
        operation.id,
        answer.text
    );
    if let Some(word) = gathering() {
        eprintln!("\n{word} {} {code}", operation.id);
    }
}

#[expect(clippy::disallowed_methods, reason = "distinguishes the collecting run from a test run")]
fn gathering() -> Option<String> {
    std::env::var(GATHERING).ok()
}

/// What all tests of this crate saw; `None` in the collecting run. `own` is the name of the calling test, which is
/// skipped.
#[expect(
    clippy::disallowed_methods,
    reason = "the tests run themselves; where they are is not said by anybody else"
)]
pub(crate) fn seen_by_all_tests(own: &str) -> Option<BTreeSet<Pair>> {
    const WORD: &str = "witness:";
    if gathering().is_some() {
        return None;
    }
    let program = std::env::current_exe().unwrap();
    let run =
        Command::new(program).args(["--nocapture", "--skip", own]).env(GATHERING, WORD).output().unwrap();
    let (said, results) = (String::from_utf8_lossy(&run.stderr), String::from_utf8_lossy(&run.stdout));
    // A failing test reports its own failure; here it only means that less may have been seen.
    results.lines().filter(|line| line.ends_with("FAILED")).for_each(|line| eprintln!("{line}"));
    let lines = said.lines().filter_map(|line| line.strip_prefix(WORD)?.trim().split_once(' '));
    Some(lines.map(|(operation, code)| (operation.to_owned(), code.to_owned())).collect())
}

#[test]
fn addresses_lead_to_their_operations() {
    let id = |method, address| operation_at(method, address).map(|operation| operation.id.as_str());
    assert_eq!(id("GET", "/api/v1/stacks?name=shop"), Some("list_stacks"));
    assert_eq!(id("HEAD", "/api/v1/stacks/shop"), Some("show_stack"));
    assert_eq!(id("GET", "/api/v1/stacks/x/versions/1/files"), Some("list_version_files"));
    assert_eq!(id("GET", "/api/v1/stacks/x/versions/1/files/a/b.yml"), Some("show_version_file"));
    assert_eq!(id("DELETE", "/api/v1/stacks/x"), None);
    assert_eq!(id("GET", "/api/v1/stacks/archive"), None, "it is no stack");
    assert_eq!(id("GET", "/api/v1/stacks/"), None);
}

#[test]
#[should_panic(expected = "`show_queue` returned `name-taken`, which it does not document")]
fn an_answer_that_is_not_documented_is_found() {
    let problem = "application/problem+json";
    let body = serde_json::to_string(
        crate::problem::Problem::new(
            crate::error_code::ErrorCode::NameTaken,
            crate::said::name_taken("shop"),
        )
        .body(),
    );
    let answer = Answer {
        status: actix_web::http::StatusCode::CONFLICT,
        text: body.unwrap(),
        headers: vec![("content-type".to_owned(), problem.to_owned())],
    };
    check("GET", "/api/v1/queue", &answer);
}
