//! What the caller decides.

use indexmap::IndexMap;

/// How to read a project. `..Default::default()` fills what does not matter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LoadOptions {
    /// Project name; wins over `name:` in the file and over `COMPOSE_PROJECT_NAME`.
    pub project_name: Option<String>,
    /// Absolute path that relative host paths start from; its last part names a project without a name.
    pub project_directory: String,
    /// Active profiles; `*` activates all. `COMPOSE_PROFILES` counts when there are none.
    pub profiles: Vec<String>,
    /// Variables for interpolation; they win over `.env`.
    pub variables: IndexMap<String, String>,
    /// Home folder for host paths that start with `~`; such paths are refused without it.
    pub home: Option<String>,
    /// Caps against hostile files.
    pub limits: Limits,
}

impl Default for LoadOptions {
    fn default() -> Self {
        Self {
            project_name: None,
            project_directory: "/".to_owned(),
            profiles: Vec::new(),
            variables: IndexMap::new(),
            home: None,
            limits: Limits::default(),
        }
    }
}

/// Caps on what one project may cost to read. Exceeding one is an error with a position.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of one file.
    pub bytes: usize,
    /// Bytes of all compose files, counted each time one is read.
    pub total_bytes: usize,
    /// Nesting of sequences and mappings.
    pub depth: usize,
    /// Nodes written in all compose files together.
    pub nodes: usize,
    /// Nodes made by aliases, on top of those written; a long text counts as several.
    pub alias_nodes: usize,
    /// Entries copied by merge keys, by `extends` and by merging documents.
    pub merged_entries: usize,
    /// Files taken in by `include`, counted each time.
    pub includes: usize,
    /// Ports that ranges expand to, of all services together.
    pub ports: usize,
    /// Bytes of env files that all services together read.
    pub env_file_bytes: usize,
    /// Services.
    pub services: usize,
    /// Bytes that interpolation may produce in all values together.
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
            ports: 200_000,
            env_file_bytes: 4 << 20,
            services: 10_000,
            interpolated_bytes: 16 << 20,
            errors: 100,
        }
    }
}
