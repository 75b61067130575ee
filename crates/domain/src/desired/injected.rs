//! What goes into a container without being in its image: files, and commands that run beside its process.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// A file that is put into a container before each of its starts: a config or secret whose content the definition has.
/// One that comes from a file of the host is a mount instead.
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
    /// Everybody may read, nobody may write.
    pub const DEFAULT_MODE: u32 = 0o444;
}

/// A command that runs in a running container, beside its process.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hook {
    /// The program and its arguments; never empty.
    pub command: Vec<String>,
    /// As whom; `None` is the container's user.
    pub user: Option<String>,
    /// With every capability.
    pub privileged: bool,
    /// Where; `None` is the container's working directory.
    pub working_dir: Option<String>,
    /// Further variables. `None` as a value: the name is passed without `=`.
    pub environment: BTreeMap<String, Option<String>>,
}

/// When a hook runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum HookStage {
    /// After the container's process was started.
    PostStart,
    /// Before the container's process is asked to stop.
    PreStop,
}

impl HookStage {
    /// The word of the Compose specification.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::PostStart => "post_start",
            Self::PreStop => "pre_stop",
        }
    }
}
