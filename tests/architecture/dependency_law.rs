//! Who may depend on whom.
//!
//! A crate cannot name what is not in its manifest, so this law is also the proof that only one crate speaks to
//! Docker, one to the database and one HTTP.

use std::collections::{BTreeMap, BTreeSet};
use std::process::Command;

use cargo_metadata::{DependencyKind, Package};

use crate::repository::{assert_none, members, root};

/// The edges between members: what the crate itself uses, and what only its tests use.
struct Edges {
    member: &'static str,
    uses: &'static [&'static str],
    tests_use: &'static [&'static str],
}

/// Every edge there is; one that is not used any more is a violation too, so the table stays the truth.
const EDGES: &[Edges] = &[
    Edges { member: "application", uses: &["compose", "domain"], tests_use: &["simulation"] },
    Edges { member: "archive", uses: &[], tests_use: &[] },
    Edges { member: "compose", uses: &[], tests_use: &[] },
    Edges { member: "configuration", uses: &[], tests_use: &[] },
    Edges { member: "domain", uses: &["compose"], tests_use: &[] },
    Edges { member: "engine-docker", uses: &["domain"], tests_use: &[] },
    Edges { member: "engine-link", uses: &["domain"], tests_use: &[] },
    Edges { member: "host", uses: &["domain"], tests_use: &[] },
    Edges { member: "http-api", uses: &["application", "archive", "domain"], tests_use: &["simulation"] },
    Edges { member: "migrations", uses: &[], tests_use: &[] },
    Edges {
        member: "server",
        uses: &["application", "configuration", "domain", "engine-link", "host", "http-api", "store-seaorm"],
        tests_use: &[],
    },
    Edges { member: "simulation", uses: &["domain"], tests_use: &[] },
    Edges { member: "store-seaorm", uses: &["domain", "migrations"], tests_use: &[] },
    Edges { member: "tests", uses: &[], tests_use: &[] },
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
        ],
        tests_use: &[],
    },
];

/// All that the pure crates and the use cases may take from outside.
const OUTSIDE: &[(&str, &[&str])] = &[
    ("archive", &["flate2", "tar", "thiserror", "zip"]),
    ("compose", &["granit-parser", "indexmap", "regex-lite", "serde", "serde_json", "thiserror"]),
    (
        "domain",
        &["async-trait", "indexmap", "jiff", "mockall", "serde", "serde_json", "sha2", "thiserror", "uuid"],
    ),
    (
        "application",
        &[
            "async-trait",
            "base64",
            "futures",
            "serde",
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

/// Crates that only these members may name; what only tests use does not count.
const OWNERS: &[(&str, &[&str])] = &[
    ("actix-web", &["http-api"]),
    ("anyhow", &["server", "worker"]),
    ("bollard", &["engine-docker"]),
    ("clap", &["configuration"]),
    ("flate2", &["archive"]),
    ("getrandom", &["host"]),
    ("granit-parser", &["compose"]),
    ("sea-orm", &["store-seaorm"]),
    ("sea-orm-migration", &["migrations", "store-seaorm"]),
    ("serde_yaml", &["http-api"]),
    ("tar", &["archive", "engine-docker"]),
    ("tracing-subscriber", &["configuration"]),
    ("utoipa", &["http-api"]),
    ("utoipa-swagger-ui", &["http-api"]),
    ("zip", &["archive"]),
];

/// What must be nowhere in the tree of the domain: runtimes, sockets, databases, web, clocks, randomness.
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

/// A dependency as the law sees it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Dependency {
    from: String,
    to: String,
    for_tests: bool,
}

/// The member's name in the tables: the package's without its prefix.
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

/// The edges between members, against the table.
fn edge_violations(members: &BTreeSet<&str>, dependencies: &[Dependency], table: &[Edges]) -> Vec<String> {
    let mut violations = Vec::new();
    let rows: BTreeMap<&str, &Edges> = table.iter().map(|row| (row.member, row)).collect();
    for member in members.iter().filter(|member| !rows.contains_key(*member)) {
        violations.push(format!("`{member}` is not in the table"));
    }
    for row in table {
        if !members.contains(row.member) {
            violations.push(format!("the table has `{}`, which is no member", row.member));
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
        // What a crate may use, its tests may use with other features.
        if !allowed.contains(&(from, to, *for_tests)) && !allowed.contains(&(from, to, false)) {
            let whose = if *for_tests { "the tests of " } else { "" };
            violations.push(format!("{whose}`{from}` may not use `{to}`"));
        }
    }
    for (from, to, _) in allowed.difference(&actual) {
        violations.push(format!("the table lets `{from}` use `{to}`, which it does not: take it out"));
    }
    violations
}

/// Outside crates, against the allow-lists and the owners.
fn outside_violations(
    dependencies: &[Dependency],
    allowed: &[(&str, &[&str])],
    owners: &[(&str, &[&str])],
) -> Vec<String> {
    let allowed: BTreeMap<_, _> = allowed.iter().copied().collect();
    let owners: BTreeMap<_, _> = owners.iter().copied().collect();
    let mut violations = Vec::new();
    for edge in
        dependencies.iter().filter(|edge| !edge.to.starts_with("core-monitor-") && edge.from != "tests")
    {
        let (from, to) = (edge.from.as_str(), edge.to.as_str());
        if !edge.for_tests && allowed.get(from).is_some_and(|list| !list.contains(&to)) {
            violations.push(format!("`{from}` may not use `{to}` from outside"));
        }
        if !edge.for_tests && owners.get(to).is_some_and(|members| !members.contains(&from)) {
            violations.push(format!("`{from}` may not name `{to}`"));
        }
    }
    violations
}

/// The packages of a tree, from `cargo tree --prefix none`, against what may not be in it.
fn tree_violations(tree: &str, forbidden: &[&str]) -> Vec<String> {
    let names: BTreeSet<&str> = tree.lines().filter_map(|line| line.split_whitespace().next()).collect();
    let found = forbidden.iter().filter(|name| names.contains(**name));
    found.map(|name| format!("`{name}` is in the tree of the domain")).collect()
}

/// The tree of one member alone, without its tests: what another program gets that embeds it.
#[expect(clippy::disallowed_methods, reason = "cargo alone resolves the features of one package")]
fn tree_of(package: &str) -> String {
    let arguments = ["tree", "--locked", "--edges", "normal,build", "--prefix", "none", "--package", package];
    let output = Command::new(env!("CARGO")).args(arguments).current_dir(root()).output().unwrap();
    assert!(output.status.success(), "cargo tree: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn members_use_only_whom_they_may() {
    let members = members();
    let names = members.iter().map(|(package, _)| short(&package.name)).collect();
    let dependencies: Vec<_> = members.iter().flat_map(|(package, _)| dependencies_of(package)).collect();
    assert_none(
        &edge_violations(&names, &dependencies, EDGES),
        "A new edge is a decision: argue it in docs/decisions, then change the table.",
    );
}

#[test]
fn outside_crates_stay_with_their_owners() {
    let members = members();
    let dependencies: Vec<_> = members.iter().flat_map(|(package, _)| dependencies_of(package)).collect();
    assert!(dependencies.iter().any(|edge| edge.to == "bollard"), "nobody speaks to Docker any more");
    assert_none(
        &outside_violations(&dependencies, OUTSIDE, OWNERS),
        "Put it behind a port, or argue the new dependency and change the table.",
    );
}

#[test]
fn the_domain_stays_pure() {
    let tree = tree_of("core-monitor-domain");
    assert!(tree.contains("serde_json"), "the tree was not read: {tree}");
    assert_none(
        &tree_violations(&tree, IMPURE),
        "Ask `cargo tree -p core-monitor-domain -i <crate>` who brings it.",
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
        check(&[], &["the table lets `a` use `b`, which it does not: take it out"]);
    }

    #[test]
    fn tests_have_their_own_edges() {
        let test_edge = Dependency { for_tests: true, ..edge("b", "core-monitor-a") };
        check(&[edge("a", "core-monitor-b"), test_edge], &["the tests of `b` may not use `a`"]);
    }

    #[test]
    fn members_and_table_agree() {
        let violations = edge_violations(&BTreeSet::from(["a", "c"]), &[edge("a", "core-monitor-b")], TABLE);
        assert_eq!(violations, ["`c` is not in the table", "the table has `b`, which is no member"]);
    }

    #[test]
    fn outside_crates_have_owners() {
        let edges = [edge("domain", "serde"), edge("domain", "tokio"), edge("http-api", "bollard")];
        let violations =
            outside_violations(&edges, &[("domain", &["serde"])], &[("bollard", &["engine-docker"])]);
        assert_eq!(
            violations,
            ["`domain` may not use `tokio` from outside", "`http-api` may not name `bollard`"]
        );
    }

    #[test]
    fn a_crate_deep_in_the_tree_is_found() {
        let tree = "core-monitor-domain v0.1.0\nserde v1.0.0\ntokio v1.54.0 (*)\ntokio-macros v2.0.0\n";
        assert_eq!(tree_violations(tree, &["tokio", "rand"]), ["`tokio` is in the tree of the domain"]);
    }
}
