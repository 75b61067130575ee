//! The files of a version that builds need.

use std::borrow::Cow;
use std::collections::BTreeMap;

use super::{BuildSpec, Dockerfile};
use crate::dockerignore::{Dockerignore, DockerignoreError};
use crate::stack_version::FileEntry;

/// The name of the ignore file.
const IGNORE_FILE: &str = ".dockerignore";

/// The list of a version's files, and the text of the files that decide what a build sends and fetches.
#[derive(Debug, Clone, Default)]
pub struct BuildFiles {
    /// Last component of the project folder's path, used to recognise absolute paths of the model that lie within it.
    folder: String,
    entries: BTreeMap<String, FileEntry>,
    texts: BTreeMap<String, String>,
}

/// A file that is sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContextFile<'a> {
    /// Its path for the builder.
    pub path: Cow<'a, str>,
    /// The file of the version.
    pub entry: &'a FileEntry,
    /// Only for the builder: invisible to build steps.
    pub hidden: bool,
}

impl BuildFiles {
    /// The files `entries` of the project folder `folder`, which is named after its stack.
    pub fn new(folder: &str, entries: impl IntoIterator<Item = FileEntry>) -> Self {
        let folder = folder.trim_end_matches('/').rsplit('/').next().unwrap_or_default().to_owned();
        let entries = entries.into_iter().map(|entry| (entry.path.clone(), entry)).collect();
        Self { folder, entries, texts: BTreeMap::new() }
    }

    /// The files whose text decides what a build sends, to be provided with [`add_text`](Self::add_text).
    pub fn wanted(&self) -> Vec<String> {
        let decides = |path: &&String| path.ends_with(IGNORE_FILE);
        self.entries.keys().filter(decides).cloned().collect()
    }

    /// Adds the content of a file. Invalid UTF-8 is replaced.
    pub fn add_text(&mut self, path: &str, bytes: &[u8]) {
        self.texts.insert(path.to_owned(), String::from_utf8_lossy(bytes).into_owned());
    }

    /// A file of the version.
    pub fn get(&self, path: &str) -> Option<&FileEntry> {
        self.entries.get(path)
    }

    /// Converts an absolute path of the model to a path within the project folder; `None` if it lies outside.
    pub(crate) fn within(&self, absolute: &str) -> Option<String> {
        let mut parts = absolute.split('/').filter(|part| !part.is_empty() && *part != ".");
        if self.folder.is_empty() || !parts.any(|part| part == self.folder) {
            return None;
        }
        let mut inside: Vec<&str> = Vec::new();
        for part in parts {
            if part == ".." {
                inside.pop()?;
            } else {
                inside.push(part);
            }
        }
        Some(inside.join("/"))
    }

    /// The text of a file that was provided.
    pub fn text(&self, path: &str) -> Option<&str> {
        self.texts.get(path).map(String::as_str)
    }

    /// The ignore rules of `spec`; empty if there are none. A file named after the Dockerfile takes precedence over the
    /// one of the folder.
    pub fn ignore_text(&self, spec: &BuildSpec) -> &str {
        let own = self.own_ignore(spec).and_then(|path| self.texts.get(&path));
        own.or_else(|| self.texts.get(&join(&spec.context, IGNORE_FILE))).map_or("", String::as_str)
    }

    /// The ignore file that belongs only to the Dockerfile of `spec`.
    pub fn own_ignore(&self, spec: &BuildSpec) -> Option<String> {
        let Dockerfile::Stored(dockerfile) = &spec.dockerfile else { return None };
        Some(format!("{dockerfile}{IGNORE_FILE}")).filter(|path| self.entries.contains_key(path))
    }

    /// What `spec` sends, by path: the files of the folder that `.dockerignore` does not exclude, and, hidden from
    /// build steps if necessary, the Dockerfile and the ignore file.
    pub fn sent_by(&self, spec: &BuildSpec) -> Result<Vec<ContextFile<'_>>, DockerignoreError> {
        let ignore = Dockerignore::parse(self.ignore_text(spec))?;
        let stored = match &spec.dockerfile {
            Dockerfile::Stored(path) => Some(path.as_str()),
            Dockerfile::Inline(_) => None,
        };
        let own_ignore = self.own_ignore(spec);
        let prefix = if spec.context.is_empty() { String::new() } else { format!("{}/", spec.context) };
        let mut files: Vec<ContextFile<'_>> = Vec::new();
        for (path, entry) in self.entries.range(prefix.clone()..) {
            let Some(inside) = path.strip_prefix(&prefix) else { break };
            let needed = stored == Some(path) || inside == IGNORE_FILE || own_ignore.as_ref() == Some(path);
            let hidden = ignore.excludes(inside);
            if needed || !hidden {
                files.push(ContextFile { path: Cow::Borrowed(inside), entry, hidden });
            }
        }
        for (path, name) in [(stored, ""), (own_ignore.as_deref(), IGNORE_FILE)] {
            if let Some(path) = path.filter(|path| !path.starts_with(&prefix))
                && let Some(entry) = self.entries.get(path)
            {
                let path = Cow::Owned(format!("{}{name}", spec.outside_name()));
                files.push(ContextFile { path, entry, hidden: true });
            }
        }
        Ok(files)
    }
}

impl BuildSpec {
    /// The network of the build steps, if it is a named network of the host.
    pub fn named_network(&self) -> Option<&str> {
        self.network.as_deref().filter(|network| !matches!(*network, "" | "default" | "host" | "none"))
    }

    /// The builder's name for a Dockerfile outside the context. It contains the hash, so no file of the version can
    /// have the same name.
    pub fn outside_name(&self) -> String {
        format!(".core-monitor.dockerfile-{}", self.hash.short())
    }

    /// The name of the Dockerfile for the builder.
    pub fn dockerfile_name(&self) -> String {
        let inside = match &self.dockerfile {
            Dockerfile::Stored(path) if self.context.is_empty() => Some(path.as_str()),
            Dockerfile::Stored(path) => {
                path.strip_prefix(self.context.as_str()).and_then(|rest| rest.strip_prefix('/'))
            }
            Dockerfile::Inline(_) => None,
        };
        inside.map_or_else(|| self.outside_name(), ToOwned::to_owned)
    }
}

pub(crate) fn join(folder: &str, name: &str) -> String {
    if folder.is_empty() { name.to_owned() } else { format!("{folder}/{name}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn files() -> BuildFiles {
        BuildFiles::new("/data/stacks/0194", Vec::new())
    }

    #[test]
    fn the_folder_is_found_at_any_location() {
        let within = |path: &str| files().within(path);
        assert_eq!(within("/data/stacks/0194/app").as_deref(), Some("app"));
        assert_eq!(within("/elsewhere/0194/app/./sub/").as_deref(), Some("app/sub"));
        assert_eq!(within("/data/stacks/0194").as_deref(), Some(""));
        assert_eq!(within("/data/stacks/0194/app/../web").as_deref(), Some("web"));
        assert_eq!(within("/data/stacks/0194/../0195"), None);
        assert_eq!(within("/etc"), None);
    }
}
