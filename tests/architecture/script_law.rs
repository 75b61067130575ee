//! Scripts end at the command that fails.
//!
//! `set -e` alone does not do that: a failure inside `$(...)` is forgotten without `inherit_errexit`, and one that feeds
//! a loop is forgotten in any case.

use crate::repository::{assert_none, files, read};

/// Forms that forget the exit code of the command inside, and what to write instead.
const FORGETFUL: &[(&str, &str)] = &[
    ("< <(", "assign the output to a variable, then read it with `<<<\"$variable\"`"),
    ("in $(", "assign the output to a variable, then loop over the variable"),
    ("<<<\"$(", "assign the output to a variable, then read it with `<<<\"$variable\"`"),
];

/// Lines that may stay: file, text, and why a failure there is no failure of the script.
const EXCEPTIONS: &[(&str, &str)] = &[("deploy/quickstart/api.sh", "exec {stream}< <(exec curl")]; // a stream of events is ended by its reader

/// Starts of a script that is run by its path, not sourced.
const BASH: &str = "#!/usr/bin/env bash\n";

fn violations(path: &str, text: &str, exceptions: &[(&str, &str)]) -> Vec<String> {
    let mut found = Vec::new();
    if text.starts_with(BASH) {
        for needed in ["set -euo pipefail", "inherit_errexit"] {
            let is_set = |line: &str| !line.trim_start().starts_with('#') && line.contains(needed);
            if !text.lines().any(is_set) {
                found.push(format!("{path} lacks `{needed}`"));
            }
        }
    }
    for (number, line) in (1..).zip(text.lines()) {
        if exceptions.iter().any(|(file, part)| *file == path && line.contains(part)) {
            continue;
        }
        let code = line.trim_start();
        for (form, advice) in FORGETFUL {
            // A text may have these words too.
            let is_loop = code.starts_with("for ") || !form.starts_with("in ");
            if code.contains(form) && is_loop && !code.starts_with('#') {
                found.push(format!("{path}:{number} has `{}`: {advice}", form.trim()));
            }
        }
    }
    found
}

/// The scripts for bash. One has a name that others chose.
fn scripts() -> impl Iterator<Item = &'static str> {
    files()
        .iter()
        .map(String::as_str)
        .filter(|path| path.rsplit('.').next() == Some("sh") || *path == ".ci/run")
}

#[test]
fn scripts_end_at_the_failing_command() {
    assert!(scripts().count() > 10, "the scripts were not found");
    let found: Vec<_> = scripts().flat_map(|path| violations(path, &read(path), EXCEPTIONS)).collect();
    assert_none(&found, "A script that goes on after a failure reports success for half its work.");
}

#[test]
fn every_exception_is_used() {
    let unused = EXCEPTIONS.iter().filter(|(path, part)| !read(path).contains(part));
    let unused: Vec<_> = unused.map(|(path, part)| format!("{path} has no `{part}`")).collect();
    assert_none(&unused, "Remove the exception.");
}

#[test]
fn a_forgetful_script_is_detected() {
    let check = |text: &str, expected: &[&str]| {
        let text = format!("{BASH}set -euo pipefail\nshopt -s inherit_errexit\n{text}\n");
        let found = violations("x.sh", &text, &[("x.sh", "read -r allowed")]);
        assert_eq!(found.len(), expected.len(), "{found:?}");
        for (violation, expected) in found.iter().zip(expected) {
            assert!(violation.contains(expected), "{violation}");
        }
    };
    check("for name in $(ls); do", &["x.sh:4 has `in $(`"]);
    check("done < <(ls)", &["x.sh:4 has `< <(`"]);
    check("read -r a <<<\"$(ls)\"", &["x.sh:4 has `<<<\"$(`"]);
    check("# for name in $(ls)", &[]);
    check("note \"made in $(seconds)\"", &[]);
    check("read -r allowed < <(ls)", &[]);
    assert_eq!(
        violations("y.sh", &format!("{BASH}set -e\n"), &[]),
        ["y.sh lacks `set -euo pipefail`", "y.sh lacks `inherit_errexit`"]
    );
    assert_eq!(violations("sourced.sh", "# shellcheck shell=bash\n", &[]), [""; 0]);
}
