//! Which crates may depend on which.
//!
//! A crate cannot use anything outside its manifest, so this rule also proves that only one crate accesses Docker, one
//! the database and one HTTP.

use std::collections::{BTreeMap, BTreeSet};
use std::process::Command;

use cargo_metadata::{DependencyKind, Package};
use toml::Table;

use crate::dependency_owners::{EVERYBODY, OWNERS, TESTS_ONLY};
use crate::repository::{assert_none, members, read, root};

/// The dependencies between members: those of the crate itself, and those of its tests only.
struct Edges {
    member: &'static str,
    uses: &'static [&'static str],
    tests_use: &'static [&'static str],
}

/// All dependencies; an unused entry is also a violation, so the table stays accurate.
const EDGES: &[Edges] = &[
    Edges { member: "alerts", uses: &["domain", "requests"], tests_use: &[] },
    Edges {
        member: "application",
        uses: &["catalog", "compose", "domain", "message"],
        tests_use: &["simulation"],
    },
    Edges { member: "archive", uses: &["message"], tests_use: &[] },
    Edges { member: "catalog", uses: &["compose", "message"], tests_use: &[] },
    Edges { member: "compose", uses: &["message"], tests_use: &[] },
    Edges { member: "configuration", uses: &["message"], tests_use: &[] },
    Edges { member: "domain", uses: &["compose", "message"], tests_use: &[] },
    Edges { member: "engine-docker", uses: &["domain", "message", "transport"], tests_use: &[] },
    Edges { member: "engine-link", uses: &["domain"], tests_use: &["simulation"] },
    Edges {
        member: "gateway",
        uses: &["application", "configuration", "domain", "gateway-proxy", "host", "store-seaorm"],
        tests_use: &[],
    },
    Edges {
        member: "gateway-proxy",
        uses: &["application", "domain", "transport", "waiting-page"],
        tests_use: &["simulation"],
    },
    Edges { member: "host", uses: &["archive", "domain", "message", "transport"], tests_use: &[] },
    Edges {
        member: "http-api",
        uses: &["application", "archive", "domain", "message", "transport", "web-assets"],
        tests_use: &["simulation"],
    },
    Edges { member: "key-lists", uses: &["domain", "message", "requests"], tests_use: &[] },
    Edges { member: "message", uses: &[], tests_use: &[] },
    Edges { member: "migrations", uses: &[], tests_use: &[] },
    Edges { member: "openid", uses: &["domain", "requests"], tests_use: &["simulation"] },
    Edges { member: "passwords", uses: &["domain"], tests_use: &[] },
    Edges { member: "requests", uses: &[], tests_use: &[] },
    Edges {
        member: "server",
        uses: &[
            "alerts",
            "application",
            "configuration",
            "domain",
            "engine-link",
            "host",
            "http-api",
            "key-lists",
            "openid",
            "passwords",
            "requests",
            "store-seaorm",
            "transport",
            "web-assets",
        ],
        tests_use: &[],
    },
    Edges { member: "simulation", uses: &["archive", "domain", "message"], tests_use: &[] },
    Edges { member: "store-seaorm", uses: &["domain", "message", "migrations"], tests_use: &["simulation"] },
    Edges { member: "tests", uses: &[], tests_use: &[] },
    Edges { member: "transport", uses: &[], tests_use: &[] },
    Edges { member: "waiting-page", uses: &[], tests_use: &[] },
    Edges { member: "web-assets", uses: &[], tests_use: &[] },
    Edges {
        member: "worker",
        uses: &[
            "application",
            "configuration",
            "domain",
            "engine-docker",
            "engine-link",
            "host",
            "store-seaorm",
            "transport",
        ],
        tests_use: &[],
    },
];

/// The external crates that the pure crates and the use cases may use.
const OUTSIDE: &[(&str, &[&str])] = &[
    ("archive", &["flate2", "tar", "thiserror", "zip"]),
    ("catalog", &["regex-lite", "serde_json"]),
    ("compose", &["granit-parser", "indexmap", "serde", "serde_json", "thiserror"]),
    ("message", &["serde"]),
    ("waiting-page", &["base64", "minijinja", "serde", "thiserror"]),
    (
        "domain",
        &[
            "async-trait",
            "hmac",
            "jiff",
            "mockall",
            "regex-lite",
            "serde",
            "serde_json",
            "sha2",
            "thiserror",
            "uuid",
        ],
    ),
    (
        "application",
        &[
            "arc-swap",
            "async-trait",
            "base64",
            "futures",
            "serde_json",
            "sha2",
            "similar",
            "subtle",
            "thiserror",
            "tokio",
            "tokio-util",
            "tracing",
        ],
    ),
];

/// What the domain must not depend on, even indirectly: runtimes, sockets, databases, web, clocks, randomness.
const IMPURE: &[&str] = &[
    "actix-web",
    "bollard",
    "chrono",
    "fastrand",
    "getrandom",
    "hyper",
    "libsqlite3-sys",
    "mio",
    "rand",
    "reqwest",
    "sea-orm",
    "signal-hook",
    "socket2",
    "sqlx",
    "sqlx-core",
    "time",
    "tokio",
    "ureq",
    "utoipa",
];

/// A dependency, as needed for this rule.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Dependency {
    from: String,
    to: String,
    for_tests: bool,
}

/// The member's name in the tables: the package name without its prefix.
fn short(package: &str) -> &str {
    package.strip_prefix("core-monitor-").unwrap_or(package)
}

fn dependencies_of(package: &Package) -> impl Iterator<Item = Dependency> {
    package.dependencies.iter().map(|dependency| Dependency {
        from: short(&package.name).to_owned(),
        to: dependency.name.clone(),
        for_tests: dependency.kind == DependencyKind::Development,
    })
}

/// Compares the dependencies between members with the table.
fn edge_violations(members: &BTreeSet<&str>, dependencies: &[Dependency], table: &[Edges]) -> Vec<String> {
    let mut violations = Vec::new();
    let rows: BTreeMap<&str, &Edges> = table.iter().map(|row| (row.member, row)).collect();
    for member in members.iter().filter(|member| !rows.contains_key(*member)) {
        violations.push(format!("`{member}` is not in the table"));
    }
    for row in table {
        if !members.contains(row.member) {
            violations.push(format!("the table has `{}`, which is not a member", row.member));
        }
    }
    let actual: BTreeSet<(&str, &str, bool)> = dependencies
        .iter()
        .filter(|edge| edge.to.starts_with("core-monitor-") && edge.from != "tests")
        .map(|edge| (edge.from.as_str(), short(&edge.to), edge.for_tests))
        .collect();
    let allowed: BTreeSet<(&str, &str, bool)> = table
        .iter()
        .flat_map(|row| {
            let uses = row.uses.iter().map(|to| (row.member, *to, false));
            uses.chain(row.tests_use.iter().map(|to| (row.member, *to, true)))
        })
        .collect();
    for (from, to, for_tests) in &actual {
        // If a crate may be used, its tests may use it with other features.
        if !allowed.contains(&(from, to, *for_tests)) && !allowed.contains(&(from, to, false)) {
            let whose = if *for_tests { "the tests of " } else { "" };
            violations.push(format!("{whose}`{from}` may not use `{to}`"));
        }
    }
    for (from, to, _) in allowed.difference(&actual) {
        violations.push(format!("the table lets `{from}` use `{to}`, which it does not use: remove it"));
    }
    violations
}

/// Compares external crates with the allow-lists and owners.
fn outside_violations(
    dependencies: &[Dependency],
    allowed: &[(&str, &[&str])],
    owners: &[(&str, &[&str])],
) -> Vec<String> {
    let is_product =
        |edge: &&Dependency| !edge.to.starts_with("core-monitor-") && edge.from != "tests" && !edge.for_tests;
    let actual: BTreeSet<(&str, &str)> =
        dependencies.iter().filter(is_product).map(|edge| (edge.from.as_str(), edge.to.as_str())).collect();
    let (allowed, owners): (BTreeMap<_, _>, BTreeMap<_, _>) =
        (allowed.iter().copied().collect(), owners.iter().copied().collect());
    let mut violations = Vec::new();
    for (from, to) in &actual {
        if allowed.get(from).is_some_and(|list| !list.contains(to)) {
            violations.push(format!("`{from}` may not use the external crate `{to}`"));
        }
        if owners.get(to).is_some_and(|members| *members != EVERYBODY && !members.contains(from)) {
            violations.push(format!("`{from}` may not name `{to}`"));
        }
    }
    let listed = allowed.iter().flat_map(|(from, list)| list.iter().map(move |to| (*from, *to)));
    let owned = owners.iter().flat_map(|(to, members)| members.iter().map(move |from| (*from, *to)));
    for (from, to) in listed.chain(owned).filter(|(from, _)| *from != "*").collect::<BTreeSet<_>>() {
        if !actual.contains(&(from, to)) {
            violations.push(format!("the table lets `{from}` use `{to}`, which it does not use: remove it"));
        }
    }
    violations
}

/// Crates of the workspace's table without an owner, and owned crates that are not in it.
fn ownership_violations(root_manifest: &str, owners: &[(&str, &[&str])]) -> Vec<String> {
    let manifest: Table = root_manifest.parse().unwrap();
    let table = manifest["workspace"]["dependencies"].as_table().unwrap();
    let outside: BTreeSet<&str> =
        table.keys().map(String::as_str).filter(|name| !name.starts_with("core-monitor-")).collect();
    let owned: BTreeSet<&str> = owners.iter().map(|(name, _)| *name).collect();
    let lost = outside.difference(&owned).map(|name| format!("`{name}` has no owner"));
    let gone =
        owned.difference(&outside).map(|name| format!("`{name}` has an owner but is not in the workspace"));
    lost.chain(gone).collect()
}

/// Compares the packages of a tree, from `cargo tree --prefix none`, with the forbidden ones.
fn tree_violations(tree: &str, forbidden: &[&str]) -> Vec<String> {
    let names: BTreeSet<&str> = tree.lines().filter_map(|line| line.split_whitespace().next()).collect();
    let found = forbidden.iter().filter(|name| names.contains(**name));
    found.map(|name| format!("`{name}` is in the tree of the domain")).collect()
}

/// The tree of one member without its tests: what an embedding program gets.
#[expect(clippy::disallowed_methods, reason = "cargo alone resolves the features of one package")]
fn tree_of(package: &str) -> String {
    let arguments = ["tree", "--locked", "--edges", "normal,build", "--prefix", "none", "--package", package];
    let output = Command::new(env!("CARGO")).args(arguments).current_dir(root()).output().unwrap();
    assert!(output.status.success(), "cargo tree: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn members_use_only_allowed_crates() {
    let members = members();
    let names = members.iter().map(|(package, _)| short(&package.name)).collect();
    let dependencies: Vec<_> = members.iter().flat_map(|(package, _)| dependencies_of(package)).collect();
    assert_none(
        &edge_violations(&names, &dependencies, EDGES),
        "A new dependency is a decision: justify it in docs/decisions, then change the table.",
    );
}

#[test]
fn outside_crates_stay_with_their_owners() {
    let members = members();
    let dependencies: Vec<_> = members.iter().flat_map(|(package, _)| dependencies_of(package)).collect();
    assert!(dependencies.iter().any(|edge| edge.to == "bollard"), "no crate uses Docker any more");
    assert_none(
        &outside_violations(&dependencies, OUTSIDE, OWNERS),
        "Put it behind a port, or justify the new dependency and change the table.",
    );
}

#[test]
fn every_outside_crate_has_an_owner() {
    assert_none(
        &ownership_violations(&read("Cargo.toml"), OWNERS),
        "Add its users to OWNERS; the fewer the better.",
    );
}

#[test]
fn the_domain_stays_pure() {
    let tree = tree_of("core-monitor-domain");
    assert!(tree.contains("serde_json"), "the tree was not read: {tree}");
    assert_none(
        &tree_violations(&tree, IMPURE),
        "Run `cargo tree -p core-monitor-domain -i <crate>` to see where it comes from.",
    );
}

#[cfg(test)]
mod tests {
    use super::*;

    fn edge(from: &str, to: &str) -> Dependency {
        Dependency { from: from.to_owned(), to: to.to_owned(), for_tests: false }
    }

    const TABLE: &[Edges] = &[
        Edges { member: "a", uses: &["b"], tests_use: &[] },
        Edges { member: "b", uses: &[], tests_use: &[] },
    ];

    fn check(dependencies: &[Dependency], expected: &[&str]) {
        assert_eq!(edge_violations(&BTreeSet::from(["a", "b"]), dependencies, TABLE), expected);
    }

    #[test]
    fn the_table_is_the_law() {
        check(&[edge("a", "core-monitor-b")], &[]);
        check(&[edge("a", "core-monitor-b"), edge("b", "core-monitor-a")], &["`b` may not use `a`"]);
        check(&[], &["the table lets `a` use `b`, which it does not use: remove it"]);
    }

    #[test]
    fn tests_have_their_own_edges() {
        let test_edge = Dependency { for_tests: true, ..edge("b", "core-monitor-a") };
        check(&[edge("a", "core-monitor-b"), test_edge], &["the tests of `b` may not use `a`"]);
    }

    #[test]
    fn members_and_table_agree() {
        let violations = edge_violations(&BTreeSet::from(["a", "c"]), &[edge("a", "core-monitor-b")], TABLE);
        assert_eq!(violations, ["`c` is not in the table", "the table has `b`, which is not a member"]);
    }

    #[test]
    fn outside_crates_have_owners() {
        let edges = [edge("domain", "serde"), edge("domain", "tokio"), edge("http-api", "bollard")];
        let owners: &[(&str, &[&str])] = &[("bollard", &["engine-docker"]), ("serde", EVERYBODY)];
        let violations = outside_violations(&edges, &[("domain", &["serde", "uuid"])], owners);
        assert_eq!(
            violations,
            [
                "`domain` may not use the external crate `tokio`",
                "`http-api` may not name `bollard`",
                "the table lets `domain` use `uuid`, which it does not use: remove it",
                "the table lets `engine-docker` use `bollard`, which it does not use: remove it",
            ]
        );
    }

    #[test]
    fn what_only_tests_use_is_in_no_product() {
        let for_tests = Dependency { for_tests: true, ..edge("http-api", "insta") };
        assert_eq!(outside_violations(&[for_tests], &[], &[("insta", TESTS_ONLY)]), [""; 0]);
        let violations = outside_violations(&[edge("http-api", "insta")], &[], &[("insta", TESTS_ONLY)]);
        assert_eq!(violations, ["`http-api` may not name `insta`"]);
    }

    #[test]
    fn a_crate_without_an_owner_is_found() {
        let manifest =
            "[workspace.dependencies]\ncore-monitor-a = { path = \"a\" }\nserde = \"1\"\nhyper = \"1\"\n";
        assert_eq!(
            ownership_violations(manifest, &[("serde", EVERYBODY), ("rand", TESTS_ONLY)]),
            ["`hyper` has no owner", "`rand` has an owner but is not in the workspace"]
        );
    }

    #[test]
    fn a_crate_deep_in_the_tree_is_found() {
        let tree = "core-monitor-domain v0.1.0\nserde v1.0.0\ntokio v1.54.0 (*)\ntokio-macros v2.0.0\n";
        assert_eq!(tree_violations(tree, &["tokio", "rand"]), ["`tokio` is in the tree of the domain"]);
    }
}
