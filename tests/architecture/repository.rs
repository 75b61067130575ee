//! The content of this repository: its files, its members, their dependencies.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use cargo_metadata::{Metadata, MetadataCommand, Package};

/// The root of the workspace.
pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
}

/// The text of a file, by its path from the root.
pub(crate) fn read(path: &str) -> String {
    fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// Whether a file or folder exists at this path from the root.
pub(crate) fn exists(path: &str) -> bool {
    root().join(path).exists()
}

/// The metadata of the workspace from cargo, including indirect dependencies.
pub(crate) fn metadata() -> &'static Metadata {
    static METADATA: OnceLock<Metadata> = OnceLock::new();
    METADATA.get_or_init(|| MetadataCommand::new().manifest_path(root().join("Cargo.toml")).exec().unwrap())
}

/// The members and their folders, relative to the root.
pub(crate) fn members() -> Vec<(&'static Package, String)> {
    let folder = |package: &Package| {
        let folder = package.manifest_path.parent().unwrap();
        folder.as_std_path().strip_prefix(root()).unwrap().to_str().unwrap().to_owned()
    };
    metadata().workspace_packages().into_iter().map(|package| (package, folder(package))).collect()
}

/// Every file that git would track, by path from the root, sorted.
pub(crate) fn files() -> &'static [String] {
    static FILES: OnceLock<Vec<String>> = OnceLock::new();
    FILES.get_or_init(|| {
        let ignored = Ignored::read(&read(".gitignore"));
        let mut files = Vec::new();
        walk(&root(), "", &ignored, &mut files);
        files.sort();
        assert!(files.iter().any(|file| file == "Cargo.toml"), "the walk found nothing");
        files
    })
}

/// The Rust files in a folder.
pub(crate) fn rust_files(folder: &str) -> impl Iterator<Item = &'static str> {
    let prefix = if folder.is_empty() { String::new() } else { format!("{folder}/") };
    let is_rust = |file: &&str| Path::new(file).extension().is_some_and(|extension| extension == "rs");
    files().iter().map(String::as_str).filter(move |file| file.starts_with(&prefix)).filter(is_rust)
}

/// Fails with one line per violation and advice.
pub(crate) fn assert_none(violations: &[String], advice: &str) {
    assert!(violations.is_empty(), "\n  {}\n{advice}\n", violations.join("\n  "));
}

fn walk(folder: &Path, prefix: &str, ignored: &Ignored, files: &mut Vec<String>) {
    for entry in fs::read_dir(folder).unwrap().map(Result::unwrap) {
        let name = entry.file_name().into_string().unwrap();
        let path = if prefix.is_empty() { name.clone() } else { format!("{prefix}/{name}") };
        let kind = entry.file_type().unwrap();
        if ignored.contains(&path, &name) {
            continue;
        }
        if kind.is_dir() {
            walk(&entry.path(), &path, ignored, files);
        } else if kind.is_file() {
            files.push(path);
        }
    }
}

/// The three forms of pattern that `.gitignore` uses here: `/path`, `name` and `*.extension`.
struct Ignored {
    paths: BTreeSet<String>,
    names: BTreeSet<String>,
    suffixes: Vec<String>,
}

impl Ignored {
    fn read(text: &str) -> Self {
        let mut ignored =
            Self { paths: BTreeSet::new(), names: BTreeSet::from([".git".to_owned()]), suffixes: Vec::new() };
        for line in text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#')) {
            let pattern = line.trim_end_matches('/');
            let rest = pattern.trim_start_matches(['/', '*']);
            assert!(
                !rest.contains(['*', '?', '[', '!']),
                ".gitignore: `{line}` is a form this walk does not know"
            );
            if pattern.starts_with('*') {
                ignored.suffixes.push(rest.to_owned());
            } else if pattern.starts_with('/') || pattern.contains('/') {
                ignored.paths.insert(rest.to_owned());
            } else {
                ignored.names.insert(pattern.to_owned());
            }
        }
        ignored
    }

    fn contains(&self, path: &str, name: &str) -> bool {
        self.paths.contains(path)
            || self.names.contains(name)
            || self.suffixes.iter().any(|suffix| name.ends_with(suffix.as_str()))
    }
}

#[test]
fn ignored_files_are_left_out() {
    let ignored = Ignored::read("# built\n/target\n*.log\nnode_modules/\n");
    let contains = |path: &str| ignored.contains(path, path.rsplit('/').next().unwrap());
    assert!(contains("target"));
    assert!(!contains("docs/target"));
    assert!(contains("deploy/x.log"));
    assert!(contains("apps/web/node_modules"));
    assert!(contains(".git"));
    assert!(!contains("crates/domain/src/lib.rs"));
}
