//! Files that exist only in a container. `docker compose` copies the content of inline `configs` and `secrets` there, and no
//! inspect shows it: an import cannot take it over.

use std::collections::{BTreeMap, BTreeSet};

use core_monitor_domain::names::ServiceName;
use core_monitor_domain::ports::EngineError;
use core_monitor_domain::running_project::RunningProject;
use core_monitor_message::Message;
use hyper::Method;
use serde::Deserialize;

use super::said;
use crate::session::Session;
use crate::{classify, path};

/// How many files a note names.
const NAMED: usize = 3;

/// Folders in which programs keep what they need only while they run.
const VOLATILE: [&str; 9] =
    ["/tmp", "/run", "/var/run", "/var/tmp", "/var/cache", "/var/log", "/dev", "/proc", "/sys"];

/// What the engine itself puts into a container, with `init: true`.
const ENGINES_OWN: [&str; 1] = ["/sbin/docker-init"];

/// The kind of a change that adds something.
const ADDED: u8 = 1;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Change {
    path: String,
    kind: u8,
}

/// A note for each service that has such files.
pub(super) async fn notes(session: &Session, project: &RunningProject) -> Result<Vec<Message>, EngineError> {
    let mut left: BTreeMap<&ServiceName, BTreeSet<String>> = BTreeMap::new();
    for found in &project.containers {
        let Some(container) = project.observation.container(&found.id) else { continue };
        let mounted: Vec<&str> = container.mounts.iter().map(|mount| mount.target.as_str()).collect();
        let at = format!("/containers/{}/changes", path::segment(found.id.as_str()));
        let changes =
            match session.json::<Option<Vec<Change>>>(Method::GET, &at, None).await.map_err(classify::read) {
                Ok(changes) => changes.unwrap_or_default(),
                // Removed since the list was read.
                Err(EngineError::NotFound { .. }) => continue,
                Err(error) => return Err(error),
            };
        left.entry(&found.service).or_default().extend(added(changes, &mounted));
    }
    Ok(left
        .into_iter()
        .filter(|(_, files)| !files.is_empty())
        .map(|(service, files)| note(service, &files))
        .collect())
}

/// The files among the changes that were added and are not mounted.
fn added(changes: Vec<Change>, mounted: &[&str]) -> BTreeSet<String> {
    let under = |path: &str, folder: &str| {
        path.strip_prefix(folder.trim_end_matches('/'))
            .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    };
    let kept = |change: &Change| {
        let folders = VOLATILE.iter().chain(&ENGINES_OWN).chain(mounted);
        change.kind == ADDED && !folders.into_iter().any(|folder| under(&change.path, folder))
    };
    let mut paths: BTreeSet<String> = changes.into_iter().filter(kept).map(|change| change.path).collect();
    // The engine lists the folders of what it lists, and those in which something is mounted.
    let parents: BTreeSet<String> = paths
        .iter()
        .map(String::as_str)
        .chain(mounted.iter().copied())
        .flat_map(|path| path.match_indices('/').skip(1).map(|(end, _)| path[..end].to_owned()))
        .collect();
    paths.retain(|path| !parents.contains(path));
    paths
}

fn note(service: &ServiceName, files: &BTreeSet<String>) -> Message {
    let named: Vec<String> = files.iter().take(NAMED).map(|path| format!("`{path}`")).collect();
    let named = named.join(", ");
    match files.len().saturating_sub(NAMED) {
        0 => said::files_left(service, named),
        more => said::more_files_left(service, named, more),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(changes: &[(&str, u8)], mounted: &[&str], expected: &[&str]) {
        let changes = changes.iter().map(|(path, kind)| Change { path: (*path).to_owned(), kind: *kind });
        assert_eq!(
            added(changes.collect(), mounted).iter().map(String::as_str).collect::<Vec<_>>(),
            expected
        );
    }

    #[test]
    fn only_added_files_outside_of_mounts_are_left() {
        check(&[("/etc", 0), ("/etc/app.conf", 1)], &[], &["/etc/app.conf"]);
        check(
            &[("/etc/app", 1), ("/etc/app/page", 1), ("/run/pid", 1), ("/etc/hosts", 2)],
            &[],
            &["/etc/app/page"],
        );
        check(&[("/sbin/docker-init", 1), ("/sbin/docker-initd", 1)], &[], &["/sbin/docker-initd"]);
        check(
            &[("/data", 1), ("/database", 1), ("/srv", 1), ("/srv/x", 1)],
            &["/data", "/srv/x"],
            &["/database"],
        );
    }

    #[test]
    fn a_note_names_the_first_files() {
        let files = |number: usize| (1..=number).map(|n| format!("/f{n}")).collect();
        let service = "web".parse().unwrap();
        assert!(
            note(&service, &files(2)).text().starts_with("`/f1`, `/f2`"),
            "{}",
            note(&service, &files(2))
        );
        assert!(note(&service, &files(5)).text().contains("and 2 more"), "{}", note(&service, &files(5)));
    }
}
