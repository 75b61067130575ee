//! Manifests: one lint table, one place for versions, a reason for every dependency, and no unused ones.

use std::collections::BTreeSet;

use toml::{Table, Value};

use crate::names::crates;
use crate::repository::{assert_none, files, members, read, rust_files};
use crate::source::tokens;

/// What every package inherits from the workspace.
const INHERITED: &[&str] = &["version", "edition", "rust-version", "license", "publish", "authors"];

/// Dependencies that no source file uses, with the reasons to keep them.
const NEVER_NAMED: &[(&str, &str)] = &[];

/// What every member must have in common.
fn member_violations(path: &str, manifest: &str) -> Vec<String> {
    let manifest: Table = manifest.parse().unwrap_or_else(|error| panic!("{path}: {error}"));
    let mut violations = Vec::new();
    if !is_inherited(manifest.get("lints")) {
        violations.push(format!("{path}: `[lints] workspace = true` is missing"));
    }
    for key in INHERITED {
        if !is_inherited(manifest.get("package").and_then(|package| package.get(key))) {
            violations.push(format!("{path}: `{key}` does not come from the workspace"));
        }
    }
    for (name, value) in dependencies(&manifest, &["dependencies", "dev-dependencies", "build-dependencies"])
    {
        if !is_inherited(Some(&value)) {
            violations.push(format!("{path}: `{name}` does not come from the workspace"));
        }
    }
    violations
}

fn is_inherited(value: Option<&Value>) -> bool {
    value.and_then(|value| value.get("workspace")).and_then(Value::as_bool) == Some(true)
}

fn dependencies(manifest: &Table, sections: &[&str]) -> Vec<(String, Value)> {
    let in_section = |table: &Table, section: &str| {
        let entries = table.get(section).and_then(Value::as_table).cloned().unwrap_or_default();
        entries.into_iter().collect::<Vec<_>>()
    };
    let targets = manifest.get("target").and_then(Value::as_table).cloned().unwrap_or_default();
    let tables = std::iter::once(manifest).chain(targets.values().filter_map(Value::as_table));
    tables.flat_map(|table| sections.iter().flat_map(move |section| in_section(table, section))).collect()
}

/// Dependencies in the workspace's table without a reason, and those that no member uses.
fn table_violations(root_manifest: &str, used: &BTreeSet<String>) -> Vec<String> {
    let mut violations = Vec::new();
    let lines = root_manifest.lines().skip_while(|line| *line != "[workspace.dependencies]").skip(1);
    for line in lines.take_while(|line| !line.starts_with('[')) {
        let Some((name, rest)) = line.split_once('=').filter(|_| !line.starts_with('#')) else { continue };
        let name = name.trim();
        if !rest.contains("path = ") && rest.split_once(" # ").is_none_or(|(_, reason)| reason.len() < 10) {
            violations.push(format!("`{name}` has no comment with a reason"));
        }
        if !used.contains(name) {
            violations.push(format!("`{name}` is not used by any member"));
        }
    }
    violations
}

/// Dependencies of a member that no path in its sources starts with.
fn unnamed(member: &str, dependencies: &[String], named: &BTreeSet<String>) -> Vec<String> {
    let named = |name: &String| {
        named.contains(&name.replace('-', "_")) || NEVER_NAMED.iter().any(|(known, _)| known == name)
    };
    let unnamed = dependencies.iter().filter(|name| !named(name));
    unnamed.map(|name| format!("{member}: `{name}` is not used")).collect()
}

fn named<'a>(paths: impl Iterator<Item = &'a str>) -> BTreeSet<String> {
    paths.flat_map(|path| crates(&tokens(path, &read(path)))).collect()
}

#[test]
fn members_inherit() {
    let violations: Vec<_> = members()
        .into_iter()
        .map(|(_, folder)| format!("{folder}/Cargo.toml"))
        .flat_map(|path| member_violations(&path, &read(&path)))
        .collect();
    assert_none(&violations, "Put versions, lints and package data into the root manifest.");
}

#[test]
fn every_dependency_has_a_reason() {
    let used = members()
        .iter()
        .flat_map(|(package, _)| package.dependencies.iter().map(|dependency| dependency.name.clone()))
        .collect();
    let violations = table_violations(&read("Cargo.toml"), &used);
    assert_none(
        &violations,
        "Write `name = \"version\" # why it is better than our own code`, and remove unused ones.",
    );
}

#[test]
fn every_dependency_is_used() {
    let mut violations = Vec::new();
    for (_, folder) in members() {
        let path = format!("{folder}/Cargo.toml");
        let manifest: Table = read(&path).parse().unwrap();
        let names = |section| {
            dependencies(&manifest, &[section]).into_iter().map(|(name, _)| name).collect::<Vec<_>>()
        };
        let product = named(rust_files(&format!("{folder}/src")));
        let everything = named(rust_files(&folder));
        violations.extend(unnamed(&folder, &names("dependencies"), &product));
        violations.extend(unnamed(&folder, &names("dev-dependencies"), &everything));
    }
    assert_none(&violations, "Remove it from the manifest.");
}

#[test]
fn crates_have_no_lint_configuration_of_their_own() {
    let own: Vec<_> = files()
        .iter()
        .filter(|path| path.ends_with("/clippy.toml") || path.ends_with("/.clippy.toml"))
        .map(|path| format!("{path} replaces the root's `clippy.toml` instead of extending it"))
        .collect();
    assert_none(&own, "Put the setting into the root's file.");
}

#[cfg(test)]
mod tests {
    use super::*;

    const PACKAGE: &str = "[package]\nname = \"a\"\nversion.workspace = true\nedition.workspace = true\n\
        rust-version.workspace = true\nlicense.workspace = true\npublish.workspace = true\nauthors.workspace = true\n";

    fn check(rest: &str, expected: &[&str]) {
        assert_eq!(member_violations("a", &format!("{PACKAGE}{rest}")), expected);
    }

    #[test]
    fn a_member_with_its_own_settings_is_found() {
        check("[lints]\nworkspace = true\n[dependencies]\nserde.workspace = true", &[]);
        check("", &["a: `[lints] workspace = true` is missing"]);
        check(
            "[lints]\nworkspace = true\n[dev-dependencies]\nserde = \"1\"",
            &["a: `serde` does not come from the workspace"],
        );
        check(
            "[lints]\nworkspace = true\n[target.'cfg(unix)'.dependencies]\nlibc = \"1\"",
            &["a: `libc` does not come from the workspace"],
        );
    }

    #[test]
    fn package_data_of_its_own_is_found() {
        let manifest = format!("{PACKAGE}[lints]\nworkspace = true")
            .replace("edition.workspace = true", "edition = \"2021\"");
        assert_eq!(member_violations("a", &manifest), ["a: `edition` does not come from the workspace"]);
    }

    #[test]
    fn a_dependency_without_reason_or_user_is_found() {
        let manifest = "[workspace.dependencies]\n# --- data\nme = { path = \"me\" }\n\
            serde = \"1\" # data shapes\nrand = \"1\"\n[profile.dev]\ndebug = 1\n";
        let used = BTreeSet::from(["me".to_owned(), "serde".to_owned()]);
        assert_eq!(
            table_violations(manifest, &used),
            ["`rand` has no comment with a reason", "`rand` is not used by any member"]
        );
    }

    #[test]
    fn a_dependency_nobody_names_is_found() {
        let check = |source: &str, expected: &[&str]| {
            let dependencies = ["sea-orm".to_owned(), "uuid".to_owned()];
            assert_eq!(unnamed("a", &dependencies, &crates(&tokens("a.rs", source))), expected, "{source}");
        };
        check("use sea_orm::Iden; fn f() -> uuid::Uuid { g() }", &[]);
        check(
            "use sea_orm::Iden; /* uuid::Uuid */ fn f(uuid: u8) { g(\"uuid::Uuid\") }",
            &["a: `uuid` is not used"],
        );
        check("use sea_orm as db; use db::Iden; mod uuid; use uuid::Uuid;", &["a: `uuid` is not used"]);
    }
}
