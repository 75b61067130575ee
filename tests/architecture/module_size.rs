//! One file, one subject. Size is the symptom that can be measured.

use crate::repository::{assert_none, read, rust_files};
use crate::source::{tokens, without_tests};

/// Most lines a file may have without its tests.
const LIMIT: usize = 600;

/// A file that is longer, the length it must not exceed, and why it may. The list only shrinks: when a file gets
/// shorter its ceiling comes down with it, and when it fits it leaves the list.
struct Exception {
    path: &'static str,
    ceiling: usize,
    reason: &'static str,
}

const EXCEPTIONS: &[Exception] = &[];

/// Lines of a file that are not tests.
fn product_lines(path: &str, text: &str) -> usize {
    text.lines().count() - without_tests(&tokens(path, text)).1
}

/// Lengths against the limit and the exceptions.
fn violations(lengths: &[(&str, usize)], exceptions: &[Exception]) -> Vec<String> {
    let mut violations = Vec::new();
    for (path, lines) in lengths {
        match exceptions.iter().find(|exception| exception.path == *path) {
            None if *lines > LIMIT => violations.push(format!("{path}: {lines} lines, {LIMIT} are allowed")),
            Some(exception) if *lines > exception.ceiling => {
                violations.push(format!("{path}: {lines} lines, {} were excused", exception.ceiling));
            }
            Some(_) if *lines <= LIMIT => violations.push(format!("{path}: fits now, take it off the list")),
            Some(exception) if *lines < exception.ceiling => {
                violations.push(format!("{path}: lower its ceiling to {lines}"));
            }
            _ => {}
        }
    }
    for exception in exceptions {
        if !lengths.iter().any(|(path, _)| *path == exception.path) {
            violations.push(format!("{}: is excused but does not exist", exception.path));
        }
        if exception.reason.is_empty() {
            violations.push(format!("{}: is excused without a reason", exception.path));
        }
    }
    violations
}

/// A file that consists of tests only, beside the module it tests.
fn is_test_module(path: &str) -> bool {
    path.contains("/src/") && (path.ends_with("/tests.rs") || path.contains("/tests/"))
}

#[test]
fn files_are_small() {
    let lengths: Vec<_> = rust_files("")
        .filter(|path| !is_test_module(path))
        .map(|path| (path, product_lines(path, &read(path))))
        .collect();
    assert!(lengths.len() > 50, "only {} files were measured", lengths.len());
    assert_none(&violations(&lengths, EXCEPTIONS), "Split by subject; a longer file is the last resort.");
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(lines: usize, exceptions: &[Exception], expected: &[&str]) {
        assert_eq!(violations(&[("a.rs", lines)], exceptions), expected);
    }

    fn excused(ceiling: usize) -> [Exception; 1] {
        [Exception { path: "a.rs", ceiling, reason: "one table" }]
    }

    #[test]
    fn a_long_file_is_found() {
        check(LIMIT, &[], &[]);
        check(LIMIT + 1, &[], &["a.rs: 601 lines, 600 are allowed"]);
    }

    #[test]
    fn an_exception_only_shrinks() {
        check(700, &excused(700), &[]);
        check(701, &excused(700), &["a.rs: 701 lines, 700 were excused"]);
        check(650, &excused(700), &["a.rs: lower its ceiling to 650"]);
        check(600, &excused(700), &["a.rs: fits now, take it off the list"]);
    }

    #[test]
    fn an_exception_is_for_a_file_and_a_reason() {
        let gone = [Exception { path: "b.rs", ceiling: 700, reason: "" }];
        check(1, &gone, &["b.rs: is excused but does not exist", "b.rs: is excused without a reason"]);
    }

    #[test]
    fn tests_do_not_count() {
        assert_eq!(product_lines("a.rs", "fn a() {}\n\n#[cfg(test)]\nmod tests {\n    fn b() {}\n}\n"), 2);
    }
}
