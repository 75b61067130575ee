//! One subject per file. Size is the symptom that can be measured.

use crate::modules::is_test_module;
use crate::repository::{assert_none, read, rust_files};
use crate::source::{tokens, without_tests};

/// Maximum number of lines without tests.
const LIMIT: usize = 400;

/// Maximum number of lines of a test file. Cases are read one by one, so it may be slightly longer.
const TEST_LIMIT: usize = 450;

/// A longer file, its maximum length, and the reason. The list only shrinks: when a file gets shorter, its limit is
/// reduced, and when it fits, it is removed from the list.
struct Exception {
    path: &'static str,
    ceiling: usize,
    reason: &'static str,
}

const EXCEPTIONS: &[Exception] = &[];

/// The counted lines of a file, and its limit.
fn measure(path: &str, text: &str) -> (usize, usize) {
    let lines = text.lines().count();
    if is_tests(path) {
        return (lines, TEST_LIMIT);
    }
    (lines - without_tests(&tokens(path, text)).1, LIMIT)
}

/// Compares lengths with the limits and the exceptions.
fn violations(lengths: &[(&str, (usize, usize))], exceptions: &[Exception]) -> Vec<String> {
    let mut violations = Vec::new();
    for (path, (lines, limit)) in lengths {
        match exceptions.iter().find(|exception| exception.path == *path) {
            None if lines > limit => violations.push(format!("{path}: {lines} lines, {limit} are allowed")),
            Some(exception) if *lines > exception.ceiling => {
                violations.push(format!("{path}: {lines} lines, the exception allows {}", exception.ceiling));
            }
            Some(_) if lines <= limit => {
                violations.push(format!("{path}: fits now, remove it from the list"));
            }
            Some(exception) if *lines < exception.ceiling => {
                violations.push(format!("{path}: lower its ceiling to {lines}"));
            }
            _ => {}
        }
    }
    for exception in exceptions {
        if !lengths.iter().any(|(path, _)| *path == exception.path) {
            violations.push(format!("{}: has an exception but does not exist", exception.path));
        }
        if exception.reason.is_empty() {
            violations.push(format!("{}: has an exception without a reason", exception.path));
        }
    }
    violations
}

/// A file that contains only tests: a module under `#[cfg(test)]`, or in a folder `tests`.
fn is_tests(path: &str) -> bool {
    path.starts_with("tests/") || path.contains("/tests/") || is_test_module(path)
}

#[test]
fn files_are_small() {
    let lengths: Vec<_> = rust_files("").map(|path| (path, measure(path, &read(path)))).collect();
    assert!(lengths.len() > 50, "only {} files were measured", lengths.len());
    assert_none(&violations(&lengths, EXCEPTIONS), "Split by subject; a longer file is the last resort.");
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(lines: usize, exceptions: &[Exception], expected: &[&str]) {
        assert_eq!(violations(&[("a.rs", (lines, LIMIT))], exceptions), expected);
    }

    fn excused(ceiling: usize) -> [Exception; 1] {
        [Exception { path: "a.rs", ceiling, reason: "one table" }]
    }

    #[test]
    fn a_long_file_is_found() {
        check(LIMIT, &[], &[]);
        check(LIMIT + 1, &[], &["a.rs: 401 lines, 400 are allowed"]);
    }

    #[test]
    fn an_exception_only_shrinks() {
        check(500, &excused(500), &[]);
        check(501, &excused(500), &["a.rs: 501 lines, the exception allows 500"]);
        check(450, &excused(500), &["a.rs: lower its ceiling to 450"]);
        check(400, &excused(500), &["a.rs: fits now, remove it from the list"]);
    }

    #[test]
    fn an_exception_is_for_a_file_and_a_reason() {
        let gone = [Exception { path: "b.rs", ceiling: 500, reason: "" }];
        check(
            1,
            &gone,
            &["b.rs: has an exception but does not exist", "b.rs: has an exception without a reason"],
        );
    }

    #[test]
    fn tests_beside_the_code_do_not_count_and_tests_alone_may_be_longer() {
        let text = "fn a() {}\n\n#[cfg(test)]\nmod tests {\n    fn b() {}\n}\n";
        assert_eq!(measure("crates/a/src/a.rs", text), (2, LIMIT));
        assert_eq!(measure("crates/a/tests/a.rs", text), (6, TEST_LIMIT));
        assert_eq!(measure("tests/worker/a.rs", text), (6, TEST_LIMIT));
    }
}
