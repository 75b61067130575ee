//! What `.dockerignore` excludes.

use std::path::Path;

use core_monitor_domain::dockerignore::Dockerignore;

use super::run;
use crate::bench::BUSYBOX;
use crate::docker;

/// Compares the matcher with Docker's own client, which filters files before the engine sees them.
#[test]
fn dockerignore_matches_dockers_own_client() {
    let paths = [
        "Dockerfile",
        "a",
        "a.log",
        "b.txt",
        "d/a.log",
        "d/b",
        "d/e/a.log",
        "d/e/f/g",
        "dd/b",
        "e/d/b",
        "x y",
        "[z]",
        "K.md",
        "node_modules/m/i.js",
        "src/node_modules/j",
        "src/main.c",
        "src/main.o",
        "build/out",
        ".env",
        ".git/HEAD",
    ];
    let cases = [
        "*.log",
        "**/*.log",
        "d",
        "d/",
        "/d",
        "d/*",
        "d/**",
        "**/b",
        "**/d",
        "*/b",
        "*/*/a.log",
        "?",
        "[ab]",
        "[^d]*",
        "d/e\n!d/e/f",
        "*\n!d/b",
        "*\n!src\nsrc/*.o",
        "!a\na",
        "a\n!a",
        "**\n!b.txt",
        "# c\n\n  a  ",
        "./d/../b.txt",
        "\\[z\\]",
        "x y",
        "d/e/..",
        ".*",
        ".git\n.env",
        "node_modules\n**/node_modules",
        "d/**/g",
        "*.md\n!K*.md",
        "d?",
        "**b",
    ];
    let folder = tempfile::tempdir().unwrap();
    for path in paths {
        let path = folder.path().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, "x").unwrap();
    }
    std::fs::write(folder.path().join("Dockerfile"), format!("FROM {BUSYBOX}\nCOPY . /ctx\n")).unwrap();
    for case in cases {
        let theirs = sent_by_docker(folder.path(), case);
        let ignore = Dockerignore::parse(case).unwrap();
        let ours: Vec<&str> = paths.into_iter().filter(|path| !ignore.excludes(path)).collect();
        let ours: Vec<&str> = sorted(ours);
        assert_eq!(ours, theirs.iter().map(String::as_str).collect::<Vec<_>>(), "{case:?}");
    }
}

fn sorted(mut paths: Vec<&str>) -> Vec<&str> {
    paths.sort_unstable();
    paths
}

fn sent_by_docker(folder: &Path, ignore: &str) -> Vec<String> {
    std::fs::write(folder.join(".dockerignore"), ignore).unwrap();
    let image = docker::classic_build(folder);
    let found = run(&image, &["find", "/ctx", "-type", "f"]);
    docker::command_line(&["image", "rm", "--force", &image]);
    let mut paths: Vec<String> = found
        .lines()
        .filter_map(|line| line.strip_prefix("/ctx/"))
        .filter(|path| *path != ".dockerignore")
        .map(ToOwned::to_owned)
        .collect();
    paths.sort_unstable();
    paths
}
