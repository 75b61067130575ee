//! The public CI runs the same checks as a developer, with pinned actions.

use regex_lite::Regex;
use toml::Table;

use crate::repository::{assert_none, files, read};

const FOLDER: &str = ".github/workflows/";

/// Maximum duration of a run in minutes.
const LONGEST: u32 = 90;

/// What is wrong with a workflow.
fn violations(path: &str, text: &str, rust_version: &str) -> Vec<String> {
    let mut violations = Vec::new();
    let used = Regex::new(r"(?m)^\s*(?:- )?uses:\s*(\S+)").unwrap();
    let pinned = Regex::new(r"^[\w.-]+/[\w./-]+@[0-9a-f]{40}$").unwrap();
    for action in used.captures_iter(text).filter_map(|found| found.get(1)).map(|found| found.as_str()) {
        if !pinned.is_match(action) {
            violations.push(format!("{path}: `{action}` is not pinned to a commit"));
        }
    }
    if !text.contains("\npermissions:\n  contents: read\n") || text.contains(": write") {
        violations.push(format!("{path}: it has more than read permissions"));
    }
    let timeout = Regex::new(r"timeout-minutes: (\d+)").unwrap();
    let minutes = timeout.captures(text).and_then(|found| found.get(1)?.as_str().parse::<u32>().ok());
    if minutes.is_none_or(|minutes| minutes > LONGEST) {
        violations.push(format!("{path}: it has no timeout of {LONGEST} minutes"));
    }
    if !text.contains(" .ci/run\n") {
        violations.push(format!("{path}: it does not run .ci/run"));
    }
    if !text.contains(&format!("RUSTUP_TOOLCHAIN: {rust_version}")) {
        violations.push(format!("{path}: it does not build with Rust {rust_version}"));
    }
    violations
}

fn rust_version(root_manifest: &str) -> String {
    let manifest: Table = root_manifest.parse().unwrap();
    manifest["workspace"]["package"]["rust-version"].as_str().unwrap().to_owned()
}

#[test]
fn every_change_is_checked_by_pinned_code() {
    let workflows: Vec<_> = files().iter().filter(|path| path.starts_with(FOLDER)).collect();
    assert!(!workflows.is_empty(), "{FOLDER} is empty");
    let version = rust_version(&read("Cargo.toml"));
    let violations: Vec<_> =
        workflows.iter().flat_map(|path| violations(path, &read(path), &version)).collect();
    assert_none(&violations, "See the head of .github/workflows/ci.yml.");
}

#[test]
fn the_toolchain_needs_no_network_where_there_is_one() {
    let file: Table = read("rust-toolchain.toml").parse().unwrap();
    // If a machine does not have the version, it is downloaded, or nothing can be built.
    assert_eq!(file["toolchain"]["channel"].as_str(), Some("stable"));
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = "name: CI\n\npermissions:\n  contents: read\n\nenv:\n  RUSTUP_TOOLCHAIN: 1.95.0\n\
        jobs:\n  checks:\n    timeout-minutes: 90\n    steps:\n      \
        - uses: actions/checkout@de0fac2e4500dabe0009e67214ff5f5447ce83dd # v6\n      - run: sudo .ci/run\n";

    fn check(from: &str, to: &str, expected: &[&str]) {
        assert_eq!(violations("ci.yml", &GOOD.replace(from, to), "1.95"), expected, "{to}");
    }

    #[test]
    fn an_unpinned_or_privileged_workflow_is_found() {
        check("", "", &[]);
        check(
            "@de0fac2e4500dabe0009e67214ff5f5447ce83dd",
            "@v6",
            &["ci.yml: `actions/checkout@v6` is not pinned to a commit"],
        );
        check("contents: read", "contents: write", &["ci.yml: it has more than read permissions"]);
        check("timeout-minutes: 90", "timeout-minutes: 360", &["ci.yml: it has no timeout of 90 minutes"]);
        check("    timeout-minutes: 90\n", "", &["ci.yml: it has no timeout of 90 minutes"]);
        check("sudo .ci/run", "cargo test", &["ci.yml: it does not run .ci/run"]);
        check("1.95.0", "1.94.0", &["ci.yml: it does not build with Rust 1.95"]);
    }
}
