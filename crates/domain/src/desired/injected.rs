//! What is added to a container at run time: files, and commands that run next to its main process.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// A file that is copied into a container before each start: a config or secret with inline content. One that comes
/// from a file on the host is mounted instead.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct InjectedFile {
    /// Absolute path in the container.
    pub path: String,
    /// The text.
    pub content: String,
    /// Owner.
    pub uid: u32,
    /// Group.
    pub gid: u32,
    /// Permission bits.
    pub mode: u32,
}

impl InjectedFile {
    /// Readable by everyone, writable by no one.
    pub const DEFAULT_MODE: u32 = 0o444;
}

/// A command that runs in a running container, next to its main process.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hook {
    /// The program and its arguments; never empty.
    pub command: Vec<String>,
    /// The user; `None` means the container's user.
    pub user: Option<String>,
    /// Run with all capabilities.
    pub privileged: bool,
    /// The working directory; `None` means the container's.
    pub working_dir: Option<String>,
    /// Additional variables. A value of `None` passes the name without `=`.
    pub environment: BTreeMap<String, Option<String>>,
}

/// When a hook runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum HookStage {
    /// After the container was started.
    PostStart,
    /// Before the container is stopped.
    PreStop,
}

impl HookStage {
    /// The name in the Compose specification.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::PostStart => "post_start",
            Self::PreStop => "pre_stop",
        }
    }
}
