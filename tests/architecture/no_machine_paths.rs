//! Nothing in the repository depends on the machine it was written on.

use std::sync::LazyLock;

use regex_lite::Regex;

use crate::repository::{assert_none, files, root};

/// Hosts that are allowed in lock files.
const PACKAGE_HOSTS: &[&str] =
    &["github.com/rust-lang/crates.io-index", "registry.npmjs.org", "files.pythonhosted.org", "pypi.org"];

/// User names of examples.
const EXAMPLE_USERS: &[&str] = &["ada", "alice", "ann", "bob", "core-monitor", "me", "user", "you"];

/// Files that are about such paths: `(path, allowed content, reason)`.
const EXCEPTIONS: &[(&str, &str, &str)] =
    &[("crates/catalog/entries/n8n.yaml", "-data:/home/", "where the image keeps its data")];

/// Absolute paths of a personal machine. Split, so that this file does not match.
fn machine_paths() -> Regex {
    let homes = ["ho", "me/[a-z][a-z0-9_-]*"].concat();
    Regex::new(&format!(
        r"(^|[^A-Za-z0-9_./~$}}-])/({homes}|{}|{}|{})",
        "Users/[a-z][a-z0-9_-]*", "root/", "work/"
    ))
    .unwrap()
}

/// A piece of text without which a line has no such path.
const PATH_PARTS: &[&str] = &["home/", "Users/", "root/", "work/"];

const MIRROR_SETTINGS: &[&str] =
    &["index-url", "extra-index-url", "replace-with", "find-links", "trusted-host", "GOPROXY"];

/// A piece of text without which a line has no such setting.
const MIRROR_PARTS: &[&str] =
    &["index-url", "replace-with", "find-links", "trusted-host", "GOPROXY", "CARGO_REGISTR"];

/// Settings that redirect package managers to a mirror.
fn mirror_settings() -> Regex {
    Regex::new(&format!(
        r"(^|[^\w-])({})\s*[=:]|CARGO_REGISTR\w+_INDEX|--index-{}",
        MIRROR_SETTINGS.join("|"),
        "url"
    ))
    .unwrap()
}

fn line_violations(path: &str, text: &str) -> Vec<String> {
    // Compiled once: there are thousands of files.
    static RULES: LazyLock<[(&[&str], Regex, &str); 2]> = LazyLock::new(|| {
        [
            (PATH_PARTS, machine_paths(), "a path of a specific machine"),
            (MIRROR_PARTS, mirror_settings(), "a package mirror"),
        ]
    });
    let mut violations = Vec::new();
    for (parts, rule, what) in &*RULES {
        // Hardly any file has one of them, and to look for plain text takes a hundredth of the time.
        if !has_any(text, parts) {
            continue;
        }
        for (number, line) in text.lines().enumerate().filter(|(_, line)| has_any(line, parts)) {
            if let Some(found) = rule.find(line)
                && !is_example(found.as_str())
                && !EXCEPTIONS.iter().any(|(file, part, _)| *file == path && line.contains(part))
            {
                violations.push(format!("{path}:{} has {what}: `{}`", number + 1, found.as_str().trim()));
            }
        }
    }
    violations
}

fn has_any(text: &str, parts: &[&str]) -> bool {
    parts.iter().any(|part| text.contains(part))
}

fn is_example(found: &str) -> bool {
    let user = ["/home/", "/Users/"].iter().find_map(|homes| found.split_once(homes));
    user.is_some_and(|(_, user)| EXAMPLE_USERS.contains(&user))
}

/// Sources in a lock file other than the public registries.
fn lock_violations(path: &str, text: &str) -> Vec<String> {
    let link = Regex::new(r#"(?:https?|git|ssh)://([^"\s#?]+)"#).unwrap();
    // In npm's, `url` says where to support a project; Python's have no other key.
    let names = if path.ends_with("package-lock.json") { "resolved" } else { "source|resolved|url" };
    let keys = Regex::new(&format!(r#"^\s*"?({names})"?\s*[=:]"#)).unwrap();
    let is_public = |target: &str| PACKAGE_HOSTS.iter().any(|host| target.starts_with(host));
    let lines = text.lines().enumerate().filter(|(_, line)| line.contains("://") && keys.is_match(line));
    lines
        .filter_map(|(number, line)| Some((number, link.captures(line)?.get(1)?.as_str())))
        .filter(|(_, target)| !is_public(target))
        .map(|(number, _)| format!("{path}:{} uses a package from an unknown source", number + 1))
        .collect()
}

fn is_lock_file(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    ["Cargo.lock", "package-lock.json", "uv.lock", "poetry.lock"].contains(&name)
}

#[test]
fn no_file_contains_paths_of_a_machine() {
    let mut violations = Vec::new();
    for path in files() {
        // Images and archives are not text.
        let Ok(text) = String::from_utf8(std::fs::read(root().join(path)).unwrap()) else { continue };
        violations.extend(line_violations(path, &text));
        if is_lock_file(path) {
            violations.extend(lock_violations(path, &text));
        }
    }
    assert_none(&violations, "Use a path from the repository's root, a setting, or the public registry.");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_of_a_machine_are_found() {
        for path in ["work/main", "root/.cargo", "Users/zoe/x", "home/zoe/x"] {
            let text = format!("first\ncp a.txt /{path}");
            assert_eq!(line_violations("a.sh", &text).len(), 1, "{text}");
        }
    }

    #[test]
    fn other_paths_are_left_alone() {
        for text in [
            "root:x:0:0:root:/root:/bin/sh",
            "https://example.org/work/1",
            "$HOME/.docker",
            "./work/x",
            "a/root/b",
        ] {
            assert_eq!(line_violations("a.sh", text), [""; 0], "{text}");
        }
    }

    #[test]
    fn mirrors_are_found() {
        let setting = ["replace-", "with = \"mine\""].concat();
        assert_eq!(line_violations("config.toml", &setting).len(), 1);
        let flag = ["pip install --index-", "url https://example.org x"].concat();
        assert_eq!(line_violations("Dockerfile", &flag).len(), 1);
    }

    #[test]
    fn packages_from_elsewhere_are_found() {
        let public = "source = \"registry+https://github.com/rust-lang/crates.io-index\"";
        assert_eq!(lock_violations("Cargo.lock", public), [""; 0]);
        let other = "\nsource = \"git+https://example.org/x?rev=1\"";
        assert_eq!(
            lock_violations("Cargo.lock", other),
            ["Cargo.lock:2 uses a package from an unknown source"]
        );
    }
}
