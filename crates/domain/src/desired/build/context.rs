//! The files of a version, as far as builds need them.

use std::borrow::Cow;
use std::collections::BTreeMap;

use super::{BuildSpec, Dockerfile};
use crate::dockerignore::{Dockerignore, DockerignoreError};
use crate::stack_version::FileEntry;

/// The name of the file that says what is not sent.
const IGNORE_FILE: &str = ".dockerignore";

/// The list of a version's files, and the text of those that decide what a build sends.
#[derive(Debug, Clone, Default)]
pub struct BuildFiles {
    /// Last part of the path of the project folder, by which the model's absolute paths are found to lie within it.
    folder: String,
    entries: BTreeMap<String, FileEntry>,
    ignores: BTreeMap<String, String>,
}

/// One file that is sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContextFile<'a> {
    /// Its path for the builder.
    pub path: Cow<'a, str>,
    /// The file of the version.
    pub entry: &'a FileEntry,
    /// Only for the builder: no step sees it.
    pub hidden: bool,
}

impl BuildFiles {
    /// The files `entries` of the project folder `folder`, which is named after its stack wherever it lies.
    pub fn new(folder: &str, entries: impl IntoIterator<Item = FileEntry>) -> Self {
        let folder = folder.trim_end_matches('/').rsplit('/').next().unwrap_or_default().to_owned();
        let entries = entries.into_iter().map(|entry| (entry.path.clone(), entry)).collect();
        Self { folder, entries, ignores: BTreeMap::new() }
    }

    /// The files whose text has to be given with [`add_text`](Self::add_text).
    pub fn wanted(&self) -> Vec<String> {
        let decides = |path: &&String| path.ends_with(IGNORE_FILE);
        self.entries.keys().filter(decides).cloned().collect()
    }

    /// The content of a file that is [`wanted`](Self::wanted). Bytes that are no text are taken as they can be.
    pub fn add_text(&mut self, path: &str, bytes: &[u8]) {
        self.ignores.insert(path.to_owned(), String::from_utf8_lossy(bytes).into_owned());
    }

    /// A file of the version.
    pub fn get(&self, path: &str) -> Option<&FileEntry> {
        self.entries.get(path)
    }

    /// The path within the project folder of an absolute path of the model; `None` when it lies elsewhere.
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

    /// The text of a file that was [`wanted`](Self::wanted).
    pub fn text(&self, path: &str) -> Option<&str> {
        self.ignores.get(path).map(String::as_str)
    }

    /// The text that says what `spec` does not send; empty without one. One beside the Dockerfile, with its name in front,
    /// goes before that of the folder.
    pub fn ignore_text(&self, spec: &BuildSpec) -> &str {
        let own = self.own_ignore(spec).and_then(|path| self.ignores.get(&path));
        own.or_else(|| self.ignores.get(&join(&spec.context, IGNORE_FILE))).map_or("", String::as_str)
    }

    /// The ignore file that belongs to the Dockerfile of `spec` alone.
    pub fn own_ignore(&self, spec: &BuildSpec) -> Option<String> {
        let Dockerfile::Stored(dockerfile) = &spec.dockerfile else { return None };
        Some(format!("{dockerfile}{IGNORE_FILE}")).filter(|path| self.entries.contains_key(path))
    }

    /// What `spec` sends, by path: the files of the folder that its `.dockerignore` lets through, and, hidden from the
    /// steps if need be, the Dockerfile and what is ignored.
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
    /// The network of the steps, when it is one of the host's by name.
    pub fn named_network(&self) -> Option<&str> {
        self.network.as_deref().filter(|network| !matches!(*network, "" | "default" | "host" | "none"))
    }

    /// The builder's name for a Dockerfile that is not a file of the context. A file of the version cannot be called so:
    /// its name would depend on its own hash.
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
    fn the_folder_is_found_wherever_it_lies() {
        let within = |path: &str| files().within(path);
        assert_eq!(within("/data/stacks/0194/app").as_deref(), Some("app"));
        assert_eq!(within("/elsewhere/0194/app/./sub/").as_deref(), Some("app/sub"));
        assert_eq!(within("/data/stacks/0194").as_deref(), Some(""));
        assert_eq!(within("/data/stacks/0194/app/../web").as_deref(), Some("web"));
        assert_eq!(within("/data/stacks/0194/../0195"), None);
        assert_eq!(within("/etc"), None);
    }
}
