//! A file is named after its subject.

use crate::repository::{assert_none, rust_files};

/// Names that do not describe the content and therefore attract everything.
const DRAWERS: &[&str] = &[
    "common", "core", "helper", "helpers", "manager", "misc", "service", "services", "shared", "util",
    "utils",
];

fn violations(paths: &[&str]) -> Vec<String> {
    let mut violations = Vec::new();
    for path in paths {
        let name = path.rsplit('/').next().unwrap_or(path).trim_end_matches(".rs");
        if name == "mod" {
            violations
                .push(format!("{path}: put a module `foo` into `foo.rs` and its submodules into `foo/`"));
        } else if DRAWERS.contains(&name) && !is_the_subject(path) {
            violations.push(format!("{path}: `{name}` does not describe the content"));
        }
    }
    violations
}

/// A service is a term of Compose: a part of some subject may have that name, but not a layer.
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
            "a/src/utils.rs: `utils` does not describe the content",
            "a/src/foo/mod.rs: put a module `foo` into `foo.rs` and its submodules into `foo/`",
            "apps/x/src/service.rs: `service` does not describe the content",
        ]
    );
}
