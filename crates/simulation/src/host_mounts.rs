//! A host with the folders and files that a test has put there.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use async_trait::async_trait;
use core_monitor_domain::ports::HostMounts;
use core_monitor_domain::template::{HostMount, MountForm, MountProblem};
use core_monitor_message::Message;

/// Links on the way of a path, after which it is given up.
const MOST_LINKS: usize = 40;

/// What is in a place of the host.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Found {
    Folder,
    File,
    /// A link to somewhere that nobody allows.
    LinkAway,
}

/// A host without anything that could be mounted at first.
#[derive(Debug, Default)]
pub struct SimHostMounts {
    found: Mutex<BTreeMap<String, Found>>,
    /// Where links lead.
    links: Mutex<BTreeMap<String, String>>,
}

impl SimHostMounts {
    /// From now on, there is a folder at this absolute path, in those that lead to it.
    pub fn put_folder(&self, path: &str) {
        self.put(path, Found::Folder);
    }

    /// From now on, there is a file.
    pub fn put_file(&self, path: &str) {
        self.put(path, Found::File);
    }

    /// From now on, there is a link that leads out of every folder that may be mounted.
    pub fn put_link_away(&self, path: &str) {
        self.put(path, Found::LinkAway);
    }

    /// From now on, there is a link to this absolute path.
    pub fn put_link(&self, path: &str, target: &str) {
        let mut links = self.links.lock().unwrap_or_else(PoisonError::into_inner);
        links.insert(path.to_owned(), target.to_owned());
    }

    /// From now on, nothing is there.
    pub fn remove(&self, path: &str) {
        self.found.lock().unwrap_or_else(PoisonError::into_inner).remove(path);
    }

    fn put(&self, path: &str, what: Found) {
        self.found.lock().unwrap_or_else(PoisonError::into_inner).insert(path.to_owned(), what);
    }

    /// What is there: what leads to something is a folder.
    fn at(&self, path: &str) -> Option<Found> {
        let found = self.found.lock().unwrap_or_else(PoisonError::into_inner);
        let path = Path::new(path);
        let exact = found.iter().find(|(known, _)| Path::new(known) == path).map(|(_, what)| *what);
        let leads = || found.keys().any(|known| Path::new(known).starts_with(path));
        exact.or_else(|| leads().then_some(Found::Folder))
    }

    /// Whether a link on the way to this path, or the path itself, leads away.
    fn leads_away(&self, path: &str) -> bool {
        let found = self.found.lock().unwrap_or_else(PoisonError::into_inner);
        let path = Path::new(path);
        found.iter().any(|(known, what)| *what == Found::LinkAway && path.starts_with(known))
    }

    /// The path with the first link on its way replaced by where it leads; `None` without one.
    fn followed(&self, path: &Path) -> Option<PathBuf> {
        let links = self.links.lock().unwrap_or_else(PoisonError::into_inner);
        let mut all = links.iter();
        all.find_map(|(link, target)| {
            let rest = path.strip_prefix(link).ok()?;
            // Joined with nothing, a path would get a `/` at its end.
            let is_it = rest.as_os_str().is_empty();
            Some(if is_it { PathBuf::from(target) } else { Path::new(target).join(rest) })
        })
    }

    fn problem(&self, mount: &HostMount) -> Option<MountProblem> {
        let path = mount.absolute();
        if self.at(&mount.root).is_none() {
            return Some(MountProblem::NoRoot);
        }
        if self.leads_away(&path) {
            return Some(MountProblem::LeavesRoot);
        }
        match (self.at(&path), mount.form) {
            (None, _) => Some(MountProblem::Missing),
            (Some(Found::Folder), MountForm::Folder) | (Some(Found::File), MountForm::File) => None,
            (Some(_), _) => Some(MountProblem::OtherForm),
        }
    }
}

#[async_trait]
impl HostMounts for SimHostMounts {
    async fn refusal(&self, mount: &HostMount) -> Option<Message> {
        self.problem(mount).map(|problem| problem.message(mount))
    }

    async fn resolved(&self, path: &str) -> String {
        let mut resolved = PathBuf::from(path);
        for _ in 0..MOST_LINKS {
            let Some(next) = self.followed(&resolved) else { break };
            resolved = next;
        }
        resolved.display().to_string()
    }
}
