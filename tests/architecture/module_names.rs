//! A file is called after its subject.

use crate::repository::{assert_none, rust_files};

/// Names that say nothing about what is inside, so that everything ends up there.
const DRAWERS: &[&str] = &[
    "common", "core", "helper", "helpers", "manager", "misc", "service", "services", "shared", "util",
    "utils",
];

fn violations(paths: &[&str]) -> Vec<String> {
    let mut violations = Vec::new();
    for path in paths {
        let name = path.rsplit('/').next().unwrap_or(path).trim_end_matches(".rs");
        if name == "mod" {
            violations.push(format!("{path}: a module `foo` is in `foo.rs`, its parts in `foo/`"));
        } else if DRAWERS.contains(&name) && !is_the_subject(path) {
            violations.push(format!("{path}: `{name}` says nothing about what is inside"));
        }
    }
    violations
}

/// A service is a noun of the Compose language: a part of some subject may be about it, a layer may not be called so.
fn is_the_subject(path: &str) -> bool {
    let name_is_service = path.ends_with("/service.rs") || path.ends_with("/services.rs");
    name_is_service && !path.ends_with("/src/service.rs") && !path.ends_with("/src/services.rs")
}

#[test]
fn modules_are_called_after_their_subject() {
    let paths: Vec<_> = rust_files("").collect();
    assert_none(&violations(&paths), "See the names in docs/ARCHITECTURE.md.");
}

#[test]
fn empty_names_are_found() {
    let paths = [
        "a/src/utils.rs",
        "a/src/foo/mod.rs",
        "apps/x/src/service.rs",
        "crates/compose/src/model/service.rs",
    ];
    assert_eq!(
        violations(&paths),
        [
            "a/src/utils.rs: `utils` says nothing about what is inside",
            "a/src/foo/mod.rs: a module `foo` is in `foo.rs`, its parts in `foo/`",
            "apps/x/src/service.rs: `service` says nothing about what is inside",
        ]
    );
}
