//! Finds the compose files of an archive the way Docker Compose does.

use std::collections::BTreeMap;
use std::sync::Arc;

use core_monitor_application::server::named_compose_files;
use core_monitor_archive::File;
use core_monitor_domain::stack_version::{Source, SourceFile};

use crate::error_code::ErrorCode;
use crate::problem::Problem;
use crate::request::said;

/// The first of these that exists is the compose file.
const COMPOSE_FILES: [&str; 4] = ["compose.yaml", "compose.yml", "docker-compose.yml", "docker-compose.yaml"];
/// The first of these that exists overrides it.
const OVERRIDE_FILES: [&str; 4] = [
    "compose.override.yml",
    "compose.override.yaml",
    "docker-compose.override.yml",
    "docker-compose.override.yaml",
];
/// Maximum number of paths named in an error.
const SHOWN: usize = 10;
/// Maximum size in bytes of the values read from a `.env` to find `COMPOSE_FILE`.
const NAMES_LIMIT: usize = 1024 * 1024;

/// A compose file that does not exist.
enum Missing {
    /// No file has one of the default names.
    Usual,
    /// A file named by the caller.
    Chosen(String),
    /// A file named by `COMPOSE_FILE`.
    Named(String),
}

/// The project folder with its compose files: those `chosen`, else those named by `COMPOSE_FILE` in its `.env`, else those
/// with the default names. The folder is the root of the archive, or the only folder in the root.
pub(super) fn source(files: &[File], chosen: &[String]) -> Result<Source, Problem> {
    let root = Folder { files, top: "" };
    let only = only_folder(files).map(|top| Folder { files, top });
    let found = |folder: &Folder<'_>| folder.compose_files(chosen);
    let (folder, compose_files) = match (found(&root), only.as_ref().map(found)) {
        (Ok(names), _) => (&root, names),
        (Err(_), Some(Ok(names))) => (only.as_ref().unwrap_or(&root), names),
        (Err(missing), _) => return Err(not_found(&missing, files)),
    };
    Ok(Source { compose_files, files: folder.contents(), ..Source::default() })
}

/// The folder that contains everything, with a trailing `/`.
fn only_folder(files: &[File]) -> Option<&str> {
    let first = files.first()?;
    let top = first.path.get(..=first.path.find('/')?)?;
    files.iter().all(|file| file.path.starts_with(top)).then_some(top)
}

struct Folder<'a> {
    files: &'a [File],
    /// The prefix of its paths in the archive.
    top: &'a str,
}

impl Folder<'_> {
    fn has(&self, path: &str) -> bool {
        self.files.iter().any(|file| file.path.strip_prefix(self.top) == Some(path))
    }

    /// The compose files in order, or the one that is missing.
    fn compose_files(&self, chosen: &[String]) -> Result<Vec<String>, Missing> {
        if !chosen.is_empty() {
            let missing = chosen.iter().find(|path| !self.has(path));
            return missing.map_or_else(|| Ok(chosen.to_vec()), |path| Err(Missing::Chosen(path.clone())));
        }
        if let Some(named) = self.named() {
            let there = |path: String| {
                let inside = within(&path).filter(|inside| self.has(inside));
                inside.ok_or(Missing::Named(path))
            };
            return named.into_iter().map(there).collect();
        }
        let first = |names: &[&str]| names.iter().find(|name| self.has(name)).map(|name| (*name).to_owned());
        let compose = first(&COMPOSE_FILES).ok_or(Missing::Usual)?;
        Ok([Some(compose), first(&OVERRIDE_FILES)].into_iter().flatten().collect())
    }

    /// The `COMPOSE_FILE` settings in the `.env` of the folder.
    fn named(&self) -> Option<Vec<String>> {
        let dotenv = self.files.iter().find(|file| file.path.strip_prefix(self.top) == Some(".env"))?;
        named_compose_files(&dotenv.bytes, NAMES_LIMIT)
    }

    fn contents(&self) -> BTreeMap<String, SourceFile> {
        let content = |file: &File| {
            let path = file.path.strip_prefix(self.top)?.to_owned();
            Some((path, SourceFile::new(Arc::clone(&file.bytes), file.executable)))
        };
        self.files.iter().filter_map(content).collect()
    }
}

/// The path without `.` and `..`; `None` when it leads out of the folder.
fn within(path: &str) -> Option<String> {
    if path.starts_with('/') {
        return None;
    }
    let mut parts = Vec::new();
    for part in path.split('/').filter(|part| !matches!(*part, "" | ".")) {
        if part == ".." {
            parts.pop()?;
        } else {
            parts.push(part);
        }
    }
    Some(parts.join("/"))
}

fn not_found(missing: &Missing, files: &[File]) -> Problem {
    let candidate = |file: &&File| matches!(file.path.rsplit_once('.'), Some((_, "yaml" | "yml")));
    let candidates: Vec<_> =
        files.iter().filter(candidate).take(SHOWN).map(|file| format!("`{}`", file.path)).collect();
    let shown = |path: &str| path.escape_debug().take(200).collect::<String>();
    let detail = match missing {
        Missing::Usual => {
            said::archive_without_compose_file(COMPOSE_FILES.map(|name| format!("`{name}`")).join(", "))
        }
        Missing::Chosen(path) => said::archive_file_missing(shown(path)),
        Missing::Named(path) => said::archive_file_of_dotenv_missing(shown(path)),
    };
    let hint = if candidates.is_empty() {
        said::pack_the_folder()
    } else {
        said::name_a_compose_file(candidates.join(", "))
    };
    Problem::new(ErrorCode::InvalidArchive, detail).with_hint(hint)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(paths: &[&str], chosen: &[&str], expected: Result<(&[&str], &[&str]), &str>) {
        let file = |text: &&str| {
            let (path, content) = text.split_once('|').unwrap_or((text, ""));
            File { path: path.to_owned(), bytes: content.as_bytes().into(), executable: false }
        };
        let files: Vec<_> = paths.iter().map(file).collect();
        let chosen: Vec<_> = chosen.iter().map(|path| (*path).to_owned()).collect();
        let found = source(&files, &chosen)
            .map(|source| (source.compose_files, source.files.into_keys().collect::<Vec<_>>()));
        match (found, expected) {
            (Ok((compose, all)), Ok((expected_compose, expected_all))) => {
                assert_eq!((compose, all), (owned(expected_compose), owned(expected_all)), "{paths:?}");
            }
            (Err(problem), Err(words)) => assert!(format!("{problem:?}").contains(words), "{problem:?}"),
            (found, _) => panic!("{paths:?} {chosen:?}: {found:?}"),
        }
    }

    fn owned(texts: &[&str]) -> Vec<String> {
        texts.iter().map(|text| (*text).to_owned()).collect()
    }

    #[test]
    fn the_usual_names_are_found_in_order() {
        check(&["compose.yaml", "a"], &[], Ok((&["compose.yaml"], &["a", "compose.yaml"])));
        check(
            &["compose.yml", "docker-compose.yml"],
            &[],
            Ok((&["compose.yml"], &["compose.yml", "docker-compose.yml"])),
        );
        check(
            &["compose.override.yaml", "compose.override.yml", "docker-compose.yaml"],
            &[],
            Ok((
                &["docker-compose.yaml", "compose.override.yml"],
                &["compose.override.yaml", "compose.override.yml", "docker-compose.yaml"],
            )),
        );
        check(&["compose.override.yaml"], &[], Err("contains none of"));
        check(&["sub/x.yaml", "b"], &[], Err("`sub/x.yaml`"));
    }

    #[test]
    fn a_dotenv_names_them() {
        let whole = check;
        let all: &[&str] = &[".env", "a.yml", "compose.yaml", "prod/b.yml"];
        let check = |dotenv: &str, chosen: &[&str], expected: Result<&[&str], &str>| {
            let dotenv = format!(".env|{dotenv}");
            let files = [dotenv.as_str(), "a.yml", "compose.yaml", "prod/b.yml"];
            whole(&files, chosen, expected.map(|compose| (compose, all)));
        };
        check("COMPOSE_FILE=a.yml:prod/b.yml", &[], Ok(&["a.yml", "prod/b.yml"]));
        check("COMPOSE_FILE=./prod/../a.yml", &[], Ok(&["a.yml"]));
        check("COMPOSE_FILE=a.yml", &["compose.yaml"], Ok(&["compose.yaml"]));
        check("OTHER=a.yml", &[], Ok(&["compose.yaml"]));
        for outside in ["../a.yml", "/a.yml", "prod/../../a.yml", "", "b.yml", "a.yml:"] {
            check(&format!("COMPOSE_FILE={outside}"), &[], Err("which `COMPOSE_FILE` in its `.env` names"));
        }
        let folder = ["app/.env|COMPOSE_FILE=a.yml", "app/a.yml"];
        whole(&folder, &[], Ok((&["a.yml"], &[".env", "a.yml"])));
    }

    #[test]
    fn a_single_folder_is_the_project() {
        check(&["app/a/b", "app/compose.yaml"], &[], Ok((&["compose.yaml"], &["a/b", "compose.yaml"])));
        check(&["app/compose.yaml", "readme"], &[], Err("contains none of"));
        check(&["a/b/compose.yaml"], &[], Err("contains none of"));
    }

    #[test]
    fn files_are_chosen_by_path() {
        let files = ["app/compose.yaml", "app/prod/x.yaml"];
        let inside: &[&str] = &["compose.yaml", "prod/x.yaml"];
        check(&files, &["prod/x.yaml", "compose.yaml"], Ok((&["prod/x.yaml", "compose.yaml"], inside)));
        check(&files, &["app/prod/x.yaml"], Ok((&["app/prod/x.yaml"], &files)));
        check(&files, &["prod/y.yaml"], Err("no file `prod/y.yaml`"));
        check(&files, &["../x"], Err("no file `../x`"));
        check(&files, &["compose.yaml", "app/compose.yaml"], Err("no file `compose.yaml`"));
    }
}
