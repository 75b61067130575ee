//! Which files of an archive are the compose files, found as docker compose finds them.

use std::collections::BTreeMap;
use std::sync::Arc;

use core_monitor_archive::File;
use core_monitor_domain::stack_version::{Source, SourceFile};

use crate::error_code::ErrorCode;
use crate::problem::Problem;

/// The first one that is there is the compose file.
const COMPOSE_FILES: [&str; 4] = ["compose.yaml", "compose.yml", "docker-compose.yml", "docker-compose.yaml"];
/// The first one that is there overrides it.
const OVERRIDE_FILES: [&str; 4] = [
    "compose.override.yml",
    "compose.override.yaml",
    "docker-compose.override.yml",
    "docker-compose.override.yaml",
];
/// Paths that a refusal names at most.
const SHOWN: usize = 10;

/// The project folder with its compose files: those `chosen`, or those with the usual names. The folder is the root of
/// the archive or, when there is nothing else in the root, its only folder.
pub(super) fn source(files: &[File], chosen: &[String]) -> Result<Source, Problem> {
    let root = Folder { files, top: "" };
    let only = only_folder(files).map(|top| Folder { files, top });
    let found = |folder: &Folder<'_>| folder.compose_files(chosen);
    let (folder, compose_files) = match (found(&root), only.as_ref().map(found)) {
        (Ok(names), _) => (&root, names),
        (Err(_), Some(Ok(names))) => (only.as_ref().unwrap_or(&root), names),
        (Err(missing), _) => return Err(not_found(&missing, files)),
    };
    Ok(Source { compose_files, files: folder.contents(), variables: BTreeMap::new() })
}

/// The folder that everything is in, with its `/`.
fn only_folder(files: &[File]) -> Option<&str> {
    let first = files.first()?;
    let top = first.path.get(..=first.path.find('/')?)?;
    files.iter().all(|file| file.path.starts_with(top)).then_some(top)
}

struct Folder<'a> {
    files: &'a [File],
    /// What its paths begin with in the archive.
    top: &'a str,
}

impl Folder<'_> {
    fn has(&self, path: &str) -> bool {
        self.files.iter().any(|file| file.path.strip_prefix(self.top) == Some(path))
    }

    /// The compose files in order, or the name of one that is missing.
    fn compose_files(&self, chosen: &[String]) -> Result<Vec<String>, String> {
        if !chosen.is_empty() {
            let missing = chosen.iter().find(|path| !self.has(path));
            return missing.map_or_else(|| Ok(chosen.to_vec()), |path| Err(path.clone()));
        }
        let first = |names: &[&str]| names.iter().find(|name| self.has(name)).map(|name| (*name).to_owned());
        let compose = first(&COMPOSE_FILES).ok_or_else(String::new)?;
        Ok([Some(compose), first(&OVERRIDE_FILES)].into_iter().flatten().collect())
    }

    fn contents(&self) -> BTreeMap<String, SourceFile> {
        let content = |file: &File| {
            let path = file.path.strip_prefix(self.top)?.to_owned();
            Some((path, SourceFile::new(Arc::clone(&file.bytes), file.executable)))
        };
        self.files.iter().filter_map(content).collect()
    }
}

fn not_found(missing: &str, files: &[File]) -> Problem {
    let candidate = |file: &&File| matches!(file.path.rsplit_once('.'), Some((_, "yaml" | "yml")));
    let candidates: Vec<_> =
        files.iter().filter(candidate).take(SHOWN).map(|file| format!("`{}`", file.path)).collect();
    let detail = if missing.is_empty() {
        format!("the archive has none of {}", COMPOSE_FILES.map(|name| format!("`{name}`")).join(", "))
    } else {
        format!("the archive has no file `{}`", missing.escape_debug().take(200).collect::<String>())
    };
    let hint = if candidates.is_empty() {
        "pack the folder that has the compose file".to_owned()
    } else {
        format!("choose with `?file=PATH`; the archive has {}", candidates.join(", "))
    };
    Problem::new(ErrorCode::InvalidArchive, detail).with_hint(hint)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(paths: &[&str], chosen: &[&str], expected: Result<(&[&str], &[&str]), &str>) {
        let file = |path: &&str| File { path: (*path).to_owned(), bytes: [].into(), executable: false };
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
        check(&["compose.override.yaml"], &[], Err("has none of"));
        check(&["sub/x.yaml", "b"], &[], Err("`sub/x.yaml`"));
    }

    #[test]
    fn a_single_folder_is_the_project() {
        check(&["app/a/b", "app/compose.yaml"], &[], Ok((&["compose.yaml"], &["a/b", "compose.yaml"])));
        check(&["app/compose.yaml", "readme"], &[], Err("has none of"));
        check(&["a/b/compose.yaml"], &[], Err("has none of"));
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
