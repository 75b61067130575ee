//! What no stack gets, whoever asks: the data and keys of this installation, the engine's socket, and Core Monitor's own
//! containers. Whoever had one of them would have everything that Core Monitor may do.
//!
//! Paths are compared as text here. A link on the host can make a path mean another one, so whoever sees the host resolves
//! the links and asks again.

use serde::{Deserialize, Serialize};

use crate::access::StackPattern;
use crate::desired::ContainerSpec;
use crate::names::StackName;

mod path;
mod reach;
mod refusal;
pub(crate) mod said;

pub(crate) use path::is_within;
pub use path::plain;
pub use reach::{VolumeSource, host_mounts, host_paths, is_read_only, own_container, shared_containers};
pub use refusal::{Refusal, Refused};

/// Sockets through which somebody else could start containers, where programs usually have them.
const SOCKETS: [&str; 4] = [
    "/run/docker.sock",
    "/run/containerd/containerd.sock",
    "/run/docker/containerd/containerd.sock",
    "/run/podman/podman.sock",
];

/// What is protected on a host. The worker knows it, and reports it with each observation.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Protected {
    /// Folders and files of this installation: its data, keys and settings. Absolute paths.
    pub installation: Vec<String>,
    /// The sockets of engines. Absolute paths.
    pub sockets: Vec<String>,
    /// The stacks that may have the sockets all the same.
    pub socket_stacks: Vec<StackPattern>,
}

/// Who asks.
#[derive(Debug, Clone, Copy)]
pub struct Asking<'a> {
    /// The stack.
    pub stack: &'a StackName,
    /// The folder of its files, in which relative paths begin. It is among the data of this installation, and the stack's own.
    pub folder: &'a str,
}

impl Protected {
    /// The protection of a host. `engine` is the path of the configured engine's socket, if it has one.
    pub fn new(installation: Vec<String>, engine: Option<&str>, socket_stacks: Vec<StackPattern>) -> Self {
        let mut sockets: Vec<String> = SOCKETS.into_iter().map(plain).chain(engine.map(plain)).collect();
        sockets.sort();
        sockets.dedup();
        Self { installation, sockets, socket_stacks }
    }

    /// Whether nothing is protected, as for a host whose worker has not reported yet.
    pub fn is_empty(&self) -> bool {
        self.installation.is_empty() && self.sockets.is_empty()
    }

    /// Everything that the containers of the service `owner` would reach and may not.
    pub fn of_container(&self, asking: Asking<'_>, owner: &str, spec: &ContainerSpec) -> Vec<Refusal> {
        host_paths(spec).filter_map(|path| self.of_path(asking, owner, path)).collect()
    }

    /// Everything that whoever mounts the volume `owner` would reach and may not.
    pub fn of_volume(&self, asking: Asking<'_>, owner: &str, source: VolumeSource<'_>) -> Vec<Refusal> {
        source.host_paths().iter().filter_map(|path| self.of_path(asking, owner, path)).collect()
    }

    /// Why `owner` may not have this path of the host; `None` if it may.
    pub fn of_path(&self, asking: Asking<'_>, owner: &str, path: &str) -> Option<Refusal> {
        let wanted = plain(path);
        let reaches = |known: &String| path::reaches(&wanted, &plain(known));
        let what = if path::is_of_process(&wanted) {
            Refused::Process
        } else if !is_own(asking.folder, &wanted) && self.installation.iter().any(reaches) {
            Refused::Installation
        } else if !self.may_have_sockets(asking.stack) && self.sockets.iter().any(reaches) {
            Refused::Socket
        } else {
            return None;
        };
        Some(Refusal { what, owner: owner.to_owned(), subject: path.to_owned(), stack: asking.stack.clone() })
    }

    fn may_have_sockets(&self, stack: &StackName) -> bool {
        self.socket_stacks.iter().any(|pattern| pattern.matches(stack.as_str()))
    }
}

/// Whether a path is in the stack's own folder. A folder that is not known must not make everything its own.
pub fn is_own(folder: &str, wanted: &str) -> bool {
    let folder = plain(folder);
    folder != "/" && is_within(&plain(wanted), &folder)
}

#[cfg(test)]
mod tests;
