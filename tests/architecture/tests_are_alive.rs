//! A test that does not run proves nothing, and neither does an expected output without a test.

use std::path::Path;

use crate::repository::{assert_none, files, read, rust_files};
use crate::source::{starts_with, tokens};

/// Lines that disable a test.
fn ignored(path: &str, text: &str) -> Vec<String> {
    let tokens = tokens(path, text);
    let found = (0..tokens.len()).filter(|index| starts_with(&tokens[*index..], &["#", "[", "ignore"]));
    found.map(|index| format!("{path}:{} disables a test", tokens[index].line)).collect()
}

/// What is wrong with a stored snapshot: its source does not exist, or has no test of that name.
fn orphan(path: &str, snapshot: &str, read: impl Fn(&str) -> Option<String>) -> Option<String> {
    let source = snapshot.lines().find_map(|line| line.strip_prefix("source: "))?.trim_matches('"');
    let Some(text) = read(source) else {
        return Some(format!("{path}: its source `{source}` does not exist"));
    };
    let name = test_name(path);
    let is_there = text.contains(&format!("fn {name}(")) || text.contains(&format!("\"{name}\""));
    (!is_there).then(|| format!("{path}: `{source}` has no test `{name}`"))
}

/// `crate__module__name-2.snap` is the second snapshot of `name`.
fn test_name(path: &str) -> &str {
    let file = path.rsplit('/').next().unwrap_or(path).trim_end_matches(".snap");
    let name = file.rsplit("__").next().unwrap_or(file);
    match name.rsplit_once('-') {
        Some((stem, number)) if number.bytes().all(|byte| byte.is_ascii_digit()) => stem,
        _ => name,
    }
}

fn has_extension(path: &str, extension: &str) -> bool {
    Path::new(path).extension().is_some_and(|found| found == extension)
}

#[test]
fn no_test_is_switched_off() {
    let violations: Vec<_> = rust_files("").flat_map(|path| ignored(path, &read(path))).collect();
    assert_none(&violations, "Let a test fail where it cannot run, and fix a wrong one.");
}

#[test]
fn every_snapshot_has_its_test() {
    let source = |path: &str| std::fs::read_to_string(crate::repository::root().join(path)).ok();
    let snapshots = files().iter().filter(|path| has_extension(path, "snap"));
    let violations: Vec<_> = snapshots.filter_map(|path| orphan(path, &read(path), source)).collect();
    assert_none(&violations, "Remove the snapshot, or regenerate it with `INSTA_UPDATE=always`.");
}

#[test]
fn no_snapshot_is_pending() {
    let pending =
        files().iter().filter(|path| path.ends_with(".snap.new") || path.ends_with(".pending-snap"));
    let violations: Vec<_> = pending.map(|path| format!("{path} is pending")).collect();
    assert_none(&violations, "Accept it with `INSTA_UPDATE=always`, or remove it.");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_test_switched_off_is_found() {
        assert_eq!(ignored("a.rs", "#[test]\n#[ignore = \"slow\"]\nfn f() {}"), ["a.rs:2 disables a test"]);
        assert_eq!(ignored("a.rs", "#[test]\nfn ignore() { ignore(); }"), [""; 0]);
    }

    fn check(source: Option<&str>, expected: Option<&str>) {
        let snapshot = "---\nsource: crates/a/src/b.rs\nexpression: x\n---\ntext\n";
        let found = orphan("crates/a/src/snapshots/a__b__tests__holds-2.snap", snapshot, |_| {
            source.map(str::to_owned)
        });
        assert_eq!(found.as_deref(), expected);
    }

    #[test]
    fn a_snapshot_without_a_test_is_found() {
        check(Some("#[test] fn holds() {}"), None);
        check(
            Some("#[test] fn other() {}"),
            Some("crates/a/src/snapshots/a__b__tests__holds-2.snap: `crates/a/src/b.rs` has no test `holds`"),
        );
        check(
            None,
            Some(
                "crates/a/src/snapshots/a__b__tests__holds-2.snap: its source `crates/a/src/b.rs` does not exist",
            ),
        );
    }
}
