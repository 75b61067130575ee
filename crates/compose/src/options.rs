//! Options of the caller.

use std::collections::BTreeSet;

use indexmap::IndexMap;

use crate::path;

/// How to load a project.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LoadOptions {
    /// Project name; overrides `name:` in the file and `COMPOSE_PROJECT_NAME`.
    pub project_name: Option<String>,
    /// Absolute path that relative host paths are resolved against; its last part is the default project name.
    pub project_directory: String,
    /// Keep relative host paths relative to the project directory (`.`, `./html`, `../shared`) instead of making them
    /// absolute: for a caller that does not know yet where the project will lie.
    pub keep_relative: bool,
    /// Active profiles; `*` activates all. If empty, `COMPOSE_PROFILES` is used.
    pub profiles: Vec<String>,
    /// Variables for interpolation; they override `.env`.
    pub variables: IndexMap<String, String>,
    /// The variables whose values the caller keeps secret; `None` if it cannot keep any secret.
    pub secrets: Option<BTreeSet<String>>,
    /// Home folder for host paths that start with `~`; without it such paths are rejected.
    pub home: Option<String>,
    /// Limits against hostile files.
    pub limits: Limits,
}

impl LoadOptions {
    /// A relative host path as the model has it.
    pub(crate) fn host_path(&self, written: &str) -> String {
        if !self.keep_relative || written.starts_with('/') {
            return path::resolve(&self.project_directory, written);
        }
        match path::clean(written) {
            up if up == "." || up == ".." || up.starts_with("../") => up,
            down => format!("./{down}"),
        }
    }
}

impl Default for LoadOptions {
    fn default() -> Self {
        Self {
            project_name: None,
            project_directory: "/".to_owned(),
            keep_relative: false,
            profiles: Vec::new(),
            variables: IndexMap::new(),
            secrets: None,
            home: None,
            limits: Limits::default(),
        }
    }
}

/// Limits on the cost of loading one project. Exceeding one is an error with a position.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Size of one file in bytes.
    pub bytes: usize,
    /// Total bytes of compose files; a file counts each time it is read.
    pub total_bytes: usize,
    /// Nesting of sequences and mappings.
    pub depth: usize,
    /// Nodes written in all compose files.
    pub nodes: usize,
    /// Additional nodes created by aliases; a long text counts as several.
    pub alias_nodes: usize,
    /// Entries copied by merge keys, by `extends` and by merging documents.
    pub merged_entries: usize,
    /// Included files; a file counts each time it is included.
    pub includes: usize,
    /// Ports of all services after expanding ranges.
    pub ports: usize,
    /// Total bytes of env files read by all services.
    pub env_file_bytes: usize,
    /// Services.
    pub services: usize,
    /// Total bytes that interpolation may produce.
    pub interpolated_bytes: usize,
    /// Errors reported before giving up.
    pub errors: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            bytes: 4 << 20,
            total_bytes: 16 << 20,
            depth: 64,
            nodes: 250_000,
            alias_nodes: 200_000,
            merged_entries: 200_000,
            includes: 200,
            ports: 65_536,
            env_file_bytes: 4 << 20,
            services: 10_000,
            interpolated_bytes: 16 << 20,
            errors: 100,
        }
    }
}
