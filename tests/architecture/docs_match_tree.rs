//! The documents match the tree.

use std::collections::BTreeSet;

use regex_lite::Regex;

use crate::repository::{assert_none, exists, files, members, read};

const MAP: &str = "docs/ARCHITECTURE.md";

/// What always holds, and what enforces it.
const INVARIANTS: &str = "docs/INVARIANTS.md";

/// Top-level folders of the repository: text that starts with one of them and a slash is a path.
const TOP: &[&str] =
    &[".ci", ".config", ".github", "apps", "crates", "deploy", "docs", "migrations", "openapi", "tests"];

/// A document and its maximum number of lines.
const LENGTHS: &[(&str, usize)] = &[(MAP, 400), (INVARIANTS, 400), ("README.md", 80), (GUIDE, 200)];

/// The guide for new contributors.
const GUIDE: &str = "CONTRIBUTING.md";

/// The recipes it must contain, each under its own heading.
const RECIPES: &[&str] =
    &["A command", "A port", "An endpoint", "A setting", "A compose attribute", "A lint rule"];

/// The first commands in the README: everything needed to try the product and to test it.
const SETUP: &[&str] =
    &["deploy/quickstart.sh", "deploy/images.sh && deploy/compose/prepare.sh", "tests/run.sh"];

/// Members without a heading in the code map, and headings without a member.
fn map_violations(map: &str, members: &[&str], exists: impl Fn(&str) -> bool) -> Vec<String> {
    let heading = Regex::new(r"(?m)^### `([^`]+)`").unwrap();
    let headings: BTreeSet<&str> =
        heading.captures_iter(map).filter_map(|found| found.get(1)).map(|m| m.as_str()).collect();
    let missing = members.iter().filter(|member| !headings.contains(*member));
    let mut violations: Vec<_> = missing.map(|member| format!("the code map lacks `{member}`")).collect();
    violations.extend(
        headings
            .iter()
            .filter(|path| !exists(path))
            .map(|path| format!("the code map has `{path}`, which does not exist")),
    );
    violations
}

/// Words in backticks outside code blocks.
fn quoted(text: &str) -> Vec<&str> {
    let prose = text.split("```").step_by(2);
    prose.flat_map(|part| part.split('`').skip(1).step_by(2)).collect()
}

/// Paths in backticks that do not exist. `path::name` also requires a function of that name in the file.
fn path_violations(
    document: &str,
    text: &str,
    exists: impl Fn(&str) -> bool,
    read: impl Fn(&str) -> String,
) -> Vec<String> {
    let mut violations = Vec::new();
    for word in quoted(text) {
        let (path, function) = word.split_once("::").map_or((word, None), |(path, name)| (path, Some(name)));
        let is_below_the_top = path.split_once('/').is_some_and(|(top, _)| TOP.contains(&top));
        if !(is_below_the_top || is_at_the_top(path)) || path.contains(['*', '<', '{', ' ', '$']) {
            continue;
        }
        if !exists(path.trim_end_matches('/')) && !exists(&beside(document, path)) {
            violations.push(format!("{document}: `{path}` does not exist"));
        } else if let Some(name) = function
            && !read(path).contains(&format!("fn {name}("))
        {
            violations.push(format!("{document}: `{path}` has no `{name}`"));
        }
    }
    violations
}

/// Top-level documents and manifests are referred to by name alone.
fn is_at_the_top(word: &str) -> bool {
    let name = |extension: &str| word.strip_suffix(extension).filter(|stem| !stem.is_empty());
    let is_document = name(".md").is_some_and(|stem| stem.bytes().all(|byte| byte.is_ascii_uppercase()));
    let is_manifest =
        name(".toml").is_some_and(|stem| stem.bytes().all(|byte| byte.is_ascii_alphabetic() || byte == b'-'));
    is_document || is_manifest
}

/// Missing recipes, and recipes that refer to no file. The rule for paths checks that the files exist.
fn recipe_violations(guide: &str, recipes: &[&str]) -> Vec<String> {
    let mut violations = Vec::new();
    for recipe in recipes {
        let Some((_, rest)) = guide.split_once(&format!("\n### {recipe}\n")) else {
            violations.push(format!("missing recipe for `{recipe}`"));
            continue;
        };
        let text = rest.split("\n#").next().unwrap_or(rest);
        let is_file = |word: &&str| {
            word.split_once('/').is_some_and(|(top, _)| TOP.contains(&top))
                && word.rsplit('/').next().is_some_and(|name| name.contains('.'))
        };
        if quoted(text).iter().filter(|word| is_file(word)).count() < 2 {
            violations.push(format!("the recipe for `{recipe}` refers to no example"));
        }
    }
    violations
}

/// Commands that are missing from the start of the lines in the first code block, or out of order.
fn setup_violations(readme: &str, commands: &[&str]) -> Vec<String> {
    let lines: Vec<&str> = readme.split("```").nth(1).unwrap_or_default().lines().skip(1).collect();
    let missing = commands
        .iter()
        .zip(0..)
        .filter(|(command, at)| !lines.get(*at).is_some_and(|line: &&str| line.starts_with(**command)));
    missing.map(|(command, _)| format!("the first commands lack `{command}` at its position")).collect()
}

/// A path in a crate's own document, relative to the document's folder.
fn beside(document: &str, path: &str) -> String {
    let folder = document.rsplit_once('/').map_or("", |(folder, _)| folder);
    format!("{folder}/{}", path.trim_end_matches('/'))
}

/// Links to missing files; links to other sites are not checked.
fn link_violations(document: &str, text: &str, exists: impl Fn(&str) -> bool) -> Vec<String> {
    let link = Regex::new(r"\]\(([^)#:\s]+)(?:#[^)]*)?\)").unwrap();
    let prose: String = text.split("```").step_by(2).collect();
    let targets = link.captures_iter(&prose).filter_map(|found| Some(found.get(1)?.as_str().to_owned()));
    let lost = targets.filter(|target| !exists(beside(document, target).trim_start_matches('/')));
    lost.map(|target| format!("{document}: the link to `{target}` is broken")).collect()
}

/// Invariants that are numbered wrongly or that nothing enforces.
fn invariant_violations(map: &str) -> Vec<String> {
    let invariant = Regex::new(r"\*\*Architecture Invariant \(AI-(\d+)\):\*\*").unwrap();
    let mut violations = Vec::new();
    let mut expected = 0_u32;
    for paragraph in map.split("\n\n") {
        let Some(found) = invariant.captures(paragraph).and_then(|found| found.get(1)) else { continue };
        expected += 1;
        if found.as_str() != expected.to_string() {
            violations.push(format!("AI-{} should be AI-{expected}", found.as_str()));
        }
        let enforcers =
            paragraph.split_once("*Enforced by*").map(|(_, rest)| quoted(rest)).unwrap_or_default();
        if !enforcers.iter().any(|word| word.contains('/') && word.contains(".rs")) {
            violations.push(format!("AI-{} names no enforcer", found.as_str()));
        }
        if invariant.find_iter(paragraph).count() > 1 {
            violations.push(format!("AI-{} shares its paragraph with another invariant", found.as_str()));
        }
    }
    if expected == 0 {
        violations.push("there is no invariant".to_owned());
    }
    violations
}

/// Documents that are too long.
fn length_violations(lengths: &[(&str, usize)], read: impl Fn(&str) -> String) -> Vec<String> {
    let lines = |document: &str| read(document).lines().count();
    let long = lengths.iter().filter(|(document, most)| lines(document) > *most);
    long.map(|(document, most)| format!("{document}: {} lines, {most} are allowed", lines(document)))
        .collect()
}

/// The documents of the project, including generated ones.
fn documents() -> impl Iterator<Item = &'static String> {
    files().iter().filter(|path| path.strip_suffix(".md").is_some())
}

#[test]
fn the_code_map_has_every_member() {
    let members = members();
    let folders: Vec<_> = members.iter().map(|(_, folder)| folder.as_str()).collect();
    assert_none(
        &map_violations(&read(MAP), &folders, exists),
        "Add one heading and one paragraph per member.",
    );
}

#[test]
fn every_path_in_the_documents_exists() {
    let violations: Vec<_> =
        documents().flat_map(|document| path_violations(document, &read(document), exists, read)).collect();
    assert_none(&violations, "Correct the document, or put text that is not a path into a code block.");
}

#[test]
fn every_link_leads_somewhere() {
    let violations: Vec<_> =
        documents().flat_map(|document| link_violations(document, &read(document), exists)).collect();
    assert_none(&violations, "Correct the link, relative to the document it is in.");
}

#[test]
fn every_invariant_has_an_enforcer() {
    assert_none(
        &invariant_violations(&read(INVARIANTS)),
        "An invariant without a test is only a wish: write the test first.",
    );
}

#[test]
fn documents_can_be_read_in_one_sitting() {
    assert_none(
        &length_violations(LENGTHS, read),
        "Put long explanations next to the code, and decisions into docs/decisions.",
    );
}

#[test]
fn every_recipe_points_at_an_example() {
    let advice = "A recipe must refer to small real files that show each of its steps.";
    assert_none(&recipe_violations(&read(GUIDE), RECIPES), advice);
}

#[test]
fn the_readme_begins_with_the_setup() {
    assert_none(&setup_violations(&read("README.md"), SETUP), "Put explanations after the commands.");
}

#[test]
fn decisions_are_numbered_without_gaps() {
    let decisions = files().iter().filter_map(|path| path.strip_prefix("docs/decisions/"));
    assert_none(
        &numbering_violations(decisions),
        "Use the next free number with four digits, then a dash and the title.",
    );
}

fn numbering_violations<'a>(names: impl Iterator<Item = &'a str>) -> Vec<String> {
    let numbers: Vec<_> =
        names.map(|name| name.chars().take_while(char::is_ascii_digit).collect::<String>()).collect();
    let wrong = numbers.iter().zip(1..).filter(|(number, expected)| **number != format!("{expected:04}"));
    wrong.map(|(number, expected)| format!("decision `{number}` should be {expected:04}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn map_and_members_must_agree() {
        let map = "## Code map\n\n### `crates/a`\n\nText.\n\n### `crates/gone`\n";
        let violations = map_violations(map, &["crates/a", "crates/b"], |path| path == "crates/a");
        assert_eq!(
            violations,
            ["the code map lacks `crates/b`", "the code map has `crates/gone`, which does not exist"]
        );
    }

    fn check_paths(text: &str, expected: &[&str]) {
        let exists = |path: &str| path == "docs/here.md" || path == "tests/law.rs";
        assert_eq!(path_violations("d.md", text, exists, |_| "fn holds() {}".to_owned()), expected);
    }

    #[test]
    fn a_path_to_nothing_is_found() {
        check_paths("See `docs/here.md` and `docs/gone.md`.", &["d.md: `docs/gone.md` does not exist"]);
        check_paths("By `tests/law.rs::holds`.", &[]);
        check_paths("By `tests/law.rs::broken`.", &["d.md: `tests/law.rs` has no `broken`"]);
    }

    #[test]
    fn names_at_the_top_are_paths() {
        check_paths(
            "See `GONE.md` and `gone-toolchain.toml`.",
            &["d.md: `GONE.md` does not exist", "d.md: `gone-toolchain.toml` does not exist"],
        );
        check_paths("A `README` and `.toml`, `notes.md` and `x.y.toml`.", &[]);
    }

    #[test]
    fn a_recipe_without_an_example_is_found() {
        let guide = "\n### A port\n\nSee `crates/a.rs` and `tests/b.rs`.\n\n### A setting\n\nSee `crates/` and `docs/a.md`.\n";
        assert_eq!(
            recipe_violations(guide, &["A port", "A setting", "A command"]),
            ["the recipe for `A setting` refers to no example", "missing recipe for `A command`"]
        );
    }

    #[test]
    fn a_readme_without_the_setup_first_is_found() {
        let check =
            |text: &str, expected: &[&str]| assert_eq!(setup_violations(text, &["a.sh", "b.sh"]), expected);
        check("# X\n```sh\na.sh  # up\nb.sh\n```\n", &[]);
        check(
            "# X\n```sh\nb.sh\na.sh\n```\n",
            &[
                "the first commands lack `a.sh` at its position",
                "the first commands lack `b.sh` at its position",
            ],
        );
        check(
            "# X\n```sh\nls\n```\n```sh\na.sh\nb.sh\n```\n",
            &[
                "the first commands lack `a.sh` at its position",
                "the first commands lack `b.sh` at its position",
            ],
        );
    }

    #[test]
    fn words_that_are_not_paths_are_left_alone() {
        check_paths("`/api/v1/x`, `docs/*.md`, `crates/<name>`, `a/b`\n```\n`docs/gone.md`\n```\n", &[]);
    }

    #[test]
    fn a_link_to_nothing_is_found() {
        let text = "[a](here.md#part) [b](gone.md) [c](https://example.org/x)\n```\n[d](code.md)\n```\n";
        let found = link_violations("docs/d.md", text, |path| path == "docs/here.md");
        assert_eq!(found, ["docs/d.md: the link to `gone.md` is broken"]);
        assert_eq!(link_violations("README.md", "[a](LICENSE)", |path| path == "LICENSE"), [""; 0]);
    }

    #[test]
    fn an_invariant_without_enforcer_is_found() {
        let good = "**Architecture Invariant (AI-1):** x. *Enforced by* `tests/law.rs`.";
        assert_eq!(invariant_violations(good), [""; 0]);
        let bad = format!("{good}\n\n**Architecture Invariant (AI-3):** y. *Enforced by* good will.");
        assert_eq!(invariant_violations(&bad), ["AI-3 should be AI-2", "AI-3 names no enforcer"]);
        assert_eq!(invariant_violations("nothing"), ["there is no invariant"]);
    }

    #[test]
    fn two_invariants_in_one_paragraph_are_found() {
        let text = "**Architecture Invariant (AI-1):** x. *Enforced by* `a/b.rs`.\n\
            **Architecture Invariant (AI-2):** y. *Enforced by* `a/b.rs`.";
        assert_eq!(invariant_violations(text), ["AI-1 shares its paragraph with another invariant"]);
    }

    #[test]
    fn a_long_document_is_found() {
        let violations = length_violations(&[("d.md", 1)], |_| "a\nb\n".to_owned());
        assert_eq!(violations, ["d.md: 2 lines, 1 are allowed"]);
    }

    #[test]
    fn a_gap_in_the_decisions_is_found() {
        let names = ["0001-a.md", "0003-b.md"];
        assert_eq!(numbering_violations(names.into_iter()), ["decision `0003` should be 0002"]);
    }
}
