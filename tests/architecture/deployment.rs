//! The files that people install with: nothing in them is unexplained, and they follow our own advice.

use std::collections::BTreeSet;

use core_monitor_compose::{LoadOptions, Loaded, ProjectFiles, lint, load};
use regex_lite::Regex;

use crate::repository::{assert_none, read};

const COMPOSE: &str = "deploy/compose/compose.yml";
const EXAMPLE: &str = "deploy/compose/.env.example";

/// Variables of a compose file that no line of the example sets, and lines of the example that nobody reads.
fn unexplained(compose: &str, example: &str) -> Vec<String> {
    let names = |pattern: &str, text: &str| -> BTreeSet<String> {
        let pattern = Regex::new(pattern).unwrap();
        pattern.captures_iter(text).map(|found| found[1].to_owned()).collect()
    };
    // Without comments, which may mention how a variable is written.
    let written: Vec<_> = compose.lines().filter(|line| !line.trim_start().starts_with('#')).collect();
    let used = names(r"\$\{([A-Z_]+)", &written.join("\n"));
    let set = names(r"(?m)^(?:# )?([A-Z_]+)=", example);
    let missing = used.difference(&set).map(|name| format!("{EXAMPLE} does not explain {name}"));
    let unread =
        set.difference(&used).map(|name| format!("{EXAMPLE} has {name}, which {COMPOSE} does not read"));
    missing.chain(unread).collect()
}

/// Lines of the example that set something without a comment above the group they are in.
fn without_comment(example: &str) -> Vec<String> {
    let is_setting = |line: &str| Regex::new(r"^(# )?[A-Z_]+=").unwrap().is_match(line);
    let groups = example.split("\n\n");
    let bare = groups.filter(|group| {
        let mut lines = group.lines();
        group.lines().any(is_setting)
            && !lines.next().is_some_and(|line| line.starts_with("# ") && !is_setting(line))
    });
    bare.map(|group| format!("{EXAMPLE} says nothing about `{}`", group.lines().next().unwrap_or_default()))
        .collect()
}

/// Defaults in the example that differ from those in the compose file.
fn other_defaults(compose: &str, example: &str) -> Vec<String> {
    let pattern = Regex::new(r"\$\{([A-Z_]+):-([^}]*)\}").unwrap();
    let pairs: BTreeSet<(String, String)> =
        pattern.captures_iter(compose).map(|found| (found[1].to_owned(), found[2].to_owned())).collect();
    let differs =
        pairs.iter().filter(|(name, value)| !example.lines().any(|line| line == format!("# {name}={value}")));
    differs
        .map(|(name, value)| format!("{COMPOSE} has `{value}` as the default of {name}, {EXAMPLE} another"))
        .collect()
}

fn loaded() -> Loaded {
    let mut files = ProjectFiles::new();
    files.add_compose("compose.yml", read(COMPOSE).into_bytes());
    let options = LoadOptions {
        project_directory: "/deploy/compose".to_owned(),
        variables: [("DOCKER_GROUP".to_owned(), "998".to_owned())].into_iter().collect(),
        ..LoadOptions::default()
    };
    load(&files, &options).unwrap_or_else(|rejected| panic!("{:#?}", rejected.errors))
}

#[test]
fn every_choice_of_the_compose_deployment_is_explained() {
    let (compose, example) = (read(COMPOSE), read(EXAMPLE));
    let mut found = unexplained(&compose, &example);
    found.extend(without_comment(&example));
    found.extend(other_defaults(&compose, &example));
    assert_none(&found, "Explain each variable, with its default, in the example.");
}

#[test]
fn our_own_lint_finds_nothing_in_the_compose_deployment() {
    let loaded = loaded();
    let warnings: Vec<_> = loaded.warnings.iter().map(|warning| format!("{warning:?}")).collect();
    assert_none(&warnings, "The file must load without a warning.");
    let report = lint(&loaded);
    let findings: Vec<_> = report.findings.iter().map(ToString::to_string).collect();
    assert_none(&findings, "Follow the advice that we give to others.");
    // A digest for each of two images, and the socket: the file says why.
    assert_eq!(report.summary.suppressed, 3, "nothing else is ignored on purpose");
}

#[test]
fn the_default_images_are_those_of_this_release() {
    let manifest: toml::Table = read("Cargo.toml").parse().unwrap();
    let version = manifest["workspace"]["package"]["version"].as_str().unwrap();
    for program in ["server", "worker"] {
        let image = format!("/{program}:${{CORE_MONITOR_TAG:-{version}}}");
        assert!(read(COMPOSE).contains(&image), "{COMPOSE} has another default than `{image}`");
    }
}

#[test]
fn only_the_worker_has_the_socket_of_the_engine() {
    let project = loaded().project;
    let with_socket = project.services.iter().filter(|(_, service)| {
        service
            .volumes
            .iter()
            .any(|mount| mount.source.as_deref().is_some_and(|source| source.ends_with("docker.sock")))
    });
    let names: Vec<_> = with_socket.map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, ["worker"]);
    for (name, service) in &project.services {
        assert!(service.read_only, "{name} can write to its image");
        assert_eq!(service.cap_drop, ["ALL"], "{name}");
        assert!(service.user.as_deref().is_some_and(|user| !user.starts_with('0')), "{name} is root");
    }
}

#[test]
fn a_variable_without_an_explanation_is_detected() {
    let compose = "image: ${A:-1}/${B:?x}\n# ${C}\n";
    assert_eq!(unexplained(compose, "# A.\n# A=1\n\n# B.\nB=\n"), [""; 0]);
    assert_eq!(
        unexplained(compose, "# A.\n# A=1\nD=\n"),
        [
            "deploy/compose/.env.example does not explain B",
            "deploy/compose/.env.example has D, which deploy/compose/compose.yml does not read"
        ]
    );
    assert_eq!(
        without_comment("# Why.\nA=1\n\nB=1\n"),
        ["deploy/compose/.env.example says nothing about `B=1`"]
    );
    assert_eq!(other_defaults(compose, "# A=2\n").len(), 1);
}
