//! The files of a version that a service mounts one by one.
//!
//! A mount of a folder shows what happens in it. A mount of a single file shows the file that was there when the container
//! was created or started, whatever takes its place later; where there was none, the engine has made a folder, and such a
//! container cannot even start again once the file is there. So a container that mounts a file of its version is right only
//! for the content that it was created with.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::{ContainerSpec, DesiredStack, MountKind};
use crate::stack_version::{FileEntry, hex};

/// The content of the mounted files, by path in the stack's folder. A mounted path that is no file of the version is not in
/// it.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct MountedFiles(BTreeMap<String, String>);

impl MountedFiles {
    /// `None` if nothing in the folder is mounted.
    fn of(spec: &ContainerSpec, folder: &str, files: &BTreeMap<&str, &FileEntry>) -> Option<Self> {
        let mut paths = paths(spec, folder).peekable();
        paths.peek()?;
        let content =
            |entry: &FileEntry| format!("{}{}", entry.hash, if entry.executable { " x" } else { "" });
        Some(Self(paths.filter_map(|path| Some((path.to_owned(), content(files.get(path)?)))).collect()))
    }

    /// One hash for all of them, written as a label on the containers.
    pub fn hash(&self) -> String {
        let mut hash = Sha256::new();
        for part in self.0.iter().flat_map(|(path, content)| [path, content]) {
            // Length-prefixed, so that two different lists never have the same input.
            hash.update((part.len() as u64).to_be_bytes());
            hash.update(part.as_bytes());
        }
        hex(&hash.finalize())
    }

    /// Whether the file is among them.
    pub fn contains(&self, path: &str) -> bool {
        self.0.contains_key(path)
    }

    /// The paths of those that are not the same in `other`.
    pub fn differing(&self, other: &Self) -> Vec<String> {
        let all = self.0.iter().chain(&other.0);
        let mut paths: Vec<String> = all
            .filter(|(path, _)| self.0.get(*path) != other.0.get(*path))
            .map(|(path, _)| path.clone())
            .collect();
        paths.sort();
        paths.dedup();
        paths
    }
}

/// What the containers mount of the folder, as paths in it.
fn paths<'s>(spec: &'s ContainerSpec, folder: &str) -> impl Iterator<Item = &'s str> {
    let inside = format!("{}/", folder.trim_end_matches('/'));
    spec.mounts.iter().filter_map(move |mount| match &mount.kind {
        MountKind::Bind { source, .. } => source.strip_prefix(&inside),
        _ => None,
    })
}

impl DesiredStack {
    /// Whether some service mounts something of the stack's folder at `folder`.
    pub fn mounts_from(&self, folder: &str) -> bool {
        self.services.iter().any(|service| paths(&service.container, folder).next().is_some())
    }

    /// With what its services see of `files`, the files of its version, which are in `folder`.
    #[must_use]
    pub fn with_mounted_files(mut self, folder: &str, files: &[FileEntry]) -> Self {
        let files = files.iter().map(|entry| (entry.path.as_str(), entry)).collect();
        for service in &mut self.services {
            service.mounted = MountedFiles::of(&service.container, folder, &files);
        }
        self
    }
}

#[cfg(test)]
mod tests {
    use core_monitor_compose::{LoadOptions, ProjectFiles, load};

    use std::collections::BTreeSet;

    use uuid::Uuid;

    use super::*;
    use crate::command::Readiness;
    use crate::ids::{InstanceId, StackId};
    use crate::labels::{self, Provenance};
    use crate::observation::{ApiVersion, EngineFacts, HostObservation, Observation};
    use crate::planner::{Objective, PlanningInput, plan};
    use crate::policy::Rules;
    use crate::projection::Projection;
    use crate::stack_version::SourceFile;
    use crate::time::Timestamp;

    const FOLDER: &str = "/stacks/shop";

    fn stack(volumes: &str, files: &[(&str, &str, bool)]) -> DesiredStack {
        let yaml = format!("services: {{web: {{image: web, volumes: [{volumes}]}}}}");
        let options = LoadOptions {
            project_name: Some("shop".to_owned()),
            project_directory: FOLDER.to_owned(),
            ..LoadOptions::default()
        };
        let loaded = load(&ProjectFiles::single("compose.yml", yaml.as_str()), &options).unwrap();
        let stack = DesiredStack::from_project(&loaded.project).unwrap();
        let entry = |(path, text, executable): &(&str, &str, bool)| {
            SourceFile::new(text.as_bytes(), *executable).entry(path)
        };
        let files: Vec<_> = files.iter().map(entry).collect();
        let mounts = stack.mounts_from(FOLDER);
        let stack = stack.with_mounted_files(FOLDER, &files);
        assert_eq!(mounts, stack.services[0].mounted.is_some());
        stack
    }

    fn mounted(volumes: &str, files: &[(&str, &str, bool)]) -> Option<MountedFiles> {
        stack(volumes, files).services.remove(0).mounted
    }

    #[test]
    fn a_container_that_does_not_say_what_it_was_created_with_is_replaced_by_the_next_change() {
        let engine = EngineFacts {
            id: "engine".into(),
            version: "25.0.0".into(),
            api: ApiVersion { major: 1, minor: 44 },
            os: "linux".into(),
            arch: "amd64".into(),
        };
        let host = HostObservation::empty(Timestamp(jiff::Timestamp::UNIX_EPOCH), engine);
        let mut world = Projection::new(Observation { host, containers: Vec::new() });
        let provenance = Provenance {
            instance: InstanceId(Uuid::from_u128(1)),
            stack_id: StackId(Uuid::from_u128(2)),
            stack: "shop".parse().unwrap(),
            version: None,
            command: None,
            epoch: None,
            predecessors: BTreeSet::new(),
        };
        let plan = |world: &Projection, desired: &DesiredStack, previous: &DesiredStack| {
            plan(&PlanningInput {
                objective: Objective::Converge {
                    desired,
                    previous: Some(previous),
                    pins: &BTreeMap::new(),
                    readiness: Readiness::Started,
                    recreate: &BTreeSet::new(),
                    only: None,
                },
                observed: &world.observation,
                provenance: &provenance,
                facts: &world.facts,
                rules: &Rules::Everything,
            })
        };
        let (one, two) = (stack("./a:/a", &[("a", "1", false)]), stack("./a:/a", &[("a", "2", false)]));
        let first = plan(&world, &one, &one);
        world.apply(&first, |_| true);
        for container in &mut world.observation.containers {
            assert!(container.labels.remove(labels::FILES).is_some());
        }
        assert!(plan(&world, &one, &one).is_empty());
        let update = plan(&world, &two, &one);
        assert!(update.to_string().contains("remove shop-web-1 (its file `a` changed)"), "{update}");
        world.apply(&update, |_| true);
        assert!(plan(&world, &two, &one).is_empty());
    }

    #[test]
    fn only_mounts_of_the_folder_count_and_of_these_only_files() {
        let files = [("a", "1", false), ("conf/b", "1", false)];
        assert_eq!(mounted("/data, /etc/hosts:/hosts", &files), None);
        let folder = mounted("./conf:/conf", &files).unwrap();
        assert!(!folder.contains("conf/b") && !folder.contains("conf"));
        let both = mounted("./a:/a, ./conf/b:/b, ./absent:/absent", &files).unwrap();
        assert!(both.contains("a") && both.contains("conf/b") && !both.contains("absent"));
        assert_eq!(both.differing(&folder), ["a", "conf/b"]);
    }

    #[test]
    fn every_difference_changes_the_hash() {
        let of = |files: &[(&str, &str, bool)]| mounted("./a:/a, ./b:/b", files).unwrap();
        let all = [
            of(&[]),
            of(&[("a", "1", false)]),
            of(&[("a", "2", false)]),
            of(&[("a", "1", true)]),
            of(&[("b", "1", false)]),
        ];
        for (place, one) in all.iter().enumerate() {
            for (other_place, other) in all.iter().enumerate() {
                assert_eq!(one.hash() == other.hash(), place == other_place, "{one:?} {other:?}");
                assert_eq!(one.differing(other).is_empty(), place == other_place);
            }
        }
    }
}
