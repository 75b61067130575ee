//! The files of a project, in memory.

use std::sync::Arc;

use indexmap::IndexMap;

/// Files of a project folder, by path relative to it. The loader reads nothing else: neither the disk nor the process
/// environment.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ProjectFiles {
    files: IndexMap<String, Arc<[u8]>>,
    compose: Vec<String>,
}

impl ProjectFiles {
    /// Creates an empty set of files.
    pub fn new() -> Self {
        Self::default()
    }

    /// A project with a single compose file.
    pub fn single(path: impl Into<String>, content: impl Into<Vec<u8>>) -> Self {
        let mut files = Self::new();
        files.add_compose(path, content);
        files
    }

    /// Adds a compose file; later ones override earlier ones.
    pub fn add_compose(&mut self, path: impl Into<String>, content: impl Into<Vec<u8>>) {
        let path = clean(&path.into());
        self.compose.push(path.clone());
        self.files.insert(path, content.into().into());
    }

    /// Adds another file, such as `.env` or an env file.
    pub fn add(&mut self, path: impl Into<String>, content: impl Into<Vec<u8>>) {
        self.add_shared(path, content.into());
    }

    /// [`add`](Self::add) without copying the bytes.
    pub fn add_shared(&mut self, path: impl Into<String>, content: impl Into<Arc<[u8]>>) {
        self.files.insert(clean(&path.into()), content.into());
    }

    /// The bytes of a file by its path relative to the project folder.
    pub fn get(&self, path: &str) -> Option<&[u8]> {
        self.files.get(&clean(path)).map(AsRef::as_ref)
    }

    /// Paths of the compose files, in the order they are applied.
    pub fn compose_paths(&self) -> impl Iterator<Item = &str> {
        self.compose.iter().map(String::as_str)
    }

    /// All files with their paths.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &[u8])> {
        self.files.iter().map(|(path, content)| (path.as_str(), content.as_ref()))
    }
}

fn clean(path: &str) -> String {
    crate::path::clean(path)
}
